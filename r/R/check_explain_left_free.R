# Elements of a parameter that decay though the loss that the program computes leaves them free;
# twin of check/explain/left_free.py in Python.
#
# As the intercept in one vector with the slopes: the penalty of the loss is without it.

same_free <- 1e-4

# A penalty of all elements where that of the loss is of some, which move as it says.
find_decay_of_free <- function(graph, alignment, best) {
  if (best$rule$name != "gradient_descent" || length(best$decays) == 0L) {
    return(NULL)
  }
  steps <- utils::head(alignment$steps, length(best$rows))
  begins <- vapply(steps, function(step) step$begin, 1L)
  for (views in find_objectives(graph, alignment$found, steps)) {
    moving <- Filter(function(view) {
      any(vapply(view$step$first, function(n) any_nonzero(value_of(graph, n)), NA))
    }, views)
    at <- vapply(moving, function(view) match(view$step$begin, begins), 1L)
    free <- Map(function(view, s) free_of_penalty(graph, alignment, best, view, s), moving, at)
    kinds <- unique(lapply(free, function(x) if (!is.null(x)) list(x$row$k, which(x$off != 0))))
    if (length(kinds) == 1L && !is.null(free[[1L]])) {
      s <- at[[1L]]
      view <- alignment$views[[s]]
      return(decay_fault(graph, view, free[[1L]]$row, free[[1L]]$off, s, "decay_of_free"))
    }
  }
  NULL
}

# The parameter whose free elements move too far by its decay, and how far, all others being right;
# NULL without one.
free_of_penalty <- function(graph, alignment, best, view, s) {
  adjoint <- differentiate(graph, view, seed_loss(graph, view, "own"))$adjoint
  rows <- rows_of_step(graph, view, alignment$found$owner, adjoint)
  if (!all(vapply(rows, function(r) r$fits_shape, NA))) {
    return(NULL)
  }
  usual <- common_ratio(lapply(rows, function(r) replace(r, "change", list(r$whole))))
  if (length(usual) == 0L) {
    return(NULL)
  }
  off <- lapply(rows, function(r) {
    left <- r$whole - usual * r$gradient
    left[abs(left) <= close_enough * max(abs(usual * r$gradient)) + r$lost] <- 0
    left
  })
  wrong <- which(vapply(off, any_nonzero, NA))
  if (length(wrong) != 1L || all(off[[wrong]] != 0)) {
    return(NULL)
  }
  row <- rows[[wrong]]
  off <- off[[wrong]]
  if (is_decay_of_part(row, off, best$decays[paste(s, row$k)])) list(row = row, off = off)
}

# Whether elements move too far by the decay of their parameter, of which others decay as well.
is_decay_of_part <- function(row, off, decay) {
  old <- row$old * (off != 0)
  others <- row$old * (off == 0)
  if (is.na(decay) || decay <= 0 || !any_nonzero(old) || !any_nonzero(others)) {
    return(FALSE)
  }
  share <- factor_between(off, old)
  abs(share / unname(decay) - 1) <= same_free && is_near(off, share * old)
}
