path <- system.file("fixtures", "cases", "logistic-3-1.json", package = "twinprop")

test_that("the points of a grid are all combinations, the last field changing fastest", {
  points <- grid_points(list(a = list(1, 2), b = list("x", "y", "z")))
  expect_length(points, 6)
  expect_identical(points[[2]], list(a = 1, b = "y"))
})

test_that("a field is set in a copy, and one that is not there is refused", {
  document <- list(layers = list(list(units = 3)), training = list(epochs = 5))
  expect_identical(set_field(document, "layers.0.units", 4)$layers[[1]]$units, 4)
  expect_identical(document$layers[[1]]$units, 3)
  expect_error(set_field(document, "layers.1.units", 4), "layers.1.units is no field of the case")
})

test_that("each point is scored, ranked and reported when it is done", {
  done <- integer()
  note <- function(i) done <<- c(done, i)
  rows <- grid_search(path, list(training.epochs = list(1, 300)), folds = 2, on_point = note)
  expect_identical(done, 1:2)
  expect_length(rows[[1]]$scores, 2)
  expect_equal(rows[[2]]$mean, mean(rows[[2]]$scores))
  expect_identical(sort(c(rows[[1]]$rank, rows[[2]]$rank))[[1]], 1L)
})

test_that("a table has the best point first, and what is no number last", {
  rows <- list(
    list(point = list(n = 5), mean = NaN, rank = 2),
    list(point = list(n = 10), mean = 0.5, rank = 1)
  )
  lines <- c(" n      mean  rank", "10    0.5000     1", " 5  diverged     2", "")
  expect_identical(format_grid(rows), paste(lines, collapse = "\n"))
})
