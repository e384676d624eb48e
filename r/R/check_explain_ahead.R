# Nesterov's look ahead, turned round: the derivative is taken behind the parameter; twin of
# check/explain/ahead.py in Python.

# A share of the last step is taken away to look ahead, and added to move, or vice versa.
find_reversed_look <- function(graph, alignment) {
  owner <- alignment$found$owner
  first <- NULL
  for (s in seq_along(alignment$views)[-1L]) {
    view <- alignment$views[[s]]
    for (update in view$step$updates) {
      past <- take_apart(graph, view, owner, update)$past
      turned <- turned_look(graph, view, owner, update, past)
      if (is.null(turned)) {
        return(NULL)
      }
      if (is.null(first) || turned$node < first$node) {
        path <- list(list(turned$node, turned$right))
        first <- new_fault(turned$node, turned$right, path, update, NULL, "look_reversed")
        first$step <- s
      }
    }
  }
  first
}

# Where the derivative is taken, and what should be there.
turned_look <- function(graph, view, owner, update, past) {
  nodes <- vapply(past, function(t) as.integer(t$node), 1L)
  for (n in which(view$forward & graph$op %in% c("add", "sub"))) {
    inner <- split_linear(graph, view, n)
    own <- if (ncol(inner) == 2L) which(inner[1L, ] == 1 & inner[2L, ] == update$p)
    if (length(own) != 1L || owner[[update$p]] != update$k) next
    share <- inner[[1L, 3L - own]]
    m <- as.integer(inner[[2L, 3L - own]])
    while (!m %in% nodes) {
      more <- split_linear(graph, view, m)
      if (is.null(more) || ncol(more) != 1L) break
      share <- share * more[[1L, 1L]]
      m <- as.integer(more[[2L, 1L]])
    }
    kept <- match(m, nodes)
    if (!is.na(kept) && share * past[[kept]]$factor < 0) {
      return(list(node = n, right = minus(value_of(graph, n), 2 * share * value_of(graph, m))))
    }
  }
  NULL
}
