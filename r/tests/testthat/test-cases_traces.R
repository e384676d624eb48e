awkward <- matrix(
  c(1 / 3, -0, 5e-324, Inf, -Inf, NaN, 1.7976931348623157e308, -2^-1040, 0.839396101051679), 3
)

test_that("numbers are written so that they read back with the same bits", {
  finite <- c(awkward[is.finite(awkward)], random_uniform(new_generator(1), 600) * 10^(-300:299))
  back <- vapply(format_numbers(finite), jsonlite::fromJSON, 1)
  expect_identical(unname(back), finite)
  expect_identical(1 / unname(back[finite == 0]), -Inf)
})

test_that("infinities and NaN are texts, for JSON has none", {
  expect_identical(
    format_numbers(c(Inf, -Inf, NaN, NA, -0, 1)),
    c("\"inf\"", "\"-inf\"", "\"nan\"", "\"nan\"", "-0.0", "1")
  )
})

test_that("a matrix is written row by row, with its shape", {
  text <- format_quantity("1/z1", matrix(c(1, 2, 3, 4, 5, 6), 2))
  expect_match(text, '"shape": [2, 3], "values": [[1, 3, 5], [2, 4, 6]]', fixed = TRUE)
})

test_that("matrices of one row or one column keep both dimensions", {
  row <- format_quantity("1/b1", matrix(c(1, 2), 1))
  expect_match(row, '"shape": [1, 2], "values": [[1, 2]]', fixed = TRUE)
  column <- format_quantity("1/z1", matrix(c(1, 2), 2))
  expect_match(column, '"shape": [2, 1], "values": [[1], [2]]', fixed = TRUE)
})

test_that("a number has no shape", {
  expect_match(format_quantity("1/loss", 0.5), '"shape": [], "values": 0.5,', fixed = TRUE)
})

test_that("the digest is that of the bytes row by row", {
  by_hand <- digest::digest(
    writeBin(c(1, 3, 5, 2, 4, 6), raw(), endian = "little"),
    algo = "sha256", serialize = FALSE
  )
  expect_identical(array_digest(matrix(c(1, 2, 3, 4, 5, 6), 2)), by_hand)
  expect_identical(array_digest(c(1, 3, 5, 2, 4, 6)), by_hand)
})

test_that("the digest takes all NaN as one and sets zeros apart", {
  expect_identical(array_digest(NaN), array_digest(-NaN))
  expect_identical(array_digest(NaN), array_digest(NA_real_))
  expect_false(array_digest(0) == array_digest(-0))
})

test_that("a run is JSON that says what was run", {
  run <- list(
    case = "xor", language = "r", arithmetic = "native", environment = list(r = "4"),
    seconds = 0.25, messages = c("one \"two\"", "drei \u00e4"), trace = list("1/z1" = awkward)
  )
  back <- jsonlite::fromJSON(format_run(run), simplifyVector = FALSE)
  expect_identical(back[c("case", "language", "environment", "seconds")], run[c(1, 2, 4, 5)])
  expect_identical(unlist(back$messages), run$messages)
  expect_identical(back$trace[[1]]$name, "1/z1")
  expect_identical(back$trace[[1]]$values[[3]][[2]], "nan")
})

test_that("no messages are an empty list", {
  expect_identical(bracket(quote_json(character(0))), "[]")
})
