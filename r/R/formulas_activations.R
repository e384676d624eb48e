# The twelve activations and their derivatives; twin of formulas/activations.py
# in python/src/twinprop.
#
# At a kink, z = 0, each derivative is the left-hand one; z <= 0 is asked, not z > 0, so that NaN
# stays NaN. Checks (formulas_constraints.json) are put before them when the package is built.

#' Words of the activations.
#'
#' @param z (n, m) double. Weighted input of a layer.
#' @param a (n, m) double. The activation of z.
#' @param e (n, m) double. Derivative of the loss with respect to a.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @param slope double. Slope below 0.
#' @param lower double. Least slope.
#' @param upper double. Largest slope.
#' @param alpha double. The negative of the limit for large negative z.
#' @param beta double. How steep the sigmoid is.
#' @return (n, m) double. One for each element of z.
#' @name activations
#' @keywords internal
NULL

#' Sigmoid, 1 / (1 + exp(-z)), from 0 to 1.
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(0, 2), 1)
#' round(sigmoid(z), 6)
#' round(sigmoid_grad(z, sigmoid(z)), 6)
#' @export
sigmoid <- function(z, arithmetic = native) {
  arithmetic$sigmoid(z)
}

#' Derivative of the sigmoid, a (1 - a).
#' @rdname sigmoid
#' @export
sigmoid_grad <- function(z, a, arithmetic = native) {
  a * (1 - a)
}

#' Identity, z itself.
#'
#' @inherit activations params return
#' @examples
#' identity_function(matrix(c(-1, 2), 1))
#' @export
identity_function <- function(z, arithmetic = native) {
  z
}

#' Derivative of the identity, 1.
#' @rdname identity_function
#' @export
identity_function_grad <- function(z, a, arithmetic = native) {
  array(1, dim(z))
}

#' Step, 1 where z is above 0, else 0.
#'
#' @inherit activations params return
#' @examples
#' step_function(matrix(c(-1, 0, 2), 1))
#' @export
step_function <- function(z, arithmetic = native) {
  arithmetic$where(z > 0, 1, 0)
}

#' Derivative of the step, 0, so nothing can be learned through a step.
#' @rdname step_function
#' @export
step_function_grad <- function(z, a, arithmetic = native) {
  array(0, dim(z))
}

#' Hyperbolic tangent, (exp(z) - exp(-z)) / (exp(z) + exp(-z)), which is 2 sigmoid(2 z) - 1.
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(0, 2), 1)
#' round(tanh_function(z), 6)
#' round(tanh_function_grad(z, tanh_function(z)), 6)
#' @export
tanh_function <- function(z, arithmetic = native) {
  arithmetic$tanh(z)
}

#' Derivative of the hyperbolic tangent, 1 - a^2.
#' @rdname tanh_function
#' @export
tanh_function_grad <- function(z, a, arithmetic = native) {
  1 - a * a
}

#' Rectified linear unit, z where it is above 0, else 0.
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' relu(z)
#' relu_grad(z, relu(z))
#' @export
relu <- function(z, arithmetic = native) {
  arithmetic$where(z <= 0, 0, z)
}

#' Derivative of the rectified linear unit, 1 where z is above 0, else 0.
#' @rdname relu
#' @export
relu_grad <- function(z, a, arithmetic = native) {
  arithmetic$where(z <= 0, 0, 1)
}

#' Leaky rectified linear unit, z where it is above 0, else slope z.
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' leaky_relu(z)
#' leaky_relu_grad(z, leaky_relu(z))
#' @export
leaky_relu <- function(z, arithmetic = native, slope = 0.01) {
  arithmetic$where(z <= 0, slope * z, z)
}

#' Derivative of the leaky rectified linear unit, 1 where z is above 0, else slope.
#' @rdname leaky_relu
#' @export
leaky_relu_grad <- function(z, a, arithmetic = native, slope = 0.01) {
  arithmetic$where(z <= 0, slope, 1)
}

#' Parametric rectified linear unit, z where it is above 0, else alpha z.
#'
#' @inherit activations params return
#' @param alpha (1, m) double. Slope of each unit below 0, learned like weights; one number stands
#'   for all units.
#' @examples
#' z <- matrix(c(-1, -1, 2), 1)
#' alpha <- matrix(c(0.5, 0.25, 0.25), 1)
#' prelu(z, alpha = alpha)
#' prelu_grad(z, prelu(z), alpha = alpha)
#' @export
prelu <- function(z, arithmetic = native, alpha = 0.25) {
  arithmetic$where(z <= 0, in_every_row(alpha, z) * z, z)
}

#' Derivative of the parametric rectified linear unit, 1 where z is above 0, else alpha.
#' @rdname prelu
#' @export
prelu_grad <- function(z, a, arithmetic = native, alpha = 0.25) {
  arithmetic$where(z <= 0, in_every_row(alpha, z), 1)
}

#' Derivative of the loss with respect to alpha, (1, m), the column sums of e min(z, 0).
#' @rdname prelu
#' @export
prelu_alpha_grad <- function(z, e, arithmetic = native) {
  arithmetic$column_sums(e * arithmetic$where(z <= 0, z, 0))
}

#' Randomized rectified linear unit, z where it is above 0, else slope z.
#'
#' @inherit activations params return
#' @param slope (n, m) double or NULL. Slopes below 0, drawn in training between lower and upper;
#'   NULL takes their mean.
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' rrelu(z, lower = 0.25, upper = 0.5)
#' rrelu_grad(z, rrelu(z), lower = 0.25, upper = 0.5)
#' @export
rrelu <- function(z, arithmetic = native, lower = 0.125, upper = 1 / 3, slope = NULL) {
  below <- if (is.null(slope)) 0.5 * (lower + upper) else slope
  arithmetic$where(z <= 0, below * z, z)
}

#' Derivative of the randomized rectified linear unit, 1 where z is above 0, else slope.
#' @rdname rrelu
#' @export
rrelu_grad <- function(z, a, arithmetic = native, lower = 0.125, upper = 1 / 3, slope = NULL) {
  below <- if (is.null(slope)) 0.5 * (lower + upper) else slope
  arithmetic$where(z <= 0, below, 1)
}

#' Exponential linear unit, z where it is above 0, else alpha (exp(z) - 1).
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' round(elu(z), 6)
#' round(elu_grad(z, elu(z)), 6)
#' @export
elu <- function(z, arithmetic = native, alpha = 1) {
  below <- arithmetic$where(z <= 0, z, 0)
  arithmetic$where(z <= 0, alpha * (arithmetic$exp(below) - 1), z)
}

#' Derivative of the exponential linear unit, 1 where z is above 0, else a + alpha.
#' @rdname elu
#' @export
elu_grad <- function(z, a, arithmetic = native, alpha = 1) {
  arithmetic$where(z <= 0, a + alpha, 1)
}

#' Swish, z sigmoid(beta z).
#'
#' @inherit activations params return
#' @examples
#' z <- matrix(c(-1, 0, 2), 1)
#' round(swish(z), 6)
#' round(swish_grad(z, swish(z)), 6)
#' @export
swish <- function(z, arithmetic = native, beta = 1) {
  z * arithmetic$sigmoid(beta * z)
}

#' Derivative of swish, beta a + sigmoid(beta z) (1 - beta a).
#' @rdname swish
#' @export
swish_grad <- function(z, a, arithmetic = native, beta = 1) {
  beta * a + arithmetic$sigmoid(beta * z) * (1 - beta * a)
}

#' Softplus, log(1 + exp(z)), computed as max(z, 0) + log(1 + exp(-|z|)).
#'
#' @inherit activations params return
#' @examples
#' round(softplus(matrix(c(-1, 0, 1000), 1)), 6)
#' @export
softplus <- function(z, arithmetic = native) {
  below <- arithmetic$where(z <= 0, z, -z)
  arithmetic$where(z <= 0, 0, z) + arithmetic$log1p(arithmetic$exp(below))
}

#' Derivative of softplus, the sigmoid of z.
#' @rdname softplus
#' @export
softplus_grad <- function(z, a, arithmetic = native) {
  arithmetic$sigmoid(z)
}

#' Softmax of each row, exp(z_j) over the sum of exp(z_k), computed of z less the row's largest.
#'
#' @inherit activations params return
#' @examples
#' z <- rbind(c(0, 0), c(1000, 0))
#' softmax(z)
#' softmax_grad(z, softmax(z), rbind(c(1, 3), c(1, 3)))
#' @export
softmax <- function(z, arithmetic = native) {
  # A vector of one number for each row recycles down the columns.
  powers <- arithmetic$exp(z - as.vector(arithmetic$row_max(z)))
  powers / as.vector(arithmetic$row_sums(powers))
}

#' Derivative of the loss with respect to z, a (e - sum of e a over the row): no slope.
#' @rdname softmax
#' @export
softmax_grad <- function(z, a, e, arithmetic = native) {
  a * (e - as.vector(arithmetic$row_sums(e * a)))
}

# A row, or one number, as a matrix of the shape of z.
in_every_row <- function(row, z) {
  matrix(row, nrow(z), ncol(z), byrow = TRUE)
}

# A function, its derivative, its options; not elementwise is softmax, which takes e.
new_activation <- function(value, grad, options = character(), elementwise = TRUE) {
  list(value = value, grad = grad, options = options, elementwise = elementwise)
}

activation_functions <- list(
  sigmoid = new_activation(sigmoid, sigmoid_grad),
  identity = new_activation(identity_function, identity_function_grad),
  step = new_activation(step_function, step_function_grad),
  tanh = new_activation(tanh_function, tanh_function_grad),
  relu = new_activation(relu, relu_grad),
  leaky_relu = new_activation(leaky_relu, leaky_relu_grad, "slope"),
  prelu = new_activation(prelu, prelu_grad, "alpha"),
  rrelu = new_activation(rrelu, rrelu_grad, c("lower", "upper")),
  elu = new_activation(elu, elu_grad, "alpha"),
  swish = new_activation(swish, swish_grad, "beta"),
  softplus = new_activation(softplus, softplus_grad),
  softmax = new_activation(softmax, softmax_grad, elementwise = FALSE)
)
