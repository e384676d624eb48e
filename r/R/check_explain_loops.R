# The loop around a line of a program, told by how the lines are indented; twin of
# check/explain/loops.py in Python.

# The line on which the innermost loop around a line begins; a line may hold all of it. NULL where
# the line is in no loop.
find_loop <- function(lines, line) {
  if (line < 1L || line > length(lines)) {
    return(NULL)
  }
  is_loop <- grepl("^\\s*(?:for|while)\\b", lines, perl = TRUE)
  if (is_loop[[line]]) {
    return(line)
  }
  depths <- depths_of_lines(lines)
  depth <- depths[[line]]
  for (at in rev(seq_len(line - 1L))) {
    text <- lines[[at]]
    if (!nzchar(trimws(text)) || depths[[at]] >= depth) next
    depth <- depths[[at]]
    if (is_loop[[at]]) {
      return(at)
    }
    begins <- grepl("^\\s*(?:async\\s+)?(?:def|class)\\b", text, perl = TRUE)
    if (begins || grepl("function(", text, fixed = TRUE)) {
      return(NULL)
    }
  }
  NULL
}

depths_of_lines <- function(lines) nchar(lines) - nchar(sub("^\\s+", "", lines))

# The number of lines before the first that is no longer in a loop.
end_of_loop <- function(lines, loop) {
  depths <- depths_of_lines(lines)
  out <- seq_along(lines) > loop & nzchar(trimws(lines)) & depths <= depths[[loop]]
  if (any(out)) which(out)[[1L]] - 1L else length(lines)
}
