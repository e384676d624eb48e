# Check a file: run it behind the wall, judge its recording, answer; twin of check/program.py in
# Python.

#' Is somebody's own R program right, and if not, on which line does it begin?
#'
#' The program trains a network on data of its own, with a loss of its own; the measure is the
#' derivative of that loss.
#'
#' The file runs behind a wall (bubblewrap or user namespaces, on Linux), in a process of its own
#' with limits of time, memory, processes, printed text and files, in a copy of its folder, without
#' your environment variables, without network and unable to write anywhere else. Where no wall can
#' be built it does not run, unless you trust it. It can still read what you can read, speak to
#' services by sockets in the file system that are open to you, and forge its own recording, so that
#' what is wrong looks right: check code that you distrust in a virtual machine.
#'
#' @param path character. A program, ending in .R, .Rmd or .qmd.
#' @param case character. NULL, or the network that an exercise asks for: a case file or the id of
#'   one of the package's own.
#' @param seconds double. How long it may run.
#' @param memory_mb integer. Memory that it may use, in MB.
#' @param printed_kb integer. Text that it may print, in KB.
#' @param file_mb integer. The largest file that it may write, in MB.
#' @param trust logical. Whether it runs even where no wall can be built, since you trust it.
#' @param arguments character. What commandArgs(TRUE) is to give the program.
#' @param corrected logical. Whether the line that makes a wrong program right is looked for: with
#'   each that may have been meant it is run again, a few times and for half a minute at most.
#' @return twinprop_check. The answer, a list: verdict, sentence, first, cause (its corrected is
#'   that line, or NULL), steps and more, with a case also exercise, what is otherwise than it asks;
#'   printing shows it as text.
#' @examples
#' \donttest{
#' check_file(system.file("fixtures", "scripts", "article.R", package = "twinprop"))
#' }
#' @export
check_file <- function(path, case = NULL, seconds = 60, memory_mb = 2048, printed_kb = 1024,
                       file_mb = 64, trust = FALSE, arguments = character(), corrected = TRUE) {
  limits <- utils::modifyList(default_limits, list(
    seconds = seconds, memory_mb = memory_mb, printed_kb = printed_kb, file_mb = file_mb
  ))
  check_path(path)
  asked <- if (!is.null(case)) describe_case(find_case(case))
  watch <- function(path) watch_program(path, arguments, limits, isTRUE(trust))
  judge <- function(watched, ...) judge_watched(watched, basename(path), limits, asked, ...)
  watched <- watch(path)
  evidence <- new.env()
  answer <- judge(watched, evidence)
  if (!is.null(answer$cause) && isTRUE(corrected)) {
    run <- function(other) judge(watch(other))
    answer$cause["corrected"] <- list(find_corrected(path, watched, evidence, answer, run))
  }
  structure(answer, class = "twinprop_check")
}

languages_of_r <- c("r", "rmd", "qmd")
largest_program <- 16 * 1024^2
many_programs <- 40L # in one folder: a class, of which each program is run without the others

# A program is run as planned: its graph (NULL where it sent nothing), its sources, how it ended.
watch_program <- function(path, arguments, limits, trust) {
  if (!tolower(tools::file_ext(path)) %in% languages_of_r) {
    input_error(basename(path), " is not .R; the command `twinprop check` also reads Python")
  }
  name <- basename(path)
  text <- read_text(path, name, "a program")
  check_chunks(name, text)
  start <- recorder_start(name, text, sandbox_result, arguments)
  variables <- paste0(names(start$variables), "=", start$variables)
  beside <- folder_beside(path)
  on.exit(if (beside != dirname(path)) unlink(beside, recursive = TRUE))
  ended <- run_sandboxed(start$command, start$given, variables, limits, beside, trust)
  graph <- if (length(ended$result) > 0L) read_recording_file(ended$result, name)
  names <- if (is.null(graph)) name else unlist(graph$header$files)
  list(graph = graph, sources = lapply(names, read_source, path), ended = ended)
}

# Refuse a report without code of R.
check_chunks <- function(name, text) {
  chunk <- "(?m)^[\t >]*(?:`{3,}|~{3,})\\s*\\{[rR](?:[ ,}]|$)"
  if (grepl("[.][rq]md$", name, ignore.case = TRUE) && !grepl(chunk, text, perl = TRUE)) {
    input_error(
      name, " has no chunk of R, which is what is run of a report; put code of Python into a .py ",
      "or .ipynb"
    )
  }
}

# The folder of what lies beside a program: its own, but not a whole class's programs.
folder_beside <- function(path) {
  folder <- dirname(path)
  files <- list.files(folder, full.names = TRUE)
  programs <- files[tolower(tools::file_ext(files)) %in% c(languages_of_r, "py", "ipynb")]
  if (length(programs) <= many_programs) {
    return(folder)
  }
  made <- tempfile("twinprop-")
  dir.create(made)
  text <- read_text(path, basename(path), "a program")
  others <- programs[basename(programs) != basename(path)]
  used <- vapply(others, function(other) uses_file(text, other), NA)
  for (file in c(setdiff(files, programs), others[used])) {
    file.symlink(normalizePath(file), file.path(made, basename(file)))
  }
  file.copy(path, made)
  made
}

# The text of one of the program's files; the name comes from the program, so it is data.
read_source <- function(name, path) {
  parts <- strsplit(name, "/", fixed = TRUE)[[1L]]
  if (startsWith(name, "/") || ".." %in% parts) {
    return("")
  }
  is_own <- name == basename(path) # which may be a link
  place <- if (is_own) normalizePath(path) else file.path(dirname(path), name)
  bytes <- read_bounded(place, largest_program)
  text <- iconv(rawToChar(as.raw(bytes[bytes != 0L])), "UTF-8", "UTF-8", sub = "?")
  sub("^\uFEFF", "", text)
}

# The answer to a program that was watched; evidence is filled with what it stands on.
judge_watched <- function(watched, name, limits, asked = NULL, evidence = new.env()) {
  ended <- watched$ended
  graph <- watched$graph
  if (is.null(graph)) {
    input_error(describe_end(ended, name, limits))
  }
  status <- graph$header$status
  answer <- judge_graph(graph, watched$sources, asked$loss$name, evidence)
  answer$file <- name
  ending <- describe_ending(graph$header, name)
  if (answer$verdict == "not followed") {
    ending <- describe_stop(graph$header, name)
    ending <- c(describe_asking(c(watched$sources, "")[[1L]], name), ending)[1L]
  }
  if (answer$verdict == "not followed" && !is.null(ended$reason)) {
    answer$sentence <- describe_end(ended, name, limits)
  } else if (answer$verdict == "not followed" && !is.null(ending)) {
    answer$sentence <- ending
  } else if (answer$verdict == "not followed") {
    more <- describe_overflow(graph, given = TRUE)
    answer$sentence <- paste(c(answer$sentence, more), collapse = " ")
  } else {
    answer$remarks <- c(answer$remarks, describe_overflow(graph, given = FALSE))
    failed <- identical(status, "error") && is.null(ended$reason)
    if (failed) answer$remarks <- c(answer$remarks, ending)
  }
  if (identical(status, "killed") || !is.null(ended$reason)) {
    end <- describe_end(ended, name, limits)
    answer$remarks <- c(answer$remarks, paste0(end, "; what it did until then was judged."))
  }
  answer$remarks <- c(answer$remarks, if (ended$wall == "none") no_wall)
  answer$wall <- ended$wall
  printed <- without_wall(utils::head(ended$printed, shown_lines))
  answer$printed <- as.list(escape_lines(printed[nzchar(trimws(printed))]))
  if (is.null(asked)) answer else compare_with_exercise(answer, asked)
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
