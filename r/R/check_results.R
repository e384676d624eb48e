# Answers in the forms that teachers read; twin of check/results.py in Python.

verdict_names <- c("right", "different", "not followed")
result_columns <- c("file", "verdict", "name", "line", "cause", "sentence", "seconds")

# An answer for the learner, which says where to look and not what is right: without right values,
# corrected lines and evidence in numbers.
hide_values <- function(answer) {
  first <- answer$first
  if (!is.null(first)) {
    answer$first[intersect(c("right", "ratio", "right_shape"), names(first))] <- list(NULL)
    line <- if (!is.null(first$line)) paste(" on line", first$line)
    answer$sentence <- paste0("Different: look at ", first$name, line, ".")
  }
  if (!is.null(answer$cause)) answer$cause[c("evidence", "corrected")] <- list(NULL)
  if (!is.null(answer$networks)) answer$networks <- lapply(answer$networks, hide_values)
  answer
}

# An answer in one line, as a class's table has it.
one_line <- function(answer) {
  parts <- answer$verdict
  if (answer$verdict == "different") {
    line <- if (!is.null(answer$first$line)) paste0("line ", answer$first$line, ": ")
    name <- if (is.null(answer$first$name)) answer$sentence else answer$first$name
    cause <- if (!is.null(answer$cause$id)) paste0("[", answer$cause$id, "]")
    parts <- c(parts, paste0(line, name), cause)
  } else if (answer$verdict != "right") {
    parts <- c(parts, answer$sentence)
  }
  paste(parts, collapse = "  ")
}

# A table with one row for each program.
as_table <- function(answers) {
  text <- function(get) {
    vapply(answers, function(a) if (is.null(get(a))) NA_character_ else as.character(get(a)), "")
  }
  number <- function(get) {
    vapply(answers, function(a) if (is.null(get(a))) NA_real_ else as.double(get(a)), 1)
  }
  data.frame(
    file = text(function(a) a$file), verdict = text(function(a) a$verdict),
    name = text(function(a) a$first$name), line = as.integer(number(function(a) a$first$line)),
    cause = text(function(a) a$cause$id), sentence = text(function(a) a$sentence),
    seconds = number(function(a) a$seconds)
  )
}

# The table as a text.
as_csv <- function(answers) {
  table <- as_table(answers)
  cells <- vapply(table, function(column) csv_cells(as.character(column)), character(nrow(table)))
  lines <- apply(matrix(cells, nrow(table)), 1L, paste, collapse = ",")
  paste0(paste(c(paste(result_columns, collapse = ","), lines), collapse = "\n"), "\n")
}

# Cells that no table program takes for a formula.
csv_cells <- function(cells) {
  cells[is.na(cells)] <- ""
  acting <- grepl("^[-=+@\t]", cells)
  cells[acting] <- paste0("'", cells[acting])
  quoted <- grepl("[,\"\r\n]", cells)
  cells[quoted] <- paste0("\"", gsub("\"", "\"\"", cells[quoted], fixed = TRUE), "\"")
  cells
}

# How many programs are what.
class_summary <- function(answers) {
  verdicts <- vapply(answers, function(a) a$verdict, "")
  counts <- vapply(verdict_names, function(v) sum(verdicts == v), 1L)
  paste0(length(verdicts), " programs: ", paste(counts, verdict_names, collapse = ", "), ".")
}
