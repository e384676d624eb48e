# Samples and targets that do not belong together: other rows, another class; twin of
# check/explain/samples.py in Python.

# Targets of other samples than those on the way forward, or of other classes.
find_wrong_target <- function(graph, alignment) {
  for (s in seq_along(alignment$views)) {
    view <- alignment$views[[s]]
    axis <- if (is_in_columns(graph, view)) 2L else 1L
    for (i in seq_along(view$outputs)) {
      a <- view$outputs[[i]]
      x <- first_data(graph, view, a)
      samples <- if (is.null(x)) list() else find_rows(graph, x, axis)
      y <- view$targets[[i]]
      fault <- if (length(samples) > 0L) other_rows(graph, view, samples, a, y, axis)
      if (is.null(fault)) fault <- other_class(graph, view, a, y, axis)
      if (!is.null(fault)) {
        fault$step <- s
        return(fault)
      }
    }
  }
  other_sample(graph, alignment)
}

# One sample at a time: its target is that of another, and not always as far away.
#
# A series may be told by what was before it, always by as many rows.
other_sample <- function(graph, alignment) {
  seen <- lapply(alignment$views, function(view) find_sample(graph, view))
  if (any(vapply(seen, is.null, NA))) {
    return(NULL)
  }
  away <- vapply(seen, function(x) x$row - x$of, 1)
  if (length(unique(away)) < 2L) {
    return(NULL)
  }
  s <- which(away != 0)[[1L]]
  x <- seen[[s]]
  whole <- value_of(graph, x$table)
  right <- take_rows(whole, which.max(graph$shape[[x$table]]), x$row + 1)
  right <- shape_rows(right, graph$shape[[x$y]])
  last <- last_update(alignment$views[[s]])
  fault <- new_fault(x$y, right, list(list(x$y, right)), last, NULL, "rows_shuffled")
  fault$step <- s
  fault
}

# The target of a single sample and its table, the sample's row and the target's; NULL where they
# are of one table, or of tables that are not as long.
find_sample <- function(graph, view) {
  a <- view$outputs[[1L]]
  y <- view$targets[[1L]]
  x <- single_sample(graph, view)
  one <- length(view$outputs) == 1L && graph$count[[a]] == 1
  if (!one || is.null(x) || !is.integer(y)) {
    return(NULL)
  }
  pairs <- list()
  for (sample in find_row(graph, x)) {
    for (target in find_row(graph, y)) {
      if (sample$long == target$long && sample$table != target$table) {
        pair <- list(y = y, table = target$table, row = sample$row, of = target$row)
        pairs <- c(pairs, list(pair))
      }
    }
  }
  same <- Filter(function(pair) pair$row == pair$of, pairs)
  found <- c(same, pairs)
  if (length(found) > 0L) found[[1L]]
}

# What the first product of several numbers has beside its weights.
single_sample <- function(graph, view) {
  for (n in which(view$forward & graph$op %in% c("matmul", "mul"))) {
    parents <- graph$parents[[n]]
    data <- parents[!view$moved[parents] & !view$touched[parents]]
    if (length(data) == 1L && graph$count[[data]] > 1) {
      return(data)
    }
  }
  NULL
}

# The samples: what the first product before an output has beside its weights.
first_data <- function(graph, view, a) {
  products <- which(view$forward & ancestors_of(graph, a, view) & graph$op == "matmul")
  if (length(products) == 0L) {
    return(NULL)
  }
  parents <- graph$parents[[products[[1L]]]]
  beside <- parents[!view$moved[parents]]
  turned <- length(beside) == 1L && graph$op[[beside]] == "neg" # as in exp(-X %*% w)
  if (turned) beside <- graph$parents[[beside]]
  if (length(beside) == 1L) beside
}

# Targets of other rows than the samples, whichever of their tables are compared.
other_rows <- function(graph, view, samples, a, y, axis) {
  if (!is.integer(y)) y <- labels_of_target(graph, view, a, y, axis)
  pairs <- if (!is.null(y)) pairs_of_tables(graph, samples, find_rows(graph, y, axis))
  same <- vapply(pairs, function(pair) all(pair$x$rows == pair$t$rows), NA)
  if (length(pairs) == 0L || any(same)) {
    return(find_two_orders(graph, view, pairs[same]))
  }
  x <- pairs[[1L]]$x
  t <- pairs[[1L]]$t
  if (x$taken < t$table || t$taken < x$table) {
    return(NULL) # the one may be made of the other, in its new order
  }
  right <- take_rows(value_of(graph, t$table), t$axis, x$rows + 1)
  if (length(right) != graph$count[[y]]) {
    return(NULL)
  }
  right <- shape_rows(right, graph$shape[[y]])
  if (is_near(value_of(graph, y), right)) {
    return(NULL)
  }
  new_fault(y, right, list(list(y, right)), last_update(view), NULL, "rows_shuffled")
}

# Tables of samples and of targets that have equally many rows, of which as many are taken.
pairs_of_tables <- function(graph, samples, targets) {
  pairs <- list()
  for (x in samples) {
    for (t in targets) {
      of <- graph$shape[[x$table]][[x$axis]]
      if (length(x$rows) == length(t$rows) && of == graph$shape[[t$table]][[t$axis]]) {
        pairs[[length(pairs) + 1L]] <- list(x = x, t = t)
      }
    }
  }
  pairs
}

take_rows <- function(table, axis, rows) {
  if (length(dim(table)) == 1L) {
    return(table[rows])
  }
  if (axis == 1L) table[rows, , drop = FALSE] else table[, rows, drop = FALSE]
}

# The numbers of classes that a target was made of in this step.
labels_of_target <- function(graph, view, a, y, axis) {
  mask <- target_of(graph, y)
  if (!identical(shape_now(mask), graph$shape[[a]]) || length(dim(mask)) != 2L) {
    return(NULL)
  }
  classes <- apply(mask, axis, which.max) - 1
  begin <- max(view$step$begin, 1L)
  for (n in begin - 1L + seq_len(max(0L, min(which(view$meets)) - begin))) {
    single <- graph$op[[n]] == "move" && identical(graph$shape[[n]], length(classes))
    value <- if (single && !view$touched[[n]]) value_of(graph, n)
    if (!is.null(value) && (all(value == classes) || all(value - 1 == classes))) {
      return(n)
    }
  }
  NULL
}

# A target that has its 1 elsewhere than where the program takes the logarithm of its output.
#
# Both are places of the same output, one for each sample: the loss is that of the one, what is
# trained that of the other.
other_class <- function(graph, view, a, y, axis) {
  target <- target_of(graph, y)
  out <- value_of(graph, a)
  if (!identical(shape_now(target), shape_now(out)) || !has_one_place(target, axis)) {
    return(NULL)
  }
  for (n in unlist(users_of(graph)[copies_of(graph, a)])) {
    index <- if (graph$op[[n]] == "move") movement_of(graph, n)
    if (length(index) != dim(out)[[axis]] || any(index < 0)) next
    if (!any(graph$op[users_of(graph)[[n]]] == "log")) next
    picked <- numeric(length(out))
    picked[index + 1] <- 1
    picked <- shape_rows(picked, dim(out))
    if (has_one_place(picked, axis) && !any(picked * target != 0)) {
      m <- min(which(view$meets))
      right <- out - picked
      path <- list(list(m, right))
      return(new_fault(m, right, path, last_update(view), NULL, "target_of_other_class"))
    }
  }
  NULL
}

# Whether there is a single 1 for each sample, and else 0.
has_one_place <- function(target, axis) {
  length(dim(target)) == 2L && all(target %in% c(0, 1)) && all(apply(target, axis, sum) == 1)
}

# A value and what it was copied from.
copies_of <- function(graph, a) {
  found <- a
  while (length(found) < most_moves) {
    if (graph$op[[a]] != "move" || length(graph$parents[[a]]) != 1L) break
    a <- graph$parents[[a]][[1L]]
    if (!identical(graph$shape[[a]], graph$shape[[found[[1L]]]])) break
    found <- c(found, a)
  }
  found
}

last_update <- function(view) view$step$updates[[length(view$step$updates)]]
