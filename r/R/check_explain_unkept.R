# What an update makes and the next step does not find: new values, velocities, moving averages;
# twin of check/explain/unkept.py in Python.

fewest_steps_unkept <- 3L
most_uses_to_root <- 2L

# A new value that is never stored, or a velocity whose past is nothing in every step.
find_unkept <- function(graph, alignment) {
  if (length(alignment$views) < fewest_steps_unkept) {
    return(NULL)
  }
  found <- never_stored(graph, alignment)
  if (is.null(found)) found <- past_of_nothing(graph, alignment)
  if (is.null(found)) past_of_itself(graph, alignment) else found
}

# Weights less those of the step before, which are the same array by another name.
past_of_itself <- function(graph, alignment) {
  first <- NULL
  for (view in alignment$views[-1L]) {
    own <- Filter(function(n) {
      p <- graph$operands[[n]]
      length(p) == 2L && !anyNA(p) && p[[1L]] == p[[2L]] && view$cut[[p[[1L]]]]
    }, which(view$cone & graph$op == "sub"))
    if (length(own) == 0L) {
      return(NULL)
    }
    if (is.null(first)) first <- own[[1L]]
  }
  p <- graph$parents[[first]][[1L]]
  k <- alignment$found$owner[[p]]
  before <- alignment$views[[1L]]$step
  update <- Find(function(c) c$k == k, alignment$views[[2L]]$step$updates)
  site <- site_of_second_name(graph, p)
  if (is.null(update) || !k %in% before$keys || is.null(site)) {
    return(NULL)
  }
  right <- minus(value_of(graph, p), value_of(graph, before$first[[match(k, before$keys)]]))
  path <- list(list(first, right))
  fault <- new_fault(first, right, path, update, NULL, "velocity_not_kept")
  fault$step <- 2L
  fault$told_at <- site
  fault
}

# The site at which a value was given another name; NULL where it was given none.
site_of_second_name <- function(graph, n) {
  names <- graph$names[[n]]
  site <- graph$bound[[as.character(n)]][-1L]
  if (length(names) > 1L && names[[1L]] != names[[2L]] && site[[1L]] > 0L) site[[1L]]
}

# Each step begins with the same weights, and what it makes of them is used nowhere.
#
# Where others are stored, it is told where they are.
never_stored <- function(graph, alignment) {
  views <- alignment$views
  keys <- views[[1L]]$step$keys
  lost <- keys[vapply(keys, function(k) is_never_stored(graph, views, k), NA)]
  updates <- views[[1L]]$step$updates
  update <- Find(function(c) c$k %in% lost, updates)
  if (is.null(update)) {
    return(NULL)
  }
  right <- value_of(graph, update$u)
  old <- views[[1L]]$step$first[[match(update$k, keys)]]
  path <- list(list(old, right))
  fault <- new_fault(update$u, right, path, update, old, "never_updated")
  fault$step <- 2L
  own <- place_of_node(graph, update$u)$line
  stored <- unlist(lapply(Filter(function(c) !c$k %in% lost, updates), function(c) {
    graph$bound[[as.character(c$u)]]
  }))
  fault$told_at <- Find(function(x) x > 0L && span_of_site(graph, x)$line > own, stored)
  fault
}

is_never_stored <- function(graph, views, k) {
  first <- function(view) view$step$first[match(k, view$step$keys)]
  all(vapply(views, function(view) {
    made <- unlist(lapply(view$step$updates, function(c) if (c$k == k) c$u))
    identical(first(view), first(views[[1L]])) && !any(lengths(users_of(graph)[made]) > 0L)
  }, NA))
}

# A share of the step before is added that is 0 in every step: it was never stored.
past_of_nothing <- function(graph, alignment) {
  pasts <- lapply(alignment$views, function(view) find_pasts(graph, view))
  if (length(pasts[[1L]]) == 0L || length(unique(lengths(pasts))) != 1L) {
    return(NULL)
  }
  before <- pasts[[1L]][[1L]]
  here <- pasts[[2L]][[1L]]
  shares <- vapply(pasts, function(p) p[[1L]]$share, 1)
  last <- value_of(graph, before$total)
  fits <- identical(graph$shape[[here$total]], graph$shape[[before$total]])
  if (any(shares != here$share) || !fits || !any_nonzero(last)) {
    return(NULL)
  }
  right <- plus(value_of(graph, here$total), here$share * last)
  update <- alignment$views[[2L]]$step$updates[[1L]]
  path <- list(list(here$total, right))
  is_known <- alignment$readings[[1L]]$rule$name != "unknown"
  kind <- if (is_known) "velocity_not_kept" else "means_not_kept"
  fault <- new_fault(here$total, right, path, update, NULL, kind)
  fault$step <- 2L
  fault$told_at <- begun_at(graph, alignment, vapply(pasts, function(p) p[[1L]]$past, 1))
  if (is.null(fault$told_at)) fault$told_at <- stored_alone(graph, update$u)
  fault
}

# The site at which a new weight is stored that a function has made beside its past, or NULL.
stored_alone <- function(graph, u) {
  sites <- Filter(function(x) x > 0L, graph$bound[[as.character(u)]])
  site <- utils::tail(sites, 1L)
  later <- length(site) > 0L && span_of_site(graph, site)$line > place_of_node(graph, u)$line
  if (later) site
}

# The site at which what should be kept is set to 0 in each step; NULL where it is in none.
begun_at <- function(graph, alignment, pasts) {
  begins <- vapply(alignment$views, function(view) as.double(view$step$begin), 1)
  if (any((pasts <= begins)[-1L])) {
    return(NULL)
  }
  n <- pasts[[2L]]
  sites <- c(utils::tail(graph$bound[[as.character(n)]], 1L), graph$site[[n]])
  Find(function(x) x > 0L, sites)
}

# The sums of a step that have a share of what is 0 without being made in this step.
find_pasts <- function(graph, view) {
  found <- list()
  for (n in which(view$cone & view$after & graph$op %in% c("add", "sub"))) {
    nodes <- unlist(Filter(is_node, graph$args[[n]]))
    if (length(nodes) != 2L) next
    for (i in seq_len(if (graph$op[[n]] == "sub") 1L else 2L)) {
      past <- past_of_sum(graph, view, n, nodes[[i]], nodes[[3L - i]])
      if (!is.null(past) && view$after[[nodes[[3L - i]]]]) {
        found[[length(found) + 1L]] <- c(list(total = n), past)
      }
    }
  }
  found
}

# The share that one term of a sum is of what is 0, beside another; NULL where it is none.
past_of_sum <- function(graph, view, n, term, other) {
  past <- share_of_nothing(graph, view, term, n)
  if (is.null(past) && is_empty_memory(graph, term, other, n)) past <- list(share = 1, past = term)
  past
}

# Whether squares are added to zeros and a root is taken of the sum at once, as in Adagrad.
#
# The zeros have the name of the sum, which was to be kept in their place. Of single numbers the
# length of a gradient is found so.
is_empty_memory <- function(graph, m, square, total) {
  if (graph$count[[total]] < 2 || !identical(graph$shape[[m]], graph$shape[[total]]) ||
        any_nonzero(value_of(graph, m)) || root_of_square(graph, square) == square) {
    return(FALSE)
  }
  near <- total
  for (k in seq_len(most_uses_to_root)) near <- unique(c(near, unlist(users_of(graph)[near])))
  any(graph$names[[m]] %in% graph$names[[total]]) &&
    any(vapply(near, function(n) is_root(graph, n), NA))
}
