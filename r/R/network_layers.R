# The layers of a multilayer perceptron, given or drawn; twin of network/layers.py
# in python/src/twinprop.
#
# Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out).
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
#' network[[1]]$activation
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

# A matrix of one row of finite numbers; a plain vector becomes that row.
checked_row <- function(values, name) {
  row <- as_numbers(values, name)
  checked_matrix(if (is.null(dim(row))) matrix(row, 1L) else row, name)
}

# Refuse sizes and parameters with which no weights can be drawn.
check_draw <- function(n_in, units, distribution, options) {
  check_integer(n_in, "n_in", 1)
  if (!is.list(units) && !is.numeric(units)) {
    refuse("units", quote_value(units), "a list of whole numbers, one per layer")
  }
  for (i in seq_along(units)) {
    check_integer(units[[i]], paste0("units[", i - 1L, "]"), 1)
  }
  known <- names(formals(initializers[[distribution]]))[-(1:3)]
  for (option in names(options)) {
    if (!option %in% known) {
      names <- if (length(known) == 0L) "none" else paste(known, collapse = ", ")
      input_error(distribution, " has no option ", option, "; known are ", names)
    }
    check_number(options[[option]], paste(option, "of", distribution))
  }
}

# One share of dropped outputs per layer: 0 or more, less than 1, none in the last layer.
checked_dropout <- function(dropout, depth) {
  rates <- if (is.null(dropout)) rep(0, depth) else dropout
  if (length(rates) != depth) {
    found <- count_of(length(rates), "number")
    input_error("dropout has ", found, "; wanted ", depth, ", one per layer")
  }
  rates <- vapply(seq_along(rates), function(i) {
    check_share(rates[[i]], paste("dropout of layer", i))
  }, 1)
  if (rates[[depth]] > 0) {
    input_error("dropout of the last layer is above 0; wanted 0, its outputs are needed")
  }
  rates
}

#' @export
print.twinprop_network <- function(x, ...) {
  names <- vapply(x, function(layer) layer$activation, "")
  sizes <- paste(layer_sizes(x), collapse = "-")
  cat("Network ", sizes, " (", paste(names, collapse = ", "), ")\n", sep = "")
  invisible(x)
}
