# Rules that move the parameters against their gradients, twin of formulas/optimizers.py
# in python/src/twinprop. Checks (formulas_constraints.json) are put before them when the package is
# built.

#' Words of the optimizers.
#'
#' @param parameters list of (n_in, n_out) double. Weights and biases.
#' @param gradients list of (n_in, n_out) double. Derivatives of the loss with respect to them, in
#'   the same order.
#' @param state dict or NULL. What the rule remembers between steps; NULL before the first.
#' @param learning_rate double. Length of the step.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param momentum double. Share of v that stays, at least 0 and less than 1.
#' @param decay double. Share of s that stays, at least 0 and less than 1.
#' @param beta_1 double. Share of m that stays, at least 0 and less than 1.
#' @param beta_2 double. Share of s that stays, at least 0 and less than 1.
#' @param epsilon double. Keeps the quotient finite where s is 0.
#' @return parameters and state. After the step.
#' @name optimizers
#' @keywords internal
NULL

#' Gradient descent, p - learning_rate dp.
#'
#' @inherit optimizers params return
#' @examples
#' gradient_descent(list(matrix(1)), list(matrix(2)), NULL, 0.25)[[1]]
#' @export
gradient_descent <- function(parameters, gradients, state, learning_rate = 0.1,
                             arithmetic = native) {
  for (i in seq_along(parameters)) {
    parameters[[i]] <- parameters[[i]] - learning_rate * gradients[[i]] # p
  }
  list(parameters, state)
}

#' Gradient descent with momentum, v = momentum v + dp, p - learning_rate v.
#'
#' As in PyTorch's SGD. Keras keeps -learning_rate v instead of v: the same steps, as long as the
#' learning rate stays.
#'
#' @inherit optimizers params return
#' @examples
#' momentum(list(matrix(1)), list(matrix(2)), NULL, 0.25)[[1]]
#' @export
momentum <- function(parameters, gradients, state, learning_rate = 0.01,
                     arithmetic = native, momentum = 0.9) {
  velocity <- if (is.null(state)) rep(list(0), length(gradients)) else state$velocity
  for (i in seq_along(parameters)) {
    velocity[[i]] <- momentum * velocity[[i]] + gradients[[i]] # v
    parameters[[i]] <- parameters[[i]] - learning_rate * velocity[[i]] # p
  }
  list(parameters, list(velocity = velocity))
}

#' RMSprop, s = decay s + (1 - decay) dp^2, p - learning_rate dp / (sqrt(s) + epsilon).
#'
#' Epsilon stands outside the root and is 1e-8, as in PyTorch (whose decay, alpha, is 0.99). Keras
#' has it inside, sqrt(s + epsilon), with 1e-7; its decay, rho, is 0.9 as here and in Hinton's
#' lecture.
#'
#' @inherit optimizers params return
#' @examples
#' round(rmsprop(list(matrix(1)), list(matrix(2)), NULL, 0.25)[[1]][[1]], 6)
#' @export
rmsprop <- function(parameters, gradients, state, learning_rate = 0.001,
                    arithmetic = native, decay = 0.9, epsilon = 1e-8) {
  mean_square <- if (is.null(state)) rep(list(0), length(gradients)) else state$mean_square
  for (i in seq_along(parameters)) {
    dp <- gradients[[i]]
    s <- decay * mean_square[[i]] + (1 - decay) * (dp * dp) # s
    parameters[[i]] <- parameters[[i]] - learning_rate * dp / (arithmetic$sqrt(s) + epsilon) # p
    mean_square[[i]] <- s
  }
  list(parameters, list(mean_square = mean_square))
}

#' Adam, p - learning_rate m / (1 - beta_1^t) / (sqrt(s / (1 - beta_2^t)) + epsilon).
#'
#' Before that, in step t, m = beta_1 m + (1 - beta_1) dp and s = beta_2 s + (1 - beta_2) dp^2.
#' Epsilon is 1e-8 and is added after the correction, as in the paper (Kingma and Ba, 2015,
#' algorithm 1) and in PyTorch. Keras (1e-7) and scikit-learn (1e-8) add it before the correction of
#' s, which is an epsilon 1 / sqrt(1 - beta_2^t) times as large. Powers of beta are running
#' products.
#'
#' @inherit optimizers params return
#' @examples
#' round(adam(list(matrix(1)), list(matrix(2)), NULL, 0.25)[[1]][[1]], 6)
#' @export
adam <- function(parameters, gradients, state, learning_rate = 0.001,
                 arithmetic = native, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8) {
  if (is.null(state)) {
    zeros <- rep(list(0), length(gradients))
    state <- list(mean = zeros, mean_square = zeros, power_1 = 1, power_2 = 1)
  }
  mean <- state$mean
  mean_square <- state$mean_square
  power_1 <- state$power_1 * beta_1 # power_1
  power_2 <- state$power_2 * beta_2 # power_2
  for (i in seq_along(parameters)) {
    dp <- gradients[[i]]
    m <- beta_1 * mean[[i]] + (1 - beta_1) * dp # m
    s <- beta_2 * mean_square[[i]] + (1 - beta_2) * (dp * dp) # s
    parameters[[i]] <- parameters[[i]] -
      learning_rate * (m / (1 - power_1)) / (arithmetic$sqrt(s / (1 - power_2)) + epsilon) # p
    mean[[i]] <- m
    mean_square[[i]] <- s
  }
  state <- list(mean = mean, mean_square = mean_square, power_1 = power_1, power_2 = power_2)
  list(parameters, state)
}

optimizers <- list(
  gradient_descent = gradient_descent, momentum = momentum, rmsprop = rmsprop, adam = adam
)

optimizer_options <- list(
  gradient_descent = character(),
  momentum = "momentum",
  rmsprop = c("decay", "epsilon"),
  adam = c("beta_1", "beta_2", "epsilon")
)

learning_rates <- c(gradient_descent = 0.1, momentum = 0.01, rmsprop = 0.001, adam = 0.001)

#' Refuse options that an optimizer has not, and numbers outside their range.
#'
#' @param optimizer character. Name of a known optimizer.
#' @param options dict. Its options by name, without the learning rate.
#' @noRd
check_optimizer_options <- function(optimizer, options) {
  known <- optimizer_options[[optimizer]]
  for (option in names(options)) {
    if (!option %in% known) {
      names <- if (length(known) == 0L) "none" else paste(known, collapse = ", ")
      input_error(optimizer, " has no option ", option, "; known are ", names)
    }
    check_share(options[[option]], paste(option, "of", optimizer))
  }
}
