script <- function(name) {
  system.file("fixtures", "scripts", name, package = "twinprop", mustWork = TRUE)
}

# Trust changes nothing where a wall stands: so these tests run where none does. A corrected line,
# for which a program runs again and again, is looked for where a test asks for it.
check_trusted <- function(path, ..., corrected = FALSE) {
  check_file(path, ..., trust = TRUE, corrected = corrected)
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

article <- function(from, to) sub(from, to, readLines(script("article.R")), fixed = TRUE)

test_that("a right script is right, also for the exercise that asks for its network", {
  answer <- check_trusted(script("article.R"), case = "article-4-3-1")
  expect_identical(answer$verdict, "right")
  expect_null(answer$first)
  expect_identical(answer$exercise, list())
})

test_that("the first difference has its line, both values and the cause", {
  lines <- article("d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer",
                   "d_hiddenlayer <- Error_at_hidden_layer")
  answer <- check_text(lines)
  expect_identical(answer$first$name, "d_hiddenlayer")
  expect_identical(answer$first$line, grep("^  d_hiddenlayer <-", lines))
  expect_gt(abs(answer$first$yours), abs(answer$first$right))
  expect_identical(answer$cause$id, "slope_left_out")
  expect_output(print(answer), "Likely cause: The derivative is left out")
})

test_that("an exercise decides what is right: the loss, the rate, the layers", {
  no_slope <- article("E * slope_output_layer", "E")
  expect_identical(check_text(no_slope)$verdict, "right") # as with cross-entropy
  answer <- check_text(no_slope, case = "article-4-3-1")
  expect_identical(answer$cause$id, "slope_left_out")
  squared <- check_text(article("E <- Y - output", "E <- (Y - output)^2"), case = "article-4-3-1")
  expect_identical(squared$cause$id, "error_squared")
  twice <- check_text(article("E * slope_output_layer", "E * slope_output_layer * lr"),
                      case = "article-4-3-1")
  expect_identical(twice$cause$id, "rate_twice")
  other <- check_trusted(script("article.R"), case = "digits-64-32-10")
  expect_identical(other$verdict, "different")
  expect_match(other$sentence, "it asks for 64-32-10 units, this is 4-3-1")
})

test_that("the published program has its line and the cause", {
  answer <- check_trusted(script("published.R"))
  expect_identical(answer$first[c("name", "line")], list(name = "bh", line = 37L))
  expect_identical(answer$cause$id, "rows_summed")
})

test_that("a bias that is added to the transpose is not filled by column", {
  path <- script(file.path("styles", "arrows_and_while.R"))
  answer <- check_text(sub("x*(1 - x)", "x*(1 + x)", readLines(path), fixed = TRUE))
  expect_identical(answer$cause$id, "slope_plus")
})

test_that("a softmax sent back through its own derivative is right", {
  answer <- check_text(c(
    "set.seed(1)", "X <- matrix(rnorm(12), 4); Y <- diag(3)[c(1, 2, 3, 1), ]",
    "W <- matrix(rnorm(9), 3); b <- rnorm(3)", "for (k in 1:9) {",
    "  E <- exp(sweep(X %*% W, 2, b, '+')); P <- E / rowSums(E)", "  dP <- -Y / P",
    "  dZ <- P * (dP - rowSums(dP * P))", "  W <- W - 0.1 * t(X) %*% dZ",
    "  b <- b - 0.1 * colSums(dZ)", "}"
  ))
  expect_identical(answer$verdict, "right")
})

test_that("a program that asks for input is told so, and where", {
  asks <- article("epoch <- 5000", "epoch <- as.integer(readline('how many?'))")
  said <- "asks for input on line 8, and there is nobody to give it"
  expect_match(check_text(asks)$sentence, said)
  expect_null(describe_asking("x <- 1 # readline()", "x.R"))
  said <- "x.R asks for input on line 2"
  expect_match(describe_asking("x <- 1\nscan(file('stdin'))", "x.R"), said)
})

test_that("a program whose values overflow is judged by the steps before", {
  answer <- check_text(c(
    "set.seed(1)", "X <- matrix(rnorm(18), 6) * 100; y <- matrix(rnorm(6)) * 100",
    "W <- matrix(rnorm(3), 3)", "for (i in 1:200) {", "  d <- X %*% W - y",
    "  W <- W - 500 * t(X) %*% d", "}"
  ))
  expect_identical(answer$verdict, "right")
  expect_match(unlist(answer$remarks), "numbers are not finite", all = FALSE)
})

test_that("what goes wrong ends in one sentence", {
  expect_error(check_text("repeat {}", seconds = 2), "was ended after 2 seconds")
  endless <- check_text(article("for (i in seq_len(epoch)) {", "repeat {"), seconds = 6)
  expect_identical(endless$verdict, "right")
  expect_match(endless$remarks[[1L]], "ended after 6 seconds.*what it did until then was judged")
  # It may have ended, and sent what was recorded, before it is ended.
  said <- tryCatch(
    check_text("for (i in 1:50) cat(strrep('x', 1e5))")$sentence,
    twinprop_input_error = conditionMessage
  )
  expect_match(said, "printed more than 1024 KB")
  crash <- "dyn.load(Sys.glob('/lib/*/libc.so.6')[1]); .C('abort')"
  expect_error(check_text(crash), "crashed [(]SIGABRT[)]")
  latin <- file.path(empty_folder(), "latin.R")
  writeBin(c(charToRaw("x <- 1\n# caf"), as.raw(c(0xe9, 0x0a))), latin)
  expect_error(check_file(latin), "UTF-8")
  expect_error(check_file(script("article.py")), "is not .R")
  report <- file.path(empty_folder(), "their.qmd")
  writeLines(c("```{python}", "x = 1", "```"), report)
  expect_error(check_file(report), "has no chunk of R, which is what is run of a report")
})

test_that("a program that stops is not followed, and its sentence says where and what to do", {
  said <- function(...) {
    answer <- check_text(...)
    expect_identical(answer$verdict, "not followed")
    answer$sentence
  }
  expect_match(said(c("x <- c(1,", "  2))")), "is no valid R on line 2, column")
  expect_match(said(c("print(c(1,", "  2)")), "column 0: unexpected end of input[.]$")
  expect_match(said("d <- read.csv('data.csv')"), "cannot open file 'data.csv': No such file")
  expect_match(said("library(notthereatall)"), "needs the package notthereatall on line 1")
  expect_match(said("x <- scan('stdin')[[1]] + nothing"), "asks for input on line 1")
  expect_match(said("x <- 1 + nothing"), "stopped on line 1")
  expect_match(said("x <- rep(1, 10 * 2^27)"), "line 1")
  expect_match(said("x <- 1"), "no number was computed|nothing was seen to be trained")
})

test_that("processes that it starts are gone afterwards", {
  name <- basename(tempfile("twinprop_test_"))
  start <- sprintf("for (i in 1:3) system(\"setsid sh -c 'sleep 45; : %s'\", wait = FALSE)", name)
  answer <- check_text(c(start, "W1 <- 1"))
  expect_identical(answer$verdict, "not followed")
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
    expect_identical(with_wall(wall, check_text(plant))$verdict, "not followed")
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

test_that("a link is run where it stands, and its lines are shown", {
  folder <- empty_folder()
  file.symlink(script("published.R"), file.path(folder, "their.R"))
  answer <- check_trusted(file.path(folder, "their.R"))
  expect_identical(answer$first[c("name", "line")], list(name = "bh", line = 37L))
  expect_identical(answer$first$source, "bh <- bh + rowSums(d_hiddenlayer) * lr")
})

test_that("the corrected line is told where the program is right with it, and only there", {
  lines <- article("d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer",
                   "d_hiddenlayer <- Error_at_hidden_layer")
  answer <- check_text(lines, corrected = TRUE)
  told <- "d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer"
  expect_identical(answer$cause$corrected, told)
  expect_output(print(answer), paste0("Corrected: ", told), fixed = TRUE)
  expect_null(hide_values(answer)$cause$corrected)
  both <- sub("x * (1 - x)", "x * (1 + x)", readLines(script("article.R")), fixed = TRUE)
  twice <- sub("lr \\* ", "lr * lr * ", sub("lr$", "lr * lr", both))
  expect_null(check_text(twice, corrected = TRUE)$cause$corrected)
})

test_that("a program says how it ended, with files named as in its own folder", {
  deep <- check_text(c("f <- function(n) f(n + 1)", "f(1)"))
  expect_match(deep$sentence, "stopped on line 2: Error: it calls itself without an end")
  expect_match(check_text("quit()")$sentence, "ended itself on line 1, before anything was seen")
  lost <- check_text(c("print(file.path(getwd(), 'x'))", "read.csv(file.path(getwd(), 'a.csv'))"))
  expect_match(lost$sentence, "cannot open file 'a.csv'")
  expect_identical(lost$printed[[1L]], "[1] \"x\"")
})
