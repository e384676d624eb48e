# What an update keeps of the old value and of the step before: decay and momentum; twin of
# check/align/momentum.py in Python.

# Find the momentum and the decay that all parameters have, and mark those that differ.
#
# `reading$odd` says of a parameter in a step what is odd about it: "past" (it keeps another share
# of the step before), "accumulated" (all of it), "growth" (it grows where it should decay).
judge_past <- function(reading) {
  shares <- numeric(0)
  unclear <- FALSE
  for (s in seq_along(reading$rows)[-1L]) {
    rows <- reading$rows[[s]]
    found <- vapply(rows, function(r) past_share(r, row_of(reading$rows[[s - 1L]], r$k)), 1)
    known <- round(found[!is.na(found)], 7)
    if (length(known) == 0L || all(known == 0)) next
    unclear <- unclear || length(known) < length(found) / 2
    share <- most_common(meant_shares(known, rows))
    shares <- c(shares, share)
    plain <- plain_biases(rows)
    for (i in seq_along(rows)) {
      if (share != 0 && rows[[i]]$k %in% plain) next
      kind <- odd_past(found[[i]], share, rows[[i]]$past)
      if (!is.null(kind)) mark_odd(reading, s, rows[[i]]$k, kind)
    }
  }
  judge_growth(reading)
  if (length(shares) > 0L) {
    reading$rule <- list(name = "momentum", rate = reading$factors[[1L]], momentum = shares[[1L]])
    if (unclear || length(reading$odd) > 0L) try_other_momentum(reading)
  }
}

# What is odd about the share that a parameter keeps, beside the usual one; NULL if nothing is.
odd_past <- function(own, share, past) {
  if (!is.na(own) && own == 0 && abs(share - 1) < 1e-9) {
    NULL # set back, where others go on
  } else if (is.na(own) && !any_nonzero(past)) {
    NULL # it did not move before, so there is nothing of which to keep a share
  } else if (is.na(own) || abs(own - share) > 1e-5 * max(1, abs(share))) {
    "past"
  } else if (abs(share - 1) < 1e-9) {
    "accumulated"
  } else if (share < 0) {
    "past sign"
  }
}

# The shares that count: where every update is written with momentum, 0 is nobody's aim.
meant_shares <- function(known, rows) {
  written <- vapply(rows, function(r) !is.null(r$parts) && length(r$parts$past) > 0L, NA)
  if (all(written)) known[known != 0] else known
}

# The biases, where all of them and no weight are without momentum: that is a choice.
plain_biases <- function(rows) {
  keys <- vapply(rows, function(r) r$k, 1L)
  without <- vapply(rows, function(r) !is.null(r$parts) && length(r$parts$past) == 0L, NA)
  bias <- vapply(rows, function(r) sum(dim(r$old) > 1L) < 2L, NA)
  if (identical(without, bias) && !all(bias)) keys[bias] else integer(0)
}

# The number that comes most often; of as many the usual one is large.
most_common <- function(numbers) {
  known <- unique(numbers)
  known[[order(-tabulate(match(numbers, known)), -abs(known))[[1L]]]]
}

mark_odd <- function(reading, s, k, kind) {
  at <- Find(function(i) reading$odd[[i]]$s == s && reading$odd[[i]]$k == k, seq_along(reading$odd))
  if (is.null(at)) at <- length(reading$odd) + 1L
  reading$odd[[at]] <- list(s = s, k = k, kind = kind)
}

# Which share of its last step a parameter repeats; NA if what it keeps is no such share.
past_share <- function(row, before) {
  if (is.null(before) || !identical(shape_now(before$whole), shape_now(row$whole))) {
    return(NA_real_)
  }
  size <- largest(row$past)
  if (isTRUE(size == 0)) {
    return(if (any_nonzero(before$whole)) 0 else NA_real_)
  }
  share <- factor_between(spread_over(row$past, shape_now(row$whole)), before$whole)
  left <- largest(minus(row$past, share * before$whole))
  lost <- 4 * 2^-52 * largest(before$old) * abs(share)
  if (isTRUE(left <= close_enough * size + lost)) share else NA_real_
}

judge_growth <- function(reading) {
  last <- reading$rows[[length(reading$rows)]]
  for (s in seq_along(reading$rows)) {
    for (r in reading$rows[[s]]) {
      if (is.null(r$parts) || r$parts$decay == 0) next
      reading$decays[[paste(s, r$k)]] <- r$parts$decay
      stays <- isTRUE(row_of(last, r$k)$parts$decay < 0) # a mistake in the text stays
      if (r$parts$decay < 0 && stays) mark_odd(reading, s, r$k, "growth")
    }
  }
}

# Forms of momentum that keep more than a share of the last step, such as Nesterov's.
try_other_momentum <- function(reading) {
  kept <- mget(c("good", "factors", "rule"), reading)
  reading$good <- lapply(reading$rows, function(rows) rep(FALSE, length(rows)))
  fit_linear(reading)
  if (is_fitting(reading) && isTRUE(reading$rule$momentum > 0)) {
    reading$odd <- list()
  } else {
    list2env(kept, reading)
  }
}
