# What makes a training wrong though every parameter follows the derivative; twin of
# check/explain/guards.py in Python.

# The first of the faults that derivatives do not show; NULL where there is none.
find_hidden_fault <- function(graph, alignment, best) {
  found <- NULL
  asked <- list(graph, alignment, best)
  for (look in list(
    find_added_target, find_rows_against_columns, find_nudge_fault, uphill_fault, missing_root,
    find_overwritten, find_idle, find_wrong_decay, find_decay_of_free, find_unlike_gradient,
    find_hidden_rule_fault, find_signed_fault, find_growth_inside, find_penalty_factor,
    find_counted_columns, dead_bias, find_other_loss, find_unlike_loss, find_reversed_look,
    find_unused_look, find_inverted_clip, find_squared_length, find_unsummed, find_unkept,
    find_wrong_target, find_classes_from_one, find_disordered_classes, find_wrong_scaling,
    find_compounded_rate, find_swapped_rate, find_rate_twice, find_lost_samples,
    find_divided_by_all, find_shared_samples, find_changed_data
  )) {
    if (is.null(found)) found <- do.call(look, asked[seq_along(formals(look))])
  }
  found
}

# Every step goes up the slope of the loss; of a rule that is not known nobody can say it.
uphill_fault <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  kept <- !best$rule$name %in% c("gradient_descent", "momentum")
  sign <- if (kept) sign(best$rule$rate) else 1
  if (best$factors[[1L]] * sign > 0 || best$rule$name == "unknown") {
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
  right <- plus(value_of(graph, last$u), 2 * if (kept) row$whole else row$change)
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

# A bias that is moved by the right derivative, though the output is made without it.
#
# A single number is one only if it moves so in every step, by the factor of all parameters.
dead_bias <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  used <- Reduce(`|`, lapply(alignment$views, function(v) v$cone | v$cut))
  sums <- bias_sums(graph, view, best, 1L)
  for (n in setdiff(nodes_of_step(graph, view), which(used))) {
    old <- value_before(graph, n)
    if (is.null(old) || used[[old]]) next
    changes <- changes_of(graph, view, best, n, old)
    sum <- Find(function(sum) any(vapply(changes, is_share_times, NA, sum$share)), sums)
    if (is.null(sum)) next
    if (graph$count[[n]] > 1 || moves_in_every_step(graph, alignment, best, n)) {
      return(dead_fault(graph, alignment, n, sum$z))
    }
  }
  NULL
}

is_share_times <- function(change, share) {
  if (length(share) != length(change)) {
    return(FALSE)
  }
  share <- shape_rows(share, shape_now(change))
  f <- factor_between(change, share)
  f != 0 && is_near(change, f * share)
}

# What a value loses; where the rule has a past also what that is made of in this step.
changes_of <- function(graph, view, best, n, old) {
  changes <- list(minus(value_of(graph, old), value_of(graph, n)))
  if (best$rule$name == "gradient_descent" || graph$count[[n]] < 2) {
    return(changes)
  }
  seen <- integer(0)
  stack <- setdiff(graph$parents[[n]], old)
  while (length(stack) > 0L && length(seen) < longest_rule) {
    m <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (m > view$step$begin && !m %in% seen && graph$count[[m]] == graph$count[[n]]) {
      seen <- c(seen, m)
      stack <- c(stack, graph$parents[[m]])
      changes[[length(changes) + 1L]] <- value_of(graph, m)
    }
  }
  changes
}

longest_rule <- 30L

# The nodes of a step, and of the place after it in which it may end.
nodes_of_step <- function(graph, view) {
  until <- min(view$step$end + 29L, graph$size)
  seq.int(view$step$begin + 1L, length.out = max(0L, until - view$step$begin))
}

# The value of the same name that a sum or difference is made of.
value_before <- function(graph, n) {
  parents <- graph$parents[[n]]
  old <- Filter(function(p) any(graph$names[[p]] %in% graph$names[[n]]), parents)
  if (graph$op[[n]] %in% c("add", "sub") && length(old) == 1L) old[[1L]]
}

# What another step makes at the place of a value, on its way forward or after that.
value_again <- function(graph, view, n) {
  forward <- which(view$forward)
  until <- min(view$step$end + 29L, graph$size)
  nodes <- c(forward, seq.int(max(forward), length.out = max(0L, until - max(forward) + 1L)))
  same <- nodes[graph$site[nodes] == graph$site[[n]] & graph$op[nodes] == graph$op[[n]]]
  if (length(same) > 0L) same[[1L]]
}

# Whether a number moves by what a bias would, times the factor of all others, in all steps.
moves_in_every_step <- function(graph, alignment, best, n) {
  if (best$rule$name != "gradient_descent" || length(alignment$views) < 3L) {
    return(FALSE)
  }
  for (i in seq_along(alignment$views)) {
    m <- value_again(graph, alignment$views[[i]], n)
    old <- if (!is.null(m)) value_before(graph, m)
    if (is.null(old)) {
      return(FALSE)
    }
    change <- ravel(minus(value_of(graph, old), value_of(graph, m)))
    sums <- bias_sums(graph, alignment$views[[i]], best, i)
    shares <- lapply(sums, function(s) ravel(s$share))
    shares <- Filter(function(s) length(s) == 1L && s != 0, shares)
    near <- vapply(shares, function(s) is_near(change, best$factors[[i]] * s), NA)
    if (!any(near)) {
      return(FALSE)
    }
  }
  TRUE
}

# The product that lacks the bias, in the first step in which that is not 0.
dead_fault <- function(graph, alignment, n, z) {
  for (i in seq_along(alignment$views)) {
    view <- alignment$views[[i]]
    m <- value_again(graph, view, n)
    product <- value_again(graph, view, z)
    old <- if (!is.null(m)) value_before(graph, m)
    if (is.null(product) || is.null(old) || !any_nonzero(value_of(graph, old))) next
    right <- add_bias_to(graph, product, value_of(graph, old))
    path <- list(list(product, right))
    fault <- new_fault(product, right, path, last_update(view), NULL, "bias_left_out")
    fault$step <- i
    return(fault)
  }
  right <- add_bias_to(graph, z, value_of(graph, n))
  last <- last_update(alignment$views[[1L]])
  new_fault(z, right, list(list(z, right)), last, NULL, "bias_left_out")
}

# What the derivative of a bias would be, at each product of the way forward.
bias_sums <- function(graph, view, best, step) {
  sums <- list()
  for (n in which(view$forward & graph$op == "matmul")) {
    users <- users_of(graph)[[n]]
    users <- users[view$forward[users] & graph$op[users] == "add"]
    biased <- any(view$cut[unlist(graph$parents[users])])
    g <- best$adjoints[[step]]$at(n)
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
