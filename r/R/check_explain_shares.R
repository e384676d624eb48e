# Sums on the way back: their terms, and which share of a derivative each should be; twin of
# check/explain/shares.py in Python.

most_sum_terms <- 3000L
most_meetings <- 80L

# All terms of a sum that may be built up over many statements: nodes and signs.
long_sum <- function(graph, view, n) {
  stack <- list(c(n, 1))
  terms <- list()
  while (length(stack) > 0L && length(terms) < most_sum_terms) {
    m <- stack[[length(stack)]][[1L]]
    sign <- stack[[length(stack)]][[2L]]
    stack[[length(stack)]] <- NULL
    if (graph$op[[m]] %in% c("add", "sub") && view$after[[m]]) {
      stack <- c(stack, signed_operands(graph, m, sign))
    } else if (view$after[[m]] || any_nonzero(value_of(graph, m))) {
      terms[[length(terms) + 1L]] <- c(m, sign)
    }
  }
  terms[order(vapply(terms, `[[`, 1, 1L), vapply(terms, `[[`, 1, 2L))]
}

# The operands of a sum or difference, each with its sign; literals are left out.
signed_operands <- function(graph, n, sign) {
  args <- utils::head(graph$args[[n]], 2L)
  signs <- c(sign, if (graph$op[[n]] == "sub") -sign else sign)
  Map(c, args, signs[seq_along(args)])[vapply(args, is_node, NA)]
}

# The shares of a derivative, one for each use of the value on the way forward: use and share.
contributions <- function(graph, view, adjoint, goal) {
  shares <- list()
  for (u in users_of(graph)[[goal]]) {
    g <- if (view$forward[[u]]) adjoint$at(u)
    if (is.null(g)) next
    for (part in pull_back(graph, u, g)) {
      if (part[[1L]] == goal) shares[[length(shares) + 1L]] <- list(u, part[[2L]])
    }
  }
  shares
}

# For each term the share that it should be.
#
# A term belongs to the use whose sample it is made of, and of those to that whose other operand it
# is made of: a tape goes back in another order than a loop over samples.
pair_terms <- function(graph, view, terms, shares) {
  if (length(terms) < 2L) {
    return(lapply(shares, function(share) share[[2L]]))
  }
  uses <- samples_of_uses(graph, view, vapply(shares, function(share) share[[1L]], 1L))
  left <- seq_along(shares)
  lapply(terms, function(term) {
    t <- as.integer(term[[1L]])
    own <- meetings_of(graph, view, t)
    near <- graph$parents[[t]]
    same <- vapply(left, function(i) length(uses[[i]]) > 0L && setequal(uses[[i]], own), NA)
    beside <- vapply(left, function(i) any(near %in% graph$parents[[shares[[i]][[1L]]]]), NA)
    best <- left[[order(-same, -beside)[[1L]]]]
    left <<- setdiff(left, best)
    shares[[best]][[2L]]
  })
}

# For each value on the way forward the outputs that it makes.
samples_of_uses <- function(graph, view, uses) {
  outputs <- utils::head(view$outputs, most_meetings)
  reached <- lapply(outputs, function(a) ancestors_of(graph, taken_from(graph, a), view))
  lapply(uses, function(u) outputs[vapply(reached, function(r) r[[u]], NA)])
}

# The value that a moved one is a part of, as far back as it is part of one alone.
taken_from <- function(graph, n) {
  index <- seq_len(graph$count[[n]]) - 1
  while (graph$op[[n]] == "move" && !is.null(movement_of(graph, n))) {
    index <- movement_of(graph, n)[index + 1]
    parents <- graph$parents[[n]]
    ends <- cumsum(graph$count[parents])
    parts <- unique(findInterval(index, ends) + 1L)
    if (any(index < 0) || length(parts) != 1L || parts > length(parents)) break
    n <- parents[[parts]]
    index <- index - (ends[[parts]] - graph$count[[n]])
  }
  n
}

# The outputs whose errors a value on the way back is made of.
meetings_of <- function(graph, view, t) {
  seen <- logical(graph$size)
  found <- integer(0)
  stack <- t
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (view$meets[[n]]) {
      found <- union(found, intersect(view$outputs, graph$parents[[n]]))
    } else if (!seen[[n]] && view$after[[n]]) {
      seen[[n]] <- TRUE
      stack <- c(stack, graph$parents[[n]])
    }
  }
  found
}
