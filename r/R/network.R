# The multilayer perceptron: forward pass, gradients, prediction; twin of network.py
# in python/src/twinprop.
#
# Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out):
# z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l), with a_0 = x.

#' Network of given weights, biases and activations.
#'
#' @param weights list of (n_in, n_out) double. One matrix per layer.
#' @param biases list of (1, n_out) double. One row per layer.
#' @param activations list of character. One name per layer, such as "sigmoid".
#' @return network. Its layers fit together: shapes that do not are refused with the layer's
#'   number.
#' @examples
#' network <- new_network(list(matrix(1, 2, 3)), list(matrix(0, 1, 3)), "sigmoid")
#' predict(network, matrix(c(1, -1), 1))
#' @export
new_network <- function(weights, biases, activations) {
  counts <- c(length(weights), length(biases), length(activations))
  if (any(counts != counts[1L]) || counts[1L] == 0L) {
    input_error(
      "a network needs as many weights as biases and activations, and at least one: found ",
      counts[1L], ", ", counts[2L], " and ", counts[3L]
    )
  }
  network <- structure(
    list(
      weights = lapply(unname(weights), as_double_matrix),
      biases = lapply(unname(biases), as_double_row),
      activations = as.character(activations)
    ),
    class = "twinprop_network"
  )
  n_in <- nrow(network$weights[[1L]])
  for (i in seq_along(network$weights)) {
    n_out <- ncol(network$weights[[i]])
    check_name("activation", network$activations[[i]], names(activation_functions))
    check_shape(paste0("W", i), dim(network$weights[[i]]), c(n_in, n_out))
    check_shape(paste0("b", i), dim(network$biases[[i]]), c(1L, n_out))
    n_in <- n_out
  }
  network
}

#' Network whose starting weights are drawn from the shared generator.
#'
#' The numbers are drawn in the order W1 (filled row by row), b1, W2, b2 and so on.
#'
#' @param n_in integer. Columns of x.
#' @param units list of integer. Units of each layer.
#' @param activations list of character. One name per layer, such as "sigmoid".
#' @param distribution character. "uniform" or "normal".
#' @param seed integer. Seed of the generator, the same numbers in both languages.
#' @param ... double. Parameters of the distribution: low and high, or mean and sd.
#' @return network. Ready to train.
#' @examples
#' round(draw_network(2, 1, "sigmoid", seed = 1)$weights[[1]], 4)
#' @export
draw_network <- function(n_in, units, activations, distribution = "uniform", seed = 1, ...) {
  check_name("distribution", distribution, names(initializers))
  generator <- new_generator(seed)
  weights <- biases <- vector("list", length(units))
  for (i in seq_along(units)) {
    layer <- initializers[[distribution]](generator, n_in, units[[i]], ...)
    weights[[i]] <- layer[[1L]]
    biases[[i]] <- layer[[2L]]
    n_in <- units[[i]]
  }
  new_network(weights, biases, activations)
}

#' Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.
#'
#' @param network network. Of new_network or draw_network.
#' @param x (n, n_in) double. Samples in rows.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return cache. The lists z and a; a begins with x.
#' @examples
#' network <- new_network(list(matrix(1, 2, 1)), list(matrix(0, 1, 1)), "identity")
#' forward(network, matrix(c(1, 2), 1))$z[[1]]
#' @export
forward <- function(network, x, arithmetic = native) {
  weights <- network$weights
  biases <- network$biases
  activations <- network$activations
  depth <- length(weights)
  z <- vector("list", depth)
  a <- c(list(x), z)
  for (i in seq_len(depth)) {
    z[[i]] <- arithmetic$add_bias(arithmetic$matmul(a[[i]], weights[[i]]), biases[[i]])
    a[[i + 1L]] <- activation_functions[[activations[[i]]]]$value(z[[i]], arithmetic)
  }
  list(z = z, a = a)
}

#' Gradients of the loss, from the last layer back to the first.
#'
#' e_L is the derivative of the loss with respect to a_L. For each layer delta_l = e_l f'_l(z_l),
#' dW_l = a_\{l-1\}' delta_l, db_l = the column sums of delta_l, and e_\{l-1\} = delta_l W_l'.
#'
#' @param network network. Of new_network or draw_network.
#' @param cache cache. Of forward, with the same network.
#' @param y (n, n_out) double. Targets in rows.
#' @param loss character. Name of the loss.
#' @param reduction character. "sum" or "mean" over the samples.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return gradients. The lists e, slope, delta, weights and biases.
#' @examples
#' network <- new_network(list(matrix(1, 2, 1)), list(matrix(0, 1, 1)), "identity")
#' cache <- forward(network, matrix(c(1, 2), 1))
#' backward(network, cache, matrix(1))$weights[[1]]
#' @export
backward <- function(network, cache, y, loss = "squared_error", reduction = "sum",
                     arithmetic = native) {
  activations <- network$activations
  depth <- length(activations)
  z <- cache$z
  a <- cache$a
  e <- slope <- delta <- weights <- biases <- vector("list", depth)
  e_i <- losses[[loss]]$grad(a[[depth + 1L]], y, reduction, arithmetic)
  for (i in depth:1) { # rev() would cost more than a small layer does
    slope_i <- activation_functions[[activations[[i]]]]$grad(z[[i]], a[[i + 1L]], arithmetic)
    delta_i <- e_i * slope_i
    e[[i]] <- e_i
    slope[[i]] <- slope_i
    delta[[i]] <- delta_i
    weights[[i]] <- arithmetic$crossprod(a[[i]], delta_i)
    biases[[i]] <- arithmetic$column_sums(delta_i)
    if (i > 1L) {
      e_i <- arithmetic$tcrossprod(delta_i, network$weights[[i]])
    }
  }
  list(e = e, slope = slope, delta = delta, weights = weights, biases = biases)
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
#' @export
predict.twinprop_network <- function(object, newdata, arithmetic = native, ...) {
  newdata <- as_double_matrix(newdata)
  check_shape("x", dim(newdata), c(nrow(newdata), nrow(object$weights[[1L]])))
  a <- forward(object, newdata, arithmetic)$a
  a[[length(a)]]
}

#' @export
print.twinprop_network <- function(x, ...) {
  sizes <- c(nrow(x$weights[[1L]]), vapply(x$weights, ncol, 1L))
  cat("Network ", paste(sizes, collapse = "-"), " (", paste(x$activations, collapse = ", "), ")\n",
    sep = ""
  )
  invisible(x)
}

# Refuse an array of another shape than wanted, by its name.
check_shape <- function(name, found, wanted) {
  if (length(found) != 2L || any(found != wanted)) {
    input_error(name, " has the shape ", show_shape(found), "; wanted ", show_shape(wanted))
  }
}

# A shape as in "3 x 4".
show_shape <- function(shape) {
  paste(shape, collapse = " x ")
}

# Numbers as a matrix of doubles; a data frame's columns become the matrix's.
as_double_matrix <- function(x) {
  x <- as.matrix(x)
  storage.mode(x) <- "double"
  dimnames(x) <- NULL
  x
}

# Numbers as a matrix of one row; a plain vector becomes that row.
as_double_row <- function(x) {
  as_double_matrix(if (is.null(dim(x))) matrix(x, 1L) else x)
}
