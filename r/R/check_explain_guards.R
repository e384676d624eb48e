# What makes a training wrong though every parameter follows the derivative; twin of
# check/explain/guards.py in Python.

nodes_after <- 200L # the updates looked at end where the first wrong one would be

# The first of the faults that derivatives do not show; NULL where there is none.
find_hidden_fault <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  found <- uphill_fault(graph, view, best)
  if (is.null(found)) found <- missing_root(graph, alignment, best)
  if (is.null(found)) found <- idle_weight(graph, alignment, best)
  if (is.null(found)) found <- dead_bias(graph, alignment, best)
  if (is.null(found)) found <- find_unkept(graph, alignment)
  if (is.null(found)) found <- find_wrong_target(graph, alignment)
  if (is.null(found)) found <- find_wrong_scaling(graph, alignment)
  found
}

# Every step goes up the slope of the loss; of a rule that is not known nobody can say it.
uphill_fault <- function(graph, view, best) {
  if (best$factors[[1L]] > 0 || best$rule$name == "unknown") {
    return(NULL)
  }
  last <- last_update(view)
  row <- row_of(best$rows[[1L]], last$k)
  turned <- Filter(function(m) is_turned(graph, view, m), which(view$meets))
  if (length(turned) > 0L && !is.null(row$parts) && graph$op[[last$u]] == "sub") {
    # The update subtracts as it should: the difference is the wrong way round.
    named <- turned[graph$named[turned]]
    m <- c(named, turned)[[1L]]
    right <- -value_of(graph, m)
    return(new_fault(m, right, list(list(m, right)), last, NULL, "wrong_sign"))
  }
  right <- plus(value_of(graph, last$u), 2 * row$change)
  new_fault(last$u, right, list(list(last$u, right)), last, NULL, "wrong_sign")
}

is_turned <- function(graph, view, m) {
  args <- graph$args[[m]]
  graph$op[[m]] == "sub" && length(args) == 2L && is_node(args[[2L]]) &&
    args[[2L]] %in% view$outputs
}

# RMSprop or Adam that divide by the mean square itself.
missing_root <- function(graph, alignment, best) {
  if (is.null(best$rule$no_root) || best$rule$no_root == 0) {
    return(NULL)
  }
  form <- best$rule
  form$no_root <- 0
  c <- alignment$views[[1L]]$step$updates[[1L]]
  gradient <- best$factors[[1L]] * row_of(best$rows[[1L]], c$k)$gradient
  made <- directions_of(best$rule$name, list(gradient), form)
  right <- minus(value_of(graph, c$p), best$rule$rate * made[[1L]])
  new_fault(c$u, right, list(list(c$u, right)), c, NULL, "root_left_out")
}

# A weight or a bias that takes part in the output and is never moved.
idle_weight <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  later <- alignment$views[[min(2L, length(alignment$views))]]
  side <- if (is_in_columns(graph, later)) 1L else 2L
  for (n in which(before_output(graph, later))) {
    nodes <- unlist(Filter(is_node, graph$args[[n]]))
    if (length(nodes) != 2L) next
    if (graph$op[[n]] == "matmul" && !later$moved[[n]]) {
      used <- Filter(
        function(a) is_drawn(graph, a) && is_used_again(graph, alignment, a), nodes
      )
      if (length(used) == 2L) used <- nodes[[side]]
      sure <- alignment$asked || (length(used) == 1L && length(graph$shape[[used]]) == 0L)
      fault <- if (length(used) == 1L) idle_fault(graph, view, best, used, sure)
      if (!is.null(fault)) {
        return(fault)
      }
    }
    if (graph$op[[n]] == "add" && later$moved[[n]]) {
      other <- idle_bias(graph, alignment, later, nodes)
      if (!is.null(other)) return(idle_fault(graph, view, best, other, TRUE))
    }
  }
  NULL
}

idle_bias <- function(graph, alignment, later, nodes) {
  for (pair in list(nodes, rev(nodes))) {
    a <- pair[[1L]]
    other <- origin_of(graph, pair[[2L]])
    stays <- later$moved[[a]] && !later$moved[[pair[[2L]]]]
    product <- graph$op[[origin_of(graph, a)]] %in% product_operations
    if (stays && product && is_bias(graph, later, other, a) && is_kept(graph, alignment, other)) {
      return(other)
    }
  }
  NULL
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
is_drawn <- function(graph, n) {
  random <- as.integer(unlist(graph$header$random)) + 1L
  parents <- graph$parents[[n]]
  any(c(n, parents, unlist(graph$parents[parents])) %in% random)
}

# What a weight that stays should have become.
idle_fault <- function(graph, view, best, n, is_sure) {
  ahead <- before_output(graph, view)
  moved <- view$moved
  moved[[n]] <- TRUE
  for (m in which(ahead)) if (any(moved[graph$parents[[m]]])) moved[[m]] <- TRUE
  wider <- list2env(as.list(view), parent = emptyenv())
  wider$moved <- moved
  wider$forward <- view$forward | moved & ahead
  seeds <- seed_loss(graph, wider, best$family)
  g <- if (!is.null(seeds)) differentiate(graph, wider, seeds)$adjoint$at(n)
  if (is.null(g) || !any_nonzero(g)) {
    return(NULL)
  }
  if (!is_sure && !has_gradient(graph, view, g)) {
    return(NULL) # weights that stay as they were drawn, while the last layer learns
  }
  right <- minus(value_of(graph, n), best$factors[[1L]] * g)
  updates <- view$step$updates
  near <- updates[[if (length(graph$shape[[n]]) == 2L) 1L else length(updates)]]
  lost <- Find(function(m) is_near(value_of(graph, m), right), made_in_step(graph, view))
  node <- if (is.null(lost)) near$u else lost
  new_fault(node, right, list(list(n, right)), near, n, "never_updated")
}

made_in_step <- function(graph, view) {
  seq.int(view$step$begin + 1L, min(view$step$end + nodes_after, graph$size))
}

# Whether the program computes a derivative, and does nothing with it.
has_gradient <- function(graph, view, right) {
  nodes <- made_in_step(graph, view)
  for (m in nodes[graph$count[nodes] == length(right) & graph$at[nodes] >= 0]) {
    value <- value_of(graph, m)
    for (form in forms_alike(right, shape_now(value))) {
      f <- factor_between(value, form)
      if (f != 0 && is_near(value, f * form)) {
        return(TRUE)
      }
    }
  }
  FALSE
}

# A bias that is moved by the right derivative, though the output is made without it.
dead_bias <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  used <- Reduce(`|`, lapply(alignment$views, function(v) v$cone | v$cut))
  sums <- bias_sums(graph, view, best)
  until <- min(view$step$end + 29L, graph$size)
  for (n in seq.int(view$step$begin + 1L, length.out = max(0L, until - view$step$begin))) {
    if (!graph$op[[n]] %in% c("add", "sub") || used[[n]]) next
    parents <- graph$parents[[n]]
    old <- Filter(function(p) any(graph$names[[p]] %in% graph$names[[n]]), parents)
    if (length(old) != 1L || used[[old]] || graph$count[[n]] < 2) next
    change <- minus(value_of(graph, old), value_of(graph, n))
    for (sum in sums) {
      if (length(sum$share) != length(change)) next
      share <- shape_rows(sum$share, shape_now(change))
      f <- factor_between(change, share)
      if (f != 0 && is_near(change, f * share)) {
        right <- add_bias_to(graph, sum$z, value_of(graph, old))
        last <- last_update(view)
        path <- list(list(sum$z, right))
        return(new_fault(sum$z, right, path, last, NULL, "bias_left_out"))
      }
    }
  }
  NULL
}

# What the derivative of a bias would be, at each product of the way forward.
bias_sums <- function(graph, view, best) {
  sums <- list()
  for (n in which(view$forward & graph$op == "matmul")) {
    users <- users_of(graph)[[n]]
    users <- users[view$forward[users] & graph$op[users] == "add"]
    biased <- any(view$cut[unlist(graph$parents[users])])
    g <- best$adjoints[[1L]]$at(n)
    if (is.null(g) || biased) next
    for (axis in seq_along(dim(g))) {
      share <- as.vector(reduce_axis("sum", g, axis))
      sums[[length(sums) + 1L]] <- list(z = n, share = array(share, length(share)))
    }
  }
  sums
}

add_bias_to <- function(graph, z, bias) {
  value <- value_of(graph, z)
  flat <- array(ravel(bias), length(bias))
  for (form in list(bias, flat, matrix(flat, ncol = 1L))) {
    if (identical(common_shape(shape_now(form), shape_now(value)), shape_now(value))) {
      return(plus(value, form))
    }
  }
  NULL
}
