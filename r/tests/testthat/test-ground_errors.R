test_that("an input error has its class and no call", {
  found <- tryCatch(input_error("x is ", 3), twinprop_input_error = function(e) e)
  expect_identical(conditionMessage(found), "x is 3")
  expect_null(conditionCall(found))
  expect_s3_class(found, c("twinprop_input_error", "error", "condition"), exact = TRUE)
})

test_that("the nearest name is the first with the fewest changes", {
  expect_identical(nearest_name("sigmod", c("identity", "sigmoid")), "sigmoid")
  expect_identical(nearest_name("", c("ab", "a", "b")), "a")
})

test_that("a known name is returned and an unknown one refused with the nearest", {
  expect_identical(check_name("loss", "b", c("a", "b")), "b")
  expect_error(
    check_name("loss", "squard", c("absolute", "squared")),
    "unknown loss \"squard\"; did you mean \"squared\"? known are absolute, squared",
    fixed = TRUE, class = "twinprop_input_error"
  )
  expect_error(check_name("loss", "foo", c("absolute", "squared")), "\"foo\"; known are absolute")
  for (other in list(3, NULL, NA_character_, c("a", "b"))) {
    expect_error(check_name("loss", other, "a"), "; known are a", class = "twinprop_input_error")
  }
})

test_that("values are quoted as JSON has them, short and on one line", {
  expect_identical(quote_value(NULL), "null")
  expect_identical(quote_value(TRUE), "true")
  expect_identical(quote_value(NA), "NA")
  expect_identical(quote_value(NA_character_), "NA")
  expect_identical(quote_value(2.5), "2.5")
  expect_identical(quote_value(1e300 * 1e300), "Infinity")
  expect_identical(quote_value(-Inf), "-Infinity")
  expect_identical(quote_value(NaN), "NaN")
  expect_identical(quote_value(list()), "an empty list")
  expect_identical(quote_value(list(1)), "a list")
  expect_identical(quote_value(list(a = 1)), "an object")
  expect_identical(quote_value("a\nb\033"), "\"a?b?\"")
  expect_identical(quote_value(strrep("x", 58)), paste0("\"", strrep("x", 58), "\""))
  expect_identical(quote_value(strrep("x", 59)), paste0("\"", strrep("x", 55), "...\""))
})
