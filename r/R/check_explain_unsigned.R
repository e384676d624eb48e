# Rprop whose steps are multiplied by the gradient, and not by its sign; twin of
# check/explain/unsigned.py in Python.

fewest_steps_unsigned <- 3L
most_to_product <- 4L
named_rprop <- "rprop|resilient"
named_otherwise <- "super.?sab|delta.bar.delta"

# Steps of Rprop that are multiplied by the gradient, and not by its sign.
#
# Rules of other names do so rightly, as SuperSAB: the program has to say that it is Rprop.
find_unsigned_step <- function(graph, alignment, best, sources) {
  says <- function(name) any(grepl(name, unlist(sources), ignore.case = TRUE, perl = TRUE))
  known <- says(named_rprop) && !says(named_otherwise)
  if (length(best$rows) < fewest_steps_unsigned || !known) {
    return(NULL)
  }
  ks <- lapply(best$rows, function(rows) vapply(rows, function(r) r$k, 1L))
  found <- Map(function(view, rows) multiplied_steps(graph, view, rows), alignment$views, best$rows)
  if (any(vapply(found, is.null, NA)) || length(unique(ks)) > 1L) {
    return(NULL)
  }
  steered <- unlist(lapply(seq_along(found)[-1L], function(s) {
    mapply(function(r, q, x, y) are_steered(r$gradient * q$gradient, x$size, y$size),
           best$rows[[s - 1L]], best$rows[[s]], found[[s - 1L]], found[[s]])
  }))
  if (anyNA(steered) || !any(steered)) {
    return(NULL)
  }
  first <- found[[1L]][[1L]]
  path <- list(list(first$update$u, first$right))
  new_fault(first$update$u, first$right, path, first$update, NULL, "sign_left_out")
}

# For each parameter its update, its new value with the sign, and its steps; NULL where one is not
# moved by the product of its derivative and such steps.
multiplied_steps <- function(graph, view, rows) {
  found <- list()
  for (row in rows) {
    own <- Filter(function(c) c$k == row$k, view$step$updates)
    pair <- if (length(own) == 1L) gradient_and_steps(graph, own[[1L]], row)
    if (is.null(pair)) {
      return(NULL)
    }
    taken <- sign(pair$gradient) * pair$size
    if (is_near(row$whole, -pair$gradient * pair$size)) taken <- -taken
    right <- value_of(graph, own[[1L]]$p) - taken
    found[[length(found) + 1L]] <- list(update = own[[1L]], right = right, size = pair$size)
  }
  found
}

# The two factors of what an update takes away: a multiple of its derivative, and steps.
gradient_and_steps <- function(graph, update, row) {
  level <- as.integer(update$terms[1L, update$terms[2L, ] != 0])
  for (k in seq_len(most_to_product)) {
    for (n in level[graph$op[level] == "mul" & lengths(graph$args[level]) == 2L]) {
      values <- lapply(graph$args[[n]], function(a) operand_of(graph, a))
      for (pair in list(values, rev(values))) {
        if (is_gradient_and_steps(pair[[1L]], pair[[2L]], row)) {
          return(list(gradient = pair[[1L]], size = pair[[2L]]))
        }
      }
    }
    level <- as.integer(unlist(graph$parents[level[graph$op[level] %in% c("neg", "move")]]))
  }
  NULL
}

# Whether one value is a multiple of a derivative and the other is above 0, both of its shape.
is_gradient_and_steps <- function(gradient, size, row) {
  if (is.null(gradient) || is.null(size)) {
    return(FALSE)
  }
  shapes <- lapply(list(gradient, size), shape_now)
  alike <- all(vapply(shapes, identical, NA, shape_now(row$old)))
  if (!alike || !all_true(size > 0)) {
    return(FALSE)
  }
  f <- factor_between(gradient, row$gradient)
  f != 0 && is_near(gradient, f * row$gradient)
}

# Whether steps shrink where a sign has turned; NA where they are not as the sign says.
are_steered <- function(turn, before, size) {
  quotient <- size / before
  as_said <- all(quotient[turn > 0] >= 1 - close_enough) &&
    all(quotient[turn < 0] <= 1 - close_enough)
  if (as_said) any(turn < 0) else NA
}
