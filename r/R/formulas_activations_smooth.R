# Activations made of the exponential function, and their derivatives; twin of
# formulas/activations_smooth.py in python/src/twinprop.
#
# However large z is, the results are right: where exp(-z) overflows, the sigmoid is 0.

#' Sigmoid, 1 / (1 + exp(-z)).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Between 0 and 1, both included where double has nothing nearer.
#' @examples
#' round(sigmoid(matrix(c(0, 2), 1)), 6)
#' @export
sigmoid <- function(z, arithmetic = native) {
  arithmetic$sigmoid(z)
}

#' Derivative of the sigmoid with respect to z, a (1 - a).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Sigmoid of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Between 0 and 1/4.
#' @examples
#' z <- matrix(c(0, 2), 1)
#' round(sigmoid_grad(z, sigmoid(z)), 6)
#' @export
sigmoid_grad <- function(z, a, arithmetic = native) {
  a * (1 - a)
}

#' Hyperbolic tangent, (exp(z) - exp(-z)) / (exp(z) + exp(-z)).
#'
#' The same as 2 sigmoid(2 z) - 1.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Between -1 and 1.
#' @examples
#' round(tanh_function(matrix(c(0, 2), 1)), 6)
#' @export
tanh_function <- function(z, arithmetic = native) {
  arithmetic$tanh(z)
}

#' Derivative of the hyperbolic tangent with respect to z, 1 - a^2.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Hyperbolic tangent of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Between 0 and 1.
#' @examples
#' z <- matrix(c(0, 2), 1)
#' round(tanh_function_grad(z, tanh_function(z)), 6)
#' @export
tanh_function_grad <- function(z, a, arithmetic = native) {
  use_checked(check_numbers(a = a))
  1 - a * a
}

#' Softmax of each row, exp(z_j) over the sum of exp(z_k).
#'
#' The largest z of a row is subtracted first: the quotient stays, and nothing overflows.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Each row sums to 1.
#' @examples
#' softmax(rbind(c(0, 0), c(1000, 0)))
#' @export
softmax <- function(z, arithmetic = native) {
  # A vector of one number for each row recycles down the columns.
  powers <- arithmetic$exp(z - as.vector(arithmetic$row_max(z)))
  powers / as.vector(arithmetic$row_sums(powers))
}

#' Derivative of the loss with respect to z, a (e - sum of e a over the row).
#'
#' Each output of softmax depends on the whole row of z, so this is no slope but the product of e
#' with the matrix of derivatives.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Softmax of z.
#' @param e (n, m) double. Derivative of the loss with respect to a.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The derivative, delta.
#' @examples
#' z <- matrix(c(0, 0), 1)
#' softmax_grad(z, softmax(z), matrix(c(1, 3), 1))
#' @export
softmax_grad <- function(z, a, e, arithmetic = native) {
  use_checked(check_numbers(a = a, e = e))
  a * (e - as.vector(arithmetic$row_sums(e * a)))
}

#' Swish, z sigmoid(beta z).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param beta double. How steep the sigmoid is.
#' @return (n, m) double. The activation.
#' @examples
#' round(swish(matrix(c(-1, 0, 2), 1)), 6)
#' @export
swish <- function(z, arithmetic = native, beta = 1) {
  z * arithmetic$sigmoid(beta * z)
}

#' Derivative of swish with respect to z, beta a + sigmoid(beta z) (1 - beta a).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Swish of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param beta double. How steep the sigmoid is.
#' @return (n, m) double. The derivative.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' round(swish_grad(z, swish(z)), 6)
#' @export
swish_grad <- function(z, a, arithmetic = native, beta = 1) {
  beta * a + arithmetic$sigmoid(beta * z) * (1 - beta * a)
}

#' Softplus, log(1 + exp(z)), computed as max(z, 0) + log(1 + exp(-|z|)).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Above 0.
#' @examples
#' round(softplus(matrix(c(-1, 0, 1000), 1)), 6)
#' @export
softplus <- function(z, arithmetic = native) {
  below <- arithmetic$where(z <= 0, z, -z)
  arithmetic$where(z <= 0, 0, z) + arithmetic$log1p(arithmetic$exp(below))
}

#' Derivative of softplus with respect to z, the sigmoid of z.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Softplus of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Between 0 and 1.
#' @examples
#' z <- matrix(c(0, 2), 1)
#' round(softplus_grad(z, softplus(z)), 6)
#' @export
softplus_grad <- function(z, a, arithmetic = native) {
  arithmetic$sigmoid(z)
}
