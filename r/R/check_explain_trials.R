# A wrong value in every step looked at, and the values that its right formula is made of; twin of
# check/explain/trials.py in Python.

# The role of a wrong value, and a trial for each step in which it is found again. A trial has their
# value, the right one, and what the formulas of edits may name.
follow_fault <- function(graph, alignment, fault, s) {
  activations <- find_activations(graph, alignment$views[[s]])
  place <- find_place(graph, alignment, fault, s, activations)
  if (is.null(place)) {
    return(list(role = "", trials = list()))
  }
  trials <- lapply(seq_along(alignment$views), function(i) {
    known <- if (i == s) activations else find_activations(graph, alignment$views[[i]])
    node <- twin_node(graph, alignment, fault, s, i)
    same <- place$role == "change" || length(known) == length(activations)
    # A step in which nothing is wrong shows nothing.
    if (is.null(node) || all(alignment$readings[[1L]]$good[[i]]) || !same) return(NULL)
    make_trial(graph, alignment, i, node, place, known)
  })
  list(role = place$role, trials = Filter(Negate(is.null), trials))
}

# What a wrong value should be: a slope, a derivative before or after one, or a change. `index` is
# that of the activation or the parameter; a change with no factor is that of an update.
find_place <- function(graph, alignment, fault, s, activations) {
  best <- alignment$readings[[1L]]
  adjoint <- best$adjoints[[s]]
  owner <- alignment$found$owner
  right <- fault$right
  if (fault$node == fault$update$u) {
    return(list(role = "change", index = fault$update$k, factor = 0, flipped = FALSE))
  }
  goal <- fault$wanted
  known <- !is.null(goal) && owner[[goal]] > 0L
  slope <- if (!known) slope_place(right, activations)
  if (known || (is.null(goal) && is.null(slope))) {
    row <- row_of(best$rows[[s]], if (known) owner[[goal]] else fault$update$k)
    change <- if (!is.null(row)) new_place(right, row$gradient, "change", row$k)
    if (known || !is.null(change)) {
      return(change)
    }
  }
  if (!is.null(slope)) {
    return(slope)
  }
  derivative_place(activations, adjoint, goal, right)
}

# The activation of which a right value is the slope.
slope_place <- function(right, activations) {
  for (j in seq_along(activations)) {
    slope <- activations[[j]]$slope
    if (!is.null(slope) && same_numbers(right, slope)) {
      return(list(role = "slope", index = j, factor = 1, flipped = !is_near(right, slope)))
    }
  }
  NULL
}

# The activation at or before which a right value is the derivative.
derivative_place <- function(activations, adjoint, goal, right) {
  for (role in c("delta", "error")) {
    for (j in seq_along(activations)) {
      x <- activations[[j]]
      n <- if (role == "delta") x$z else x$a
      base <- adjoint$at(n)
      if (is.null(base) || !is_goal(adjoint, n, goal, right)) next
      found <- new_place(right, base, role, j)
      if (!is.null(found)) return(found)
    }
  }
  NULL
}

new_place <- function(right, base, role, index) {
  f <- factor_of(right, base)
  if (f == 0) {
    return(NULL)
  }
  flipped <- length(dim(base)) == 2L && length(dim(right)) == 2L && !is_near(right, f * base)
  list(role = role, index = index, factor = f, flipped = flipped)
}

# Whether a derivative is that of the goal, or of what differs from it by a sign or a bias.
is_goal <- function(adjoint, n, goal, right) {
  if (!is.null(goal) && goal == n) {
    return(TRUE)
  }
  if (length(right) > 1L) {
    return(factor_of(right, adjoint$at(n)) != 0)
  }
  other <- if (!is.null(goal)) adjoint$at(goal)
  !is.null(other) && is_near(abs(adjoint$at(n)), abs(other))
}

# The number that one value is of another everywhere; 0 if there is none.
factor_of <- function(right, base) {
  for (form in forms_alike(base, shape_now(right))) {
    f <- factor_between(right, form)
    if (f != 0 && is_near(right, f * form)) return(f)
  }
  0
}

# The node of another step that was made at the same place of the program, counted from the end: a
# check before training belongs to the first step.
twin_node <- function(graph, alignment, fault, s, i) {
  if (i == s) {
    return(fault$node)
  }
  alike <- function(step) {
    if (fault$node == fault$update$u) {
      own <- Filter(function(c) c$k == fault$update$k, step$updates)
      return(vapply(own, function(c) c$u, 1L))
    }
    nodes <- seq(step$begin + 1L, step$end)
    same <- graph$site[nodes] == graph$site[[fault$node]]
    nodes[same & graph$op[nodes] == graph$op[[fault$node]]]
  }
  own <- alike(alignment$views[[s]]$step)
  other <- alike(alignment$views[[i]]$step)
  after <- length(own) - match(fault$node, own)
  if (!is.na(after) && after < length(other)) other[[length(other) - after]]
}

# A step in which the wrong value is at a node.
make_trial <- function(graph, alignment, i, node, place, activations) {
  view <- alignment$views[[i]]
  best <- alignment$readings[[1L]]
  adjoint <- best$adjoints[[i]]
  around <- lapply(activations, function(x) around_activation(graph, view, adjoint, x))
  theirs <- value_of(graph, node)
  factor <- place$factor
  if (place$role == "change") {
    row <- row_of(best$rows[[i]], place$index)
    if (is.null(row) || is.null(theirs)) return(NULL)
    if (factor == 0) {
      theirs <- minus(theirs, row$old)
      factor <- -best$factors[[i]]
    }
    base <- row$gradient
    found <- around_parameter(graph, view, adjoint, place$index, around)
  } else {
    x <- activations[[place$index]]
    at <- if (place$role == "error") x$a else x$z
    base <- if (place$role == "slope") x$slope else adjoint$at(at)
    found <- list(names = around[[place$index]], others = around[-place$index])
  }
  if (is.null(base) || is.null(theirs) || !all_finite(theirs)) {
    return(NULL)
  }
  turned <- is_in_columns(graph, view)
  whole <- factor * base
  flipped <- place$flipped && length(dim(whole)) == 2L
  right <- utils::head(forms_alike(whole, shape_now(theirs)), 1L)
  right <- if (flipped) t(whole) else if (length(right) > 0L) right[[1L]] else whole
  samples <- as.double(count_samples(graph, view))
  names <- c(found$names, list(g = as_rows(base, turned), samples = samples))
  list(
    theirs = theirs, right = right, factor = factor, names = names, others = found$others,
    rates = rates_among(written_numbers(graph, view), best$factors[[i]], samples),
    turned = turned != flipped
  )
}

# The numbers of the program that are its learning rate, if the loss is a sum or a mean.
rates_among <- function(numbers, factor, samples) {
  shares <- c(factor, factor / 2, factor * samples, factor * samples / 2)
  Filter(function(x) any(abs(x - shares) <= 1e-9 * abs(x)), numbers)
}
