x <- matrix(c(0.5, -1, 2, 0.25, 1, -0.75, 0, 3), 4, 2)
y <- matrix(c(1, 0, 1, 0))
w <- matrix(c(0.3, -0.2))
b <- matrix(0.1)

test_that("the forms of logistic regression compute the same", {
  whole <- logistic_vectorised(x, y, w, b)
  for (form in list(logistic_two_loops, logistic_one_loop)) {
    expect_equal(form(x, y, w, b), whole, tolerance = 1e-14)
  }
  each <- lapply(1:4, function(i) {
    logistic_one_sample(x[i, , drop = FALSE], y[i, , drop = FALSE], w, b)
  })
  expect_equal(Reduce(`+`, lapply(each, function(one) one$weights)) / 4, whole$weights)
})

test_that("they are the gradients of a network of one layer", {
  network <- new_network(list(w), list(b), "sigmoid")
  gradients <- backward(network, forward(network, x), y, "binary_cross_entropy", "mean")
  whole <- logistic_vectorised(x, y, w, b)
  expect_equal(gradients$weights[[1]], whole$weights, tolerance = 1e-14)
  expect_equal(gradients$biases[[1]], whole$bias, tolerance = 1e-14)
})

test_that("an epoch of a unit adds up the changes of its records and divides by their number", {
  changes <- lapply(1:4, function(i) unit_change(x[i, , drop = FALSE], y[i, , drop = FALSE], w))
  expect_equal(unit_epoch(x, y, w, 0.5), w + 0.5 * Reduce(`+`, changes) / 4, tolerance = 1e-15)
})
