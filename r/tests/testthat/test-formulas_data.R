test_that("a constant column is scaled to 0, also where rows held out have other values", {
  x <- cbind(c(1, 3, 2), 0.1)
  for (method in c("min_max", "standard")) {
    scaling <- fit_scaling(x, method)
    expect_equal(apply_scaling(scaling, x)[, 2], c(0, 0, 0), tolerance = 1e-15)
    expect_identical(scaling$scale[[2]], 1)
  }
})

test_that("scaling learned from some rows is applied to others as it is", {
  scaling <- fit_scaling(cbind(c(0, 4)))
  expect_identical(apply_scaling(scaling, cbind(c(1, 8))), cbind(c(0.25, 2)))
})

test_that("folds hold every row once, and their sizes differ by one at most", {
  folds <- k_folds(11, 4, 3)
  expect_identical(sort(unlist(folds)), 1:11)
  expect_identical(lengths(folds), c(3L, 3L, 3L, 2L))
})

test_that("a class that no label has still has its column", {
  expect_identical(one_hot(c(2, 0), 4), rbind(c(0, 0, 1, 0), c(1, 0, 0, 0)))
})

test_that("a label outside the classes is refused, and so is NaN", {
  expect_error(one_hot(c(0, 3), 3), "labels is 3 in row 1; wanted a whole number from 0 to 2")
  expect_error(one_hot(c(NaN, 1), 3), "in row 0; wanted a whole number from 0 to 2")
})
