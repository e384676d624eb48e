# An update taken apart: how much of the old value, of the step before, and of what else; twin of
# check/align/updates.py in Python.

most_terms <- 200L
few_parts <- 8L

# For each node whether it depends on a parameter, at any time.
touched_by <- function(graph, owner) {
  touched <- owner > 0L
  parents <- graph$parents
  for (n in seq_len(graph$size)) {
    if (!touched[[n]] && any(touched[parents[[n]]])) touched[[n]] <- TRUE
  }
  touched
}

new_term <- function(factor, node, way = NULL) list(factor = factor, node = node, way = way)

# The linear parts of an update: `own` (the old value), `past` (the step before) and `terms`; sums
# over samples are kept whole if asked. `decay` is what of the old value is taken away besides. What
# L1 takes, a multiple of the signs, is no part of the loss's derivative and left out.
take_apart <- function(graph, view, owner, update, keep_sums = FALSE) {
  key <- paste(if (keep_sums) "sums of" else "parts of", update$u, update$p, update$k)
  known_of(view, key, split_update(graph, view, owner, update, keep_sums))
}

split_update <- function(graph, view, owner, update, keep_sums) {
  kinds <- c("own", "past", "terms", "ahead", "signs")
  parts <- stats::setNames(rep(list(list()), length(kinds)), kinds)
  stack <- list(new_term(1, update$u))
  while (length(stack) > 0L) {
    term <- stack[[length(stack)]]
    stack[[length(stack)]] <- NULL
    kind <- kind_of_term(graph, view, owner, update, term)
    apart <- kind == "terms" && length(parts$terms) < most_terms
    inner <- if (apart) operands_of_term(graph, view, update, term$node, keep_sums)
    if (is.null(inner)) {
      parts[[kind]][[length(parts[[kind]]) + 1L]] <- term
    } else {
      way <- cbind(term$way, c(term$node, term$factor))
      stack <- c(stack, lapply(seq_len(ncol(inner)), function(i) {
        new_term(term$factor * inner[1L, i], as.integer(inner[2L, i]), way)
      }))
    }
  }
  parts <- keep_difference(graph, parts, owner, update)
  total <- function(terms) sum(vapply(terms, function(t) t$factor, 1))
  decay <- 1 - total(parts$own) - total(parts$ahead)
  parts$decay <- if (abs(decay) < 1e-14) 0 else decay
  parts
}

# Which part of an update a term is; "terms" is what else it takes, and what is to be taken apart.
kind_of_term <- function(graph, view, owner, update, term) {
  n <- term$node
  if (n != update$u && is_own_value(graph, view, owner, update, n)) {
    "own"
  } else if (n <= view$step$begin && view$touched[[n]]) {
    "past"
  } else if (term$factor < 0 && is_ahead(graph, view, owner, update$k, n)) {
    "ahead"
  } else if (term$factor < 0 && is_sign_of(graph, view, owner, update$k, n)) {
    "signs"
  } else {
    "terms"
  }
}

# What a term is made of; NULL where it is kept whole.
operands_of_term <- function(graph, view, update, n, keep_sums) {
  if (view$forward[[n]] || view$meets[[n]]) {
    return(NULL)
  }
  inner <- split_linear(graph, view, n)
  if (!is.null(inner) && keep_sums && ncol(inner) > 1L && n != update$u) {
    now <- view$after[inner[2L, ]] & inner[2L, ] > view$step$begin
    if (all(now)) inner <- NULL
  }
  inner
}

# Whether a value is the old one; of a multiple of it the rest is what decays.
is_own_value <- function(graph, view, owner, update, n) {
  if (n == update$p && owner[[n]] == 0L && graph$bases[[n]] == 0L) {
    inner <- split_linear(graph, view, n)
    return(is.null(inner) || ncol(inner) != 1L || owner[[inner[[2L, 1L]]]] != update$k)
  }
  n == update$p || owner[[n]] == update$k
}

# Whether a value is where the derivative is taken: a parameter and a share of the past. Where L2 is
# taken there, too, it is one penalty with the gradient, and no part of the past.
is_ahead <- function(graph, view, owner, k, n) {
  if (!view$forward[[n]] || !graph$op[[n]] %in% c("add", "sub")) {
    return(FALSE)
  }
  own <- 0L
  past <- 0L
  stack <- n
  while (length(stack) > 0L && own + past < few_parts) {
    m <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (owner[[m]] == k) {
      own <- own + 1L
    } else if (m <= view$step$begin || !any_nonzero(value_of(graph, m))) {
      past <- past + 1L # the first step has no past, but zeros
    } else {
      inner <- split_linear(graph, view, m)
      if (is.null(inner)) {
        return(FALSE)
      }
      stack <- c(stack, as.integer(inner[2L, ]))
    }
  }
  own == 1L && past > 0L
}

# Whether a value holds the signs of a parameter, as L1 takes them away.
is_sign_of <- function(graph, view, owner, k, n) {
  p <- graph$parents[[n]]
  if (graph$op[[n]] != "flat" || length(p) != 1L || view$after[[n]] || owner[[p]] != k) {
    return(FALSE)
  }
  identical(graph$shape[[n]], graph$shape[[p]]) &&
    all_true(sign(value_of(graph, p)) == value_of(graph, n))
}

# Take P - (P of the step before) as what is left of the past, where momentum is written so.
keep_difference <- function(graph, parts, owner, update) {
  is_older <- vapply(parts$past, function(t) owner[[copied_node(graph, t$node)]] == update$k, NA)
  older <- -sum(vapply(parts$past[is_older], function(t) t$factor, 1))
  factors <- vapply(parts$own, function(t) t$factor, 1)
  grown <- which(abs(factors - older) <= 1e-12 * abs(older))
  if (older != 0 && length(grown) > 0L) {
    parts$past <- c(parts$past, parts$own[grown[[1L]]])
    parts$own <- parts$own[-grown[[1L]]]
  }
  parts
}

# What a copy is a copy of.
copied_node <- function(graph, n) {
  while (graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L && keeps_order(graph, n)) {
    n <- graph$parents[[n]][[1L]]
  }
  n
}

# What an array was filled with, as by m[] <- x; the array itself where it was not.
filled_with <- function(graph, n) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] != "move" || length(parents) != 2L ||
        !identical(graph$shape[[parents[[2L]]]], graph$shape[[n]])) {
    return(n)
  }
  index <- movement_of(graph, n)
  before <- graph$count[[parents[[1L]]]]
  whole <- !is.null(index) && all(index == before + seq_along(index) - 1)
  if (whole) parents[[2L]] else n
}

# The operands of a sum, or of a product with a plain number, with their factors: a matrix of two
# rows, factors and nodes; NULL for another operation.
split_linear <- function(graph, view, n) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (op %in% c("add", "sub") && length(args) == 2L) {
    signs <- c(1, if (op == "sub") -1 else 1)
    kept <- vapply(args, is_node, NA)
    return(rbind(signs[kept], unlist(args[kept])))
  }
  nodes <- unlist(Filter(is_node, args))
  if (op == "neg" && length(nodes) > 0L) {
    return(rbind(-1, nodes[[1L]]))
  }
  if (op %in% c("mul", "div") && length(args) == 2L) {
    return(split_product(graph, view, n))
  }
  kept <- switch(op,
    clip = , maximum = , minimum = , where = unbounded(graph, view, n),
    move = if (length(args) == 1L && stays_in_place(graph, nodes, n)) nodes
  )
  if (!is.null(kept)) rbind(1, kept)
}

# A product or quotient of a value and a plain number, as split_linear() has it.
split_product <- function(graph, view, n) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  for (i in if (op == "mul") c(2L, 1L) else 2L) {
    number <- plain_number(graph, view, args[[i]])
    other <- args[[3L - i]]
    if (!is.null(number) && is_node(other) && is.null(plain_number(graph, view, other))) {
      return(rbind(if (op == "mul") number else 1 / number, other))
    }
  }
  NULL
}

# Whether a value that was moved, if it is one, has its shape and order still.
stays_in_place <- function(graph, p, n) {
  length(p) == 1L && identical(graph$shape[[p]], graph$shape[[n]]) && keeps_order(graph, n)
}

# What goes back and is not cut off by bounds that it does not reach; NULL where it is.
unbounded <- function(graph, view, n) {
  value <- value_of(graph, n)
  Find(function(p) {
    view$after[[p]] && identical(graph$shape[[p]], graph$shape[[n]]) &&
      all_true(value_of(graph, p) == value)
  }, graph$parents[[n]])
}

# The number that an operand is, if it is one that depends on no parameter.
plain_number <- function(graph, view, argument) {
  if (is_node(argument) && (view$moved[[argument]] || view$touched[[argument]])) {
    return(NULL)
  }
  if (is_node(argument) && graph$count[[argument]] != 1) {
    return(NULL)
  }
  value <- operand_of(graph, argument)
  if (length(value) != 1L) {
    return(NULL)
  }
  number <- as.vector(value)[[1L]]
  if (is.finite(number) && number != 0) number else NULL
}

# The products of the plain numbers between an update and where output and target meet.
written_factors <- function(graph, view, update) {
  found <- numeric(0)
  signed <- update$terms[2L, ] != 0
  node <- as.integer(update$terms[1L, signed])
  factor <- -update$terms[2L, signed]
  top <- length(node)
  seen <- logical(graph$size)
  count <- 0L
  while (top > 0L && count < 400L) {
    n <- node[[top]]
    by <- factor[[top]]
    top <- top - 1L
    if (seen[[n]] || !view$after[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    if (view$meets[[n]]) {
      found <- c(found, if (is_meeting_turned(graph, view, n)) -by else by)
      next
    }
    inner <- operands_behind(graph, view, n)
    node[top + seq_len(ncol(inner))] <- as.integer(inner[2L, ])
    factor[top + seq_len(ncol(inner))] <- by * inner[1L, ]
    top <- top + ncol(inner)
  }
  found
}

# Whether output and target meet as target less output, or as a quotient.
is_meeting_turned <- function(graph, view, n) {
  second <- if (length(graph$args[[n]]) > 1L) graph$args[[n]][[2L]] else list()
  graph$op[[n]] == "div" ||
    graph$op[[n]] == "sub" && is_node(second) && second %in% view$outputs
}

# What a value is made of with factors, as split_linear() has it; of a mean with its share.
operands_behind <- function(graph, view, n) {
  inner <- split_linear(graph, view, n)
  if (!is.null(inner)) {
    return(inner)
  }
  parents <- graph$parents[[n]]
  share <- 1
  if (graph$op[[n]] == "mean") share <- graph$count[[n]] / graph$count[[parents[[1L]]]]
  rbind(rep(share, length(parents)), parents)
}
