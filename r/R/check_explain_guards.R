# What makes a training wrong though every parameter follows the derivative; twin of
# check/explain/guards.py in Python.

# The first of the faults that derivatives do not show; NULL where there is none.
find_hidden_fault <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  found <- uphill_fault(graph, view, best)
  if (is.null(found)) found <- missing_root(graph, alignment, best)
  if (is.null(found)) found <- find_idle(graph, alignment, best)
  if (is.null(found)) found <- find_wrong_decay(graph, alignment, best)
  if (is.null(found)) found <- dead_bias(graph, alignment, best)
  if (is.null(found)) found <- find_unkept(graph, alignment)
  if (is.null(found)) found <- find_wrong_target(graph, alignment)
  if (is.null(found)) found <- find_wrong_scaling(graph, alignment)
  if (is.null(found)) found <- find_compounded_rate(graph, alignment, best)
  if (is.null(found)) found <- find_lost_samples(graph, alignment)
  found
}

# Every step goes up the slope of the loss; of a rule that is not known nobody can say it.
uphill_fault <- function(graph, view, best) {
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
