# Rules that move the parameters against their gradients, twin of optimizers.py
# in python/src/twinprop.

#' Gradient descent, p - learning_rate dp.
#'
#' @param parameters list of (n_in, n_out) double. Weights and biases.
#' @param gradients list of (n_in, n_out) double. Derivatives of the loss with respect to them, in
#'   the same order.
#' @param state NULL. What the rule remembers between steps: nothing.
#' @param learning_rate double. Length of the step.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return parameters and state. After the step.
#' @examples
#' gradient_descent(list(matrix(1)), list(matrix(2)), NULL, 0.25)[[1]]
#' @export
gradient_descent <- function(parameters, gradients, state, learning_rate = 0.1,
                             arithmetic = native) {
  for (i in seq_along(parameters)) {
    parameters[[i]] <- parameters[[i]] - learning_rate * gradients[[i]]
  }
  list(parameters, state)
}

optimizers <- list(gradient_descent = gradient_descent)
