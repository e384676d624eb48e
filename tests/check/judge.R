# Rscript judge.R CASES RECORDINGS OUT: judge recordings with the R half, for the proof to compare.
arguments <- commandArgs(trailingOnly = TRUE)
twin <- asNamespace("twinprop")
trials <- jsonlite::read_json(arguments[[2L]])
problems <- list()
said <- vapply(trials, function(trial) {
  if (is.null(problems[[trial$case]])) {
    path <- file.path(arguments[[1L]], paste0(trial$case, ".json"))
    problems[[trial$case]] <<- twin$pose_problem(twin$read_case(path))
  }
  judged <- twin$judge_recording(problems[[trial$case]], trial$recording, list())
  first <- judged$first
  paste(
    judged$verdict, if (is.null(first)) "" else paste0(first$step, "/", first$quantity),
    if (is.null(first$cause)) "" else first$cause$id, paste(vapply(judged$others, function(o) o$cause$id, ""), collapse = " "),
    sep = "|"
  )
}, "")
writeLines(said, arguments[[3L]])
