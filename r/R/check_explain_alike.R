# Hidden units that begin alike and stay so, as no training makes them different; twin of
# check/explain/alike.py in Python.

fewest_steps_alike <- 3L

# A hidden layer of which all units have the same value, in the first step and in the last.
#
# Their weights began as one number, and so did those after them: each gets the derivative that the
# others get.
find_alike_units <- function(graph, alignment) {
  views <- alignment$views
  if (length(views) < fewest_steps_alike) {
    return(NULL)
  }
  before <- alike_layers(graph, views[[1L]])
  after <- alike_layers(graph, views[[length(views)]])
  # Weights that begin alike are the reason, and biases that do are as they should be.
  axes <- vapply(before, function(first) length(graph$shape[[first]]), 1L)
  for (k in intersect(names(before)[order(-axes)], names(after))) {
    first <- before[[k]]
    right <- like(rep(NaN, graph$count[[first]]), graph$shape[[first]])
    update <- Find(function(c) c$k == as.integer(k), views[[1L]]$step$updates)
    fault <- new_fault(first, right, list(list(first, right)), update, NULL, "units_alike")
    number <- ravel(value_of(graph, first))[[1L]]
    fault$shown <- list(yours = number, right = "another number for each unit")
    return(fault)
  }
  NULL
}

# The weights that lead into a layer of like units, by their parameter, as they are now.
alike_layers <- function(graph, view) {
  axis <- if (is_in_columns(graph, view)) 1L else 2L
  found <- list()
  for (x in find_activations(graph, view)) {
    if (x$a %in% view$outputs || !are_units_alike(value_of(graph, x$a), axis)) next
    weights <- weights_into(graph, view, x$z)
    found[names(weights)] <- weights
  }
  found
}

# Whether all units of a layer have the same values, which are not the same for all samples.
are_units_alike <- function(a, axis) {
  if (length(dim(a)) != 2L || min(dim(a)) < 2L) {
    return(FALSE)
  }
  one <- if (axis == 1L) a[1L, , drop = FALSE] else a[, 1L, drop = FALSE]
  all_true(spread_both(`==`, a, one)) && max(a) != min(a)
}

# The weights that a sum on the way forward is made with, by their parameter.
weights_into <- function(graph, view, z) {
  through <- c(product_operations, "add", "move", "sweep")
  found <- list()
  stack <- z
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    for (p in if (graph$op[[n]] %in% through) graph$parents[[n]]) {
      key <- key_of_weights(graph, view$step, p)
      if (!is.null(key)) {
        found[[key]] <- p
      } else if (view$moved[[p]] && !view$cut[[p]]) {
        stack <- c(stack, p)
      }
    }
  }
  found
}

# The parameter that a value is in the beginning of a step; NULL where it is none, or no weights.
key_of_weights <- function(graph, step, p) {
  at <- match(p, step$first)
  shape <- graph$shape[[p]]
  if (!is.na(at) && length(shape) > 0L && min(shape) > 1L) as.character(step$keys[[at]])
}
