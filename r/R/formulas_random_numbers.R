# Random numbers equal to R's, from one seed in both languages.
#
# The generator is the Mersenne Twister of Matsumoto and Nishimura (1998) with R's seeding. Normal
# numbers are R's inversion: the algorithm AS241 of Wichura (1988), evaluated in strict arithmetic.

state_words <- 624L
# First element of .Random.seed for Mersenne-Twister, Inversion and Rejection.
default_kinds <- 10403L
first_draw <- 134217728 # 2^27: how many values the first draw of a normal number selects among

#' Generator of random numbers that starts from a seed.
#'
#' The numbers are those that R draws after set.seed(seed) with its default kinds (R 3.6 and
#' later). Each drawing function moves the generator on. The generator has its own stream: R's
#' own random numbers and kinds stay as they are.
#'
#' @param seed integer. A whole number from -2147483647 to 2147483647.
#' @return generator. Argument of random_uniform, random_normal and random_permutation.
#' @examples
#' generator <- new_generator(1)
#' round(random_uniform(generator, 3), 4)
#' @export
new_generator <- function(seed) {
  check_generator_seed(seed)
  # The products stay below 2^53. set.seed is not called: it would drop the half pair that R keeps
  # for a caller who uses Box-Muller.
  word <- seed %% 2^32
  words <- numeric(state_words)
  for (step in seq_len(50L + 1L + state_words)) {
    word <- (69069 * word + 1) %% 4294967296
    if (step > 51L) {
      words[step - 51L] <- word
    }
  }
  signed <- ifelse(words > largest_integer, words - 4294967296, words)
  # The bits of -2^31 are those of NA_integer_.
  signed[words == largest_integer + 1] <- NA
  generator <- new.env(parent = emptyenv())
  generator$state <- c(default_kinds, state_words, as.integer(signed))
  class(generator) <- "twinprop_generator"
  generator
}

#' Random numbers between two bounds, low + (high - low) u.
#'
#' u is uniform on (0, 1) in steps of 2^-32, R's runif.
#'
#' @param generator generator. From new_generator; it moves on by n draws.
#' @param n integer. How many numbers.
#' @param low double. Lower bound.
#' @param high double. Upper bound.
#' @return (n,) double. The numbers, in the order of drawing.
#' @examples
#' round(random_uniform(new_generator(42), 3, low = -1, high = 1), 4)
#' @export
random_uniform <- function(generator, n, low = 0, high = 1) {
  check_generator(generator)
  check_range(low, high, "low", "high")
  check_draw_count(n)
  draw_uniform(generator, n, low, high)
}

# What random_uniform draws, for callers who checked what they give.
draw_uniform <- function(generator, n, low = 0, high = 1) {
  # runif(n, low, high) is not used: some compilers fuse its product and sum.
  low + (high - low) * with_stream(generator, function() stats::runif(n))
}

#' Normal random numbers, mean + sd q.
#'
#' q is the standard normal quantile of a uniform number made of two draws, R's rnorm. Some six in
#' a million differ from R's in their last bits: R takes the logarithm of the platform, which is
#' not always the correctly rounded one.
#'
#' @param generator generator. From new_generator; it moves on by 2 n draws.
#' @param n integer. How many numbers.
#' @param mean double. Mean of the distribution.
#' @param sd double. Standard deviation of the distribution.
#' @return (n,) double. The numbers, in the order of drawing.
#' @examples
#' round(random_normal(new_generator(1), 3), 4)
#' @export
random_normal <- function(generator, n, mean = 0, sd = 1) {
  check_generator(generator)
  check_number(mean, "mean")
  check_not_negative(sd, "sd")
  check_draw_count(n)
  uniform <- draw_uniform(generator, 2 * n)
  odd <- 2 * seq_len(n) - 1
  p <- (floor(first_draw * uniform[odd]) + uniform[odd + 1]) / first_draw
  mean + sd * normal_quantile(p)
}

#' Indices of n things in random order.
#'
#' Each index is one draw without replacement by rejection, R's sample.int. Indices are those of
#' the language: from 0 in Python, from 1 in R.
#'
#' @param generator generator. From new_generator; it moves on by the draws made, rejected ones
#'   included.
#' @param n integer. How many things.
#' @return (n,) integer. The indices.
#' @examples
#' random_permutation(new_generator(1), 5)
#' @export
random_permutation <- function(generator, n) {
  check_generator(generator)
  check_draw_count(n)
  with_stream(generator, function() sample.int(n))
}

#' Quantile of the standard normal distribution.
#'
#' Wichura (1988), Algorithm AS241, routine PPND16: three ratios of polynomials of degree 7, the
#' first for p from 0.075 to 0.925. The logarithm is the strict one in every arithmetic, so that
#' the same numbers are drawn everywhere.
#'
#' @param p (n,) double. Probabilities above 0 and not above 1.
#' @return (n,) double. The quantiles; infinity for 1.
#' @examples
#' round(normal_quantile(c(0.025, 0.5, 0.999)), 4)
#' @export
normal_quantile <- function(p) {
  q <- p - 0.5
  quantile <- numeric(length(p))
  central <- abs(q) <= 0.425
  r <- 0.180625 - q[central] * q[central]
  quantile[central] <- q[central] * as241_polynomial("a", r) / as241_polynomial("b", r)
  tail <- !central
  upper <- q[tail] > 0
  r <- sqrt(-strict$log(ifelse(upper, 0.5 - p[tail] + 0.5, p[tail])))
  finite <- pmin(r, 28) # r is infinite where p is 1, otherwise below 28
  near <- as241_polynomial("c", finite - 1.6) / as241_polynomial("d", finite - 1.6)
  far <- as241_polynomial("e", finite - 5) / as241_polynomial("f", finite - 5)
  size <- ifelse(r <= 5, near, ifelse(is.infinite(r), r, far))
  quantile[tail] <- ifelse(upper, size, -size)
  quantile
}

# Polynomial of AS241, by Horner's rule from the highest power, the order of R's source.
as241_polynomial <- function(name, x) {
  coefficients <- strict_constants()[[paste0("as241_", name)]]
  value <- rep(coefficients[1], length(x))
  for (coefficient in coefficients[-1]) {
    value <- value * x + coefficient
  }
  value
}

# Runs draw() on the generator's stream. The caller's stream, kinds and absence of .Random.seed are
# put back, also after an error.
with_stream <- function(generator, draw) {
  global <- globalenv()
  found <- get0(".Random.seed", envir = global, inherits = FALSE)
  kinds <- if (is.null(found)) RNGkind()
  on.exit({
    if (is.null(found)) {
      # Without .Random.seed R keeps the kinds in memory only: RNGkind restores them. It warns of
      # the sampling of R before 3.6, which is the caller's choice.
      suppressWarnings(RNGkind(kinds[1], kinds[2], kinds[3]))
      rm(".Random.seed", envir = global)
    } else {
      assign(".Random.seed", found, envir = global)
    }
  })
  assign(".Random.seed", generator$state, envir = global)
  value <- draw()
  generator$state <- get(".Random.seed", envir = global, inherits = FALSE)
  value
}

# Refuse what is no generator.
check_generator <- function(generator) {
  if (!inherits(generator, "twinprop_generator")) {
    refuse("generator", quote_value(generator), "one of new_generator")
  }
  generator
}

check_generator_seed <- function(seed) {
  if (!is_whole_number(seed) || abs(seed) > largest_integer) {
    wanted <- sprintf("a whole number from -%1$.0f to %1$.0f", largest_integer)
    refuse("seed", quote_value(seed), wanted)
  }
}

check_draw_count <- function(n) {
  if (!is_whole_number(n) || n < 0) {
    refuse("the number of draws", quote_value(n), "a whole number of at least 0")
  }
}

is_whole_number <- function(value) {
  is.numeric(value) && length(value) == 1L && is.finite(value) && value == round(value)
}
