# Parameters that follow two factors: the program's own loss says which of them is right; twin of
# check/explain/by_loss.py in Python.

fewest_loss_steps <- 3L
same_factor <- 1e-6

# A training by the factor of those parameters that move by the rate times their derivative.
#
# As where a gradient is divided by the number of samples once more than the others: most may be
# wrong, and the loss that the program computes tells which are. Else the alignment as it is.
hold_to_loss <- function(graph, alignment) {
  best <- if (length(alignment$readings) > 0L) alignment$readings[[1L]]
  if (is.null(best) || !may_have_other_factor(best)) {
    return(alignment)
  }
  steps <- lapply(alignment$views, function(view) view$step)
  for (views in find_objectives(graph, alignment$found, steps)) {
    enough <- length(views) >= fewest_loss_steps
    own <- if (enough) read_family(graph, alignment$found, views, "own")
    held <- if (!is.null(own)) held_in_all(graph, alignment, views, own)
    other <- if (length(held) > 0L) with_factor_of(best, held)
    if (!is.null(other)) {
      alignment$readings[[1L]] <- other
      return(alignment)
    }
  }
  alignment
}

may_have_other_factor <- function(best) {
  !is_fitting(best) && length(best$rows) >= fewest_loss_steps &&
    best$rule$name == "gradient_descent" && best$family != "own"
}

# The parameters that move by the rate times their derivative in every step.
held_in_all <- function(graph, alignment, views, own) {
  here <- Map(function(view, rows) {
    kept <- Filter(function(row) {
      update <- Find(function(c) c$k == row$k, view$step$updates)
      rate <- rate_of_update(graph, alignment, view, update)
      rate != 0 && any_nonzero(row$gradient) && row_fits(row, rate * row$gradient)
    }, rows)
    vapply(kept, function(row) as.integer(row$k), 1L)
  }, views, own$rows)
  Reduce(intersect, here)
}

# The number that an update multiplies its gradient by last; 0 where there is none.
rate_of_update <- function(graph, alignment, view, update) {
  terms <- take_apart(graph, view, alignment$found$owner, update)$terms
  way <- if (length(terms) == 1L) as.integer(terms[[1L]]$way[1L, ])[-1L]
  for (n in way) {
    inner <- split_linear(graph, view, n)
    if (!is.null(inner) && ncol(inner) == 1L && graph$op[[n]] == "mul") {
      return(abs(inner[[1L, 1L]]))
    }
  }
  0
}

# A reading by the factor of some parameters, where it is another in each step; or NULL.
with_factor_of <- function(best, held) {
  factors <- numeric(0)
  for (s in seq_along(best$rows)) {
    rows <- best$rows[[s]]
    keys <- vapply(rows, function(r) as.integer(r$k), 1L)
    own <- vapply(rows[keys %in% held], function(r) factor_between(r$change, r$gradient), 1)
    moving <- vapply(rows, function(r) any_nonzero(r$gradient), NA)
    if (length(held) == length(rows) || own[[1L]] <= 0 ||
          any(held %in% keys[best$good[[s]] & moving]) ||
          any(abs(own - own[[1L]]) > same_factor * own[[1L]])) {
      return(NULL)
    }
    factors[[s]] <- own[[1L]]
  }
  if (!is_even(factors)) {
    return(NULL)
  }
  best$good <- Map(function(c, rows) {
    vapply(rows, function(r) row_fits(r, c * r$gradient), NA)
  }, factors, best$rows)
  best$factors <- factors
  best$rule$rate <- factors[[1L]]
  best
}
