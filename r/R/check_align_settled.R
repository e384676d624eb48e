# Of two factors, each of which fits some parameters, the one that the computed loss says; twin of
# check/align/settled.py in Python.

# Where a loss of a step's output is computed, and how many times it is the family's own.
#
# That is the number by which its derivative is that of half the sum of squares, or of the sum of
# the logarithms.
list_losses <- function(graph, view, family) {
  found <- list(node = integer(0), weight = numeric(0))
  a <- view$outputs[[1L]]
  out <- value_of(graph, a)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(out) && !is.null(target)) shape_target(target, shape_now(out))
  if (is.null(target)) {
    return(found)
  }
  total <- sum(switch(family,
    squared_error = (out - target)^2 / 2,
    cross_entropy = -target * log(out),
    binary_cross_entropy = -target * log(out) - (1 - target) * log(1 - out),
    0
  ))
  counts <- unique(c(1, graph$shape[[a]], graph$count[[a]]))
  numbers <- if (family == "squared_error") as.vector(rbind(1 / counts, 2 / counts)) else 1 / counts
  until <- min(view$step$end + nodes_after_step - 1L, graph$size)
  made <- seq.int(view$step$begin + 1L, length.out = max(0L, until - view$step$begin))
  for (n in made[graph$count[made] == 1 & !view$cone[made] & view$touched[made]]) {
    x <- as.vector(value_of(graph, n))
    if (is.null(x) || !is.finite(x) || x == 0) next
    same <- which(abs(x - numbers * total) <= 1e-9 * abs(x))
    found$node <- c(found$node, rep(n, length(same)))
    found$weight <- c(found$weight, numbers[same])
  }
  # A sum on the way to a mean is no loss.
  ends <- !vapply(found$node, function(n) any(users_of(graph)[[n]] %in% found$node), NA)
  lapply(found, function(kept) kept[ends])
}

# The reading with the factor that the loss and the rate of the program have.
#
# Where some gradients are divided by the number of samples and others are not, either may be
# meant. The rate is what all updates multiply a gradient by that has a name. Where no loss is
# computed, it is that of the error with which the way back begins, if as many parameters follow
# that: a number that stands on the way to the hidden layers alone is out of place.
settle_factor <- function(graph, found, result) {
  reading <- if (length(result$readings) > 0L) result$readings[[1L]]
  single <- all(vapply(result$views, function(view) length(view$outputs) == 1L, NA))
  plain <- !is.null(reading) && !is_fitting(reading) && reading$rule$name == "gradient_descent"
  if (!plain || !single) {
    return(result)
  }
  weights <- unlist(lapply(result$views, function(v) list_losses(graph, v, reading$family)$weight))
  rates <- unlist(lapply(result$views, function(v) rates_of_updates(graph, found, v)))
  least <- 0
  if (length(weights) == 0L) {
    weights <- weights_of_errors(graph, result$views, reading)
    least <- sum(unlist(reading$good))
  }
  weights <- unique(round(weights, 12))
  rates <- unique(round(rates, 12))
  c <- if (length(weights) == 1L && length(rates) == 1L) weights * rates else 0
  if (c <= 0 || all(abs(c - reading$factors) <= 1e-9 * c)) {
    return(result)
  }
  voted <- lapply(reading$rows, function(rows) vote_factor(rows, c, c, numeric(0))$good)
  if (all(mapply(fits_some_weights, reading$rows, voted)) && sum(unlist(voted)) >= least) {
    reading$good <- voted
    reading$factors <- rep(c, length(voted))
    reading$rule <- list(name = "gradient_descent", rate = c)
  }
  result
}

# The numbers, with their sign, that errors begin the way back with, if none counts samples.
#
# Where a gradient is divided by the number of samples, that may be right of it alone.
weights_of_errors <- function(graph, views, reading) {
  found <- unlist(lapply(views, function(view) {
    end <- follow_error(graph, view, view$outputs[[1L]])
    if (is.null(end)) 0 else end$weight
  }))
  a <- views[[1L]]$outputs[[1L]]
  written <- unlist(reading$written)
  apart <- as.vector(outer(written, written, `/`))
  counts <- unique(c(graph$shape[[a]], graph$count[[a]]))
  counted <- vapply(counts[counts > 1], function(n) any(abs(apart - n) <= 1e-9 * n), NA)
  if (any(counted)) numeric(0) else found
}

# Whether weights, and not single numbers alone, follow their derivative.
fits_some_weights <- function(rows, good) {
  any(mapply(function(r, g) g && length(r$old) > 1L && any_nonzero(r$gradient), rows, good))
}

# The number by which each update multiplies the first value that has a name.
rates_of_updates <- function(graph, found, view) {
  unlist(lapply(view$step$updates, function(update) {
    terms <- take_apart(graph, view, found$owner, update, TRUE)$terms
    vapply(terms, function(term) {
      inner <- term$way[, -1L, drop = FALSE]
      named <- which(graph$named[inner[1L, ]])
      if (length(named) > 0L) -inner[[2L, named[[1L]]]] else -term$factor
    }, 1)
  }))
}
