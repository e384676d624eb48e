# Check a file: run it behind the wall, judge its recording, answer; twin of check/run.py in Python.

#' Is somebody's own R program right, and if not, on which line does it begin?
#'
#' The program trains a network on data of its own, with a loss of its own; the measure is the
#' derivative of that loss.
#'
#' The file runs behind a wall (bubblewrap or user namespaces, on Linux), in a process of its own
#' with limits of time, memory, processes, printed text and files, in a copy of its folder, without
#' your environment variables, without network and unable to write anywhere else. Where no wall can be
#' built it does not run, unless you trust it. It can still read what you can read, speak to
#' services by sockets in the file system that are open to you, and forge its own recording, so that
#' what is wrong looks right: check code that you distrust in a virtual machine.
#'
#' @param path character. A program, ending in .R, .Rmd or .qmd.
#' @param case character. NULL, or a case file or the id of one of the package's own: its start, data
#'   and plan are then given to a script or a file of functions. With squared error, or softmax or sigmoid and its cross-entropy;
#'   without dropout and penalty.
#' @param map named list of character. What variables hold, beyond the names that are known, such as
#'   list(wh = "W1").
#' @param seconds double. How long it may run.
#' @param memory_mb integer. Memory that it may use, in MB.
#' @param printed_kb integer. Text that it may print, in KB.
#' @param file_mb integer. The largest file that it may write, in MB.
#' @param trust logical. Whether it runs even where no wall can be built, since you trust it.
#' @param arguments character. What commandArgs(TRUE) is to give the program.
#' @return twinprop_check. The answer, a list: verdict, sentence, first, cause, steps and more;
#'   printing shows it as text.
#' @examples
#' \donttest{
#' check_file(system.file("fixtures", "scripts", "article.R", package = "twinprop"))
#' }
#' @export
check_file <- function(path, case = NULL, map = list(), seconds = 60, memory_mb = 2048,
                       printed_kb = 1024, file_mb = 64, trust = FALSE, arguments = character()) {
  check_path(path)
  known <- if (is.null(case)) c("r", "rmd", "qmd") else "r"
  if (!tolower(tools::file_ext(path)) %in% known) {
    input_error(basename(path), " is not .R; the command `twinprop check` also reads Python")
  }
  limits <- utils::modifyList(default_limits, list(
    seconds = seconds, memory_mb = memory_mb, printed_kb = printed_kb, file_mb = file_mb
  ))
  if (is.null(case)) {
    return(check_as_it_is(path, arguments, limits, isTRUE(trust)))
  }
  text <- read_text(path, basename(path), "a script")
  source <- paste(split_lines(text), collapse = "\n")
  problem <- pose_problem(read_case(find_case(case)))
  check_map(map, problem$depth)
  job <- make_job(problem, source, basename(path), map)
  done <- record_sandboxed(job, basename(path), limits, isTRUE(trust))
  judgement <- judge_recording(problem, done$recording, map)
  if (!is.null(done$recording$stop) && length(judgement$steps) == 0L) {
    input_error(describe_stop(done$recording, problem, basename(path)))
  }
  answer <- make_answer(problem, done$recording, judgement, source, basename(path), done$ended)
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

# Run a job behind the wall: its recording, and how it ended.
record_sandboxed <- function(job, name, limits, trust) {
  rscript <- file.path(R.home("bin"), "Rscript")
  command <- c(
    rscript, "--vanilla", "-e", "twinprop:::main_check_child()",
    file.path(sandbox_given, "job.json"), sandbox_result
  )
  variables <- c(
    paste0("R_LIBS=", paste(.libPaths(), collapse = .Platform$path.sep)), "LANGUAGE=en",
    paste0(c("R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER"), "=/dev/null")
  )
  given <- list(job.json = format_job(job))
  ended <- run_sandboxed(command, given, variables, limits, trust = trust)
  recording <- if (is.null(ended$reason)) read_recording(ended$result)
  if (is.null(recording)) {
    input_error(describe_end(ended, name, limits))
  }
  if (!is.null(recording$syntax)) {
    input_error(name, " is no valid R: ", recording$syntax)
  }
  list(recording = recording, ended = ended)
}

# The recording that the child wrote, unless the program wrote something else there.
read_recording <- function(result) {
  tryCatch(
    {
      text <- rawToChar(result)
      Encoding(text) <- "UTF-8"
      check_json_text(text, "the recording")
      jsonlite::parse_json(text)[[1L]]
    },
    error = function(e) NULL
  )
}

# Why there is no recording, in a sentence.
describe_end <- function(ended, name, limits) {
  if (!is.null(ended$reason)) {
    return(paste(name, describe_reason(ended, limits)))
  }
  signal <- if (ended$status > 128L) ended$status - 128L else 0L
  if (signal == 24L) {
    return(paste(name, "was ended by the system: it used more time than its limits"))
  }
  if (signal == 9L) {
    return(paste(
      name, "was ended by SIGKILL: by itself, or by the system for more time or memory than its",
      "limits"
    ))
  }
  if (signal %in% c(1L, 2L, 15L)) {
    word <- c("1" = "SIGHUP", "2" = "SIGINT", "15" = "SIGTERM")[[as.character(signal)]]
    return(paste(name, "was ended by", word, "before it could be judged"))
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

describe_reason <- function(ended, limits) {
  switch(ended$reason,
    time = paste0(
      "was ended after ", limits$seconds, " seconds: a loop without an end, or seconds are too ",
      "few for it"
    ),
    memory = paste0(
      "was ended: all its processes together used more than ", limits$memory_mb, " MB of memory ",
      "(memory_mb)"
    ),
    processes = paste("was ended: it ran more than", limits$processes, "processes at once"),
    disk = paste("was ended: it wrote more than", limits$disk_mb, "MB in all"),
    files = "was ended: it made more than 65536 files",
    printed = paste0("was ended: it printed more than ", limits$printed_kb, " KB (printed_kb)"),
    result = paste0(
      "was ended: its recording has more than ", limits$result_mb, " MB; let it run for fewer ",
      "steps, or with less data"
    ),
    small = paste(
      "could not be recorded: files may not be large enough here; `ulimit -f` sets how large"
    ),
    stopped = "was ended, as this command was",
    unwatched = "was ended: no process could be started any more to watch over it",
    wall = paste(
      "was not run, since its wall could not be built:",
      utils::tail(c("no reason given", ended$printed), 1L)
    )
  )
}
