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
  computed <- unlist(lapply(alignment$views, function(v) {
    list_losses(graph, v, "squared_error")$weight
  }))
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
