# A penalty within a gradient, where it is not the right one; twin of check/explain/inside.py in
# Python.

deepest_penalty <- 5L

# The last value that is made of weights alone and added to a gradient; it should be so many times
# as large, and of one that is taken away it is the sum that is wrong. NULL where there is none.
fault_inside <- function(graph, alignment, s, row, times, kind) {
  view <- alignment$views[[s]]
  update <- Find(function(c) c$k == row$k, view$step$updates)
  for (n in rev(which(view$cone & view$moved & !view$after & !view$forward & !view$cut))) {
    used <- users_of(graph)[[n]]
    sums <- used[view$after[used] & graph$op[used] %in% c("add", "sub")]
    if (length(sums) > 0L && is_made_of_weights(graph, alignment$found$owner, n, row$k)) {
      if (kind == "growth") {
        right <- minus(2 * sum_without(graph, sums[[1L]], n), value_of(graph, sums[[1L]]))
        n <- sums[[1L]]
      } else {
        n <- before_zeros(graph, view, n)
        right <- times * value_of(graph, n)
      }
      fault <- new_fault(n, right, list(list(n, right)), update, NULL, kind)
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# What was multiplied, before its part of the biases was set to 0, or it was transposed.
before_zeros <- function(graph, view, n) {
  while (graph$op[[n]] == "move") {
    p <- graph$parents[[n]][[1L]]
    if (view$cut[[p]] || !identical(graph$shape[[p]], graph$shape[[n]])) break
    n <- p
  }
  n
}

# A sum or difference without one of its terms.
sum_without <- function(graph, n, part) {
  args <- graph$args[[n]]
  is_first <- identical(as.integer(args[[1L]]), as.integer(part))
  other <- operand_of(graph, args[[if (is_first) 2L else 1L]])
  if (graph$op[[n]] == "sub" && is_first) -other else other
}

is_made_of_weights <- function(graph, owner, n, k) {
  level <- n
  for (i in seq_len(deepest_penalty)) {
    if (any(vapply(level, function(p) owner_through_moves(graph, owner, p) == k, NA))) {
      return(TRUE)
    }
    level <- unlist(graph$parents[level])
  }
  FALSE
}
