# Derivatives of what runs along an array: cumulated sums, differences, convolutions; twin of
# check/align/running.py in Python.

# The axis (from 1) that a call names, or that it takes if it names none.
named_axis <- function(graph, n, usual, rank) {
  axis <- graph$kw[[n]]$axis
  axis <- if (is.list(axis) && length(axis) > 0L) axis[[1L]]
  axis <- if (is.numeric(axis)) axis else usual
  as.integer(if (axis < 0) axis + rank else axis) + 1L
}

# An array with its axis turned to the front, as a matrix with a row for each place along it.
along_rows <- function(v, axis) {
  d <- dim(v)
  order <- c(axis, setdiff(seq_along(d), axis))
  list(rows = matrix(aperm(v, order), d[[axis]]), order = order, shape = d)
}

# Back from such rows, of which there may be more or fewer.
rows_back <- function(rows, turned) {
  shape <- turned$shape[turned$order]
  shape[[1L]] <- nrow(rows)
  aperm(array(rows, shape), order(turned$order))
}

# The derivative of y[k] = z[1] + ... + z[k] is the sum of all from k on.
pull_cumsum <- function(graph, n, g, values) {
  from <- graph$args[[n]][[1L]]
  y <- value_of(graph, n)
  if (!is_node(from) || is.null(dim(y))) {
    return(NULL)
  }
  if (length(dim(y)) != length(shape_now(values[[1L]])) && length(dim(y)) != 1L) {
    return(NULL)
  }
  turned <- along_rows(shape_rows(g, dim(y)), named_axis(graph, n, 0, length(dim(y))))
  back <- rev(seq_len(nrow(turned$rows)))
  sums <- apply(turned$rows[back, , drop = FALSE], 2L, cumsum)
  summed <- matrix(sums, length(back))[back, , drop = FALSE]
  list(list(from, shape_rows(rows_back(summed, turned), graph$shape[[from]])))
}

# y[k] = z[k + 1] - z[k], along the last axis in numpy and down the columns in R.
pull_diff <- function(graph, n, g, values) {
  from <- graph$args[[n]][[1L]]
  shape <- shape_now(values[[1L]])
  if (!is_node(from) || length(shape) == 0L) {
    return(NULL)
  }
  usual <- if (graph$header$language == "r") 0 else -1
  axis <- named_axis(graph, n, usual, length(shape))
  shape[[axis]] <- shape[[axis]] - 1L
  if (!identical(as.integer(shape_now(value_of(graph, n))), as.integer(shape))) {
    return(NULL) # differences of differences, or over several places
  }
  turned <- along_rows(shape_rows(g, shape), axis)
  none <- matrix(0, 1L, ncol(turned$rows))
  slope <- rbind(none, turned$rows) - rbind(turned$rows, none)
  list(list(from, rows_back(slope, turned)))
}

# y = sum of a[i] v[k - i], the whole of it, its middle, or where both lie over one another.
pull_convolve <- function(graph, n, g, values) {
  a <- values[[1L]]
  v <- if (length(values) > 1L) values[[2L]]
  y <- value_of(graph, n)
  if (length(shape_now(a)) != 1L || length(shape_now(v)) != 1L || is.null(y)) {
    return(NULL)
  }
  turned <- grepl("correlate$", graph$spelled[[n]])
  factor <- if (turned) rev(as.vector(v)) else as.vector(v)
  few <- min(length(a), length(v))
  many <- max(length(a), length(v))
  starts <- c(few - 1L, (few - 1L) %/% 2L, 0L)[
    match(length(y), c(many - few + 1L, many, many + few - 1L))]
  whole <- full_convolution(as.vector(a), factor)
  place <- starts + seq_along(y)
  if (is.na(starts) || !all_true(abs(whole[place] - as.vector(y)) <= 1e-8)) {
    return(NULL)
  }
  wide <- numeric(length(whole))
  wide[place] <- as.vector(g)
  da <- slide_over(wide, factor)
  dv <- slide_over(wide, as.vector(a))
  parts <- Map(list, graph$args[[n]][1:2], list(da, if (turned) rev(dv) else dv))
  parts <- Filter(function(part) is_node(part[[1L]]), parts)
  lapply(parts, function(part) list(part[[1L]], array(part[[2L]], length(part[[2L]]))))
}

# All that two vectors make when one is slid over the other, from the first overlap to the last.
full_convolution <- function(a, v) {
  made <- numeric(length(a) + length(v) - 1L)
  for (i in seq_along(a)) {
    place <- i - 1L + seq_along(v)
    made[place] <- made[place] + a[[i]] * v
  }
  made
}

# The inner products of a vector with each part of a longer one.
slide_over <- function(long, v) {
  vapply(seq_len(length(long) - length(v) + 1L), function(i) {
    sum(long[i - 1L + seq_along(v)] * v)
  }, 0)
}
