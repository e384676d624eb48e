# Derivatives by nudging: differences of a loss that is computed twice, with a weight moved; twin of
# check/align/nudged.py in Python.

deepest_zeros <- 3L # operations from what is added to a weight to zeros of its shape

# The steps that end at the losses whose differences they go by; NULL where one has none. What a
# weight was moved by is known, so the quotient of the two is its derivative.
find_nudged <- function(graph, found, steps) {
  touched <- touched_by(graph, found$owner)
  views <- list()
  for (step in steps) {
    view <- look_at_step(graph, found, touched, step)
    view <- if (length(list_pairs(graph, view)) > 0L) end_at_losses(graph, view)
    if (is.null(view)) {
      return(NULL)
    }
    views[[length(views) + 1L]] <- view
  }
  if (length(views) > 0L) views
}

# The differences of losses in a step between which one number alone was moved: their nodes, which
# element of which weight it is, and by how much.
list_differences <- function(graph, view) {
  nudges <- find_nudges(graph, view)
  pairs <- list_pairs(graph, view)
  losses <- unique(unlist(graph$args[pairs]))
  points <- lapply(losses, function(a) point_of_loss(graph, view, nudges, a))
  found <- lapply(pairs, function(n) {
    pair <- points[match(unlist(graph$args[[n]]), losses)]
    if (is.null(pair[[1L]]) || is.null(pair[[2L]])) {
      return(NULL)
    }
    read_difference(n, pair[[1L]], pair[[2L]])
  })
  Filter(Negate(is.null), found)
}

# The element that lies elsewhere in two points, if it is one alone.
read_difference <- function(n, one, other) {
  found <- list()
  zero <- function(x) if (is.null(x)) 0 else ravel(x)
  for (key in unique(c(names(one), names(other)))) {
    d <- zero(one[[key]]) - zero(other[[key]])
    for (i in which(d != 0)) {
      cell <- list(node = n, k = as.integer(key), cell = i, moved = d[[i]])
      found[[length(found) + 1L]] <- cell
    }
  }
  if (length(found) == 1L) found[[1L]]
}

# The differences of two numbers that were made at one place, both of them of weights.
list_pairs <- function(graph, view) {
  nodes <- which(view$cone & view$moved & graph$op == "sub" & graph$count == 1)
  Filter(function(n) {
    args <- unlist(Filter(is_node, graph$args[[n]]))
    if (length(args) != 2L || !all(view$moved[args])) {
      return(FALSE)
    }
    site <- graph$site[args]
    length(unique(graph$op[args])) == 1L && site[[1L]] == site[[2L]] && site[[1L]] > 0L
  }, nodes)
}

# The versions of weights that were moved a little: of which, and by how much.
find_nudges <- function(graph, view) {
  of <- integer(graph$size)
  of[view$step$first] <- view$step$keys
  by <- vector("list", graph$size)
  by[view$step$first] <- list(0)
  for (n in setdiff(which(view$moved), view$step$first)) {
    base <- nudged_parent(graph, of, n)
    if (is.null(base) || !identical(graph$shape[[base]], graph$shape[[n]])) next
    if (is_moved_by_number(graph, view, n, base)) {
      first <- view$step$first[[match(of[[base]], view$step$keys)]]
      moved <- minus(value_of(graph, n), value_of(graph, first))
      if (largest(moved) <= most_nudge) {
        of[[n]] <- of[[base]]
        by[[n]] <- moved
      }
    }
  }
  list(of = of, by = by)
}

# The operand of a value that is a version of a weight; NULL where there is none.
nudged_parent <- function(graph, of, n) {
  parents <- graph$parents[[n]]
  if (length(parents) == 0L) {
    return(NULL)
  }
  last <- parents[[length(parents)]]
  if (of[[parents[[1L]]]] > 0L) {
    parents[[1L]]
  } else if (graph$op[[n]] == "add" && of[[last]] > 0L) {
    last
  }
}

# Whether a value hangs on weights, and not on zeros of their shape, as replace(w * 0, k, h).
is_of_weights <- function(graph, view, n) {
  level <- n
  for (k in seq_len(deepest_zeros)) {
    level <- Filter(function(m) view$moved[[m]] && !is_made_zero(graph, m), level)
    if (any(level %in% view$step$first)) {
      return(TRUE)
    }
    level <- unique(unlist(graph$parents[level]))
  }
  length(level) > 0L
}

is_moved_by_number <- function(graph, view, n, base) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] %in% c("add", "sub")) {
    others <- parents[parents != base]
    return(!any(vapply(others, function(p) is_of_weights(graph, view, p), NA)))
  }
  graph$op[[n]] == "move" && (length(parents) == 2L || keeps_order(graph, n))
}

# By how much each weight was moved where a loss was computed; NULL where that is not one point.
point_of_loss <- function(graph, view, nudges, loss) {
  at <- list()
  nodes <- list()
  seen <- logical(graph$size)
  stack <- loss
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]] || !view$moved[[n]]) next
    seen[[n]] <- TRUE
    if (nudges$of[[n]] == 0L) {
      stack <- c(stack, graph$parents[[n]])
      next
    }
    key <- as.character(nudges$of[[n]])
    if (!is.null(nodes[[key]]) && nodes[[key]] != n) {
      return(NULL)
    }
    nodes[[key]] <- n
    at[[key]] <- nudges$by[[n]]
  }
  at
}

end_at_losses <- function(graph, view) {
  differences <- list_differences(graph, view)
  if (length(differences) == 0L) {
    return(NULL)
  }
  first <- view$step$first
  measured <- lapply(first, function(n) numeric(graph$count[[n]]))
  for (d in differences) {
    i <- match(d$k, view$step$keys)
    measured[[i]][[d$cell]] <- as.vector(value_of(graph, d$node))[[1L]] / d$moved
  }
  nodes <- vapply(differences, function(d) d$node, 1L)
  losses <- unique(as.integer(unlist(lapply(nodes, function(n) graph$args[[n]]))))
  view <- copy_view(view)
  view$outputs <- losses
  view$targets <- rep(list(list(0)), length(losses))
  view$meets <- logical(graph$size)
  view$meets[nodes] <- TRUE
  view$forward <- ancestors_of(graph, losses, view) & view$moved
  view$after <- view$cone & view$moved & !view$forward & !view$cut
  share <- 1 / length(losses)
  view$given <- lapply(losses, function(n) list(node = n, value = like(share, graph$shape[[n]])))
  view$measured <- Map(function(n, numbers) {
    list(node = n, value = shape_rows(numbers, graph$shape[[n]]))
  }, first, measured)
  view
}
