# The forward pass, the loss and the backward pass; twin of network/passes.py
# in python/src/twinprop.
#
# Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out). Checks
# (network_checks.R) are put before them when the package is built; train (network_training.R)
# repeats these passes and moves the parameters against the gradients.

#' Words of the passes.
#'
#' @param network network. Of new_network or draw_network.
#' @param x (n, n_in) double. Samples in rows.
#' @param y (n, n_out) double. Targets in rows.
#' @param cache cache. Of forward, with the same network.
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples; NULL takes the loss's own,
#'   "sum" where it has both.
#' @param batch_size integer. Samples at a time.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param l2 double. Strength of the L2 penalty on the weights.
#' @param step step or NULL. Of draw_step, to train with dropout or rrelu; NULL draws nothing.
#' @return (n, n_out) double. One row per sample.
#' @name passes
#' @keywords internal
NULL

#' Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.
#'
#' @inherit passes params
#' @return cache. The lists z, a and fed; a begins with x, and fed is a after dropout.
#' @examples
#' network <- new_network(list(matrix(1, 2, 1)), list(matrix(0, 1, 1)), "identity")
#' forward(network, matrix(c(1, 2), 1))$z[[1]]
#' @export
forward <- function(network, x, arithmetic = native, step = NULL) {
  z <- vector("list", length(network))
  a <- c(list(x), z)
  fed <- if (!is.null(step)) a
  fed_i <- x
  for (i in seq_along(network)) {
    layer <- network[[i]]
    f <- if (is.null(step)) layer$f else with_slope(layer, step$slopes[[i]])
    z_i <- arithmetic$add_bias(arithmetic$matmul(fed_i, layer$weights), layer$bias) # z
    a_i <- f$value(z_i, arithmetic) # a
    z[[i]] <- z_i
    a[[i + 1L]] <- a_i
    fed_i <- a_i
    if (!is.null(step)) {
      fed_i <- apply_mask(a_i, step$masks[[i]]) # dropped
      fed[[i + 1L]] <- fed_i
    }
  }
  list(z = z, a = a, fed = if (is.null(step)) a else fed, step = step)
}

#' Loss of a forward pass, with the L2 penalty.
#'
#' Where the last activation is paired with the loss, it is computed from z_L.
#'
#' @inherit passes params
#' @return scalar double. The loss.
#' @examples
#' network <- new_network(list(matrix(1, 2, 1)), list(matrix(0, 1, 1)), "identity")
#' loss_value(network, forward(network, matrix(c(1, 2), 1)), matrix(1))
#' @export
loss_value <- function(network, cache, y, loss = "squared_error", reduction = NULL,
                       arithmetic = native, l2 = 0) {
  depth <- length(network)
  rule <- losses[[loss]]
  value <- if (rule$paired_with == network[[depth]]$activation) {
    rule$value_of_z(cache$z[[depth]], y, reduction, arithmetic) # loss, paired
  } else {
    rule$value(cache$a[[depth + 1L]], y, reduction, arithmetic) # loss
  }
  if (l2 != 0) {
    return(value + l2_penalty(lapply(network, `[[`, "weights"), l2, arithmetic))
  }
  value
}

#' Gradients of the loss, from the last layer back to the first.
#'
#' e_L is the derivative of the loss with respect to a_L. For each layer delta_l = e_l f'_l(z_l),
#' dW_l = a_{l-1}' delta_l, db_l = the column sums of delta_l, and e_{l-1} = delta_l W_l'. Where the
#' last activation is paired with the loss (softmax with cross_entropy, sigmoid with
#' binary_cross_entropy) delta_L is computed directly. Dropout multiplies a_{l-1} and e_{l-1} by its
#' mask. The L2 penalty adds l2 W_l to dW_l.
#'
#' @inherit passes params
#' @return gradients. The lists e, slope, delta, weights, biases and alpha.
#' @examples
#' network <- new_network(list(matrix(1, 2, 1)), list(matrix(0, 1, 1)), "identity")
#' cache <- forward(network, matrix(c(1, 2), 1))
#' backward(network, cache, matrix(1))$weights[[1]]
#' @export
backward <- function(network, cache, y, loss = "squared_error", reduction = NULL,
                     arithmetic = native, l2 = 0) {
  z <- cache$z
  a <- cache$a
  fed <- cache$fed
  step <- cache$step
  depth <- length(network)
  e <- slope <- delta <- weights <- biases <- alpha <- vector("list", depth)
  rule <- losses[[loss]]
  paired <- rule$paired_with == network[[depth]]$activation
  if (paired) {
    delta_i <- rule$delta(a[[depth + 1L]], y, reduction, arithmetic) # delta, paired
  } else {
    e_i <- rule$grad(a[[depth + 1L]], y, reduction, arithmetic) # e, last
  }
  for (i in depth:1) { # rev() would cost more than a small layer does
    layer <- network[[i]]
    if (!paired || i < depth) {
      f <- if (is.null(step)) layer$f else with_slope(layer, step$slopes[[i]])
      e[[i]] <- e_i
      if (f$elementwise) {
        slope_i <- f$grad(z[[i]], a[[i + 1L]], arithmetic) # slope
        slope[[i]] <- slope_i
        delta_i <- e_i * slope_i # delta
      } else {
        delta_i <- f$grad(z[[i]], a[[i + 1L]], e_i, arithmetic) # delta, rows
      }
    }
    delta[[i]] <- delta_i
    weights[[i]] <- arithmetic$crossprod(fed[[i]], delta_i) # dW
    biases[[i]] <- arithmetic$column_sums(delta_i) # db
    if (layer$activation == "prelu") {
      alpha[[i]] <- step_alpha_grad(z[[i]], e_i, arithmetic) # dalpha
    }
    if (i > 1L) {
      e_i <- arithmetic$tcrossprod(delta_i, layer$weights) # e
      if (!is.null(step)) {
        e_i <- apply_mask(e_i, step$masks[[i - 1L]]) # e, dropped
      }
    }
  }
  if (l2 != 0) {
    weights <- Map(function(dw, layer) dw + l2 * layer$weights, weights, network) # dW, penalty
  }
  list(e = e, slope = slope, delta = delta, weights = weights, biases = biases, alpha = alpha)
}

# The activation of a layer, with the slopes that a step drew for it, if any.
with_slope <- function(layer, slope) {
  if (is.null(slope)) {
    return(layer$f)
  }
  bind_options(layer$activation, c(layer$options, list(slope = slope)))
}

# A matrix times a mask of dropout, if there is one.
apply_mask <- function(values, mask) {
  if (is.null(mask)) values else values * mask
}

#' Output of the network, a_L.
#'
#' @param object network. Of new_network, draw_network or train.
#' @param newdata (n, n_in) double. Samples in rows.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param ... Not used.
#' @return (n, n_out) double. One row per sample.
#' @examples
#' predict(draw_network(2, 1, "sigmoid"), matrix(c(0, 1), 1))
#' @importFrom stats predict
#' @export
predict.twinprop_network <- function(object, newdata, arithmetic = native, ...) {
  a <- forward(object, newdata, arithmetic)$a
  a[[length(a)]]
}

#' Output of the network, computed for some samples at a time, which needs less memory.
#'
#' @inherit passes params return
#' @examples
#' predict_batches(draw_network(2, 1, "sigmoid"), matrix(c(0, 1, 2, 3), 2), 1)
#' @export
predict_batches <- function(network, x, batch_size = 100, arithmetic = native) {
  starts <- seq(1, nrow(x), by = batch_size)
  do.call(rbind, lapply(starts, function(first) {
    rows <- seq(first, min(first + batch_size - 1, nrow(x)))
    predict(network, x[rows, , drop = FALSE], arithmetic)
  }))
}
