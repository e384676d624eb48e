# Rprop: the sign of a gradient times a step of each weight's own, which grows and shrinks; twin of
# check/align/signs.py in Python.

farthest_sign <- 4L # from an update to the sign in it
passed_to_sign <- c("mul", "neg", "add", "sub", "move")
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

# Take for a gradient that was set to 0, so that its weight is held, what it was before that. What
# was not says how it is scaled.
fill_held <- function(graph, rows) {
  signed <- vapply(rows, function(r) {
    users <- if (!is.null(r$source)) users_of(graph)[[r$source]]
    any(vapply(users, function(u) takes_sign(graph, u), NA))
  }, NA)
  known <- vapply(rows[signed], function(r) {
    moving <- r$gradient
    moving[r$change == 0] <- 0
    factor_between(r$change, moving)
  }, 1)
  usual <- c(known[known != 0], 0)[[1L]]
  rows[signed] <- Map(function(r, own) {
    held <- r$change == 0
    r$change[held] <- ((if (own != 0) own else usual) * r$gradient)[held]
    r
  }, rows[signed], known)
  rows
}

# Whether all parameters move by the sign and by steps that grow and shrink by two numbers.
fit_rprop <- function(reading) {
  histories <- lapply(reading$rows[[1L]], function(first) {
    rows <- lapply(reading$rows, row_of, first$k)
    signs <- Map(function(f, r) sign(f * r$gradient), reading$factors, rows)
    list(signs = signs, rows = rows, moved = lapply(rows, step_of_row))
  })
  most <- max(vapply(histories, function(h) max(vapply(h$moved, largest, 1)), 1))
  grown <- factor_of_steps(histories, 1, FALSE)
  for (way in if (!is.null(grown) && grown > 1) ways_of_rprop) {
    shrunk <- factor_of_steps(histories, -1, way != "plain")
    if (is.null(shrunk)) shrunk <- 0.5 # no sign has turned
    keeps <- function(h) keeps_rprop(h, way, grown, shrunk, most)
    if (shrunk > 0 && shrunk < 1 && all(vapply(histories, keeps, NA))) {
      rate <- largest(histories[[1L]]$moved[[1L]])
      reading$rule <- list(name = "rprop", rate = rate, grows = grown, shrinks = shrunk)
      return(TRUE)
    }
  }
  FALSE
}

# What a step is multiplied by where two signs are alike, or are not; NULL where none says it. After
# a step that was held it is seen in the next.
factor_of_steps <- function(histories, sign, after) {
  quotients <- unlist(lapply(histories, function(h) {
    if (length(h$rows) < 2L + after) {
      return(NULL)
    }
    before <- abs(h$moved[[1L]])
    later <- abs(h$moved[[2L + after]])
    told <- h$signs[[1L]] * h$signs[[2L]] == sign & before > 0 & later > 0
    (later / before)[told]
  }))
  if (length(quotients) > 0L) stats::median(quotients)
}

# Whether a parameter moves in all steps as one of the ways of Rprop says.
keeps_rprop <- function(h, way, grown, shrunk, most) {
  size <- abs(h$moved[[1L]])
  before <- h$signs[[1L]]
  moved <- h$moved[[1L]]
  if (!row_fits(h$rows[[1L]], before * size, moved)) {
    return(FALSE)
  }
  for (s in seq_along(h$rows)[-1L]) {
    sign <- h$signs[[s]]
    turn <- sign * before
    size <- ifelse_kept(turn > 0, pmin(size * grown, most), size)
    size <- ifelse_kept(turn < 0, size * shrunk, size)
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
