test_that("weights are drawn row by row and then the bias", {
  for (kind in c("uniform", "normal")) {
    layer <- initializers[[kind]](new_generator(3), 2, 5)
    draw <- if (kind == "uniform") random_uniform else random_normal
    drawn <- draw(new_generator(3), 15)
    expect_identical(layer, list(rbind(drawn[1:5], drawn[6:10]), matrix(drawn[11:15], 1)))
  }
})

test_that("uniform weights and biases lie between low and high", {
  drawn <- unlist(uniform(new_generator(1), 40, 25, -3, -1))
  expect_gt(min(drawn), -3)
  expect_lt(max(drawn), -1)
  expect_lt(abs(mean(drawn) + 2), 0.1)
})

test_that("normal weights and biases have mean and sd", {
  drawn <- unlist(normal(new_generator(1), 40, 25, 5, 0.5))
  expect_lt(abs(mean(drawn) - 5), 0.05)
  expect_lt(abs(stats::sd(drawn) - 0.5), 0.05)
})

test_that("the generator moves on", {
  generator <- new_generator(1)
  first <- uniform(generator, 1, 2)
  expect_false(identical(first, uniform(generator, 1, 2)))
})
