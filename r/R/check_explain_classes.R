# Targets that are no classes: their numbers counted from 1, or a matrix that is in disorder; twin
# of check/explain/classes.py in Python.

# A matrix of classes that is filled by rows where it should be by columns, or the other way. There
# is no right value to show: which sample is of which class is lost.
find_disordered_classes <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  y <- view$targets[[1L]]
  disordered <- vapply(alignment$views, function(v) {
    any(mapply(function(a, t) are_disordered(graph, a, t), v$outputs, v$targets))
  }, NA)
  if (!is.integer(y) || length(y) != 1L || !any(disordered)) {
    return(NULL)
  }
  n <- table_of(graph, y)
  value <- value_of(graph, n)
  fault <- new_fault(n, value, list(list(n, value)), last_update(view), NULL, "classes_disordered")
  fault$shown <- list(
    yours = "as many ones as samples, but not one for each", right = "one for each sample"
  )
  fault
}

# Targets of 1 and 2 in all steps, for an output that is a sigmoid.
find_classes_from_one <- function(graph, alignment) {
  found <- numeric(0)
  for (view in alignment$views) {
    for (i in seq_along(view$outputs)) {
      if (!is_made_by(graph, origin_of(graph, view$outputs[[i]]), "sigmoid")) {
        return(NULL)
      }
      found <- unique(c(found, as.double(target_of(graph, view$targets[[i]]))))
    }
  }
  view <- alignment$views[[1L]]
  n <- view$targets[[1L]]
  if (!setequal(found, c(1, 2)) || !is_node(n)) {
    return(NULL)
  }
  n <- origin_of(graph, n)
  right <- value_of(graph, n) - 1
  new_fault(n, right, list(list(n, right)), last_update(view), NULL, "classes_from_one")
}
