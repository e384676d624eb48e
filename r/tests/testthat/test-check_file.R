script <- function(name) {
  system.file("fixtures", "scripts", name, package = "twinprop", mustWork = TRUE)
}

# Trust changes nothing where a wall stands: so these tests run where none does.
check_trusted <- function(path, ..., case = "article-4-3-1") {
  check_file(path, ..., case = case, trust = TRUE)
}

check_text <- function(text, ...) {
  file <- file.path(empty_folder(), "their.R")
  writeLines(text, file)
  check_trusted(file, ...)
}

empty_folder <- function() {
  folder <- tempfile("check-")
  dir.create(folder)
  folder
}

test_that("a right script is right in all twelve steps", {
  answer <- check_trusted(script("article.R"))
  expect_identical(answer$verdict, "right")
  expect_identical(vapply(answer$steps, function(s) s$status, ""), rep("right", 12L))
  expect_null(answer$first)
})

test_that("the first difference has its line, both values and the cause", {
  lines <- readLines(script("article.R"))
  place <- grep("^  d_output <-", lines)
  lines[place] <- paste(lines[place], "* lr")
  answer <- check_text(lines)
  expect_identical(answer$first$name, "1/delta2")
  expect_identical(answer$first$line, place)
  expect_equal(answer$first$yours, 0.1 * answer$first$right)
  expect_identical(answer$cause$id, "learning_rate_in_delta")
  expect_output(print(answer), "Likely cause: delta is multiplied by the learning rate")
})

test_that("the published program has its two mistakes", {
  answer <- check_trusted(script("published.R"))
  expect_identical(answer$first$name, "0/b1")
  expect_identical(answer$cause$id, "start_filled_by_column")
  expect_identical(answer$others[[1L]]$cause$id, "rows_summed")
})

test_that("functions are called one by one", {
  answer <- check_trusted(script("functions.R"))
  expect_identical(answer$first$name, "1/dW1")
  expect_identical(answer$cause$id, "slope_of_z")
})

test_that("a script with a loop over samples and the weights in a list is right", {
  answer <- check_text(c(
    "X <- matrix(0, 3, 4); y <- c(0, 0, 0); lr <- 1; n_epochs <- 7",
    "net <- list(W1 = matrix(0, 4, 3), b1 = rep(0, 3), W2 = matrix(0, 3, 1), b2 = 0)",
    "for (k in 1:n_epochs) {",
    "  Z1 <- matrix(0, 3, 3)",
    "  for (i in 1:3) Z1[i, ] <- X[i, ] %*% net$W1 + net$b1",
    "  A1 <- plogis(Z1)",
    "  A2 <- plogis(A1 %*% net$W2 + net$b2)",
    "  dZ2 <- (A2 - y) * A2 * (1 - A2)",
    "  dZ1 <- dZ2 %*% t(net$W2) * A1 * (1 - A1)",
    "  net$W2 <- net$W2 - lr * t(A1) %*% dZ2",
    "  net$b2 <- net$b2 - lr * sum(dZ2)",
    "  net[[\"W1\"]] <- net$W1 - lr * t(X) %*% dZ1",
    "  net$b1 <- net$b1 - lr * colSums(dZ1)",
    "}"
  ))
  expect_identical(answer$verdict, "right")
})

test_that("reference classes are understood, and so is a mistake in one", {
  path <- script(file.path("styles", "reference_class.R"))
  expect_identical(check_trusted(path)$verdict, "right")
  lines <- readLines(path)
  place <- grep("^      delta1 <-", lines)
  lines[place] <- sub("1 - now", "1 + now", lines[place], fixed = TRUE)
  answer <- check_text(lines)
  expect_identical(answer$first$name, "1/delta1")
  expect_identical(answer$first$line, place)
  expect_identical(answer$cause$id, "slope_plus")
})

test_that("layers that are objects of a class are understood, whatever rm() removes", {
  path <- script(file.path("styles", "layers_of_a_class.R"))
  expect_identical(check_trusted(path)$verdict, "right")
  answer <- check_text(sub("weights - eta", "weights + eta", readLines(path), fixed = TRUE))
  expect_identical(answer$first$name, "1/W2")
  expect_identical(answer$cause$id, "wrong_sign")
})

test_that("a mini-batch script is compared batch by batch", {
  lines <- c(
    "X <- matrix(0, 11, 6); y <- matrix(0, 11, 2); lr <- 1; epochs <- 3; batch_size <- 5",
    "W1 <- matrix(0, 6, 5); b1 <- rep(0, 5); W2 <- matrix(0, 5, 2); b2 <- rep(0, 2)",
    "add <- function(z, b) sweep(z, 2, b, '+')",
    "for (k in 1:epochs) {",
    "  for (first in seq(1, 11, by = batch_size)) {",
    "    rows <- first:min(first + batch_size - 1, 11)",
    "    xb <- X[rows, , drop = FALSE]",
    "    a1 <- plogis(add(xb %*% W1, b1))",
    "    a2 <- plogis(add(a1 %*% W2, b2))",
    "    delta2 <- (a2 - y[rows, , drop = FALSE]) * a2 * (1 - a2)",
    "    delta1 <- delta2 %*% t(W2) * a1 * (1 - a1)",
    "    W2 <- W2 - lr * t(a1) %*% delta2",
    "    b2 <- b2 - lr * colSums(delta2)",
    "    W1 <- W1 - lr * t(xb) %*% delta1",
    "    b1 <- b1 - lr * colSums(delta1)",
    "  }",
    "}"
  )
  expect_identical(check_text(lines, case = "batches-6-5-2")$verdict, "right")
  dropped <- sub("seq(1, 11, by", "seq(1, 8, by", lines, fixed = TRUE)
  answer <- check_text(dropped, case = "batches-6-5-2")
  expect_identical(answer$cause$id, "last_batch_dropped")
})

test_that("what goes wrong ends in one sentence", {
  expect_error(check_text("repeat {}", seconds = 3), "was ended after 3 seconds")
  expect_error(check_text(c("x <- c(1,", "  2))")), "at line 2, column")
  expect_error(check_text("library(notthereatall)"), "stopped on line 1")
  expect_error(check_text("for (i in 1:50) cat(strrep('x', 1e5))"), "printed more than 1024 KB")
  expect_error(check_text("base::quit()"), "ended its own process")
  expect_error(check_text("quit(status = 3)"), "stopped on line 1")
  expect_error(check_text("x <- scan('stdin')[[1]] + nothing"), "stopped on line 1")
  expect_error(check_text("x <- rep(1, 10 * 2^27)"), "line 1")
  crash <- "dyn.load(Sys.glob('/lib/*/libc.so.6')[1]); .C('abort')"
  expect_error(check_text(crash), "crashed [(]SIGABRT[)]")
  latin <- file.path(empty_folder(), "latin.R")
  writeBin(c(charToRaw("x <- 1\n# caf"), as.raw(c(0xe9, 0x0a))), latin)
  expect_error(check_file(latin, "article-4-3-1"), "UTF-8")
  expect_error(check_file(script("article.py")), "is not .R")
  expect_error(check_file(script("article.R"), "article-4-3-1", map = list(wh = "Q1")), "no quantity of this case")
})

test_that("processes that it starts are gone afterwards", {
  name <- basename(tempfile("twinprop_test_"))
  start <- sprintf("for (i in 1:3) system(\"setsid sh -c 'sleep 45; : %s'\", wait = FALSE)", name)
  answer <- check_text(c(start, "W1 <- 1"))
  expect_identical(answer$verdict, "unseen")
  lines <- lapply(Sys.glob("/proc/[0-9]*/cmdline"), function(file) {
    suppressWarnings(tryCatch(readBin(file, "raw", 1e4), error = function(e) raw()))
  })
  alive <- vapply(lines, function(line) {
    grepl(name, rawToChar(line[line != 0L]), fixed = TRUE)
  }, TRUE)
  expect_false(any(alive))
})

with_wall <- function(wall, code) {
  before <- Sys.getenv("TWINPROP_WALL", NA)
  on.exit(if (is.na(before)) Sys.unsetenv("TWINPROP_WALL") else Sys.setenv(TWINPROP_WALL = before))
  Sys.setenv(TWINPROP_WALL = wall)
  force(code)
}

standing <- Filter(function(wall) is.null(twinprop:::why_not(wall)), c("bwrap", "unshare"))

test_that("a script that kills itself is told behind each wall", {
  for (wall in c(standing, "none")) {
    kill <- function(number) {
      with_wall(wall, check_text(sprintf("tools::pskill(Sys.getpid(), %d); Sys.sleep(5)", number)))
    }
    expect_error(kill(9L), "was ended by SIGKILL: by itself, or by the system")
    expect_error(kill(15L), "was ended by SIGTERM before it could be judged")
  }
})

test_that("a file outside the folder stays behind each wall, and what is printed is escaped", {
  for (wall in c(standing, "none")) {
    canary <- tempfile("canary-")
    writeLines("here", canary)
    answer <- with_wall(wall, check_text(c(
      sprintf("suppressWarnings(file.remove('%s'))", canary), "cat('\\x1b[31m\\n')", "W1 <- 1"
    )))
    expect_identical(answer$wall, wall)
    expect_identical(utils::tail(answer$printed, 1L), list("\\x1b[31m"))
    expect_identical(file.exists(canary), wall != "none") # there is nothing then that keeps it
  }
})

test_that("what it makes in its folders is neither followed nor waited for", {
  canary <- tempfile("canary-")
  writeLines("here", canary)
  plant <- c(
    "folder <- dirname(dirname(Sys.getenv('HOME')))",
    "for (name in c('status', 'status.txt', 'printed', 'result', 'out.json')) {",
    "  for (place in c(folder, dirname(Sys.getenv('HOME')), '.')) {",
    sprintf("    suppressWarnings(file.symlink('%s', file.path(place, name)))", canary),
    "    suppressWarnings(unlink(file.path(place, name)))",
    "    system2('mkfifo', file.path(place, name), stderr = FALSE)",
    "  }",
    "}",
    "W1 <- 1"
  )
  for (wall in standing) {
    expect_identical(with_wall(wall, check_text(plant))$verdict, "unseen")
    expect_identical(readLines(canary), "here")
  }
})

test_that("a file is read only where it is an ordinary one, and only so far", {
  folder <- empty_folder()
  at <- function(name) file.path(folder, name)
  writeLines("here", at("file"))
  file.symlink(at("file"), at("link"))
  system2("mkfifo", at("pipe"))
  expect_identical(twinprop:::read_bounded(at("file"), 2), charToRaw("he"))
  expect_identical(twinprop:::read_bounded(at("file"), 100), charToRaw("here\n"))
  for (name in c("link", "pipe", "nothing", ".")) {
    expect_null(twinprop:::read_bounded(at(name), 100))
  }
  expect_null(twinprop:::read_bounded("/dev/zero", 100))
})

test_that("without a wall only a trusted program runs", {
  file <- script("article.R")
  expect_error(
    with_wall("none", check_file(file, "article-4-3-1")), class = "twinprop_input_error",
    "no wall can be built here that keeps a program from your files and the network"
  )
  answer <- with_wall("none", check_file(file, "article-4-3-1", trust = TRUE))
  expect_output(print(answer), "It ran without a wall, as you trust it")
})

test_that("a case that is none is refused with the nearest id", {
  expect_error(
    check_file(script("article.R"), "xor-2-2"), class = "twinprop_input_error", fixed = TRUE,
    "xor-2-2 is neither a file nor a case of the package; did you mean \"xor-2-2-1\"?"
  )
  expect_error(
    check_file(script("article.R"), NA), class = "twinprop_input_error",
    "case is NA; wanted a case's file or the id of a case of the package"
  )
  expect_error(
    check_file(script("article.R"), "no/such.json"), class = "twinprop_input_error",
    "such.json cannot be read (No such file or directory); wanted a JSON file", fixed = TRUE
  )
})
