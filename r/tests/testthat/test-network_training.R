x <- matrix(seq(-0.5, 0.5, length.out = 28), 7, 4, byrow = TRUE)
y <- matrix(seq(0, 1, length.out = 14), 7, 2, byrow = TRUE)
start <- function() draw_network(4, c(3, 2), c("sigmoid", "identity"), seed = 5)

# One step of gradient descent, written out.
stepped <- function(network, x, y, learning_rate) {
  gradients <- backward(network, forward(network, x), y)
  for (i in seq_along(network)) {
    network[[i]]$weights <- network[[i]]$weights - learning_rate * gradients$weights[[i]]
    network[[i]]$bias <- network[[i]]$bias - learning_rate * gradients$biases[[i]]
  }
  network
}

in_batches <- function(orders) {
  network <- start()
  for (order in orders) {
    for (rows in list(order[1:3], order[4:6], order[7])) {
      network <- stepped(network, x[rows, , drop = FALSE], y[rows, , drop = FALSE], 0.05)
    }
  }
  network
}

test_that("full batches are steps over all samples", {
  network <- start()
  for (i in 1:3) network <- stepped(network, x, y, 0.05)
  plan <- new_plan(learning_rate = 0.05, epochs = 3)
  expect_identical(train(start(), x, y, plan)$network, network)
})

test_that("mini-batches follow the order of the samples and the last is smaller", {
  trained <- train(start(), x, y, new_plan(learning_rate = 0.05, epochs = 2, batch_size = 3))
  expect_identical(trained$network, in_batches(list(1:7, 1:7)))
  expect_identical(dim(trained$trace[["2.3/z1"]]), c(1L, 3L))
})

test_that("shuffled batches follow the shared generator anew in each epoch", {
  generator <- new_generator(9)
  orders <- list(random_permutation(generator, 7), random_permutation(generator, 7))
  plan <- new_plan(learning_rate = 0.05, epochs = 2, batch_size = 3, shuffle_seed = 9)
  trained <- train(start(), x, y, plan)
  expect_identical(trained$network, in_batches(orders))
})

test_that("a full batch may be shuffled too", {
  generator <- new_generator(9)
  network <- start()
  for (i in 1:2) {
    order <- random_permutation(generator, 7)
    network <- stepped(network, x[order, ], y[order, ], 0.1)
  }
  expect_identical(train(start(), x, y, new_plan(epochs = 2, shuffle_seed = 9))$network, network)
})

test_that("the trace has the recorded epochs in the order of computation", {
  step <- c(
    "z1", "a1", "z2", "a2", "loss", "e2", "slope2", "delta2", "dW2", "db2", "e1", "slope1",
    "delta1", "dW1", "db1", "W1", "b1", "W2", "b2"
  )
  trace <- train(start(), x, y, new_plan(epochs = 4, record = c(1, 3)))$trace
  expect_identical(names(trace), c(paste0("1/", step), paste0("3/", step)))
  expect_identical(names(train(start(), x, y, new_plan(epochs = 4))$trace), paste0("4/", step))
})

test_that("recording changes nothing", {
  quiet <- train(start(), x, y, new_plan(epochs = 4))$network
  expect_identical(train(start(), x, y, new_plan(epochs = 4, record = 1:4))$network, quiet)
})

test_that("what cannot be trained is refused", {
  expect_refused <- function(sentence, ..., samples = x, targets = y) {
    expect_error(
      train(start(), samples, targets, new_plan(...)), sentence,
      fixed = TRUE, class = "twinprop_input_error"
    )
  }
  expect_refused("epochs is 0; wanted a whole number from 1 to 2147483647", epochs = 0)
  expect_refused("epochs is 2.5; wanted a whole number", epochs = 2.5)
  expect_refused("batch_size is 0; wanted a whole number", batch_size = 0)
  expect_refused("learning_rate is NaN; wanted a finite number", learning_rate = NaN)
  expect_refused("learning_rate is -Infinity; wanted a finite", learning_rate = -Inf)
  expect_refused("\"squared\"; did you mean \"squared_error\"?", loss = "squared")
  expect_refused("\"men\"; did you mean \"mean\"?", reduction = "men")
  expect_refused("unknown optimizer \"descent\"", optimizer = "descent")
  expect_refused("seed is 0.5; wanted a whole number", shuffle_seed = 0.5)
  expect_refused("x has the shape 7 x 3; wanted 7 x 4", samples = x[, 1:3])
  expect_refused("y has the shape 6 x 2; wanted 7 x 2", targets = y[1:6, ])
})

test_that("a trained network predicts, prints and is summarised", {
  trained <- train(start(), x, y, new_plan(epochs = 3, record = c(1, 3)))
  expect_identical(predict(trained, x), predict(trained$network, x))
  expect_identical(predict(trained, x, arithmetic = strict), predict(trained$network, x, strict))
  expect_output(print(trained), "^Trained Network 4-3-2 \\(sigmoid, identity\\)$")
  summarised <- summary(trained)
  wanted <- c("1" = trained$trace[["1/loss"]], "3" = trained$trace[["3/loss"]])
  expect_identical(summarised$losses, wanted)
  expect_output(print(summarised), "W1.*b1.*W2.*b2.*loss after 1, 3")
})

test_that("the caller's random numbers are left alone", {
  set.seed(4)
  before <- .Random.seed
  train(start(), x, y, new_plan(epochs = 2, batch_size = 3, shuffle_seed = 1))
  expect_identical(.Random.seed, before)
})
