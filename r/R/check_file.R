# Check a file: run it behind the wall, judge its recording, answer; twin of check/program.py in
# Python.

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
#' @param case character. NULL, or the network that an exercise asks for: a case file or the id of one
#'   of the package's own.
#' @param seconds double. How long it may run.
#' @param memory_mb integer. Memory that it may use, in MB.
#' @param printed_kb integer. Text that it may print, in KB.
#' @param file_mb integer. The largest file that it may write, in MB.
#' @param trust logical. Whether it runs even where no wall can be built, since you trust it.
#' @param arguments character. What commandArgs(TRUE) is to give the program.
#' @return twinprop_check. The answer, a list: verdict, sentence, first, cause, steps and more, with a
#'   case also exercise, what is otherwise than it asks; printing shows it as text.
#' @examples
#' \donttest{
#' check_file(system.file("fixtures", "scripts", "article.R", package = "twinprop"))
#' }
#' @export
check_file <- function(path, case = NULL, seconds = 60, memory_mb = 2048, printed_kb = 1024,
                       file_mb = 64, trust = FALSE, arguments = character()) {
  check_path(path)
  if (!tolower(tools::file_ext(path)) %in% c("r", "rmd", "qmd")) {
    input_error(basename(path), " is not .R; the command `twinprop check` also reads Python")
  }
  limits <- utils::modifyList(default_limits, list(
    seconds = seconds, memory_mb = memory_mb, printed_kb = printed_kb, file_mb = file_mb
  ))
  asked <- if (!is.null(case)) describe_case(find_case(case))
  name <- basename(path)
  text <- read_text(path, name, "a program")
  start <- recorder_start(name, text, sandbox_result, arguments)
  variables <- paste0(names(start$variables), "=", start$variables)
  ended <- run_sandboxed(
    start$command, start$given, variables, limits, beside = dirname(path), trust = isTRUE(trust)
  )
  if (!is.null(ended$reason) || length(ended$result) == 0L) {
    input_error(describe_end(ended, name, limits))
  }
  graph <- read_recording_file(ended$result, name)
  answer <- judge_graph(graph, list(text), asked$loss$name)
  ending <- describe_ending(graph$header, name)
  if (answer$verdict == "not followed") ending <- c(describe_asking(text, name), ending)[1L]
  if (answer$verdict == "not followed" && !is.null(ending)) {
    answer$sentence <- ending
  } else if (answer$verdict == "not followed") {
    more <- describe_overflow(graph, given = TRUE)
    answer$sentence <- paste(c(answer$sentence, more), collapse = " ")
  } else {
    answer$remarks <- c(answer$remarks, describe_overflow(graph, given = FALSE))
    if (graph$header$status == "error") answer$remarks <- c(answer$remarks, ending)
  }
  answer$remarks <- c(answer$remarks, if (ended$wall == "none") no_wall)
  answer$wall <- ended$wall
  printed <- utils::head(ended$printed, shown_lines)
  answer$printed <- as.list(escape_lines(printed[nzchar(trimws(printed))]))
  if (!is.null(asked)) answer <- compare_with_exercise(answer, asked)
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
