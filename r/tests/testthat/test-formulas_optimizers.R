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
