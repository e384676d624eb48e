# A weight or a bias that takes part in the output and is never moved; twin of check/explain/idle.py
# in Python.

# A weight or a bias that takes part in the output and is never moved.
find_idle <- function(graph, alignment, best) {
  later <- later_view(alignment)
  side <- side_of_weights(graph, later)
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    fault <- if (length(nodes) == 2L) idle_operand(graph, alignment, best, n, nodes, side)
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

# On which side of a product weights stand; where none of them is trained that is the side that does
# not move beside one that does.
side_of_weights <- function(graph, later) {
  bare <- !trains_weights(graph, later)
  for (n in which(before_output(graph, later) & graph$op == "matmul")) {
    args <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (length(args) != 2L) next
    own <- if (bare) !later$moved[args] else later$cut[vapply(args, origin_of, 1L, graph = graph)]
    if (sum(own) == 1L) {
      return(which(own))
    }
  }
  if (is_in_columns(graph, later)) 1L else 2L
}

# What does not move of the two operands of a value on the way forward.
idle_operand <- function(graph, alignment, best, n, nodes, side) {
  later <- later_view(alignment)
  if (graph$op[[n]] == "matmul" && !all(later$moved[nodes])) {
    return(idle_layer(graph, alignment, best, n, nodes, side))
  }
  if (graph$op[[n]] == "mul") {
    return(idle_factor(graph, alignment, best, n, nodes))
  }
  if (graph$op[[n]] == "add" && later$moved[[n]]) {
    rates <- rates_of(best)
    b <- idle_bias(graph, alignment, later, n, nodes, rates)
    fault <- if (!is.null(b)) fault_of_idle(graph, alignment, best, b, TRUE)
    made <- if (!is.null(fault)) replaced_bias(graph, b, nodes, rates)
    if (!is.null(fault) && is_meant_to_move(graph, alignment, fault, made)) {
      return(at_own_update(graph, fault, made))
    }
  }
  NULL
}

# The numbers by which the program multiplies a gradient.
rates_of <- function(best) abs(c(unlist(best$factors), unlist(best$written)))

# Whether a bias is meant to move: others do, or it is one number of a list of weights that move, or
# it moves by the rate alone, or what it should become is computed and lost.
is_meant_to_move <- function(graph, alignment, fault, made) {
  later <- later_view(alignment)
  b <- fault$path[[1L]][[1L]]
  if (made != b && taken_number(graph, made) != 0) {
    return(TRUE)
  }
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

# What a bias is replaced by, made of itself less nothing, or less a number; else itself.
replaced_bias <- function(graph, b, nodes, rates) {
  origins <- vapply(nodes, function(a) bias_origin(graph, a), 1L)
  made <- Find(function(n) n != b && before_nothing(graph, n, rates) == b, origins)
  if (is.null(made)) b else made
}

# A bias that is replaced by itself less nothing is told where that is done.
at_own_update <- function(graph, fault, made) {
  if (fault$node != fault$update$u || made == fault$path[[1L]][[1L]]) {
    return(fault)
  }
  if (taken_number(graph, made) != 0) {
    return(leave_gradient_out(graph, fault, made))
  }
  fault$node <- made
  fault$path <- list(list(made, fault$right))
  fault["loop"] <- list(NULL)
  fault
}

# Biases that are never moved, none of them: that may be meant.
remark_on_biases <- function(graph, alignment) {
  later <- later_view(alignment)
  for (n in which(before_output(graph, later))) {
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    if (graph$op[[n]] != "add" || !later$moved[[n]] || length(nodes) != 2L) next
    other <- idle_bias(graph, alignment, later, n, nodes, numeric(0))
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
    biases <- vapply(nodes, function(a) bias_origin(graph, a), 1L)
    sums <- vapply(nodes, function(a) as.integer(origin_of(graph, a)), 1L)
    one_sum <- vapply(sums, function(a) {
      length(graph$shape[[a]]) == 0L && is_weighted(graph, a)
    }, NA)
    if (any(view$cut[biases]) && any(one_sum | graph$op[sums] %in% product_operations)) {
      return(TRUE)
    }
  }
  FALSE
}

# The weights of a product that stay the same, or are replaced by themselves less nothing.
idle_layer <- function(graph, alignment, best, n, factors, side) {
  later <- later_view(alignment)
  unmoved <- factors[!later$moved[factors]]
  for (a in unmoved) {
    a <- origin_of(graph, a)
    first <- before_nothing(graph, a)
    if (first != a && is_drawn(graph, first) && is_used_at(graph, first, n)) {
      return(replaced_by_itself(graph, alignment, best, first, a))
    }
  }
  w <- kept_weights(graph, alignment, factors, unmoved, side)
  if (is.null(w)) {
    return(NULL)
  }
  is_sure <- alignment$asked || length(graph$shape[[w]]) == 0L ||
    is_drawn_as_others(graph, alignment$views[[1L]], w)
  idle_in_any_step(graph, alignment, best, w, is_sure)
}

# The weights of a product that were drawn and stay the same from step to step, or that are 0 where
# no weights are trained; NULL for none.
kept_weights <- function(graph, alignment, factors, unmoved, side) {
  later <- later_view(alignment)
  still <- lapply(unmoved, function(a) as.integer(kept_origin(graph, alignment, a)))
  weights <- kept_origin(graph, alignment, factors[[side]])
  bare <- !trains_weights(graph, later)
  kept <- Filter(function(a) {
    shown <- is_drawn(graph, a) || (bare && !any_nonzero(value_of(graph, a)))
    shown && is_used_again(graph, alignment, a)
  }, still)
  moved <- factors[later$moved[factors]]
  if (length(still) == 2L) {
    return(if (weights %in% kept) weights)
  }
  if (length(kept) == 0L || (kept[[1L]] != weights && are_data(graph, later, kept[[1L]], moved))) {
    return(NULL)
  }
  kept[[1L]]
}

# Weights that are replaced by themselves, less nothing or less one number.
replaced_by_itself <- function(graph, alignment, best, first, a) {
  fault <- fault_of_idle(graph, alignment, best, first, TRUE)
  if (is.null(fault)) {
    return(NULL)
  }
  if (taken_number(graph, a) != 0) {
    return(leave_gradient_out(graph, fault, a))
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

idle_bias <- function(graph, alignment, later, n, nodes, rates) {
  for (pair in list(nodes, rev(nodes))) {
    a <- pair[[1L]]
    origin <- bias_origin(graph, pair[[2L]])
    other <- before_nothing(graph, origin, rates)
    stays <- later$moved[[a]] && !later$moved[[pair[[2L]]]]
    fits <- is_weighted(graph, origin_of(graph, a)) && graph$count[[other]] <= graph$count[[a]]
    replaced <- other != origin && is_used_at(graph, other, n)
    kept <- is_kept(graph, alignment, other) || is_made_anew(graph, alignment, other)
    if (stays && fits && (replaced || kept)) {
      return(other)
    }
  }
  NULL
}

# What stays in a product of elements that is added to what moves.
#
# One number of a list of weights others of which move; weights that were drawn, times one number of
# the data, beside a bias that moves; weights that move by the rate alone.
idle_factor <- function(graph, alignment, best, n, nodes) {
  later <- later_view(alignment)
  still <- vapply(nodes[!later$moved[nodes]], function(a) as.integer(origin_of(graph, a)), 1L)
  for (w in still) {
    first <- before_nothing(graph, w, rates_of(best))
    if (first != w && taken_number(graph, w) != 0 && is_used_at(graph, first, n)) {
      fault <- fault_of_idle(graph, alignment, best, first, TRUE)
      return(if (!is.null(fault)) leave_gradient_out(graph, fault, w))
    }
    if (is_factor_to_move(graph, alignment, n, nodes, w, length(still)) &&
          is_kept(graph, alignment, w)) {
      return(idle_in_any_step(graph, alignment, best, w, TRUE))
    }
  }
  NULL
}

# Whether a value is a sum, or the list that sum() was given.
is_summed <- function(graph, n) {
  lists <- graph$op[[n]] == "move" && any(graph$op[users_of(graph)[[n]]] == "sum")
  lists || graph$op[[n]] %in% c("add", "sum")
}

# Whether a factor is one number of a list of weights others of which move, and what it multiplies
# no weight; or a drawn weight, times one number of the data, beside a bias that moves.
is_factor_to_move <- function(graph, alignment, n, nodes, w, still) {
  view <- later_view(alignment)
  users <- users_of(graph)[[n]]
  sums <- Filter(function(u) view$forward[[u]] && is_summed(graph, u), users)
  beside <- setdiff(unlist(graph$parents[sums]), n)
  if (graph$count[[w]] == 1) {
    weighs <- any(view$cut[vapply(nodes, function(a) as.integer(origin_of(graph, a)), 1L)])
    trained <- unlist(graph$parents[beside])
    trained <- trained[view$cut[trained]]
    owner <- alignment$found$owner[trained]
    # An index that is a variable in a step is a number before it.
    roots <- alignment$found$roots[owner[owner > 0L]]
    return(!weighs && any(holders_of(graph, w) %in% holders_of(graph, c(trained, roots))))
  }
  trained <- beside[view$cut[beside]]
  alike <- any(vapply(trained, function(p) identical(graph$shape[[p]], graph$shape[[n]]), NA))
  still == 2L && alike && is_drawn(graph, w)
}

# The fault of a weight that stays, in the first step that shows one.
idle_in_any_step <- function(graph, alignment, best, w, is_sure) {
  for (i in seq_along(alignment$views)) {
    fault <- fault_of_idle(graph, alignment, best, w, is_sure, i)
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

# Whether a value that is added is a bias; a single number is one beside trained ones.
#
# Or in a list of its own, if it was drawn or begins at 0, and is added to sums of products alone.
is_bias <- function(graph, view, b) {
  if (graph$count[[b]] > 1 || any(holders_of(graph, b) %in% holders_of(graph, which(view$cut)))) {
    return(TRUE)
  }
  begins <- is_drawn(graph, b) || !any_nonzero(value_of(graph, b))
  listed <- any(grepl("\\[[0-9]+\\]+$", graph$names[[b]]))
  users <- users_of(graph)[[b]]
  added <- all(graph$op[users[view$forward[users]]] == "add")
  begins && listed && added && moves_a_bias(graph, view)
}
