# The answer as text; twin of check/explain/answer.py in Python.

answer_marks <- c(right = "\u2713", different = "\u2717", "not seen" = "\u00b7")

# The lines of an answer.
format_answer <- function(answer) {
  network <- answer$network$sentence
  steps <- vapply(answer$steps, function(step) {
    names <- paste(unlist(step$variables), collapse = ", ")
    note <- if (nzchar(names)) names else if (step$status == "not seen") "not seen" else ""
    mark <- answer_marks[[step$status]]
    sub(" +$", "", paste0(" ", mark, sprintf(" %2d %-41s ", step$number, step$title), note))
  }, "")
  remarks <- unlist(answer$remarks)
  c(
    answer$file, "", format_networks(answer$networks),
    if (!is.null(network) && is.null(answer$networks)) {
      c(paste0("Your network: ", network, "."), "")
    },
    steps, if (length(steps) > 0L) "", answer$sentence,
    if (!is.null(answer$first)) format_first_difference(answer$first, answer$cause),
    if (length(remarks) > 0L) paste("Note:", remarks), unlist(answer$exercise),
    if (length(answer$printed) > 0L) c("", "It printed:", paste0("  | ", unlist(answer$printed)))
  )
}

# Of several networks what each is, and whether it is right.
format_networks <- function(networks) {
  what <- with_capital(kind_of_training(networks))
  unlist(lapply(seq_along(networks), function(i) {
    said <- networks[[i]]$network$sentence
    said <- if (is.null(said)) "not understood" else said
    c(paste0(what, " ", i, ": ", said, "."), paste0("  ", networks[[i]]$sentence), "")
  }))
}

# The first difference: its line with the place underlined, both values, the cause.
format_first_difference <- function(first, cause) {
  start <- paste0("  line ", first$line, ": ")
  mark <- underline_place(first)
  lines <- if (!is.null(first$line)) {
    below <- if (nzchar(mark)) paste0(strrep(" ", nchar(start)), mark)
    c(sub(" +$", "", paste0(start, first$source)), below)
  }
  at <- if (!is.null(first$row)) paste0(", row ", first$row, ", column ", first$column) else ""
  number <- function(x) if (is.character(x)) x else sprintf("%.10g", x)
  if (!is.null(first$yours) && !is.null(first$right)) {
    ratio <- if (is.null(first$ratio)) "" else paste0(" (yours is ", first$ratio, ")")
    lines <- c(lines, paste0(
      "  ", first$name, at, ", in step ", first$step, ": yours ", number(first$yours), ", right ",
      number(first$right), ratio
    ))
  } else if (first$your_shape != first$right_shape) {
    lines <- c(lines, paste0(
      "  ", first$name, ": yours is ", first$your_shape, ", right is ", first$right_shape
    ))
  }
  likely <- if (!is.null(cause)) {
    c(
      paste0("  Likely cause: ", cause$text, " [", cause$id, "]"), paste0("  ", cause$evidence),
      if (!is.null(cause$corrected)) paste0("  Corrected: ", cause$corrected)
    )
  }
  c(lines, likely)
}

underline_place <- function(first) {
  span <- first$span
  if (is.null(first$source) || span$end_line != span$line || span$end_column <= span$column) {
    return("")
  }
  begin <- span$column - first$indent
  width <- min(span$end_column - span$column, nchar(first$source) - begin)
  if (begin >= 0 && width > 0) paste0(strrep(" ", begin), strrep("^", width)) else ""
}
