# A penalty that is added to a gradient as it is, and not as its derivative; twin of
# check/explain/underived.py in Python.

# The sizes of weights, or their squares, in a gradient that is right but for them; in every step
# the rest of the change is along the derivative, at the rate of the others.
find_underived_penalty <- function(graph, alignment, best) {
  if (is_fitting(best)) {
    return(NULL)
  }
  found <- list()
  for (s in seq_along(best$rows)) {
    rows <- best$rows[[s]]
    rates <- vapply(rows, function(row) factor_between(row$change, row$gradient), 1)
    own <- NULL
    for (rate in Filter(function(c) c > 0, c(best$factors[[s]], rates))) {
      own <- underived_in_step(graph, alignment, s, rows, rate)
      if (!is.null(own)) break
    }
    if (is.null(own)) {
      return(NULL)
    }
    found <- c(found, utils::head(own, 1L)) # of weights that are 0 there is none
  }
  if (length(found) > 0L && length(found) >= length(best$rows) - 1L) found[[1L]]
}

# The penalties in a step whose other parameters follow one rate; NULL where one does not.
underived_in_step <- function(graph, alignment, s, rows, rate) {
  found <- list()
  for (row in rows) {
    fault <- underived_of_one(graph, alignment, s, row, rate)
    if (!is.null(fault)) {
      fault$step <- s
      found[[length(found) + 1L]] <- fault
    } else if (!row_fits(row, rate * row$gradient)) {
      return(NULL)
    }
  }
  found
}

# The term of an update that is a penalty of the parameter itself, as a fault, or NULL.
underived_of_one <- function(graph, alignment, s, row, factor) {
  view <- alignment$views[[s]]
  owner <- alignment$found$owner
  updates <- Filter(function(c) c$k == row$k, view$step$updates)
  if (length(updates) != 1L || !row$fits_shape) {
    return(NULL)
  }
  for (term in take_apart(graph, view, owner, updates[[1L]])$terms) {
    n <- split_number(graph, view, term$node)$node
    value <- value_of(graph, term$node)
    if (!is_penalty_of(graph, owner, n, row$k) || !any_nonzero(value)) next
    if (row_fits(row, factor * row$gradient, plus(row$change, term$factor * value))) {
      right <- if (graph$op[[n]] == "abs") sign(row$old) else row$old
      return(new_fault(n, right, list(list(n, right)), updates[[1L]], NULL, "penalty_not_derived"))
    }
  }
  NULL
}

# Whether a value is the size of a parameter, or its square.
is_penalty_of <- function(graph, owner, n, k) {
  of <- if (graph$op[[n]] == "abs") graph$args[[n]][[1L]] else root_of_square(graph, n)
  is_node(of) && of != n && owner[[of]] == k
}
