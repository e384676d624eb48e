# A weight or a bias that takes part in the output and is never moved; twin of check/explain/idle.py
# in Python.

nodes_after <- 200L # the updates looked at end where the first wrong one would be

# A weight or a bias that takes part in the output and is never moved.
find_idle <- function(graph, alignment, best) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  side <- if (is_in_columns(graph, later)) 1L else 2L
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    fault <- if (length(nodes) == 2L) idle_operand(graph, alignment, best, n, nodes, side)
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

# What does not move of the two operands of a value on the way forward.
idle_operand <- function(graph, alignment, best, n, nodes, side) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  if (graph$op[[n]] == "matmul" && !all(later$moved[nodes])) {
    return(idle_layer(graph, alignment, best, n, nodes, side))
  }
  if (graph$op[[n]] == "mul") {
    return(idle_number(graph, alignment, best, n, nodes))
  }
  if (graph$op[[n]] == "add" && later$moved[[n]]) {
    other <- idle_bias(graph, alignment, later, n, nodes)
    fault <- if (!is.null(other)) idle_fault(graph, alignment, best, other, TRUE)
    if (is_meant_to_move(graph, alignment, fault)) {
      return(at_own_update(graph, fault, nodes))
    }
  }
  NULL
}

# Whether a bias is meant to move: others do, or it is one number of a list of weights that move, or
# what it should become is computed and lost.
is_meant_to_move <- function(graph, alignment, fault) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  if (is.null(fault)) {
    return(FALSE)
  }
  b <- fault$path[[1L]][[1L]]
  if (!is_bias(graph, later, b)) {
    return(any(vapply(made_in_step(graph, alignment$views[[1L]]), function(m) {
      b %in% graph$parents[[m]] && is_near(value_of(graph, m), fault$right)
    }, NA)))
  }
  if (alignment$asked || moves_a_bias(graph, later)) {
    return(TRUE)
  }
  if (graph$count[[b]] == 1 && any(grepl("\\[[0-9]+\\]+$", graph$names[[b]]))) {
    return(TRUE)
  }
  change <- minus(fault$right, value_of(graph, b))
  any(vapply(made_in_step(graph, alignment$views[[1L]]), function(m) {
    is_near(value_of(graph, m), fault$right) ||
      graph$op[[m]] %in% c("sum", "mean") && is_multiple_of(graph, m, change)
  }, NA))
}

# A bias that is replaced by itself less nothing is told where that is done.
at_own_update <- function(graph, fault, nodes) {
  b <- fault$path[[1L]][[1L]]
  origins <- vapply(nodes, function(a) as.integer(origin_of(graph, a)), 1L)
  made <- Find(function(n) b %in% graph$parents[[n]], origins)
  at_update <- fault$node == fault$update$u && !is.null(made)
  if (at_update && before_nothing(graph, made) == b) {
    if (taken_number(graph, made) != 0) {
      return(without_gradient(graph, fault, made))
    }
    fault$node <- made
    fault$path <- list(list(made, fault$right))
    fault["loop"] <- list(NULL)
  }
  fault
}

# What is moved by the same number in all its elements: at the first such update.
without_gradient <- function(graph, fault, made) {
  first <- fault$path[[1L]][[1L]]
  while (!first %in% graph$parents[[made]]) made <- graph$parents[[made]][[1L]]
  fault$node <- made
  fault$path <- list(list(made, fault$right))
  fault$kind <- "gradient_left_out"
  fault["loop"] <- list(NULL)
  fault
}

# Biases that are never moved, none of them: that may be meant.
remark_on_biases <- function(graph, alignment) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (graph$op[[n]] != "add" || !later$moved[[n]] || length(nodes) != 2L) next
    other <- idle_bias(graph, alignment, later, n, nodes)
    if (!is.null(other) && is_bias(graph, later, other)) {
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
idle_layer <- function(graph, alignment, best, n, factors, side) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  unmoved <- factors[!later$moved[factors]]
  for (a in unmoved) {
    a <- origin_of(graph, a)
    first <- before_nothing(graph, a)
    if (first != a && is_drawn(graph, first) && is_used_at(graph, first, n)) {
      return(replaced_by_itself(graph, alignment, best, first, a))
    }
  }
  still <- lapply(unmoved, function(a) as.integer(kept_origin(graph, alignment, a)))
  weights <- kept_origin(graph, alignment, factors[[side]])
  kept <- Filter(function(a) is_drawn(graph, a) && is_used_again(graph, alignment, a), still)
  moved <- factors[later$moved[factors]]
  if (length(kept) == 0L || (kept[[1L]] != weights && are_data(graph, later, kept[[1L]], moved))) {
    return(NULL)
  }
  w <- if (length(kept) == 2L) weights else kept[[1L]]
  is_sure <- alignment$asked || length(graph$shape[[w]]) == 0L ||
    is_drawn_as_others(graph, alignment$views[[1L]], w)
  idle_fault(graph, alignment, best, w, is_sure)
}

# Weights that are replaced by themselves, less nothing or less one number.
replaced_by_itself <- function(graph, alignment, best, first, a) {
  fault <- idle_fault(graph, alignment, best, first, TRUE)
  if (is.null(fault)) {
    return(NULL)
  }
  if (taken_number(graph, a) != 0) {
    return(without_gradient(graph, fault, a))
  }
  loop <- loop_of_gradients(graph, alignment$views[[1L]], best)
  if (!is.null(loop)) fault$loop <- loop
  fault
}

# Whether what stays in a product are data that were drawn, where the other factor moves.
are_data <- function(graph, view, still, moved) {
  length(moved) == 1L && (!is_activation(graph, view, moved) || is_of_samples(graph, view, still))
}

# Whether a value is made of a product of the step, and not of weights alone.
is_activation <- function(graph, view, n) {
  any(graph$op == "matmul" & view$moved & ancestors_of(graph, n, view))
}

# Whether a matrix has a row and a column for each sample, as that of a graph's edges.
is_of_samples <- function(graph, view, n) {
  side <- unique(graph$shape[[n]])
  length(side) == 1L && any(vapply(view$outputs, function(a) side %in% graph$shape[[a]], NA))
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

idle_bias <- function(graph, alignment, later, n, nodes) {
  for (pair in list(nodes, rev(nodes))) {
    a <- pair[[1L]]
    origin <- origin_of(graph, pair[[2L]])
    other <- before_nothing(graph, origin)
    stays <- later$moved[[a]] && !later$moved[[pair[[2L]]]]
    fits <- is_weighted(graph, origin_of(graph, a)) && graph$count[[other]] <= graph$count[[a]]
    replaced <- other != origin && is_used_at(graph, other, n)
    if (stays && fits && (replaced || is_kept(graph, alignment, other))) {
      return(other)
    }
  }
  NULL
}

# One number of a list of weights, in a product that is added to those of others that move.
idle_number <- function(graph, alignment, best, n, nodes) {
  later <- alignment$views[[min(2L, length(alignment$views))]]
  sums <- Filter(function(u) later$forward[[u]] && graph$op[[u]] %in% c("add", "sum"),
                 users_of(graph)[[n]])
  beside <- unlist(graph$parents[setdiff(unlist(graph$parents[sums]), n)])
  moving <- holders_of(graph, beside[later$cut[beside]])
  for (a in nodes[!later$moved[nodes]]) {
    w <- origin_of(graph, a)
    is_one <- graph$count[[w]] == 1 && any(holders_of(graph, w) %in% moving)
    if (!is_one || !is_kept(graph, alignment, w)) next
    for (i in seq_along(alignment$views)) {
      fault <- idle_fault(graph, alignment, best, w, TRUE, i)
      if (!is.null(fault)) break
    }
    return(fault)
  }
  NULL
}

# The names of the lists that values are elements of.
holders_of <- function(graph, nodes) {
  setdiff(sub("(\\[[^[]*|[^[]*)$", "", unlist(graph$names[nodes])), "")
}

# Whether a value that is added is a bias; a single number is one beside trained ones.
is_bias <- function(graph, view, b) {
  graph$count[[b]] > 1 || any(holders_of(graph, b) %in% holders_of(graph, which(view$cut)))
}

# What a weight that stays should have become; sure of a bias, or where an exercise asks.
idle_fault <- function(graph, alignment, best, n, is_sure, step = 1L) {
  view <- alignment$views[[step]]
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
  right <- minus(value_of(graph, n), best$factors[[step]] * g)
  near <- update_beside(graph, wider, n)
  lost <- lost_update(graph, view, n, right)
  node <- if (is.null(lost)) near$u else lost
  fault <- new_fault(node, right, list(list(n, right)), near, n, "never_updated")
  if (step > 1L) fault$step <- step
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
