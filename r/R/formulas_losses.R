# The losses and their derivatives, and the L2 penalty; twin of formulas/losses.py
# in python/src/twinprop.
#
# Cross-entropies are infinite where a probability of 0 was given to what happened: nothing is
# clipped. Each has a second form that begins with z, for the activation it is paired with: without
# overflow or a logarithm of a rounded probability, and with the simple derivative a - y. Checks
# (formulas_constraints.json) are put before them when the package is built.

#' Words of the losses.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target; for cross-entropies probabilities, as one-hot rows are.
#' @param z (n, m) double. Weighted input of the last layer.
#' @param reduction character. "sum", or "mean" to divide by the number of samples.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return double. The loss, one number; its derivative is (n, m).
#' @name losses
#' @keywords internal
NULL

reductions <- c("sum", "mean")

#' Squared error, 1/2 sum over samples and outputs of (a - y)^2.
#'
#' @inherit losses params return
#' @examples
#' a <- matrix(c(1, 3), 1)
#' y <- matrix(c(0, 1), 1)
#' squared_error(a, y)
#' squared_error_grad(a, y)
#' @export
squared_error <- function(a, y, reduction = "sum", arithmetic = native) {
  difference <- a - y
  reduce_samples(0.5 * arithmetic$total(difference * difference), a, reduction)
}

#' Derivative of the squared error, a - y; the article's E = y - output has the other sign.
#' @rdname squared_error
#' @export
squared_error_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  reduce_samples(a - y, a, reduction)
}

#' Sum of squared errors, over samples and outputs of (a - y)^2; "sum" is its only reduction.
#'
#' @inherit losses params return
#' @examples
#' a <- matrix(c(1, 3), 1)
#' y <- matrix(c(0, 1), 1)
#' sum_squared_error(a, y)
#' sum_squared_error_grad(a, y)
#' @export
sum_squared_error <- function(a, y, reduction = "sum", arithmetic = native) {
  difference <- a - y
  arithmetic$total(difference * difference)
}

#' Derivative of the sum of squared errors, 2 (a - y).
#' @rdname sum_squared_error
#' @export
sum_squared_error_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  2 * (a - y)
}

#' Mean squared error, the mean over samples and outputs of (a - y)^2; only with "mean".
#'
#' It divides by samples times outputs, as Keras, PyTorch and scikit-learn's metric do.
#'
#' @inherit losses params return
#' @examples
#' a <- matrix(c(1, 3), 1)
#' y <- matrix(c(0, 1), 1)
#' mean_squared_error(a, y)
#' mean_squared_error_grad(a, y)
#' @export
mean_squared_error <- function(a, y, reduction = "mean", arithmetic = native) {
  difference <- a - y
  arithmetic$total(difference * difference) / length(a)
}

#' Derivative of the mean squared error, 2 (a - y) / (n m).
#' @rdname mean_squared_error
#' @export
mean_squared_error_grad <- function(a, y, reduction = "mean", arithmetic = native) {
  2 * (a - y) / length(a)
}

#' Binary cross-entropy, sum over samples and outputs of -y log(a) - (1 - y) log(1 - a).
#'
#' @inherit losses params return
#' @examples
#' a <- matrix(c(0.5, 0.8), 1)
#' y <- matrix(c(0, 1), 1)
#' round(binary_cross_entropy(a, y), 6)
#' binary_cross_entropy_grad(a, y)
#' round(binary_cross_entropy_delta(a, y), 6)
#' @export
binary_cross_entropy <- function(a, y, reduction = "sum", arithmetic = native) {
  hit <- y * arithmetic$log(arithmetic$where(y == 0, 1, a))
  miss <- (1 - y) * arithmetic$log(arithmetic$where(y == 1, 1, 1 - a))
  reduce_samples(-arithmetic$total(hit + miss), a, reduction)
}

#' Derivative of the binary cross-entropy, (1 - y) / (1 - a) - y / a.
#' @rdname binary_cross_entropy
#' @export
binary_cross_entropy_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  hit <- y / arithmetic$where(y == 0, 1, a)
  miss <- (1 - y) / arithmetic$where(y == 1, 1, 1 - a)
  reduce_samples(miss - hit, a, reduction)
}

#' Binary cross-entropy of a sigmoid, sum of max(z, 0) - z y + log(1 + exp(-|z|)).
#'
#' @inherit losses params return
#' @examples
#' binary_cross_entropy_of_z(matrix(c(1e4, -1e4), 1), matrix(c(1, 1), 1))
#' @export
binary_cross_entropy_of_z <- function(z, y, reduction = "sum", arithmetic = native) {
  below <- arithmetic$where(z <= 0, z, -z)
  above <- arithmetic$where(z <= 0, 0, z)
  loss <- above - z * y + arithmetic$log1p(arithmetic$exp(below))
  reduce_samples(arithmetic$total(loss), z, reduction)
}

#' Derivative of the binary cross-entropy of a sigmoid with respect to z, a - y.
#' @rdname binary_cross_entropy
#' @export
binary_cross_entropy_delta <- function(a, y, reduction = "sum", arithmetic = native) {
  reduce_samples(a - y, a, reduction)
}

#' Cross-entropy, sum over samples and outputs of -y log(a).
#'
#' @inherit losses params return
#' @examples
#' a <- matrix(c(0.5, 0.8), 1)
#' y <- matrix(c(0, 1), 1)
#' round(cross_entropy(a, y), 6)
#' cross_entropy_grad(a, y)
#' round(cross_entropy_delta(a, y), 6)
#' @export
cross_entropy <- function(a, y, reduction = "sum", arithmetic = native) {
  hit <- y * arithmetic$log(arithmetic$where(y == 0, 1, a))
  reduce_samples(-arithmetic$total(hit), a, reduction)
}

#' Derivative of the cross-entropy, -y / a.
#' @rdname cross_entropy
#' @export
cross_entropy_grad <- function(a, y, reduction = "sum", arithmetic = native) {
  hit <- y / arithmetic$where(y == 0, 1, a)
  reduce_samples(0 - hit, a, reduction)
}

#' Cross-entropy of a softmax, sum of y (log of the row's sum of exp(z_k) - z).
#'
#' @inherit losses params return
#' @examples
#' cross_entropy_of_z(matrix(c(1e4, -1e4), 1), matrix(c(0, 1), 1))
#' @export
cross_entropy_of_z <- function(z, y, reduction = "sum", arithmetic = native) {
  shifted <- z - as.vector(arithmetic$row_max(z)) # so that nothing overflows, no log(0) is taken
  log_sum <- arithmetic$log(arithmetic$row_sums(arithmetic$exp(shifted)))
  loss <- arithmetic$total(y * (as.vector(log_sum) - shifted))
  reduce_samples(loss, z, reduction)
}

#' Derivative of the cross-entropy of a softmax with respect to z, a (row's sum of y) - y.
#' @rdname cross_entropy
#' @export
cross_entropy_delta <- function(a, y, reduction = "sum", arithmetic = native) {
  reduce_samples(a * as.vector(arithmetic$row_sums(y)) - y, a, reduction)
}

#' L2 penalty, l2 / 2 times the sum of all squared weights.
#'
#' It is added to the loss; its derivative l2 W is added to the derivative of each W. Biases have no
#' part in it, and neither has the number of samples: the alpha of scikit-learn is l2 times n.
#'
#' @inheritParams losses
#' @param weights list of (n_in, n_out) double. One matrix per layer.
#' @param l2 double. Strength of the penalty.
#' @return double. The penalty.
#' @examples
#' l2_penalty(list(matrix(c(1, 2), 1), matrix(3)), 0.5)
#' @export
l2_penalty <- function(weights, l2, arithmetic = native) {
  penalty <- 0
  for (w in weights) {
    penalty <- penalty + 0.5 * l2 * arithmetic$total(w * w)
  }
  penalty
}

# A sum over samples as it is ("sum") or divided by the number of samples ("mean").
reduce_samples <- function(value, samples, reduction) {
  if (reduction == "mean") value / nrow(samples) else value
}

# A function of output and target, its derivative with respect to the output, its reductions.
#
# Paired with an activation of the last layer, value_of_z takes z in place of the output, and delta
# is the derivative with respect to z, without a detour over e and slope; both are NULL, and
# paired_with is empty, where there is no such activation.
new_loss <- function(value, grad, reductions = c("sum", "mean"),
                     paired_with = "", value_of_z = NULL, delta = NULL) {
  list(
    value = value, grad = grad, reductions = reductions, paired_with = paired_with,
    value_of_z = value_of_z, delta = delta
  )
}

losses <- list(
  squared_error = new_loss(squared_error, squared_error_grad),
  sum_squared_error = new_loss(sum_squared_error, sum_squared_error_grad, "sum"),
  mean_squared_error = new_loss(mean_squared_error, mean_squared_error_grad, "mean"),
  binary_cross_entropy = new_loss(
    binary_cross_entropy, binary_cross_entropy_grad,
    paired_with = "sigmoid",
    value_of_z = binary_cross_entropy_of_z, delta = binary_cross_entropy_delta
  ),
  cross_entropy = new_loss(
    cross_entropy, cross_entropy_grad,
    paired_with = "softmax", value_of_z = cross_entropy_of_z, delta = cross_entropy_delta
  )
)

#' The reduction of a loss, the given one or its own.
#'
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples; NULL takes the loss's own,
#'   "sum" where it has both.
#' @return character. "sum" or "mean".
#' @examples
#' loss_reduction("mean_squared_error")
#' @export
loss_reduction <- function(loss, reduction = NULL) {
  known <- losses[[check_name("loss", loss, names(losses))]]$reductions
  if (is.null(reduction)) {
    return(known[[1L]])
  }
  check_name("reduction", reduction, c("sum", "mean"))
  if (!reduction %in% known) {
    input_error("reduction of ", loss, " is \"", reduction, "\"; wanted \"", known[[1L]], "\"")
  }
  reduction
}
