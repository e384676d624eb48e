# R's own reader and writer of JSON, which stand in where jsonlite is not installed.

documents <- c(
  '{"a": [1, 2.5, -3e2, [], {}], "b": "x", "c": null, "d": {"e": true, "f": [null, false]}}',
  "[0.1, 1e308, 5e-324, 2147483647, -2147483647, 2147483648, 9007199254740993, 1E+2, 0]",
  '"\\n\\t\\b\\f\\r\\/\\\\\\" \\u00e9 \\ud83d\\ude00 \u00e9"',
  " [ ] ", "{}", "7", "null", '{"": 1, "a b": {"x": [[[1]]]}}'
)

test_that("R's own reader finds what jsonlite finds", {
  for (text in documents) {
    own <- values_of_tokens(json_tokens(text))
    expect_identical(own, jsonlite::parse_json(text, simplifyVector = FALSE), info = text)
  }
})

test_that("what is no JSON is not read", {
  bad <- c(
    "[1,]", '{"a" 1}', "[1 2]", "", "1 2", '{"a":1,}', "[01]", '"a', "tru", "[1}", "{1:2}",
    "\"\001\"", ".5", "[,1]", "]", '{"a":}', "'a'", "[1]]", "+1", "NaN", "1.", "[\"a\" \"b\"]"
  )
  for (text in bad) {
    expect_error(values_of_tokens(json_tokens(text)), "not JSON", info = text)
  }
})

test_that("texts and settings are written as JSON has them", {
  texts <- c("plain", "a\"b\\c", "\n\t\r\b\f", "\001\037", "\u00e9 \U1f600", "")
  for (text in texts) {
    expect_identical(jsonlite::parse_json(quote_json(text)), text)
  }
  expect_identical(quote_json(texts[1:2]), c('"plain"', '"a\\"b\\\\c"'))
  values <- list(list(1, 2), list(a = 1L, b = "x"), TRUE, NULL, 0.1, 1e-10, 1e5, c(1, 2.5))
  for (value in values) {
    expected <- jsonlite::toJSON(value, auto_unbox = TRUE, digits = NA, null = "null")
    expect_identical(format_json(value), as.character(expected))
  }
})

test_that("without jsonlite an R that misreads decimals is refused", {
  if (as.double("0.839396101051679") == 0x1.adc55364d0519p-1) {
    expect_null(check_reads_exactly())
  } else {
    expect_error(check_reads_exactly(), "R reads decimals inexactly here")
  }
})

test_that("SHA-256 is that of the standard's example", {
  wanted <- "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
  expect_identical(sha256(charToRaw("abc")), wanted)
})
