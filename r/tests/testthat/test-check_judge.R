# Programs of anybody's, recorded and judged without a case.
judge_text <- function(lines, ...) {
  r <- record_text(lines, ...)
  graph <- twinprop:::make_graph(r$header, r$numbers)
  twinprop:::judge_graph(graph, list(paste(lines, collapse = "\n")))
}

net <- c(
  "set.seed(4)", "x <- matrix(rnorm(15), 5, 3)", "y <- matrix(runif(10), 5, 2)",
  "w <- matrix(rnorm(12), 3, 4)", "b <- rnorm(4)", "v <- matrix(rnorm(8), 4, 2)",
  "for (k in 1:30) {", "  h <- tanh(sweep(x %*% w, 2, b, '+'))", "  o <- 1 / (1 + exp(-(h %*% v)))",
  "  d <- (o - y) * o * (1 - o)", "  e <- d %*% t(v) * (1 - h^2)", "  v <- v - 0.2 * t(h) %*% d",
  "  w <- w - 0.2 * t(x) %*% e", "  b <- b - 0.2 * colSums(e)", "}"
)

test_that("a right program is right, and its network is told", {
  answer <- judge_text(net)
  expect_identical(answer$verdict, "right")
  expect_match(answer$network$sentence, "^3-4-2, tanh, sigmoid with squared error, 5 samples")
  expect_match(answer$network$sentence, "gradient descent, rate 0.2$")
})

test_that("a fault has its line, both values and the ratio", {
  wrong <- sub("o * (1 - o)", "(1 - o)", net, fixed = TRUE)
  answer <- judge_text(wrong)
  expect_identical(answer$verdict, "different")
  expect_identical(answer$first[c("name", "line")], list(name = "d", line = 10L))
  wrong <- sub("(1 - h^2)", "(1 - h)", net, fixed = TRUE)
  expect_identical(judge_text(wrong)$first$line, 11L)
})

test_that("a program that trains nothing is not followed", {
  expect_identical(judge_text(c("x <- runif(3)", "print(x)"))$verdict, "not followed")
})

test_that("check_file judges a file as it is, behind the wall", {
  file <- file.path(tempfile("own-"), "their.R")
  dir.create(dirname(file))
  writeLines(net, file)
  answer <- check_file(file, trust = TRUE)
  expect_identical(answer$verdict, "right")
  expect_output(print(answer), "Your network: 3-4-2")
})

test_that("a cause is named with how often it was seen", {
  named <- function(from, to, lines = net) judge_text(sub(from, to, lines, fixed = TRUE))$cause
  cause <- named("* (1 - h^2)", "* (1 - h)")
  expect_identical(cause$id, "slope_square_left_out")
  expect_match(cause$evidence, "exactly what comes out if the slope is 1 - a, in 6 steps[.]$")
  expect_identical(named(" * (1 - h^2)", "")$id, "slope_left_out")
  expect_identical(named("0.2 * colSums(e)", "0.2 * sum(e)")$id, "bias_gradient_total")
  other <- sub("0.2", "0.3", net, fixed = TRUE)
  expect_identical(named("t(x) %*% e", "t(x) %*% e / 5", other)$id, "samples_averaged")
  late <- net
  late[11:12] <- net[12:11]
  expect_identical(judge_text(late)$cause$id, "updated_weights_used")
})

test_that("no cause is named where two mistakes give the same value", {
  # Divided by 5 samples, or multiplied by the rate 0.2 once more.
  answer <- judge_text(sub("t(x) %*% e", "t(x) %*% e / 5", net, fixed = TRUE))
  expect_identical(answer$verdict, "different")
  expect_null(answer$cause)
})

plain <- c(
  "set.seed(3)", "table <- cbind(rnorm(24, 5), rnorm(24, 80, 9), rnorm(24, 0.3, 0.1))",
  "labels <- (table[, 2] > 80) + (table[, 1] > 5) + 1",
  "x <- sweep(table, 2, colMeans(table))", "x <- x / rep(apply(table, 2, sd), each = 24)",
  "v <- matrix(rnorm(12), 3); b <- rnorm(4); w <- matrix(rnorm(12), 4)",
  "for (k in 1:30) {", "  rows <- sample(24, 8)", "  xs <- x[rows, ]", "  y <- labels[rows]",
  "  h <- tanh(xs %*% v + rep(b, each = 8))", "  e <- exp(h %*% w)", "  p <- e / rowSums(e)",
  "  loss <- -mean(log(p[cbind(1:8, y)]))", "  d <- p",
  "  d[cbind(1:8, y)] <- d[cbind(1:8, y)] - 1", "  g <- d %*% t(w) * (1 - h^2)",
  "  dv <- t(xs) %*% g", "  w <- w - 0.1 * t(h) %*% d", "  v <- v - 0.1 * dv",
  "  b <- b - 0.1 * colSums(g)", "}"
)
momentum <- c(
  "set.seed(3)", "x <- matrix(rnorm(60), 20)", "y <- x %*% c(1, 2, -1) + 0.3",
  "w <- matrix(rnorm(3)); past <- matrix(0, 3, 1)", "for (k in 1:30) {",
  "  now <- 0.5 * past - 0.1 * t(x) %*% (x %*% w - y) / 20", "  w <- w + now", "  past <- now", "}"
)

test_that("what a training loses is found, though each parameter follows its derivative", {
  found <- function(from, to, lines = plain) {
    answer <- judge_text(sub(from, to, lines, fixed = TRUE))
    paste(answer$verdict, answer$first$line, answer$cause$id)
  }
  expect_identical(found("  past <- now", "", momentum), "different 6 velocity_not_kept")
  expect_identical(found("labels[rows]", "labels[sort(rows)]"), "different 10 rows_shuffled")
  other <- sub("  d <- p", "  d <- p; at <- cbind(1:8, y %% 3 + 1)", plain, fixed = TRUE)
  swapped <- found("d[cbind(1:8, y)] <- d[cbind(1:8, y)]", "d[at] <- d[at]", other)
  expect_identical(swapped, "different 16 target_of_other_class")
  expect_identical(
    found("sweep(table, 2, colMeans(table))", "table - rowMeans(table)"),
    "different 4 standardised_by_sample"
  )
  expect_identical(found("  v <- v - 0.1 * dv", "  v"), "different 21 never_updated")
})

test_that("batches, momentum and standardised data are right as they should be", {
  expect_identical(judge_text(plain)$verdict, "right")
  expect_identical(judge_text(momentum)$verdict, "right")
})

test_that("a slope too much is found beside a cross-entropy, and is right where none is computed", {
  sigmoid <- c(
    "set.seed(2)", "x <- matrix(rnorm(60), 20)", "y <- (x[, 1] > 0) * 1", "w <- rnorm(3)",
    "for (k in 1:40) {", "  p <- 1 / (1 + exp(-drop(x %*% w)))", "  loss <- mean((p - y)^2)",
    "  d <- (p - y) * p * (1 - p)", "  w <- w - 0.1 * drop(t(x) %*% d)", "}"
  )
  expect_identical(judge_text(sigmoid)$verdict, "right")
  meant <- "-mean(y * log(p) + (1 - y) * log(1 - p))"
  entropy <- sub("mean((p - y)^2)", meant, sigmoid, fixed = TRUE)
  expect_identical(judge_text(entropy)$first$line, 8L)
})

test_that("what eval() runs of a text is a part of the program, at the place of its call", {
  text <- "v <- v - 0.2 * t(h) %*% d; w <- w - 0.2 * t(x) %*% e; b <- b - 0.2 * colSums(e)"
  lines <- c(net[1:11], sprintf("  eval(parse(text = '%s'))", text), "}")
  expect_identical(judge_text(lines)$verdict, "right")
  wrong <- sub("0.2 * colSums", "0.3 * colSums", lines, fixed = TRUE)
  answer <- judge_text(wrong)
  expect_identical(answer$first[c("name", "line")], list(name = "b", line = 12L))
})
