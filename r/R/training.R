# Training by full batches and mini-batches, and its trace; twin of training.py
# in python/src/twinprop.

#' Train a network: in each step a forward pass, the gradients, one update.
#'
#' The trace has the quantities of the recorded epochs in the order of computation, named as in
#' "10/z1" (epoch 10) or, with mini-batches, "10.2/z1" (its second batch).
#'
#' @param network network. Where to start.
#' @param x (n, n_in) double. Samples in rows.
#' @param y (n, n_out) double. Targets in rows.
#' @param loss character. Name of the loss.
#' @param reduction character. "sum" or "mean" over the samples of a step.
#' @param optimizer character. Name of the rule that moves the parameters.
#' @param learning_rate double. Length of the step.
#' @param epochs integer. How often all samples are used.
#' @param batch_size integer or NULL. Samples of a step; NULL takes all. The last batch of an
#'   epoch may be smaller.
#' @param shuffle_seed integer or NULL. Seed of a new order of the samples in each epoch; NULL
#'   keeps them in order.
#' @param record list of integer or NULL. Epochs to trace; NULL traces the last.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return training. The trained network and the trace.
#' @examples
#' network <- draw_network(2, 1, "sigmoid", seed = 1)
#' training <- train(network, matrix(c(0, 1, 1, 0), 2), matrix(c(1, 0), 2), epochs = 3)
#' round(training$trace[["3/loss"]], 6)
#' @export
train <- function(network, x, y, loss = "squared_error", reduction = "sum",
                  optimizer = "gradient_descent", learning_rate = 0.1, epochs = 1,
                  batch_size = NULL, shuffle_seed = NULL, record = NULL,
                  arithmetic = native) {
  data <- checked_data(network, x, y)
  x <- data$x
  y <- data$y
  check_plan(loss, reduction, optimizer, learning_rate, epochs, batch_size)
  recorded <- if (is.null(record)) epochs else record
  generator <- if (!is.null(shuffle_seed)) new_generator(shuffle_seed)
  rows <- batch_rows(seq_len(nrow(x)), batch_size)
  move <- optimizers[[optimizer]]
  layers <- seq_along(network$weights)
  whole <- is.null(batch_size) && is.null(generator)
  x_step <- x
  y_step <- y
  trace <- list()
  state <- NULL
  class(network) <- NULL # `$` on an object with a class looks for methods, in every epoch
  for (epoch in seq_len(epochs)) {
    if (!is.null(generator)) {
      rows <- batch_rows(random_permutation(generator, nrow(x)), batch_size)
    }
    for (batch in seq_along(rows)) {
      if (!whole) {
        x_step <- x[rows[[batch]], , drop = FALSE]
        y_step <- y[rows[[batch]], , drop = FALSE]
      }
      cache <- forward(network, x_step, arithmetic)
      gradients <- backward(network, cache, y_step, loss, reduction, arithmetic)
      moved <- move(
        c(network$weights, network$biases), c(gradients$weights, gradients$biases), state,
        learning_rate, arithmetic
      )
      network$weights <- moved[[1L]][layers]
      network$biases <- moved[[1L]][-layers]
      state <- moved[[2L]]
      if (any(epoch == recorded)) {
        step <- if (is.null(batch_size)) epoch else paste0(epoch, ".", batch)
        value <- losses[[loss]]$value(cache$a[[length(cache$a)]], y_step, reduction, arithmetic)
        trace <- c(
          trace,
          step_trace(step, cache, value, gradients),
          parameter_trace(step, network)
        )
      }
    }
  }
  class(network) <- "twinprop_network"
  structure(list(network = network, trace = trace), class = "twinprop_training")
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
  for (i in seq_along(cache$z)) {
    trace[[paste0(step, "/z", i)]] <- cache$z[[i]]
    trace[[paste0(step, "/a", i)]] <- cache$a[[i + 1L]]
  }
  trace[[paste0(step, "/loss")]] <- loss
  for (i in rev(seq_along(cache$z))) {
    trace[[paste0(step, "/e", i)]] <- gradients$e[[i]]
    trace[[paste0(step, "/slope", i)]] <- gradients$slope[[i]]
    trace[[paste0(step, "/delta", i)]] <- gradients$delta[[i]]
    trace[[paste0(step, "/dW", i)]] <- gradients$weights[[i]]
    trace[[paste0(step, "/db", i)]] <- gradients$biases[[i]]
  }
  trace
}

# The weights and biases of a network as a piece of a trace.
parameter_trace <- function(step, network) {
  trace <- list()
  for (i in seq_along(network$weights)) {
    trace[[paste0(step, "/W", i)]] <- network$weights[[i]]
    trace[[paste0(step, "/b", i)]] <- network$biases[[i]]
  }
  trace
}

# Samples and targets as matrices whose shapes fit the network and each other.
checked_data <- function(network, x, y) {
  x <- as_double_matrix(x)
  y <- as_double_matrix(y)
  depth <- length(network$weights)
  check_shape("x", dim(x), c(nrow(x), nrow(network$weights[[1L]])))
  check_shape("y", dim(y), c(nrow(x), ncol(network$weights[[depth]])))
  list(x = x, y = y)
}

# Refuse names that are not known and numbers with which nothing can be trained.
check_plan <- function(loss, reduction, optimizer, learning_rate, epochs, batch_size) {
  check_name("loss", loss, names(losses))
  check_name("reduction", reduction, reductions)
  check_name("optimizer", optimizer, names(optimizers))
  check_number(learning_rate, "learning_rate")
  check_integer(epochs, "epochs", 1)
  if (!is.null(batch_size)) {
    check_integer(batch_size, "batch_size", 1)
  }
}

#' Output of a trained network, a_L.
#'
#' @param object Of train.
#' @param newdata (n, n_in) double. Samples in rows.
#' @param ... Passed on: arithmetic.
#' @return (n, n_out) double. One row per sample.
#' @export
predict.twinprop_training <- function(object, newdata, ...) {
  predict.twinprop_network(object$network, newdata, ...)
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
  for (i in seq_along(x$network$weights)) {
    cat("\nW", i, "\n", sep = "")
    print(x$network$weights[[i]])
    cat("b", i, "\n", sep = "")
    print(x$network$biases[[i]])
  }
  cat("\nloss after", paste(names(x$losses), collapse = ", "), "\n")
  print(unname(x$losses))
  invisible(x)
}
