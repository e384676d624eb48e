# Training by full batches and mini-batches, and its trace; twin of network/training.py
# in python/src/twinprop.

#' Train a network: in each step a forward pass, the gradients, one update.
#'
#' The trace has the quantities of the recorded epochs in the order of computation, named as in
#' "10/z1" (epoch 10) or, with mini-batches, "10.2/z1" (its second batch).
#'
#' @param network network. Where to start.
#' @param x (n, n_in) double. Samples in rows.
#' @param y (n, n_out) double. Targets in rows.
#' @param plan plan. Of new_plan.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param on_epoch function or NULL. Called with the number of each epoch when it is done, as for a
#'   progress bar.
#' @return training. The trained network and the trace.
#' @examples
#' network <- draw_network(2, 1, "sigmoid", seed = 1)
#' training <- train(network, matrix(c(0, 1, 1, 0), 2), matrix(c(1, 0), 2), new_plan(epochs = 3))
#' round(training$trace[["3/loss"]], 6)
#' @export
train <- function(network, x, y, plan, arithmetic = native, on_epoch = NULL) {
  check_network(network)
  check_arithmetic(arithmetic)
  data <- checked_data(network, x, y)
  x <- data$x
  y <- data$y
  check_plan(plan)
  if (!is.null(on_epoch) && !is.function(on_epoch)) {
    refuse("on_epoch", quote_value(on_epoch), "a function")
  }
  loss <- plan$loss
  reduction <- plan$reduction
  l2 <- plan$l2
  rate <- plan$learning_rate
  batch_size <- plan$batch_size
  move <- bind_optimizer(plan$optimizer, plan$options)
  recorded <- sort(unique(plan$record))
  arithmetic <- suit_size(arithmetic, x)
  shuffler <- optional_generator(plan$shuffle_seed)
  drawer <- step_generator(network, plan$draw_seed)
  rows <- batch_rows(seq_len(nrow(x)), batch_size)
  whole <- all(is.null(batch_size), is.null(shuffler))
  depth <- length(network)
  learned <- learned_layers(network)
  parameters <- parameters_of(network)
  x_step <- x
  y_step <- y
  pieces <- list() # of the trace: joined at the end, for a list that grows is copied each time
  seen <- 0L
  state <- NULL
  class(network) <- NULL # `$` on an object with a class looks for methods, in every epoch
  for (epoch in seq_len(plan$epochs)) {
    is_recorded <- seen < length(recorded) && epoch == recorded[[seen + 1L]]
    seen <- seen + is_recorded
    if (!is.null(shuffler)) {
      rows <- batch_rows(random_permutation(shuffler, nrow(x)), batch_size)
    }
    for (batch in seq_along(rows)) {
      if (!whole) {
        x_step <- x[rows[[batch]], , drop = FALSE]
        y_step <- y[rows[[batch]], , drop = FALSE]
      }
      drawn <- if (!is.null(drawer)) step_draw(network, nrow(x_step), drawer)
      cache <- step_forward(network, x_step, arithmetic, drawn)
      gradients <- step_backward(network, cache, y_step, loss, reduction, arithmetic, l2)
      if (is_recorded) {
        step <- step_name(epoch, batch, batch_size)
        value <- step_loss(network, cache, y_step, loss, reduction, arithmetic, l2)
        pieces[[length(pieces) + 1L]] <- step_trace(step, cache, value, gradients)
      }
      slopes <- c(gradients$weights, gradients$biases, gradients$alpha[learned])
      moved <- move(parameters, slopes, state, rate, arithmetic)
      parameters <- moved[[1L]]
      state <- moved[[2L]]
      for (i in seq_len(depth)) {
        network[[i]]$weights <- parameters[[i]]
        network[[i]]$bias <- parameters[[depth + i]]
      }
      for (k in seq_along(learned)) {
        network[[learned[[k]]]] <- set_alpha(network[[learned[[k]]]], parameters[[2L * depth + k]])
      }
      if (is_recorded) {
        pieces[[length(pieces) + 1L]] <- parameter_trace(step, network)
      }
    }
    if (!is.null(on_epoch)) {
      on_epoch(epoch)
    }
  }
  class(network) <- "twinprop_network"
  trace <- as.list(unlist(pieces, recursive = FALSE))
  structure(list(network = network, trace = trace), class = "twinprop_training")
}

# A generator of a seed, if there is one.
optional_generator <- function(seed) {
  if (!is.null(seed)) new_generator(seed)
}

# The name of a step: its epoch and, with mini-batches, its batch.
step_name <- function(epoch, batch, batch_size) {
  if (is.null(batch_size)) epoch else paste0(epoch, ".", batch)
}

# The layers whose activation has slopes that are learned.
learned_layers <- function(network) {
  which(vapply(network, function(layer) layer$activation == "prelu", NA))
}

# What an optimizer moves: all weights, then all biases, then the learned slopes.
parameters_of <- function(network) {
  alphas <- lapply(network[learned_layers(network)], function(layer) layer$options$alpha)
  c(lapply(network, `[[`, "weights"), lapply(network, `[[`, "bias"), alphas)
}

# Put other learned slopes into a layer.
set_alpha <- function(layer, alpha) {
  layer$options <- list(alpha = alpha)
  layer$f <- bind_options(layer$activation, layer$options)
  layer
}

# The row numbers of each batch of an epoch, from those of the epoch in their order.
batch_rows <- function(order, batch_size) {
  if (is.null(batch_size)) {
    return(list(order))
  }
  unname(split(order, (seq_along(order) - 1L) %/% batch_size))
}

# One step of a trace: forward pass, loss, and gradients from the last layer back.
step_trace <- function(step, cache, loss, gradients) {
  trace <- list()
  drawn <- cache$step
  for (i in seq_along(cache$z)) {
    trace[[paste0(step, "/z", i)]] <- cache$z[[i]]
    # What a layer does not draw is NULL, and assigning NULL adds nothing.
    if (!is.null(drawn)) trace[[paste0(step, "/drawn", i)]] <- drawn$slopes[[i]]
    trace[[paste0(step, "/a", i)]] <- cache$a[[i + 1L]]
    if (!is.null(drawn) && !is.null(drawn$masks[[i]])) {
      trace[[paste0(step, "/mask", i)]] <- drawn$masks[[i]]
      trace[[paste0(step, "/dropped", i)]] <- cache$fed[[i + 1L]]
    }
  }
  trace[[paste0(step, "/loss")]] <- loss
  names <- c("e", "slope", "delta", "dW", "db", "dalpha")
  for (i in rev(seq_along(cache$z))) {
    for (k in seq_along(names)) {
      # What a layer has not is NULL, and assigning NULL adds nothing.
      trace[[paste0(step, "/", names[[k]], i)]] <- gradients[[k]][[i]]
    }
  }
  trace
}

# The weights, biases and learned slopes of a network as a piece of a trace.
parameter_trace <- function(step, network) {
  trace <- list()
  for (i in seq_along(network)) {
    layer <- network[[i]]
    trace[[paste0(step, "/W", i)]] <- layer$weights
    trace[[paste0(step, "/b", i)]] <- layer$bias
    if (layer$activation == "prelu") {
      trace[[paste0(step, "/alpha", i)]] <- layer$options$alpha
    }
  }
  trace
}

# Samples and targets as matrices whose shapes fit a finite network and each other.
checked_data <- function(network, x, y) {
  for (i in seq_along(network)) { # somebody may have set them
    checked_matrix(network[[i]]$weights, paste0("W", i))
    checked_matrix(network[[i]]$bias, paste0("b", i))
  }
  x <- checked_matrix(x, "x")
  y <- checked_matrix(y, "y")
  sizes <- layer_sizes(network)
  check_shape("x", dim(x), c(nrow(x), sizes[[1L]]))
  check_shape("y", dim(y), c(nrow(x), sizes[[length(sizes)]]))
  list(x = x, y = y)
}

# The optimizer with its options in place of its defaults.
bind_optimizer <- function(optimizer, options) {
  move <- optimizers[[optimizer]]
  if (length(options) > 0L) { # a function with other defaults has yet to be compiled
    formals(move)[names(options)] <- options
  }
  move
}

# The arithmetic with the operations that it has for large samples.
suit_size <- function(arithmetic, x) {
  operations <- if (length(x) > 100000L) attr(arithmetic, "for_large")
  arithmetic[names(operations)] <- operations
  arithmetic
}

#' Output of a trained network, a_L.
#'
#' @param object Of train.
#' @param newdata (n, n_in) double. Samples in rows.
#' @param ... Passed on: arithmetic.
#' @return (n, n_out) double. One row per sample.
#' @export
predict.twinprop_training <- function(object, newdata, ...) {
  predict(object$network, newdata, ...)
}

#' @export
print.twinprop_training <- function(x, ...) {
  cat("Trained ")
  print(x$network)
  invisible(x)
}

#' Weights and losses of a trained network.
#'
#' @param object Of train.
#' @param ... Not used.
#' @return A list of class "summary.twinprop_training": the network and its recorded losses.
#' @export
summary.twinprop_training <- function(object, ...) {
  is_loss <- endsWith(names(object$trace), "/loss")
  recorded <- unlist(object$trace[is_loss])
  names(recorded) <- sub("/loss$", "", names(recorded))
  structure(
    list(network = object$network, losses = recorded),
    class = "summary.twinprop_training"
  )
}

#' @export
print.summary.twinprop_training <- function(x, ...) {
  print(x$network)
  for (i in seq_along(x$network)) {
    cat("\nW", i, "\n", sep = "")
    print(x$network[[i]]$weights)
    cat("b", i, "\n", sep = "")
    print(x$network[[i]]$bias)
  }
  cat("\nloss after", paste(names(x$losses), collapse = ", "), "\n")
  print(unname(x$losses))
  invisible(x)
}
