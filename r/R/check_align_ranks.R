# Which of several losses explains most of what the parameters did; twin of check/align/ranks.py in
# Python.

# What a reading is sorted by: the more of the training it explains, the higher.
rank_of <- function(reading) {
  right <- is_fitting(reading)
  even <- is_even(reading$factors)
  positive <- all(reading$factors > 0)
  c(
    right && even && positive, right && positive, even && positive && is_steady(reading),
    count_last(reading), count_good(reading),
    count_elements(reading), count_written(reading), even && positive,
    reading$suits && reading$family == "cross_entropy", -match(reading$family, loss_families)
  )
}

# Whether of single numbers some fit in every step by a factor that the program is written with.
#
# All weights of one unit fit any factor that a mistake in its derivative makes.
is_steady <- function(reading) {
  if (any(unlist(lapply(reading$rows, vapply, function(r) length(r$old) > 1L, NA)))) {
    return(FALSE)
  }
  fitting <- mapply(function(rows, good) {
    any(good & vapply(rows, function(r) any_nonzero(r$gradient), NA))
  }, reading$rows, reading$good)
  all(fitting) && count_written(reading) == length(reading$factors)
}

# How many parameters fit in all steps; a single number fits any loss, so it counts alone.
count_good <- function(reading) {
  several <- unlist(lapply(reading$rows, vapply, function(r) length(r$old) > 1L, NA))
  good <- unlist(reading$good)
  if (any(several)) sum(good[several]) else sum(good)
}

# Whether some parameters follow a loss in every step, by one factor, which hangs on all. Or, where
# one vector holds all of them, some of its numbers.
is_partly_followed <- function(reading) {
  if (length(reading$rows) < 3L || !is_even(reading$factors)) {
    return(FALSE)
  }
  is_one <- function(rows) length(rows) == 1L && length(rows[[1L]]$old) > 1L
  if (all(vapply(reading$rows, is_one, NA))) {
    return(all(mapply(count_near, reading$rows, reading$factors, 2) > 0))
  }
  all(mapply(function(rows, good) {
    moving <- vapply(rows, function(r) any_nonzero(r$gradient), NA)
    sum(good & moving) >= 3L && all(good | moving)
  }, reading$rows, reading$good))
}

# In how many steps the weights nearest to the output fit: a fault is passed on backwards. A single
# number fits any loss, so it says nothing.
count_last <- function(reading) {
  sum(unlist(Map(function(rows, good) {
    moving <- vapply(rows, function(r) length(r$old) > 1L && any_nonzero(r$gradient), NA)
    orders <- vapply(rows, function(r) r$order, 1L)[moving]
    length(orders) > 0L && any(good[moving][orders == max(orders)])
  }, reading$rows, reading$good)))
}

# How many elements fit where no parameter does: one vector may hold all weights.
count_elements <- function(reading) {
  if (count_good(reading) > 0) {
    return(0)
  }
  sum(unlist(Map(count_near, reading$rows, reading$factors)))
}

# In how many steps the factor is one that the program is written with.
count_written <- function(reading) {
  sum(unlist(Map(function(c, written) any(abs(c - written) <= 1e-9 * abs(c)), reading$factors,
                 reading$written)))
}

sort_readings <- function(readings) {
  if (length(readings) == 0L) {
    return(readings)
  }
  ranks <- do.call(rbind, lapply(readings, rank_of))
  readings[do.call(order, c(lapply(seq_len(ncol(ranks)), function(k) -ranks[, k])))]
}
