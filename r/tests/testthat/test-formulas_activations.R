test_that("sigmoid has its known values", {
  # from 1 / (1 + e^-2), 1 / (1 + e) and 1 / (1 + e^40) to 16 digits.
  z <- rbind(c(0, 2, -1), c(40, -40, 0))
  wanted <- rbind(
    c(0.5, 0.8807970779778824, 0.2689414213699951), c(1, 4.248354255291589e-18, 0.5)
  )
  for (arithmetic in list(native, strict)) {
    expect_lt(max(abs(sigmoid(z, arithmetic) / wanted - 1)), 4e-16)
  }
})

test_that("sigmoid reaches its ends without a warning", {
  expect_no_warning({
    for (arithmetic in list(native, strict)) {
      found <- sigmoid(matrix(c(1000, -1000, Inf, -Inf), 1), arithmetic)
      expect_identical(found, matrix(c(1, 0, 1, 0), 1))
    }
  })
})

test_that("the derivative of the sigmoid is largest at zero and vanishes at the ends", {
  z <- matrix(c(0, 1000, -1000), 1)
  expect_identical(sigmoid_grad(z, sigmoid(z)), matrix(c(0.25, 0, 0), 1))
})

test_that("the identity keeps every bit", {
  z <- rbind(c(5e-324, -0, 1e308), c(Inf, -1.5, 0.1))
  expect_identical(identity_function(z), z)
  expect_identical(1 / identity_function(z), 1 / z)
})

# The derivative of softmax takes e as well: see test-gradients.R.
sloped <- function() activation_functions[names(activation_functions) != "softmax"]

test_that("functions and derivatives keep the shape, also of one column or row", {
  for (activation in sloped()) {
    for (shape in list(c(2, 3), c(1, 3), c(4, 1), c(1, 1))) {
      z <- matrix(seq(-3, 3, length.out = prod(shape)), shape[1], shape[2])
      a <- activation$value(z, strict)
      expect_identical(dim(a), dim(z))
      expect_identical(dim(activation$grad(z, a, strict)), dim(z))
    }
  }
})

test_that("each derivative is the central difference of its function", {
  z <- uniform_matrix(3, 4, 7, -6, 6)
  for (name in names(sloped())) {
    activation <- activation_functions[[name]]
    numeric <- central_difference(function(z) sum(activation$value(z, native)), z)
    error <- gradient_error(activation$grad(z, activation$value(z, native), native), numeric)
    expect_lt(error, gradient_tolerance, label = name)
  }
})

test_that("at the kink the derivative is the left-hand one", {
  z <- matrix(c(0, -0), 1)
  slopes <- c(
    step = 0, relu = 0, leaky_relu = 0.01, prelu = 0.25, rrelu = 0.5 * (1 / 8 + 1 / 3), elu = 1
  )
  for (name in names(slopes)) {
    activation <- activation_functions[[name]]
    found <- activation$grad(z, activation$value(z, native), native)
    expect_identical(as.vector(found), rep(slopes[[name]], 2), label = name)
  }
})

test_that("who prints a formula sees it, not the checks before it", {
  expect_output(print(sigmoid), "arithmetic$sigmoid(z)", fixed = TRUE)
})
