folder <- system.file("fixtures", package = "twinprop")

test_that("every shared case has its recorded strict bits and is near its exact values", {
  result <- NULL
  capture.output(result <- verify_fixtures(folder))
  expect_gte(nrow(result), 14)
  expect_equal(result$other_bits, integer(nrow(result)))
  expect_equal(result$far, integer(nrow(result)))
})

# A copy of one case and its expected values, changed by a function of the text.
changed_copy <- function(change_case = identity, change_expected = identity) {
  copy <- tempfile()
  for (part in c("cases", "expected")) {
    dir.create(file.path(copy, part), recursive = TRUE)
    text <- readLines(unpacked(file.path(folder, part, "xor-2-2-1.json")))
    text <- if (part == "cases") change_case(text) else change_expected(text)
    writeLines(text, file.path(copy, part, "xor-2-2-1.json"))
  }
  copy
}

test_that("another learning rate is found, with the case's name", {
  copy <- changed_copy(function(text) sub('"learning_rate": 2', '"learning_rate": 2.5', text))
  expect_error(capture.output(verify_fixtures(copy)), "not as expected: xor-2-2-1")
})

# The same with its expected values compressed, as in a package that R CMD build made.
packed_copy <- function(change_expected) {
  copy <- changed_copy(change_expected = change_expected)
  path <- file.path(copy, "expected", "xor-2-2-1.json")
  packed <- gzfile(paste0(path, ".gz"), "wb")
  on.exit(close(packed))
  writeLines(readLines(path), packed)
  unlink(path)
  copy
}

test_that("expected values are read from a compressed file too", {
  capture.output(result <- verify_fixtures(packed_copy(identity)))
  expect_equal(result$other_bits, 0L)
  copy <- packed_copy(function(text) sub('"strict": "6', '"strict": "7', text))
  expect_error(capture.output(verify_fixtures(copy)), "not as expected: xor-2-2-1")
})

test_that("a case without expected values is refused", {
  copy <- changed_copy()
  unlink(file.path(copy, "expected", "xor-2-2-1.json"))
  expect_error(
    verify_fixtures(copy), "^xor-2-2-1.json cannot be read",
    class = "twinprop_input_error"
  )
})

test_that("an exact value that does not match its digest is refused", {
  copy <- changed_copy(change_expected = function(text) {
    line <- grep('"1/loss"', text)
    text[line] <- sub('"values": 0.6', '"values": 0.7', text[line])
    text
  })
  expect_error(verify_fixtures(copy), "values of 1/loss do not match their digest")
})

test_that("a file of expected values that is none is refused in one sentence", {
  no_file <- "xor-2-2-1.json is no file of expected values, or an old one; `twinprop fixtures build"
  changes <- list(
    list('"format": 1', '"format": 2', "xor-2-2-1.json: format is 2; wanted 1$"),
    list('"case": "xor', '"case": "and', 'case is "and-2-2-1"; wanted "xor-2-2-1"$'),
    list('"quantities"', '"others"', no_file),
    list('"name": "1/z1"', '"named": "1/z1"', no_file),
    list('"values": [[', '"values": [["a", ', no_file),
    list('"name": "1/z1"', '"name": "1/z9"', "^not as expected: xor-2-2-1$")
  )
  for (change in changes) {
    copy <- changed_copy(change_expected = function(text) {
      sub(change[[1L]], change[[2L]], text, fixed = TRUE)
    })
    expect_error(capture.output(verify_fixtures(copy)), change[[3L]])
  }
})

test_that("a folder without cases is refused", {
  expect_error(verify_fixtures(tempdir()), "holds no cases", class = "twinprop_input_error")
})

test_that("native results are compared only before a case becomes chaotic", {
  trace <- list("1/W1" = 1, "100/z1" = 1, "100/W1" = 1, "held_out/a1" = 1)
  expect_equal(comparable_names(trace, list()), names(trace))
  expect_equal(comparable_names(trace, structure(list(), chaotic_from = "100")), "1/W1")
})
