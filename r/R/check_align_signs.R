# Rprop: the sign of a gradient times a step of each weight's own, which grows and shrinks; twin of
# check/align/signs.py in Python.

farthest_sign <- 4L # from an update to the sign in it
passed_to_sign <- c("mul", "neg", "add", "sub", "move")
usual_shrinking <- 0.5
ways_of_rprop <- c("held", "plain", "taken back") # what is done where the sign has turned

# The gradient whose sign an update is a multiple of; NULL where it has no sign.
find_signed <- function(graph, view, update) {
  level <- as.integer(update$terms[1L, update$terms[2L, ] != 0])
  for (k in seq_len(farthest_sign)) {
    for (n in level) {
      if (takes_sign(graph, n) && length(graph$parents[[n]]) == 1L && view$after[[n]]) {
        m <- graph$parents[[n]]
        # Beside its size it is no more than the gradient itself, cut off or not.
        sized <- any(graph$op[users_of(graph)[[m]]] == "abs")
        return(if (!sized && identical(graph$shape[[m]], graph$shape[[update$u]])) m)
      }
    }
    level <- unlist(graph$parents[level[graph$op[level] %in% passed_to_sign]])
  }
  NULL
}

takes_sign <- function(graph, n) graph$op[[n]] == "flat" && endsWith(graph$spelled[[n]], "sign")

# Whether an update takes an array of signs that are all 0.
is_held <- function(graph, update) {
  level <- as.integer(update$terms[1L, update$terms[2L, ] != 0])
  for (k in seq_len(farthest_sign)) {
    for (n in level[graph$count[level] > 1]) {
      own <- takes_sign(graph, n) && identical(graph$shape[[n]], graph$shape[[update$u]])
      value <- if (own) value_of(graph, n)
      if (!is.null(value) && !any_nonzero(value)) {
        return(TRUE)
      }
    }
    level <- unlist(graph$parents[level[graph$op[level] %in% passed_to_sign]])
  }
  FALSE
}

# Take for a gradient that was set to 0, so that its weight is held, what it was before that. What
# was not says how it is scaled, in this step or, where all was, in another.
fill_held <- function(graph, steps) {
  signed <- lapply(steps, function(rows) {
    vapply(rows, function(r) {
      users <- if (!is.null(r$source)) users_of(graph)[[r$source]]
      any(vapply(users, function(u) takes_sign(graph, u), NA))
    }, NA)
  })
  known <- Map(function(rows, own) vapply(rows[own], scale_of_gradient, 1), steps, signed)
  all <- unlist(known)
  first <- c(all[all != 0], 0)[[1L]]
  Map(function(rows, own, scales) {
    usual <- c(scales[scales != 0], first)[[1L]]
    rows[own] <- Map(function(r, scale) {
      held <- r$change == 0
      r$change[held] <- ((if (scale != 0) scale else usual) * r$gradient)[held]
      r
    }, rows[own], scales)
    rows
  }, steps, signed, known)
}

# How many times the derivative a gradient is where it was not set to 0.
scale_of_gradient <- function(row) {
  moving <- row$gradient
  moving[row$change == 0] <- 0
  factor_between(row$change, moving)
}

# Whether all parameters move by the sign and by steps that grow and shrink by two numbers.
fit_rprop <- function(reading) {
  factors <- find_factors(reading, 1L)
  if (is.null(factors) || factors[[1L]] <= 1 || factors[[2L]] >= 1) {
    return(FALSE)
  }
  rate <- largest(step_of_row(reading$rows[[1L]][[1L]]))
  reading$rule <- list(
    name = "rprop", rate = rate, grows = factors[[1L]], shrinks = factors[[2L]]
  )
  TRUE
}

# By what all steps are multiplied where two signs are alike, and where they are not; or NULL.
#
# As the first of so many pairs of steps say that have such signs; `unseen` if no sign has turned.
find_factors <- function(reading, pairs, unseen = usual_shrinking) {
  histories <- lapply(reading$rows[[1L]], function(first) {
    rows <- lapply(reading$rows, row_of, first$k)
    signs <- Map(function(f, r) sign(f * r$gradient), reading$factors, rows)
    list(signs = signs, rows = rows, moved = lapply(rows, step_of_row))
  })
  most <- max(vapply(histories, function(h) max(vapply(h$moved, largest, 1)), 1))
  alike <- factor_of_steps(histories, 1, pairs, FALSE)
  for (way in if (!is.null(alike)) ways_of_rprop) {
    turned <- factor_of_steps(histories, -1, pairs, way != "plain")
    if (is.null(turned)) turned <- unseen
    keeps <- function(h) keeps_rprop(h, way, alike, turned, most)
    if (all(vapply(histories, keeps, NA))) {
      return(c(alike, turned))
    }
  }
  NULL
}

# What a step is multiplied by where two signs are alike, or are not; NULL where none says it. After
# a step that was held it is seen in the next.
factor_of_steps <- function(histories, sign, pairs, after) {
  far <- 1L + after
  for (s in seq_len(max(0L, min(pairs, length(histories[[1L]]$rows) - far)))) {
    quotients <- unlist(lapply(histories, function(h) {
      before <- abs(h$moved[[s]])
      later <- abs(h$moved[[s + far]])
      told <- h$signs[[s]] * h$signs[[s + 1L]] == sign & before > 0 & later > 0
      (later / before)[told]
    }))
    if (length(quotients) > 0L) {
      return(stats::median(quotients))
    }
  }
  NULL
}

# Whether a parameter moves in all steps as one of the ways of Rprop says.
keeps_rprop <- function(h, way, alike, turned, most) {
  size <- abs(h$moved[[1L]])
  before <- h$signs[[1L]]
  moved <- h$moved[[1L]]
  if (!row_fits(h$rows[[1L]], before * size, moved)) {
    return(FALSE)
  }
  for (s in seq_along(h$rows)[-1L]) {
    sign <- h$signs[[s]]
    turn <- sign * before
    size <- ifelse_kept(turn > 0, pmin(size * alike, most), size)
    size <- ifelse_kept(turn < 0, size * turned, size)
    held <- ifelse_kept(turn < 0, 0 * sign, sign)
    back <- if (way == "taken back") -moved else 0 * moved
    moved <- if (way == "plain") sign * size else ifelse_kept(turn < 0, back, held * size)
    before <- if (way == "plain") sign else held
    if (!row_fits(h$rows[[s]], moved, h$moved[[s]])) {
      return(FALSE)
    }
  }
  TRUE
}

# Of two values of one shape the one or the other, element by element.
ifelse_kept <- function(which, one, other) {
  other[which] <- one[which]
  other
}
