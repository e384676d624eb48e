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
  rows <- list()
  step <- view$step
  nodes <- adjoint$order()
  uses <- which(view$forward & graph$op %in% product_operations)
  for (i in seq_along(step$keys)) {
    k <- step$keys[[i]]
    first <- step$first[[i]]
    old <- value_of(graph, first)
    new <- value_of(graph, step$last[[i]])
    if (is.null(old) || is.null(new)) next
    shape <- graph$shape[[first]]
    gradient <- if (length(shape) == 0L) 0 else array(0, shape)
    for (n in nodes[owner[nodes] == k]) {
      if (identical(graph$shape[[n]], shape)) gradient <- gradient + adjoint$at(n)
    }
    fits <- identical(shape_now(new), shape_now(old))
    whole <- minus(old, new)
    if (!fits) {
      gradient <- spread_over(gradient, shape_now(whole))
    } else if (is_repeated(old, new)) {
      gradient <- spread_over(reduce_axis("sum", gradient, 1L), shape)
    }
    row <- list(
      k = k, old = old, whole = whole, change = whole, gradient = gradient, past = 0, parts = NULL,
      fits_shape = fits, order = last_use(graph, uses, k, owner), source = NULL
    )
    own <- Filter(function(c) c$k == k, step$updates)
    scaled <- if (fits && length(own) == 1L) own[[1L]]$p else first
    if (view$forward[[scaled]] && owner[[scaled]] == 0L &&
          identical(graph$shape[[scaled]], shape) && scaled %in% nodes) {
      # Scaled between two steps, as where its norm is limited: that is what is moved.
      row$old <- value_of(graph, scaled)
      row$gradient <- adjoint$at(scaled)
      row$whole <- row$change <- minus(row$old, new)
    }
    if (fits && length(own) == 1L && own[[1L]]$u == step$last[[i]]) {
      row <- split_change(graph, row, take_apart(graph, view, owner, own[[1L]]))
    }
    rows[[length(rows) + 1L]] <- row
  }
  with_noise(rows)
}

# Rows that know what may be rounding beside the largest of their step.
with_noise <- function(rows) {
  steep <- vapply(rows, function(r) largest(r$gradient), 1)
  noise <- cancelled_share * max(0, vapply(rows, function(r) largest(r$whole), 1))
  Map(function(r, s) {
    r$noise <- noise # the size of a change that may be what rounding leaves of 0
    r$is_noise <- isTRUE(s <= cancelled_share * max(steep)) # whether the gradient is no larger
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

# Whether a change is the expected one but for rounding.
row_fits <- function(row, expected, change = row$change) {
  if (!row$fits_shape || !all_finite(change)) {
    return(FALSE)
  }
  off <- largest(minus(change, expected))
  isTRUE(off <= close_enough * largest(expected) + lost_digits(row) + 1e-300)
}

# How far rounding alone takes a change.
lost_digits <- function(row) rounding_share * largest(row$old) + row$noise

# The factor between changes and derivatives that fits most parameters.
#
# A single number fits any factor, so it does not vote alone. Of ties it is the factor that fits the
# weights nearest to the output: a fault is passed on backwards. Where nothing fits, the numbers
# that the program multiplies by on the way back are the factor. Of two opposite factors that each
# fit some it is the one that goes downhill.
vote_factor <- function(rows, written, before = 0) {
  sizes <- vapply(rows, function(r) length(r$old), 1L)
  alone <- all(sizes == 1L)
  orders <- vapply(rows, function(r) r$order, 1L)
  # 0, and what rounding leaves of it, fits any factor.
  moving <- vapply(rows, function(r) any_nonzero(r$gradient) && !r$is_noise, NA)
  best <- list(score = -1, factor = 0, good = rep(FALSE, length(rows)))
  tried <- numeric(0)
  quotients <- vapply(rows, function(r) factor_between(r$change, r$gradient), 1)
  candidates <- c(before, written, quotients)
  for (i in seq_along(candidates)) {
    c <- candidates[[i]]
    if (c == 0 || any(abs(c - tried) <= 1e-9 * abs(tried))) next
    tried <- c(tried, c)
    if (length(tried) > 40L) break
    good <- which_fit(rows, c, alone)
    real <- good & moving
    voting <- real & (alone | sizes > 1L)
    is_written <- i <= length(written) + 1L
    score <- c(
      is_written && any(voting), sum(voting), if (any(voting)) 0 else count_near(rows, c),
      c == before, max(orders[voting], 0L), c > 0, is_written, sum(real)
    )
    if (is_greater(score, best$score)) best <- list(score = score, factor = c, good = good)
  }
  if (best$factor < 0) {
    good <- which_fit(rows, -best$factor, alone)
    if (any(good & moving & (alone | sizes > 1L))) {
      return(list(factor = -best$factor, good = good))
    }
  }
  best
}

which_fit <- function(rows, c, alone) {
  if (alone) fit_numbers(rows, c) else vapply(rows, function(r) row_fits(r, c * r$gradient), NA)
}

# How many elements fit: one vector may hold all weights, and one part of it be wrong.
count_near <- function(rows, c) {
  # Of one matrix among others half must fit: a row of it may follow a single sample, whose slope is
  # then a factor like any other.
  share <- if (length(rows) == 1L) 4 else 2
  sum(vapply(rows, function(row) {
    if (!row$fits_shape || length(row$old) < 2L) {
      return(0)
    }
    expected <- c * ravel(row$gradient)
    near <- abs(ravel(row$change) - expected) <= close_enough * abs(expected)
    fitting <- sum(near & expected != 0, na.rm = TRUE)
    # One element or two fit any factor that was taken from them.
    if (fitting >= max(3, length(row$old) / share)) fitting else 0
  }, 1))
}

# Whether one list of numbers comes after another, as words in a dictionary.
is_greater <- function(a, b) {
  n <- min(length(a), length(b))
  at <- which(a[seq_len(n)] != b[seq_len(n)])
  if (length(at) > 0L) a[[at[[1L]]]] > b[[at[[1L]]]] else length(a) > length(b)
}

# row_fits() for parameters that are single numbers, all at once.
fit_numbers <- function(rows, c) {
  take <- function(name) vapply(rows, function(r) as.vector(r[[name]])[[1L]], 1)
  change <- take("change")
  expected <- c * take("gradient")
  lost <- rounding_share * abs(take("old")) + take("noise")
  near <- abs(change - expected) <= close_enough * abs(expected) + lost + 1e-300
  near[is.na(near)] <- FALSE
  near & vapply(rows, function(r) r$fits_shape, NA)
}

# The factor of two arrays where the second is not small: the median of their quotients.
factor_between <- function(change, gradient) {
  alike <- identical(dim(change), dim(gradient)) # then the order does not matter
  d <- if (alike) as.vector(change) else ravel(change)
  g <- if (alike) as.vector(gradient) else ravel(gradient)
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

# Gradient descent: one factor in each step.
fit_descent <- function(reading) {
  reading$factors <- numeric(0)
  reading$good <- list()
  for (s in seq_along(reading$rows)) {
    before <- if (s > 1L) reading$factors[[s - 1L]] else 0
    found <- vote_factor(reading$rows[[s]], reading$written[[s]], before)
    reading$factors[[s]] <- found$factor
    reading$good[[s]] <- found$good
  }
  reading$rule <- list(name = "gradient_descent", rate = reading$factors[[1L]])
}

# Whether a rate stays, or falls or rises evenly.
is_even <- function(factors) {
  if (any(factors == 0)) {
    return(FALSE)
  }
  if (length(factors) < 2L) {
    return(TRUE)
  }
  steps <- factors[-1L] / factors[-length(factors)]
  inverse <- diff(1 / factors)
  max(abs(steps - steps[[1L]])) <= 1e-4 * abs(steps[[1L]]) ||
    length(factors) > 2L && diff(range(inverse)) <= 1e-4 * max(abs(inverse)) ||
    length(unique(round(log(abs(factors)), 5))) <= max(2L, length(factors) %/% 3L)
}

# The row of a parameter, or NULL.
row_of <- function(rows, k) Find(function(r) r$k == k, rows)
