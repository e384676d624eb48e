test_that("gradient descent goes against the gradient", {
  parameters <- list(matrix(c(1, 2, 3), 1), matrix(c(-1, 0.5), 2))
  gradients <- list(matrix(c(2, -4, 0), 1), matrix(c(8, -0.5), 2))
  moved <- gradient_descent(parameters, gradients, NULL, 0.25)
  expect_identical(moved[[1]], list(matrix(c(0.5, 3, 3), 1), matrix(c(-3, 0.625), 2)))
  expect_length(moved, 2)
  expect_null(moved[[2]])
})

test_that("a small step of any optimizer lowers a quadratic and keeps the shape", {
  p <- matrix(c(3, -2), 1)
  for (move in optimizers) {
    moved <- move(list(p), list(p), NULL, 0.01)[[1]][[1]]
    expect_identical(dim(moved), dim(p))
    expect_lt(sum(moved^2), sum(p^2))
  }
})

test_that("two steps of each optimizer are as worked by hand", {
  p <- list(matrix(1))
  dp <- list(matrix(2))
  # momentum: v = 2, then 0.5 * 2 + 2 = 3; p = 1 - 0.1 * 2 - 0.1 * 3
  # rmsprop: s = 0.25 * 4 = 1, then 0.75 + 1 = 1.75; p = 1 - 0.1 * 2 / 1 - 0.1 * 2 / sqrt(1.75)
  # adam with a constant gradient: the corrected means are 2 and 4, so each step is 0.1
  by_hand <- list(
    gradient_descent = list(list(), 0.6),
    momentum = list(list(momentum = 0.5), 0.5),
    rmsprop = list(list(decay = 0.75, epsilon = 0), 0.8 - 0.2 / sqrt(1.75)),
    adam = list(list(beta_1 = 0.5, beta_2 = 0.75, epsilon = 0), 0.8)
  )
  expect_setequal(names(by_hand), names(optimizers))
  for (name in names(by_hand)) {
    options <- by_hand[[name]][[1L]]
    move <- function(p, state) do.call(optimizers[[name]], c(list(p, dp, state, 0.1), options))
    first <- move(p, NULL)
    second <- move(first[[1L]], first[[2L]])
    error <- abs(second[[1L]][[1L]][1L, 1L] / by_hand[[name]][[2L]] - 1)
    expect_lt(error, 1e-15, label = name)
  }
})
