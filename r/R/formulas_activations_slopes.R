# Rectified linear units with a slope below 0; twin of formulas/activations_slopes.py
# in python/src/twinprop.
#
# At the kink, z = 0, each derivative is the left-hand one.

#' Leaky rectified linear unit, z where it is above 0, else slope z.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param slope double. Slope below 0.
#' @return (n, m) double. The activation.
#' @examples
#' leaky_relu(matrix(c(-1, 0, 2), 1))
#' @export
leaky_relu <- function(z, arithmetic = native, slope = 0.01) {
  arithmetic$where(z <= 0, slope * z, z)
}

#' Derivative of the leaky rectified linear unit with respect to z, 1 above 0, else slope.
#'
#' At 0 it is the left-hand derivative, slope.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Leaky rectified linear unit of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param slope double. Slope below 0.
#' @return (n, m) double. Ones and slopes.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' leaky_relu_grad(z, leaky_relu(z))
#' @export
leaky_relu_grad <- function(z, a, arithmetic = native, slope = 0.01) {
  arithmetic$where(z <= 0, slope, 1)
}

#' Parametric rectified linear unit, z where it is above 0, else alpha z.
#'
#' A leaky rectified linear unit whose slopes are learned like weights, one for each unit.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param alpha (1, m) double. Slope of each unit below 0, learned; one number stands for all units.
#' @return (n, m) double. The activation.
#' @examples
#' prelu(matrix(c(-1, -1, 2), 1), alpha = matrix(c(0.5, 0.25, 0.25), 1))
#' @export
prelu <- function(z, arithmetic = native, alpha = 0.25) {
  arithmetic$where(z <= 0, in_every_row(alpha, z) * z, z)
}

#' Derivative of the parametric rectified linear unit with respect to z, 1 above 0, else alpha.
#'
#' At 0 it is the left-hand derivative, alpha.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Parametric rectified linear unit of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param alpha (1, m) double. Slope of each unit below 0, learned; one number stands for all units.
#' @return (n, m) double. Ones and slopes.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' prelu_grad(z, prelu(z))
#' @export
prelu_grad <- function(z, a, arithmetic = native, alpha = 0.25) {
  arithmetic$where(z <= 0, in_every_row(alpha, z), 1)
}

#' Derivative of the loss with respect to alpha, the column sums of e min(z, 0).
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param e (n, m) double. Derivative of the loss with respect to the layer's activation.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return (1, m) double. One derivative for each unit.
#' @examples
#' prelu_alpha_grad(rbind(c(-1, 2), c(-3, 4)), rbind(c(1, 1), c(2, 2)))
#' @export
prelu_alpha_grad <- function(z, e, arithmetic = native) {
  arithmetic$column_sums(e * arithmetic$where(z <= 0, z, 0))
}

#' Randomized rectified linear unit, z where it is above 0, else slope z.
#'
#' In training the slopes are drawn, one for each sample and unit, uniform between lower and upper;
#' in prediction the mean of lower and upper takes their place.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param lower double. Least slope.
#' @param upper double. Largest slope.
#' @param slope (n, m) double or NULL. Slopes below 0 that were drawn; NULL takes the mean of lower
#'   and upper.
#' @return (n, m) double. The activation.
#' @examples
#' rrelu(matrix(c(-1, 0, 2), 1), lower = 0.25, upper = 0.5)
#' @export
rrelu <- function(z, arithmetic = native, lower = 0.125, upper = 1 / 3, slope = NULL) {
  slope <- if (is.null(slope)) 0.5 * (lower + upper) else slope
  arithmetic$where(z <= 0, slope * z, z)
}

#' Derivative of the randomized rectified linear unit with respect to z, 1 above 0, else slope.
#'
#' At 0 it is the left-hand derivative, slope.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. Randomized rectified linear unit of z.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param lower double. Least slope.
#' @param upper double. Largest slope.
#' @param slope (n, m) double or NULL. Slopes below 0 that were drawn; NULL takes the mean of lower
#'   and upper.
#' @return (n, m) double. Ones and slopes.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' rrelu_grad(z, rrelu(z), lower = 0.25, upper = 0.5)
#' @export
rrelu_grad <- function(z, a, arithmetic = native, lower = 0.125, upper = 1 / 3, slope = NULL) {
  slope <- if (is.null(slope)) 0.5 * (lower + upper) else slope
  arithmetic$where(z <= 0, slope, 1)
}

# A row, or one number, as a matrix of the shape of z.
in_every_row <- function(row, z) {
  matrix(row, nrow(z), ncol(z), byrow = TRUE)
}
