# The corrected line of a wrong program: it is told only where the program is right with it; twin of
# check/corrected.py in Python.

most_tries <- 8L
most_seconds <- 30 # for all of them
longest_line <- 500L
assignment_signs <- c("=", "+=", "-=", "<-", "<<-")

# The line that makes a program right; NULL where no line does, or the line is in another file.
#
# `run` gives the answer to a program that is run in the same way.
find_corrected <- function(path, watched, evidence, answer, run) {
  name <- basename(path)
  at <- match(name, unlist(watched$graph$header$files))
  lines <- wrong_lines(answer, name, watched$sources[at])
  until <- proc.time()[["elapsed"]] + most_seconds
  for (meant in utils::head(lines_to_try(watched$graph, evidence, answer, lines), most_tries)) {
    if (proc.time()[["elapsed"]] > until) break
    lines[[answer$first$line]] <- meant
    if (is_right_with(path, lines, answer$seen$parameters, run)) {
      return(escape_lines(trimws(meant)))
    }
  }
  NULL
}

# The lines of the file in which the first difference is; NULL where it is in another file.
wrong_lines <- function(answer, name, sources) {
  if (identical(answer$first$file, name) && !anyNA(sources)) {
    strsplit(sources[[1L]], "\r\n|\r|\n")[[1L]]
  }
}

# What may have been meant by the line of the first difference, the likeliest first.
lines_to_try <- function(graph, evidence, answer, lines) {
  first <- answer$first
  line <- if (isTRUE(first$line <= length(lines))) lines[[first$line]] else ""
  if (is.null(evidence$fault) || !nzchar(line) || nchar(line) > longest_line ||
        first$span$line != first$span$end_line) {
    return(NULL)
  }
  known <- known_around(graph, evidence, first$line)
  made <- corrected_lines(line, first$span, answer$cause$id, known)
  setdiff(made, line)
}

# A line with what may have been meant in place of its wrong part.
corrected_lines <- function(line, span, cause, known) {
  before <- substr(line, 1L, span$column)
  text <- substr(line, span$column + 1L, span$end_column)
  after <- substring(line, span$end_column + 1L)
  parts <- split_top(text, assignment_signs)
  if (length(parts) > 2L) {
    value <- parts[[length(parts)]]
    begins <- gregexpr(value, text, fixed = TRUE)[[1L]]
    at <- begins[begins > nchar(parts[[1L]]) + nchar(parts[[2L]])][[1L]]
    before <- paste0(before, substr(text, 1L, at - 1L))
    text <- substring(text, at)
  }
  made <- corrected_expressions(text, cause, known)
  paste0(rep(before, length(made)), made, rep(after, length(made)))
}

# Whether the program with one other line is right in as many parameters, of a copy.
#
# With a line that stops it half-way through a step fewer are seen, and those may be right.
is_right_with <- function(path, lines, parameters, run) {
  made <- tempfile("twinprop-")
  dir.create(made)
  on.exit(unlink(made, recursive = TRUE))
  beside <- list.files(dirname(path), all.files = TRUE, full.names = TRUE, no.. = TRUE)
  for (file in beside[basename(beside) != basename(path)]) {
    file.symlink(normalizePath(file), file.path(made, basename(file)))
  }
  other <- file.path(made, basename(path))
  writeLines(enc2utf8(lines), other, useBytes = TRUE)
  answer <- tryCatch(run(other), twinprop_input_error = function(e) NULL)
  identical(answer$verdict, "right") && answer$seen$parameters >= parameters
}
