# Gradients that are never set back to zero: the sums of the steps before are still in them; twin of
# check/explain/piled.py in Python.

fewest_piled_steps <- 2L
fewest_piled_numbers <- 3L
longest_piled_sum <- 20000L

# The place where a sum that goes on was given its name, as 0; NULL where others are set back.
#
# Where it had another name before, as one of a list that a loop runs over, that of the sum.
sum_begun_at <- function(graph, reading, s, n) {
  goes_on <- vapply(reading$rows[[s]], function(r) {
    !any_nonzero(r$gradient) || goes_on_from_before(reading, s, r$k)
  }, NA)
  own <- lists_of_name(graph, n)
  if (!all(goes_on) || length(own) == 0L) {
    return(NULL)
  }
  if (graph$header$language == "python" && any(grepl(".", own, fixed = TRUE))) {
    return(NULL) # it belongs to an object, which is made elsewhere
  }
  first <- first_of_sum(graph, n)
  value <- value_of(graph, first)
  if (is.null(value) || any_nonzero(value)) {
    return(NULL)
  }
  known <- sub("\\[.*$", "", graph$names[[first]]) %in% own
  sites <- graph$bound[[as.character(first)]][known]
  if (length(sites) > 0L && !known[[1L]]) {
    return(graph$site[[n]])
  }
  if (length(sites) > 0L && sites[[1L]] > 0L) sites[[1L]]
}

# The names of a value, or of the lists that it is in.
lists_of_name <- function(graph, n) if (graph$named[[n]]) sub("\\[.*$", "", graph$names[[n]])

# Whether a parameter moved as in the step before, and by its derivative besides.
goes_on_from_before <- function(reading, s, k) {
  kinds <- vapply(reading$odd, function(o) {
    if (o$s == s && o$k == k) o$kind else ""
  }, "")
  any(kinds == "accumulated") || is_piled(reading, s, k)
}

# What a sum began with, whole or part by part.
first_of_sum <- function(graph, n) {
  for (i in seq_len(longest_piled_sum)) {
    parents <- graph$parents[[n]]
    before <- if (graph$op[[n]] == "move" && length(parents) == 2L) {
      parents[[1L]]
    } else if (graph$op[[n]] %in% c("add", "sub")) {
      Filter(function(p) any(lists_of_name(graph, p) %in% lists_of_name(graph, n)), parents)
    }
    if (length(before) == 0L || !identical(graph$shape[[before[[1L]]]], graph$shape[[n]])) break
    n <- before[[1L]]
  }
  n
}

# Gradients that are summed part by part, and go on from step to step.
#
# Each step of these parameters is that of the step before and its own derivative besides, and the
# first is right.
find_piled_up <- function(graph, alignment, best) {
  bad <- keys_that_pile_up(best)
  if (length(bad) == 0L) {
    return(NULL)
  }
  for (update in alignment$views[[2L]]$step$updates) {
    n <- if (update$k %in% bad) sum_of_parts(graph, update)
    if (is.null(n)) next
    right <- plus(value_of(graph, update$u), row_of(best$rows[[1L]], update$k)$whole)
    path <- list(list(update$u, right))
    fault <- new_fault(update$u, right, path, update, NULL, "accumulated")
    fault$step <- 2L
    begun <- sum_begun_at(graph, best, 2L, n)
    fault$told_at <- if (is.null(begun)) graph$site[[graph$parents[[n]][[2L]]]] else begun
    return(fault)
  }
  NULL
}

# The parameters that are wrong from the second step on, where each of them has piled up; else none.
keys_that_pile_up <- function(best) {
  steps <- seq_along(best$rows)[-1L]
  if (length(steps) + 1L < fewest_piled_steps || !all(best$good[[1L]])) {
    return(integer(0))
  }
  bad <- unique(unlist(lapply(steps, function(s) {
    vapply(best$rows[[s]][!best$good[[s]]], function(r) r$k, 1L)
  })))
  piled <- vapply(steps, function(s) {
    all(vapply(bad, function(k) is_piled(best, s, k), NA))
  }, NA)
  own <- Filter(function(r) r$k %in% bad, best$rows[[2L]])
  several <- sum(vapply(own, function(r) length(r$old), 1L)) >= fewest_piled_numbers
  if (all(piled) && several) bad else integer(0)
}

# Whether a step of a parameter is that of the step before and its own derivative.
is_piled <- function(best, s, k) {
  row <- row_of(best$rows[[s]], k)
  before <- row_of(best$rows[[s - 1L]], k)
  if (is.null(row) || is.null(before) ||
        !identical(shape_now(row$whole), shape_now(before$whole))) {
    return(FALSE)
  }
  if (!any_nonzero(before$whole) || !any_nonzero(row$gradient)) {
    return(FALSE)
  }
  want <- before$whole + best$factors[[1L]] * row$gradient
  isTRUE(largest(row$whole - want) <= close_enough * largest(want) + row$lost)
}

# The sum, put together part by part, that an update is a multiple of; NULL for none.
sum_of_parts <- function(graph, update) {
  alike <- function(n) identical(graph$shape[[n]], graph$shape[[update$u]])
  level <- as.integer(update$terms[1L, ])
  for (k in 1:6) {
    for (n in level) {
      parents <- graph$parents[[n]]
      put <- graph$op[[n]] == "move" && length(parents) == 2L && alike(n)
      if (put && graph$op[[parents[[2L]]]] %in% c("add", "sub")) {
        return(n)
      }
    }
    level <- Filter(alike, unlist(graph$parents[level]))
  }
  NULL
}
