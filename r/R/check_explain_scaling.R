# Data that were standardised in the wrong direction, over each sample instead of each column; twin
# of check/explain/scaling.py in Python.

farthest_table <- 4L # turns between what a network is given and the table that was standardised
other_units <- 10 # columns of which one is so many times another are no shares of one quantity

# Data whose mean was taken over the columns of a sample, which are different quantities.
#
# Or whose columns each lost the means of all. The first is certain where the spread was taken over
# the samples, or where columns differ in size so much that their mean says nothing.
find_wrong_scaling <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  x <- first_data(graph, view, view$outputs[[1L]])
  for (table in tables_of(graph, view, x)) {
    turned <- fault_of_turned_table(graph, view, table)
    if (!is.null(turned)) {
      return(turned)
    }
    for (n in way_of_table(graph, table$table)) {
      fault <- fault_of_mean(graph, view, n, table$axis)
      if (!is.null(fault)) {
        return(fault)
      }
    }
  }
  NULL
}

# A mean that is taken away in the wrong direction; NULL where none is.
fault_of_mean <- function(graph, view, n, samples) {
  mean <- mean_taken_away(graph, n)
  axis <- if (!is.null(mean)) reduced_axis(graph, mean)
  data <- if (!is.null(axis)) value_of(graph, graph$parents[[mean]][[1L]])
  if (length(dim(data)) != 2L) {
    return(NULL)
  }
  if (axis == samples) {
    down <- runs_down_columns(graph, n, data, samples)
    return(if (down) fault_of_scaling(graph, view, n, n, samples, "standardised_down_columns"))
  }
  spread <- spread_axis(graph, n, mean)
  if (identical(spread, samples) || are_of_other_units(data, samples)) {
    fault_of_scaling(graph, view, mean, n, samples, "standardised_by_sample")
  }
}

# A table that scale() was given turned, so that each sample was standardised.
fault_of_turned_table <- function(graph, view, table) {
  scaled <- find_scaled_turned(graph, table$table, table$axis)
  data <- if (!is.null(scaled)) value_of(graph, graph$parents[[scaled]][[1L]])
  if (is.null(data) || !are_of_other_units(data, 2L)) {
    return(NULL)
  }
  # Each row is a quantity, which should be without its mean and divided by its spread.
  right <- t(scale(t(data)))
  attributes(right) <- attributes(data)
  path <- list(list(scaled, right))
  new_fault(scaled, right, path, view$step$updates[[1L]], NULL, "standardised_by_sample")
}

# Where R's scale(), which takes columns, was given a table whose columns are the samples.
find_scaled_turned <- function(graph, n, samples) {
  for (k in seq_len(farthest_table)) {
    parents <- graph$parents[[n]]
    own <- graph$shape[[n]]
    if (length(parents) != 1L || length(own) != 2L) {
      return(NULL)
    }
    if (graph$op[[n]] == "scale") {
      return(if (samples == 2L) n)
    }
    whole <- ravel(t(matrix(seq_len(prod(own)) - 1, own[[2L]], own[[1L]], byrow = TRUE)))
    turns <- graph$op[[n]] == "move" && identical(graph$shape[[parents]], rev(own))
    if (!turns || !all_true(movement_of(graph, n) == whole)) {
      return(NULL)
    }
    n <- parents
    samples <- 3L - samples
  }
  NULL
}

# Of a difference that should be without the mean of each column.
fault_of_scaling <- function(graph, view, node, n, samples, kind) {
  data <- operand_of(graph, graph$args[[n]][[1L]])
  right <- minus(data, reduce_axis("mean", data, samples))
  new_fault(node, right, list(list(n, right)), view$step$updates[[1L]], NULL, kind)
}

# Whether the means of the columns were recycled down each of them, as R does with a vector.
runs_down_columns <- function(graph, n, data, samples) {
  taken <- operand_of(graph, graph$args[[n]][[2L]])
  means <- reduce_axis("mean", data, samples)
  down <- array(as.double(means), dim(data))
  close <- function(a, b) all_true(abs(a - b) <= 1e-8 + 1e-5 * abs(b))
  identical(dim(taken), dim(data)) && !close(down, plus(0 * data, means)) && close(taken, down)
}

# The data and the tables that they were taken out of, with the axis of their samples.
tables_of <- function(graph, view, x) {
  if (is.null(x)) {
    return(list())
  }
  axis <- if (is_in_columns(graph, view)) 2L else 1L
  own <- if (length(graph$shape[[x]]) == 2L) list(list(table = x, axis = axis)) else list()
  c(own, find_rows(graph, x, axis))
}

# A table before it was divided and lessened, as far as it kept its shape.
way_of_table <- function(graph, n) {
  way <- n
  while (length(way) < 6L && graph$op[[n]] %in% c("sub", "div", "mul", "add", "neg")) {
    same <- Filter(function(p) identical(graph$shape[[p]], graph$shape[[n]]), graph$parents[[n]])
    if (length(same) == 0L) break
    n <- same[[1L]] # R spreads the second to the same shape
    way <- c(way, n)
  }
  way
}

# The mean that was taken away from what it is the mean of.
mean_taken_away <- function(graph, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "sub" || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(NULL)
  }
  mean <- origin_of(graph, args[[2L]])
  of <- graph$parents[[mean]]
  if (graph$op[[mean]] == "mean" && length(of) > 0L && of[[1L]] == args[[1L]]) mean
}

# The axis over which the spread was taken that a difference is divided by.
spread_axis <- function(graph, n, mean) {
  data <- graph$parents[[mean]][[1L]]
  for (u in users_of(graph)[[n]]) {
    if (graph$op[[u]] == "div" && length(graph$parents[[u]]) == 2L) {
      spread <- origin_of(graph, graph$parents[[u]][[2L]])
      of <- graph$parents[[spread]]
      if (graph$op[[spread]] != "mean" && length(of) > 0L && of[[1L]] %in% c(data, n)) {
        return(reduced_axis(graph, spread))
      }
    }
  }
  NULL
}

are_of_other_units <- function(data, samples) {
  sizes <- abs(apply(data, 3L - samples, stats::median))
  min(sizes) * other_units < max(sizes)
}
