# The derivative of another loss than the one that the program computes; twin of
# check/explain/other_loss.py in Python.

most_sums <- 6L # from the squares of errors to their mean

# A slope that the loss which the program computes wants and that is left out, or vice versa.
find_other_loss <- function(graph, alignment, best) {
  found <- doubled_error(graph, alignment, best)
  if (is.null(found)) find_slope_of_entropy(graph, alignment) else found
}

# A squared error whose 2 begins the way back, from a sigmoid whose slope is left out.
#
# The error alone is the derivative of the cross-entropy, which many train with and show the squared
# error of. But it has no 2, and where a program computes no logarithm, and twice the error over the
# number that its own squared error is divided by, it means that one.
doubled_error <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  if (best$family != "binary_cross_entropy" || takes_logarithm(graph, view)) {
    return(NULL)
  }
  ends <- lapply(alignment$views, function(v) end_of_doubled_error(graph, v))
  if (any(vapply(ends, is.null, NA))) {
    return(NULL)
  }
  computed <- unlist(lapply(alignment$views, function(v) {
    list_losses(graph, v, "squared_error")$weight
  }))
  weights <- unique(round(abs(vapply(ends, function(end) end$weight, 1)), 12))
  if (length(weights) > 1L) {
    return(NULL)
  }
  weight <- abs(ends[[1L]]$weight)
  near <- any(abs(weight - computed) <= 1e-9 * weight)
  if (!near && !any(vapply(squares_elsewhere(graph, view), function(n) {
    is_mean_of_squares(graph, view, n, weight)
  }, NA))) {
    return(NULL)
  }
  node <- ends[[1L]]$node
  right <- value_of(graph, node) * like(ends[[1L]]$slope, graph$shape[[node]])
  new_fault(node, right, list(list(node, right)), last_update(view), NULL, "slope_left_out")
}

# The squares of errors of other samples, whose outputs are made where those of a step are.
squares_elsewhere <- function(graph, view) {
  a <- view$outputs[[1L]]
  Filter(function(n) {
    args <- graph$args[[n]]
    twice <- length(args) == 2L && identical(written_number(args[[2L]]), 2) && is_node(args[[1L]])
    error <- if (twice) args[[1L]]
    if (is.null(error) || graph$op[[error]] != "sub" ||
          length(graph$shape[[error]]) != length(graph$shape[[a]])) {
      return(FALSE)
    }
    made <- graph$parents[[error]]
    made <- made[view$touched[made]]
    length(made) == 1L && graph$site[[made]] == graph$site[[a]] && graph$site[[a]] > 0L
  }, which(graph$op == "pow"))
}

# Whether a mean of squares has twice the error as often, for each sample, as a step has.
is_mean_of_squares <- function(graph, view, squares, weight) {
  total <- sum(value_of(graph, squares)) / 2
  own <- graph$shape[[view$outputs[[1L]]]]
  level <- squares
  for (k in seq_len(most_sums)) {
    level <- unlist(users_of(graph)[level])
    level <- level[graph$op[level] %in% c("sum", "mean", "div")]
    for (n in level[graph$count[level] == 1]) {
      x <- as.vector(value_of(graph, n))
      sizes <- graph$shape[[squares]]
      if (x != 0 && any(abs(x * sizes - weight * own * total) <= 1e-9 * abs(x * sizes))) {
        return(TRUE)
      }
    }
  }
  FALSE
}

# The error times the numbers that it begins the way back with, these, and the slope of the output;
# NULL where the number is one that a cross-entropy has, as a sum or as a mean.
end_of_doubled_error <- function(graph, view) {
  if (length(view$outputs) != 1L) {
    return(NULL)
  }
  a <- view$outputs
  end <- follow_error(graph, view, a)
  out <- value_of(graph, a)
  usual <- 1 / c(1, graph$shape[[a]], graph$count[[a]])
  if (is.null(end) || length(out) < 2L || any(abs(abs(end$weight) - usual) <= 1e-9 * usual)) {
    return(NULL)
  }
  if (is_made_by(graph, a, "sigmoid")) c(end, list(slope = out * (1 - out)))
}

# An error that is multiplied by the slope of a sigmoid, where the cross-entropy is computed.
#
# All steps are those of the squared error. Of one output of one sample at a time any loss fits a
# single step; then they are so by the rate that is written, and not by the cross-entropy's.
find_slope_of_entropy <- function(graph, alignment) {
  views <- alignment$views
  read <- alignment$readings
  names(read) <- vapply(read, function(r) r$family, "")
  squared <- read[["squared_error", exact = TRUE]]
  entropy <- read[["binary_cross_entropy", exact = TRUE]]
  if (is.null(squared) || is.null(entropy) || !is_right_reading(squared)) {
    return(NULL)
  }
  fits <- is_right_reading(entropy)
  if ((fits && (!moves_as_written(squared) || moves_as_written(entropy))) ||
        !means_entropy(graph, views[[1L]])) {
    return(NULL)
  }
  found <- lapply(views, function(view) error_with_slope(graph, view))
  if (any(vapply(found, is.null, NA))) {
    return(NULL)
  }
  node <- found[[1L]]$node
  right <- found[[1L]]$right
  last <- last_update(views[[1L]])
  new_fault(node, right, list(list(node, right)), last, NULL, "slope_with_cross_entropy")
}

# Whether the factor of each step is one that the program's own numbers make.
moves_as_written <- function(reading) {
  all(mapply(function(c, written) any(abs(c - written) <= 1e-9 * abs(c)),
             reading$factors, reading$written))
}

# The error times the slope on the way back, and the error alone.
error_with_slope <- function(graph, view) {
  if (length(view$outputs) != 1L || !is_made_by(graph, view$outputs, "sigmoid")) {
    return(NULL)
  }
  a <- view$outputs
  out <- value_of(graph, a)
  target <- shape_target(target_of(graph, view$targets[[1L]]), shape_now(out))
  if (is.null(target)) {
    return(NULL)
  }
  error <- out - target
  made <- error * out * (1 - out)
  for (n in which(view$after)) {
    value <- value_of(graph, n)
    if (is.null(value) || !identical(graph$shape[[n]], graph$shape[[a]])) next
    r <- factor_between(value, made)
    if (abs(abs(r) - 1) <= 1e-9 && is_near(value, r * made)) {
      return(list(node = n, right = sign(r) * error))
    }
  }
  NULL
}

# An output of another activation than the sigmoid, whose slope the squared error lacks.
#
# Every parameter follows the error taken for the derivative at the activation's input, and the
# program computes a squared error.
find_forgotten_slope <- function(graph, alignment) {
  views <- alignment$views
  ends <- lapply(views, function(view) activation_of_output(graph, view))
  none <- length(ends) == 0L || any(vapply(ends, is.null, NA))
  if (none || !squares_errors(graph, views[[1L]])) {
    return(NULL)
  }
  cut <- Map(function(view, x) {
    error <- shape_rows(x$error, graph$shape[[x$z]])
    with_given(view, list(list(node = x$z, value = error)))
  }, views, ends)
  reading <- read_family(graph, alignment$found, cut, "own")
  if (is.null(reading) || !is_right_reading(reading) || min(reading$factors) <= 0) {
    return(NULL)
  }
  n <- which(views[[1L]]$meets)[[1L]]
  right <- value_of(graph, n) * shape_rows(ends[[1L]]$slope, graph$shape[[n]])
  new_fault(n, right, list(list(n, right)), last_update(views[[1L]]), NULL, "slope_left_out")
}

# The activation of a step's only output, where its slope is not 1, with the error there.
activation_of_output <- function(graph, view) {
  a <- view$outputs[[1L]]
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, graph$shape[[a]])
  if (length(view$outputs) != 1L || sum(view$meets) != 1L || is.null(target)) {
    return(NULL)
  }
  found <- find_activation(graph, view, a)
  if (is.null(found$slope) || found$name == "sigmoid") {
    return(NULL)
  }
  # Of labels -1 and 1 the error alone is the derivative of the cross-entropy, as of 0 and 1.
  if (found$name == "tanh" && all(abs(target) == 1)) {
    return(NULL)
  }
  found$error <- value_of(graph, a) - target
  if (view$moved[[found$z]] && any(found$slope != 1)) found
}
