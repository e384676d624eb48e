# Records programs of R, each in a copy of this process, which has loaded what a recorder needs. It
# is read by R before the lines that record a program: in a copy R goes on with those.
# An order is four lines: the program's folder, its name, the file of its draws (or none), and where
# the recording is to be written. A byte is written when that is there.

local({
  # What is used first takes longest: each copy has it then.
  first <- file.path(tempdir(), "first.R")
  writeLines(c(
    "w <- matrix(1, 2, 1)", "f <- function(x) 1 / (1 + exp(-x))",
    "for (i in 1:9) { a <- f(diag(2) %*% w); w[] <- w - 0.1 * t(diag(2)) %*% (a * (1 - a)) }"
  ), first)
  recorder <- twinprop:::new_recording(first, tempfile())
  assign(".twinprop_next", recorder$next_statement, as.environment("Autoloads"))
  for (k in 1:3) {
    recorder$next_statement()
    eval(quote(.twinprop), globalenv())
  }
  recorder$save()
  rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
  unlink(tempdir(), recursive = TRUE) # a copy makes one of its own, and removes it

  places <- paste0("/dev/fd/", commandArgs(TRUE))
  orders <- file(places[[1L]], "r", raw = TRUE)
  done <- file(places[[2L]], "wb", raw = TRUE)
  repeat {
    order <- readLines(orders, 4L)
    if (length(order) < 4L) quit("no")
    child <- parallel:::mcfork()
    if (inherits(child, "masterProcess")) break
    while (is.raw(parallel:::readChild(child))) NULL
    writeBin(charToRaw("."), done)
    flush(done)
  }
  close(orders)
  close(done)
  tempdir(check = TRUE)
  Sys.setenv(
    TWINPROP_FOLDER = order[[1L]], TWINPROP_PROGRAM = order[[2L]], TWINPROP_DRAWS = order[[3L]],
    TWINPROP_OUT = order[[4L]]
  )
})
