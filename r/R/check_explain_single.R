# A batch that is one sample in R: `s:s + k - 1` is `(s:s) + k - 1`; twin of check/explain/single.py
# in Python.

from_itself <- "(?<![\\w.$])([A-Za-z.][\\w.]*)\\s*:\\s*\\1(?![\\w.$(\\[])\\s*[-+]"
fewest_rows_meant <- 2L

# One row where its text asks for several, and the next step takes one that is farther on.
find_single_batch <- function(graph, alignment, sources) {
  if (!identical(graph$header$language, "r") || length(alignment$views) < 2L) {
    return(NULL)
  }
  first <- alignment$views[[1L]]
  second <- alignment$views[[2L]]
  nodes <- nodes_forward(first)
  # What is taken comes before the number by which it is taken, of which the last is whole.
  for (n in nodes[order(graph$op[nodes] != "move", -nodes)]) {
    row <- row_taken(graph, n)
    if (is.null(row) || graph$site[[n]] < 1L || !goes_to_itself(graph, n, sources)) next
    same <- Filter(function(m) graph$site[[m]] == graph$site[[n]], nodes_forward(second))
    later <- if (length(same) > 0L) row_taken(graph, same[[1L]])
    if (!is.null(later) && later - row >= fewest_rows_meant) {
      right <- value_of(graph, n)
      fault <- new_fault(n, right, list(list(n, right)), last_update(first), NULL, "batch_of_one")
      fault$shown <- list(yours = "1 sample in each step", right = paste(later - row, "samples"))
      return(fault)
    }
  }
  NULL
}

# What a step makes until its output.
nodes_forward <- function(view) {
  last <- max(which(view$forward), 0L) - 1L
  if (last > view$step$begin) seq.int(view$step$begin + 1L, last) else integer(0)
}

# The number of the one row that is taken, or that is computed; NULL where more are.
row_taken <- function(graph, n) {
  if (graph$op[[n]] %in% c("add", "sub") && length(graph$shape[[n]]) == 0L) {
    value <- value_of(graph, n)
    return(if (!is.null(value) && isTRUE(value == trunc(value))) as.vector(value))
  }
  p <- graph$parents[[n]]
  index <- if (graph$op[[n]] == "move" && length(p) == 1L) movement_of(graph, n)
  shape <- if (!is.null(index)) graph$shape[[p]]
  if (length(shape) == 0L) {
    return(NULL)
  }
  rows <- unique(index %/% prod(shape[-1L]))
  if (length(rows) == 1L) rows
}

# Whether the line of a value has a range from a number to itself, and a sum after it.
goes_to_itself <- function(graph, n, sources) {
  span <- place_of_node(graph, n)
  grepl(from_itself, sub("#.*", "", source_line(sources, span$file, span$line)), perl = TRUE)
}
