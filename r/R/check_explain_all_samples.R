# Gradients of some samples that are divided by the number of all, a batch or all but one; twin of
# check/explain/all_samples.py in Python.

fewest_samples_divided <- 3L # in a step
fewest_steps_divided <- 2L
# Others make the same of any multiple of a gradient.
rules_of_multiples <- c("gradient_descent", "momentum")

# A sum over the samples of each step that is divided by the number of other ones.
#
# By one more than there are, as where a loop over the samples stops before the last; or by the rows
# of the table that a batch is taken out of.
find_divided_by_all <- function(graph, alignment, best) {
  views <- alignment$views
  if (!best$rule$name %in% rules_of_multiples || length(views) < fewest_steps_divided) {
    return(NULL)
  }
  found <- lapply(views, function(view) find_division(graph, view))
  number <- unique(lapply(found, function(division) division$number))
  if (length(number) != 1L || is.null(number[[1L]])) {
    return(NULL)
  }
  number <- number[[1L]]
  counts <- vapply(views, function(view) count_samples(graph, view), 1L)
  if (all(counts == number - 1) && length(views[[1L]]$outputs) > 1L) {
    series <- is_series_of_samples(graph, views[[length(views)]])
    return(if (!series) fault_of_early_stop(graph, views[[1L]], number))
  }
  of_table <- vapply(views, function(view) is_length_of_table(graph, view, number), NA)
  if (!all(of_table) || !any(2 * counts <= number)) {
    return(NULL)
  }
  n <- found[[1L]]$node
  right <- times(value_of(graph, n), number / counts[[1L]])
  updates <- views[[1L]]$step$updates
  last <- updates[[length(updates)]]
  new_fault(n, right, list(list(n, right)), last, NULL, "batch_divided_by_all")
}

# Where the way back is divided by a number that is larger than that of the samples.
#
# NULL where it is divided by the number of samples, too.
find_division <- function(graph, view) {
  samples <- count_samples(graph, view)
  found <- NULL
  for (n in which(view$cone & view$after)) {
    number <- divisor_of(graph, view, n)
    if (identical(number, as.double(samples)) || graph$op[[n]] == "mean") {
      return(NULL)
    }
    if (samples >= fewest_samples_divided && !is.null(number) && number > samples) {
      if (!is.null(found) && found$number != number) {
        return(NULL)
      }
      found <- list(node = n, number = number)
    }
  }
  found
}

# The whole number by which a value is divided, or the rate that it is multiplied by.
divisor_of <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] == "mul" && length(args) == 2L) {
    rates <- Filter(function(a) is_node(a) && graph$op[[a]] == "div", args)
    is_rate <- length(rates) == 1L && !view$moved[[rates[[1L]]]]
    args <- if (is_rate) graph$args[[rates[[1L]]]] else list()
    if (length(args) == 0L) {
      return(NULL)
    }
  } else if (graph$op[[n]] != "div" || !is_node(args[[1L]]) || !view$after[[args[[1L]]]]) {
    return(NULL)
  }
  number <- plain_number(graph, view, args[[2L]])
  if (!is.null(number) && number == round(number)) as.double(number)
}

# Whether each sample follows from those before it: its targets, or what it was told by.
#
# Or its targets begin after the first row, as where each row is told by the row before.
is_series_of_samples <- function(graph, view) {
  outputs <- view$outputs
  m <- length(outputs)
  made_of <- function(a) sum(ancestors_of(graph, a, view) & view$forward)
  sizes <- vapply(outputs[c(1L, m)], made_of, 1L)
  targets <- as.integer(unlist(Filter(is.integer, view$targets)))
  rows <- unlist(lapply(unique(targets), function(y) {
    lapply(Filter(function(r) r$long == m + 1L, find_row(graph, y)), function(r) r$row)
  }))
  starts_later <- length(rows) > 0L && !setequal(rows, seq_len(m) - 1)
  inputs <- ancestors_of(graph, as.integer(unlist(outputs)), view)
  sizes[[2L]] > 2 * sizes[[1L]] || starts_later || any(inputs[targets])
}

# The loop over all samples but one, told by what is summed up in it.
fault_of_early_stop <- function(graph, view, number) {
  made <- which(view$cone & view$after)
  made <- made[graph$site[made] > 0L]
  sums <- made[graph$op[made] %in% c("add", "sub", "move")]
  often <- table(graph$site[sums])
  often <- as.integer(names(often)[often == number - 1])
  sums <- made[graph$site[made] %in% often]
  n <- if (length(sums) > 0L) sums[[1L]] else which(view$meets)[[1L]]
  updates <- view$step$updates
  right <- value_of(graph, n)
  last <- updates[[length(updates)]]
  fault <- new_fault(n, right, list(list(n, right)), last, NULL, "sample_left_out")
  fault$loop <- list(node = n, after = 0L)
  fault$shown <- list(
    yours = paste(number - 1, "samples in a step"), right = paste("all", number)
  )
  fault
}

# Whether the targets of a step are as many rows of a table, each once.
is_length_of_table <- function(graph, view, number) {
  axis <- if (is_in_columns(graph, view)) 2L else 1L
  y <- view$targets[[1L]]
  if (length(view$outputs) != 1L || !is.integer(y)) {
    return(FALSE)
  }
  any(vapply(find_rows(graph, y, axis), function(t) {
    graph$shape[[t$table]][[t$axis]] == number && anyDuplicated(t$rows) == 0L
  }, NA))
}
