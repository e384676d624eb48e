# What training draws in each step: dropout masks and slopes of rrelu; twin of network/dropout.py
# in python/src/twinprop.

#' Mask of inverted dropout, 0 for a dropped output and 1 / (1 - rate) for a kept one.
#'
#' One uniform number is drawn for each output, row by row; where it is less than rate the output is
#' dropped. What is kept is enlarged so that the sum stays the same on average, and prediction needs
#' no mask.
#'
#' @param generator generator. Where the numbers come from; it moves on.
#' @param n integer. Samples.
#' @param m integer. Units of the layer.
#' @param rate double. Share that is dropped, at least 0 and less than 1.
#' @return (n, m) double. The mask.
#' @examples
#' dropout_mask(new_generator(1), 2, 3)
#' @export
dropout_mask <- function(generator, n, m, rate = 0.5) {
  kept <- draw_uniform(generator, n * m) >= rate
  matrix(kept * (1 / (1 - rate)), n, m, byrow = TRUE)
}

#' Slopes of rrelu for one step, uniform between lower and upper, drawn row by row.
#'
#' @param generator generator. Where the numbers come from; it moves on.
#' @param n integer. Samples.
#' @param m integer. Units of the layer.
#' @param lower double. Least slope.
#' @param upper double. Largest slope.
#' @return (n, m) double. The slopes.
#' @examples
#' round(rrelu_slopes(new_generator(1), 1, 2), 6)
#' @export
rrelu_slopes <- function(generator, n, m, lower = 0.125, upper = 1 / 3) {
  matrix(draw_uniform(generator, n * m, lower, upper), n, m, byrow = TRUE)
}

#' What one training step draws: the slopes of its rrelu layers and its dropout masks.
#'
#' They are drawn layer by layer, the first layer first, in a layer the slopes before the mask.
#'
#' @param network network. Of new_network or draw_network.
#' @param n integer. Samples of the step.
#' @param generator generator. Where the numbers come from; it moves on.
#' @return step. For forward, whose cache hands it on to backward.
#' @examples
#' network <- draw_network(2, c(3, 1), c("relu", "sigmoid"), dropout = c(0.5, 0))
#' draw_step(network, 2, new_generator(1))$masks[[1]]
#' @export
draw_step <- function(network, n, generator) {
  nothing <- vector("list", length(network))
  step <- list(slopes = nothing, masks = nothing)
  for (i in seq_along(network)) {
    layer <- network[[i]]
    m <- ncol(layer$bias)
    if (layer$activation == "rrelu") {
      step$slopes[[i]] <- do.call(draw_slopes, c(list(generator, n, m), layer$options))
    }
    if (layer$dropout > 0) {
      step$masks[[i]] <- draw_mask(generator, n, m, layer$dropout)
    }
  }
  step
}

# The generator that a network's training draws from, or NULL where it draws nothing.
step_generator <- function(network, draw_seed) {
  if (!draws_numbers(network)) {
    return(NULL)
  }
  if (is.null(draw_seed)) {
    input_error("draw_seed is missing; training with dropout or rrelu draws numbers")
  }
  new_generator(draw_seed)
}

# Whether training the network draws numbers in each step.
draws_numbers <- function(network) {
  any(vapply(network, function(layer) layer$dropout > 0 || layer$activation == "rrelu", NA))
}
