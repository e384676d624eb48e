# Activations with a kink, and their derivatives; twin of formulas/activations_piecewise.py
# in python/src/twinprop.
#
# At the kink, z = 0, each derivative is the left-hand one. They ask for z <= 0, not z > 0, so that
# a NaN in z stays NaN.

#' Identity, z itself.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. The same values.
#' @examples
#' identity_function(matrix(c(-1, 2), 1))
#' @export
identity_function <- function(z, arithmetic = native) {
  z
}

#' Derivative of the identity with respect to z, 1.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Identity of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Ones.
#' @examples
#' z <- matrix(c(-1, 2), 1)
#' identity_function_grad(z, z)
#' @export
identity_function_grad <- function(z, a, arithmetic = native) {
  array(1, dim(z))
}

#' Step, 1 where z is above 0, else 0.
#'
#' At the jump, z = 0, it is 0.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Zeros and ones.
#' @examples
#' step_function(matrix(c(-1, 0, 2), 1))
#' @export
step_function <- function(z, arithmetic = native) {
  arithmetic$where(z > 0, 1, 0)
}

#' Derivative of the step with respect to z, 0.
#'
#' It is taken as 0 at the jump too, so nothing can be learned through a step.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Step of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Zeros.
#' @examples
#' z <- matrix(c(-1, 2), 1)
#' step_function_grad(z, step_function(z))
#' @export
step_function_grad <- function(z, a, arithmetic = native) {
  array(0, dim(z))
}

#' Rectified linear unit, z where it is above 0, else 0.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Not below 0.
#' @examples
#' relu(matrix(c(-1, 0, 2), 1))
#' @export
relu <- function(z, arithmetic = native) {
  arithmetic$where(z <= 0, 0, z)
}

#' Derivative of the rectified linear unit with respect to z, 1 where z is above 0, else 0.
#'
#' At 0 it is the left-hand derivative, 0.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Rectified linear unit of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (n, m) double. Zeros and ones.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' relu_grad(z, relu(z))
#' @export
relu_grad <- function(z, a, arithmetic = native) {
  arithmetic$where(z <= 0, 0, 1)
}

#' Exponential linear unit, z where it is above 0, else alpha (exp(z) - 1).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param alpha double. The negative of the limit for large negative z.
#' @return (n, m) double. Above -alpha.
#' @examples
#' round(elu(matrix(c(-1, 0, 2), 1)), 6)
#' @export
elu <- function(z, arithmetic = native, alpha = 1) {
  arithmetic$where(
    z <= 0, alpha * (arithmetic$exp(arithmetic$where(z <= 0, z, 0)) - 1), z
  )
}

#' Derivative of the exponential linear unit with respect to z, 1 above 0, else a + alpha.
#'
#' At 0 it is the left-hand derivative, alpha.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Exponential linear unit of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param alpha double. The negative of the limit for large negative z.
#' @return (n, m) double. Ones, and alpha exp(z).
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' round(elu_grad(z, elu(z)), 6)
#' @export
elu_grad <- function(z, a, arithmetic = native, alpha = 1) {
  arithmetic$where(z <= 0, a + alpha, 1)
}
