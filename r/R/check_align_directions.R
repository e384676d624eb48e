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

adaptive_choices <- function(numbers) {
  between <- numbers[numbers > 0.3 & numbers < 1]
  small <- c(numbers[numbers > 0 & numbers < small_number], 0)
  choices <- list()
  add <- function(...) choices[[length(choices) + 1L]] <<- list(...)
  for (form in list(c(0, 0), c(1, 0), c(0, 1))) {
    inside <- form[[1L]]
    no_root <- form[[2L]]
    for (eps in small) {
      for (b in between) {
        add(name = "rmsprop", decay = b, epsilon = eps, inside = inside, no_root = no_root)
        if (inside != 0) {
          add(name = "adadelta", decay = b, epsilon = eps, inside = inside, no_root = no_root)
        }
      }
    }
    for (eps in small) {
      add(name = "adagrad", decay = 1, epsilon = eps, inside = inside, no_root = no_root)
    }
    for (eps in small) for (b2 in between) for (b1 in between) {
      for (name in first_and_second) {
        add(name = name, beta_1 = b1, decay = b2, epsilon = eps, inside = inside, no_root = no_root)
      }
    }
  }
  choices
}
