# What users may give to a network's functions, which check nothing; twin of network/checks.py
# in python/src/twinprop.
#
# Each returns, by name, what takes the place of arguments.

# Refuse what is no network.
check_network <- function(network) {
  if (!inherits(network, "twinprop_network")) {
    refuse("network", quote_value(network), "one of new_network, draw_network or read_model")
  }
}

# Samples as a matrix that the network can take.
check_forward <- function(network, x, arithmetic = native, step = NULL) {
  check_network(network)
  check_arithmetic(arithmetic)
  x <- checked_matrix(x, "x")
  check_shape("x", dim(x), c(nrow(x), nrow(network[[1L]]$weights)))
  list(x = x)
}

# Samples that fit, and a number of them at a time.
check_batches <- function(network, x, batch_size = 100, arithmetic = native) {
  given <- check_forward(network, x, arithmetic)
  c(given, batch_size = check_integer(batch_size, "batch_size", 1))
}

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

# Refuse sizes and a share with which no mask can be drawn.
check_mask <- function(generator, n, m, rate) {
  check_generator(generator)
  check_integer(n, "n", 0)
  check_integer(m, "m", 0)
  check_share(rate, "rate")
  NULL
}

# Refuse sizes and ends with which no slopes can be drawn.
check_slopes <- function(generator, n, m, lower, upper) {
  check_generator(generator)
  check_integer(n, "n", 0)
  check_integer(m, "m", 0)
  check_range(lower, upper, "lower", "upper")
  NULL
}

# Refuse what no step of training can be drawn with.
check_step <- function(network, n, generator) {
  check_network(network)
  check_integer(n, "n", 1)
  check_generator(generator)
  NULL
}
