# Rprop gone wrong: what its sign is compared with, and how its steps grow and end; twin of
# check/explain/signed.py in Python.

fewest_steps_signed <- 3L
most_to_sign <- 4L
factors_alike <- 1e-6
largest_factor <- 3
sign_comparisons <- c(">", "<", ">=", "<=", "==")
sign_turns <- c(-1, 0, 1) # what the product of two signs is compared with
# Of what grows the smaller one is taken, of what shrinks the larger one.
bound_kinds <- c(minimum = "shrunk_to_bound", maximum = "grown_to_bound")

# A gradient whose sign is compared with itself, or steps that go to a bound at once.
find_signed_fault <- function(graph, alignment, best) {
  name <- best$rule$name
  if (!name %in% c("unknown", "rprop") || length(best$rows) < fewest_steps_signed) {
    return(NULL)
  }
  # A known rule whose steps were seen to shrink compares another sign.
  compared <- name == "unknown" || !has_sign_turned(best)
  found <- if (compared) compared_with_itself(graph, alignment, best)
  if (is.null(found)) found <- step_at_bound(graph, alignment, best)
  if (is.null(found)) factors_exchanged(graph, alignment, best) else found
}

# Whether the sign of a gradient is another than in the step before.
has_sign_turned <- function(best) {
  turned <- function(r, q) {
    alike <- identical(shape_now(r$gradient), shape_now(q$gradient))
    alike && any(r$gradient * q$gradient < 0)
  }
  any(vapply(seq_along(best$rows)[-1L], function(s) {
    both <- seq_len(min(lengths(best$rows[c(s - 1L, s)])))
    any(mapply(turned, best$rows[[s - 1L]][both], best$rows[[s]][both]))
  }, NA))
}

# The updates of a step by the sign of a gradient, and what they did.
signed_updates <- function(graph, view, rows) {
  Filter(function(own) {
    any(vapply(users_of(graph)[[own$row$source]], function(u) takes_sign(graph, u), NA))
  }, own_updates(view, rows))
}

# The product of a gradient with itself, whose sign decides in every step after the first.
compared_with_itself <- function(graph, alignment, best) {
  first <- NULL
  for (s in seq_along(best$rows)[-1L]) {
    view <- alignment$views[[s]]
    products <- compared_products(graph, view)
    if (length(products) == 0L || any(vapply(products, function(p) p$a != p$b, NA))) {
      return(NULL)
    }
    for (own in signed_updates(graph, view, best$rows[[s]])) {
      product <- Find(function(p) is_own_gradient(graph, p$a, own$row), products)
      before <- row_of(best$rows[[s - 1L]], own$row$k)
      if (is.null(product) || is.null(before)) {
        return(NULL)
      }
      if (is.null(first)) first <- fault_of_itself(graph, product$node, own, before, s)
    }
  }
  first
}

fault_of_itself <- function(graph, n, own, before, s) {
  right <- before$change * own$row$change
  if (any(vapply(graph$parents[[n]], function(p) takes_sign(graph, p), NA))) right <- sign(right)
  fault <- new_fault(n, right, list(list(n, right)), own$update, NULL, "sign_with_itself")
  fault$step <- s
  fault$told_at <- copied_before(graph, n)
  fault
}

# The products whose sign is asked for in a step, and of which two values each is made.
compared_products <- function(graph, view) {
  found <- list()
  nodes <- seq_len(view$step$end)
  for (n in nodes[nodes > view$step$begin & graph$op[nodes] == "mul"]) {
    args <- graph$args[[n]]
    if (length(args) != 2L || !all(vapply(args, is_node, NA))) next
    a <- bare_of_sign(graph, view, args[[1L]])
    b <- bare_of_sign(graph, view, args[[2L]])
    if (view$after[[a]] && view$touched[[b]] && is_sign_asked(graph, n)) {
      found[[length(found) + 1L]] <- list(node = n, a = a, b = b)
    }
  }
  found
}

# What a sign is of, or a copy, where it is made in this step.
bare_of_sign <- function(graph, view, n) {
  for (k in seq_len(most_to_sign)) {
    whole <- graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L && keeps_order(graph, n)
    if (n <= view$step$begin || !(takes_sign(graph, n) || whole)) break
    n <- graph$parents[[n]][[1L]]
  }
  n
}

# Whether it is asked if a value, or its sign, is above or below 0.
is_sign_asked <- function(graph, n) {
  users <- users_of(graph)[[n]]
  for (m in c(n, users[vapply(users, function(u) takes_sign(graph, u), NA)])) {
    for (u in users_of(graph)[[m]]) {
      others <- Filter(function(a) !identical(a, m), graph$args[[u]])
      compares <- graph$op[[u]] == "flat" && graph$spelled[[u]] %in% sign_comparisons
      if (!compares || length(others) != 1L) next
      number <- operand_of(graph, others[[1L]])
      if (length(number) == 1L && isTRUE(number %in% sign_turns)) {
        return(TRUE)
      }
    }
  }
  FALSE
}

# Whether a value is the gradient that moves a parameter, which may be held in parts.
is_own_gradient <- function(graph, n, row) {
  value <- value_of(graph, n)
  moves <- value_of(graph, row$source)
  alike <- !is.null(value) && identical(shape_now(value), shape_now(moves))
  alike && any_nonzero(moves) && all_true(moves == value | moves == 0)
}

# The place of the copy of a gradient that is made before its product; NULL for none.
copied_before <- function(graph, n) {
  both <- unlist(graph$args[[n]])
  copies <- both[graph$op[both] == "move"]
  if (both[[1L]] != both[[2L]] && length(copies) == 1L) graph$site[[copies]]
}

# The wrong one of a step and its bound, where one place of the program takes one.
step_at_bound <- function(graph, alignment, best) {
  places <- bounded_by_place(graph, alignment, best)
  taken <- Find(function(taken) goes_to_bound(graph, taken), places)
  if (is.null(taken)) {
    return(NULL)
  }
  first <- taken[[1L]]
  kind <- bound_kinds[[graph$op[[first$node]]]]
  path <- list(list(first$node, first$right))
  fault <- new_fault(first$node, first$right, path, first$update, NULL, kind)
  fault$step <- first$step
  fault
}

# Whether what is taken at one place is a bound, at first, where the step is not beyond it.
goes_to_bound <- function(graph, taken) {
  first <- taken[[1L]]
  numbers <- Reduce(intersect, lapply(taken, function(t) t$numbers))
  shrinks <- graph$op[[first$node]] == "minimum"
  one_way <- all(if (shrinks) numbers > 0 & numbers < 1 else numbers > 1)
  alike <- length(unique(vapply(taken, function(t) t$limit, 1))) == 1L
  # Of one number it is not known which of its factors is its step.
  several <- sum(vapply(taken, function(t) length(t$right), 1L)) > 1L
  first$is_beyond && length(numbers) > 0L && one_way && alike && several
}

# What is the smaller or the larger one of a multiple of a step and a bound, for each place of it.
bounded_by_place <- function(graph, alignment, best) {
  places <- list()
  for (s in seq_along(best$rows)) {
    view <- alignment$views[[s]]
    for (own in signed_updates(graph, view, best$rows[[s]])) {
      among <- rule_nodes(graph, view, own$update$u, own$update$p)
      for (n in which(among & graph$op %in% names(bound_kinds))) {
        found <- read_bounded_step(graph, n)
        key <- as.character(graph$site[[n]])
        found <- if (!is.null(found)) list(c(found, list(update = own$update, step = s)))
        places[[key]] <- c(places[[key]], found)
      }
    }
  }
  places
}

# What a value is the smaller or the larger one of, where the one of them is a product.
#
# Given are the other one, the bound, what may multiply, and whether the bound was taken for all.
read_bounded_step <- function(graph, n) {
  args <- graph$args[[n]]
  for (i in seq_len(if (length(args) == 2L) 2L else 0L)) {
    product <- args[[i]]
    limit <- operand_of(graph, args[[3L - i]])
    made <- if (is_node(product) && graph$op[[product]] == "mul") value_of(graph, product)
    if (length(made) == 0L || length(limit) != 1L) next
    limit <- as.double(limit)
    values <- lapply(graph$args[[product]], function(a) operand_of(graph, a))
    numbers <- unlist(lapply(values, function(x) if (length(x) == 1L) as.double(x)))
    smaller <- graph$op[[n]] == "minimum"
    right <- made
    right[] <- if (smaller) pmax(made, limit) else pmin(made, limit)
    beyond <- if (smaller) all_true(made > limit) else all_true(made < limit)
    return(list(node = n, right = right, limit = limit, numbers = numbers, is_beyond = beyond))
  }
  NULL
}

# Steps that shrink while the sign of the gradient stays, and grow where it turns.
#
# Told where the factors of both are chosen, or a step is multiplied by that of alike signs.
factors_exchanged <- function(graph, alignment, best) {
  # Where no sign has turned yet the other factor is that which the program has.
  larger <- written_numbers(graph, alignment$views[[2L]])
  larger <- larger[larger > 1 & larger <= largest_factor]
  other <- if (length(larger) == 1L) larger else usual_shrinking
  unknown <- best$rule$name == "unknown"
  factors <- if (unknown) find_factors(best, length(best$rows), other)
  if (is.null(factors) || factors[[1L]] >= 1 || factors[[2L]] <= 1) {
    return(NULL)
  }
  for (s in seq_along(best$rows)[-1L]) {
    view <- alignment$views[[s]]
    for (own in signed_updates(graph, view, best$rows[[s]])) {
      for (n in which(rule_nodes(graph, view, own$update$u, own$update$p))) {
        right <- with_factors_exchanged(graph, n, factors[[1L]], factors[[2L]])
        if (is.null(right)) next
        path <- list(list(n, right))
        fault <- new_fault(n, right, path, own$update, NULL, "factors_exchanged")
        fault$step <- s
        return(fault)
      }
    }
  }
  NULL
}

# What a value should be that holds factors, or a step times that of alike signs; NULL for others.
with_factors_exchanged <- function(graph, n, alike, turned) {
  value <- value_of(graph, n)
  if (length(value) == 0L) {
    return(NULL)
  }
  chosen <- abs(value - alike) <= factors_alike * alike
  others <- abs(value - turned) <= factors_alike * turned
  if (all_true(chosen | others | value == 1) && any(chosen)) {
    right <- value
    right[chosen] <- turned
    right[others] <- alike
    return(right)
  }
  if (graph$op[[n]] == "mul" && multiplies_by(graph, n, alike)) value * (turned / alike)
}

# Whether a value is made by multiplying by a number.
multiplies_by <- function(graph, n, number) {
  values <- lapply(graph$args[[n]], function(a) operand_of(graph, a))
  single <- unlist(values[lengths(values) == 1L])
  any(abs(single - number) <= factors_alike * number)
}
