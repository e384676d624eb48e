# L2 and L1 within the gradient: of some elements alone, or before a rule with a past; twin of
# check/align/penalty.py in Python.

fewest_alike <- 3L
largest_decay <- 2
largest_beside_cost <- 0.5 # a cost of the program's own may have the penalty itself
most_ratios <- 50000 # of a large network some elements show what all have

# Take L2 into the derivatives where each element follows the loss, with it or without: whether the
# derivatives of all parameters in these steps are now those with L2.
#
# One vector may hold weights that decay and biases that do not, so each element is asked alone.
# Nothing changes if any element does neither, or if the penalty is not the same in every step. One
# that is taken away where it should be added is taken in with its sign.
include_penalty <- function(reading, steps) {
  # Where all begins at 0 there is nothing yet that could decay.
  begun <- function(s) any(vapply(reading$rows[[s]], function(r) any_nonzero(r$old), NA))
  steps <- Filter(begun, steps)
  bounds <- bounds_of_decay(reading)
  find_numbers <- function(rows, written, bounds) {
    penalty_numbers(rows, written, bounds, if (length(steps) > 1L) 1L else fewest_alike)
  }
  for (find in list(find_numbers, numbers_with_signs)) {
    found <- lapply(steps, function(s) find(reading$rows[[s]], reading$written[[s]], bounds))
    if (length(found) == 0L || any(vapply(found, is.null, NA)) || !is_one_penalty(found)) next
    for (i in seq_along(steps)) {
      add_penalty(reading, steps[[i]], seq_along(reading$rows[[steps[[i]]]]), found[[i]])
    }
    return(TRUE)
  }
  FALSE
}

# Take L2 into the derivatives of those parameters that follow them so, where others do not: whether
# there are such parameters, with one penalty in every step.
include_partly <- function(reading) {
  bounds <- bounds_of_decay(reading)
  found <- Map(partly_with_penalty, reading$rows, reading$written, list(bounds))
  kinds <- unique(lapply(found, names))
  if (length(kinds) != 1L || length(kinds[[1L]]) == 0L) {
    return(FALSE)
  }
  alike <- vapply(kinds[[1L]], function(i) is_one_penalty(lapply(found, `[[`, i)), NA)
  if (!all(alike)) {
    return(FALSE)
  }
  for (s in seq_along(found)) {
    for (i in as.integer(names(found[[s]]))) {
      add_penalty(reading, s, i, found[[s]][[as.character(i)]])
    }
  }
  TRUE
}

# Between which numbers a decay has to be.
bounds_of_decay <- function(reading) {
  if (reading$family == "own") c(0, largest_beside_cost) else c(-largest_decay, largest_decay)
}

# Whether the penalty is the same in every step.
is_one_penalty <- function(numbers) {
  alike <- function(of) {
    penalties <- vapply(numbers, function(n) n[[of]] / n[["rate"]], 1)
    diff(range(penalties)) <= 1e-4 * abs(penalties[[1L]])
  }
  alike("old") && alike("sign")
}

# The numbers of the parameters, named by their place, that follow with a penalty of their own.
partly_with_penalty <- function(rows, written, bounds) {
  best <- list()
  for (c in written) {
    numbers <- lapply(rows, function(r) penalty_numbers(list(r), c, bounds, fewest_alike))
    names(numbers) <- seq_along(rows)
    numbers <- Filter(Negate(is.null), numbers)
    if (length(numbers) > length(best)) best <- numbers
  }
  best
}

# Take a penalty into the derivatives of the elements that did not move without it.
add_penalty <- function(reading, s, places, n) {
  for (i in places) {
    row <- reading$rows[[s]][[i]]
    if (n[["sign"]] == 0 && !all(moves_plainly(row, n[["rate"]]))) {
      reading$inside[paste(s, row$k)] <- n[["old"]]
    }
    reading$rows[[s]][[i]] <- with_penalty(row, n)
  }
}

# A row whose derivative has the penalty, where its elements did not move without it.
with_penalty <- function(row, n) {
  added <- what_decays(row, n) / n[["rate"]]
  added[moves_plainly(row, n[["rate"]])] <- 0
  row$gradient <- plus(row$gradient, shape_rows(added, shape_now(row$old)))
  row
}

# The factors of the derivative and of the old value with which every element fits, or NULL.
#
# Of a few elements at least so many have to decay, and others to move along the derivative.
penalty_numbers <- function(rows, written, bounds, least) {
  if (are_few_numbers(rows) || !all(vapply(rows, function(r) r$fits_shape, NA))) {
    return(NULL)
  }
  rows <- lapply(rows, in_one_row)
  factors <- c(written, common_ratio(rows))
  for (c in factors[is.finite(factors) & factors > 0]) {
    plain <- lapply(rows, moves_plainly, c)
    ratios <- unlist(Map(ratios_left, rows, plain, c))
    moved <- sum(unlist(Map(function(r, p) p & r$gradient != 0, rows, plain)))
    few <- length(ratios) < least || length(ratios) + moved < fewest_alike
    if (few || !all_finite(ratios)) next
    d <- stats::median(ratios)
    n <- c(rate = c, old = d, sign = 0)
    is_within <- d != 0 && bounds[[1L]] < d && d < bounds[[2L]]
    if (is_within && all(vapply(rows, follows_penalty, NA, n))) {
      return(n)
    }
  }
  NULL
}

# Whether parameters are single numbers, and too few of them.
are_few_numbers <- function(rows) {
  is_number <- function(row) all(lengths(row[c("old", "change", "gradient")]) == 1L)
  length(rows) < fewest_alike && all(vapply(rows, is_number, NA))
}

# The factors where L1 is taken besides: of the derivative, the old value and its sign, or NULL.
numbers_with_signs <- function(rows, written, bounds) {
  if (!all(vapply(rows, function(r) r$fits_shape, NA))) {
    return(NULL)
  }
  for (c in written[is.finite(written) & written > 0]) {
    moved <- lapply(rows, function(r) !moves_plainly(r, c))
    old <- unlist(Map(function(r, m) ravel(r$old)[m], rows, moved))
    rest <- unlist(Map(function(r, m) (ravel(r$change) - c * ravel(r$gradient))[m], rows, moved))
    if (length(old) < fewest_alike || !all_finite(rest)) next
    found <- least_squares(cbind(old, sign(old)), rest)
    n <- c(rate = c, old = found[[1L]], sign = found[[2L]])
    if (abs(n[["old"]]) < close_enough * n[["sign"]]) n[["old"]] <- 0
    small <- n[["old"]] >= 0 && n[["old"]] < bounds[[2L]] && n[["sign"]] > 0
    if (small && all(vapply(rows, follows_penalty, NA, n))) {
      return(n)
    }
  }
  NULL
}

# What a penalty takes of each element.
what_decays <- function(row, n) n[["old"]] * ravel(row$old) + n[["sign"]] * sign(ravel(row$old))

# What is left of a change, as multiples of the old value, where it did not move plainly.
ratios_left <- function(row, plain, c) {
  ((row$change - c * row$gradient) / row$old)[!plain]
}

# A row whose numbers stand one after the other, as each is asked alone for many factors.
in_one_row <- function(row) {
  for (part in c("old", "change", "gradient")) row[[part]] <- ravel(row[[part]])
  row
}

# The quotient of change and derivative that most elements share, if several do.
common_ratio <- function(rows) {
  ratios <- unlist(lapply(rows, function(r) ravel(r$change) / ravel(r$gradient)))
  ratios <- ratios[is.finite(ratios) & ratios > 0]
  ratios <- ratios[(seq_along(ratios) - 1L) %% (1L + length(ratios) %/% most_ratios) == 0L]
  kinds <- sort(unique(signif(ratios, 7L)))
  counts <- tabulate(match(signif(ratios, 7L), kinds), length(kinds))
  if (length(counts) == 0L || max(counts) < fewest_alike) {
    return(numeric(0))
  }
  usual <- kinds[[which.max(counts)]]
  stats::median(ratios[abs(ratios - usual) <= 1e-6 * usual])
}

# Which elements moved along the derivative alone.
moves_plainly <- function(row, c) {
  lies_near(row, c * ravel(row$gradient))
}

follows_penalty <- function(row, n) {
  along <- n[["rate"]] * ravel(row$gradient) + what_decays(row, n)
  all_true(moves_plainly(row, n[["rate"]]) | lies_near(row, along))
}

lies_near <- function(row, expected) {
  near <- abs(ravel(row$change) - expected) <= 0.1 * close_enough * largest(expected) + row$lost
  !is.na(near) & near
}
