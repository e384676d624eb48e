# Losses, seeded where output and target meet and differentiated through a step; twin of the end of
# check/align/steps.py in Python.

# Derivatives at nodes, kept in the order in which they were first made.
new_adjoint <- function(size) {
  order <- integer(0)
  value <- vector("list", size)
  list(
    add = function(n, g) {
      if (is.null(value[[n]])) {
        order <<- c(order, n)
        value[[n]] <<- g
      } else {
        value[[n]] <<- plus(value[[n]], g)
      }
    },
    put = function(n, g) {
      if (is.null(value[[n]])) order <<- c(order, n)
      value[[n]] <<- g
    },
    at = function(n) value[[n]],
    order = function() order
  )
}

# The derivative of a loss at each output; NULL where it has none.
#
# Where the output is a sigmoid or a softmax, the cross-entropies begin at its input: there nothing
# is divided by an output that has become 0 or 1.
seed_loss <- function(graph, view, family) {
  seeds <- new_adjoint(graph$size)
  if (!is.null(view$given)) {
    for (given in view$given) seeds$add(given$node, given$value)
    return(seeds)
  }
  if (family == "own") {
    seeds$add(view$outputs, like(1, graph$shape[[view$outputs]]))
    return(seeds)
  }
  for (i in seq_along(view$outputs)) {
    a <- view$outputs[[i]]
    out <- value_of(graph, a)
    target <- target_of(graph, view$targets[[i]])
    if (is.null(out) || is.null(target)) {
      return(NULL)
    }
    target <- shape_target(target, shape_now(out))
    if (is.null(target)) {
      return(NULL)
    }
    begun <- begin_loss(graph, view, family, a, out, target)
    if (is.null(begun) || !all(vapply(begun, function(seed) all_finite(seed[[2L]]), NA))) {
      return(NULL)
    }
    for (seed in begun) seeds$add(seed[[1L]], seed[[2L]])
  }
  seeds
}

# The derivative of a loss at one output, or at what the output is made of: lists of both.
begin_loss <- function(graph, view, family, a, out, target) {
  e <- out - target
  jump <- find_jump(graph, view, a)
  if (!is.null(jump)) {
    return(if (family == "squared_error") seed_jump(graph, a, jump, e))
  }
  list(switch(family,
    squared_error = list(a, e),
    absolute_error = list(a, sign(e)),
    seed_entropy(graph, view, family, a, out, target)
  ))
}

# A target is a node, a literal in a list, or the numbers themselves.
target_of <- function(graph, y) {
  if (is.integer(y) || is.list(y)) operand_of(graph, y) else y
}

# A target in the shape of the output; NULL where the two do not fit.
shape_target <- function(target, shape) {
  if (identical(shape_now(target), shape)) {
    return(target)
  }
  if (length(target) == prod(shape)) {
    return(shape_rows(target, shape))
  }
  own <- shape_now(target)
  if (length(own) <= length(shape) && identical(common_shape(own, shape), shape)) {
    spread_over(target, shape)
  }
}

seed_entropy <- function(graph, view, family, a, out, target) {
  binary <- family == "binary_cross_entropy"
  z <- find_input(graph, a, if (binary) "sigmoid" else "softmax")
  if (binary && !is.null(z) && !any_nonzero(value_of(graph, z))) {
    z <- NULL # where weights begin at 0 it may be -z, as in exp(-X %*% w); 1/2 divides safely
  }
  # Where the slope is the program's own the loss begins before it.
  own <- !is.null(view$slopes[[as.character(a)]])
  if (!own && !is.null(z) && view$moved[[z]] && holds_all(graph, view, a, z)) {
    mass <- if (binary) 1 else target_mass(graph, z, out, target)
    return(list(z, minus(times(mass, out), target)))
  }
  list(a, if (binary) (out - target) / (out * (1 - out)) else -target / out)
}

# Whether a value is made of parameters by way of z alone: a bias of 0 may come after z.
holds_all <- function(graph, view, a, z) {
  seen <- z
  stack <- a
  while (length(stack) > 0L) {
    n <- stack[[1L]]
    stack <- stack[-1L]
    if (n %in% seen) next
    if (view$cut[[n]]) {
      return(FALSE)
    }
    seen <- c(seen, n)
    parents <- graph$parents[[n]]
    stack <- c(stack, parents[view$moved[parents]])
  }
  TRUE
}

# The sum of each sample's target, which is 1 where it is one-hot, also with the other sign.
target_mass <- function(graph, z, out, target) {
  axis <- softmax_axis(value_of(graph, z), out)
  if (is.null(axis)) 1 else abs(reduce_axis("sum", target, axis))
}

# The axis over which an output is the softmax of its input; NULL if it is none.
softmax_axis <- function(z, a) {
  if (!identical(shape_now(z), shape_now(a)) || is.null(dim(z))) {
    return(NULL)
  }
  for (axis in rev(seq_along(dim(z)))) {
    if (dim(z)[[axis]] > 1L) {
      e <- exp(minus(z, reduce_axis("max", z, axis)))
      if (is_close(over(e, reduce_axis("sum", e, axis)), a)) return(axis)
    }
  }
  NULL
}

# The node z whose sigmoid, softmax or exponential a is, a few operations before it.
find_input <- function(graph, a, kind) {
  if (kind != "softmax" || length(graph$shape[[a]]) > 0L) {
    known_of(graph, paste(kind, a), search_input(graph, a, kind))
  }
}

# Whether a value is a sigmoid, softmax or exponential; in 1 / (1 + exp(-x %*% w)) there is no z.
is_made_by <- function(graph, a, kind) {
  while (graph$op[[a]] == "move" && length(graph$parents[[a]]) == 1L && keeps_order(graph, a)) {
    a <- graph$parents[[a]] # it was given another shape after that
  }
  kinds <- c(kind, if (kind == "sigmoid") "turned")
  any(vapply(kinds, function(k) !is.null(find_input(graph, a, k)), NA))
}

search_input <- function(graph, a, kind) {
  out <- value_of(graph, a)
  level <- a
  found <- NULL
  for (k in 1:9) {
    level <- utils::head(unique(unlist(graph$parents[level])), 30L)
    for (n in level) {
      if (!identical(graph$shape[[n]], graph$shape[[a]])) next
      z <- value_of(graph, n)
      if (is.null(z) || !all_finite(z) || !is_input(z, out, kind)) next
      if (kind == "softmax") {
        return(unshifted(graph, n, out))
      }
      if (kind == "exp" || may_be_input(graph, n)) {
        return(n)
      }
      found <- n # z and -z are the same where weights begin at 0
    }
  }
  found
}

# The input of a softmax before its largest was taken away.
#
# The softmax is the same, and only of a target that sums up to 1 nothing goes back through that.
unshifted <- function(graph, z, out) {
  while (graph$op[[z]] == "sub" && is_node(graph$args[[z]][[1L]])) {
    whole <- graph$args[[z]][[1L]]
    if (is.null(softmax_axis(value_of(graph, whole), out))) break
    z <- whole
  }
  z
}

# Whether an input of a sigmoid is not 0 everywhere, or not what turns another.
may_be_input <- function(graph, n) {
  any_nonzero(value_of(graph, n)) || !graph$op[[n]] %in% turning_operations
}

is_input <- function(z, out, kind) {
  switch(kind,
    softmax = !is.null(softmax_axis(z, out)),
    exp = is_close(exp(z), out),
    sigmoid = is_close(1 / (1 + exp(-z)), out),
    turned = is_close(1 / (1 + exp(z)), out)
  )
}

# Whether a number is 0 and found not to be above it: where no maximum is taken it is a relu.
#
# `if (x > 0) x else 0` leaves the number itself, and what goes back asks for its sign.
is_kink <- function(graph, n) {
  if (length(graph$shape[[n]]) > 0L || !identical(as.vector(value_of(graph, n)), 0)) {
    return(FALSE)
  }
  any(vapply(users_of(graph)[[n]], function(u) {
    args <- graph$args[[u]]
    zero <- length(args) == 2L && !is_node(args[[2L]]) && identical(as.double(args[[2L]][[1L]]), 0)
    asked <- graph$op[[u]] == "flat" && zero && identical(as.vector(value_of(graph, u)), 0)
    asked && !any(vapply(users_of(graph)[[u]], function(w) is_chosen(graph, w), NA))
  }, NA))
}

# The derivative at every value of the forward half, and what stopped it, if something did.
differentiate <- function(graph, view, seeds) {
  adjoint <- seeds
  stopped <- NULL
  for (n in rev(which(view$forward))) {
    if (is.null(adjoint$at(n)) || view$cut[[n]] || is_kink(graph, n)) next
    own <- view$slopes[[as.character(n)]]
    parts <- if (is.null(own)) {
      suppressWarnings(pull_back(graph, n, adjoint$at(n)))
    } else {
      list(list(own$z, times(adjoint$at(n), own$value)))
    }
    if (is.null(parts)) {
      line <- place_of_node(graph, n)$line
      stopped <- paste0(graph$spelled[[n]], " on line ", line, " is not known")
      next
    }
    for (part in parts) {
      if (view$moved[[part[[1L]]]]) adjoint$add(part[[1L]], part[[2L]])
    }
  }
  for (own in view$measured) adjoint$put(own$node, own$value)
  list(adjoint = adjoint, stopped = if (is.null(view$measured)) stopped)
}
