test_that("a value has its operation, its operands and its place", {
  r <- record_text(c("x <- c(1, 2)", "y <- exp(x) *", "  2"))
  node <- named_node(r, "y")
  expect_equal(node_op(r, node), "*")
  expect_equal(node_values(r, node), exp(c(1, 2)) * 2)
  args <- r$header$nodes$args[[node + 1L]]
  expect_equal(args[[2L]], list(2L))
  expect_equal(node_op(r, args[[1L]]), "exp")
  expect_equal(r$header$nodes$args[[args[[1L]] + 1L]], list(named_node(r, "x")))
  site <- r$header$nodes$site[[node + 1L]] + 1L
  place <- vapply(r$header$sites, function(column) column[[site]], 1L)
  expect_equal(unname(place[c("line", "column", "end_line", "end_column")]), c(2, 5, 3, 3))
})

test_that("movements of data are maps by rows, whatever function makes them", {
  lines <- c(
    "x <- matrix(runif(6), 2, 3)", "v <- runif(3)", "a <- t(x)", "b <- x[2, ]", "d <- cbind(1, x)",
    "e <- rbind(x, v)", "f <- matrix(v, 2, 3, byrow = TRUE)", "g <- c(x)", "h <- rep(v, each = 2)",
    "i <- x[, -1, drop = FALSE]", "j <- array(x, c(1, 2, 3))", "k <- aperm(j, c(3, 2, 1))",
    "l <- diag(x[1:2, 1:2])", "m <- unlist(list(x, v))", "n <- as.matrix(data.frame(p = v, q = v))",
    "o <- x", "o[1, 2] <- 7", "q <- x[x > 0.5]", "r <- v[order(v)]",
    "s <- drop(x[1, , drop = FALSE])"
  )
  r <- record_text(lines)
  for (name in c("a", "b", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "r", "s")) {
    expect_gte(r$header$nodes$move[[named_node(r, name) + 1L]], 0)
  }
  check_movements(r)
  expect_equal(node_move(r, named_node(r, "a")), c(0, 3, 1, 4, 2, 5))
  expect_equal(node_move(r, named_node(r, "d")), c(-1, 0, 1, 2, -1, 3, 4, 5))
})

test_that("a vector along the columns of a matrix is recycled by a movement", {
  r <- record_text(c(
    "x <- matrix(runif(6), 2, 3)", "b <- runif(2)", "z <- x + b", "s <- sweep(x, 2, x[1, ], '-')"
  ))
  args <- r$header$nodes$args[[named_node(r, "z") + 1L]]
  expect_equal(node_op(r, args[[2L]]), "recycle")
  expect_equal(node_move(r, args[[2L]]), c(0, 0, 0, 1, 1, 1))
  args <- r$header$nodes$args[[named_node(r, "s") + 1L]]
  expect_equal(node_op(r, named_node(r, "s")), "-")
  expect_equal(node_move(r, args[[2L]]), c(0, 1, 2, 0, 1, 2))
})

test_that("vectors in a product are made rows or columns", {
  r <- record_text(c(
    "w <- matrix(runif(6), 2, 3)", "u <- runif(2)", "v <- runif(3)", "a <- u %*% w", "b <- w %*% v",
    "d <- u %*% u", "e <- crossprod(w, u)", "f <- tcrossprod(v, w)", "g <- u %*% t(v)"
  ))
  shape <- function(name, k) {
    node <- r$header$nodes$args[[named_node(r, name) + 1L]][[k]]
    unlist(r$header$nodes$shape[[node + 1L]])
  }
  expect_equal(shape("a", 1L), c(1, 2))
  expect_equal(shape("b", 2L), c(3, 1))
  expect_equal(c(shape("d", 1L), shape("d", 2L)), c(1, 2, 2, 1))
  expect_equal(shape("e", 2L), c(2, 1))
  expect_equal(shape("f", 1L), c(1, 3))
  expect_equal(shape("g", 1L), c(2, 1))
})

test_that("parts of lists, environments and objects have names", {
  r <- record_text(c(
    "net <- list(W = list(runif(2), runif(3)))", "net$b <- runif(1)", "i <- 2",
    "net$W[[i]] <- net$W[[i]] * 2", "e <- new.env()", "e$w <- runif(2)", "e$w[2] <- 0.5",
    "f <- function(k) { k$v <- runif(1); k }", "m <- f(list())"
  ))
  texts <- vapply(r$header$names, function(entry) entry[[2L]], "")
  expect_true(all(c("net$W[[1]]", "net$b", "net$W[[2]]", "e$w", "m$v") %in% texts))
  expect_equal(node_op(r, named_node(r, "net$W[[2]]")), "*")
  expect_equal(node_op(r, named_node(r, "e$w")), "[<-")
  check_movements(r)
})

test_that("functions of the program are looked through, also those that lapply() calls", {
  r <- record_text(c(
    "act <- tanh", "f <- function(v, k = 2 * v) act(v) * k", "a <- f(0.3)",
    "s <- sapply(c(0.1, 0.2), function(v) v^2)",
    "m <- apply(matrix(1:4 / 3, 2), 1, function(r) sum(r))",
    "l <- lapply(list(a, 0.7), function(v) v + 1)", "t <- Reduce(`+`, l)", "u <- mapply(f, s, s)",
    "w <- do.call(rbind, list(s, s))", "x <- sapply(s, exp)", "y <- outer(s, s)",
    "z <- Map(`+`, list(a, s), list(0.5, x))"
  ))
  node <- function(name) named_node(r, name)
  args <- function(k) r$header$nodes$args[[k + 1L]]
  expect_equal(node_op(r, args(node("a"))[[1L]]), "tanh")
  expect_equal(node_op(r, node("s")), "sapply")
  expect_equal(vapply(args(node("s")), function(k) node_op(r, k), ""), c("^", "^"))
  expect_equal(vapply(args(node("x")), function(k) node_op(r, k), ""), c("exp", "exp"))
  expect_equal(node_op(r, node("t")), "+")
  expect_equal(node_op(r, node("y")), "outer")
  expect_equal(node_op(r, node("w")), "rbind")
  expect_equal(node_op(r, node("z[[1]]")), "+")
  expect_equal(args(node("z[[2]]")), list(node("s"), node("x")))
  check_movements(r)
})

test_that("constants that begin as one value are two parameters", {
  r <- record_text(c("a <- b <- 0.1", "p <- q <- matrix(0, 2, 1)"))
  expect_false(named_node(r, "a") == named_node(r, "b"))
  expect_false(named_node(r, "p") == named_node(r, "q"))
})

test_that("a long training is watched at its beginning, and its end is kept", {
  r <- record_text(c(
    "w <- 0.1", "for (k in 1:5000) {", "  g <- 2 * (w - 3) * exp(-w * w / 100) * 1.0",
    "  w <- w - 0.001 * g", "}"
  ))
  expect_lt(length(r$header$nodes$op), 2000)
  expect_equal(r$header$cut, "steps")
  finals <- which(unlist(r$header$nodes$op) == "final") - 1L
  named <- Filter(function(entry) entry[[1L]] %in% finals && entry[[2L]] == "w", r$header$names)
  w <- 0.1
  for (k in 1:5000) w <- w - 0.001 * 2 * (w - 3) * exp(-w * w / 100) * 1.0
  expect_equal(node_values(r, named[[1L]][[1L]]), w)
})

test_that("random draws, printed numbers and trained libraries are told", {
  r <- record_text(c(
    "library(nnet)", "x <- rnorm(3)", "y <- sample(5)", "cat('loss', x[1], '\\n')"
  ))
  expect_equal(vapply(r$header$random, function(k) node_op(r, k), ""), c("rnorm", "sample"))
  expect_equal(r$header$printed[[1L]][[2L]][[1L]], node_values(r, named_node(r, "x"))[[1L]])
  expect_equal(r$header$used, list(nnet = 1L))
})

test_that("what ends a program is told with its line", {
  r <- record_text(c(
    "x <- 1", "f <- function(a) {", "  log(-a)", "  a %*% matrix(1, 3, 3)", "}", "f(x)"
  ))
  expect_equal(r$header$status, "error")
  expect_equal(r$header$message$line, 4L)
  expect_match(r$header$message$text, "non-conformable")
  expect_equal(record_text("quit(status = 3)")$header$status, "exit")
  expect_equal(record_text("quit(status = 3)")$status, 3L)
})
