# The operations that are the same in native and in strict arithmetic.

# The numbers of x as double, missing ones as NaN.
as_doubles <- function(x, name = "x") {
  x <- if (is.double(x)) x else as_numbers(x, name)
  if (anyNA(x)) {
    x[is.na(x)] <- NaN
  }
  x
}

# The values in the shape of x.
in_shape <- function(values, x) {
  dim(values) <- dim(x)
  values
}

#' Square root of x, correctly rounded.
#'
#' @param x (n, m) double. Any values; NaN where negative.
#' @return (n, m) double. The square roots.
#' @examples
#' strict$sqrt(matrix(c(4, 2), 1))
common_sqrt <- function(x) {
  y <- as.vector(as_doubles(x))
  y[y < 0] <- NaN # so that R gives no warning
  in_shape(sqrt(y), x)
}

#' Element of yes where the condition holds, element of no elsewhere.
#'
#' @param condition (n, m) logical. The choice.
#' @param yes (n, m) double. Or one number.
#' @param no (n, m) double. Or one number.
#' @return (n, m) double. The chosen elements.
#' @examples
#' strict$where(matrix(c(TRUE, FALSE), 1), 1, matrix(c(2, 3), 1))
common_where <- function(condition, yes, no) {
  chosen <- if (length(no) == 1L) rep(no, length(condition)) else as.vector(no)
  # A comparison with NaN is NA in R and does not hold in Python.
  holds <- which(condition)
  chosen[holds] <- if (length(yes) == 1L) yes else yes[holds]
  dim(chosen) <- dim(condition)
  chosen
}

#' Add the row b to every row of z.
#'
#' @param z (n, m) double. One row per sample.
#' @param b (1, m) double. The row.
#' @return (n, m) double. The sums.
#' @examples
#' strict$add_bias(matrix(c(1, 3, 2, 4), 2), matrix(c(10, 20), 1))
common_add_bias <- function(z, b) {
  shape <- dim(z)
  if (!identical(dim(b), c(1L, shape[2L]))) {
    check_shape("b", dim(b), c(1L, shape[2L]))
  }
  z + b[rep.int(1L, shape[1L]), ] # its row 1, n times: quicker than each element n times
}
