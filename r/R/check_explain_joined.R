# A gradient of several parts put together, some of which move their elements rightly; twin of
# check/explain/joined.py in Python.

# The parts of an update's gradient whose elements are all right; none where the gradient is no such
# vector, or where the parts move nothing.
right_parts <- function(graph, row, rate, parts) {
  if (length(parts$terms) != 1L || !row$fits_shape) {
    return(integer(0))
  }
  n <- parts$terms[[1L]]$node
  index <- if (graph$op[[n]] == "move") movement_of(graph, n)
  args <- unlist(Filter(is_node, graph$args[[n]]))
  if (is.null(index) || length(index) != length(row$gradient) || length(args) < 2L) {
    return(integer(0))
  }
  right <- -rate / parts$terms[[1L]]$factor * ravel(row$gradient)
  near <- abs(ravel(value_of(graph, n)) - right) <= close_enough * abs(right) + row$lost
  ends <- cumsum(graph$count[args])
  args[vapply(seq_along(args), function(i) {
    kept <- index >= ends[[i]] - graph$count[[args[[i]]]] & index < ends[[i]]
    any(kept) && all_true(near[kept]) && any_nonzero(right[kept])
  }, NA)]
}
