# An R that another process started: jobs come in by lines, answers go out by lines.
#   R --file=jobs.R --args LIBRARY
# LIBRARY has the package twinprop; see runtimes/runtime.py and jobs.py.
library("twinprop", lib.loc = commandArgs(trailingOnly = TRUE)[[1L]])
answer <- function(told) cat(twinprop:::format_json(told), "\n", sep = "")
jobs <- file("stdin", "r")
answer(list(ready = TRUE))
while (length(line <- readLines(jobs, 1L)) > 0L) {
  answer(tryCatch(
    {
      job <- twinprop:::json_values(line)
      twinprop:::run_to_file(job$case, job$arithmetic, job$out, job$seed)
      list(done = TRUE)
    },
    error = function(condition) list(error = conditionMessage(condition))
  ))
}
