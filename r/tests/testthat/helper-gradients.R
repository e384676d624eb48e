# Checks gradients against central differences of the loss, element by element.

# Central differences err by h^2 / 6 times the third derivative, and by the rounding of the loss,
# about 2^-52, divided by h: the sum is least near the cube root of 2^-52. Both parts are then
# about 4e-11; a thousand times that leaves room for larger derivatives, while a wrong formula
# differs in the first digits.
difference_step <- 2^-17
gradient_tolerance <- 4e-8

# Derivative of a number f(x) with respect to each element of a matrix x.
central_difference <- function(f, x) {
  slopes <- x
  for (i in seq_along(x)) {
    above <- below <- x
    above[[i]] <- x[[i]] + difference_step
    below[[i]] <- x[[i]] - difference_step
    # The distance that the two arguments really have, after rounding.
    slopes[[i]] <- (f(above) - f(below)) / (above[[i]] - below[[i]])
  }
  slopes
}

# Largest difference between a gradient and its central difference, relative where it is above 1.
gradient_error <- function(analytic, numeric) {
  if (!identical(dim(analytic), dim(numeric)) || anyNA(analytic)) {
    return(Inf)
  }
  max(abs(analytic - numeric) / pmax(1, abs(numeric)))
}

uniform_matrix <- function(seed, n, m, low, high) {
  matrix(random_uniform(new_generator(seed), n * m, low, high), n, m, byrow = TRUE)
}

# A network, samples and targets, the same as in Python's tests.
gradient_problem <- function(activations, seed = 11) {
  units <- c(3, 2, 6, 7)[seq_along(activations)]
  list(
    network = draw_network(4, units, activations, "normal", seed, sd = 0.7),
    x = uniform_matrix(seed + 1, 5, 4, -1, 1),
    y = uniform_matrix(seed + 2, 5, units[[length(units)]], 0.1, 0.9)
  )
}

# The weight or bias whose gradient differs most from its central difference, and by how much.
largest_gradient_error <- function(activations, loss, reduction) {
  problem <- gradient_problem(activations)
  network <- problem$network
  cache <- forward(network, problem$x)
  gradients <- backward(network, cache, problem$y, loss, reduction)
  worst <- list(name = "none", error = -1, tolerance = gradient_tolerance)
  for (layer in seq_along(activations)) {
    for (kind in c("weights", "bias")) {
      loss_of <- function(values) {
        changed <- network
        changed[[layer]][[kind]] <- values
        loss_value(changed, forward(changed, problem$x), problem$y, loss, reduction)
      }
      numeric <- central_difference(loss_of, network[[layer]][[kind]])
      found <- gradients[[if (kind == "bias") "biases" else kind]][[layer]]
      error <- gradient_error(found, numeric)
      if (error > worst$error) {
        worst$name <- paste(kind, "of layer", layer)
        worst$error <- error
      }
    }
  }
  worst
}

# One to four layers of an activation, the last one that with which the loss is paired, if any.
expect_central_differences <- function(activation, loss, reduction) {
  last <- losses[[loss]]$paired_with
  for (depth in 1:4) {
    layers <- c(rep(activation, depth - 1), if (last == "") activation else last)
    worst <- largest_gradient_error(layers, loss, reduction)
    place <- paste(activation, loss, reduction, depth, worst$name)
    testthat::expect_lt(worst$error, gradient_tolerance, label = place)
  }
}
