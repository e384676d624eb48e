# Smoothed labels of a sample that do not add up to 1, so that they are no shares; twin of
# check/explain/soft_labels.py in Python.

same_labels <- 1e-9

# Labels that have something for every class, and too much of it, where all else is right.
#
# Where the sum is 1, a - y is the derivative of the cross-entropy at the softmax's input, and every
# parameter follows that.
find_uneven_labels <- function(graph, alignment) {
  views <- alignment$views
  found <- lapply(views, function(view) uneven_labels_of(graph, view))
  if (length(found) == 0L || any(vapply(found, is.null, NA))) {
    return(NULL)
  }
  cut <- Map(function(view, f) with_given(view, list(f[c("node", "value")])), views, found)
  reading <- read_family(graph, alignment$found, cut, "own")
  if (is.null(reading) || !is_right_reading(reading) || min(reading$factors) <= 0) {
    return(NULL)
  }
  n <- table_of(graph, views[[1L]]$targets[[1L]])
  right <- value_of(graph, n) - found[[1L]]$over
  path <- list(list(n, right))
  new_fault(n, right, path, last_update(views[[1L]]), NULL, "labels_not_shares")
}

# The input of a step's softmax, the derivative there, and what each label has too much.
uneven_labels_of <- function(graph, view) {
  a <- view$outputs[[1L]]
  y <- view$targets[[1L]]
  z <- find_input(graph, a, "softmax")
  out <- value_of(graph, a)
  target <- target_of(graph, y)
  target <- if (!is.null(target)) shape_target(target, shape_now(out))
  axis <- if (!is.null(z)) softmax_axis(value_of(graph, z), out)
  if (length(view$outputs) != 1L || is.null(target) || is.null(axis)) {
    return(NULL)
  }
  if (!is.integer(y) || !all_true(target > 0)) {
    return(NULL)
  }
  sums <- as.vector(reduce_axis("sum", target, axis))
  uneven <- max(sums) - min(sums) > same_labels || max(target) >= 1 + min(target)
  if (any(abs(sums - 1) <= same_labels) || uneven) {
    return(NULL)
  }
  list(node = z, value = out - target, over = (mean(sums) - 1) / dim(out)[[axis]])
}
