# Strict exp, sigmoid and tanh: the same bits on every machine, from + - * / and tables.
#
# exp(x) = 2^(n / 256) exp(r) with n the integer nearest to 256 x / ln 2. The first factor comes
# from a table in two parts, the second from its Taylor polynomial. After Tang (1989), Table-driven
# implementation of the exponential function in IEEE floating-point arithmetic.

#' Exponential of x, within 0.51 ULP.
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. The exponentials.
#' @examples
#' strict$exp(matrix(c(0, 1), 1))
strict_exp <- function(x) {
  y <- as.vector(as_doubles(x))
  y[y > 710] <- 710
  y[y < -745.5] <- -745.5
  value <- strict_exp_clipped(y)
  subnormal <- which(value < strict_constants()$powers[1075L - 1022L])
  value[subnormal] <- strict_exp_subnormal(y[subnormal])
  in_shape(value, x)
}

#' Logistic function 1 / (1 + exp(-x)), within 2 ULP.
#'
#' With e = exp(-|x|) it is 1 / (1 + e) or e / (1 + e), which loses nothing at either end.
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. From 0 to 1.
#' @examples
#' strict$sigmoid(matrix(c(0, 1), 1))
strict_sigmoid <- function(x) {
  y <- as.vector(as_doubles(x))
  e <- -abs(y)
  e[e < -745.5] <- -745.5
  e <- strict_exp_clipped(e)
  s <- 1 + e
  a <- e
  a[y >= 0] <- 1
  a <- a / s
  # What 1 + e lost in rounding would otherwise cost up to half a unit.
  in_shape(a - a * (e - (s - 1)), x)
}

#' Hyperbolic tangent of x, within 2 ULP.
#'
#' Below 0.625 it is Lambert's continued fraction, cut after nine levels; above,
#' 1 - 2 e / (1 + e) with e = exp(-2 |x|).
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. From -1 to 1.
#' @examples
#' strict$tanh(matrix(c(0, 1), 1))
strict_tanh <- function(x) {
  x_vector <- as.vector(as_doubles(x))
  a <- abs(x_vector)
  e <- a * -2
  e[e < -745.5] <- -745.5
  e <- strict_exp_clipped(e)
  y <- 1 - (2 * e) / (1 + e)
  negative <- which(x_vector < 0)
  y[negative] <- -y[negative]
  small <- which(a < 0.625)
  v <- x_vector[small]
  z <- v * v
  above <- 11486475 + z * (810810 + z * (12870 + z * 44))
  below <- 34459425 + z * (16216200 + z * (945945 + z * (13860 + z * 45)))
  y[small] <- v - v * ((z * above) / below)
  zero <- which(a == 0)
  y[zero] <- x_vector[zero] # keeps the sign of zero
  in_shape(y, x)
}

# Exponential of values below -708.4, rounded only once, within 0.51 ULP. Adding 2^(-1022 - m) moves
# the last place of exp(x) 2^-m to where the result has it.
strict_exp_subnormal <- function(x) {
  constants <- strict_constants()
  parts <- strict_exp_parts(x)
  m <- parts$m
  high <- parts$t + parts$p
  low <- parts$p - (high - parts$t)
  unit <- constants$powers[1075 - 1022 - (m - 1077)]
  kept <- unit + high
  kept <- (kept + ((high - (kept - unit)) + low)) - unit
  (kept * constants$first_factor[m]) * constants$second_factor[m]
}

# Exponential of values from -745.5 to 710.
strict_exp_clipped <- function(x) {
  constants <- strict_constants()
  parts <- strict_exp_parts(x)
  m <- parts$m
  value <- (parts$t + parts$p) * constants$first_factor[m]
  if (anyNA(x)) {
    value <- value * constants$second_factor[m]
    value[is.na(x)] <- NaN
  } else if (length(m) > 0L && (min(m) < 77L || max(m) > 2077L)) {
    value <- value * constants$second_factor[m] # for other m it is 1
  }
  value
}

# t, p and m + 1077 with exp(x) = 2^m (t + p), t from the table and p small.
strict_exp_parts <- function(x) {
  constants <- strict_constants()
  steps <- constants$exp_step
  taylor <- constants$exp_polynomial
  n <- floor(x * constants$exp_inverse_step + 0.5)
  # n = 256 m + j, exactly; tables are read fastest by integers.
  m <- floor(n * 0.00390625)
  j <- as.integer(n - m * 256 + 1)
  # r = x - n ln(2) / 256 as r + low: the first product and both differences are exact.
  high <- x - n * steps[1L]
  product <- n * steps[2L]
  r <- high - product
  low <- (high - r) - product
  # The exponential of r, less 1, is r + (low + r^2 (1/2 + r (1/6 + r (1/24 + r / 120))))
  p <- r + (low + (((r * taylor[1L] + taylor[2L]) * r + taylor[3L]) * r + 0.5) * r * r)
  t <- constants$exp_high[j]
  list(t = t, p = constants$exp_low[j] + p * t, m = as.integer(m) + 1077L)
}

# 2^m for m from -1076 to 1024 as two factors, so that a subnormal result is rounded only once.
strict_exp_factors <- function(powers) {
  exponents <- -1076:1024
  first <- exponents
  first[first < -1000L] <- -1000L
  first[first > 1000L] <- 1000L
  list(first_factor = powers[1075L + first], second_factor = powers[1075L + exponents - first])
}
