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

# Of a = .5 .25 / .75 .25 and y = 1 0 / 0 1, worked by hand. The differences a - y are
# -.5 .25 / .75 -.75, their squares .25 .0625 / .5625 .5625, with the sum 1.4375. The logarithms
# of binary cross-entropy, of .5, .75, .25 and .25, add up to ln 3 - 7 ln 2; those of cross-entropy,
# of the outputs whose target is 1, to -3 ln 2. The derivatives of a logarithm are quotients.
by_hand <- list(
  list("squared_error", "sum", 0.71875, rbind(c(-0.5, 0.25), c(0.75, -0.75))),
  list("squared_error", "mean", 0.359375, rbind(c(-0.25, 0.125), c(0.375, -0.375))),
  list("sum_squared_error", "sum", 1.4375, rbind(c(-1, 0.5), c(1.5, -1.5))),
  list("mean_squared_error", "mean", 0.359375, rbind(c(-0.25, 0.125), c(0.375, -0.375))),
  list("binary_cross_entropy", "sum", 7 * log(2) - log(3), rbind(c(-2, 4 / 3), c(4, -4))),
  list("binary_cross_entropy", "mean", 3.5 * log(2) - log(3) / 2, rbind(c(-1, 2 / 3), c(2, -2))),
  list("cross_entropy", "sum", 3 * log(2), rbind(c(-2, 0), c(0, -4))),
  list("cross_entropy", "mean", 1.5 * log(2), rbind(c(-1, 0), c(0, -2)))
)

test_that("each loss and its derivative are as worked by hand", {
  a <- rbind(c(0.5, 0.25), c(0.75, 0.25))
  y <- rbind(c(1, 0), c(0, 1))
  expect_setequal(vapply(by_hand, `[[`, "", 1L), names(losses))
  for (case in by_hand) {
    loss <- losses[[case[[1L]]]]
    for (arithmetic in list(native, strict)) {
      # A few roundings of the logarithms and of their sum.
      value <- loss$value(a, y, case[[2L]], arithmetic)
      expect_lt(abs(value / case[[3L]] - 1), 1e-15, label = case[[1L]])
      difference <- abs(loss$grad(a, y, case[[2L]], arithmetic) - case[[4L]])
      expect_true(all(difference <= 3e-16 * abs(case[[4L]])), label = case[[1L]])
    }
  }
})
