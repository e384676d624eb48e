# Logistic regression in four forms, and one sigmoid unit; twin of formulas/logistic.py
# in python/src/twinprop.
#
# The forms compute the same: written for one sample, with two loops, with one, and with none. They
# show what a product of matrices stands for, and the time that vectorising saves. Checks
# (formulas_constraints.json) are put before them when the package is built.

#' Words of logistic regression.
#'
#' @param x (n, m) double. Samples in rows.
#' @param y (n, 1) double. Targets, 0 or 1.
#' @param w (m, 1) double. Weights.
#' @param b (1, 1) double. Bias.
#' @param learning_rate double. Length of the step.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return gradient. Loss (binary cross-entropy), weights (m, 1) and bias (1, 1); over several
#'   samples their means.
#' @name logistic
#' @keywords internal
NULL

#' Logistic regression for one sample: z = x w + b, a = sigmoid(z), dz = a - y, dw = x dz.
#'
#' @param x (1, m) double. The sample.
#' @param y (1, 1) double. Its target, 0 or 1.
#' @inherit logistic params return
#' @examples
#' logistic_one_sample(matrix(c(1, 2), 1), matrix(1), matrix(0, 2, 1), matrix(0))$weights
#' @export
logistic_one_sample <- function(x, y, w, b, arithmetic = native) {
  z <- b[1L, 1L]
  for (j in seq_len(ncol(x))) {
    z <- z + w[j, 1L] * x[1L, j]
  }
  z <- matrix(z)
  dz <- arithmetic$sigmoid(z)[1L, 1L] - y[1L, 1L]
  dw <- matrix(0, ncol(x), 1L)
  for (j in seq_len(ncol(x))) {
    dw[j, 1L] <- x[1L, j] * dz
  }
  loss <- binary_cross_entropy_of_z(z, y, arithmetic = arithmetic)
  list(loss = loss, weights = dw, bias = matrix(dz))
}

#' Logistic regression with a loop over the samples and one over the features.
#'
#' @inherit logistic params return
#' @examples
#' logistic_two_loops(matrix(c(1, 3)), matrix(c(1, 0)), matrix(0), matrix(0))$weights
#' @export
logistic_two_loops <- function(x, y, w, b, arithmetic = native) {
  n <- nrow(x)
  m <- ncol(x)
  loss_of_z <- losses$binary_cross_entropy$value_of_z
  loss <- db <- 0
  dw <- matrix(0, m, 1L)
  for (i in seq_len(n)) {
    z <- b[1L, 1L]
    for (j in seq_len(m)) {
      z <- z + w[j, 1L] * x[i, j]
    }
    z <- matrix(z)
    dz <- arithmetic$sigmoid(z)[1L, 1L] - y[i, 1L]
    loss <- loss + loss_of_z(z, y[i, , drop = FALSE], arithmetic = arithmetic)
    for (j in seq_len(m)) {
      dw[j, 1L] <- dw[j, 1L] + x[i, j] * dz
    }
    db <- db + dz
  }
  list(loss = loss / n, weights = dw / n, bias = matrix(db / n))
}

#' Logistic regression with a loop over the samples; the features are vectors.
#'
#' @inherit logistic params return
#' @examples
#' logistic_one_loop(matrix(c(1, 3)), matrix(c(1, 0)), matrix(0), matrix(0))$weights
#' @export
logistic_one_loop <- function(x, y, w, b, arithmetic = native) {
  n <- nrow(x)
  loss_of_z <- losses$binary_cross_entropy$value_of_z
  loss <- 0
  dw <- matrix(0, ncol(x), 1L)
  db <- matrix(0)
  for (i in seq_len(n)) {
    row <- x[i, , drop = FALSE]
    z <- arithmetic$add_bias(arithmetic$matmul(row, w), b)
    dz <- arithmetic$sigmoid(z) - y[i, 1L]
    loss <- loss + loss_of_z(z, y[i, , drop = FALSE], arithmetic = arithmetic)
    dw <- dw + t(row) * as.vector(dz)
    db <- db + dz
  }
  list(loss = loss / n, weights = dw / n, bias = db / n)
}

#' Logistic regression without a loop, by products of whole matrices.
#'
#' With Z = X w + b and its sigmoid A the derivatives are the products of X' and of ones with A - Y,
#' divided by the samples.
#'
#' @inherit logistic params return
#' @examples
#' logistic_vectorised(matrix(c(1, 3)), matrix(c(1, 0)), matrix(0), matrix(0))$weights
#' @export
logistic_vectorised <- function(x, y, w, b, arithmetic = native) {
  n <- nrow(x)
  z <- arithmetic$add_bias(arithmetic$matmul(x, w), b)
  dz <- arithmetic$sigmoid(z) - y
  loss <- binary_cross_entropy_of_z(z, y, "mean", arithmetic)
  list(
    loss = loss, weights = arithmetic$crossprod(x, dz) / n, bias = arithmetic$column_sums(dz) / n
  )
}

#' Change of one sigmoid unit's weights for one record, (y - a) a (1 - a) x, without a bias.
#'
#' It is minus the derivative of the squared error 1/2 (y - a)^2; a step adds learning_rate times it
#' to the weights.
#'
#' @param x (1, m) double. The record.
#' @param y (1, 1) double. Its target.
#' @inheritParams logistic
#' @return (m, 1) double. The change.
#' @examples
#' unit_change(matrix(c(1, 2), 1), matrix(1), matrix(0, 2, 1))
#' @export
unit_change <- function(x, y, w, arithmetic = native) {
  a <- arithmetic$sigmoid(arithmetic$matmul(x, w))
  as.vector((y - a) * (a * (1 - a))) * t(x)
}

#' Weights of one sigmoid unit after an epoch: the changes of all records, then one step.
#'
#' The sum of the changes is divided by the number of records (not by that of the features).
#'
#' @inheritParams logistic
#' @return (m, 1) double. The weights after the step.
#' @examples
#' unit_epoch(rbind(c(1, 2), c(1, 0)), matrix(c(1, 0)), matrix(0, 2, 1))
#' @export
unit_epoch <- function(x, y, w, learning_rate = 0.5, arithmetic = native) {
  change <- matrix(0, nrow(w), ncol(w))
  for (i in seq_len(nrow(x))) {
    record <- x[i, , drop = FALSE]
    change <- change + unit_change(record, y[i, , drop = FALSE], w, arithmetic)
  }
  w + learning_rate * change / nrow(x)
}
