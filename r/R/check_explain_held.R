# One output of one sample at a time: its error is held to the rate that the program has; twin of
# check/explain/held.py in Python.
#
# The error of such a step is a single number that all parameters have in common, so any error fits
# with some rate. Where the rates that it takes are none that the program multiplies by, and differ
# from step to step, the error itself is another one than the derivative of a known loss.

fewest_held_steps <- 3L

# A training as it is with the rate that is written, where it fits with none: where rates are
# explained, the first such reading is the best; else one whose best reading is wrong by a mistake
# that is known, or that has no reading.
hold_to_rate <- function(graph, alignment) {
  if (length(alignment$readings) == 0L || !is_right_reading(alignment$readings[[1L]]) ||
        !has_one_number(graph, alignment)) {
    return(alignment)
  }
  right <- Filter(is_right_reading, alignment$readings)
  explained <- Position(has_known_factors, right)
  if (!is.na(explained)) {
    family <- right[[explained]]$family
    others <- Filter(function(r) r$family != family, alignment$readings)
    alignment$readings <- c(right[explained], others)
    return(alignment)
  }
  margins <- read_margins(graph, alignment)
  if (!is.null(margins)) {
    return(margins)
  }
  for (held in unlist(lapply(right, held_readings), recursive = FALSE)) {
    other <- alignment
    other$readings <- list(held)
    found <- first_fault(graph, other)
    explained <- if (!is.null(found)) explain_fault(graph, other, found$fault, found$step)
    if (!is.null(explained$cause)) {
      return(other)
    }
  }
  alignment$readings <- list()
  alignment$why <- "the error of their one output is that of no loss that is known here"
  alignment
}

# The training with a loss of labels -1 and 1, where its rates are explained.
read_margins <- function(graph, alignment) {
  found <- alignment$found
  touched <- touched_by(graph, found$owner)
  looked <- lapply(alignment$views, function(v) look_at_step(graph, found, touched, v$step))
  for (views in if (!alignment$asked) list_margins(graph, looked)) {
    reading <- read_family(graph, found, views, "own")
    if (!is.null(reading) && is_right_reading(reading) && has_known_factors(reading)) {
      alignment$views <- views
      alignment$readings <- list(reading)
      return(alignment)
    }
  }
  NULL
}

# Whether every step has one output, a single number, and moves straight along its slope.
has_one_number <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  ones <- vapply(alignment$views, function(view) {
    length(view$outputs) == 1L && prod(graph$shape[[view$outputs]]) == 1
  }, NA)
  all(ones) && best$rule$name == "gradient_descent" && length(best$rows) >= fewest_held_steps
}

# Whether the factors of all steps are numbers of the program, but for one common number.
has_known_factors <- function(reading) {
  factors <- reading$factors
  if (any(lengths(reading$written) == 0L)) {
    return(is_even(factors)) # more is not known of them
  }
  any(vapply(reading$written[[1L]], function(first) {
    common <- factors[[1L]] / first
    all(mapply(function(f, written) any(abs(f - common * written) <= near_enough * abs(f)),
               factors, reading$written))
  }, NA))
}

# A reading with each of the rates that are written in every step.
held_readings <- function(reading) {
  made <- lapply(reading$written[[1L]], function(rate) {
    stands <- function(written) any(abs(rate - written) <= near_enough * rate)
    if (rate <= 0 || !all(vapply(reading$written, stands, NA))) {
      return(NULL)
    }
    reading$good <- lapply(reading$rows, function(rows) {
      vapply(rows, function(r) row_fits(r, rate * r$gradient), NA)
    })
    reading$factors <- rep(rate, length(reading$rows))
    reading$rule$rate <- rate
    if (!all(unlist(reading$good))) reading
  })
  Filter(Negate(is.null), made)
}
