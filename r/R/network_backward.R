# The loss of a network and its gradients; twin of network/backward.py
# in python/src/twinprop.

# Targets that fit the output, and the reduction of the loss, whose name has to be known.
check_backward <- function(network, cache, y, loss = "squared_error", reduction = NULL,
                           arithmetic = native, l2 = 0) {
  check_network(network)
  check_arithmetic(arithmetic)
  y <- checked_targets(y, "y", cache$a[[length(cache$a)]])
  reduction <- loss_reduction(loss, reduction)
  check_not_negative(l2, "l2")
  list(y = y, reduction = reduction)
}

#' Gradients of the loss, from the last layer back to the first.
#'
#' e_L is the derivative of the loss with respect to a_L. For each layer delta_l = e_l f'_l(z_l),
#' dW_l = a_{l-1}' delta_l, db_l = the column sums of delta_l, and e_{l-1} = delta_l W_l'. Where the
#' last activation is paired with the loss (softmax with cross_entropy, sigmoid with
#' binary_cross_entropy) delta_L is computed directly. Dropout multiplies a_{l-1} and e_{l-1} by its
#' mask. The L2 penalty adds l2 W_l to dW_l.
#'
#' @param network network. Of new_network or draw_network.
#' @param cache cache. Of forward, with the same network.
#' @param y (n, n_out) double. Targets in rows.
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples; NULL takes the loss's own,
#'   "sum" where it has both.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param l2 double. Strength of the L2 penalty on the weights.
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

#' Loss of a forward pass, with the L2 penalty.
#'
#' Where the last activation is paired with the loss, it is computed from z_L.
#'
#' @param network network. Of new_network or draw_network.
#' @param cache cache. Of forward, with the same network.
#' @param y (n, n_out) double. Targets in rows.
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples; NULL takes the loss's own,
#'   "sum" where it has both.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param l2 double. Strength of the L2 penalty on the weights.
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
