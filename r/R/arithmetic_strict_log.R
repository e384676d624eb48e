# Strict log and log1p: the same bits on every machine, from + - * / and tables.
#
# x = 2^n z with z near 1, and log(x) = n log(2) - log(c) + log(1 + r) with r = c z - 1, where c is
# an inverse of few bits from a table. After Tang (1990), Table-driven implementation of the
# logarithm function in IEEE floating-point arithmetic.

#' Natural logarithm of x, within 0.51 ULP.
#'
#' @param x (n, m) double. Any values; NaN where negative.
#' @return (n, m) double. The logarithms.
#' @examples
#' strict$log(matrix(c(1, 10), 1))
strict_log <- function(x) {
  y <- as.vector(as_doubles(x))
  value <- y
  value[y < 0] <- NaN
  value[y == 0] <- -Inf
  usual <- which(y > 0 & y < Inf)
  y <- y[usual]
  subnormal <- which(y < strict_constants()$powers[1075L - 1022L])
  y[subnormal] <- y[subnormal] * 18014398509481984 # that is 2^54
  shift <- numeric(length(y))
  shift[subnormal] <- 54
  value[usual] <- strict_log_sum(y, numeric(length(y)), shift)
  in_shape(value, x)
}

#' Natural logarithm of 1 + x, within 0.51 ULP.
#'
#' @param x (n, m) double. Any values; NaN where less than -1.
#' @return (n, m) double. The logarithms.
#' @examples
#' strict$log1p(matrix(c(0, 1), 1))
strict_log1p <- function(x) {
  y <- as.vector(as_doubles(x))
  value <- y
  value[y < -1] <- NaN
  value[y == -1] <- -Inf
  is_small <- abs(y) < strict_constants()$powers[1075L - 30L]
  small <- which(is_small)
  value[small] <- y[small] - (y[small] * y[small]) * 0.5 # the next term, y^3 / 3, is below 2^-60 y
  usual <- which(y > -1 & y < Inf & !is_small)
  sum <- strict_two_sum(1, y[usual])
  value[usual] <- strict_log_sum(sum$high, sum$low, numeric(length(usual)))
  in_shape(value, x)
}

# The rounded sum and its rounding error, exactly (Knuth).
strict_two_sum <- function(a, b) {
  s <- a + b
  b_found <- s - a
  list(high = s, low = (a - (s - b_found)) + (b - b_found))
}

# Logarithm of (x + low) 2^-shift for normal x and low at most half a unit of x.
strict_log_sum <- function(x, low, shift) {
  constants <- strict_constants()
  log_of_two <- constants$log_of_two
  series <- constants$log_polynomial
  e <- findInterval(x, constants$powers) - 1075
  scale <- constants$powers[1075 - e]
  z <- x * scale
  z_low <- low * scale
  upper <- which(z > 1.4140625) # 181 / 128, near sqrt(2)
  z[upper] <- z[upper] * 0.5
  z_low[upper] <- z_low[upper] * 0.5
  n <- e - shift
  n[upper] <- n[upper] + 1
  i <- floor(z * 128 + 0.5) - 89
  c <- constants$log_inverse[i]
  # z in two halves, so that both products with c are exact.
  wide <- 134217729 * z # 2^27 + 1, halves a significand (Veltkamp)
  z_high <- wide - (wide - z)
  sum <- strict_two_sum(z_high * c - 1, (z - z_high) * c)
  r <- sum$high
  r_low <- sum$low + z_low * c
  square <- r * r
  polynomial <- series[1L]
  for (coefficient in series[-1L]) {
    polynomial <- coefficient + r * polynomial
  }
  curve <- square * -0.5 + (square * r) * polynomial
  sum <- strict_two_sum(n * log_of_two[1L] + constants$log_high[i], r)
  tail <- curve + (n * log_of_two[2L] + constants$log_low[i])
  sum$high + (sum$low + ((r_low - r * r_low) + tail))
}
