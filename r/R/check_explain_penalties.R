# The gradient of a penalty against the penalty in the cost that the program computes; twin of
# check/explain/penalties.py in Python.
#
# Of c w^2 it is 2 c w, on the scale of the rest: as many times the rate as the rest of the gradient
# is the derivative of the rest of the cost.

most_penalty_terms <- 40L

# A decay that is twice or half of what the cost says, or as many times as there are samples.
#
# Told only where the cost has the data and the penalty in one sum, and the rest of the gradient is
# the derivative of the rest of the cost, times the rate that the update multiplies by.
find_penalty_factor <- function(graph, alignment, best) {
  decays <- c(best$decays, best$inside)
  if (best$rule$name != "gradient_descent" || length(decays) == 0L) {
    return(NULL)
  }
  found <- decays_beside_cost(graph, alignment, best, decays)
  wrong <- Filter(function(f) any_nonzero(f$row$old) && abs(f$times - 1) > 1e-6, found)
  if (length(wrong) == 0L) {
    return(NULL)
  }
  times <- vapply(wrong, function(f) f$times, 1)
  samples <- as.double(count_samples(graph, alignment$views[[1L]]))
  known <- setdiff(c(2, 0.5, samples, 1 / samples), 1)
  if (!any(vapply(known, function(k) all(abs(times / k - 1) <= 1e-6), NA))) {
    return(NULL)
  }
  one <- wrong[[1L]]
  if (!paste(one$step, one$row$k) %in% names(best$decays)) {
    return(fault_inside(graph, alignment, one$step, one$row, 1 / one$times, "penalty_factor"))
  }
  off <- one$decay * (1 - 1 / one$times) * one$row$old
  decay_fault(graph, alignment$views[[one$step]], one$row, off, one$step, "penalty_factor")
}

# The decays of steps whose cost has a penalty, and how many times that each is; none where a
# parameter decays that is in no penalty.
decays_beside_cost <- function(graph, alignment, best, decays) {
  found <- list()
  for (s in seq_along(alignment$views)) {
    penalty <- penalty_of_cost(graph, alignment, s, best)
    if (is.null(penalty)) next
    for (row in best$rows[[s]]) {
      decay <- unname(decays[paste(s, row$k)])
      if (is.na(decay) || decay <= 0) next
      if (is.na(penalty[[row$k]])) {
        return(list())
      }
      times <- decay / penalty[[row$k]]
      found[[length(found) + 1L]] <- list(step = s, row = row, decay = decay, times = times)
    }
  }
  found
}

# A penalty that is taken away from a gradient, so that weights grow instead of decaying.
find_growth_inside <- function(graph, alignment, best) {
  grown <- names(best$inside)[best$inside < 0]
  if (length(grown) == 0L) {
    return(NULL)
  }
  keys <- do.call(rbind, lapply(strsplit(grown, " "), as.integer))
  first <- keys[order(keys[, 1L], keys[, 2L])[[1L]], ]
  s <- first[[1L]]
  fault_inside(graph, alignment, s, row_of(best$rows[[s]], first[[2L]]), -1, "growth")
}

# By what each parameter should decay, NA where it is in no penalty; NULL where no cost of this
# step's output says it.
penalty_of_cost <- function(graph, alignment, s, best) {
  view <- alignment$views[[s]]
  if (length(view$outputs) != 1L) {
    return(NULL)
  }
  losses <- list_losses(graph, view, best$family)
  for (i in seq_along(losses$node)) {
    data <- losses$node[[i]]
    rate <- best$factors[[s]] / losses$weight[[i]]
    if (!is_rate_written(best, s, rate)) next
    for (n in users_of(graph)[[data]]) {
      squares <- list_squares(graph, view, alignment$found$owner, added_to(graph, n, data))
      if (!is.null(squares)) {
        return(add_up_squares(squares, 2 * rate, alignment))
      }
    }
  }
  NULL
}

# What squares ask of each parameter; NULL where several parts of one are squared unlike.
add_up_squares <- function(squares, times, alignment) {
  penalty <- rep(NA_real_, max(alignment$found$owner))
  for (k in unique(squares[1L, ])) {
    own <- squares[, squares[1L, ] == k, drop = FALSE]
    row <- row_of(alignment$readings[[1L]]$rows[[1L]], k)
    if (own[3L, 1L] >= length(row$old)) {
      penalty[[k]] <- times * sum(own[2L, ])
    } else if (length(unique(own[2L, ])) == 1L) {
      penalty[[k]] <- times * own[2L, 1L]
    } else {
      return(NULL)
    }
  }
  penalty
}

# What a sum has besides one value; NULL where it is no sum of two values.
added_to <- function(graph, n, one) {
  others <- Filter(function(a) !identical(as.integer(a), as.integer(one)), graph$args[[n]])
  if (graph$op[[n]] == "add" && length(others) == 1L && is_node(others[[1L]])) others[[1L]]
}

# Whether an update multiplies by a rate what it takes: itself or a part of it.
is_rate_written <- function(best, s, rate) {
  factors <- unlist(lapply(best$rows[[s]], function(r) {
    lapply(r$parts$terms, function(t) c(t$factor, if (!is.null(t$way)) t$way[2L, ]))
  }))
  any(abs(abs(factors) - rate) <= 1e-6 * rate)
}

# The parameters whose squares a single number sums up, by what, and of how many elements: three
# rows; NULL where it holds anything else.
list_squares <- function(graph, view, owner, start) {
  found <- matrix(0, 3L, 0L)
  stack <- if (!is.null(start)) list(c(start, 1))
  for (i in seq_len(most_penalty_terms)) {
    if (length(stack) == 0L) {
      return(if (ncol(found) > 0L) found)
    }
    n <- as.integer(stack[[length(stack)]][[1L]])
    f <- stack[[length(stack)]][[2L]]
    stack[[length(stack)]] <- NULL
    of <- squared_array(graph, view, n)
    k <- if (is.null(of)) 0L else owner_through_moves(graph, owner, of$node)
    inner <- if (k == 0L) terms_of_penalty(graph, view, n, f)
    if (k > 0L) {
      found <- cbind(found, c(k, f * of$number, graph$count[[of$node]]))
    } else if (!is.null(inner)) {
      stack <- c(stack, inner)
    } else if (any_nonzero(value_of(graph, n))) { # a sum may begin with 0
      return(NULL)
    }
  }
  NULL
}

# The terms of a sum, or of a multiple of one, each with its factor; NULL for anything else.
terms_of_penalty <- function(graph, view, n, f) {
  op <- graph$op[[n]]
  if (op %in% c("mul", "div") && length(graph$args[[n]]) == 2L) {
    return(multiple_of_penalty(graph, view, n, f))
  }
  nodes <- unlist(Filter(is_node, graph$args[[n]]))
  single <- graph$count[[n]] == 1 && op %in% c("sum", "move")
  joined <- op == "move" && length(nodes) > 1L && all(graph$count[nodes] == 1)
  if (length(nodes) > 0L && (single || joined || op == "add" && length(nodes) == 2L)) {
    lapply(nodes, function(p) c(p, f))
  }
}

# What a plain number multiplies or divides, with its factor; NULL where there is no such number.
multiple_of_penalty <- function(graph, view, n, f) {
  args <- graph$args[[n]]
  times <- graph$op[[n]] == "mul"
  for (i in if (times) 1:2 else 2L) {
    number <- plain_number(graph, view, args[[i]])
    if (!is.null(number) && is_node(args[[3L - i]])) {
      return(list(c(args[[3L - i]], if (times) f * number else f / number)))
    }
  }
  NULL
}

# The array whose squares a value is the sum of, or the number that it is the square of, or NULL.
squared_array <- function(graph, view, n) {
  parents <- graph$parents[[n]]
  if (graph$count[[n]] != 1 || length(parents) == 0L) {
    return(NULL)
  }
  if (graph$op[[n]] %in% c("matmul", "inner", "crossprod")) {
    return(factor_of_square(graph, view, vapply(parents, function(p) unturned(graph, p), 1L)))
  }
  inner <- if (graph$op[[n]] == "sum") parents[[1L]] else n
  if (is_square(graph, inner)) list(node = graph$parents[[inner]][[1L]], number = 1)
}

# What a product is the square of, and how many times: c w' w may be a product of c w and w.
factor_of_square <- function(graph, view, turned) {
  for (pair in if (length(turned) == 2L) list(turned, rev(turned))) {
    bare <- split_number(graph, view, pair[[1L]])
    if (are_one(graph, bare$node, pair[[2L]])) {
      return(list(node = pair[[2L]], number = bare$number))
    }
  }
  NULL
}

# Whether two values are one, or the same part of one, which may have been taken twice.
are_one <- function(graph, a, b) {
  if (a == b) {
    return(TRUE)
  }
  moved <- graph$op[[a]] == "move" && graph$op[[b]] == "move"
  moved && identical(graph$parents[[a]], graph$parents[[b]]) &&
    identical(movement_of(graph, a), movement_of(graph, b))
}

is_square <- function(graph, n) {
  args <- graph$args[[n]]
  switch(graph$op[[n]],
    square = TRUE,
    pow = !is_node(args[[2L]]) && isTRUE(args[[2L]][[1L]] == 2),
    mul = identical(args[[1L]], args[[2L]]),
    FALSE
  )
}

# What a whole array is, which may be transposed.
unturned <- function(graph, n) {
  p <- graph$parents[[n]]
  whole <- length(p) == 1L && graph$count[[p[[1L]]]] == graph$count[[n]]
  as.integer(if (graph$op[[n]] == "move" && whole) p[[1L]] else n)
}
