# Weight decay and momentum, fitted over all steps; twin of the end of check/align/rules.py in
# Python.

most_rows <- 50000 # of a large network some elements show the numbers, all are asked then

# Weight decay and momentum: a change made of its gradient, the old value, the change before.
#
# D = c g + d P + m D' + n g', the same numbers for all steps; biases may be without decay.
fit_linear <- function(reading) {
  wanted <- list("decay", "momentum", c("momentum", "decay"), c("momentum", "ahead"))
  for (terms in wanted) {
    numbers <- fit_terms(reading, terms)
    if (!is.null(numbers)) {
      reading$good <- lapply(reading$rows, function(rows) rep(TRUE, length(rows)))
      reading$factors <- rep(numbers$rate, length(reading$rows))
      name <- if ("momentum" %in% terms) "momentum" else "gradient_descent"
      reading$rule <- c(list(name = name), numbers)
      return(invisible(NULL))
    }
  }
}

# The numbers of a rule with which all parameters moved in every step; NULL without one.
fit_terms <- function(reading, terms) {
  pieces <- collect_pieces(reading, terms)
  if (length(pieces) == 0L || "momentum" %in% terms && length(reading$rows) < 3L) {
    return(NULL)
  }
  weights <- Filter(function(p) {
    length(dim(p$row$old)) > 1L && min(dim(p$row$old)) > 1L
  }, pieces)
  for (chosen in if ("decay" %in% terms) list(pieces, weights) else list(pieces)) {
    solution <- solve_pieces(chosen, terms)
    if (is.null(solution)) next
    numbers <- make_sense(stats::setNames(as.list(solution), c("rate", terms)))
    if (!is.null(numbers)) {
      odd <- Find(function(p) !fits_piece(p, solution, terms), pieces)
      return(if (is.null(odd)) numbers)
    }
  }
  NULL
}

# Whether a parameter moved so in a step, be it without decay.
fits_piece <- function(piece, solution, terms) {
  x <- piece$x
  if (fits_whole(piece$row, x %*% solution)) {
    return(TRUE)
  }
  if ("decay" %in% terms) x[, 1L + match("decay", terms)] <- 0
  "decay" %in% terms && fits_whole(piece$row, x %*% solution)
}

# The numbers that fit pieces best; NULL where there are too few of them, or a term is 0 in all.
solve_pieces <- function(pieces, terms) {
  if (sum(lengths(lapply(pieces, `[[`, "y"))) <= 2L * length(terms) + 2L) {
    return(NULL)
  }
  design <- do.call(rbind, lapply(pieces, `[[`, "x"))
  scale <- apply(abs(design), 2L, max)
  if (!all_finite(design) || any(scale == 0)) {
    return(NULL)
  }
  target <- unlist(lapply(pieces, `[[`, "y"))
  some <- (seq_along(target) - 1L) %% (1L + length(target) %/% most_rows) == 0L
  part <- sweep(design[some, , drop = FALSE], 2L, scale, "/")
  least_squares(part, target[some]) / scale
}

# The solution of smallest size, as numpy's lstsq gives it.
least_squares <- function(x, y) {
  parts <- svd(x)
  kept <- parts$d > max(dim(x)) * .Machine$double.eps * max(parts$d)
  by <- ifelse(kept, 1 / parts$d, 0)
  as.vector(parts$v %*% (by * (t(parts$u) %*% y)))
}

fits_whole <- function(row, expected) {
  row_fits(row, shape_rows(as.vector(expected), shape_now(row$whole)), row$whole)
}

# Fitted numbers as those of a rule, NULL if they are none: decay is small, momentum below 1.
make_sense <- function(numbers) {
  if (!isTRUE(numbers$rate > 0)) {
    return(NULL)
  }
  if (!is.null(numbers$decay)) numbers$decay <- numbers$decay / numbers$rate
  mu <- if (is.null(numbers$momentum)) 0.5 else numbers$momentum
  if (!is.null(numbers$ahead)) {
    base <- numbers$rate / (1 + mu)
    if (!isTRUE(abs(numbers$ahead + mu * base) <= 1e-3 * base)) {
      return(NULL)
    }
    numbers$rate <- base
    numbers$ahead <- 1
  }
  decay <- if (is.null(numbers$decay)) 1 else numbers$decay
  if (isTRUE(abs(mu) < 0.99999 && abs(mu) > 1e-6 && decay > 1e-12)) numbers
}

collect_pieces <- function(reading, terms) {
  pieces <- list()
  for (s in seq_along(reading$rows)) {
    before <- if (s > 1L) reading$rows[[s - 1L]]
    for (row in reading$rows[[s]]) {
      last <- row_of(before, row$k)
      columns <- lapply(terms, function(term) {
        if (term == "decay") {
          ravel(spread_over(row$old, shape_now(row$whole)))
        } else if (is.null(last) || !identical(shape_now(last$whole), shape_now(row$whole))) {
          numeric(length(row$whole))
        } else {
          ravel(if (term == "momentum") last$whole else last$gradient)
        }
      })
      x <- do.call(cbind, c(list(ravel(row$gradient)), columns))
      pieces[[length(pieces) + 1L]] <- list(row = row, x = x, y = ravel(row$whole))
    }
  }
  pieces
}
