careless <- c(0.1, 1 / 3, -0, NA, NaN, Inf, -Inf, 4.9e-324, 1e-310, 2^53, 0x1.adc55364d0519p-1)
values <- list(
  "gr\u00f6\u00dfe" = careless, m = matrix(c(1.5, 2, 3, 4, 5, 6), 2), e = matrix(0, 0, 3),
  a = array(as.double(1:24), 2:4), l = c(TRUE, FALSE), i = c(1L, NA, -3L)
)

test_that("json and rds lose nothing", {
  texts <- c(values, list(t = c("a", NA, "\u00fc\"b", "")))
  for (ending in c("json", "rds")) {
    path <- tempfile(fileext = paste0(".", ending))
    write_values(texts, path)
    expect_identical(read_values(path), texts)
    expect_identical(1 / read_values(path)[[1L]][[3L]], -Inf)
  }
})

test_that("binary formats keep every bit, and say that NA becomes NaN", {
  plain <- values[c("m", "e", "a", "l")]
  for (ending in c("npz", "safetensors", "h5")) {
    path <- tempfile(fileext = paste0(".", ending))
    write_values(plain, path)
    expect_identical(read_values(path)[names(plain)], plain)
    expect_warning(write_values(values[1L], path), "NA becomes NaN")
    written <- read_values(path)[[1L]]
    expect_identical(written[-4L], careless[-4L])
    expect_true(is.nan(written[[4L]]))
    expect_identical(names(read_values(path)), names(values)[[1L]])
  }
  path <- tempfile(fileext = ".npy")
  write_values(values$a, path)
  expect_identical(read_values(path)$values, values$a)
})

test_that("tables keep every digit, NA apart from NaN, and texts with quotes", {
  table <- data.frame(
    x = careless, t = c("a,b", "q\"", NA, "\u00e4", rep("z", 7)), i = c(NA, 1:10),
    l = rep(c(TRUE, NA), length.out = 11)
  )
  for (ending in c("csv", "tsv")) {
    path <- tempfile(fileext = paste0(".", ending))
    write_values(table, path)
    expect_identical(read_values(path), as.list(table))
    expect_identical(1 / read_values(path)$x[[3L]], -Inf)
  }
})

test_that("an rds file with code in it is refused before R sees it", {
  path <- tempfile(fileext = ".rds")
  for (object in list(function() 1, quote(stop("run")), new.env(), lm(dist ~ speed, cars))) {
    saveRDS(object, path)
    expect_error(read_values(path), "holds code or an environment of R, so it is not read")
  }
})

test_that("an rds file with data of every kind is read", {
  path <- tempfile(fileext = ".rds")
  saveRDS(list(f = factor(c("lo", "hi")), d = data.frame(x = 1:2, y = c("p", NA)), s = 1:10), path)
  found <- read_values(path)
  expect_identical(names(found), c("f", "d/x", "d/y", "s"))
  expect_identical(found$f, c("lo", "hi"))
  expect_identical(found$s, 1:10)
})

test_that("half a file is refused", {
  for (ending in c("npy", "npz", "safetensors", "rds")) {
    path <- tempfile(fileext = paste0(".", ending))
    write_values(list(x = as.double(1:100)), path)
    bytes <- readBin(path, "raw", file.size(path))
    writeBin(bytes[seq_len(length(bytes) %/% 2L)], path)
    expect_error(read_values(path), "damaged or not whole|no safetensors file")
  }
})

test_that("what cannot be read is one sentence", {
  expect_error(read_values("x.pkl"), "may hold code, so it is not read")
  expect_error(read_values("x.out"), "endings that R knows here: json, jsonl, csv")
  expect_error(read_values("x.parquet"), "not read by R; save it as csv, or compare it in Python")
  expect_error(read_values("x.mat"), "not read by R; save it as h5, or compare it in Python")
  expect_error(write_values(list(x = 1), "x.csv.gz"), "which is read, but not written")
  expect_error(read_values("none.json"), "cannot be read")
  expect_error(write_values(list(1), "x.json"), "an array has no name")
  expect_error(write_values(list(x = 1, x = 2), "x.json"), "has the name \"x\" twice; keep one")
  expect_error(write_values(list(x = list(1)), "x.json"), "is list; wanted numbers")
  path <- tempfile(fileext = ".json")
  writeLines("{\"x\": [[1, 2], 3]}", path)
  expect_error(read_values(path), "is ragged; wanted rows of one length")
  writeLines("{\"x\": 1, \"x\": 2}", path)
  expect_error(read_values(path), "has the key \"x\" twice; keep one")
})

test_that("the pointer of a data.table is no code", {
  path <- tempfile(fileext = ".rds")
  table <- structure(list(x = c(1.5, 2)), class = c("data.table", "data.frame"))
  attr(table, ".internal.selfref") <- methods::new("externalptr") # nolint: object_name_linter.
  saveRDS(table, path)
  expect_identical(read_values(path)$x, c(1.5, 2))
})

test_that("what would fill the memory is refused before it is unpacked", {
  expect_error(check_unpacked(2^60, "x.npz"), "x.npz unpacks to .* more than half of the memory")
  expect_silent(check_unpacked(2^10, "x.npz"))
})

test_that("complex numbers and dates are said, and a sequence without an end is refused", {
  path <- tempfile(fileext = ".rds")
  saveRDS(list(z = matrix(c(1 + 2i, -3i), 1L), d = as.Date("2020-01-02")), path)
  expect_message(expect_message(
    found <- read_values(path), "z is complex: compared as z.real and z.imag"
  ), "d holds dates: compared as days since 1970")
  expect_identical(found, list(z.real = t(c(1, 0)), z.imag = t(c(2, -3)), d = 18263))
  saveRDS(1:1e15, path)
  expect_error(read_values(path), "more than half of the memory .*; compare parts of it")
})

test_that("whole numbers of 64 bits are exact or refused, wherever they stand", {
  path <- tempfile(fileext = ".rds")
  wide <- function(...) structure(readBin(as.raw(c(...)), "double", 2L), class = "integer64")
  saveRDS(wide(5, rep(0, 7), rep(0xff, 8)), path)
  expect_identical(read_values(path)$values, c(5, -1))
  beyond <- c(1, 0, 0, 0, 0, 0, 0x20, 0) # one more than 2^53
  saveRDS(wide(beyond, beyond), path)
  expect_error(read_values(path), "beyond 2^53, which a double of R has not", fixed = TRUE)
  path <- tempfile(fileext = ".json")
  writeLines("{\"x\": [9007199254740993]}", path)
  expect_error(read_values(path), "beyond 2^53", fixed = TRUE)
  writeLines("{\"x\": [9007199254740992, 10000000000000000, 0.1234567890123456789]}", path)
  expect_identical(read_values(path)$x[1:2], c(2^53, 1e16))
})

test_that("a folder is none, and a column stands once", {
  expect_error(read_values(tempdir()), "is a folder; wanted a file of numbers")
  path <- tempfile(fileext = ".csv")
  writeLines(c("a,a", "1,2"), path)
  expect_error(read_values(path), "has the column \"a\" twice; keep one")
})
