# Targets that are the numbers of classes, counted from 1, where an output lies between 0 and 1;
# twin of check/explain/classes.py in Python.

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
