# Arrays changed in place by way of another name: what was kept is not what it was; twin of
# check/explain/inplace.py in Python.

longest_kept <- 40L
fewest_changed <- 3L

# A value of the way forward into which something was put before the way back took it.
#
# Told only where the fault is right as soon as the value is what it was.
find_changed_value <- function(table, fault) {
  graph <- table$graph
  formula <- formula_of_fault(table, fault$node)
  for (n in formula) {
    kept <- before_changes(table, n)
    if (is.null(kept)) next
    right <- value_of(graph, kept$was)
    made <- compute_formula(graph, formula, fault$node, stats::setNames(list(right), n))
    if (!is.null(made) && is_near(made, fault$right)) {
      path <- list(list(kept$first, right))
      return(new_fault(kept$first, right, path, fault$update, NULL, "changed_in_place"))
    }
  }
  NULL
}

# A fault whose wrong value was put into `[row] * n`, told where that was made: its rows are one.
tell_repeated_row <- function(graph, fault) {
  nodes <- vapply(graph$header$shared, function(entry) as.integer(entry[[1L]]) + 1L, 1L)
  way <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  for (n in intersect(c(as.integer(fault$node), way), nodes)) {
    fault$kind <- "rows_are_one"
    at <- graph$header$shared[[max(which(nodes == n))]]
    fault$told_at <- as.integer(at[[2L]]) + 1L
    break
  }
  fault
}

# What a value is made of, as far as no other value of the way back is named there.
formula_of_fault <- function(table, node) {
  graph <- table$graph
  view <- table$view
  seen <- integer(0)
  stack <- as.integer(node)
  while (length(stack) > 0L && length(seen) < longest_kept) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    named <- view$after[[n]] && (graph$named[[n]] || view$meets[[n]])
    if (n %in% seen || view$forward[[n]] || named && n != node) next
    seen <- c(seen, n)
    parents <- graph$parents[[n]]
    stack <- c(stack, parents[view$moved[parents]])
  }
  sort(seen)
}

# The first thing put into a value of the way forward that changed it, and that value; else NULL.
before_changes <- function(table, n) {
  graph <- table$graph
  view <- table$view
  chain <- integer(0)
  while (graph$spelled[[n]] == "put" && length(graph$parents[[n]]) > 0L && !view$forward[[n]]) {
    chain <- c(chain, n)
    n <- graph$parents[[n]][[1L]]
  }
  if (length(chain) == 0L || !view$forward[[n]] || view$cut[[n]]) {
    return(NULL)
  }
  shape <- graph$shape[[n]]
  was <- value_of(graph, n)
  changed <- Filter(function(m) {
    identical(graph$shape[[m]], shape) && !identical(ravel(value_of(graph, m)), ravel(was))
  }, chain)
  if (length(changed) > 0L && length(shape) > 0L) list(first = min(changed), was = n)
}

# Samples to which something random is added in place, or a part of a table of them.
#
# Each step adds to what the step before has left, so that the samples are lost.
find_changed_data <- function(graph, alignment) {
  steps <- lapply(alignment$views, noise_of_step, graph = graph)
  if (length(steps) < fewest_changed || any(vapply(steps, is.null, NA))) {
    return(NULL)
  }
  made <- vapply(steps, function(s) s$made, 1L)
  before <- vapply(steps, function(s) s$before, 1L)
  if (!all(mapply(function(m, b) goes_on_with(graph, m, b), made[-length(made)], before[-1L]))) {
    return(NULL)
  }
  right <- value_of(graph, before[[1L]])
  update <- alignment$views[[1L]]$step$updates[[1L]]
  path <- list(list(made[[1L]], right))
  new_fault(made[[1L]], right, path, update, NULL, "data_changed_in_place")
}

# Whether samples are those that were made, or taken out of the table that holds these now.
goes_on_with <- function(graph, made, before) {
  tables <- if (graph$op[[before]] == "move") graph$parents[[before]]
  tables <- tables[graph$spelled[tables] == "put"]
  made == before || made %in% unlist(graph$parents[tables])
}

# Whether a value is made of another one, as where a target is computed of the samples.
is_made_of_node <- function(graph, n, made) {
  seen <- integer(0)
  stack <- n
  while (length(stack) > 0L) {
    m <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (m == made) {
      return(TRUE)
    }
    if (m > made && !m %in% seen) {
      seen <- c(seen, m)
      stack <- c(stack, graph$parents[[m]])
    }
  }
  FALSE
}

# In a step the samples with something random in them, and what they were before; else NULL.
noise_of_step <- function(graph, view) {
  n <- first_data(graph, view, view$outputs[[1L]])
  y <- view$targets[[1L]]
  if (is.null(n) || is_node(y) && y != n && is_made_of_node(graph, y, n)) {
    return(NULL)
  }
  args <- unlist(Filter(is_node, graph$args[[n]]))
  random <- as.integer(unlist(graph$header$random)) + 1L
  shapes <- unique(graph$shape[args])
  if (!graph$op[[n]] %in% c("add", "sub") || length(args) != 2L || length(shapes) != 1L) {
    return(NULL)
  }
  drawn <- max(args)
  scaled <- graph$op[[drawn]] == "mul" && any(graph$parents[[drawn]] %in% random)
  if (drawn %in% random || scaled) list(made = as.integer(n), before = as.integer(min(args)))
}
