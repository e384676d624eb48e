# A minimiser of a library's: whether its gradient is the derivative of what it minimises; twin of
# check/explain/minimised.py in Python.
#
# Elsewhere the loss that is shown may be another multiple of the one that is trained by, or be
# without the penalty: a rate makes up for that. Here both have to be of one function.

fewest_given <- 3L # elements of a gradient
fewest_minimised <- 4L # numbers in all steps
most_times <- 20L

# Whether a minimiser takes the steps, and the program gives it gradients alone.
is_minimised <- function(graph, views) {
  made <- vapply(unlist(lapply(views, function(v) v$step$updates), FALSE), function(c) c$u, 1L)
  any(graph$op[unlist(users_of(graph)[made])] == "handed")
}

# A gradient that is right but for a number, or for the penalty, where a minimiser takes it.
find_unlike_gradient <- function(graph, alignment, best) {
  if (!is_minimised(graph, alignment$views)) {
    return(NULL)
  }
  found <- NULL
  steps <- lapply(alignment$views, function(view) view$step)
  ends <- vapply(steps, function(step) step$end, 1L)
  for (views in find_objectives(graph, alignment$found, steps)) {
    looked <- lapply(views, function(view) look_at_both(graph, alignment, view))
    seen <- Filter(Negate(is.null), looked)
    numbers <- sum(vapply(seen, function(b) length(b$right), 1L))
    if (length(seen) < length(looked) || numbers < fewest_minimised) next
    if (all(vapply(seen, fits_times, NA, times = 1, share = 0))) {
      return(NULL)
    }
    if (is.null(found)) {
      moving <- which(vapply(seen, function(b) any_nonzero(b$old), NA))
      shown <- seen[[c(moving, 1L)[[1L]]]] # where all weights are 0 a penalty is nothing
      is_known <- best$family != "own" && is_right_reading(best) && best$factors[[1L]] > 0
      found <- tell_unlike(graph, seen, shown, is_known)
      if (!is.null(found)) {
        found$step <- match(shown$view$step$end, ends)
        found <- tell_without_penalty(graph, found, alignment$views[[found$step]])
      }
    }
  }
  found
}

# In a step that ends at what is minimised the gradient that was given and the derivative; NULL
# where one of them is not known.
look_at_both <- function(graph, alignment, view) {
  done <- differentiate(graph, view, seed_loss(graph, view, "own"))
  rows <- if (is.null(done$stopped)) rows_of_step(graph, view, alignment$found$owner, done$adjoint)
  updates <- view$step$updates
  if (length(rows) != 1L || length(updates) != 1L || length(rows[[1L]]$whole) < fewest_given) {
    return(NULL)
  }
  row <- rows[[1L]]
  given <- operand_of(graph, graph$args[[updates[[1L]]$u]][[2L]])
  if (length(dim(given)) > 1L || length(given) != length(row$gradient)) {
    return(NULL)
  }
  list(view = view, given = given, right = row$gradient, old = row$old, lost = row$lost)
}

# One multiple of the derivative in every step, or beside it one multiple of some weights. Where the
# loss that the gradient belongs to is known, the other sign is that of the function.
tell_unlike <- function(graph, steps, shown, is_loss) {
  some <- (shown$given / shown$right)[shown$right != 0]
  whole <- qr.coef(qr(cbind(shown$right, shown$old)), shown$given)[[1L]]
  for (times in c(1, utils::head(some, most_times), whole)) {
    if (is.na(times) || times == 0) next
    share <- share_beside(shown, times)
    if (all(vapply(steps, fits_times, NA, times = times, share = share))) {
      return(if (times < 0 && is_loss) tell_upside_down(graph, shown$view)
             else tell_given(graph, shown, times))
    }
  }
  NULL
}

bound_of_given <- function(both) close_enough * max(abs(both$right)) + both$lost

# Of weights how much the gradient has beside a multiple of the derivative.
share_beside <- function(both, times) {
  left <- both$given - times * both$right
  cells <- abs(left) > bound_of_given(both) & both$old != 0
  if (any(cells)) stats::median(left[cells] / both$old[cells]) else 0
}

fits_times <- function(both, times, share) {
  left <- both$given - times * both$right
  bound <- bound_of_given(both)
  all_true(abs(left - share * both$old) <= bound | abs(left) <= bound)
}

# What is minimised is the opposite of the loss that the gradient belongs to.
tell_upside_down <- function(graph, view) {
  n <- view$outputs[[1L]]
  right <- -value_of(graph, n)
  new_fault(n, right, list(list(n, right)), last_update(view), NULL, "minimised_upside_down")
}

tell_given <- function(graph, both, times) {
  update <- both$view$step$updates[[1L]]
  n <- graph$args[[update$u]][[2L]]
  kind <- if (abs(times - 1) <= close_enough) {
    "penalty_in_one"
  } else if (times < 0) {
    "wrong_sign"
  } else {
    "gradient_of_multiple"
  }
  new_fault(n, both$right, list(list(n, both$right)), update, NULL, kind)
}

# Told where the program makes the gradient, which may be a matrix until it is handed over. If more
# than its penalty is wrong, then where that is not yet added.
tell_without_penalty <- function(graph, fault, view) {
  n <- fault$node
  u <- fault$update$u
  if (n != graph$args[[u]][[2L]]) {
    return(fault)
  }
  made <- if (graph$site[[n]] == graph$site[[u]]) graph$parents[[n]][[1L]] else n
  while (fault$kind != "penalty_in_one" && joins_parts(graph, made)) {
    parents <- graph$parents[[made]]
    same <- vapply(graph$shape[parents], identical, NA, graph$shape[[made]])
    own <- parents[same & view$after[parents]]
    if (length(own) != 1L) break
    made <- own
  }
  if (made != n) fault$told_at <- graph$site[[made]]
  fault
}

# Whether a value is a sum, or another one into which a part was put.
joins_parts <- function(graph, n) {
  graph$op[[n]] %in% c("add", "sub") || graph$op[[n]] == "move" && length(graph$parents[[n]]) == 2L
}
