# What a function makes of an array along an axis, or of all of it, known by its values; twin of
# check/align/reductions.py in Python.

# The derivative at the array `z` of which an unknown function made fewer numbers `y`; NULL where
# they are none of what is known.
pull_unknown_reduction <- function(z, y, g) {
  if (length(y) == 1L && length(z) > 1L && isTRUE(min(z) < max(z))) {
    slope <- slope_of_reduction(matrix(ravel(z), ncol = 1L), y, 1L)
    return(if (!is.null(slope)) shape_rows(slope * as.vector(g)[[1L]], shape_now(z)))
  }
  for (axis in if (length(dim(z)) > 1L) seq_along(dim(z)) else integer(0)) {
    slope <- slope_of_reduction(z, y, axis)
    if (!is.null(slope)) {
      shape <- dim(z)
      shape[[axis]] <- 1L
      return(times(shape_rows(g, shape), slope))
    }
  }
  NULL
}

# The derivative at an array of which an unknown function gave shares of their sum, softmax, or its
# logarithm, along an axis or of all (0); NULL where `y` is none of these.
pull_unknown_share <- function(z, y, g) {
  if (length(z) < 2L || !isTRUE(min(z) < max(z))) {
    return(NULL)
  }
  for (axis in if (length(dim(z)) > 1L) 0:length(dim(z)) else 0L) {
    along <- function(op, v) if (axis == 0L) get(op)(v) else reduce_axis(op, v, axis)
    powers <- exp(minus(z, along("max", z)))
    softmax <- over(powers, along("sum", powers))
    if (same_shares(y, softmax)) {
      return(times(y, minus(g, along("sum", times(g, y)))))
    }
    if (same_shares(y, log(softmax))) {
      return(minus(g, times(softmax, along("sum", plus(g, 0 * z)))))
    }
    whole <- along("sum", z)
    if (all_true(whole != 0) && same_shares(y, over(z, whole))) {
      return(over(minus(g, along("sum", times(g, y))), whole))
    }
  }
  NULL
}

same_shares <- function(y, wanted) {
  all_true(abs(ravel(y) - ravel(wanted)) <= 1e-12 + 1e-10 * abs(ravel(wanted)))
}

# The slope of a sum, mean, maximum, minimum, norm, product, log-sum-exp, variance or deviation
# along an axis, whichever gives the values.
slope_of_reduction <- function(z, y, axis) {
  n <- dim(z)[[axis]]
  gives <- function(kept) {
    length(kept) == length(y) &&
      all_true(abs(ravel(y) - ravel(kept)) <= 1e-8 + 1e-12 * abs(ravel(kept)))
  }
  for (name in reduction_names) {
    kept <- reduce_axis(name, z, axis)
    if (gives(kept)) {
      slope <- switch(name, sum = 1, mean = 1 / n, spread_both(`==`, z, kept) * 1)
      return(plus(slope, 0 * z))
    }
  }
  norm <- sqrt(reduce_axis("sum", z * z, axis))
  if (all_true(norm != 0) && gives(norm)) {
    return(over(z, norm))
  }
  product <- reduce_axis("prod", z, axis)
  if (all_true(z != 0) && gives(product)) {
    return(over(product, z))
  }
  top <- reduce_axis("max", z, axis)
  whole <- plus(top, log(reduce_axis("sum", exp(minus(z, top)), axis)))
  if (gives(whole)) {
    return(exp(minus(z, whole)))
  }
  slope_of_spread(minus(z, reduce_axis("mean", z, axis)), axis, gives)
}

# The same of a variance or a deviation, which is divided by n or by n - 1.
slope_of_spread <- function(off, axis, gives) {
  n <- dim(off)[[axis]]
  for (less in if (n > 1L) 0:1 else 0L) {
    variance <- reduce_axis("sum", off * off, axis) / (n - less)
    slope <- 2 * off / (n - less)
    if (gives(variance)) {
      return(slope)
    }
    if (all_true(variance != 0) && gives(sqrt(variance))) {
      return(over(slope, 2 * sqrt(variance)))
    }
  }
  NULL
}
