refusal <- function(text) {
  tryCatch(check_json(text, "x.json"), twinprop_input_error = conditionMessage)
}

test_that("a text of JSON is let through", {
  expect_null(refusal("{\"a\": [1, -0.5e3, {}], \"b\\\"\": [[], true, null]}"))
})

test_that("a fault is named with its line and column, counted in characters", {
  expect_identical(refusal(" \n"), "x.json is empty; wanted a JSON file")
  expect_identical(
    refusal("[\n\"\u00e9\", NaN]"), "x.json: line 2, column 6 is NaN; wanted a finite number"
  )
  expect_identical(
    refusal("{\"a\": 1"), "x.json: line 1, column 8 is the end of the file; wanted \",\" or \"}\""
  )
  expect_identical(
    refusal("[1e999]"),
    "x.json: line 1, column 2 is 1e999, beyond the range of float64; wanted a finite number"
  )
})
