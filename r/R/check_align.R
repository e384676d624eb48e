# What a recording is: parameters, steps, output and target, and every loss read into them; twin of
# check/align/align.py in Python.

most_searched <- 40L # steps, for a loss that is computed now and then
loss_families <- c("squared_error", "binary_cross_entropy", "cross_entropy", "absolute_error")

# Find parameters, steps and outputs, and compare what parameters did with derivatives.
#
# Readings are sorted, the best first; none where the program could not be followed, then `why` says
# what was not found. `families` are the losses that it may be trained with, `training` is one of
# several networks that are trained; without one all that is updated.
align_recording <- function(graph, families = loss_families, training = NULL) {
  start <- if (is.null(training)) find_training(graph) else training
  found <- start$found
  result <- list(
    found = found, steps = list(), views = list(), readings = list(), why = "",
    asked = length(families) == 1L # whether the loss is known from an exercise
  )
  if (length(start$steps) == 0L) {
    result$why <- "nothing is updated from itself"
    return(result)
  }
  result$steps <- moving_steps(
    graph, finite_steps(graph, main_steps(graph, found, start$steps))
  )
  if (length(found$gates) > 0L) {
    return(read_gated(graph, found, result))
  }
  read_losses(graph, families, found, result)
}

# Read each loss into the steps, and where none fits what else they may follow.
read_losses <- function(graph, families, found, result) {
  nudged <- read_nudged(graph, found, result)
  if (length(nudged$readings) > 0L) {
    return(nudged)
  }
  options <- list_views(graph, found, utils::head(result$steps, most_steps))
  for (views in options) {
    readings <- lapply(families, function(family) read_family(graph, found, views, family))
    readings <- sort_readings(Filter(Negate(is.null), readings))
    if (is_better(readings, result$readings)) {
      result$views <- views
      result$readings <- readings
    }
  }
  result <- settle_factor(graph, found, prefer_entropy(graph, result))
  if (!is_read_right(result)) {
    most <- if (length(result$readings) == 0L) most_searched else most_steps
    result <- read_objective(graph, found, utils::head(result$steps, most), result)
  }
  if (length(options) > 0L && !is_read_right(result)) {
    result <- read_given(graph, found, options[[1L]], result)
  }
  if (!result$asked && !any(vapply(result$readings, is_right_reading, NA))) {
    result <- read_heads(graph, found, options, result)
  }
  if (!any(vapply(result$readings, is_right_reading, NA))) {
    result <- read_later(graph, found, families, options, result)
  }
  if (length(result$readings) == 0L) {
    result$why <- "no output meets a target"
    if (length(options) > 0L) {
      result$views <- options[[1L]]
      result$why <- "output and target do not fit one another"
    }
    if (length(result$views) == 0L) result <- read_with_added(graph, found, result)
  }
  result
}

# Take the loss whose differences are the derivatives, where all parameters follow it.
read_nudged <- function(graph, found, result) {
  views <- find_nudged(graph, found, utils::head(result$steps, most_steps))
  reading <- if (!is.null(views)) read_family(graph, found, views, "own")
  if (!is.null(reading) && is_right_reading(reading)) {
    result$views <- views
    result$readings <- list(reading)
  }
  result
}

is_better <- function(readings, others) {
  length(readings) > 0L &&
    (length(others) == 0L || is_greater(rank_of(readings[[1L]]), rank_of(others[[1L]])))
}

is_read_right <- function(result) {
  length(result$readings) > 0L && is_right_reading(result$readings[[1L]])
}

# Take the derivative at the output that the program has, where all parameters follow it.
read_given <- function(graph, found, views, result) {
  for (kind in c("", "sigmoid", "softmax", "counts")) {
    given <- take_given(graph, views, kind)
    reading <- if (!is.null(given)) read_family(graph, found, given, "own")
    if (!is.null(reading) && is_right_reading(reading) && min(reading$factors) > 0) {
      result$views <- given
      result$readings <- list(reading)
      break
    }
  }
  result
}

# Take a loss for each output, or one of labels -1 and 1, where all parameters follow it.
read_heads <- function(graph, found, options, result) {
  touched <- touched_by(graph, found$owner)
  looked <- lapply(utils::head(result$steps, most_steps), function(step) {
    look_at_step(graph, found, touched, step)
  })
  heads <- unlist(lapply(options, function(views) list_heads(graph, views)), recursive = FALSE)
  for (views in Filter(Negate(is.null), c(heads, list_margins(graph, looked)))) {
    reading <- read_family(graph, found, views, "own")
    if (!is.null(reading) && is_right_reading(reading) && min(reading$factors) > 0) {
      result$views <- views
      result$readings <- list(reading)
      break
    }
  }
  result
}

# Leave out the first step where all parameters follow a loss from the second on.
#
# A mistake in the text of a program stays, but what a rule keeps may begin as a copy.
read_later <- function(graph, found, families, options, result) {
  for (views in Filter(function(v) length(v) > few_steps, options)) {
    for (family in families) {
      reading <- read_family(graph, found, views[-1L], family)
      right <- !is.null(reading) && is_right_reading(reading) && min(reading$factors) > 0
      if (right && all_moving(reading)) {
        result$views <- views[-1L]
        result$readings <- list(reading)
        return(result)
      }
    }
  }
  result
}

# Whether the loss hangs on every parameter in every step.
all_moving <- function(reading) {
  all(vapply(unlist(reading$rows, recursive = FALSE), function(r) any_nonzero(r$gradient), NA))
}

# Take the loss that the program computes itself where all parameters follow it; or, where hardly
# any follows another loss, the first that some of them follow.
read_objective <- function(graph, found, steps, result) {
  partly <- list()
  none <- length(result$readings) == 0L
  for (views in find_objectives(graph, found, steps)) {
    views <- lapply(utils::head(views, most_steps), function(v) turn_likelihood(graph, v))
    reading <- read_own_loss(graph, found, views)
    if (is.null(reading)) next
    if (!is_fitting(reading)) {
      option <- list(views = views, reading = reading)
      if (is_partly_followed(reading)) partly[[length(partly) + 1L]] <- option
      next
    }
    whole <- are_of_all(views, steps) || is_followed_beside(views, reading, result)
    if (whole && (is_right_reading(reading) || none)) {
      result$views <- views
      result$readings <- list(reading)
      return(result)
    }
  }
  followed <- any(vapply(result$readings, is_partly_followed, NA))
  if (followed) result else take_first(partly, result)
}

# A loss of the program's own that goes down with every step; NULL where it does not.
#
# One number alone follows any loss, as that does which halves an interval.
read_own_loss <- function(graph, found, views) {
  reading <- read_family(graph, found, views, "own")
  if (is.null(reading) || !(min(reading$factors) > 0 || goes_down(views, reading))) {
    return(NULL)
  }
  numbers <- sum(vapply(reading$rows[[1L]], function(r) length(r$old), 1L))
  if (numbers > 1L || is_even(reading$factors)) reading
}

# Whether a log-likelihood, which is to be climbed, is followed downwards by all parameters.
goes_down <- function(views, reading) {
  turned <- all(vapply(views, function(v) !is.null(v$given), NA))
  is_fitting(reading) && max(reading$factors) < 0 && turned
}

# Whether a loss that is computed in some of the steps is followed where no other is.
is_followed_beside <- function(views, reading, result) {
  several <- length(views) > 1L && length(result$readings) == 0L
  several || is_followed_once(views, reading, result)
}

# Whether a loss that is computed in one step is followed there, and no other loss is.
#
# One number alone follows any loss.
is_followed_once <- function(views, reading, result) {
  numbers <- vapply(reading$rows[[1L]], function(r) length(r$old), 1L)
  if (length(views) != 1L || sum(numbers) < 2L) {
    return(FALSE)
  }
  begins <- vapply(result$views, function(v) v$step$begin, 1L)
  s <- match(views[[1L]]$step$begin, begins)
  is.na(s) || !any(vapply(result$readings, function(r) all(r$good[[s]]), NA))
}

# Whether a loss is that of all steps; where it is computed after the update, of all but the first.
are_of_all <- function(views, steps) {
  length(views) == length(steps) || length(views) >= max(length(steps) - 1L, few_steps)
}

# The first of the losses that some parameters follow: what goes back is made after the loss.
take_first <- function(partly, result) {
  if (length(partly) > 0L) {
    ends <- vapply(partly, function(option) option$views[[1L]]$outputs[[1L]], 1L)
    first <- partly[[which.min(ends)]]
    result$views <- first$views
    result$readings <- list(first$reading)
  }
  result
}

# The steps cut at their meetings, in the one or two ways that there are.
list_views <- function(graph, found, steps) {
  touched <- touched_by(graph, found$owner)
  options <- lapply(1:2, function(choice) {
    views <- list()
    for (step in steps) {
      view <- prepare_step(graph, found, touched, step, choice)
      if (is.null(view)) return(NULL)
      views[[length(views) + 1L]] <- view
    }
    views
  })
  Filter(function(views) length(views) > 0L, options)
}

# A step cut at its meetings, in the first or the second way; NULL where there is none.
prepare_step <- function(graph, found, touched, step, choice) {
  view <- look_at_step(graph, found, touched, step)
  meetings <- find_meetings(graph, view)
  if (choice > length(meetings)) {
    return(NULL)
  }
  use_meetings(graph, view, meetings[[choice]])
  if (length(view$outputs) > 0L) view
}
