# Steps that update other parameters than the largest ones, as of samples that hold other words
# each; twin of check/explain/sparse.py in Python.
#
# The largest kind of step is judged, as smaller ones may be cut off. Where a step of another kind
# makes its updates at the very same places, it is whole, and may show what the largest does not.

fewest_kinds <- 3L
fewest_showing <- 2L # steps in which one mistake shows
most_other_steps <- 40L

# An alignment that is right in its largest steps, or that of smaller ones that are not.
look_at_others <- function(graph, alignment, training) {
  best <- if (length(alignment$readings) > 0L) alignment$readings[[1L]]
  plain <- !is.null(best) && is_right_reading(best) && best$rule$name == "gradient_descent"
  if (!plain || !best$family %in% loss_families) {
    return(alignment)
  }
  touched <- touched_by(graph, alignment$found$owner)
  wrong <- list()
  for (step in other_steps(graph, alignment, training)) {
    view <- prepare_step(graph, alignment$found, touched, step, 1L)
    reading <- if (!is.null(view)) read_family(graph, alignment$found, list(view), best$family)
    if (is.null(reading) || !differs_from_usual(reading, best)) next
    kind <- kind_of_step(step)
    wrong[[kind]] <- c(wrong[[kind]], list(view))
  }
  views <- if (length(wrong) > 0L) utils::head(wrong[[which.max(lengths(wrong))]], most_steps)
  reading <- if (length(views) >= fewest_showing) {
    read_family(graph, alignment$found, views, best$family)
  }
  if (!is.null(reading) && !is_fitting(reading)) {
    alignment$views <- views
    alignment$readings <- list(reading)
  }
  alignment
}

kind_of_step <- function(step) paste(sort(step$keys), collapse = " ")

# Whole steps of other kinds: they update at all places where the largest do.
other_steps <- function(graph, alignment, training) {
  places_of <- function(step) unique(graph$site[vapply(step$updates, function(c) c$u, 1L)])
  main <- alignment$steps[[1L]]
  steps <- utils::head(training$steps, -1L) # watching may have ended within the last
  kinds <- vapply(steps, kind_of_step, "")
  if (length(unique(kinds)) < fewest_kinds) {
    return(list())
  }
  same <- vapply(steps, function(step) setequal(places_of(step), places_of(main)), NA)
  utils::head(steps[kinds != kind_of_step(main) & same], most_other_steps)
}

# Whether some parameter moves as in all other steps, and another does not.
differs_from_usual <- function(reading, best) {
  known <- any(abs(reading$factors[[1L]] - best$factors) <= 1e-6 * best$factors)
  tells <- vapply(reading$rows[[1L]], function(r) any_nonzero(r$gradient), NA)
  known && !is_fitting(reading) && any(reading$good[[1L]] & tells)
}
