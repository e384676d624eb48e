# Gradients that are cut off before they move a parameter: what is cut is the gradient; twin of
# check/align/bent.py in Python.

gathering_operations <- c("sum", "max", "min", "mean", "norm", "inner")
deepest_length <- 12L
most_at_once <- 40L
from_bound <- 4L # operations from a gradient to what of it is kept

# Take for each parameter's change the gradient before it is cut off, or its norm limited: the
# factor by which all parameters move of what is left; 0 where nothing is cut off.
read_bent <- function(graph, views, reading) {
  found <- list()
  for (s in seq_along(views)) {
    step <- bent_step(graph, views[[s]], reading$rows[[s]])
    if (is.null(step)) {
      return(0)
    }
    found[[s]] <- step
  }
  if (!any(vapply(found, function(step) step$bent, NA))) {
    return(0)
  }
  for (s in seq_along(found)) {
    nodes <- found[[s]]$nodes
    for (i in seq_along(nodes)) take_gradient(graph, reading, s, i, nodes[[i]])
  }
  found[[1L]]$factor
}

# The gradients of a step before they are cut off; NULL where parameters move of more, or by other
# factors. A rate may fall, so that each step has its own.
bent_step <- function(graph, view, rows) {
  plain <- vapply(rows, function(row) {
    parts <- row$parts
    !is.null(parts) && length(parts$terms) == 1L && length(parts$past) == 0L && parts$decay == 0
  }, NA)
  if (!all(plain)) {
    return(NULL)
  }
  terms <- lapply(rows, function(row) row$parts$terms[[1L]])
  factor <- unique(vapply(terms, function(term) term$factor, 1))
  if (length(factor) != 1L || factor > 0) {
    return(NULL)
  }
  outer <- vapply(terms, function(term) as.integer(term$node), 1L)
  nodes <- vapply(outer, function(n) find_inner(graph, view, n), 1L)
  list(nodes = nodes, factor = -factor, bent = any(nodes != outer))
}

# What is cut off between -c and c, or multiplied by a number made of gradients.
find_inner <- function(graph, view, n) {
  repeat {
    args <- graph$args[[n]]
    inner <- as.integer(unlist(Filter(function(a) is_node(a) && view$after[[a]], args)))
    before <- switch(graph$op[[n]],
      clip = if (is_even_clip(graph, args) && length(inner) == 1L) inner,
      mul = ,
      div = if (length(inner) == 2L) beside_length(graph, view, n, inner),
      move = if (length(inner) == 1L && only_bounds(graph, view, n, inner)) inner
    )
    if (is.null(before)) before <- within_bounds(graph, view, n)
    if (is.null(before)) {
      return(as.integer(n))
    }
    n <- before
  }
}

# What is kept within bounds by its size, as in sign(g) min(|g|, c); NULL where nothing is.
within_bounds <- function(graph, view, n) {
  if (!graph$op[[n]] %in% c("mul", "minimum", "maximum", "where")) {
    return(NULL)
  }
  level <- n
  bounded <- FALSE
  for (k in seq_len(from_bound)) {
    bounded <- bounded || any(graph$op[level] %in% c("clip", "minimum", "maximum", "where"))
    level <- unique(unlist(graph$parents[level]))
    level <- level[view$after[level]]
    level <- level[vapply(graph$shape[level], identical, NA, graph$shape[[n]])]
    found <- if (bounded) Find(function(p) is_bound_of(graph, n, p), level)
    if (!is.null(found)) {
      return(found)
    }
  }
  NULL
}

# Whether what differs is one size, nearer to 0 and on the same side.
is_bound_of <- function(graph, n, before) {
  new <- ravel(value_of(graph, n))
  old <- ravel(value_of(graph, before))
  changed <- abs(new - old) > 1e-12 * abs(old)
  sizes <- abs(new[changed])
  alike <- !any(changed) || max(sizes) - min(sizes) <= 1e-12 * max(sizes)
  alike && all_true(new * old >= 0) && all_true(sizes <= abs(old[changed]))
}

# Whether a clip has bounds that are as far below 0 as above.
is_even_clip <- function(graph, args) {
  if (length(args) != 3L) {
    return(FALSE)
  }
  low <- operand_of(graph, args[[2L]])
  high <- operand_of(graph, args[[3L]])
  !is.null(low) && !is.null(high) && all_true(low == -high)
}

# Of the factors of a product the gradient that a length stands beside; NULL where none does.
beside_length <- function(graph, view, n, inner) {
  inner <- inner[order(graph$count[inner])]
  same <- identical(graph$shape[[inner[[2L]]]], graph$shape[[n]])
  if (same && is_length(graph, view, inner[[1L]])) inner[[2L]]
}

# Whether what was put into a gradient is one number, nearer to 0 than what stood there.
only_bounds <- function(graph, view, n, before) {
  index <- movement_of(graph, n)
  put <- setdiff(graph$parents[[n]], before)
  whole <- identical(graph$shape[[n]], graph$shape[[before]])
  if (is.null(index) || !whole || any(view$moved[put])) {
    return(FALSE)
  }
  changed <- index != seq_along(index) - 1
  new <- ravel(value_of(graph, n))[changed]
  old <- ravel(value_of(graph, before))[changed]
  alike <- !any(changed) || max(new) == min(new)
  alike && all_true(new * old >= 0) && all_true(abs(new) <= abs(old))
}

# Whether a single number is made of whole arrays, as the length of a gradient is.
is_length <- function(graph, view, n) {
  if (graph$count[[n]] > 1) {
    return(FALSE)
  }
  level <- n
  for (k in seq_len(deepest_length)) {
    if (any(graph$op[level] %in% gathering_operations)) {
      return(TRUE)
    }
    level <- unlist(graph$parents[level])
    level <- utils::head(level[view$after[level]], most_at_once)
  }
  FALSE
}
