# The multilayer perceptron: its layers, forward pass and prediction; twin of network/layers.py
# in python/src/twinprop.
#
# Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out):
# z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l), with a_0 = x.
#
# A network is a list of layers, each a list: weights, bias, activation (its name), options (its
# arguments beside z), f (the activation with them in place: f$value(z) and f$grad(z, a)) and
# dropout, the share of outputs that training drops. What one step of training draws is a step: the
# slopes of rrelu and the masks of dropout, by layer, NULL where nothing is drawn.

#' Network of given weights, biases and activations.
#'
#' @param weights list of (n_in, n_out) double. One matrix per layer.
#' @param biases list of (1, n_out) double. One row per layer.
#' @param activations list of character or dict. One per layer: a name such as "sigmoid", or a name
#'   with options, as name "leaky_relu" and slope 0.2.
#' @param dropout list of double or NULL. Share of each layer's outputs that training drops, 0 for
#'   the last layer; NULL drops none.
#' @return network. Its layers fit together: shapes that do not are refused with the layer's number.
#' @examples
#' network <- new_network(list(matrix(1, 2, 3)), list(matrix(0, 1, 3)), "sigmoid")
#' predict(network, matrix(c(1, -1), 1))
#' @export
new_network <- function(weights, biases, activations, dropout = NULL) {
  counts <- c(length(weights), length(biases), length(activations))
  if (any(counts != counts[1L]) || counts[1L] == 0L) {
    input_error(
      "a network needs as many weights as biases and activations, and at least one: found ",
      counts[1L], ", ", counts[2L], " and ", counts[3L]
    )
  }
  layers <- seq_along(weights)
  weights <- lapply(layers, function(i) checked_matrix(weights[[i]], paste0("W", i)))
  biases <- lapply(layers, function(i) checked_row(biases[[i]], paste0("b", i)))
  n_in <- nrow(weights[[1L]])
  for (i in seq_along(weights)) {
    n_out <- ncol(weights[[i]])
    check_shape(paste0("W", i), dim(weights[[i]]), c(n_in, n_out))
    check_shape(paste0("b", i), dim(biases[[i]]), c(1L, n_out))
    n_in <- n_out
  }
  rates <- checked_dropout(dropout, length(weights))
  layers <- lapply(seq_along(weights), function(i) {
    chosen <- activation_options(activations[[i]], ncol(weights[[i]]))
    new_layer(weights[[i]], biases[[i]], chosen[[1L]], chosen[[2L]], rates[[i]])
  })
  structure(layers, class = "twinprop_network")
}

# A layer of what was checked, with its activation bound to the options.
new_layer <- function(weights, bias, activation, options, dropout = 0) {
  list(
    weights = weights, bias = bias, f = bind_options(activation, options),
    activation = activation, options = options, dropout = dropout
  )
}

#' Network whose starting weights are drawn from the shared generator.
#'
#' The numbers are drawn in the order W1 (filled row by row), b1, W2, b2 and so on.
#'
#' @param n_in integer. Columns of x.
#' @param units list of integer. Units of each layer.
#' @param activations list of character or dict. One per layer: a name such as "sigmoid", or a name
#'   with options, as name "leaky_relu" and slope 0.2.
#' @param distribution character. "uniform", "normal", "glorot", "he" or "zeros".
#' @param seed integer. Seed of the generator, the same numbers in both languages.
#' @param dropout list of double or NULL. Share of each layer's outputs that training drops, 0 for
#'   the last layer; NULL drops none.
#' @param ... double. Parameters of the distribution: low and high, or mean and sd.
#' @return network. Ready to train.
#' @examples
#' round(draw_network(2, 1, "sigmoid", seed = 1)[[1]]$weights, 4)
#' @export
draw_network <- function(n_in, units, activations, distribution = "uniform", seed = 1,
                         dropout = NULL, ...) {
  check_name("distribution", distribution, names(initializers))
  check_draw(n_in, units, distribution, list(...))
  generator <- new_generator(seed)
  weights <- biases <- vector("list", length(units))
  for (i in seq_along(units)) {
    layer <- initializers[[distribution]](generator, n_in, units[[i]], ...)
    weights[[i]] <- layer[[1L]]
    biases[[i]] <- layer[[2L]]
    n_in <- units[[i]]
  }
  new_network(weights, biases, activations, dropout)
}

# Samples as a matrix that the network can take.
check_forward <- function(network, x, arithmetic = native, step = NULL) {
  check_network(network)
  check_arithmetic(arithmetic)
  x <- checked_matrix(x, "x")
  check_shape("x", dim(x), c(nrow(x), nrow(network[[1L]]$weights)))
  list(x = x)
}

#' Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.
#'
#' @param network network. Of new_network or draw_network.
#' @param x (n, n_in) double. Samples in rows.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param step step or NULL. Of draw_step, to train with dropout or rrelu; NULL draws nothing.
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
#' @param network network. Of new_network, draw_network or train.
#' @param x (n, n_in) double. Samples in rows.
#' @param batch_size integer. Samples at a time.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return (n, n_out) double. One row per sample.
#' @examples
#' predict_batches(draw_network(2, 1, "sigmoid"), matrix(c(0, 1, 2, 3), 2), 1)
#' @export
predict_batches <- function(network, x, batch_size = 100, arithmetic = native) {
  check_network(network)
  x <- checked_matrix(x, "x")
  batch_size <- check_integer(batch_size, "batch_size", 1)
  starts <- seq(1, nrow(x), by = batch_size)
  do.call(rbind, lapply(starts, function(first) {
    rows <- seq(first, min(first + batch_size - 1, nrow(x)))
    predict(network, x[rows, , drop = FALSE], arithmetic)
  }))
}

#' @export
print.twinprop_network <- function(x, ...) {
  names <- vapply(x, function(layer) layer$activation, "")
  sizes <- paste(layer_sizes(x), collapse = "-")
  cat("Network ", sizes, " (", paste(names, collapse = ", "), ")\n", sep = "")
  invisible(x)
}

# Refuse what is no network.
check_network <- function(network) {
  if (!inherits(network, "twinprop_network")) {
    refuse("network", quote_value(network), "one of new_network, draw_network or read_model")
  }
}
