# Native arithmetic: BLAS and the platform's functions, what people use.

#' Native arithmetic: BLAS and the platform's functions, what people use.
#'
#' @format A list of functions: matmul, sigmoid, crossprod, tcrossprod, column_sums, row_sums,
#'   total, row_max, exp, log, log1p, tanh, sqrt, where, add_bias.
#' @name native
#' @examples
#' native$exp(1)
#' @export
NULL

# The products are R's own where they can be: a function around them would cost as much as a small
# product does. The list is evaluated when first used, so that the files of the package can be
# loaded in any order.
delayedAssign("native", structure(list(
  matmul = `%*%`,
  sigmoid = native_sigmoid, # what is used most comes first: `$` goes through the names in turn
  crossprod = base::crossprod,
  tcrossprod = base::tcrossprod,
  column_sums = native_column_sums,
  row_sums = native_row_sums,
  total = native_total,
  row_max = native_row_max,
  exp = native_exp,
  log = native_log,
  log1p = native_log1p,
  tanh = native_tanh,
  sqrt = common_sqrt,
  where = common_where,
  add_bias = common_add_bias
), for_large = list(crossprod = native_large_crossprod)))

#' Matrix product a' b of large matrices, where a' is a transposed.
#'
#' The reference BLAS is quicker on them when they are transposed before.
#'
#' @param a (k, n) double. Left factor, before it is transposed.
#' @param b (k, m) double. Right factor.
#' @return (n, m) double. The product.
native_large_crossprod <- function(a, b) t(a) %*% b

#' Sum of each column.
#'
#' @param a (n, m) double. The summands.
#' @return (1, m) double. The sums.
native_column_sums <- function(a) {
  rep_len(1, dim(a)[1L]) %*% a # the row of ones times a, by BLAS as the products are
}

#' Sum of each row.
#'
#' @param a (n, m) double. The summands.
#' @return (n, 1) double. The sums.
native_row_sums <- function(a) {
  sums <- rowSums(a)
  dim(sums) <- c(length(sums), 1L)
  sums
}

#' Sum of all elements.
#'
#' @param a (n, m) double. The summands.
#' @return double. The sum.
native_total <- function(a) sum(a)

#' Largest element of each row; NaN where the row has one.
#'
#' @param a (n, m) double. At least one column.
#' @return (n, 1) double. The largest elements.
native_row_max <- function(a) matrix(apply(a, 1L, max), nrow(a), 1L)

#' Exponential of x.
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. The exponentials.
native_exp <- function(x) exp(x)

#' Natural logarithm of x.
#'
#' @param x (n, m) double. Any values; NaN where negative.
#' @return (n, m) double. The logarithms.
native_log <- function(x) {
  x[x < 0] <- NaN # so that R gives no warning
  log(x)
}

#' Natural logarithm of 1 + x.
#'
#' @param x (n, m) double. Any values; NaN where less than -1.
#' @return (n, m) double. The logarithms.
native_log1p <- function(x) {
  x[x < -1] <- NaN # so that R gives no warning
  log1p(x)
}

#' Hyperbolic tangent of x.
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. From -1 to 1.
native_tanh <- function(x) tanh(x)

#' Logistic function 1 / (1 + exp(-x)).
#'
#' Where exp(-x) overflows the result is rightly 0.
#'
#' @param x (n, m) double. Any values.
#' @return (n, m) double. From 0 to 1.
native_sigmoid <- function(x) 1 / (1 + exp(-x))
