# Losses and their derivatives, twin of python/src/twinprop/losses.py.

reductions <- c("sum", "mean")

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
  loss <- 0.5 * arithmetic$total(difference * difference)
  if (reduction == "mean") loss / nrow(a) else loss
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
  if (reduction == "mean") (a - y) / nrow(a) else a - y
}

losses <- list(
  squared_error = list(value = squared_error, grad = squared_error_grad)
)
