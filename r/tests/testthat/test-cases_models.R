test_that("a network is read back as the same bits", {
  activations <- list(list(name = "prelu", alpha = c(0.1, 0.2)), "softmax")
  network <- draw_network(3, c(2, 4), activations, "he", 5, c(0.25, 0))
  path <- tempfile(fileext = ".json")
  on.exit(unlink(path))
  write_model(network, path)
  again <- read_model(path)
  for (part in c("weights", "bias", "activation", "options", "dropout")) {
    expect_identical(lapply(again, `[[`, part), lapply(network, `[[`, part))
  }
  x <- matrix(c(-1, 2, 0.5), 1)
  expect_identical(predict(again, x), predict(network, x))
})

test_that("a file with an array of another shape is refused with its name", {
  network <- draw_network(3, c(2, 1), c("tanh", "sigmoid"))
  path <- tempfile(fileext = ".json")
  on.exit(unlink(path))
  write_model(network, path)
  text <- sub("\"inputs\": 3", "\"inputs\": 4", readLines(path), fixed = TRUE)
  writeLines(text, path)
  expect_error(read_model(path), "W1 is of the shape 3 x 2; wanted 4 x 2")
})
