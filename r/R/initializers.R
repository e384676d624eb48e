# Starting weights drawn from the shared generator, twin of python/src/twinprop/initializers.py.

#' Weights and biases of one layer, uniform between low and high.
#'
#' The weights are drawn first and filled row by row, then the biases.
#'
#' @param generator generator. Where the numbers come from; it moves on.
#' @param n_in integer. Units of the layer before.
#' @param n_out integer. Units of the layer.
#' @param low double. Lower end.
#' @param high double. Upper end.
#' @return weights (n_in, n_out) and bias (1, n_out) double. In this order.
#' @examples
#' uniform(new_generator(1), 2, 3)
#' @export
uniform <- function(generator, n_in, n_out, low = 0, high = 1) {
  list(
    matrix(random_uniform(generator, n_in * n_out, low, high), n_in, n_out, byrow = TRUE),
    matrix(random_uniform(generator, n_out, low, high), 1L, n_out)
  )
}

#' Weights and biases of one layer, normal with a mean and a standard deviation.
#'
#' The weights are drawn first and filled row by row, then the biases.
#'
#' @param generator generator. Where the numbers come from; it moves on.
#' @param n_in integer. Units of the layer before.
#' @param n_out integer. Units of the layer.
#' @param mean double. Mean.
#' @param sd double. Standard deviation.
#' @return weights (n_in, n_out) and bias (1, n_out) double. In this order.
#' @examples
#' normal(new_generator(1), 2, 3)
#' @export
normal <- function(generator, n_in, n_out, mean = 0, sd = 1) {
  list(
    matrix(random_normal(generator, n_in * n_out, mean, sd), n_in, n_out, byrow = TRUE),
    matrix(random_normal(generator, n_out, mean, sd), 1L, n_out)
  )
}

initializers <- list(uniform = uniform, normal = normal)
