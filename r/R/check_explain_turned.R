# A softmax of each row that apply() gives back as a column, where that fits as well; twin of
# check/explain/turned.py in Python.

from_output <- 3L

# The call of apply() whose columns are samples, where those of the target are its rows.
#
# With as many samples as classes both have one shape. Each sample's outputs and its target sum to
# 1, and in some step what is summed the other way does not.
find_turned_output <- function(graph, alignment) {
  if (graph$header$language != "r") {
    return(NULL)
  }
  both <- lapply(alignment$views, function(view) square_of_step(graph, view))
  made <- lapply(alignment$views, function(view) applied_before(graph, view$outputs[[1L]]))
  if (any(lengths(both) == 0L) || any(lengths(made) == 0L)) {
    return(NULL)
  }
  outputs <- axes_of_ones(lapply(both, function(b) b$output))
  targets <- axes_of_ones(lapply(both, function(b) b$target))
  if (!identical(outputs, c(TRUE, FALSE)) || !identical(targets, c(FALSE, TRUE))) {
    return(NULL)
  }
  n <- made[[1L]]
  right <- t(value_of(graph, n))
  new_fault(n, right, list(list(n, right)), last_update(alignment$views[[1L]]), NULL, "rows_turned")
}

# The one output of a step and its target, where they are as wide as they are high, or NULL.
square_of_step <- function(graph, view) {
  if (length(view$outputs) != 1L) {
    return(NULL)
  }
  shape <- graph$shape[[view$outputs]]
  if (length(shape) != 2L || shape[[1L]] != shape[[2L]] || shape[[1L]] < 2L) {
    return(NULL)
  }
  output <- value_of(graph, view$outputs)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, shape)
  if (!is.null(target)) list(output = output, target = target)
}

# The call of apply() that an output comes from, if no other has turned it; NULL if there is none.
applied_before <- function(graph, a) {
  for (k in seq_len(from_output)) {
    if (graph$spelled[[a]] == "apply") {
      return(a)
    }
    moves <- graph$op[[a]] == "move" && length(graph$parents[[a]]) == 1L
    if (!moves || graph$spelled[[a]] == "t") break
    a <- graph$parents[[a]]
  }
  NULL
}

# For columns and rows whether all sums along them are 1.
axes_of_ones <- function(values) {
  ones <- function(sums) all_true(abs(sums - 1) <= near_enough)
  c(
    all(vapply(values, function(v) ones(colSums(v)), NA)),
    all(vapply(values, function(v) ones(rowSums(v)), NA))
  )
}
