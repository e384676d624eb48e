# A program that is watched prints and ends as it does alone.
expect_unchanged <- function(lines, ...) {
  watched <- record_text(lines, ...)
  alone <- run_alone(lines, ...)
  expect_equal(watched$out, alone$out)
  expect_equal(watched$err, alone$err)
  expect_equal(watched$status, alone$status)
  expect_equal(unlist(watched$header$trouble), NULL)
}

test_that("values, messages, warnings and errors are printed as alone", {
  expect_unchanged(c(
    "x <- 3", "x * 2", "invisible(x)", "(x <- 4)",
    "f <- function(a) { warning('w'); message('m'); a }",
    "f(2)", "as.integer('z')", "g <- function(v) if (v > 0) v else 0", "g", "g(1)", "print(g(-1))",
    "tryCatch(log('a'), error = function(e) print(e))", "try(sqrt('a'), silent = FALSE)",
    "withCallingHandlers(f(1), warning = function(w) {",
    "print(conditionCall(w)); invokeRestart('muffleWarning') })",
    "y <- 1:3 + 1:2", "h <- function() { k <- function() stop('end of it'); k() }", "h()"
  ))
  expect_unchanged(c("x <- matrix(1, 2, 2)", "x %*% matrix(1, 3, 3)"))
  expect_unchanged(c("f <- function(u) u + nothing", "f(1)"))
  expect_unchanged(c(
    "options(warn = 1)", "for (i in 1:2) as.numeric('q')", "stop('a', call. = FALSE)"
  ))
})

test_that("what eval() runs of a text is seen as alone", {
  expect_unchanged(c(
    "e <- new.env(); eval(parse(text = 'k <- 2; k + 1'), e); e$k",
    "eval(parse(text = 'invisible(4)'))",
    "x <- 5; h <- function() { x <- 6; eval(parse(text = 'x <- x + 1')); x }; h(); x",
    "for (i in 1:3) eval(parse(text = paste0('v', i, ' <- i * 2'))); v3; eval(quote(x + 1))",
    "eval(parse(text = 'x * y'), list(y = 3)); evalq(x, e)",
    "eval(expression(1, 2)); eval(parse(text = ''))",
    "tryCatch(eval(parse(text = 'stop(\"no\")')), error = function(e) print(conditionMessage(e)))",
    "f <- function(a) eval(parse(text = 'a + nothing'))", "f(1)"
  ))
})

test_that("classes, closures, calls and text of the program are seen as alone", {
  expect_unchanged(c(
    "A <- setRefClass('A', fields = list(w = 'numeric'), methods = list(",
    "  up = function(d) { 'adds'; w <<- w + d; invisible(.self) },",
    "  show = function() cat('A', w, '\\n')))",
    "a <- A$new(w = 1); a$up(2); a", "setClass('P', representation(v = 'numeric'))",
    "p <- new('P', v = 1:3 / 2); p@v[2] <- 9; p",
    "setGeneric('area', function(s) standardGeneric('area'))",
    "setMethod('area', 'P', function(s) sum(s@v)); area(p)",
    "print.thing <- function(x, ...) cat('thing', x$k, '\\n')",
    "s <- structure(list(k = 5), class = 'thing'); s",
    "s$k <- NULL; names(s); l <- list(a = NULL, b = 1); l['b'] <- list(NULL); l",
    "f <- function(x, ...) { m <- match.call(); print(m); substitute(x) }", "f(a + b, k = 2)",
    "g <- function(x = c('one', 'two')) { x <- match.arg(x); missing(x); x }; g()",
    "deparse(function(x) x + 1)",
    "body(function(x) { x * 2 })",
    "counter <- function() { i <- 0; function() { i <<- i + 1; i } }",
    "k <- counter(); k(); k()", "sapply(c(a = 1, b = 2), function(v) v * 2)",
    "x <- 1:10 |> rev() |> head(3); x",
    "sq <- \\(v) v^2; sq(4)",
    "fib <- function(n) if (n < 2) n else fib(n - 1) + fib(n - 2); fib(8)",
    "d <- data.frame(u = 1:3, v = c(2.5, 3, 4)); d$w <- d$u * d$v",
    "d[d$w > 3, ]; with(d, sum(u * v))",
    "eval(parse(text = 'z <- 3 + 4')); z; do.call('sum', list(1, 2)); repeat { break }; i <- 0",
    "while (TRUE) { i <- i + 1; if (i == 2) next; if (i > 3) break }; i",
    "v <- switch('b', a = 1, b = { 2 }); v",
    "h <- function(n) { on.exit(cat('bye\\n')); for (j in seq_len(n)) if (j == 2) return(j) }; h(3)"
  ))
})

test_that("arguments, files beside it and its own name are those of Rscript", {
  expect_unchanged(
    c("print(commandArgs(TRUE)); basename(sub('--file=', '',",
      "grep('--file=', commandArgs(), value = TRUE)))",
      "source('util.R'); twice(4); read.csv('d.csv'); list.files('.', 'csv$')",
      "interactive(); source('none.R')"),
    arguments = c("--epochs", "3"),
    beside = list("util.R" = "twice <- function(v) 2 * v", "d.csv" = c("a,b", "1,2"))
  )
})
