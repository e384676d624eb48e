# Gradients that are never set back to zero: the sums of the steps before are still in them; twin of
# check/explain/piled.py in Python.

fewest_piled_steps <- 2L
fewest_piled_numbers <- 3L
longest_piled_sum <- 20000L
fewest_shares_of_sum <- 2L # that are added in one step

# A fault that is told where a sum that goes on was given its name, as 0; if it should be one.
#
# It should be none where others are set back, and one share alone is added to it in a step. The
# place of a list of plain zeros is found by its name.
tell_beginning <- function(graph, reading, s, n, shares, fault) {
  own <- lists_of_name(graph, n)
  first <- first_of_sum(graph, n)
  value <- value_of(graph, first)
  of_object <- graph$header$language == "python" && any(grepl(".", own, fixed = TRUE))
  should_be <- shares >= fewest_shares_of_sum || all_go_on(reading, s)
  if (!should_be || length(own) == 0L || is.null(value) || of_object) {
    return(fault) # what belongs to an object is made elsewhere
  }
  if (any_nonzero(value)) {
    fault$begun <- list_of_zeros(graph, n, first)
    return(fault)
  }
  sites <- graph$bound[[as.character(first)]]
  sites <- sites[sites > 0L]
  if (length(sites) > 0L) fault$told_at <- sites[[1L]]
  fault
}

# Whether all parameters that have a gradient moved as in the step before, and by it besides.
all_go_on <- function(reading, s) {
  all(vapply(reading$rows[[s]], function(r) {
    !any_nonzero(r$gradient) || goes_on_from_before(reading, s, r$k)
  }, NA))
}

# The name of a list of single sums that began with plain zeros; NULL for anything else.
list_of_zeros <- function(graph, n, first) {
  parents <- graph$parents[[first]]
  zeros <- vapply(parents, function(p) {
    !graph$named[[p]] && identical(as.double(value_of(graph, p)), 0)
  }, NA)
  name <- graph$names[[n]][[1L]]
  is_list <- grepl("[", name, fixed = TRUE) && length(graph$shape[[n]]) == 0L
  if (is_list && any(zeros)) sub("\\[.*$", "", name)
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
    fault$told_at <- graph$site[[graph$parents[[n]][[2L]]]]
    return(tell_beginning(graph, best, 2L, n, 1L, fault))
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
