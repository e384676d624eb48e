# A loss that is not known, but for its derivative at the output, which is taken as it is; twin of
# check/align/given.py in Python.

# What makes of an error that of another loss, as Huber's, a quantile's or a hinge's.
bending_operations <- c(
  "clip", "where", "maximum", "minimum", "sign", "flat", "tanh", "abs", "sqrt", "pow"
)

# The steps with that derivative at the output with which the program begins its way back.
#
# It is taken at the output, or at what the output is the sigmoid or the softmax of; or the output
# is the mean of counts. Else only where the error is bent, or weighed by data, on the way to it, or
# where classes are in disorder; and where it has the sign of the error or is 0: then it is that of
# a loss with its least value at the target.
take_given <- function(graph, views, kind) {
  give <- if (kind == "counts") given_of_counts else find_given
  give_all(views, function(view) give(graph, view, kind))
}

# 1 - y / mu, the derivative of mu - y log(mu), where the program begins its way back with it.
#
# As where the mean of a Poisson distribution is no exponential.
given_of_counts <- function(graph, view, kind) {
  a <- view$outputs[[1L]]
  out <- value_of(graph, a)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, shape_now(out))
  fits <- length(view$outputs) == 1L && !is.null(target) && length(out) > 1L
  if (!fits || !all_true(out > 0)) {
    return(NULL)
  }
  g <- 1 - target / out
  for (n in which(view$after & graph$op == "sub" & graph$count == length(g))) {
    value <- shape_rows(value_of(graph, n), graph$shape[[a]])
    if (is_close(value, g) || is_close(value, -g)) {
      return(list(list(node = a, value = g)))
    }
  }
  NULL
}

find_given <- function(graph, view, kind) {
  if (length(view$outputs) != 1L) {
    return(find_weighed(graph, view, kind))
  }
  a <- view$outputs[[1L]]
  out <- value_of(graph, a)
  target <- target_of(graph, view$targets[[1L]])
  target <- if (!is.null(target)) shape_target(target, shape_now(out))
  if (is.null(target) || length(out) < 2L) {
    return(NULL)
  }
  last <- odd_end_of_error(graph, view, kind, length(out))
  if (is.null(last)) {
    return(NULL)
  }
  g <- shape_rows(ravel(value_of(graph, last)), graph$shape[[a]])
  along <- sign(g * (out - target))
  if (!any_nonzero(g) || min(along) < 0 && max(along) > 0) {
    return(NULL)
  }
  at <- if (nzchar(kind)) find_input(graph, a, kind) else a
  if (is.null(at) || !view$moved[[at]]) {
    return(NULL)
  }
  list(list(node = at, value = if (max(along) > 0) g else -g))
}

# The errors of several samples, each times the weight that the program gives it.
find_weighed <- function(graph, view, kind) {
  given <- list()
  weights <- numeric(0)
  for (i in seq_along(view$outputs)) {
    a <- view$outputs[[i]]
    out <- value_of(graph, a)
    at <- if (nzchar(kind)) find_input(graph, a, kind) else a
    target <- target_of(graph, view$targets[[i]])
    target <- if (!is.null(target)) shape_target(target, shape_now(out))
    met <- Find(function(u) view$meets[[u]] && graph$op[[u]] == "sub", users_of(graph)[[a]])
    if (is.null(target) || is.null(met) || is.null(at) || !view$moved[[at]]) {
      return(NULL)
    }
    weights[[i]] <- weight_of_error(graph, view, met)
    given[[i]] <- list(node = at, value = abs(weights[[i]]) * (out - target))
  }
  nodes <- vapply(given, function(g) as.integer(g$node), 1L)
  is_weighed <- length(unique(weights)) > 1L && (min(weights) > 0 || max(weights) < 0)
  if (is_weighed && !anyDuplicated(nodes)) given
}

# The product of the plain numbers that an error alone is multiplied by.
weight_of_error <- function(graph, view, n) {
  weight <- 1
  repeat {
    after <- users_of(graph)[[n]]
    after <- after[view$after[after]]
    inner <- if (length(after) == 1L) split_linear(graph, view, after)
    if (is.null(inner) || ncol(inner) != 1L || graph$op[[after]] == "move") {
      return(weight)
    }
    n <- after
    weight <- weight * inner[[1L, 1L]]
  }
}

# The last value that is made of the error element by element, where that is bent or its classes are
# in disorder; else NULL.
odd_end_of_error <- function(graph, view, kind, size) {
  end <- end_of_error(graph, view, size)
  if (is.null(end)) {
    return(NULL)
  }
  disordered <- function() are_disordered(graph, view$outputs[[1L]], view$targets[[1L]])
  if (end$bent || kind == "softmax" && disordered()) end$node
}

# Whether targets of a softmax are as many ones as samples, and zeros, but not one for each.
are_disordered <- function(graph, a, y) {
  if (!is.integer(y) || length(y) != 1L || graph$at[[y]] < 0) {
    return(FALSE) # the numbers themselves
  }
  out <- value_of(graph, a)
  made <- value_of(graph, y)
  if (length(shape_now(out)) != 2L || !identical(shape_now(made), shape_now(out))) {
    return(FALSE)
  }
  sums_to_one <- function(margin) all(abs(apply(out, margin, sum) - 1) <= 1e-5)
  margin <- Find(sums_to_one, 1:2)
  whole <- value_of(graph, table_of(graph, y))
  if (is.null(margin) || !all(whole %in% 0:1)) {
    return(FALSE)
  }
  classes <- dim(out)[[3L - margin]]
  is_whole <- classes %in% dim(whole) && sum(whole) == length(whole) / classes
  is_whole && any(apply(made, margin, sum) != 1)
}

# The matrix that rows or columns were taken of.
table_of <- function(graph, n) {
  repeat {
    p <- unique(graph$parents[[n]])
    if (graph$op[[n]] != "move" || length(p) != 1L || length(graph$shape[[p]]) != 2L) {
      return(n)
    }
    n <- p
  }
}

# The last value that is made of the error element by element, and whether it is bent; else NULL.
end_of_error <- function(graph, view, size) {
  bent <- rep(NA, graph$size)
  for (n in which(view$after)) {
    own <- graph$parents[[n]]
    own <- own[view$after[own]]
    if (view$meets[[n]]) {
      bent[[n]] <- FALSE
    } else if (is_elementwise(graph, n, size) && !anyNA(bent[own])) {
      bends <- graph$op[[n]] %in% bending_operations || is_weighed(graph, view, n)
      bent[[n]] <- bends || any(bent[own])
    }
  }
  leads_on <- function(n) any(view$after[users_of(graph)[[n]]] & is.na(bent[users_of(graph)[[n]]]))
  last <- Filter(leads_on, which(!is.na(bent)))
  if (length(last) > 0L) list(node = max(last), bent = bent[[max(last)]])
}

is_elementwise <- function(graph, n, size) {
  graph$count[[n]] == size && !graph$op[[n]] %in% setdiff(product_operations, "mul")
}

# Whether a value is multiplied with data, one number for each sample.
is_weighed <- function(graph, view, n) {
  p <- graph$parents[[n]]
  data <- p[!view$moved[p] & !view$touched[p]]
  graph$op[[n]] %in% c("mul", "div") && any(graph$count[data] > 1)
}
