# The factor between what parameters did and the derivatives, as most of them have it; twin of
# check/align/votes.py in Python.

most_tried <- 40L

# The factor between changes and derivatives that fits most parameters.
#
# A single number fits any factor, so it does not vote alone. Of ties it is the factor that fits the
# weights nearest to the output: a fault is passed on backwards. Where nothing fits, the numbers
# that the program multiplies by on the way back are the factor. Of two opposite factors that each
# fit some it is the one that goes downhill.
vote_factor <- function(rows, written, before = 0, others = NULL) {
  sizes <- vapply(rows, function(r) length(r$old), 1L)
  numbers <- lone_numbers(rows)
  alone <- !is.null(numbers)
  orders <- vapply(rows, function(r) r$order, 1L)
  moving <- vapply(rows, tells, NA)
  best <- list(score = -1, factor = 0, good = rep(FALSE, length(rows)))
  if (is.null(others)) {
    others <- vapply(rows, function(r) factor_between(r$change, r$gradient), 1)
  }
  candidates <- c(before, written, others)
  for (i in different_factors(candidates)) {
    c <- candidates[[i]]
    good <- which_fit(rows, c, numbers)
    real <- good & moving
    voting <- real & (alone | sizes > 1L)
    is_written <- i <= length(written) + 1L
    # A factor that was taken from a number fits that number.
    if (alone && !is_written && sum(voting) < 2L && length(rows) > 2L) voting[] <- FALSE
    near <- if (any(voting)) 0 else count_near(rows, c, if (is_written) 2 else 3)
    score <- c(
      is_written && any(voting), sum(voting), near,
      c == before, max(orders[voting], 0L), c > 0, is_written, sum(real)
    )
    if (is_greater(score, best$score)) best <- list(score = score, factor = c, good = good)
  }
  if (best$factor < 0) {
    good <- which_fit(rows, -best$factor, numbers)
    if (any(good & moving & (alone | sizes > 1L))) {
      return(list(factor = -best$factor, good = good))
    }
  }
  best
}

# Whether a row says something of the factor: 0, and what rounding leaves of it, fits any.
tells <- function(row) {
  any_nonzero(row$gradient) && !row$is_noise
}

# The places of the first factors that are not 0 and that differ from those before them.
different_factors <- function(candidates) {
  places <- integer(0)
  for (i in seq_along(candidates)) {
    tried <- candidates[places]
    if (candidates[[i]] == 0 || any(abs(candidates[[i]] - tried) <= 1e-9 * abs(tried))) next
    places <- c(places, i)
    if (length(places) == most_tried) break
  }
  places
}

which_fit <- function(rows, c, numbers) {
  if (is.null(numbers)) {
    vapply(rows, function(r) row_fits(r, c * r$gradient), NA)
  } else {
    fit_numbers(numbers, c)
  }
}

# How many elements fit: one vector may hold all weights, and one part of it be wrong.
#
# At least so many have to: one element or two fit any factor that was taken from them.
count_near <- function(rows, c, least = 3) {
  # Of one matrix among others half must fit: a row of it may follow a single sample, whose slope is
  # then a factor like any other.
  share <- if (length(rows) == 1L) 4 else 2
  sum(vapply(rows, function(row) {
    if (!row$fits_shape || length(row$old) < 2L) {
      return(0)
    }
    expected <- c * ravel(row$gradient)
    near <- abs(ravel(row$change) - expected) <= close_enough * abs(expected)
    fitting <- sum(near & expected != 0, na.rm = TRUE)
    if (fitting >= max(least, length(row$old) / share)) fitting else 0
  }, 1))
}

# Whether one list of numbers comes after another, as words in a dictionary.
is_greater <- function(a, b) {
  n <- min(length(a), length(b))
  at <- which(a[seq_len(n)] != b[seq_len(n)])
  if (length(at) > 0L) a[[at[[1L]]]] > b[[at[[1L]]]] else length(a) > length(b)
}

# Parameters that are single numbers, gathered once for all factors that are tried; NULL where one
# is no single number.
lone_numbers <- function(rows) {
  if (any(vapply(rows, function(r) length(r$old), 1L) != 1L)) {
    return(NULL)
  }
  take <- function(name) vapply(rows, function(r) as.vector(r[[name]])[[1L]], 1)
  list(
    change = take("change"), gradient = take("gradient"),
    lost = rounding_share * abs(take("old")) + take("noise"),
    fits_shape = vapply(rows, function(r) r$fits_shape, NA)
  )
}

# row_fits() for parameters that are single numbers, all at once.
fit_numbers <- function(numbers, c) {
  expected <- c * numbers$gradient
  near <- abs(numbers$change - expected) <= close_enough * abs(expected) + numbers$lost + 1e-300
  near[is.na(near)] <- FALSE
  near & numbers$fits_shape
}

# Gradient descent: one factor in each step.
fit_descent <- function(reading) {
  reading$factors <- numeric(0)
  reading$good <- list()
  for (s in seq_along(reading$rows)) {
    before <- if (s > 1L) reading$factors[[s - 1L]] else 0
    found <- vote_factor(reading$rows[[s]], reading$written[[s]], before)
    reading$factors[[s]] <- found$factor
    reading$good[[s]] <- found$good
  }
  if (fits_once(reading) || fits_one_layer(reading)) {
    for (s in seq_along(reading$rows)) {
      written <- reading$written[[s]]
      found <- vote_factor(reading$rows[[s]], written, written[[1L]], numeric(0))
      reading$factors[[s]] <- found$factor
      reading$good[[s]] <- found$good
    }
  }
  reading$rule <- list(name = "gradient_descent", rate = reading$factors[[1L]])
}

# Take the decay of weights as a part of their change where their own cost has it: all fit so. Of a
# loss that is known by its output alone it is none.
follow_whole_cost <- function(reading) {
  whole <- list2env(as.list(reading), parent = emptyenv())
  whole$rows <- lapply(reading$rows, function(rows) {
    lapply(rows, function(r) {
      decay <- if (is.null(r$parts)) 0 else r$parts$decay
      if (decay != 0) r$change <- plus(r$change, decay * r$old)
      r
    })
  })
  fit_descent(whole)
  if (is_right_reading(whole)) {
    for (name in c("rows", "good", "factors", "rule")) reading[[name]] <- whole[[name]]
    reading$decays <- numeric(0)
  }
}

# Whether a rate that nobody wrote fits the first step, and nothing follows it later.
#
# Where weights begin near 0 all outputs are alike, and a wrong slope is a factor like any other.
fits_once <- function(reading) {
  if (length(reading$good) < 2L || any(lengths(reading$written) == 0L)) {
    return(FALSE)
  }
  fitting <- unlist(Map(function(rows, good) {
    any(good & vapply(rows, tells, NA))
  }, reading$rows, reading$good))
  written <- reading$written[[1L]]
  fitting[[1L]] && !any(fitting[-1L]) &&
    all(abs(reading$factors[[1L]] - written) > 1e-9 * abs(written))
}

# Whether rates that nobody wrote, another one in each step, fit what is nearest to the output.
#
# Of one sample with one output the slope is a number, so that a wrong one is in the rate alone.
fits_one_layer <- function(reading) {
  none <- any(lengths(reading$written) == 0L)
  if (length(reading$good) < 3L || none || is_even(reading$factors)) {
    return(FALSE)
  }
  for (s in seq_along(reading$rows)) {
    rows <- reading$rows[[s]]
    telling <- vapply(rows, tells, NA)
    order <- vapply(rows, function(r) as.double(r$order), 1)
    fitting <- order[telling & reading$good[[s]]]
    others <- order[telling & !reading$good[[s]]]
    if (length(others) == 0L || length(fitting) == 0L || min(fitting) < max(others)) {
      return(FALSE)
    }
    written <- reading$written[[s]]
    if (any(abs(reading$factors[[s]] - written) <= 1e-9 * abs(written))) {
      return(FALSE)
    }
  }
  TRUE
}

# Whether a rate stays, or falls or rises evenly.
is_even <- function(factors) {
  if (any(factors == 0)) {
    return(FALSE)
  }
  if (length(factors) < 2L) {
    return(TRUE)
  }
  steps <- factors[-1L] / factors[-length(factors)]
  inverse <- diff(1 / factors)
  fallen <- diff(factors)
  max(abs(steps - steps[[1L]])) <= 1e-4 * abs(steps[[1L]]) ||
    length(factors) > 2L && diff(range(fallen)) <= 1e-4 * max(abs(fallen)) ||
    length(factors) > 2L && diff(range(inverse)) <= 1e-4 * max(abs(inverse)) ||
    length(unique(round(log(abs(factors)), 5))) <= max(2L, length(factors) %/% 3L)
}
