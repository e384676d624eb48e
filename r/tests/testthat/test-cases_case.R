fixtures <- system.file("fixtures", package = "twinprop")
case_path <- function(id) file.path(fixtures, "cases", paste0(id, ".json"))
bad_folder <- file.path(fixtures, "bad_cases")
bad_index <- jsonlite::fromJSON(file.path(bad_folder, "index.json"), simplifyVector = FALSE)

read_bytes <- function(path) {
  text <- rawToChar(readBin(path, "raw", file.size(path)))
  Encoding(text) <- "UTF-8"
  text
}

write_bytes <- function(text, path) {
  writeBin(charToRaw(text), path)
}

# The file of a bad case of the index, in a new folder with its data.
write_bad_case <- function(bad) {
  if (!is.null(bad$file)) {
    return(file.path(bad_folder, bad$file))
  }
  folder <- tempfile()
  dir.create(folder)
  file.copy(file.path(bad_folder, "data"), folder, recursive = TRUE)
  if (!is.null(bad$csv)) {
    write_bytes(bad$csv, file.path(folder, "data", "table.csv"))
  }
  text <- bad$text
  if (is.null(text)) {
    text <- read_bytes(file.path(bad_folder, paste0(bad$base, ".json")))
  }
  if (!is.null(bad$change)) {
    text <- sub(bad$change[[1L]], bad$change[[2L]], text, fixed = TRUE)
  }
  path <- file.path(folder, paste0(bad$name, ".json"))
  write_bytes(text, path)
  path
}

test_that("every bad case of the index is refused with its sentence and without a warning", {
  expect_gt(length(bad_index$bad_cases), 100)
  for (bad in bad_index$bad_cases) {
    outcome <- guarded_call(read_case, list(write_bad_case(bad)))
    found <- sub("there are [0-9.]+ GiB", "there are {number} GiB", outcome$error)
    expect_identical(found, bad$sentence, label = bad$name)
    expect_true(outcome$is_input_error, label = bad$name)
    expect_identical(outcome$messages, character(), label = bad$name)
  }
})

test_that("the cases that bad cases are made of are good", {
  for (base in c("drawn", "given", "table")) {
    expect_no_warning(case <- read_case(file.path(bad_folder, paste0(base, ".json"))))
    expect_identical(case$id, base)
  }
})

test_that("every case of the package is named as its file", {
  paths <- list.files(file.path(fixtures, "cases"), full.names = TRUE)
  ids <- vapply(paths, function(path) read_case(path)$id, "", USE.NAMES = FALSE)
  expect_identical(paste0(ids, ".json"), basename(paths))
})

test_that("a case is read as it is written", {
  case <- read_case(case_path("batches-6-5-2"))
  expect_identical(case$plan$loss, "squared_error")
  expect_identical(case$plan$reduction, "sum")
  expect_identical(dim(case$data$x), c(11L, 6L))
  expect_identical(case$data$x[1, 1:3], c(-0.731, 0.695, 0.528))
  expect_identical(case$plan$batch_size, 4L)
  expect_null(case$plan$shuffle_seed)
  expect_s3_class(case$network, "twinprop_network")
})

test_that("the caller's seed replaces that of the file, but not given weights", {
  path <- case_path("article-4-3-1")
  drawn <- draw_network(4, c(3, 1), c("sigmoid", "sigmoid"), "uniform", 77)
  expect_identical(read_case(path, seed = 77)$network, drawn)
  expect_false(identical(read_case(path)$network, drawn))
  expect_error(
    read_case(case_path("fixed-2-3-2-2"), seed = 1), "initial is of given weights",
    class = "twinprop_input_error"
  )
})

test_that("without training a case is one step without update", {
  trace <- run_case(read_case(case_path("fixed-2-3-2-2")))
  expect_identical(
    names(trace)[c(1:8, 12:14)],
    c("0/W1", "0/b1", "0/W2", "0/b2", "0/W3", "0/b3", "1/z1", "1/a1", "1/a3", "1/loss", "1/e3")
  )
  expect_identical(names(trace)[[length(trace)]], "1/db1")
})

test_that("held-out rows are judged after the training", {
  case <- read_case(case_path("digits-64-32-10"))
  case$plan$epochs <- 5
  case$plan$record <- 5
  trace <- run_case(case)
  expect_identical(tail(names(trace), 2), c("held_out/a2", "held_out/accuracy"))
  output <- trace[["held_out/a2"]]
  expect_identical(dim(output), c(360L, 10L))
  rightly <- apply(output, 1, which.max) == apply(case$data$held_out_y, 1, which.max)
  expect_identical(trace[["held_out/accuracy"]], mean(rightly))
  expect_gt(mean(rightly), 0.5)
})

test_that("what is no path is refused in a sentence", {
  expect_error(read_case(), "path is missing; give the path of a file", fixed = TRUE)
  expect_error(read_case(NA), "path is NA; wanted the path of a file", fixed = TRUE)
  expect_error(check_file(5), "path is 5; wanted the path of a file", fixed = TRUE)
  expect_error(run_case_file(5, "strict", tempfile()), class = "twinprop_input_error")
  expect_error(run_case_file(case_path("one-1-1"), "strict", NA), "path is NA; wanted the path")
})
