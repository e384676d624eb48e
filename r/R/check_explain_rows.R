# Which rows of which tables a batch is, followed back through what moved them; twin of
# check/explain/rows.py in Python.

most_moves <- 6L
fewest_rows <- 3L # of a table of samples
shuffling_operations <- c("permutation", "permuted", "shuffled", "sample")

# The tables that a single sample was taken out of: each with its length and the row's number.
find_row <- function(graph, n) {
  lapply(find_rows(graph, n, 1L, c(1L, graph$count[[n]])), function(r) {
    list(table = r$table, long = graph$shape[[r$table]][[r$axis]], row = r$rows[[1L]])
  })
}

# The tables that a batch was taken out of, the nearest first, and which rows it is. `taken` is what
# was made of the table at once, on the way to the batch.
find_rows <- function(graph, n, axis, shape = graph$shape[[n]]) {
  if (length(shape) == 0L || length(shape) > 2L) {
    return(list())
  }
  if (length(shape) == 1L) axis <- 1L
  index <- seq_len(prod(shape)) - 1
  found <- list()
  for (k in seq_len(most_moves)) {
    move <- if (graph$op[[n]] == "move") movement_of(graph, n) else as_movement(graph, n)
    if (is.null(move) || length(graph$parents[[n]]) == 0L) break
    index <- ifelse(index >= 0, move[pmax(index, 0) + 1], -1)
    taken <- n
    part <- largest_part(graph, n, index)
    n <- part$node
    index <- part$index
    rows <- rows_in(graph$shape[[n]], shape_rows(index, shape), axis)
    if (!is.null(rows)) found[[length(found) + 1L]] <- c(list(table = n, taken = taken), rows)
  }
  found
}

# The operand that most of a moved value is of, and the places in it.
largest_part <- function(graph, n, index) {
  best <- list(most = -1, node = n, index = index)
  start <- 0
  for (p in graph$parents[[n]]) {
    inside <- index >= start & index < start + graph$count[[p]]
    if (sum(inside) > best$most) {
      best <- list(most = sum(inside), node = p, index = ifelse(inside, index - start, -1))
    }
    start <- start + graph$count[[p]]
  }
  best
}

# How a function that shuffles put the rows, told by them where no two are the same.
as_movement <- function(graph, n) {
  p <- graph$parents[[n]]
  shape <- graph$shape[[n]]
  if (!graph$op[[n]] %in% shuffling_operations || length(p) != 1L || length(shape) == 0L ||
        !identical(graph$shape[[p]], shape)) {
    return(NULL)
  }
  before <- value_of(graph, p)
  after <- value_of(graph, n)
  if (is.null(before) || is.null(after)) {
    return(NULL)
  }
  keys <- lapply(list(before, after), function(v) {
    rows <- matrix(ravel(v), shape[[1L]], byrow = TRUE)
    apply(rows, 1L, function(row) paste(sprintf("%.17g", row), collapse = " "))
  })
  if (anyDuplicated(keys[[1L]]) > 0L || !setequal(keys[[1L]], keys[[2L]])) {
    return(NULL)
  }
  width <- prod(shape) / shape[[1L]]
  rows <- match(keys[[2L]], keys[[1L]]) - 1
  rep(rows * width, each = width) + seq_len(width) - 1
}

# The axis of a table along which a batch's samples lie, and their places.
rows_in <- function(shape, index, axis) {
  if (length(shape) == 0L || length(shape) > 2L) {
    return(NULL)
  }
  flat <- if (length(dim(index)) == 1L) matrix(index, ncol = 1L) else index
  if (axis == 2L) flat <- t(flat)
  if (any(rowSums(flat >= 0) == 0)) {
    return(NULL)
  }
  width <- if (length(shape) == 2L) shape[[2L]] else 1L
  places <- list(flat %/% width, flat %% width)
  for (t in rev(order(shape))) {
    own <- ifelse(flat >= 0, places[[t]], -1)
    rows <- apply(own, 1L, max)
    if (shape[[t]] >= fewest_rows && all(own == rows | flat < 0)) {
      return(list(axis = t, rows = rows))
    }
  }
  NULL
}
