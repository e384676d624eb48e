a <- rbind(c(1, 3, 0.5), c(2, -1, 0.25))
y <- rbind(c(0, 1, 0.5), c(2, 1, -0.75))

test_that("squared error is half the sum of squares", {
  # The squares are 1, 4, 0, 0, 4 and 1.
  expect_identical(squared_error(a, y), 5)
  expect_identical(squared_error(a, y, arithmetic = strict), 5)
})

test_that("the mean divides by samples and not by outputs", {
  expect_identical(squared_error(a, y, "mean"), 2.5)
  expect_identical(squared_error(a, y, "mean", strict), 2.5)
  expect_identical(squared_error_grad(a, y, "mean"), rbind(c(0.5, 1, 0), c(0, -1, 0.5)))
})

test_that("the derivative is output minus target", {
  expect_identical(squared_error_grad(a, y), rbind(c(1, 2, 0), c(0, -2, 1)))
})

test_that("each derivative is the central difference of its loss", {
  a <- uniform_matrix(4, 5, 3, 0.1, 0.9)
  y <- uniform_matrix(5, 5, 3, 0.1, 0.9)
  for (name in names(losses)) {
    for (reduction in reductions) {
      loss <- losses[[name]]
      numeric <- central_difference(function(a) loss$value(a, y, reduction, native), a)
      error <- gradient_error(loss$grad(a, y, reduction, native), numeric)
      expect_lt(error, gradient_tolerance, label = paste(name, reduction))
    }
  }
})

test_that("cross-entropies of z of ten thousand are right and silent", {
  for (arithmetic in list(native, strict)) {
    z <- matrix(c(1e4, -1e4), 1)
    y <- matrix(c(0, 1), 1)
    expect_silent(binary <- binary_cross_entropy_of_z(z, y, "sum", arithmetic))
    expect_silent(several <- cross_entropy_of_z(z, y, "sum", arithmetic))
    expect_identical(c(binary, several), c(2e4, 2e4))
  }
})
