# AdaDelta with one mistake: in one of its two means, or in the roots that are taken of them; twin
# of check/explain/adadelta.py in Python.

fewest_steps_adadelta <- 3L
few_numbers_adadelta <- 8L
adadelta_rule <- c(keep_s = "rho", take_s = "rest", keep_w = "rho", take_w = "rest")

# A mistake: its cause, the quantity that it makes wrong, and what is other than it should be.
#
# Quantities are the mean square of the gradients (s) and that of the steps (w), both with epsilon
# (bottom, top), and the step (d).
adadelta_edit <- function(kind, at, ...) list(kind = kind, at = at, change = c(...))

adadelta_edits <- list(
  adadelta_edit("steps_of_gradients", "w", of = "gradient"),
  adadelta_edit("share_left_out", "s", take_s = "one"),
  adadelta_edit("share_left_out", "w", take_w = "one"),
  adadelta_edit("past_kept_whole", "s", keep_s = "one"),
  adadelta_edit("past_kept_whole", "w", keep_w = "one"),
  adadelta_edit("mean_not_kept", "s", keep_s = "zero"),
  adadelta_edit("mean_not_kept", "w", keep_w = "zero"),
  adadelta_edit("share_of_past", "s", keep_s = "rest", take_s = "rho"),
  adadelta_edit("share_of_past", "w", keep_w = "rest", take_w = "rho"),
  adadelta_edit("roots_exchanged", "d", order = "exchanged"),
  adadelta_edit("roots_left_out", "top", top = "bare"),
  adadelta_edit("roots_left_out", "bottom", bottom = "bare"),
  adadelta_edit("roots_left_out", "d", top = "bare", bottom = "bare")
)

# The one mistake with which AdaDelta makes the steps of all parameters.
find_adadelta_fault <- function(graph, alignment, best) {
  if (length(best$rows) < fewest_steps_adadelta) {
    return(NULL)
  }
  written <- written_numbers(graph, alignment$views[[2L]])
  shares <- written[written >= 0.5 & written < 1]
  small <- written[written > 0 & written < small_number]
  first <- best$rows[[1L]]
  ks <- vapply(first, function(r) r$k, 1L)
  sample <- which.max(vapply(first, function(r) length(r$old), 1L))
  histories <- lapply(ks, function(k) history_of(best, k))
  for (edit in adadelta_edits) {
    for (rho in shares) {
      for (eps in small) {
        made <- made_by_edit(histories, sample, edit, rho, eps)
        if (!is.null(made)) {
          names(made) <- ks
          return(fault_of_adadelta(graph, alignment, edit, made))
        }
      }
    }
  }
  NULL
}

# What a mistaken AdaDelta makes for all parameters; NULL where these are no steps of theirs.
made_by_edit <- function(histories, sample, edit, rho, eps) {
  if (!may_fit_adadelta(histories[[sample]], edit, rho, eps)) {
    return(NULL)
  }
  made <- lapply(histories, function(h) follow_adadelta(h$gradients, edit, rho, eps))
  moved <- step_of_row(histories[[sample]]$rows[[1L]])
  rate <- factor_between(moved, made[[sample]][[1L]]$d[[1L]])
  if (rate > 0 && all(mapply(fits_adadelta, histories, made, rate))) made
}

# What AdaDelta with a mistake makes in each step: each quantity, and the right one there.
follow_adadelta <- function(gradients, edit, rho, eps) {
  form <- replace(adadelta_rule, names(edit$change), edit$change)
  share <- c(rho = rho, rest = 1 - rho, one = 1, zero = 0)[form[names(adadelta_rule)]]
  names(share) <- names(adadelta_rule)
  is_bare <- function(name) name %in% names(form) && form[[name]] == "bare"
  s <- w <- 0 * gradients[[1L]]
  lapply(gradients, function(g) {
    right_s <- rho * s + (1 - rho) * g * g
    top <- w + eps
    s <<- share[["keep_s"]] * s + share[["take_s"]] * g * g
    bottom <- s + eps
    right_d <- sqrt(top) / sqrt(bottom) * g
    over <- if (is_bare("top")) top else sqrt(top)
    under <- if (is_bare("bottom")) bottom else sqrt(bottom)
    d <- (if ("order" %in% names(form)) under / over else over / under) * g
    right_w <- rho * w + (1 - rho) * d * d
    taken <- if ("of" %in% names(form)) g * g else d * d
    w <<- share[["keep_w"]] * w + share[["take_w"]] * taken
    list(
      s = list(s, right_s), w = list(w, right_w), top = list(top, sqrt(top)),
      bottom = list(bottom, sqrt(bottom)), d = list(d, right_d)
    )
  })
}

# Whether a few numbers of a parameter move in proportion to what a mistaken rule makes.
may_fit_adadelta <- function(history, edit, rho, eps) {
  size <- length(history$gradients[[1L]])
  if (any(lengths(history$gradients) != size)) {
    return(FALSE)
  }
  some <- 1 + floor(seq(0, size - 1, length.out = few_numbers_adadelta))
  steps <- unlist(lapply(history$rows, function(row) as.vector(step_of_row(row))[some]))
  gradients <- lapply(history$gradients, function(g) as.vector(g)[some])
  made <- follow_adadelta(gradients, edit, rho, eps)
  moved <- unlist(lapply(made, function(pairs) pairs$d[[1L]]))
  rate <- factor_between(steps, moved)
  lost <- 10 * max(vapply(history$rows, function(row) row$lost, 1))
  all_true(abs(steps - rate * moved) <= 1e-5 * largest(steps) + lost)
}

fits_adadelta <- function(history, made, rate) {
  all(mapply(function(row, pairs) {
    row$is_noise || row_fits(row, rate * pairs$d[[1L]], step_of_row(row))
  }, history$rows, made))
}

# The last value of a step that is what the mistake makes, and not the right one.
#
# In the first step there is no past, and what is wrong with it may not be seen.
fault_of_adadelta <- function(graph, alignment, edit, made) {
  ends <- c(vapply(alignment$views, function(view) view$step$end, 1), graph$size)
  for (s in seq_along(alignment$views)[-1L]) {
    view <- alignment$views[[s]]
    nodes <- seq(ends[[s + 1L]], view$step$begin + 1L)
    for (n in nodes[graph$op[nodes] != "move" & view$touched[nodes]]) {
      for (update in view$step$updates) {
        pair <- made[[as.character(update$k)]][[s]][[edit$at]]
        right <- right_beside(value_of(graph, n), pair, edit$at == "d")
        if (is.null(right)) next
        fault <- new_fault(n, right, list(list(n, right)), update, NULL, edit$kind)
        fault$step <- s
        return(fault)
      }
    }
  }
  NULL
}

# What is right in place of a value that a mistake makes, which may be turned; NULL if it does not.
right_beside <- function(value, pair, may_turn) {
  sign <- if (may_turn && is_near(value, -pair[[1L]])) -1 else 1
  if (is_near(value, sign * pair[[1L]]) && !is_near(pair[[1L]], pair[[2L]])) sign * pair[[2L]]
}
