# Check a file: run it behind the wall, judge its recording, answer; twin of check/run.py in Python.

#' Which step of somebody's own R program is the first to differ, and why.
#'
#' The file runs in a process of its own with limits of time, memory, printed text and file size, in
#' an empty folder, without your environment variables; on Linux, with bubblewrap or user
#' namespaces, also without network and unable to write anywhere else (`twinprop doctor` says which
#' of these hold). It can still read what you can read, speak to services by sockets in the file
#' system that are open to you, and deceive you about itself: check code that you distrust in a
#' virtual machine.
#'
#' @param path character. A script or a file of functions, ending in .R.
#' @param case character. A case file, or the id of one of the package's own: its start, data and
#'   plan are given to the program. With squared error, or softmax or sigmoid and its cross-entropy;
#'   without dropout and penalty.
#' @param map named list of character. What variables hold, beyond the names that are known, such as
#'   list(wh = "W1").
#' @param seconds double. How long it may run.
#' @param memory_mb integer. Memory that it may use, in MB.
#' @param printed_kb integer. Text that it may print, in KB.
#' @param file_mb integer. The largest file that it may write, in MB.
#' @return twinprop_check. The answer, a list: verdict, sentence, first, cause, others, steps and
#'   more; printing shows it as text.
#' @examples
#' \donttest{
#' check_file(system.file("fixtures", "scripts", "article.R", package = "twinprop"))
#' }
#' @export
check_file <- function(path, case = "article-4-3-1", map = list(), seconds = 60, memory_mb = 2048,
                       printed_kb = 1024, file_mb = 64) {
  check_path(path)
  if (tolower(tools::file_ext(path)) != "r") {
    input_error(basename(path), " is not .R; the command `twinprop check` also reads Python")
  }
  limits <- utils::modifyList(default_limits, list(
    seconds = seconds, memory_mb = memory_mb, printed_kb = printed_kb, file_mb = file_mb
  ))
  text <- read_text(path, basename(path), "a script in UTF-8")
  source <- paste(split_lines(text), collapse = "\n")
  problem <- pose_problem(read_case(find_case(case)))
  check_map(map, problem$depth)
  job <- make_job(problem, source, basename(path), map)
  done <- record_sandboxed(job, basename(path), limits)
  judgement <- judge_recording(problem, done$recording, map)
  if (!is.null(done$recording$stop) && length(judgement$steps) == 0L) {
    input_error(describe_stop(done$recording, problem, basename(path)))
  }
  answer <- make_answer(problem, done$recording, judgement, source, basename(path), done$printed)
  structure(answer, class = "twinprop_check")
}

# The file of a case that is named by its path, or by its id where it is one of the package's own.
find_case <- function(case) {
  if (!is_text(case) || case == "") {
    refuse("case", quote_value(case), "a case's file or the id of a case of the package")
  }
  if (file.exists(case) || !grepl("^[a-z0-9-]+$", case)) {
    return(case)
  }
  folder <- system.file("fixtures", "cases", package = "twinprop")
  known <- sub("[.]json$", "", list.files(folder, "[.]json$"))
  if (!case %in% known) {
    input_error(
      case, " is neither a file nor a case of the package", suggest_name(case, known),
      " known are the names of the files in ", folder
    )
  }
  file.path(folder, paste0(case, ".json"))
}

#' @export
print.twinprop_check <- function(x, ...) {
  writeLines(format_answer(x))
  invisible(x)
}

# Refuse a map to something that is no quantity.
check_map <- function(map, depth) {
  kinds <- c("W", "b", "product", "z", "a", "e", "slope", "delta", "dW", "db")
  numbered <- paste0(rep(kinds, depth), rep(seq_len(depth), each = length(kinds)))
  known <- c("x", "y", number_names, "loss", numbered)
  for (name in names(map)) {
    if (!map[[name]] %in% known) {
      input_error(
        "map ", name, " = ", map[[name]], ": no quantity of this case; wanted one such as W1, z1, ",
        "a", depth, ", delta", depth, ", x, y, lr, epochs"
      )
    }
  }
}

# Run a job behind the wall: its recording, and what the script printed.
record_sandboxed <- function(job, name, limits) {
  folder <- normalizePath(tempdir())
  folder <- tempfile("twinprop-", folder)
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  jobs <- file.path(folder, "job.json")
  out <- file.path(folder, "out.json")
  writeLines(format_job(job), jobs, useBytes = TRUE)
  rscript <- file.path(R.home("bin"), "Rscript")
  command <- c(rscript, "--vanilla", "-e", "twinprop:::main_check_child()", jobs, out)
  variables <- c(
    paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep)), "LANGUAGE=en",
    paste0(c("R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER"), "=/dev/null")
  )
  ended <- run_sandboxed(command, folder, variables, limits)
  recording <- if (is.null(ended$reason)) read_recording(out)
  if (is.null(recording)) {
    input_error(describe_end(ended, name, limits))
  }
  if (!is.null(recording$syntax)) {
    input_error(name, " is no valid R: ", recording$syntax)
  }
  list(recording = recording, printed = ended$printed)
}

read_recording <- function(out) {
  if (!file.exists(out)) {
    return(NULL)
  }
  tryCatch(
    jsonlite::parse_json(read_text(out, "the recording", "JSON"))[[1L]],
    error = function(e) NULL
  )
}

# Why there is no recording, in a sentence.
describe_end <- function(ended, name, limits) {
  if (identical(ended$reason, "time")) {
    return(paste0(
      name, " was ended after ", limits$seconds, " seconds: a loop without an end, or seconds ",
      "are too few for it"
    ))
  }
  if (identical(ended$reason, "printed")) {
    return(paste0(
      name, " was ended: it printed more than ", limits$printed_kb, " KB (printed_kb)"
    ))
  }
  signal <- if (ended$status > 128L) ended$status - 128L else 0L
  if (signal %in% c(9L, 24L)) {
    return(paste(name, "was ended by the system: it used more time or memory than its limits"))
  }
  if (signal == 25L) {
    return(paste(name, "was ended: it wrote a file of more than", limits$file_mb, "MB"))
  }
  if (signal %in% c(4L, 6L, 7L, 8L, 11L)) {
    word <- c("4" = "SIGILL", "6" = "SIGABRT", "7" = "SIGBUS", "8" = "SIGFPE", "11" = "SIGSEGV")
    found <- word[[as.character(signal)]]
    return(paste0(name, " crashed (", found, "): its process ended in the middle"))
  }
  if (any(grepl("annot allocate", ended$printed))) {
    return(paste0(name, " needs more memory than ", limits$memory_mb, " MB (memory_mb)"))
  }
  paste0(name, " ended its own process (status ", ended$status, ") before it could be judged")
}
