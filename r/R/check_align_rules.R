# Which rule of updating fits what the parameters did, and for which of them it does not; twin of
# check/align/rules.py in Python.

close_enough <- 1e-6
product_operations <- c("matmul", "mul", "crossprod", "tcrossprod", "outer", "inner", "einsum")
rounding_share <- 4 * 2^-52
# Of the largest change, or derivative, of a step: what is smaller may be what is left of a sum that
# is 0, as the gradient of a bias is where the targets lie evenly about the output.
cancelled_share <- 1e-13

is_fitting <- function(reading) length(reading$good) > 0L && all(unlist(reading$good))

is_right_reading <- function(reading) is_fitting(reading) && length(reading$odd) == 0L

# What each parameter of a step did, beside the derivative of the loss. `change` is without the part
# that is a multiple of the old value and the part that is left from the step before (`past`), where
# the update's own form says so.
rows_of_step <- function(graph, view, owner, adjoint) {
  nodes <- adjoint$order()
  uses <- which(view$forward & graph$op %in% product_operations)
  rows <- lapply(seq_along(view$step$keys), function(i) {
    row_of_parameter(graph, view, owner, adjoint, nodes, uses, i)
  })
  with_noise(Filter(Negate(is.null), rows))
}

row_of_parameter <- function(graph, view, owner, adjoint, nodes, uses, i) {
  step <- view$step
  k <- step$keys[[i]]
  first <- step$first[[i]]
  old <- value_of(graph, first)
  new <- value_of(graph, step$last[[i]])
  if (is.null(old) || is.null(new)) {
    return(NULL)
  }
  shape <- graph$shape[[first]]
  gradient <- sum_at_versions(graph, adjoint, nodes[owner[nodes] == k], shape)
  if (is_same_column(old, new)) {
    shape <- shape_now(new)
    old <- shape_rows(ravel(old), shape)
    gradient <- shape_rows(ravel(gradient), shape)
  }
  fits <- identical(shape_now(new), shape_now(old))
  whole <- minus(old, new)
  if (!fits) {
    gradient <- spread_over(gradient, shape_now(whole))
  } else if (is_repeated(old, new) && is_added_as_it_is(graph, view, first)) {
    gradient <- spread_over(reduce_axis("sum", gradient, 1L), shape)
  }
  row <- list(
    k = k, old = old, whole = whole, change = whole, gradient = gradient, past = 0, parts = NULL,
    fits_shape = fits, source = NULL,
    order = known_of(view, paste("last use of", k), last_use(graph, uses, k, owner))
  )
  own <- Filter(function(c) c$k == k, step$updates)
  alone <- fits && length(own) == 1L
  scaled <- if (alone) own[[1L]]$p else first
  if (is_scaled_version(graph, view, owner, scaled, shape) && scaled %in% nodes) {
    # Scaled between two steps, as where its norm is limited: that is what is moved.
    row$old <- value_of(graph, scaled)
    row$gradient <- adjoint$at(scaled)
    row$whole <- row$change <- minus(row$old, new)
  }
  beside <- if (alone) row_of_part(graph, row, own[[1L]], shape)
  if (!is.null(beside) || alone && own[[1L]]$u == step$last[[i]]) {
    row <- if (is.null(beside)) row else beside
    row <- split_change(graph, row, take_apart(graph, view, owner, own[[1L]]))
  }
  row
}

# Whether a vector is a matrix of one column or row now, as R makes of it.
is_same_column <- function(old, new) {
  dimensions <- sort(c(length(shape_now(old)), length(shape_now(new))))
  identical(dimensions, 1:2) && length(old) == length(new)
}

# The row of a new part that is put beside the old one, where all that was is kept; else NULL.
row_of_part <- function(graph, row, update, shape) {
  cells <- if (is.null(update$cells)) part_cells(graph, update$p)
  if (is.null(cells) || identical(graph$shape[[update$p]], shape)) {
    return(NULL)
  }
  row$old <- value_of(graph, update$p)
  row$whole <- row$change <- minus(row$old, value_of(graph, update$u))
  row$gradient <- shape_rows(ravel(row$gradient)[cells + 1], graph$shape[[update$p]])
  row
}

# The derivatives at the versions of a parameter that have its shape, added up.
sum_at_versions <- function(graph, adjoint, versions, shape) {
  gradient <- if (length(shape) == 0L) 0 else array(0, shape)
  for (n in versions) {
    if (identical(graph$shape[[n]], shape)) gradient <- gradient + adjoint$at(n)
  }
  gradient
}

is_scaled_version <- function(graph, view, owner, n, shape) {
  view$forward[[n]] && owner[[n]] == 0L && graph$bases[[n]] == 0L &&
    identical(graph$shape[[n]], shape)
}

# Rows that know what may be rounding beside the largest of their step.
with_noise <- function(rows) {
  steep <- vapply(rows, function(r) largest(r$gradient), 1)
  noise <- cancelled_share * max(0, vapply(rows, function(r) largest(r$whole), 1))
  Map(function(r, s) {
    r$noise <- noise # the size of a change that may be what rounding leaves of 0
    r$is_noise <- isTRUE(s <= cancelled_share * max(steep)) # whether the gradient is no larger
    r$lost <- rounding_share * largest(r$old) + noise # how far rounding alone takes a change
    r
  }, rows, steep)
}

# Keep apart what an update takes of the old value, of the past and of this step.
split_change <- function(graph, row, parts) {
  pieces <- c(parts$past, parts$terms)
  if (length(parts$terms) == 0L || any(vapply(pieces, function(t) graph$at[[t$node]] < 0, NA))) {
    return(row)
  }
  own <- shape_now(row$old)
  shape <- own
  for (t in pieces) {
    shape <- common_shape(shape, graph$shape[[t$node]])
    if (is.null(shape)) return(row)
  }
  if (!identical(as.integer(shape), own)) {
    return(row)
  }
  row$parts <- parts
  row$past <- total_of(graph, parts$past)
  row$change <- plus(like(numeric(length(row$old)), own), total_of(graph, parts$terms))
  row
}

# Whether an update of a part of a parameter moved it along the derivative.
cells_fit <- function(graph, row, cells, rate, parts) {
  want <- ravel(rate * row$gradient)[cells + 1]
  did <- ravel(total_of(graph, parts$terms))
  isTRUE(max(abs(did - want)) <= close_enough * max(abs(want)) + 1e-300)
}

# What terms take away from a parameter.
total_of <- function(graph, terms) {
  sum <- 0
  for (t in terms) sum <- plus(sum, t$factor * value_of(graph, t$node))
  -sum
}

# The last place on the way forward where a parameter is multiplied; 0 for a bias.
last_use <- function(graph, uses, k, owner) {
  for (n in rev(uses)) {
    for (p in graph$parents[[n]]) if (comes_from(graph, p, k, owner)) return(n)
  }
  0L
}

comes_from <- function(graph, n, k, owner) {
  for (i in 1:6) {
    if (owner[[n]] > 0L) {
      return(owner[[n]] == k)
    }
    if (graph$op[[n]] != "move" || length(graph$parents[[n]]) == 0L) {
      return(FALSE)
    }
    n <- graph$parents[[n]][[1L]]
  }
  FALSE
}

# Whether a bias is kept once for each sample, all rows alike.
is_repeated <- function(old, new) {
  if (length(dim(old)) != 2L || nrow(old) < 2L || ncol(old) < 1L) {
    return(FALSE)
  }
  top <- new[1L, , drop = FALSE]
  all_true(old == old[rep(1L, nrow(old)), ]) && any_nonzero(old[1L, ]) &&
    all_true(abs(minus(new, top)) <= spread_over(1e-12 * abs(top), dim(new)))
}

# Whether a parameter has a row for each sample already, and is not spread over them.
is_added_as_it_is <- function(graph, view, first) {
  used <- users_of(graph)[[first]]
  used <- used[view$forward[used]]
  all(vapply(graph$shape[used], identical, NA, graph$shape[[first]]))
}

# Whether a change is the expected one but for rounding.
row_fits <- function(row, expected, change = row$change) {
  if (!row$fits_shape || !all_finite(change)) {
    return(FALSE)
  }
  off <- largest(minus(change, expected))
  isTRUE(off <= close_enough * largest(expected) + row$lost + 1e-300)
}

# The factor of two arrays where the second is not small: the median of their quotients.
factor_between <- function(change, gradient) {
  alike <- identical(dim(change), dim(gradient)) # then the order does not matter
  d <- if (alike) as.vector(change) else ravel(change)
  g <- if (alike) as.vector(gradient) else ravel(gradient)
  if (length(d) == 1L && length(g) == 1L) {
    return(if (is.finite(g) && g != 0 && is.finite(d / g)) d / g else 0)
  }
  size <- largest(g)
  if (!is.finite(size) || size == 0) {
    return(0)
  }
  kept <- abs(g) > 1e-6 * size
  found <- quick_median(d[kept] / g[kept])
  if (is.finite(found)) found else 0
}

# The median without the questions that R's own asks first; it is asked for thousands of times.
quick_median <- function(x) {
  if (anyNA(x)) {
    return(NaN)
  }
  n <- length(x)
  x <- sort.int(x, method = "quick")
  (x[[(n + 1L) %/% 2L]] + x[[n %/% 2L + 1L]]) / 2
}

# The row of a parameter, or NULL.
row_of <- function(rows, k) Find(function(r) r$k == k, rows)
