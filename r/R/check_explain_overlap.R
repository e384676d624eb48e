# Batches of which each begins with the sample that the one before has ended with; twin of
# check/explain/overlap.py in Python.

fewest_pairs <- 3L
fewest_in_batch <- 3L

# Batches share the sample at which they meet, as where R takes s:(s + k) for k samples. Told at the
# place where the numbers of the samples are made, if it is another.
find_shared_samples <- function(graph, alignment) {
  if (length(alignment$views) < fewest_pairs) {
    return(NULL)
  }
  view <- alignment$views[[2L]]
  axis <- if (is_in_columns(graph, view)) 2L else 1L
  x <- first_data(graph, view, view$outputs[[1L]])
  for (table in if (!is.null(x)) find_rows(graph, x, axis)) {
    batches <- batches_of(graph, x, table$table, axis)
    if (!has_same_rows(graph, table, view$targets[[1L]], axis) || !meet_in_one(batches)) next
    value <- value_of(graph, x)
    right <- if (axis == 1L) value[-1L, , drop = FALSE] else value[, -1L, drop = FALSE]
    last <- last_update(view)
    fault <- new_fault(x, right, list(list(x, right)), last, NULL, "samples_shared")
    samples <- length(table$rows)
    fault$shown <- list(
      yours = paste(samples, "samples, one of the batch before"),
      right = paste(samples - 1, "samples")
    )
    fault$step <- 2L
    fault$told_at <- numbered_at(graph, x, table)
    return(fault)
  }
  NULL
}

# Whether each of the first batches has one sample of the one before, where they meet.
meet_in_one <- function(batches) {
  first <- utils::head(batches, fewest_pairs + 1L)
  length(first) > fewest_pairs && all(mapply(function(before, rows) {
    min(length(before), length(rows)) >= fewest_in_batch &&
      before[[length(before)]] == rows[[1L]] && sum(unique(rows) %in% before) == 1L
  }, first[-length(first)], first[-1L]))
}

# The site at which the numbers of a batch's samples were made; NULL where it is at none.
numbered_at <- function(graph, x, table) {
  between <- rev(seq_len(x - 1L))
  for (n in between[between > table$table & graph$count[between] == length(table$rows)]) {
    value <- if (length(graph$shape[[n]]) == 1L) value_of(graph, n)
    if (!is.null(value) && (all_true(value == table$rows) || all_true(value - 1 == table$rows))) {
      return(if (graph$site[[n]] > 0L) graph$site[[n]])
    }
  }
  NULL
}
