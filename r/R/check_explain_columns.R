# A bias that R spread by column; twin of a part of check/explain/forward.py in Python.

# A bias that runs down the columns, so that samples get what belongs to units.
bias_by_column <- function(graph, alignment, view, n, columns) {
  shape <- graph$shape[[n]]
  if (graph$op[[n]] != "add" || !view$forward[[n]] || length(shape) != 2L || columns) {
    return(NULL)
  }
  parents <- graph$parents[[n]]
  for (b in parents) {
    source <- bias_of_columns(graph, alignment$found$owner, b, shape)
    if (is.null(source)) next
    other <- parents[parents != b][[1L]]
    if (is_transpose(graph, other)) next # t(t(z) + b): there the samples are columns
    bias <- matrix(ravel(value_of(graph, source)), nrow = 1L)
    return(list(right = plus(value_of(graph, other), bias), kind = "bias_filled_by_column"))
  }
  NULL
}

# The bias that a value is spread from otherwise than along the rows; NULL where it is from none.
bias_of_columns <- function(graph, owner, b, shape) {
  spread <- spread_from(graph, b, shape)
  if (is.null(spread)) {
    return(NULL)
  }
  source <- spread$source
  is_bias <- any(owner[c(source, graph$parents[[source]])] > 0L)
  along_rows <- all(spread$index == rep(seq_len(shape[[2L]]) - 1, times = shape[[1L]]))
  if (is_bias && !along_rows) source
}

# The vector, of a number for each unit, that a value is spread from, and which of its numbers each
# cell has; NULL where it is none.
spread_from <- function(graph, b, shape) {
  units <- shape[[2L]]
  index <- if (graph$op[[b]] == "move") movement_of(graph, b)
  source <- unique(graph$parents[[b]])
  if (is.null(index) || length(source) != 1L) {
    return(NULL)
  }
  if (all(shape == units) && identical(as.integer(graph$shape[[b]]), c(as.integer(units), 1L))) {
    index <- rep(index, each = units) # spread over the columns, as in z + t(b)
  } else if (!identical(graph$shape[[b]], shape)) {
    return(NULL)
  }
  while (graph$count[[source]] > units && graph$op[[source]] == "move") { # as rep() does
    inner <- movement_of(graph, source)
    if (is.null(inner) || length(unique(graph$parents[[source]])) != 1L) break
    index <- inner[index + 1]
    source <- graph$parents[[source]][[1L]]
  }
  if (graph$count[[source]] == units && units > 1L) list(source = source, index = index)
}

is_transpose <- function(graph, n) {
  shape <- graph$shape[[n]]
  if (graph$op[[n]] != "move" || length(shape) != 2L || length(graph$parents[[n]]) != 1L) {
    return(FALSE)
  }
  turned <- t(matrix(seq_len(prod(shape)) - 1, shape[[1L]], shape[[2L]]))
  all(movement_of(graph, n) == c(turned)) # cells are counted row by row
}
