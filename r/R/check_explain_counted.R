# A mean over the samples that is divided by the number of columns; twin of check/explain/counted.py
# in Python.

# Every gradient is that of the program's own loss, but for columns counted in place of rows.
#
# The loss is a mean over the samples, and all of its gradient is divided by the other number.
find_counted_columns <- function(graph, alignment) {
  steps <- lapply(alignment$views, function(view) view$step)
  begins <- vapply(steps, function(step) step$begin, 1L)
  for (views in find_objectives(graph, alignment$found, steps)) {
    reading <- if (length(views) > 0L) read_family(graph, alignment$found, views, "own")
    if (is.null(reading) || !is_right_reading(reading)) next
    faults <- lapply(seq_along(views), function(i) {
      view <- alignment$views[[match(views[[i]]$step$begin, begins)]]
      columns_counted_in(graph, alignment, view, reading$rows[[i]])
    })
    if (!any(vapply(faults, is.null, NA))) {
      return(faults[[1L]])
    }
  }
  NULL
}

# The first gradient of a step that is divided so, where all are.
columns_counted_in <- function(graph, alignment, view, rows_of_loss) {
  x <- first_data(graph, view, view$outputs[[1L]])
  if (is.null(x) || length(graph$shape[[x]]) != 2L) {
    return(NULL)
  }
  sizes <- if (is_in_columns(graph, view)) rev(graph$shape[[x]]) else graph$shape[[x]]
  first <- NULL
  for (row in rows_of_loss) {
    update <- Find(function(c) c$k == row$k, view$step$updates)
    terms <- take_apart(graph, view, alignment$found$owner, update)$terms
    way <- if (length(terms) == 1L) as.integer(terms[[1L]]$way[1L, ])
    n <- Find(function(n) {
      is_divided(graph, view, n, sizes[[2L]]) &&
        is_near(value_of(graph, n), row$gradient * (sizes[[1L]] / sizes[[2L]]))
    }, way)
    if (is.null(n) || sizes[[1L]] == sizes[[2L]]) {
      return(NULL)
    }
    if (is.null(first) || n < first$node) {
      path <- list(list(n, row$gradient))
      first <- new_fault(n, row$gradient, path, update, NULL, "columns_counted")
    }
  }
  first
}
