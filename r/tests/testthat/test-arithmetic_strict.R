special <- c(0, -0, 1, -1, Inf, -Inf, NaN)

expect_same_bits <- function(got, wanted) {
  testthat::expect_identical(is.nan(got), is.nan(wanted))
  finite <- !is.nan(wanted)
  testthat::expect_identical(got[finite], wanted[finite])
  testthat::expect_identical(1 / got[finite], 1 / wanted[finite]) # sets 0 and -0 apart
}

reference_tree <- function(terms) {
  while (length(terms) > 1) {
    half <- length(terms) %/% 2
    last <- if (length(terms) %% 2) terms[length(terms)]
    terms <- c(terms[seq_len(half)] + terms[half + seq_len(half)], last)
  }
  if (length(terms)) terms else 0
}

wave <- function(n, m) {
  matrix((seq_len(n * m) * 0.61803398875) %% 1 - 0.5, n, m)
}

first_digits <- function(values) {
  bytes <- writeBin(as.vector(t(values)), raw(), endian = "little")
  substr(digest::digest(bytes, algo = "sha256", serialize = FALSE), 1, 16)
}

test_that("special values are those of IEEE 754, without a warning", {
  expect_no_warning({
    expect_same_bits(strict$exp(special), c(1, 1, exp(1), exp(-1), Inf, 0, NaN))
    expect_same_bits(strict$log(special), c(-Inf, -Inf, 0, NaN, Inf, NaN, NaN))
    expect_same_bits(strict$log1p(special), c(0, -0, log(2), -Inf, Inf, NaN, NaN))
    expect_same_bits(strict$tanh(special)[-(3:4)], c(0, -0, 1, -1, NaN))
    expect_same_bits(strict$sigmoid(special)[-(3:4)], c(0.5, 0.5, 1, 0, NaN))
    expect_same_bits(strict$sqrt(special), c(0, -0, 1, NaN, Inf, NaN, NaN))
  })
})

test_that("other kinds of numbers are taken as double, missing ones as NaN, without names", {
  for (name in c("exp", "log", "log1p", "tanh", "sigmoid", "sqrt")) {
    f <- strict[[name]]
    expect_same_bits(f(c(0.5, NA, 2, NaN)), c(f(0.5), NaN, f(2), NaN))
    expect_identical(f(c(a = TRUE, b = NA)), c(f(1), NaN))
    expect_identical(f(matrix(2L, dimnames = list("a", "b"))), matrix(f(2)))
  }
})

test_that("values are the same bits as on every other machine and in Python", {
  x <- seq(-12000, 12000) * 0.0625
  values <- c(
    lapply(strict[c("exp", "sigmoid", "tanh")], function(f) f(x)),
    lapply(strict[c("log", "log1p", "sqrt")], function(f) f(abs(x)))
  )
  left <- matrix(values$log1p[1:7700], 70, 110, byrow = TRUE)
  right <- matrix(values$log[1:5500], 110, 50, byrow = TRUE)
  values$matmul <- strict$matmul(left, right)
  values$row_sums <- strict$row_sums(left)
  expect_identical(vapply(values, first_digits, ""), c(
    exp = "f4becd208481ef43",
    sigmoid = "cdd8acf86753ec30",
    tanh = "f5e5a6ecb319f746",
    log = "276adb86d4d2e216",
    log1p = "2f202c3292dddc05",
    sqrt = "ccacf64fbe0ea914",
    matmul = "da540f6ca4803b4d",
    row_sums = "ab772e67603ad400"
  ))
})

test_that("functions of the elements keep the shape", {
  for (name in c("exp", "log", "log1p", "tanh", "sigmoid", "sqrt")) {
    expect_identical(dim(strict[[name]](wave(2, 3))), c(2L, 3L))
    expect_identical(dim(strict[[name]](matrix(0, 0, 3))), c(0L, 3L))
    expect_null(dim(strict[[name]](c(0.5, 1))))
  }
})

test_that("products are summed by the halving tree, be they small or large", {
  small <- list(c(3, 4, 2), c(1, 1, 1), c(2, 7, 1), c(4, 1, 3))
  large <- list(c(41, 37, 11), c(130, 1, 90))
  for (shape in c(small, large)) {
    a <- wave(shape[1], shape[2])
    b <- wave(shape[2], shape[3])
    wanted <- matrix(0, shape[1], shape[3])
    for (i in seq_len(shape[1])) {
      for (j in seq_len(shape[3])) wanted[i, j] <- reference_tree(a[i, ] * b[, j])
    }
    expect_identical(strict$matmul(a, b), wanted)
    expect_identical(strict$crossprod(t(a), b), wanted)
    expect_identical(strict$tcrossprod(a, t(b)), wanted)
  }
})

test_that("sums are halving trees", {
  for (n in c(1, 2, 3, 5, 8, 13, 64, 101)) {
    a <- wave(n, 3)
    columns <- matrix(apply(a, 2, reference_tree), 1, 3)
    expect_identical(strict$column_sums(a), columns)
    expect_identical(strict$row_sums(t(a)), t(columns))
    expect_identical(strict$total(a), reference_tree(as.vector(t(a))))
    expect_identical(strict$total(a[, 2]), reference_tree(a[, 2]))
  }
})

test_that("empty sums are zero", {
  nothing <- matrix(0, 0, 3)
  expect_identical(strict$column_sums(nothing), matrix(0, 1, 3))
  expect_identical(strict$row_sums(t(nothing)), matrix(0, 3, 1))
  expect_identical(strict$matmul(t(nothing), matrix(0, 0, 2)), matrix(0, 3, 2))
  expect_identical(strict$crossprod(nothing, matrix(0, 0, 2)), matrix(0, 3, 2))
  expect_identical(strict$tcrossprod(t(nothing), matrix(0, 2, 0)), matrix(0, 3, 2))
  expect_identical(strict$matmul(nothing, matrix(0, 3, 2)), matrix(0, 0, 2))
  expect_identical(strict$total(nothing), 0)
})

test_that("the largest of a row is the first of equals, and NaN stays", {
  a <- rbind(c(1, 3, 2), c(-0, 0, -1), c(-Inf, -Inf, -Inf), c(5, NaN, 7))
  expect_same_bits(strict$row_max(a), matrix(c(3, -0, -Inf, NaN)))
  expect_identical(dim(strict$row_max(a)), c(4L, 1L))
})

test_that("a condition that is missing chooses no, as a comparison with NaN does in Python", {
  z <- rbind(c(1, -2, 3), c(-4, NaN, 6))
  expect_identical(strict$where(z > 0, z, 0.5), rbind(c(1, 0.5, 3), c(0.5, 0.5, 6)))
  expect_identical(strict$where(z > 0, 1, -z), rbind(c(1, 2, 1), c(4, NaN, 1)))
})

test_that("a bias is added to every row", {
  expect_identical(strict$add_bias(matrix(1, 2, 3), matrix(1:3 + 0, 1)), rbind(2:4, 2:4) + 0)
})

test_that("native arithmetic is near and has the same functions", {
  expect_identical(names(native), names(strict))
  a <- wave(4, 4) + 1
  for (name in names(strict)) {
    arguments <- switch(name,
      where = list(a > 0.9, a, -a),
      add_bias = list(a, a[1, , drop = FALSE]),
      matmul = , crossprod = , tcrossprod = list(a, a[, 4:1]),
      list(a)
    )
    got <- do.call(strict[[name]], arguments)
    wanted <- do.call(native[[name]], arguments)
    expect_identical(dim(got), dim(wanted))
    expect_lt(max(abs(got / wanted - 1)), 1e-14)
  }
})

test_that("native logarithms of negative numbers give NaN without a warning", {
  expect_no_warning({
    expect_identical(native$log(c(-1, 0, 1)), c(NaN, -Inf, 0))
    expect_identical(native$log1p(c(-2, -1, 0)), c(NaN, -Inf, 0))
  })
})

test_that("the self-test passes here, and changed constants are refused", {
  expect_null(strict_self_test())
  lines <- readLines(system.file("strict_constants.txt", package = "twinprop"))
  path <- tempfile()
  writeLines(sub("0x1.62e42f", "0x1.62e42e", lines, fixed = TRUE), path)
  expect_error(
    strict_read_constants(path), "does not match its SHA-256; wanted the constants",
    class = "twinprop_input_error"
  )
})
