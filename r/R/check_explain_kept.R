# What a rule keeps for its next step: nothing, all of the past, or what was made of the mean; twin
# of check/explain/kept.py in Python.

# A mean that goes on from another value than that of the step before, in every step.
find_kept_fault <- function(graph, alignment, best) {
  for (look in list(stored_result, forgotten_past, whole_past, multiplied_root)) {
    found <- kept_in_every_step(graph, alignment, best, look)
    if (!is.null(found)) {
      return(found)
    }
  }
  NULL
}

# The square of each step's gradient in place of what is kept of all squares.
find_lost_squares <- function(graph, alignment, best) {
  kept_in_every_step(graph, alignment, best, square_alone)
}

# The first of the faults of one kind that are in every step after the first; NULL without one.
kept_in_every_step <- function(graph, alignment, best, look) {
  steps <- seq_along(best$rows)[-1L]
  found <- lapply(steps, function(s) look(graph, alignment, best, s))
  kinds <- vapply(found, function(f) if (is.null(f)) "" else f$kind, "")
  if (nzchar(kinds[[1L]]) && all(kinds == kinds[[1L]])) found[[1L]]
}

kept_fault <- function(node, right, update, kind, step) {
  fault <- new_fault(node, right, list(list(node, right)), update, NULL, kind)
  fault$step <- step
  fault
}

# What is made of a mean for one step, its correction or its root, is kept as the mean.
stored_result <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  before <- alignment$views[[s - 1L]]
  for (own in own_updates(view, best$rows[[s]])) {
    for (mean in find_means(graph, view, own$update)) {
      n <- copied_node(graph, mean$past)
      kind <- kind_of_stored(graph, before, mean, n, s - 1L)
      if (is.null(kind)) next
      inner <- copied_node(graph, graph$parents[[n]][[1L]])
      past <- Filter(function(c) c$k == own$update$k, before$step$updates)
      same <- inner > before$step$begin && graph$site[[inner]] == graph$site[[mean$node]]
      if (same && length(past) > 0L) {
        return(kept_fault(n, value_of(graph, inner), past[[1L]], kind, s - 1L))
      }
    }
  }
  NULL
}

# What a value that is kept was made of the mean as; NULL for the mean itself. `t` counts its step.
kind_of_stored <- function(graph, before, mean, n, t) {
  if (is_root(graph, n)) {
    return("root_stored")
  }
  number <- if (graph$op[[n]] == "div") plain_number(graph, before, graph$args[[n]][[2L]])
  if (!is.null(number) && abs(number - 1 + mean$share^t) <= same_number) "correction_stored"
}

# Whether a number corrects the start of a mean that takes this share of each step.
corrects_mean <- function(number, share, t) {
  share > 0 && share < 1 && abs(number - 1 + (1 - share)^t) <= same_number
}

# The share of this step alone, corrected as a mean is that has a past.
forgotten_past <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  for (own in own_updates(view, best$rows[[s]])) {
    for (n in which(rule_nodes(graph, view, own$update$u, own$update$p))) {
      args <- graph$args[[n]]
      number <- if (graph$op[[n]] == "div") plain_number(graph, view, args[[2L]])
      if (is.null(number) || !is_node(args[[1L]])) next
      q <- args[[1L]]
      taken <- split_number(graph, view, q)
      of <- root_of_square(graph, taken$node)
      if (!corrects_mean(number, taken$number, s) || is_mixed(graph, view, q)) next
      if (!is_near(value_of(graph, of), own$row$change)) next
      right <- 0
      for (rows in best$rows[seq_len(s)]) {
        g <- row_of(rows, own$row$k)$change
        right <- (1 - taken$number) * right + taken$number * (if (of == taken$node) g else g * g)
      }
      return(kept_fault(q, right, own$update, "mean_not_kept", s))
    }
  }
  NULL
}

# A sum with all of the past and a share of this step, corrected as a mean is.
whole_past <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  for (own in own_updates(view, best$rows[[s]])) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    for (mean in find_means(graph, view, own$update)) {
      share <- split_number(graph, view, mean$part)$number
      number <- divided_by(graph, view, cone, mean$node)$number
      if (mean$share == 1 && corrects_mean(number, share, s)) {
        right <- value_of(graph, mean$node) - share * value_of(graph, mean$past)
        return(kept_fault(mean$node, right, own$update, "past_kept_whole", s))
      }
    }
  }
  NULL
}

# A step that is multiplied by the root of the mean square of its gradient.
multiplied_root <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  for (own in own_updates(view, best$rows[[s]])) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    for (mean in find_means(graph, view, own$update)) {
      root <- if (mean$is_square) root_of_mean(graph, view, cone, mean$node)
      is_own <- !is.null(root) && is_near(value_of(graph, mean$of), own$row$change)
      if (!is_own || graph$op[[root$user]] != "mul") next
      size <- value_of(graph, root$root)
      if (all_true(size > 0)) {
        step <- step_of_row(own$row)
        right <- value_of(graph, own$update$u) + step - step / size^2
        return(kept_fault(own$update$u, right, own$update, "root_multiplied", s))
      }
    }
  }
  NULL
}

# The square of this step's gradient alone, where what is kept of all squares began with 0.
square_alone <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  for (own in own_updates(view, best$rows[[s]])) {
    found <- find_own_square(graph, view, own$update)
    is_own <- !is.null(found) && found$of == own$row$source && graph$count[[found$of]] > 1
    if (!is_own || !began_with_zeros(graph, found$square)) next
    if (!is_divided_by_root(graph, view, own, found$square)) next
    share <- factor_between(value_of(graph, found$square), own$row$change^2)
    past <- if (abs(share - 1) <= same_number) 1 else 1 - share
    right <- 0
    for (rows in best$rows[seq_len(s)]) {
      right <- past * right + share * row_of(rows, own$row$k)$change^2
    }
    kind <- if (past == 1) "squares_not_kept" else "mean_not_kept"
    return(kept_fault(found$square, right, own$update, kind, s))
  }
  NULL
}

# Whether a step is the gradient divided by what is made of the root of a value.
is_divided_by_root <- function(graph, view, own, square) {
  cone <- rule_nodes(graph, view, own$update$u, own$update$p)
  root <- root_of_mean(graph, view, cone, filled_with(graph, square))
  made <- if (is.null(root)) 0 else step_of_row(own$row) * value_of(graph, root$root)
  change <- own$row$change
  any_nonzero(made) && is_near(made, factor_between(made, change) * change)
}

# Whether a value has the name of zeros of its shape, or fills an array that is kept.
began_with_zeros <- function(graph, n) {
  if (filled_with(graph, n) != n) {
    return(TRUE)
  }
  own <- first_words(graph$names[[n]])
  for (m in which(graph$named[seq_len(n - 1L)])) {
    alike <- identical(graph$shape[[m]], graph$shape[[n]])
    value <- if (alike && any(first_words(graph$names[[m]]) %in% own)) value_of(graph, m)
    if (!is.null(value) && !any_nonzero(value)) {
      return(TRUE)
    }
  }
  FALSE
}

# The names of the lists or tables that values are kept in, or their own.
first_words <- function(names) sub("[[$].*", "", names)
