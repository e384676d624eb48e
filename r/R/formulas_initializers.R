# Starting weights drawn from the shared generator, twin of formulas/initializers.py
# in python/src/twinprop. Checks (formulas_constraints.json) are put before them when the package is
# built.

#' Words of the initializers.
#'
#' @param generator generator. Where the numbers come from; it moves on.
#' @param n_in integer. Units of the layer before.
#' @param n_out integer. Units of the layer.
#' @param low double. Lower end.
#' @param high double. Upper end.
#' @param mean double. Mean.
#' @param sd double. Standard deviation.
#' @return weights (n_in, n_out) and bias (1, n_out) double. In this order: the weights are drawn
#'   first, row by row.
#' @name initializers
#' @keywords internal
NULL

#' Weights and biases of one layer, uniform between low and high.
#'
#' @inherit initializers params return
#' @examples
#' round(uniform(new_generator(1), 2, 1)[[1]], 4)
#' @export
uniform <- function(generator, n_in, n_out, low = 0, high = 1) {
  list(
    matrix(random_uniform(generator, n_in * n_out, low, high), n_in, n_out, byrow = TRUE),
    matrix(random_uniform(generator, n_out, low, high), 1L, n_out)
  )
}

#' Weights and biases of one layer, normal with a mean and a standard deviation.
#'
#' @inherit initializers params return
#' @examples
#' round(normal(new_generator(1), 2, 1)[[1]], 4)
#' @export
normal <- function(generator, n_in, n_out, mean = 0, sd = 1) {
  list(
    matrix(random_normal(generator, n_in * n_out, mean, sd), n_in, n_out, byrow = TRUE),
    matrix(random_normal(generator, n_out, mean, sd), 1L, n_out)
  )
}

#' Glorot's start, weights uniform between -r and r with r = sqrt(6 / (n_in + n_out)), biases 0.
#'
#' It keeps the size of activations and of gradients about the same from layer to layer where the
#' activation is steep at 0, as tanh is (Glorot and Bengio, 2010).
#'
#' @inherit initializers params return
#' @examples
#' round(glorot(new_generator(1), 2, 1)[[1]], 4)
#' @export
glorot <- function(generator, n_in, n_out) {
  end <- sqrt(6 / (n_in + n_out))
  weights <- random_uniform(generator, n_in * n_out, -end, end)
  list(matrix(weights, n_in, n_out, byrow = TRUE), matrix(0, 1L, n_out))
}

#' He's start, weights normal with standard deviation sqrt(2 / n_in), biases 0.
#'
#' It keeps the size of activations about the same from layer to layer where half of them are 0, as
#' with relu (He and others, 2015).
#'
#' @inherit initializers params return
#' @examples
#' round(he(new_generator(1), 2, 1)[[1]], 4)
#' @export
he <- function(generator, n_in, n_out) {
  weights <- random_normal(generator, n_in * n_out, 0, sqrt(2 / n_in))
  list(matrix(weights, n_in, n_out, byrow = TRUE), matrix(0, 1L, n_out))
}

#' Weights and biases of one layer, all 0; nothing is drawn.
#'
#' It suits one layer, as in logistic regression. Hidden units that start alike stay alike.
#'
#' @inherit initializers params return
#' @examples
#' zeros(new_generator(1), 2, 1)[[1]]
#' @export
zeros <- function(generator, n_in, n_out) {
  list(matrix(0, n_in, n_out), matrix(0, 1L, n_out))
}

initializers <- list(uniform = uniform, normal = normal, glorot = glorot, he = he, zeros = zeros)
