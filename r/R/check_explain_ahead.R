# Nesterov's look ahead gone wrong, as the derivative is taken behind the parameter, or at it; twin
# of check/explain/ahead.py in Python.

# A share of the last step is taken away to look ahead, and added to move, or vice versa.
find_reversed_look <- function(graph, alignment) {
  owner <- alignment$found$owner
  first <- NULL
  views <- views_with_past(graph, alignment)
  for (s in seq_along(views) + 1L) {
    view <- views[[s - 1L]]
    for (update in view$step$updates) {
      past <- take_apart(graph, view, owner, update)$past
      turned <- turned_look(graph, view, owner, update, past)
      if (is.null(turned)) {
        return(NULL)
      }
      if (is.null(first) || turned$node < first$node) {
        path <- list(list(turned$node, turned$right))
        first <- new_fault(turned$node, turned$right, path, update, NULL, "look_reversed")
        if (s <= length(alignment$views)) first$step <- s else first$seen_in <- s
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
    other <- without_share(graph, view, inner[, 3L - own], nodes)
    kept <- match(other$node, nodes)
    if (!is.na(kept) && other$share * past[[kept]]$factor < 0) {
      off <- 2 * other$share * value_of(graph, other$node)
      return(list(node = n, right = minus(value_of(graph, n), off)))
    }
  }
  NULL
}

# The steps after the first, those after it where it is the only one that was looked at.
views_with_past <- function(graph, alignment) {
  views <- alignment$views
  if (length(views) > 1L) {
    return(views[-1L])
  }
  touched <- touched_by(graph, alignment$found$owner)
  later <- Filter(function(step) step$begin > views[[1L]]$step$begin, alignment$steps)
  made <- lapply(utils::head(later, most_steps), function(step) {
    prepare_step(graph, alignment$found, touched, step, 1L)
  })
  if (any(vapply(made, is.null, NA))) list() else made
}

# A look ahead that nothing is made of, beside a derivative at the parameter itself.
find_unused_look <- function(graph, alignment) {
  owner <- alignment$found$owner
  first <- NULL
  for (s in seq_along(alignment$views)[-1L]) {
    view <- alignment$views[[s]]
    for (update in view$step$updates) {
      parts <- take_apart(graph, view, owner, update)
      look <- unused_look(graph, view, update, parts$past)
      if (is.null(look) || length(parts$terms) == 0L) {
        return(NULL)
      }
      right <- value_of(graph, look)
      if (!is.null(first) || !any_nonzero(minus(value_of(graph, update$p), right))) next
      path <- list(list(update$p, right))
      first <- new_fault(update$p, right, path, update, NULL, "look_unused")
      first$step <- s
      first$told_at <- given_back_at(graph, parts$terms[[1L]])
      if (is.null(first$told_at)) {
        uses <- Find(function(n) update$p %in% graph$parents[[n]], which(view$forward))
        first$told_at <- graph$site[[uses]]
      }
    }
  }
  first
}

# What a step makes of a parameter and a share of its last step, and uses nowhere; or NULL.
unused_look <- function(graph, view, update, past) {
  nodes <- vapply(past, function(t) as.integer(t$node), 1L)
  made <- seq_len(update$u - 1L)
  for (n in made[made > view$step$begin & graph$op[made] %in% c("add", "sub")]) {
    inner <- if (length(users_of(graph)[[n]]) == 0L) split_linear(graph, view, n)
    if (is.null(inner) || ncol(inner) != 2L) next
    from <- vapply(inner[2L, ], function(m) copied_node(graph, as.integer(m)), 1L)
    own <- which(from == update$p)
    if (length(own) != 1L || inner[[1L, own]] != 1) next
    other <- without_share(graph, view, inner[, 3L - own], nodes)
    kept <- match(other$node, nodes)
    if (!is.na(kept) && other$share * past[[kept]]$factor > 0) {
      return(n)
    }
  }
  NULL
}

# What a value is a multiple of, where the last step is reached, and how many times it.
without_share <- function(graph, view, term, ends) {
  share <- term[[1L]]
  m <- as.integer(term[[2L]])
  while (!m %in% ends) {
    more <- split_linear(graph, view, m)
    if (is.null(more) || ncol(more) != 1L) break
    share <- share * more[[1L, 1L]]
    m <- as.integer(more[[2L, 1L]])
  }
  list(share = share, node = m)
}

# The site at which the gradient that a function has made gets its name; NULL for none.
given_back_at <- function(graph, term) {
  way <- rev(as.integer(if (!is.null(term$way)) term$way[1L, ]))
  sums <- which(graph$op[way] %in% c("add", "sub"))
  if (length(sums) > 0L) way <- way[seq_len(sums[[1L]] - 1L)]
  for (n in c(as.integer(term$node), way)) {
    own <- place_of_node(graph, n)$line
    sites <- graph$bound[[as.character(n)]]
    site <- Find(function(x) x > 0L && span_of_site(graph, x)$line != own, sites)
    if (!is.null(site)) {
      return(site)
    }
  }
  NULL
}
