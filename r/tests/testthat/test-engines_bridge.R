test_that("a value comes with what was said meanwhile", {
  outcome <- guarded_call(function(x) {
    warning("mind the step")
    message("hello")
    x + 1
  }, list(2))
  expect_identical(outcome, list(value = 3, messages = c("mind the step", "hello")))
})

test_that("an error is reported as text, and whose fault it is", {
  ours <- guarded_call(function() stop("out of order"), list())
  expect_identical(ours$error, "out of order")
  expect_false(ours$is_input_error)
  theirs <- guarded_call(function() input_error("ragged rows"), list())
  expect_identical(theirs$error, "ragged rows")
  expect_true(theirs$is_input_error)
})

test_that("arguments are given as they are, calls among them", {
  expect_identical(guarded_call(identity, list(quote(a + b)))$value, quote(a + b))
  expect_null(guarded_call(function(a, b) b, list(1, b = NULL))$value)
})

case_file <- function() {
  path <- tempfile(fileext = ".json")
  writeLines('{
    "format": 1, "id": "tiny", "title": "t", "source": "s",
    "layers": [{"units": 1, "activation": "sigmoid"}],
    "loss": {"name": "squared_error", "reduction": "sum"},
    "data": {"x": [[1, 0], [0, 1], [1, 1]], "y": [[1], [0], [1]]},
    "initial": {"distribution": "uniform", "low": 0, "high": 1, "seed": 1}
  }', path)
  path
}

# main_run_case as Rscript runs it: its arguments are those of the command line.
run_main <- function(...) {
  arguments <- c(...)
  main <- main_run_case
  environment(main) <- list2env(
    list(commandArgs = function(...) arguments),
    parent = environment(main_run_case)
  )
  main()
}

test_that("the process bridge writes the trace of a case", {
  out <- tempfile()
  run_main(case_file(), "native", out)
  back <- jsonlite::fromJSON(out, simplifyVector = FALSE)
  expect_identical(back[c("case", "language", "arithmetic")], list(
    case = "tiny", language = "r", arithmetic = "native"
  ))
  expect_identical(back$trace[[1]]$name, "0/W1")
  expect_identical(back$trace[[1]]$values[[1]][[1]], {
    random_uniform(new_generator(1), 1)
  })
  expect_gt(back$seconds, 0)
})

test_that("the process bridge takes another seed", {
  out <- tempfile()
  run_main(case_file(), "native", out, "-7")
  back <- jsonlite::fromJSON(out, simplifyVector = FALSE)
  expect_identical(back$trace[[1]]$values[[1]][[1]], random_uniform(new_generator(-7), 1))
})

test_that("the process bridge writes an error where the trace would be", {
  out <- tempfile()
  run_main(tempfile(fileext = ".json"), "native", out)
  back <- jsonlite::fromJSON(out)
  expect_match(back$error, "cannot be read")
  expect_true(back$is_input_error)
})

test_that("a case can be run from file to file", {
  out <- tempfile()
  run_case_file(case_file(), "strict", out, seed = 3)
  expect_identical(jsonlite::fromJSON(out)$arithmetic, "strict")
})
