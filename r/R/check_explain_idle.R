# A weight or a bias that takes part in the output and is never moved; twin of check/explain/idle.py
# in Python.

most_steps_before <- 60L
nodes_after <- 200L # the updates looked at end where the first wrong one would be

# A weight or a bias that takes part in the output and is never moved.
find_idle <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  later <- alignment$views[[min(2L, length(alignment$views))]]
  side <- if (is_in_columns(graph, later)) 1L else 2L
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (length(nodes) != 2L) next
    if (graph$op[[n]] == "matmul" && !all(later$moved[nodes])) {
      still <- nodes[!later$moved[nodes]]
      fault <- idle_layer(graph, alignment, best, still, nodes[[side]])
      if (!is.null(fault)) {
        return(fault)
      }
    }
    if (graph$op[[n]] == "add" && later$moved[[n]]) {
      other <- idle_bias(graph, alignment, later, nodes)
      fault <- if (!is.null(other)) idle_fault(graph, view, best, other, TRUE)
      if (is_meant_to_move(graph, alignment, fault)) {
        return(fault)
      }
    }
  }
  NULL
}

# Whether a bias is meant to move: others do, or it is one number of a list of weights that move, or
# what it should become is computed and lost.
is_meant_to_move <- function(graph, alignment, fault) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  if (is.null(fault) || alignment$asked || moves_a_bias(graph, later)) {
    return(!is.null(fault))
  }
  b <- fault$path[[1L]][[1L]]
  if (graph$count[[b]] == 1 && any(grepl("\\[[0-9]+\\]+$", graph$names[[b]]))) {
    return(TRUE)
  }
  change <- minus(fault$right, value_of(graph, b))
  any(vapply(made_in_step(graph, alignment$views[[1L]]), function(m) {
    is_near(value_of(graph, m), fault$right) ||
      graph$op[[m]] %in% c("sum", "mean") && is_multiple_of(graph, m, change)
  }, NA))
}

# Biases that are never moved, none of them: that may be meant.
remark_on_biases <- function(graph, alignment) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (graph$op[[n]] != "add" || !later$moved[[n]] || length(nodes) != 2L) next
    other <- idle_bias(graph, alignment, later, nodes)
    if (!is.null(other)) {
      return(paste0(
        "Line ", place_of_node(graph, n)$line, " adds ", name_of_node(graph, other),
        ", which is never updated, as no bias of this program is."
      ))
    }
  }
  NULL
}

# Whether a parameter is added to a product: where one bias is trained, all are meant to be.
moves_a_bias <- function(graph, view) {
  for (n in which(before_output(graph, view) & graph$op == "add")) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    nodes <- vapply(nodes, function(a) origin_of(graph, a), 1L)
    if (any(view$cut[nodes]) && any(graph$op[nodes] %in% product_operations)) {
      return(TRUE)
    }
  }
  FALSE
}

# The weights of a product that stay the same, or are replaced by themselves less nothing.
idle_layer <- function(graph, alignment, best, still, weights) {
  view <- alignment$views[[1L]]
  for (a in still) {
    first <- before_nothing(graph, a)
    if (first == a || !is_drawn(graph, first)) next
    fault <- idle_fault(graph, view, best, first, TRUE)
    if (!is.null(fault)) {
      loop <- loop_of_gradients(graph, view, best)
      if (!is.null(loop)) fault$loop <- loop
    }
    return(fault)
  }
  kept <- Filter(function(a) is_drawn(graph, a) && is_used_again(graph, alignment, a), still)
  if (length(kept) == 0L || (length(still) == 1L && kept[[1L]] != weights)) {
    return(NULL) # data that were drawn
  }
  w <- if (length(kept) == 2L) weights else kept[[1L]]
  is_sure <- alignment$asked || length(graph$shape[[w]]) == 0L ||
    is_drawn_as_others(graph, view, w)
  idle_fault(graph, view, best, w, is_sure)
}

# What a value was before zeros were taken away from it, as often as they were.
before_nothing <- function(graph, n) {
  for (k in seq_len(most_steps_before)) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (!graph$op[[n]] %in% c("add", "sub") || length(nodes) != 2L) break
    second <- value_of(graph, nodes[[2L]])
    same <- identical(graph$shape[[nodes[[1L]]]], graph$shape[[n]])
    if (is.null(second) || any_nonzero(second) || !same) break
    n <- nodes[[1L]]
  }
  n
}

# Where hidden layers get their gradients, after the line of the last layer's gradient.
loop_of_gradients <- function(graph, view, best) {
  orders <- nodes <- integer(0)
  for (row in best$rows[[1L]]) {
    first <- view$step$first[[match(row$k, view$step$keys)]]
    shares <- contributions(graph, view, best$adjoints[[1L]], first)
    shown <- row$order > 0L && length(dim(row$old)) == 2L && length(shares) > 0L
    if (!shown || !any_nonzero(shares[[1L]][[2L]])) next
    made <- Filter(function(m) is_multiple_of(graph, m, shares[[1L]][[2L]]), which(view$after))
    made <- utils::head(made[graph$op[made] %in% product_operations], 1L)
    orders <- c(orders, rep(row$order, length(made)))
    nodes <- c(nodes, made)
  }
  nodes <- nodes[order(orders, nodes)]
  if (length(nodes) < 2L) {
    return(NULL)
  }
  lines <- vapply(nodes[c(1L, length(nodes))], function(n) place_of_node(graph, n)$line, 1L)
  list(node = nodes[[1L]], after = if (lines[[1L]] == lines[[2L]]) 0L else lines[[2L]])
}

is_multiple_of <- function(graph, m, right) {
  value <- value_of(graph, m)
  if (is.null(value) || length(value) != length(right) || length(right) < 2L) {
    return(FALSE)
  }
  any(vapply(forms_alike(right, shape_now(value)), function(form) {
    f <- factor_between(value, form)
    f != 0 && is_near(value, f * form)
  }, NA))
}

idle_bias <- function(graph, alignment, later, nodes) {
  for (pair in list(nodes, rev(nodes))) {
    a <- pair[[1L]]
    other <- origin_of(graph, pair[[2L]])
    stays <- later$moved[[a]] && !later$moved[[pair[[2L]]]]
    weighted <- is_weighted(graph, origin_of(graph, a))
    if (stays && weighted && is_bias(graph, later, other, a) && is_kept(graph, alignment, other)) {
      return(other)
    }
  }
  NULL
}

# Whether a value is a product, or a sum of products.
is_weighted <- function(graph, n) {
  for (k in seq_len(most_steps_before)) {
    if (graph$op[[n]] %in% product_operations) {
      return(TRUE)
    }
    parents <- graph$parents[[n]]
    if (!graph$op[[n]] %in% c("add", "sum", "move") || length(parents) == 0L) break
    n <- parents[[length(parents)]]
  }
  FALSE
}

# Whether a value that is added can be a bias; a single number only beside trained ones.
is_bias <- function(graph, view, b, z) {
  if (graph$count[[b]] > 1) {
    return(graph$count[[b]] <= graph$count[[z]])
  }
  holder <- function(names) sub("(\\[[^[]*|[^[]*)$", "", names)
  trained <- setdiff(holder(unlist(graph$names[which(view$cut)])), "")
  any(holder(graph$names[[b]]) %in% trained)
}

before_output <- function(graph, view) {
  seen <- logical(graph$size)
  stack <- view$outputs
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (!seen[[n]] && n > view$step$begin && !view$cut[[n]]) {
      seen[[n]] <- TRUE
      stack <- c(stack, graph$parents[[n]])
    }
  }
  seen
}

origin_of <- function(graph, n) {
  for (k in 1:5) {
    parents <- unique(graph$parents[[n]])
    if (graph$op[[n]] != "move" || length(parents) != 1L) break
    n <- parents
  }
  n
}

# Whether a value that has a name is used in more than one step as it is.
is_kept <- function(graph, alignment, n) {
  graph$named[[n]] && is_used_again(graph, alignment, n)
}

is_used_again <- function(graph, alignment, n) {
  views <- alignment$views
  ends <- vapply(views, function(v) v$step$end, 1L)
  steps <- vapply(users_of(graph)[[n]], function(u) sum(u > ends), 1L)
  length(unique(steps)) > 1L && n <= ends[[1L]]
}

# Whether a matrix is no data: it stands where the trained weights stand.
is_drawn <- function(graph, n) length(drawn_of(graph, n)) > 0L

# What was drawn of a value and of what it was made of at once.
drawn_of <- function(graph, n) {
  parents <- graph$parents[[n]]
  made <- c(n, parents, unlist(graph$parents[parents]))
  intersect(made, as.integer(unlist(graph$header$random)) + 1L)
}

# Whether the line that draws a weight draws two more matrices, which move.
is_drawn_as_others <- function(graph, view, n) {
  own <- graph$site[drawn_of(graph, n)]
  moved <- Filter(function(m) length(graph$shape[[m]]) == 2L, view$step$first)
  sum(vapply(moved, function(m) any(graph$site[drawn_of(graph, m)] %in% own), NA)) > 1L
}

# What a weight that stays should have become; sure of a bias, or where an exercise asks.
idle_fault <- function(graph, view, best, n, is_sure) {
  ahead <- before_output(graph, view)
  moved <- view$moved
  moved[[n]] <- TRUE
  for (m in which(ahead)) if (any(moved[graph$parents[[m]]])) moved[[m]] <- TRUE
  wider <- copy_view(view)
  wider$moved <- moved
  wider$forward <- view$forward | moved & ahead
  seeds <- seed_loss(graph, wider, best$family)
  adjoint <- if (!is.null(seeds)) differentiate(graph, wider, seeds)$adjoint
  g <- if (!is.null(adjoint)) adjoint$at(n)
  if (is.null(g) || !any_nonzero(g)) {
    return(NULL)
  }
  uses <- Filter(function(u) wider$forward[[u]] && !is.null(adjoint$at(u)), users_of(graph)[[n]])
  known <- c(list(g), if (length(uses) > 0L) list(adjoint$at(uses[[1L]])))
  if (!is_sure && !any(vapply(known, function(x) has_gradient(graph, view, x), NA))) {
    return(NULL) # weights that stay as they were drawn, while the last layer learns
  }
  right <- minus(value_of(graph, n), best$factors[[1L]] * g)
  near <- update_beside(graph, wider, n)
  lost <- lost_update(graph, view, n, right)
  node <- if (is.null(lost)) near$u else lost
  fault <- new_fault(node, right, list(list(n, right)), near, n, "never_updated")
  if (is.null(lost)) fault["loop"] <- list(loop_of_updates(graph, view, near$u))
  fault
}

# Where the right new value is made and not kept. Beside a bias of 0 a velocity is as large: what is
# made of the parameter itself comes first.
lost_update <- function(graph, view, n, right) {
  lost <- Filter(function(m) is_near(value_of(graph, m), right), made_in_step(graph, view))
  old <- c(n, origin_of(graph, n))
  own <- Filter(function(m) any(old %in% graph$parents[[m]]), lost)
  found <- c(own, lost)
  if (length(found) > 0L) found[[1L]]
}

# The update of what is added to the same sum or product, else of the first weight or bias.
update_beside <- function(graph, view, n) {
  updates <- view$step$updates
  beside <- unlist(lapply(forward_users(graph, view, n), partners_of, graph = graph, view = view))
  first <- view$step$first
  found <- Find(function(c) first[[match(c$k, view$step$keys)]] %in% beside, updates)
  last <- if (length(graph$shape[[n]]) == 2L) 1L else length(updates)
  if (is.null(found)) updates[[last]] else found
}

# What stands in the product that a value makes, and what is added to it at once.
partners_of <- function(graph, view, u) {
  sums <- forward_users(graph, view, u)
  ways <- unlist(graph$parents[c(u, sums[graph$op[sums] == "add"])])
  vapply(ways, function(p) if (view$cut[[p]]) p else as.integer(origin_of(graph, p)), 1L)
}

made_in_step <- function(graph, view) {
  seq.int(view$step$begin + 1L, min(view$step$end + nodes_after, graph$size))
}

# Whether the program computes a derivative, and does nothing with it.
has_gradient <- function(graph, view, right) {
  nodes <- made_in_step(graph, view)
  nodes <- nodes[graph$count[nodes] == length(right) & graph$at[nodes] >= 0]
  any(vapply(nodes, function(m) is_multiple_of(graph, m, right), NA))
}

# The place of an update, where more than one parameter is updated.
loop_of_updates <- function(graph, view, u) {
  line <- place_of_node(graph, u)$line
  there <- Filter(function(c) place_of_node(graph, c$u)$line == line, view$step$updates)
  keys <- unique(vapply(there, function(c) c$k, 1L))
  if (length(keys) > 1L) list(node = u, after = 0L)
}
