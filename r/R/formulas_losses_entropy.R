# Losses of a probability, cross-entropies, and their derivatives; twin of
# formulas/losses_entropy.py in python/src/twinprop.
#
# Each has a second form that begins with z, for the activation it is paired with: without a
# logarithm of a rounded probability, and with the simple derivative a - y.

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

#' Binary cross-entropy, sum over samples and outputs of -y log(a) - (1 - y) log(1 - a).
#'
#' Infinite where a probability of 0 was given to what happened; nothing is clipped.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target, from 0 to 1.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' round(binary_cross_entropy(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1)), 6)
#' @export
binary_cross_entropy <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  hit <- y * arithmetic$log(arithmetic$where(y == 0, 1, a))
  miss <- (1 - y) * arithmetic$log(arithmetic$where(y == 1, 1, 1 - a))
  reduce_samples(-arithmetic$total(hit + miss), nrow(a), reduction)
}

#' Derivative of the binary cross-entropy with respect to the output, (1 - y) / (1 - a) - y / a.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target, from 0 to 1.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative, infinite where the loss is.
#' @examples
#' binary_cross_entropy_grad(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1))
#' @export
binary_cross_entropy_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  hit <- y / arithmetic$where(y == 0, 1, a)
  miss <- (1 - y) / arithmetic$where(y == 1, 1, 1 - a)
  reduce_samples(miss - hit, nrow(a), reduction)
}

#' Binary cross-entropy of a sigmoid, sum of max(z, 0) - z y + log(1 + exp(-|z|)).
#'
#' The same value as from a = sigmoid(z), without overflow and without log(0).
#'
#' @param z (n, m) double. Weighted input of the last layer.
#' @param y (n, m) double. Target, from 0 to 1.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' binary_cross_entropy_of_z(matrix(c(1e4, -1e4), 1), matrix(c(1, 1), 1))
#' @export
binary_cross_entropy_of_z <- function(z, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(z, y, reduction, arithmetic, reductions, "z"))
  below <- arithmetic$where(z <= 0, z, -z)
  above <- arithmetic$where(z <= 0, 0, z)
  loss <- above - z * y + arithmetic$log1p(arithmetic$exp(below))
  reduce_samples(arithmetic$total(loss), nrow(z), reduction)
}

#' Derivative of the binary cross-entropy of a sigmoid with respect to z, a - y.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target, from 0 to 1.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative, delta.
#' @examples
#' binary_cross_entropy_delta(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1))
#' @export
binary_cross_entropy_delta <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  reduce_samples(a - y, nrow(a), reduction)
}

#' Cross-entropy, sum over samples and outputs of -y log(a).
#'
#' Infinite where a probability of 0 was given to what happened; nothing is clipped.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target: one-hot rows, or rows of probabilities.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' round(cross_entropy(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1)), 6)
#' @export
cross_entropy <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  hit <- y * arithmetic$log(arithmetic$where(y == 0, 1, a))
  reduce_samples(-arithmetic$total(hit), nrow(a), reduction)
}

#' Derivative of the cross-entropy with respect to the output, -y / a.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target: one-hot rows, or rows of probabilities.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative, infinite where the loss is.
#' @examples
#' cross_entropy_grad(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1))
#' @export
cross_entropy_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  hit <- y / arithmetic$where(y == 0, 1, a)
  reduce_samples(0 - hit, nrow(a), reduction)
}

#' Cross-entropy of a softmax, sum of y (log of the row's sum of exp(z_k) - z).
#'
#' The same value as from a = softmax(z); the largest z of a row is subtracted first, so that
#' nothing overflows and no log(0) is taken.
#'
#' @param z (n, m) double. Weighted input of the last layer.
#' @param y (n, m) double. Target: one-hot rows, or rows of probabilities.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The loss.
#' @examples
#' cross_entropy_of_z(matrix(c(1e4, -1e4), 1), matrix(c(0, 1), 1))
#' @export
cross_entropy_of_z <- function(z, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(z, y, reduction, arithmetic, reductions, "z"))
  shifted <- z - as.vector(arithmetic$row_max(z))
  log_sum <- arithmetic$log(arithmetic$row_sums(arithmetic$exp(shifted)))
  loss <- arithmetic$total(y * (as.vector(log_sum) - shifted))
  reduce_samples(loss, nrow(z), reduction)
}

#' Derivative of the cross-entropy of a softmax with respect to z, a (sum of y) - y.
#'
#' The sum is that of the row, 1 where y are probabilities; then the derivative is a - y.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target: one-hot rows, or rows of probabilities.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative, delta.
#' @examples
#' cross_entropy_delta(matrix(c(0.5, 0.8), 1), matrix(c(0, 1), 1))
#' @export
cross_entropy_delta <- function(a, y, reduction = "sum", arithmetic = native) {
  use_checked(check_loss(a, y, reduction, arithmetic, reductions))
  reduce_samples(a * as.vector(arithmetic$row_sums(y)) - y, nrow(a), reduction)
}
