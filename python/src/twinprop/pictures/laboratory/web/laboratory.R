# What the page asks of R. It is attached, for a program begins with an empty global environment.
local({
  .libPaths(c("/tmp/twinprop", .libPaths()))
  own <- asNamespace("twinprop")
  # So that an answer comes soon, about as much is seen of a training as session.py sees of one.
  limits <- utils::modifyList(own$record_limits, list(some = 400L))

  # Run a program as its recorder wants it, statement by statement; the recording goes to a file.
  watch <- function(source, draws, out) {
    folder <- tempfile("program-")
    dir.create(folder)
    before <- list(folder = setwd(folder), options = options())
    on.exit({
      setwd(before$folder)
      options(before$options)
      unlink(folder, recursive = TRUE)
    })
    writeLines(source, "program.R", useBytes = TRUE)
    writeLines(draws, "draws", sep = "")
    rm(list = ls(globalenv(), all.names = TRUE), envir = globalenv())
    given <- own$read_draws(if (nzchar(draws)) "draws" else "")
    recorder <- own$new_recording("program.R", out, given, early = FALSE, limits = limits)
    printed <- utils::capture.output(
      run_statements(recorder, own$count_statements(source)), type = "output"
    )
    recorder$save()
    paste(printed, collapse = "\n")
  }

  run_statements <- function(recorder, count) {
    place <- as.environment("Autoloads")
    told <- recorder$conditions
    tryCatch(
      withCallingHandlers(
        for (k in seq_len(count)) {
          recorder$next_statement()
          shown <- withVisible(eval(quote(.twinprop), place))
          if (shown$visible) print(shown$value)
        },
        warning = told$on_warning, error = told$on_error
      ),
      error = function(e) cat("Error:", conditionMessage(e), "\n")
    )
  }

  # Run a case, which is JSON; the trace as JSON.
  run_text <- function(text, arithmetic) {
    files <- tempfile(c("case-", "trace-"), fileext = ".json")
    on.exit(unlink(files))
    writeLines(text, files[[1L]], useBytes = TRUE)
    own$run_to_file(files[[1L]], arithmetic, files[[2L]])
    paste(readLines(files[[2L]], encoding = "UTF-8"), collapse = "\n")
  }

  attach(list(watch = watch, run_text = run_text), name = "laboratory")
})
