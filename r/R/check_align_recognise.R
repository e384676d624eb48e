# Functions that are known by their values alone; twin of check/align/recognise.py
# and of parts of check/align/operations.py in Python.

# An unknown function of one array: an activation or a reduction, by its values.
pull_by_value <- function(graph, n, g, values) {
  y <- value_of(graph, n)
  for (i in seq_along(values)) {
    a <- graph$args[[n]][[i]]
    z <- values[[i]]
    if (!is_node(a) || is.null(z) || is.null(y)) next
    if (identical(shape_now(z), shape_now(y))) {
      found <- recognise_activation(z, y)
      if (!is.null(found)) return(list(list(a, times(g, found$slope))))
    } else if (length(dim(z)) == 2L) {
      part <- pull_unknown_reduction(z, y, g)
      if (!is.null(part)) return(list(list(a, part)))
    }
  }
  NULL
}

pull_unknown_reduction <- function(z, y, g) {
  for (axis in 1:2) {
    for (name in reduction_names) {
      kept <- reduce_axis(name, z, axis)
      same <- length(kept) == length(y) &&
        all_true(abs(ravel(y) - ravel(kept)) <= 1e-8 + 1e-12 * abs(ravel(kept)))
      if (same) {
        wide <- shape_rows(g, dim(kept))
        share <- switch(name, sum = 1, mean = 1 / dim(z)[[axis]],
          spread_both(`==`, z, kept) * 1)
        return(plus(times(wide, share), 0 * z))
      }
    }
    slope <- spread_slope(z, y, axis)
    if (!is.null(slope)) {
      shape <- dim(z)
      shape[[axis]] <- 1L
      return(times(shape_rows(g, shape), slope))
    }
  }
  NULL
}

# The derivative of a variance or a deviation along an axis, divided by n or by n - 1.
spread_slope <- function(z, y, axis) {
  n <- dim(z)[[axis]]
  off <- minus(z, reduce_axis("mean", z, axis))
  gives <- function(kept) {
    length(kept) == length(y) &&
      all_true(abs(ravel(y) - ravel(kept)) <= 1e-8 + 1e-12 * abs(ravel(kept)))
  }
  for (less in if (n > 1L) 0:1 else 0L) {
    var <- reduce_axis("sum", times(off, off), axis) / (n - less)
    slope <- 2 * off / (n - less)
    if (gives(var)) {
      return(slope)
    }
    if (all(var != 0) && gives(sqrt(var))) {
      return(over(slope, 2 * sqrt(var)))
    }
  }
  NULL
}

# The known activation that gives these values, and its slope there.
recognise_activation <- function(z, a) {
  if (!identical(shape_now(z), shape_now(a)) || !all_finite(a) || !all_finite(z)) {
    return(NULL)
  }
  if (length(z) > few_numbers) { # most values are no function of one another: a few show it
    some <- floor(seq(0, length(z) - 1, length.out = few_numbers)) + 1
    few <- recognise_activation(
      array(ravel(z)[some], few_numbers), array(ravel(a)[some], few_numbers)
    )
    if (is.null(few)) return(NULL)
  }
  entries <- read_knowledge()$activations
  if (length(z) > 0L) entries <- entries[possible_activations(ravel(z)[[1L]], ravel(a)[[1L]])]
  for (entry in entries) {
    names <- list(z = z, a = a, k = slope_below_zero(entry$name, z, a))
    if (is_close(evaluate_written(entry$value, names), a)) {
      return(list(name = entry$name, slope = evaluate_written(entry$slope, names)))
    }
  }
  NULL
}

# The places of the activations that one pair of numbers does not exclude: few, and quickly found.
possible_activations <- function(z, a) {
  if (is.null(knowledge_cache$values)) {
    calls <- lapply(read_knowledge()$activations, function(entry) {
      k <- if (entry$name == "leaky_relu") quote(a / z) else quote(a / expm1(z))
      call_written(entry$value, list(k = bquote(if (z < 0) .(k) else 1)))
    })
    values <- as.call(c(as.name("c"), calls))
    knowledge_cache$values <- eval(bquote(function(z, a) .(values)), baseenv())
  }
  given <- knowledge_cache$values(z, a)
  which(is.na(given) | abs(given - a) <= 1e-8 * abs(a) + 1e-12)
}

# Whether two arrays are the same but for rounding, element by element.
is_close <- function(x, y) all_true(abs(minus(x, y)) <= 1e-9 * abs(y) + 1e-13)

# The option of leaky relu or elu that fits the most negative input.
#
# One negative number fits any option, so alone it has to be a usual one.
slope_below_zero <- function(name, z, a) {
  usual <- if (name == "leaky_relu") c(0.01, 0.1, 0.2, 0.05, 0.3, 0.001, 0.02) else 1
  if (!name %in% c("leaky_relu", "elu") || !any(z < 0)) {
    return(usual[[1L]])
  }
  at <- which.min(ravel(z))
  low <- ravel(z)[[at]]
  k <- ravel(a)[[at]] / if (name == "leaky_relu") low else expm1(low)
  if (sum(z < 0) > 2L && isTRUE(k > 0 && k < 0.999)) k else usual[[which.min(abs(usual - k))]]
}
