# The derivative of another loss than the one that the program computes; twin of
# check/explain/other_loss.py in Python.

# A squared error whose 2 begins the way back, from a sigmoid whose slope is left out.
#
# The error alone is the derivative of the cross-entropy, which many train with and show the squared
# error of. But it has no 2, and where a program computes no logarithm, and twice the error over the
# number that its own squared error is divided by, it means that one.
find_other_loss <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  if (best$family != "binary_cross_entropy" || computes_entropy(graph, view)) {
    return(NULL)
  }
  ends <- lapply(alignment$views, function(v) end_of_doubled_error(graph, v))
  if (any(vapply(ends, is.null, NA))) {
    return(NULL)
  }
  computed <- unlist(lapply(alignment$views, function(v) list_squared_errors(graph, v)$number))
  weights <- unique(round(abs(vapply(ends, function(end) end$weight, 1)), 12))
  if (length(weights) > 1L || !any(abs(weights - computed) <= 1e-9 * weights)) {
    return(NULL)
  }
  node <- ends[[1L]]$node
  right <- value_of(graph, node) * like(ends[[1L]]$slope, graph$shape[[node]])
  new_fault(node, right, list(list(node, right)), last_update(view), NULL, "slope_left_out")
}

# The error times the numbers that it begins the way back with, these, and the slope of the output;
# NULL where the number is one that a cross-entropy has, as a sum or as a mean.
end_of_doubled_error <- function(graph, view) {
  if (length(view$outputs) != 1L) {
    return(NULL)
  }
  a <- view$outputs
  end <- follow_error(graph, view, a)
  out <- value_of(graph, a)
  usual <- 1 / c(1, graph$shape[[a]], graph$count[[a]])
  if (is.null(end) || length(out) < 2L || any(abs(abs(end$weight) - usual) <= 1e-9 * usual)) {
    return(NULL)
  }
  if (!is.null(find_input(graph, a, "sigmoid"))) c(end, list(slope = out * (1 - out)))
}

# The squared errors that the program computes of a step's output, and twice the number of each.
list_squared_errors <- function(graph, view) {
  found <- list(node = integer(0), number = numeric(0))
  a <- view$outputs[[1L]]
  out <- value_of(graph, a)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(out) && !is.null(target)) shape_target(target, shape_now(out))
  if (is.null(target)) {
    return(found)
  }
  total <- sum((out - target)^2)
  until <- min(view$step$end + nodes_after_step - 1L, graph$size)
  made <- seq.int(view$step$begin + 1L, length.out = max(0L, until - view$step$begin))
  for (n in made[graph$count[made] == 1 & !view$cone[made]]) {
    x <- value_of(graph, n)
    if (is.null(x) || !is.finite(x) || x == 0) next
    for (m in unique(c(1, graph$shape[[a]], graph$count[[a]]))) {
      if (abs(as.vector(x) * m - total) <= 1e-9 * total) {
        found$node <- c(found$node, n)
        found$number <- c(found$number, 2 / m)
      }
    }
  }
  found
}
