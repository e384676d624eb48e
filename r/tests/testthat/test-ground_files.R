test_that("a file is written whole or not at all", {
  folder <- tempfile()
  dir.create(folder)
  path <- file.path(folder, "trace.json")
  writeLines("old", path)
  write_whole(path, "new \u00e9")
  expect_identical(readBin(path, "raw", 100), charToRaw(enc2utf8("new \u00e9")))
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE), "trace.json")
  expect_error(
    write_whole(file.path(folder, "absent", "x.json"), "x"),
    class = "twinprop_input_error", regexp = "cannot write .*absent/x.json"
  )
})

test_that("a file keeps its rights, and a link stays a link", {
  path <- tempfile()
  link <- tempfile()
  writeLines("old", path)
  Sys.chmod(path, "600")
  file.symlink(path, link)
  write_whole(link, "new")
  expect_identical(readLines(path, warn = FALSE), "new")
  expect_identical(Sys.readlink(link), path)
  expect_identical(file.mode(path), as.octmode("600"))
})

test_that("a full device is told, also where it is full before the last bytes are handed over", {
  late <- write_into
  close_late <- function(connection) {
    Sys.sleep(0.5)
    close(connection)
  }
  environment(late) <- list2env(list(close = close_late), parent = asNamespace("twinprop"))
  few <- charToRaw(strrep("a", 62000L)) # a pipe takes 65536
  expect_identical(late(few, "/dev/full"), "No space left on device")
})

test_that("minus zero keeps its sign, but in a text it is left alone", {
  path <- tempfile()
  writeLines("{\"a \\\" -0\": [-0, -0.0, 0, -0e1, -0.5, 10]}", path)
  found <- read_json(path, "x.json:")
  expect_identical(names(found), "a \" -0")
  expect_identical(1 / unlist(found), 1 / c(-0, -0, 0, -0, -0.5, 10), ignore_attr = TRUE)
})
