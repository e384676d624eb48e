# A part of a value that is taken at the wrong end, as the last column in place of the first; twin
# of check/explain/parts.py in Python.

# Whether another part of what a value was taken out of is what belongs there.
is_other_part <- function(graph, n, right) {
  p <- graph$parents[[n]]
  part <- graph$shape[[n]]
  if (graph$op[[n]] != "move" || length(p) != 1L || !identical(shape_now(right), part)) {
    return(FALSE)
  }
  whole <- graph$shape[[p]]
  longer <- if (length(whole) == length(part)) which(whole > part)
  value <- value_of(graph, p)
  if (is.null(value) || length(longer) != 1L || is_near(value_of(graph, n), right)) {
    return(FALSE)
  }
  starts <- seq_len(whole[[longer]] - part[[longer]] + 1L) - 1L
  any(vapply(starts, function(k) {
    at <- k + seq_len(part[[longer]])
    taken <- if (length(whole) == 1L) value[at] else take_along(value, at, longer)
    is_near(shape_rows(ravel(taken), part), right)
  }, NA))
}

take_along <- function(value, at, axis) {
  if (axis == 1L) value[at, , drop = FALSE] else value[, at, drop = FALSE]
}
