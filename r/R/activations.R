# Activations and their derivatives, twin of python/src/twinprop/activations.py.

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

activation_functions <- list(
  sigmoid = list(value = sigmoid, grad = sigmoid_grad),
  identity = list(value = identity_function, grad = identity_function_grad)
)
