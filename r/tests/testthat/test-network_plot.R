# What base graphics was asked to draw, read back from a recorded plot.
drawn <- function(expression) {
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file)
  on.exit({
    grDevices::dev.off()
    unlink(file)
  })
  grDevices::dev.control("enable")
  force(expression)
  calls <- grDevices::recordPlot()[[1]]
  vapply(calls, function(call) call[[2]][[1]]$name, "")
}

test_that("every weight of a network is a line, every layer a row of points", {
  network <- new_network(list(matrix(c(2, -1, 0.5), 3)), list(matrix(0.25, 1)), "sigmoid")
  names <- drawn(plot(network))
  expect_equal(sum(names == "C_plotXY"), 3 + 2)
  expect_equal(sum(names == "C_text"), 2)
})

test_that("of a wide layer the first units are drawn", {
  names <- drawn(plot(draw_network(2, c(40, 1), c("sigmoid", "sigmoid"))))
  expect_equal(sum(names == "C_plotXY"), 2 * most_units + most_units + 3)
})

test_that("a network of zeros can be drawn", {
  network <- new_network(list(matrix(0, 2, 1)), list(matrix(0, 1)), "sigmoid")
  expect_equal(sum(drawn(plot(network)) == "C_plotXY"), 2)
})

test_that("a training is drawn as its recorded losses", {
  network <- draw_network(2, 1, "sigmoid")
  plan <- new_plan(epochs = 10, record = c(1, 5, 10))
  training <- train(network, matrix(c(0, 1), 1), matrix(1), plan)
  recorded <- recorded_losses(training)
  expect_equal(recorded$epochs, c(1, 5, 10))
  expect_equal(recorded$losses[[3]], training$trace[["10/loss"]])
  expect_true("C_plotXY" %in% drawn(plot(training)))
})

test_that("of an epoch with batches the mean loss is drawn", {
  network <- draw_network(1, 1, "sigmoid")
  training <- train(network, matrix(c(0, 1)), matrix(c(1, 0)), new_plan(batch_size = 1))
  expected <- mean(c(training$trace[["1.1/loss"]], training$trace[["1.2/loss"]]))
  expect_equal(recorded_losses(training), list(epochs = 1L, losses = expected))
})

test_that("a training without recorded epochs is refused", {
  training <- structure(
    list(network = draw_network(1, 1, "sigmoid"), trace = list()),
    class = "twinprop_training"
  )
  expect_error(plot(training), "no recorded loss")
})

test_that("a diverged training is drawn, and its label names the first loss that is not finite", {
  network <- draw_network(1, 1, "identity")
  plan <- new_plan(learning_rate = 1e150, epochs = 6, record = 1:6)
  training <- train(network, matrix(2), matrix(1e150), plan)
  expect_true(is.nan(training$network[[1]]$weights))
  expect_true("C_plotXY" %in% drawn(plot(training)))
  expect_identical(epoch_label(1:3, c(1, NaN, Inf)), "epoch (loss not finite at 2)")
  expect_equal(sum(drawn(plot(training$network)) == "C_plotXY"), 2)
})

test_that("an axis ends at what is finite", {
  expect_identical(largest_finite(c(2, NaN, -Inf, 0.5)), 2)
  expect_identical(c(largest_finite(NaN), largest_finite(0)), c(1, 1))
})
