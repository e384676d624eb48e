# A weight or bias whose old value is lost: what should be taken from it stands in its place; twin
# of check/explain/overwritten.py in Python.
#
# As in `b <- -rate * g`. Such a value is no parameter that moves, and all others move rightly
# beside it.

# What the way forward takes that is the derivative there, in the step before, times the rate,
# where it began with a value that was made of no weights, as a parameter does, and it is so in
# every step.
find_overwritten <- function(graph, alignment, best) {
  users <- Map(function(view, s) users_by_place(graph, view, s > 1L), alignment$views,
               seq_along(alignment$views))
  places <- if (length(users) > 2L) names(users[[1L]])
  for (place in Filter(function(p) all(vapply(users, function(u) p %in% names(u), NA)), places)) {
    i <- as.integer(strsplit(place, " ")[[1L]][[3L]])
    taken <- Map(function(known, adjoint) derivative_at(graph, adjoint, known[[place]], i),
                 users, best$adjoints)
    values <- vapply(taken, function(one) one$node, 1L)
    if (anyDuplicated(values) > 0L) next
    slopes <- lapply(taken, function(one) one$slope)
    times <- vapply(seq_along(values)[-1L], function(s) {
      times_of_slope(graph, values[[s]], slopes[[s - 1L]])
    }, 1)
    rates <- best$factors[seq_along(times)]
    if (all(abs(abs(times) - rates) <= 1e-7 * rates)) {
      return(fault_overwritten(graph, alignment, best, values, slopes))
    }
  }
  NULL
}

# Where a step's way forward takes what is no parameter and not made of one in that step, by the
# site of the operation, which one of the step it is, and which operand: only what is made of one in
# a step before, or what is made of none. What is added to a parameter moves it, as an update does,
# or looks ahead.
users_by_place <- function(graph, view, touched) {
  found <- list()
  seen <- list()
  for (n in which(view$forward & graph$site > 0L)) {
    site <- as.character(graph$site[[n]])
    seen[[site]] <- if (is.null(seen[[site]])) 1L else seen[[site]] + 1L
    if (moves_parameter(graph, view, n)) next
    is_taken <- vapply(graph$args[[n]], function(a) {
      is_node(a) && !view$moved[[a]] && view$touched[[a]] == touched
    }, NA)
    for (i in which(is_taken)) found[[paste(site, seen[[site]], i)]] <- n
  }
  found
}

moves_parameter <- function(graph, view, n) {
  adds <- graph$op[[n]] %in% c("add", "sub") && any(view$cut[graph$parents[[n]]])
  adds || view$cut[[n]]
}

# An operand of the way forward as it was before it was moved, and the derivative there, or NULL.
derivative_at <- function(graph, adjoint, user, i) {
  slope_for <- function(n, p, g) {
    part <- if (!is.null(g)) Find(function(part) part[[1L]] == p, pull_back(graph, n, g))
    part[[2L]]
  }
  n <- as.integer(graph$args[[user]][[i]])
  g <- slope_for(user, n, adjoint$at(user))
  while (graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L) {
    p <- as.integer(graph$parents[[n]][[1L]])
    g <- slope_for(n, p, g)
    n <- p
  }
  list(node = n, slope = g)
}

# How many times a derivative a value is; 0 where it is no multiple of it.
times_of_slope <- function(graph, n, g) {
  value <- value_of(graph, n)
  if (is.null(g) || is.null(value) || !identical(shape_now(value), shape_now(g))) {
    return(0)
  }
  r <- if (any_nonzero(g)) factor_between(value, g) else 0
  if (is_near(value, r * g)) r else 0
}

# The first of the values that lost something, which 0 does not.
fault_overwritten <- function(graph, alignment, best, values, slopes) {
  for (s in seq_len(length(values) - 1L)) {
    if (any_nonzero(value_of(graph, values[[s]]))) {
      right <- minus(value_of(graph, values[[s]]), best$factors[[s]] * slopes[[s]])
      new <- values[[s + 1L]]
      updates <- alignment$views[[s]]$step$updates
      path <- list(list(new, right))
      fault <- new_fault(new, right, path, updates[[length(updates)]], NULL, "overwritten")
      fault$step <- s
      return(fault)
    }
  }
  NULL
}
