# Weights that were already updated when the way back took them, told by computing anew; twin of
# check/explain/replaced.py in Python.

# Whether a wrong value is right as soon as the weights in it are those of before the update; FALSE
# too where no updated weights are in it.
takes_updated_weights <- function(table, fault) {
  graph <- table$graph
  step <- table$view$step
  formula <- formula_of_fault(table, fault$node)
  beside <- unique(unlist(graph$parents[formula]))
  of <- c(vapply(step$updates, function(c) as.integer(c$k), 1L), as.integer(step$keys))
  new <- c(vapply(step$updates, function(c) as.integer(c$u), 1L), as.integer(step$last))
  own <- which(new %in% beside & !duplicated(new))
  if (length(own) == 0L) {
    return(FALSE)
  }
  known <- lapply(own, function(i) value_of(graph, step$first[[match(of[[i]], step$keys)]]))
  names(known) <- new[own]
  made <- compute_formula(graph, formula, fault$node, known)
  !is.null(made) && is_near(made, fault$right)
}

# Whether the place that makes a value on the way back makes some on the way forward too: then it is
# a helper, and does there what it should.
is_of_right_helper <- function(table, node) {
  graph <- table$graph
  view <- table$view
  site <- graph$site[[node]]
  is_back <- view$moved[[node]] && !view$forward[[node]]
  is_back && site > 0L && any(graph$site[view$forward] == site)
}
