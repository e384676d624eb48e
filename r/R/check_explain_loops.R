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
