# The answer to a check: a list, the same document as Python's JSON, and the same as text; twin of
# check/answer.py in Python.

shown_lines <- 20L
step_marks <- c(right = "\u2713", different = "\u2717", "not seen" = "\u00b7")

make_answer <- function(problem, recording, judgement, source, file, ended) {
  lines <- strsplit(source, "\n", fixed = TRUE)[[1L]]
  first <- judgement$first
  printed <- utils::head(ended$printed, shown_lines)
  list(
    format = 1L,
    file = file,
    language = "r",
    case = problem$case$id,
    unshuffled = problem$unshuffled,
    verdict = judgement$verdict,
    sentence = answer_sentence(problem, recording, judgement, file),
    first = if (!is.null(first)) describe_first(first, lines),
    cause = first$cause[c("id", "text")],
    others = lapply(judgement$others, function(other) {
      c(describe_first(other, lines), list(cause = other$cause[c("id", "text")]))
    }),
    steps = list_answer_steps(problem, recording, judgement),
    replaced = recording$replaced,
    guesses = judgement$guesses,
    printed = as.list(escape_lines(printed[nzchar(trimws(printed))])),
    wall = ended$wall
  )
}

# Lines that somebody's program printed, with every control character written out.
escape_lines <- function(lines) {
  vapply(lines, function(line) {
    codes <- utf8ToInt(enc2utf8(line))
    if (anyNA(codes)) {
      codes <- utf8ToInt(iconv(line, "UTF-8", "UTF-8", sub = "?"))
    }
    hidden <- codes < 32L | codes >= 127L & codes < 161L
    shown <- vapply(codes, intToUtf8, "")
    shown[hidden] <- sprintf("\\x%02x", codes[hidden])
    shown[codes == 9L] <- "\\t"
    text <- paste(shown, collapse = "")
    if (nchar(text) <= 200L) text else paste0(substr(text, 1L, 197L), "...")
  }, "", USE.NAMES = FALSE)
}

# Where a difference is, its line of source, and one element of both values.
describe_first <- function(first, lines) {
  has_line <- !is.null(first$line) && first$line >= 1L && first$line <= length(lines)
  at <- if (same_dim(first$theirs, first$right)) first_different_element(first$theirs, first$right)
  list(
    name = paste0(first$step, "/", first$quantity),
    line = if (has_line) as.integer(first$line),
    source = if (has_line) escape_lines(trimws(lines[[first$line]])),
    row = at[1L],
    column = at[2L],
    yours = if (!is.null(at)) first$theirs[at[[1L]], at[[2L]]],
    right = if (!is.null(at)) first$right[at[[1L]], at[[2L]]],
    your_shape = if (!is.null(first$theirs)) show_shape(dim(first$theirs)),
    right_shape = if (!is.null(first$right)) show_shape(dim(first$right))
  )
}

first_different_element <- function(theirs, right) {
  for (i in seq_len(nrow(theirs))) {
    for (j in seq_len(ncol(theirs))) {
      if (!agrees(theirs[i, j, drop = FALSE], right[i, j, drop = FALSE])) return(c(i, j))
    }
  }
  c(1L, 1L)
}

answer_sentence <- function(problem, recording, judgement, file) {
  first <- judgement$first
  stopped <- recording$stop
  halted <- if (!is.null(stopped)) paste0(describe_stop(recording, problem, file), ".")
  if (!is.null(first)) {
    number <- if (first$step == "0") 2L else step_number(first$quantity, problem$depth)
    found <- paste0(
      "Different: the first difference is in step ", number, ", ", first$step, "/", first$quantity,
      "."
    )
    return(paste(c(found, halted), collapse = " "))
  }
  if (!is.null(judgement$ungiven)) {
    what <- c(x = "samples", y = "targets")[[judgement$ungiven]]
    return(paste0(
      "The ", what, " of ", file, " were not recognised, so it ran with its own: ",
      "map = list(NAME = \"", judgement$ungiven, "\") says which variable holds them."
    ))
  }
  if (judgement$verdict == "unseen" && !is.null(halted)) {
    return(halted)
  }
  if (judgement$verdict == "unseen") {
    return(paste0(
      "No step of the network was recognised in ", file, ": map says what a variable holds, such ",
      "as map = list(wh = \"W1\")."
    ))
  }
  if (judgement$verdict == "stopped") {
    return(paste(halted, "All that was computed before is right."))
  }
  paste0(
    "Right: every quantity that was seen is the twin's but for rounding (epochs ",
    paste(names(judgement$steps), collapse = ", "), ")."
  )
}

# What ended a script before its end, as the beginning of a sentence.
describe_stop <- function(recording, problem, file) {
  stopped <- recording$stop
  where <- if (!is.null(stopped$line)) paste0(" on line ", stopped$line) else ""
  said <- paste0(file, " stopped", where, ": ", escape_lines(stopped$message))
  if (length(recording$misfits) == 0L) {
    return(said)
  }
  misfit <- recording$misfits[[1L]]
  right <- show_shape(dim(problem$trace[[paste0("0/", misfit$quantity)]]))
  paste0(
    said, "; it was given the case's ", misfit$quantity, ", ", right, ", for its ", misfit$name,
    " of ", show_shape(unlist(misfit$shape)), " (line ", misfit$line,
    "): choose a case of your shape, and keep the biases apart from the weights"
  )
}

# The article's twelve steps: at the first difference, or at the first step looked at.
list_answer_steps <- function(problem, recording, judgement) {
  first <- judgement$first
  steps <- judgement$steps
  at <- if (!is.null(first)) steps[[first$step, exact = TRUE]]
  if (is.null(at) && length(steps) > 0L) at <- steps[[1L]]
  if (judgement$verdict == "unseen") at <- NULL
  is_data <- vapply(recording$replaced, function(r) r$quantity %in% c("x", "y"), TRUE)
  is_start <- vapply(recording$replaced, function(r) grepl("^[Wb][0-9]", r$quantity), TRUE)
  names <- vapply(recording$replaced, function(r) r$name, "")
  lapply(read_catalogue()$article_steps, function(entry) {
    number <- entry$number
    if (number <= 2L) {
      chosen <- if (length(names) > 0L) names[if (number == 1L) is_data else is_start]
      wrong <- number == 2L && !is.null(first) && first$step == "0"
      status <- if (wrong) "different" else if (length(chosen) > 0L) "right" else "not seen"
      found <- list(status = status, variables = unique(chosen))
    } else {
      found <- step_status(problem, at, number)
    }
    list(
      number = number, title = entry$title, status = found$status,
      variables = as.list(found$variables)
    )
  })
}

step_status <- function(problem, at, number) {
  here <- Filter(function(finding) {
    # A loss that is no mistake of the catalogue is another measure, not a step of the network.
    finding$status != "not seen" && finding$quantity != "loss" &&
      step_number(finding$quantity, problem$depth) == number
  }, at$findings)
  if (length(here) == 0L) {
    return(list(status = "not seen", variables = character(0)))
  }
  right <- vapply(here, function(f) f$status != "different", TRUE)
  names <- vapply(here, function(f) f$sighting$name, "")
  list(status = if (all(right)) "right" else "different", variables = unique(unname(names)))
}

# An answer as lines of text.
format_answer <- function(answer) {
  order <- if (answer$unshuffled) ", its samples not shuffled"
  lines <- c(paste0(answer$file, ", checked with case ", answer$case, order), "")
  if (length(answer$replaced) > 0L) {
    names <- vapply(answer$replaced, function(r) paste0(r$name, " (line ", r$line, ")"), "")
    lines <- c(lines, paste0("Given the case's value: ", paste(names, collapse = ", ")), "")
  }
  for (name in names(answer$guesses)) {
    lines <- c(lines, paste0(
      "Guessed: ", name, " is ", answer$guesses[[name]],
      ", by its shape or value (map says better)"
    ))
  }
  for (step in answer$steps) {
    names <- paste(unlist(step$variables), collapse = ", ")
    if (!nzchar(names) && step$status == "not seen") names <- "not seen"
    title <- formatC(step$title, width = -41L)
    lines <- c(lines, trimws(which = "right", paste0(
      " ", step_marks[[step$status]], " ", formatC(step$number, width = 2L), " ", title, " ", names
    )))
  }
  lines <- c(lines, "", answer$sentence)
  if (!is.null(answer$first)) lines <- c(lines, format_first(answer$first, answer$cause))
  for (other in answer$others) {
    lines <- c(lines, "", paste0("Besides, ", other$name, ":"), format_first(other, other$cause))
  }
  if (answer$wall == "none") lines <- c(lines, "", no_wall)
  if (length(answer$printed) > 0L) {
    lines <- c(lines, "", "It printed:", paste0("  | ", unlist(answer$printed)))
  }
  lines
}

format_first <- function(first, cause) {
  lines <- character(0)
  if (!is.null(first$line)) lines <- paste0("  line ", first$line, ": ", first$source)
  if (!is.null(first$yours)) {
    lines <- c(lines, paste0(
      "  ", first$name, ", row ", first$row, ", column ", first$column, ": yours ",
      sprintf("%.10g", first$yours), ", right ", sprintf("%.10g", first$right)
    ))
  } else if (!identical(first$your_shape, first$right_shape)) {
    lines <- c(lines, paste0(
      "  ", first$name, ": yours is ", first$your_shape, ", right is ", first$right_shape
    ))
  }
  if (!is.null(cause)) {
    lines <- c(lines, paste0("  Likely cause: ", cause$text, " [", cause$id, "]"))
  }
  lines
}
