# The rules with a past, and the steps that each of them makes; twin of the middle of
# check/align/adaptive.py in Python.

first_and_second <- c("adam", "adam_folded", "adam_uncorrected", "amsgrad", "nadam", "adamax")

# The step of each rule for rate 1, from the gradients of all steps.
directions_of <- function(name, gradients, numbers) {
  m <- s <- most <- 0
  walked <- 0 # the mean square of the steps themselves
  b1 <- if (is.null(numbers$beta_1)) 0 else numbers$beta_1
  b2 <- numbers$decay
  eps <- numbers$epsilon
  lapply(seq_along(gradients), function(t) {
    g <- gradients[[t]]
    m <<- b1 * m + (1 - b1) * g
    s <<- if (name == "adagrad") s + g * g else b2 * s + (1 - b2) * g * g
    adam <- name %in% c("adam", "nadam")
    first <- if (adam) m / (1 - b1^t) else m
    second <- if (adam) s / (1 - b2^t) else s
    if (name == "amsgrad") second <- most <<- like(pmax(most, s), shape_now(s))
    root <- if (numbers$no_root != 0) {
      second + eps
    } else if (numbers$inside != 0) {
      sqrt(second + eps)
    } else {
      sqrt(second) + eps
    }
    if (name == "adamax") {
      most <<- like(pmax(b2 * most, abs(g)), shape_now(g))
      root <- most + eps
      first <- m / (1 - b1^t)
    } else if (name == "nadam") {
      first <- (b1 * m + (1 - b1) * g) / (1 - b1^t)
    } else if (name == "adadelta") {
      first <- sqrt(walked + eps) * g
      walked <<- b2 * walked + (1 - b2) * (first / root)^2
    }
    # The correction may be in the rate: then epsilon is added to the root that is without it.
    rate <- if (name == "adam_folded") sqrt(1 - b2^t) / (1 - b1^t) else 1
    rate * first / root
  })
}

# The rules with every number that they may be made with, where epsilon has this place: a table.
adaptive_choices <- function(numbers, place) {
  between <- numbers[numbers > 0.3 & numbers < 1]
  small <- c(numbers[numbers > 0 & numbers < small_number], 0)
  all_of <- function(name, beta_1, decay) { # the first varies fastest
    expand.grid(
      name = name, beta_1 = beta_1, decay = decay, epsilon = small, stringsAsFactors = FALSE
    )
  }
  mean <- if (place$inside != 0) c("rmsprop", "adadelta") else "rmsprop"
  rbind(
    all_of(mean, 0, between), all_of("adagrad", 0, 1), all_of(first_and_second, between, between)
  )
}

# Which choices make steps that are, for a few numbers of a parameter, in proportion to its own.
#
# All the numbers of a rule are tried at once; what is left is looked at one by one.
possible_choices <- function(choices, place, few) {
  steps <- lapply(few$rows, function(row) ravel(step_of_row(row)))
  gradients <- lapply(few$gradients, ravel)
  size <- length(steps[[1L]])
  if (size == 0L || any(lengths(c(steps, gradients)) != size)) {
    return(seq_len(nrow(choices)))
  }
  top <- vapply(steps, function(step) c(which.max(abs(step)), 1L)[[1L]], 1L)
  some <- c(top, floor(seq(0, size - 1, length.out = few_numbers)) + 1)
  kept <- lapply(unique(choices$name), function(name) {
    places <- which(choices$name == name)
    wide <- function(v) matrix(v[places], length(some), length(places), byrow = TRUE)
    tall <- lapply(gradients, function(g) matrix(g[some], length(some), length(places)))
    made <- directions_of(name, tall, c(lapply(choices[-1L], wide), place))
    fits <- rep(TRUE, length(places))
    for (t in seq_along(made)) {
      row <- few$rows[[t]]
      if (!row$is_noise) fits <- fits & in_proportion(made[[t]], steps[[t]][some], t, row)
    }
    places[fits]
  })
  sort(unlist(kept))
}

# Of which rules the numbers are to the t-th of them as those of a step are, but for rounding.
#
# Where one rate makes each the other within that bound, both products differ by no more.
in_proportion <- function(made, step, t, row) {
  bound <- 2 * (close_enough * abs(step[[t]]) + row$lost + 1e-300)
  one <- matrix(made[t, ], nrow(made), ncol(made), byrow = TRUE)
  near <- abs(step * one - step[[t]] * made) <= bound * (abs(made) + abs(one))
  colSums(is.na(near) | !near) == 0
}
