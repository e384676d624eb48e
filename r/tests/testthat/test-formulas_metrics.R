test_that("the class is the column of the largest output, counted from zero", {
  expect_identical(predicted_class(rbind(c(0.2, 0.7, 0.1), c(0.9, 0, 0.1))), c(1L, 0L))
})

test_that("ties go to the first column", {
  expect_identical(predicted_class(rbind(c(0, 0.5, 0.5), c(1, 1, 1))), c(1L, 0L))
})

test_that("outputs that nearly tie are told apart", {
  expect_identical(predicted_class(rbind(c(0.5, 0.5 + 2^-53), c(1e6, 1e6 + 1e-9))), c(1L, 1L))
})

test_that("a single output is class one from a half on", {
  expect_identical(predicted_class(matrix(c(0.49999, 0.5, 0.7), 3)), c(0L, 1L, 1L))
})

test_that("accuracy is the share of rows judged rightly", {
  a <- rbind(c(0.2, 0.7, 0.1), c(0.9, 0, 0.1), c(0.1, 0.2, 0.3), c(0.3, 0.2, 0.1))
  y <- rbind(c(0, 1, 0), c(1, 0, 0), c(0, 0, 1), c(0, 0, 1))
  expect_identical(accuracy(a, y), 0.75)
  expect_identical(accuracy(matrix(c(0.9, 0.2, 0.6), 3), matrix(c(1, 0, 0), 3)), 2 / 3)
})

test_that("a row with NaN is of no class and judged wrongly", {
  a <- rbind(c(NaN, 0.1, 0.9), c(0.9, 0, NaN), c(0.1, 0.2, 0.3))
  expect_identical(predicted_class(a), c(-1L, -1L, 2L))
  expect_identical(accuracy(a, rbind(c(1, 0, 0), c(1, 0, 0), c(0, 0, 1))), 1 / 3)
  expect_identical(predicted_class(matrix(c(NaN, 0.2), 2)), c(-1L, 0L))
})
