# Records programs of R, each in a copy of this process, which has loaded what a recorder needs:
# standard input has a line with the program and one with the place of its recording, and a line is
# printed when that is there.

local({
  record <- function(program, out) {
    setwd(dirname(program))
    recorder <- twinprop:::new_recording(basename(program), out)
    place <- as.environment("Autoloads")
    assign(".twinprop_next", recorder$next_statement, place)
    on_error <- recorder$conditions$on_error
    statements <- twinprop:::count_statements(paste(readLines(program), collapse = "\n"))
    try(withCallingHandlers(
      for (k in seq_len(statements)) {
        recorder$next_statement()
        shown <- withVisible(eval(quote(.twinprop), globalenv()))
        if (shown$visible) print(shown$value)
      },
      warning = recorder$conditions$on_warning, error = on_error
    ), silent = TRUE)
    recorder$save()
  }

  # What is used first takes longest: each copy has it then.
  first <- file.path(tempdir(), "first.R")
  writeLines(c(
    "w <- matrix(1, 2, 1)", "f <- function(x) 1 / (1 + exp(-x))",
    "for (i in 1:9) { a <- f(diag(2) %*% w); w[] <- w - 0.1 * t(diag(2)) %*% (a * (1 - a)) }"
  ), first)
  record(first, tempfile())
  rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())

  asked <- file("stdin", "r")
  while (length(line <- readLines(asked, 2L)) == 2L) {
    job <- parallel::mcparallel(record(line[[1L]], line[[2L]]), silent = TRUE, mc.set.seed = FALSE)
    parallel::mccollect(job)
    cat("done\n")
  }
})
