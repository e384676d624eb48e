# Losses and their derivatives, twin of python/src/twinprop/losses.py.

reductions <- c("sum", "mean")

#' A sum over samples as it is ("sum") or divided by the number of samples ("mean").
#'
#' @param value double. A sum over samples, or its derivative.
#' @param n integer. Number of samples.
#' @param reduction character. "sum" or "mean".
#' @return double. The reduced value, of the same shape.
#' @noRd
reduce_samples <- function(value, n, reduction) {
  if (reduction == "mean") value / n else value
}

#' Squared error, 1/2 sum over samples and outputs of (a - y)^2.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' squared_error(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
squared_error <- function(a, y, reduction = "sum", arithmetic = native) {
  difference <- a - y
  reduce_samples(0.5 * arithmetic$total(difference * difference), nrow(a), reduction)
}

#' Derivative of the squared error with respect to the output, a - y.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative; its sign is opposite to the article's E = y - output.
#' @examples
#' squared_error_grad(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
squared_error_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  reduce_samples(a - y, nrow(a), reduction)
}

losses <- list(
  squared_error = list(value = squared_error, grad = squared_error_grad)
)
