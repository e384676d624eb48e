# Every gradient against central differences, along random directions.

step <- 1e-5

options_of <- list(
  leaky_relu = list(slope = 0.2), prelu = list(alpha = 0.3),
  rrelu = list(lower = 0.2, upper = 0.4), elu = list(alpha = 1.5), swish = list(beta = 0.7)
)

difference <- function(value, at, direction) {
  (value(at + step * direction) - value(at - step * direction)) / (2 * step)
}

# Normal numbers, none of them within a step of a kink at 0.
normal_values <- function(seed, n, m) {
  z <- matrix(random_normal(new_generator(seed), n * m), n, m)
  z + sign(z) * 0.01
}

# Element by element: testthat compares means.
expect_near <- function(found, expected) {
  testthat::expect_lt(max(abs(found - expected) / (1 + abs(expected))), 1e-7)
}

test_that("the slope of an activation is its derivative", {
  z <- normal_values(1, 5, 4)
  for (name in setdiff(names(twinprop:::activation_functions), "softmax")) {
    options <- activation_options(c(list(name = name), options_of[[name]]), 4)[[2]]
    activation <- twinprop:::bind_options(name, options)
    slope <- activation$grad(z, activation$value(z))
    expect_near(slope, difference(activation$value, z, matrix(1, 5, 4)))
  }
})

test_that("the derivative of softmax takes the whole row", {
  z <- normal_values(1, 5, 4)
  e <- normal_values(2, 5, 4)
  direction <- normal_values(3, 5, 4)
  delta <- softmax_grad(z, softmax(z), e)
  expect_near(sum(delta * direction), difference(function(at) sum(e * softmax(at)), z, direction))
})

test_that("the derivative of a loss is that of its value", {
  a <- matrix(random_uniform(new_generator(1), 15, 0.1, 0.9), 5)
  y <- matrix(random_uniform(new_generator(2), 15), 5)
  direction <- normal_values(5, 5, 3)
  for (loss in twinprop:::losses) {
    for (reduction in loss$reductions) {
      expected <- difference(function(at) loss$value(at, y, reduction), a, direction)
      expect_near(sum(loss$grad(a, y, reduction) * direction), expected)
      if (!is.null(loss$delta)) {
        expected <- difference(function(at) loss$value_of_z(at, y, reduction), a, direction)
        output <- twinprop:::activation_functions[[loss$paired_with]]$value(a)
        expect_near(sum(loss$delta(output, y, reduction) * direction), expected)
      }
    }
  }
})

# The layers with the parameters of a kind moved along their directions.
moved_by <- function(network, kind, t, directions) {
  for (i in seq_along(network)) {
    layer <- network[[i]]
    if (kind != "alpha") {
      network[[i]][[kind]] <- layer[[kind]] + t * directions[[i]]
    } else if (layer$activation == "prelu") {
      network[[i]] <- twinprop:::set_alpha(layer, layer$options$alpha + t * directions[[i]])
    }
  }
  network
}

expect_gradients <- function(hidden, last, loss) {
  network <- draw_network(
    4, c(6, 5, 3), c(hidden, last), "normal", 7, c(0.5, 0.25, 0), sd = 0.5
  )
  step <- draw_step(network, 7, new_generator(8))
  x <- normal_values(1, 7, 4)
  y <- abs(normal_values(2, 7, 3))
  y <- y / rowSums(y)
  reduction <- loss_reduction(loss)
  passed <- function(at) forward(at, x, step = step)
  value <- function(at) loss_value(at, passed(at), y, loss, reduction, l2 = 0.1)
  gradients <- backward(network, passed(network), y, loss, reduction, l2 = 0.1)
  names(gradients)[names(gradients) == "biases"] <- "bias"
  learns <- any(lengths(gradients$alpha) > 0)
  for (kind in c("weights", "bias", if (learns) "alpha")) {
    shaped <- lapply(network, `[[`, if (kind == "weights") kind else "bias")
    directions <- lapply(shaped, function(p) normal_values(nrow(p), nrow(p), ncol(p)))
    products <- Map(function(g, d) if (is.null(g)) 0 else sum(g * d), gradients[[kind]], directions)
    expected <- difference(function(t) value(moved_by(network, kind, t, directions)), 0, 1)
    expect_near(sum(unlist(products)), expected)
  }
}

test_that("the gradients of a network are those of its loss", {
  pairs <- list(
    c("sigmoid", "squared_error"), c("identity", "mean_squared_error"),
    c("softmax", "squared_error"), c("softmax", "cross_entropy"),
    c("sigmoid", "binary_cross_entropy"), c("sigmoid", "cross_entropy")
  )
  for (hidden in list(
    c("tanh", "softplus"), list(list(name = "prelu", alpha = 0.3), "prelu"),
    c("rrelu", "swish"), c("elu", "softmax")
  )) {
    for (pair in pairs) expect_gradients(hidden, pair[[1]], pair[[2]])
  }
})
