test_that("the package exports the names of the list of both languages", {
  file <- system.file("api.json", package = "twinprop", mustWork = TRUE)
  api <- jsonlite::read_json(file, simplifyVector = TRUE)
  expect_setequal(getNamespaceExports("twinprop"), c(api$both, names(api$r)))
  expect_true(all(vapply(api$both, exists, TRUE, envir = asNamespace("twinprop"))))
})
