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
    made <- compute_formula(graph, formula, fault$node, n, right)
    if (!is.null(made) && is_near(made, fault$right)) {
      path <- list(list(kept$first, right))
      return(new_fault(kept$first, right, path, fault$update, NULL, "changed_in_place"))
    }
  }
  NULL
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

# Samples to which something random is added in place, while they are the target as well.
#
# Each step adds to what the step before has left, so that the target is lost.
find_changed_data <- function(graph, alignment) {
  steps <- lapply(alignment$views, noise_of_step, graph = graph)
  if (length(steps) < fewest_changed || any(vapply(steps, is.null, NA))) {
    return(NULL)
  }
  made <- vapply(steps, function(s) s$made, 1L)
  before <- vapply(steps, function(s) s$before, 1L)
  if (any(before[-1L] != made[-length(made)])) {
    return(NULL)
  }
  right <- value_of(graph, before[[1L]])
  update <- alignment$views[[1L]]$step$updates[[1L]]
  path <- list(list(made[[1L]], right))
  new_fault(made[[1L]], right, path, update, NULL, "data_changed_in_place")
}

# In a step the samples with something random in them, and what they were before; else NULL.
noise_of_step <- function(graph, view) {
  n <- first_data(graph, view, view$outputs[[1L]])
  if (is.null(n) || !identical(as.double(n), as.double(unlist(view$targets[[1L]])))) {
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
