# One step: its forward and backward half, and where its output meets its target; twin of
# check/align/steps.py in Python. Sets of nodes are logical vectors.

turning_operations <- c("neg", "move", "mul", "div")

# The values that a step's updates are made of.
#
# Values of the step before that depend on parameters (as momentum's are) are its past, not its own:
# the search ends at them.
look_at_step <- function(graph, found, touched, step) {
  owned <- found$owner > 0L
  cone <- logical(graph$size)
  stack <- unlist(lapply(step$updates, function(c) c$terms[1L, ]))
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (cone[[n]]) next
    cone[[n]] <- TRUE
    if (!owned[[n]] && n > step$begin) stack <- c(stack, graph$parents[[n]])
  }
  moved <- logical(graph$size)
  firsts <- cone
  firsts[step$first] <- TRUE
  for (n in which(firsts)) {
    parents <- graph$parents[[n]]
    own <- owned[[n]] || any(moved[parents[cone[parents]]])
    if (own && (n > step$begin || owned[[n]])) moved[[n]] <- TRUE
  }
  none <- logical(graph$size)
  list2env(list(
    step = step, cone = cone, moved = moved, cut = firsts & owned, touched = touched, after = none,
    forward = none, meets = none, outputs = integer(0), targets = list()
  ), parent = emptyenv())
}

# Where output and target meet: the first difference or quotient of what moves and what stays. A
# list of possible sets of meetings, the earliest ones first; a meeting is list(node, output,
# target).
find_meetings <- function(graph, view) {
  nodes <- which(view$cone & view$moved)
  all_of <- function(read) {
    Filter(Negate(is.null), lapply(nodes, function(n) read(graph, view, n)))
  }
  classes <- all_of(read_class_meeting)
  # What is taken from a class is the meeting, and not what is subtracted after it.
  after <- made_of(graph, view, vapply(classes, function(m) m[[1L]], 1L))
  meets <- Filter(function(m) !after[[m[[2L]]]], all_of(read_meeting))
  if (length(meets) == 0L) meets <- classes
  if (length(meets) == 0L) meets <- all_of(read_literal_meeting)
  if (length(meets) == 0L) {
    return(list())
  }
  places <- vapply(meets, function(m) m[[1L]], 1L)
  outputs <- vapply(meets, function(m) m[[2L]], 1L)
  after <- made_of(graph, view, places)
  first <- !after[outputs]
  # A constant that is taken away on the way forward looks like a target: then the last ones are.
  ahead <- ancestors_of(graph, outputs, view) & view$moved
  last <- !ahead[places]
  if (!any(last) || setequal(places[first], places[last])) {
    return(list(meets[first]))
  }
  list(meets[first], meets[last])
}

# Cut a step into forward and backward at its meetings.
use_meetings <- function(graph, view, meets) {
  view$meets <- logical(graph$size)
  view$meets[vapply(meets, function(m) m[[1L]], 1L)] <- TRUE
  view$after <- made_of(graph, view, which(view$meets))
  all_outputs <- vapply(meets, function(m) m[[2L]], 1L)
  view$outputs <- integer(0)
  view$targets <- list()
  for (m in meets) {
    a <- m[[2L]]
    turned <- graph$op[[a]] == "sub" && any(graph$parents[[a]] %in% all_outputs)
    if (!turned && !view$after[[a]] && !a %in% view$outputs) {
      view$outputs <- c(view$outputs, a)
      view$targets[[length(view$outputs)]] <- m[[3L]]
    }
  }
  view$forward <- ancestors_of(graph, view$outputs, view) & view$moved
}

read_meeting <- function(graph, view, n) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (!op %in% c("sub", "div") || length(args) != 2L || view$cut[[n]]) {
    return(NULL)
  }
  moved <- vapply(args, function(a) is_node(a) && view$moved[[a]], NA)
  if (moved[[1L]] == moved[[2L]]) {
    return(NULL)
  }
  a <- args[[if (moved[[1L]]) 1L else 2L]]
  y <- args[[if (moved[[1L]]) 2L else 1L]]
  if (view$cut[[a]] || !is_node(y) || view$touched[[y]]) {
    return(NULL)
  }
  if (graph$at[[y]] < 0 || graph$at[[a]] < 0) {
    return(NULL)
  }
  if (op == "div" && (moved[[1L]] || graph$count[[y]] != graph$count[[a]])) {
    return(NULL)
  }
  list(n, a, if (op == "div") without_minus(graph, y) else y)
}

# The target itself where -y / a begins the way back, written as -y, (-1) y or 0 - y.
without_minus <- function(graph, y) {
  args <- graph$args[[y]]
  nodes <- Filter(is_node, args)
  literal <- vapply(args, function(a) if (is_node(a)) NA_real_ else as.numeric(a[[1L]])[[1L]], 0)
  turned <- switch(graph$op[[y]],
    neg = TRUE,
    mul = any(literal == -1, na.rm = TRUE),
    sub = isTRUE(literal[[1L]] == 0),
    FALSE
  )
  if (turned && length(nodes) == 1L) nodes[[1L]] else y
}

# p[rows, labels] -= 1, and y * -1 + a: a target that is no operand of a difference.
read_class_meeting <- function(graph, view, n) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (op == "add" && length(args) == 2L && all(vapply(args, is_node, NA))) {
    moved <- view$moved[unlist(args)]
    if (moved[[1L]] != moved[[2L]]) {
      a <- args[[if (moved[[1L]]) 1L else 2L]]
      y <- args[[if (moved[[1L]]) 2L else 1L]]
      if (!view$cut[[a]] && !view$touched[[y]] && graph$op[[y]] %in% c("neg", "mul")) {
        return(list(n, a, -value_of(graph, y)))
      }
    }
  }
  parents <- graph$parents[[n]]
  index <- if (op == "move" && length(parents) == 2L) movement_of(graph, n)
  if (is.null(index) || !identical(graph$shape[[parents[[1L]]]], graph$shape[[n]])) {
    return(NULL)
  }
  base <- parents[[1L]]
  changed <- index >= graph$count[[base]]
  one <- lowered_by_one(graph, parents[[2L]])
  if (!any(changed) || is.null(one) || view$cut[[base]] || !view$moved[[base]]) {
    return(NULL)
  }
  list(n, base, shape_rows(changed * one, graph$shape[[n]]))
}

# a - y where y is a plain number.
read_literal_meeting <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "sub" || length(args) != 2L || view$cut[[n]]) {
    return(NULL)
  }
  if (is_node(args[[1L]]) && view$moved[[args[[1L]]]] && !is_node(args[[2L]])) {
    return(list(n, args[[1L]], args[[2L]]))
  }
  if (is_node(args[[2L]]) && !is_node(args[[1L]]) && !isTRUE(args[[1L]][[1L]] == 1)) {
    return(list(n, args[[2L]], args[[1L]]))
  }
  NULL
}

lowered_by_one <- function(graph, n) {
  args <- graph$args[[n]]
  one <- graph$op[[n]] %in% c("sub", "add") && length(args) == 2L && !is_node(args[[2L]]) &&
    isTRUE(abs(as.double(args[[2L]][[1L]])) == 1)
  if (one) as.double(args[[2L]][[1L]]) * if (graph$op[[n]] == "sub") 1 else -1
}

made_of <- function(graph, view, starts) {
  after <- logical(graph$size)
  is_start <- logical(graph$size)
  is_start[starts] <- TRUE
  for (n in which(view$cone & view$moved & !view$cut)) {
    if (is_start[[n]] || any(after[graph$parents[[n]]])) after[[n]] <- TRUE
  }
  after
}

ancestors_of <- function(graph, starts, view) {
  seen <- logical(graph$size)
  stack <- starts
  begin <- view$step$begin
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]]) next
    seen[[n]] <- TRUE
    if (!view$cut[[n]] && (n > begin || view$moved[[n]])) stack <- c(stack, graph$parents[[n]])
  }
  seen
}

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
    e <- out - target
    seed <- switch(family,
      squared_error = list(a, e),
      absolute_error = list(a, sign(e)),
      seed_entropy(graph, view, family, a, out, target)
    )
    if (!all_finite(seed[[2L]])) {
      return(NULL)
    }
    seeds$add(seed[[1L]], seed[[2L]])
  }
  seeds
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
  if (!is.null(z) && view$moved[[z]] && holds_all(graph, view, a, z)) {
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

# The sum of each sample's target, which is 1 where it is one-hot.
target_mass <- function(graph, z, out, target) {
  axis <- softmax_axis(value_of(graph, z), out)
  if (is.null(axis)) 1 else reduce_axis("sum", target, axis)
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

# The node z whose sigmoid or softmax a is, a few operations before it.
find_input <- function(graph, a, kind) {
  out <- value_of(graph, a)
  level <- a
  found <- NULL
  for (k in 1:9) {
    level <- utils::head(unique(unlist(graph$parents[level])), 30L)
    for (n in level) {
      if (!identical(graph$shape[[n]], graph$shape[[a]])) next
      z <- value_of(graph, n)
      if (is.null(z) || !all_finite(z)) next
      if (kind == "softmax" && !is.null(softmax_axis(z, out))) return(n)
      if (kind == "sigmoid" && is_close(1 / (1 + exp(-z)), out)) {
        if (any_nonzero(z) || !graph$op[[n]] %in% turning_operations) return(n)
        found <- n # z and -z are the same where weights begin at 0
      }
    }
  }
  found
}

# The derivative at every value of the forward half, and what stopped it, if something did.
differentiate <- function(graph, view, seeds) {
  adjoint <- seeds
  stopped <- NULL
  for (n in rev(which(view$forward))) {
    if (is.null(adjoint$at(n)) || view$cut[[n]]) next
    parts <- suppressWarnings(pull_back(graph, n, adjoint$at(n)))
    if (is.null(parts)) {
      stopped <- paste0(graph$spelled[[n]], " on line ", place_of_node(graph, n)$line, " is not known")
      next
    }
    for (part in parts) {
      if (view$moved[[part[[1L]]]]) adjoint$add(part[[1L]], part[[2L]])
    }
  }
  list(adjoint = adjoint, stopped = stopped)
}
