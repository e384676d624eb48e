x <- matrix(sin(1:60), 20)

said_of <- function(code) {
  found <- tryCatch(code, expectation = function(e) e)
  if (inherits(found, "expectation_failure")) conditionMessage(found) else "no failure"
}

test_that("expect_same passes what is the same or within rounding", {
  expect_same(x, x)
  expect_same(x * (1 + 2e-16), x)
  expect_same(list(a = 1, t = c("u", NA)), list(a = 1, t = c("u", NA)))
  expect_same(x + 0.009, x, atol = 0.01)
  expect_same(data.frame(f = factor("u")), data.frame(f = "u"))
})

test_that("one wrong number among 10,000 is found, which all.equal lets pass", {
  many <- as.double(1:10000)
  # The others differ in their last digit, as they do between two libraries.
  spoilt <- replace(many * (1 + 4e-16), 77, 77.01)
  expect_true(isTRUE(all.equal(spoilt, many)))
  expect_equal(spoilt, many)
  said <- said_of(expect_same(spoilt, many))
  expect_match(said, "the value[77] is 77.01", fixed = TRUE)
  expect_match(said, "expected 77; 1 of 10000 differ", fixed = TRUE)
})

test_that("a failure names the likely cause and a command that repeats it", {
  said <- said_of(expect_same(list(w = t(x)), list(w = x)))
  expect_match(said, "$w is 3 x 20; expected 20 x 3\nlikely cause: A is B transposed", fixed = TRUE)
  expect_match(said, "again: twinprop compare .*/a.json .*/b.json")
  files <- regmatches(said, gregexpr("/[^ ]*json", said))[[1L]]
  expect_identical(read_values(files[[2L]])$w, x)
})

test_that("causes are named only if they give the numbers", {
  expect_match(said_of(expect_same(2 * x, x)), "a constant factor, 2: a half")
  expect_match(said_of(expect_same(x * sqrt(20 / 19), x)), "sqrt(n/(n - 1)), n = 20", fixed = TRUE)
  expect_match(said_of(expect_same(log2(1:30), log(1:30))), "log2 for ln")
  expect_match(said_of(expect_same(-x, x)), "the sign is the other one everywhere")
  expect_match(said_of(expect_same(x[20:1, ], x)), "rows in the reverse order")
  expect_match(said_of(expect_same(matrix(t(x), 20), x)), "A is filled column by column")
  expect_match(said_of(expect_same(1:30, 0:29)), "an offset of one")
  expect_no_match(said_of(expect_same(replace(2 * x, 7, 0.3), x)), "likely cause")
  expect_no_match(said_of(expect_same(c(2, 4), c(1, 2))), "likely cause")
})

test_that("NA is no NaN, and text is no number", {
  expect_match(said_of(expect_same(c(NA, 1), c(NaN, 1))), "is NA, expected NaN")
  expect_match(said_of(expect_same("1", 1)), "is text on one side")
  expect_match(said_of(expect_same(list(a = 1), list(b = 1))), "has the names a; expected b")
})

test_that("gradients are checked, and the worst element is named", {
  f <- function(x) sum(x^3)
  expect_gradients(f, function(x) 3 * x^2, x)
  wrong <- function(x) replace(3 * x^2, 5, 0)
  expect_match(said_of(expect_gradients(f, wrong, x)), "most at element 5: 0 against 2.7")
})

test_that("a function of a Python file is called with every digit", {
  python <- Sys.getenv("TWINPROP_PYTHON", "python3")
  has_numpy <- system2(python, c("-c", shQuote("import numpy")), stderr = FALSE) == 0L
  # The R package is also tested where there is no Python.
  if (!has_numpy) {
    expect_error(expect_same_as_python(1, "none.py", "f"), "cannot be read")
    return(invisible())
  }
  port <- tempfile(fileext = ".py")
  writeLines("def scaled(x, by):\n    return x * by\n\n\ndef half(x):\n    return x[::2]", port)
  expect_same_as_python(x / 3, port, "scaled", list(x, by = 1 / 3), rtol = 1e-15)
  expect_match(
    said_of(expect_same_as_python(x, port, "scaled", list(x, by = 0.5))), "a constant factor, 2"
  )
  expect_error(expect_same_as_python(1, port, "none"), "has no none")
})
