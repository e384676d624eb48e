# Samples that were each standardised by themselves, told by their values, however it was written;
# twin of check/explain/scaled_rows.py in Python.
#
# As where a table is divided and lessened along the wrong axis, or row by row in a loop.

fewest_kinds_of_columns <- 3L # columns
most_kinds_of_columns <- 8L # more may be a signal or a picture, which is one quantity
apart_times <- 2 # as much as values differ within columns, so much their medians differ
other_size <- 3 # the largest of the columns' medians, in times the smallest
least_spread <- 0.99 # of a sample that was divided by its spread and a little more
farthest_scaled <- 6L

# A table whose samples have the mean 0 and the spread 1, though its columns do not.
#
# Told only of a few columns that are different quantities, as far as their values show it.
find_standardised_rows <- function(graph, view, table, samples) {
  made <- value_of(graph, table)
  if (length(dim(made)) != 2L || !are_standardised(made, 3L - samples)) {
    return(NULL)
  }
  n <- table
  for (k in seq_len(farthest_scaled)) {
    if (graph$op[[n]] != "move" || length(graph$parents[[n]]) == 0L) break
    n <- graph$parents[[n]][[1L]]
  }
  raw <- table_before_scaling(graph, n, table, samples)
  if (is.null(raw) || !are_of_different_kinds(raw, samples)) {
    return(NULL)
  }
  less <- minus(raw, reduce_axis("mean", raw, samples))
  right <- over(less, sqrt(reduce_axis("mean", less^2, samples)))
  shape <- graph$shape[[n]]
  right <- if (identical(dim(right), shape)) right else t(right)
  right <- shape_rows(array(utils::head(ravel(right), prod(shape))), shape)
  path <- list(list(n, right))
  new_fault(n, right, path, view$step$updates[[1L]], NULL, "standardised_by_sample")
}

# Whether the columns of a table are different quantities: few, apart, and of other sizes.
are_of_different_kinds <- function(data, samples) {
  sizes <- abs(apply(data, 3L - samples, stats::median))
  are_few <- length(sizes) >= fewest_kinds_of_columns && length(sizes) <= most_kinds_of_columns
  are_few && max(sizes) >= other_size * min(sizes) && are_columns_apart(data, samples)
}

# Whether columns are farther from one another than their own values are.
are_columns_apart <- function(data, samples) {
  spread <- function(v) mean((v - mean(v))^2)
  within <- mean(apply(data, 3L - samples, spread))
  within > 0 && spread(apply(data, 3L - samples, stats::median)) >= apart_times * within
}

# Whether all vectors along an axis have the mean 0, and the spread 1 of either kind.
are_standardised <- function(made, axis) {
  means <- reduce_axis("mean", made, axis)
  if (!all_true(abs(means) <= 1e-6)) {
    return(FALSE)
  }
  k <- dim(made)[[axis]]
  spreads <- sqrt(reduce_axis("mean", minus(made, means)^2, axis))
  is_one <- function(s) all_true(s >= least_spread & s <= 1 + 1e-6)
  is_one(spreads) || is_one(spreads * sqrt(k / (k - 1)))
}

# A table before its samples were standardised.
#
# Samples or single numbers that were each standardised alone were made at one place.
table_before_scaling <- function(graph, n, table, samples) {
  pieces <- n
  if (length(graph$shape[[n]]) < 2L) {
    before <- seq_len(table)
    pieces <- which(graph$site[before] == graph$site[[n]] & graph$op[before] == graph$op[[n]])
  }
  from <- vapply(pieces, function(m) undone_scaling(graph, m), 1L)
  alike <- vapply(from, function(m) identical(graph$shape[[m]], graph$shape[[n]]), NA)
  values <- lapply(from, function(m) value_of(graph, m))
  raw <- unlist(lapply(values, ravel))
  shape <- graph$shape[[table]]
  if (!all(alike) || any(vapply(values, is.null, NA)) || length(raw) != prod(shape)) {
    return(NULL)
  }
  raw <- array(raw)
  if (length(graph$shape[[n]]) < 2L) {
    return(if (samples == 1L) shape_rows(raw, shape) else t(shape_rows(raw, rev(shape))))
  }
  raw <- shape_rows(raw, graph$shape[[n]])
  if (identical(graph$shape[[n]], shape)) raw else t(raw)
}

# What was lessened and divided.
undone_scaling <- function(graph, n) {
  for (k in seq_len(farthest_scaled)) {
    first <- utils::head(graph$parents[[n]], 1L)
    undoes <- graph$op[[n]] %in% c("sub", "div", "scale") && length(first) == 1L
    if (!undoes || !identical(graph$shape[[first]], graph$shape[[n]])) break
    n <- first
  }
  n
}
