# What the loss that a program computes has, and its gradient has not: weights, other labels, L1;
# twin of check/explain/own_loss.py in Python.

entropies <- c("binary_cross_entropy", "cross_entropy")
squares_of_weights <- c("pow", "square", "mul", "crossprod")
from_data <- 2L # steps from what a loss takes to what that was made of

# Weights of samples or soft labels of the loss that the error lacks, or L1 that became L2.
find_unlike_loss <- function(graph, alignment, best) {
  views <- alignment$views
  penalised <- length(best$decays) > 0L || length(best$inside) > 0L
  single <- all(vapply(views, function(v) length(v$outputs), 1L) == 1L)
  known <- single && best$family %in% c(entropies, "squared_error")
  if (isTRUE(alignment$asked) || !(penalised || known)) {
    return(NULL)
  }
  begins <- vapply(views, function(view) view$step$begin, 1L)
  steps <- lapply(views, function(view) view$step)
  for (end in unlist(find_objectives(graph, alignment$found, steps), recursive = FALSE)) {
    s <- match(end$step$begin, begins)
    fault <- if (penalised) l1_as_l2(graph, alignment, best, end, s)
    if (is.null(fault) && known) fault <- unlike_at_output(graph, views[[s]], best, end, s)
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

unlike_at_output <- function(graph, view, best, end, s) {
  if (best$family == "squared_error") {
    return(slope_too_many(graph, view, end, s))
  }
  unlike_output(graph, view, best$family, end, s)
}

# The error without what the derivative of the program's own loss has at the output.
unlike_output <- function(graph, view, family, end, s) {
  a <- view$outputs
  own <- seed_loss(graph, view, family)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, graph$shape[[a]])
  error <- Find(function(m) a %in% graph$parents[[m]], which(view$meets))
  one <- !is.null(own) && length(own$order()) == 1L && graph$count[[a]] > 1
  if (!one || is.null(target) || is.null(error)) {
    return(NULL)
  }
  theirs <- own_derivative_at(graph, end, own$order())
  known <- own$at(own$order())
  if (is.null(theirs) || is_number_times(theirs, known)) {
    return(NULL)
  }
  for (d in data_of_loss(graph, end, graph$shape[[a]])) {
    found <- error_with_data(value_of(graph, a), target, theirs, known, d, family)
    if (!is.null(found)) {
      right <- found$error(value_of(graph, error))
      return(fault_of_loss(graph, view, error, right, found$kind, s))
    }
  }
  NULL
}

# What data of the loss make of the error, where its derivative is that with them; NULL if not.
error_with_data <- function(out, target, theirs, known, d, family) {
  if (abs(sum(sign(d))) == length(d) && is_number_times(theirs, times(d, known))) {
    return(list(kind = "weights_left_out", error = function(e) times(e, abs(d))))
  }
  made <- if (is_softer(d, target)) with_other_target(family, out, known, target, d)
  if (is_number_times(theirs, made)) {
    turned <- function(e) sign(factor_between(e, out - target)) * (out - d)
    list(kind = "soft_labels_left_out", error = turned)
  }
}

# Whether data are labels between 0 and 1, where a target is 0 or 1.
is_softer <- function(d, target) {
  alike <- identical(shape_now(d), shape_now(target))
  alike && is_hard(target) && !is_hard(d) && all(d >= 0 & d <= 1)
}

# The slope of an exponential that the loss of counts cancels: at its input it is mu - y.
slope_too_many <- function(graph, view, end, s) {
  a <- view$outputs
  z <- find_input(graph, a, "exp")
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, graph$shape[[a]])
  if (is.null(z) || is.null(target) || squares_errors(graph, view)) {
    return(NULL)
  }
  error <- shape_rows(value_of(graph, a) - target, graph$shape[[z]])
  if (!is_number_times(own_derivative_at(graph, end, z), error)) {
    return(NULL)
  }
  for (n in which(view$after & graph$op == "mul")) {
    nodes <- graph$parents[[n]]
    other <- nodes[view$after[nodes]]
    if (length(other) == 1L && a %in% vapply(nodes, function(p) before_moves(graph, p), 1L)) {
      right <- value_of(graph, other)
      path <- list(list(n, right))
      fault <- new_fault(n, right, path, last_update(view), NULL, "slope_with_own_loss")
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# The derivative of a cross-entropy for another target, where that for one is known.
with_other_target <- function(family, out, known, target, d) {
  if (is_near(known, out - target)) {
    return(out - d)
  }
  if (family == "binary_cross_entropy") (out - d) / (out * (1 - out)) else -d / out
}

fault_of_loss <- function(graph, view, error, right, kind, s) {
  right <- shape_rows(right, graph$shape[[error]])
  fault <- new_fault(error, right, list(list(error, right)), last_update(view), NULL, kind)
  fault$step <- s
  fault
}

# The derivative of a loss at the value that a step has at a node, wherever it is made anew.
own_derivative_at <- function(graph, end, at) {
  adjoint <- differentiate(graph, end, seed_loss(graph, end, "own"))$adjoint
  value <- ravel(value_of(graph, at))
  for (n in sort(adjoint$order())) {
    same <- end$forward[[n]] && !end$cut[[n]] && graph$count[[n]] == length(value)
    if (same && is_near(ravel(value_of(graph, n)), value)) {
      return(shape_rows(adjoint$at(n), graph$shape[[at]]))
    }
  }
  NULL
}

# What a loss is made of and no parameter makes: one number for each output, or each sample.
data_of_loss <- function(graph, end, shape) {
  beside <- as.integer(unlist(graph$parents[which(end$forward)]))
  beside <- unique(beside[!end$touched[beside]])
  for (k in seq_len(from_data)) {
    beside <- unique(c(beside, as.integer(unlist(graph$parents[beside]))))
  }
  uneven <- length(shape) == 2L && shape[[1L]] != shape[[2L]]
  sizes <- c(prod(shape), if (uneven) shape)
  beside <- sort(beside[graph$count[beside] > 1 & graph$count[beside] %in% sizes])
  found <- lapply(beside, function(p) {
    value <- value_of(graph, p)
    if (is.null(value) || !all_finite(value)) {
      NULL
    } else if (length(value) == prod(shape)) {
      shape_rows(value, shape)
    } else {
      matrix(ravel(value), if (length(value) == shape[[1L]]) length(value) else 1L)
    }
  })
  Filter(Negate(is.null), found)
}

is_number_times <- function(x, y) {
  known <- !is.null(x) && !is.null(y)
  alike <- known && identical(shape_now(x), shape_now(y)) && any_nonzero(y)
  r <- if (alike) factor_between(x, y) else 0
  r != 0 && is_near(x, r * y)
}

is_hard <- function(target) all(target %in% c(0, 1))

# A penalty of |w| in the loss, whose gradient has w in place of its sign.
l1_as_l2 <- function(graph, alignment, best, end, s) {
  owner <- alignment$found$owner
  sizes <- owners_taken(graph, owner, end, "abs")
  squares <- owners_taken(graph, owner, end, squares_of_weights)
  for (row in best$rows[[s]]) {
    key <- paste(s, row$k)
    if (!row$k %in% setdiff(sizes, squares) || !any_nonzero(row$old)) next
    if (key %in% names(best$decays)) {
      off <- best$decays[[key]] * (row$old - sign(row$old))
      return(decay_fault(graph, alignment$views[[s]], row, off, s, "penalty_as_weight"))
    }
    inside <- key %in% names(best$inside)
    fault <- if (inside) fault_inside(graph, alignment, s, row, 1, "penalty_as_weight")
    if (!is.null(fault) && is_number_times(fault$right, row$old)) {
      fault$right <- factor_between(fault$right, row$old) * sign(row$old)
      fault$path <- list(list(fault$node, fault$right))
      return(fault)
    }
  }
  NULL
}

# The parameters that some operations of a loss are taken of alone, or twice.
owners_taken <- function(graph, owner, end, ops) {
  nodes <- which(end$forward & graph$op %in% ops)
  taken <- lapply(graph$parents[nodes], unique)
  taken <- unlist(taken[lengths(taken) == 1L])
  vapply(as.integer(taken), function(p) owner_through_moves(graph, owner, p), 1L)
}
