test_that("a mask is 0 or 1 / (1 - rate), and drops about its share", {
  mask <- dropout_mask(new_generator(1), 100, 50, 0.2)
  expect_identical(sort(unique(as.vector(mask))), c(0, 1 / (1 - 0.2)))
  expect_equal(mean(mask == 0), 0.2, tolerance = 0.1)
})

test_that("prediction drops nothing and takes the mean slope", {
  network <- draw_network(3, c(4, 1), c("rrelu", "sigmoid"), seed = 2, dropout = c(0.5, 0))
  x <- matrix(c(-1, 2, -3), 1)
  expect_identical(predict(network, x), predict(network, x))
  z <- x %*% network[[1]]$weights + network[[1]]$bias
  mean_slope <- 0.5 * (1 / 8 + 1 / 3)
  expect_equal(forward(network, x)$a[[2]], ifelse(z <= 0, mean_slope * z, z))
})

test_that("training with dropout needs the seed of what it draws", {
  network <- draw_network(3, c(4, 1), c("relu", "sigmoid"), seed = 2, dropout = c(0.5, 0))
  expect_error(train(network, matrix(1, 2, 3), matrix(c(0, 1)), new_plan()), "draw_seed is missing")
})
