# Losses of a number, squared errors, and their derivatives; twin of formulas/losses_squared.py
# in python/src/twinprop.

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
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
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
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  if (reduction == "mean") (a - y) / nrow(a) else a - y
}

#' Sum of squared errors, over samples and outputs of (a - y)^2.
#'
#' Twice the squared error, which has 1/2 before the sum.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "sum", the only one.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' sum_squared_error(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
sum_squared_error <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, "sum"))
  difference <- a - y
  arithmetic$total(difference * difference)
}

#' Derivative of the sum of squared errors with respect to the output, 2 (a - y).
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "sum", the only one.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative.
#' @examples
#' sum_squared_error_grad(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
sum_squared_error_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, "sum"))
  2 * (a - y)
}

#' Mean squared error, the mean over samples and outputs of (a - y)^2.
#'
#' It divides by samples times outputs, as Keras, PyTorch and scikit-learn's metric do.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "mean", the only one.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' mean_squared_error(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
mean_squared_error <- function(a, y, reduction = "mean", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, "mean"))
  difference <- a - y
  arithmetic$total(difference * difference) / length(a)
}

#' Derivative of the mean squared error with respect to the output, 2 (a - y) / (n m).
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param reduction character. "mean", the only one.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative.
#' @examples
#' mean_squared_error_grad(matrix(c(1, 3), 1), matrix(c(0, 1), 1))
#' @export
mean_squared_error_grad <- function(a, y, reduction = "mean", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, "mean"))
  2 * (a - y) / length(a)
}
