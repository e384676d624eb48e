# What is told of a right program beside its verdict: facts that are seen, and no faults; twin of
# check/explain/remarks.py in Python.

names_of_losses <- c(
  squared_error = "squared error", absolute_error = "absolute error",
  binary_cross_entropy = "binary cross-entropy", cross_entropy = "cross-entropy"
)
near_a_loss <- 1e-9 # a number that is printed is a loss, and not by chance near to one
farthest_draw <- 4L # operations from a draw to the mask that is made of it

# Remarks on a program that is right: none of them says that something is wrong.
find_remarks <- function(graph, alignment, best) {
  as.list(c(
    printed_loss(graph, alignment, best), unscaled_mask(graph, alignment),
    changed_at_the_end(graph, alignment), remark_on_biases(graph, alignment)
  ))
}

# The loss that is printed is another than the one whose gradient is followed.
printed_loss <- function(graph, alignment, best) {
  values <- unlist(lapply(alignment$views, function(view) loss_values(graph, view)))
  if (!best$family %in% names(names_of_losses) || length(values) == 0L) {
    return(NULL)
  }
  for (entry in graph$header$printed) {
    same <- if (entry[[1L]] >= 0) losses_near(values, unlist(entry[[2L]]))
    if (length(same) == 1L && same != best$family) {
      return(paste0(
        "Line ", span_of_site(graph, entry[[1L]] + 1L)$line, " prints the ",
        names_of_losses[[same]], "; the gradients that are followed are those of the ",
        names_of_losses[[best$family]], "."
      ))
    }
  }
  computed_loss(graph, alignment, best)
}

# The losses that a printed number is the value of.
losses_near <- function(values, x) {
  if (length(x) == 1L && is.numeric(x) && !is.na(x) && x != 0) {
    unique(names(values)[which(abs(values - x) <= near_a_loss * abs(x))])
  }
}

# A squared error is the only loss that is computed, and the training is by cross-entropy.
computed_loss <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  entropy <- best$family %in% c("binary_cross_entropy", "cross_entropy")
  if (!entropy || length(view$outputs) != 1L || computes_entropy(graph, view)) {
    return(NULL)
  }
  lines <- vapply(list_losses(graph, view, "squared_error")$node, function(n) {
    as.double(place_of_node(graph, n)$line)
  }, 1)
  lines <- lines[lines > 0]
  if (length(lines) > 0L) {
    paste0(
      "Line ", lines[[1L]], " computes the squared error; the gradients that are followed are ",
      "those of the ", names_of_losses[[best$family]], "."
    )
  }
}

# Each loss of a step's output, as a sum and as the usual parts of it.
loss_values <- function(graph, view) {
  if (length(view$outputs) != 1L) {
    return(NULL)
  }
  out <- value_of(graph, view$outputs)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(out) && !is.null(target)) shape_target(target, shape_now(out))
  if (is.null(target)) {
    return(NULL)
  }
  e <- out - target
  total <- c(
    squared_error = sum(e * e), absolute_error = sum(abs(e)),
    cross_entropy = -sum(target * log(out)),
    binary_cross_entropy = -sum(target * log(out) + (1 - target) * log(1 - out))
  )
  unlist(lapply(unique(c(1, shape_now(out), length(out))), function(n) {
    c(total / n, total / n / 2)
  }))
}

# Dropout that does not divide by the share of what is kept.
unscaled_mask <- function(graph, alignment) {
  drawn <- as.integer(unlist(graph$header$random)) + 1L
  view <- alignment$views[[1L]]
  for (n in which(view$forward & view$moved & graph$op == "mul" & lengths(graph$parents) == 2L)) {
    parents <- graph$parents[[n]]
    mask <- parents[!view$moved[parents]]
    if (length(mask) != 1L || !is_drawn_mask(graph, mask, drawn)) next
    after <- users_of(graph)[[n]]
    near <- c(setdiff(parents, mask), after[view$forward[after]])
    if (!any(vapply(near, function(m) is_scaled_by_number(graph, view, m), NA))) {
      return(paste0(
        "The mask on line ", place_of_node(graph, n)$line, " drops values and does not divide by ",
        "the share that is kept: without the mask, the outputs have to be multiplied by it."
      ))
    }
  }
}

# Whether a value holds zeros and ones, both of them, and is made of a random draw.
is_drawn_mask <- function(graph, n, drawn) {
  value <- value_of(graph, n)
  if (is.null(value) || length(value) < 2L || !setequal(unique(as.vector(value)), c(0, 1))) {
    return(FALSE)
  }
  level <- n
  for (k in seq_len(farthest_draw)) {
    if (any(level %in% drawn)) {
      return(TRUE)
    }
    level <- unique(unlist(graph$parents[level]))
  }
  FALSE
}

# Whether a value is a multiple of another one by a number.
is_scaled_by_number <- function(graph, view, n) {
  args <- graph$args[[n]]
  others <- Filter(function(a) is.list(a) || !view$moved[[a]], args)
  sizes <- vapply(others, function(a) length(operand_of(graph, a)), 1L)
  graph$op[[n]] %in% c("mul", "div") && length(args) == 2L && identical(sizes, 1L)
}

# A parameter that ends as nothing that was seen, though all was watched.
changed_at_the_end <- function(graph, alignment) {
  header <- graph$header
  steps <- alignment$steps
  if (!is.null(header$cut) || !identical(header$status, "ok") || length(steps) == 0L) {
    return(NULL)
  }
  ends <- which(graph$op == "final")
  names(ends) <- vapply(ends, function(n) name_of_node(graph, n), "")
  ends <- rev(ends) # of two with one name the later
  for (last in steps[[length(steps)]]$last) {
    end <- ends[intersect(graph$names[[last]], names(ends))]
    if (length(end) == 0L || !identical(graph$shape[[end[[1L]]]], graph$shape[[last]])) next
    held <- value_of(graph, end[[1L]])
    before <- seq_len(end[[1L]] - 1L)
    same <- before[graph$count[before] == length(held) & graph$at[before] >= 0]
    same <- Filter(function(n) identical(graph$shape[[n]], graph$shape[[last]]), same)
    seen <- vapply(same, function(n) all_true(value_of(graph, n) == held), NA)
    if (!is.null(held) && !any(seen)) {
      return(paste0(
        "At the end ", names(end)[[1L]], " is another than its last update made it: something ",
        "that was not seen changes it."
      ))
    }
  }
}
