table_text <- "\"p\",label, q\n0.5,0,1\n2,1,-3e0\n4.25,2,8\n-1,1,0\n"

read_table <- function(text = table_text, ...) {
  folder <- tempfile()
  dir.create(folder)
  writeBin(charToRaw(text), file.path(folder, "table.csv"))
  path <- file.path(folder, "case.json")
  file.create(path)
  read_data(list(csv = "table.csv", target = "label", ...), "case.json: data", path)
}

test_that("the target is one column and the others are the features", {
  data <- read_table()
  expect_identical(data$x, rbind(c(0.5, 1), c(2, -3), c(4.25, 8), c(-1, 0)))
  expect_identical(data$y, matrix(c(0, 1, 2, 1)))
  expect_null(data$held_out_x)
})

test_that("scale divides the features alone", {
  data <- read_table(scale = 4)
  expect_identical(data$x, rbind(c(0.125, 0.25), c(0.5, -0.75), c(1.0625, 2), c(-0.25, 0)))
  expect_identical(data$y, matrix(c(0, 1, 2, 1)))
})

test_that("classes make one-hot rows", {
  wanted <- rbind(c(1, 0, 0, 0), c(0, 1, 0, 0), c(0, 0, 1, 0), c(0, 1, 0, 0))
  expect_identical(read_table(classes = 4)$y, wanted)
})

test_that("rows are counted from zero and both ends are included", {
  data <- read_table(rows = list(0, 1), held_out = list(2, 2))
  expect_identical(data$x, rbind(c(0.5, 1), c(2, -3)))
  expect_identical(data$held_out_x, rbind(c(4.25, 8)))
  expect_identical(data$held_out_y, matrix(2))
})

test_that("lines may end as on any system, the last one not at all", {
  for (end in c("\r\n", "\r")) {
    expect_identical(read_table(gsub("\n", end, table_text, fixed = TRUE)), read_table())
  }
  expect_identical(read_table(sub("\n$", "", table_text)), read_table())
})

test_that("cells are read as the nearest doubles", {
  cells <- c("0.839396101051679", "5e-324", "1.7976931348623157e308", "-0.0", "-0")
  data <- read_table(paste0("label,p\n", paste0("0,", cells, "\n", collapse = "")))
  hexadecimal <- c(0x1.adc55364d0519p-1, 2^-1074, 0x1.fffffffffffffp+1023, -0, -0)
  expect_identical(data$x[, 1], hexadecimal)
  expect_identical(1 / data$x[4:5, 1], c(-Inf, -Inf))
})

test_that("a link that leaves the folder is refused", {
  folder <- tempfile()
  dir.create(file.path(folder, "in"), recursive = TRUE)
  writeLines(c("label,p", "0,1"), file.path(folder, "table.csv"))
  file.symlink(file.path(folder, "table.csv"), file.path(folder, "in", "table.csv"))
  path <- file.path(folder, "in", "case.json")
  file.create(path)
  expect_error(
    data_file("table.csv", "case.json: data.csv", path), "outside the folder of the case's data",
    class = "twinprop_input_error"
  )
})
