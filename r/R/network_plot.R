# Pictures of a network and of its training, twin of network/plot.py
# in python/src/twinprop.

plot_colours <- c(positive = "#1c5c97", negative = "#b3541e", unit = "#fcfbf8")
most_units <- 16L
widest_line <- 6

#' Draw a network: a column of units for each layer, weights as lines between them.
#'
#' The wider a line, the larger the weight, in proportion to the largest one of all; positive
#' weights are blue, negative ones orange and dashed. The bias of a unit is written below it. Of a
#' layer with many units the first are drawn, and of the weights those that are finite.
#'
#' @param x network. Of new_network, draw_network or train.
#' @param ... Not used.
#' @return The network, invisibly.
#' @examples
#' plot(draw_network(2, c(3, 1), c("sigmoid", "sigmoid")))
#' @export
plot.twinprop_network <- function(x, ...) {
  sizes <- layer_sizes(x)
  shown <- pmin(sizes, most_units)
  before <- graphics::par(mar = c(1, 1, 3, 1))
  on.exit(graphics::par(before))
  start_plot(length(sizes), paste("Network", paste(sizes, collapse = "-")))
  largest <- largest_finite(unlist(lapply(x, `[[`, "weights")))
  for (layer in seq_along(x)) {
    for (i in seq_len(shown[[layer]])) {
      for (j in seq_len(shown[[layer + 1L]])) {
        heights <- c(unit_height(i, sizes[[layer]]), unit_height(j, sizes[[layer + 1L]]))
        draw_weight(layer, heights, x[[layer]]$weights[i, j], largest)
      }
    }
  }
  for (layer in seq_along(sizes)) {
    biases <- if (layer > 1L) x[[layer - 1L]]$bias
    draw_units(layer, sizes[[layer]], biases)
  }
  invisible(x)
}

#' Draw the recorded losses of a training over its epochs, on a logarithmic axis of epochs.
#'
#' With mini-batches the mean of an epoch's losses is drawn. A label names the first loss that is
#' not finite.
#'
#' @param x training. Of train, with some recorded epochs.
#' @param ... Not used.
#' @return The training, invisibly.
#' @examples
#' network <- draw_network(2, 1, "sigmoid")
#' plan <- new_plan(epochs = 100, record = c(1, 10, 100))
#' plot(train(network, matrix(c(0, 1), 1), matrix(1), plan))
#' @export
plot.twinprop_training <- function(x, ...) {
  recorded <- recorded_losses(x)
  graphics::plot(
    recorded$epochs, recorded$losses,
    log = "x", type = "o", pch = 19, col = plot_colours[["positive"]], bty = "l", las = 1,
    ylim = c(0, 1.05 * largest_finite(recorded$losses)),
    xlab = epoch_label(recorded$epochs, recorded$losses), ylab = "loss",
    main = paste("Training", paste(layer_sizes(x$network), collapse = "-"))
  )
  invisible(x)
}

# How many units each layer has, the inputs first.
layer_sizes <- function(network) {
  c(nrow(network[[1L]]$weights), vapply(network, function(layer) ncol(layer$weights), 1L))
}

# Where a unit stands in its column, from 0 at the bottom to 1; the first is on top.
unit_height <- function(i, size) {
  1 - (i - 0.5) / min(size, most_units)
}

# The largest absolute value of those that are finite; 1 if there is none above 0.
largest_finite <- function(values) {
  largest <- max(0, abs(values[is.finite(values)]))
  if (largest > 0) largest else 1
}

# The name of the axis of epochs, with the first recorded epoch whose loss is not finite.
epoch_label <- function(epochs, losses) {
  lost <- epochs[!is.finite(losses)]
  if (length(lost) > 0L) sprintf("epoch (loss not finite at %d)", lost[[1L]]) else "epoch"
}

# The recorded epochs and their losses; of an epoch with batches the mean.
recorded_losses <- function(training) {
  trace <- training$trace[grepl("/loss$", names(training$trace))]
  if (length(trace) == 0L) {
    input_error("the training has no recorded loss; name epochs in record")
  }
  steps <- as.integer(sub("[./].*", "", names(trace)))
  losses <- vapply(split(unlist(trace), factor(steps, unique(steps))), mean, 0)
  list(epochs = unique(steps), losses = unname(losses))
}

start_plot <- function(columns, title) {
  graphics::plot.new()
  graphics::plot.window(xlim = c(0.6, columns + 0.4), ylim = c(-0.1, 1.05))
  graphics::title(main = title)
}

draw_weight <- function(layer, heights, weight, largest) {
  width <- widest_line * abs(weight) / largest
  if (width == 0 || !is.finite(weight)) {
    return(invisible(NULL))
  }
  sign <- if (weight >= 0) "positive" else "negative"
  graphics::lines(
    c(layer, layer + 1), heights,
    lwd = width, lty = if (weight >= 0) 1 else 2,
    col = grDevices::adjustcolor(plot_colours[[sign]], 0.75)
  )
}

draw_units <- function(layer, size, biases) {
  shown <- seq_len(min(size, most_units))
  heights <- unit_height(shown, size)
  graphics::points(
    rep(layer, length(shown)), heights,
    pch = 21, cex = 3.4, bg = plot_colours[["unit"]]
  )
  labels <- if (is.null(biases)) paste0("x", shown) else sprintf("%.2f", biases[1L, shown])
  below <- if (is.null(biases)) 0 else -0.075
  graphics::text(layer, heights + below, labels, cex = 0.75)
  if (size > most_units) {
    graphics::text(layer, -0.06, paste("first", most_units, "of", size), cex = 0.75)
  }
}
