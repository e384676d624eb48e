# The likely cause of a difference: the mistake of the catalogue that gives their value; twin of
# check/causes.py in Python.

steps_looked_at <- 4L

name_cause <- function(id, line = NULL) {
  list(id = id, text = cause_text(id), line = line)
}

# The cause of a quantity's difference, or NULL if no mistake of the catalogue explains it.
find_known_cause <- function(problem, steps, step, finding) {
  theirs <- finding$sighting$value
  right <- predict_step(step$inputs, step_values(step))$predicted[[finding$quantity, exact = TRUE]]
  if (is.null(right)) right <- finding$right
  cause <- precision_cause(theirs, right)
  if (is.null(cause)) cause <- search_catalogue(steps, step, finding)
  if (is.null(cause)) cause <- changed_weights(step, finding)
  if (is.null(cause)) cause <- batch_filled_up(step, finding)
  if (is.null(cause)) cause <- other_batch(problem, step, finding)
  cause
}

# Too few digits: in single precision, or rounded.
precision_cause <- function(theirs, right) {
  if (is_single_precision(theirs, right)) {
    return(name_cause("float32"))
  }
  if (is_rounded(theirs, right)) name_cause("rounded")
}

# The mistake that gives their value in every step looked at, and explains most of the rest.
search_catalogue <- function(steps, step, finding) {
  name <- step$evidence$step$name
  # A step whose parameters were not seen began with others than those of the case.
  known <- Filter(function(s) {
    length(s$evidence$before) > 0L || identical(s$evidence$step$previous, "0")
  }, steps)
  near <- utils::head(known, steps_looked_at)
  near <- c(list(step), near[names(near) != name])
  kept <- lapply(unname(near), function(s) {
    values <- step_values(s)
    list(inputs = s$inputs, values = values, right = predict_step(s$inputs, values)$predicted)
  })
  best <- NULL
  # Of two that give the same numbers, it is the one whose sign or word stands in the program.
  for (candidate in list_candidates(step, kept[[1L]]$values, finding$quantity)) {
    count <- count_unexplained(kept, finding$quantity, candidate)
    if (!is.null(count)) count <- count + 0.5 * !is_written(candidate, step$evidence$source)
    if (!is.null(count) && (is.null(best) || count < best$count)) {
      best <- list(count = count, id = candidate$id)
    }
  }
  if (!is.null(best)) name_cause(best$id)
}

is_written <- function(candidate, source) {
  !is.null(candidate$written) && grepl(candidate$written, source)
}

# Mistakes in the formula of a quantity, or in those before it that were not seen; each in all
# layers and in each single one.
list_candidates <- function(step, values, quantity) {
  depth <- length(step$inputs$activations)
  open <- c(quantity, setdiff(names(step$findings), names(values)))
  kinds <- lapply(open, formula_kinds, depth = depth)
  layers <- vapply(open, function(q) if (quantity_layer(q) == 0L) depth else quantity_layer(q), 1L)
  found <- list()
  for (entry in Filter(function(entry) may_be(entry, step$inputs), read_catalogue()$mistakes)) {
    allowed <- if (is.null(entry$only)) seq_len(depth) else depth
    for (chosen in formula_subsets(entry$formulas)) {
      fits <- vapply(kinds, function(k) any(k %in% names(chosen)), TRUE)
      mistake <- list(
        id = entry$id, formulas = chosen, fit = entry$fit, written = entry$written
      )
      places <- mistaken_layers(intersect(layers[fits], allowed), allowed)
      found <- c(found, lapply(places, function(place) {
        c(mistake, list(layers = place))
      }))
    }
  }
  found
}

# Whether a mistake is one of this optimizer and this loss.
may_be <- function(entry, inputs) {
  (is.null(entry$optimizers) || inputs$optimizer %in% unlist(entry$optimizers)) &&
    (is.null(entry$losses) || inputs$loss %in% unlist(entry$losses))
}

# All layers that it may be in together, and each of some alone, the last first.
mistaken_layers <- function(layers, allowed) {
  if (length(layers) > 0L) {
    unique(c(list(allowed), as.list(rev(sort(unique(layers))))))
  }
}

# The formulas of a mistake, in each of its variants: all together, those of both gradients or
# parameters, each alone.
formula_subsets <- function(formulas) {
  kinds <- names(formulas)
  groups <- list(kinds)
  if (length(kinds) > 2L) groups <- c(groups, list(c("dW", "db"), c("W", "b")))
  if (length(kinds) > 1L) groups <- c(groups, as.list(kinds))
  groups <- Filter(function(group) all(group %in% kinds), groups)
  found <- list()
  for (i in seq_len(max(lengths(formulas)))) {
    variant <- lapply(formulas, function(texts) texts[[min(i, length(texts))]])
    found <- c(found, lapply(groups, function(group) variant[group]))
  }
  found
}

formula_kinds <- function(quantity, depth) {
  kind <- quantity_kind(quantity)
  if (kind != "e") {
    return(kind)
  }
  c("e", if (quantity_layer(quantity) == depth) "e_last" else "e_hidden")
}

# How many values a mistake leaves unexplained; NULL if it does not even give this one. The first of
# the steps is the one in question; in the others the mistake must not contradict.
count_unexplained <- function(kept, quantity, mistake) {
  count <- 0
  fitted <- numeric(0)
  for (i in seq_along(kept)) {
    values <- kept[[i]]$values
    done <- predict_step(kept[[i]]$inputs, values, mistake)
    fitted <- c(fitted, done$fitted[[quantity, exact = TRUE]])
    guess <- done$predicted[[quantity, exact = TRUE]]
    theirs <- values[[quantity, exact = TRUE]]
    right <- if (i == 1L) kept[[i]]$right[[quantity, exact = TRUE]]
    contradicts <- !explains(theirs, guess, quantity, mistake)
    known <- i == 1L || !is.null(guess) && !is.null(theirs)
    if (known && (contradicts || is_harmless(mistake, theirs, guess, right))) {
      return(NULL)
    }
    count <- count + count_others(values, quantity, done$predicted, mistake)
  }
  if (fit_holds(mistake$fit, fitted)) 10 * count + !is.null(mistake$fit)
}

# Whether a mistake makes no difference here, where theirs is different.
is_harmless <- function(mistake, theirs, guess, right) {
  !is.null(right) && !identical(mistake$fit, "rows") && matches(right, guess, "") &&
    !matches(theirs, right, "")
}

count_others <- function(values, quantity, predicted, mistake) {
  others <- setdiff(names(values), quantity)
  sum(!vapply(others, function(name) {
    explains(values[[name]], predicted[[name, exact = TRUE]], name, mistake)
  }, TRUE))
}

explains <- function(theirs, guess, quantity, mistake) {
  matches(theirs, guess, quantity_kind(quantity)) ||
    identical(mistake$fit, "rows") && same_rows(theirs, guess)
}

fit_holds <- function(fit, fitted) {
  if (is.null(fit) || fit == "rows") {
    return(TRUE)
  }
  usable <- is.finite(fitted) & abs(fitted) >= 1e-9
  if (length(fitted) == 0L || !all(usable)) {
    return(FALSE)
  }
  constant <- diff(range(fitted)) <= 1e-6 * max(abs(fitted))
  switch(fit,
    "k varies" = !constant && all(fitted > 0),
    "k > 0" = constant && all(fitted > 0),
    "k < 0" = constant && all(fitted < 0)
  )
}

# Weights drawn anew inside the loop: their product is that of other weights than before.
changed_weights <- function(step, finding) {
  kind <- quantity_kind(finding$quantity)
  if (!kind %in% c("product", "z", "a") || is.null(finding$sighting)) {
    return(NULL)
  }
  inputs <- step$inputs
  line <- NULL
  sightings <- step$evidence$sightings
  for (quantity in names(sightings)[quantity_kind(names(sightings)) %in% c("W", "b")]) {
    earlier <- Filter(function(s) s$place < finding$sighting$place, sightings[[quantity]])
    if (length(earlier) > 0L) {
      inputs$before[[quantity]] <- earlier[[length(earlier)]]$value
      line <- earlier[[length(earlier)]]$line
    }
  }
  guess <- predict_step(inputs, step_values(step))$predicted[[finding$quantity, exact = TRUE]]
  if (!is.null(line) && matches(finding$sighting$value, guess, kind)) {
    name_cause("changed_between_epochs", line)
  }
}

# The last batch has as many rows as the others, where the case has fewer left.
batch_filled_up <- function(step, finding) {
  theirs <- finding$sighting$value
  is_batch <- grepl(".", step$evidence$step$name, fixed = TRUE)
  if (is_batch && quantity_kind(finding$quantity) %in% c("product", "z", "a") &&
        nrow(theirs) > nrow(finding$right)) {
    name_cause("batch_reused")
  }
}

# A batch of other samples: its rows are those of other rows of x.
other_batch <- function(problem, step, finding) {
  theirs <- finding$sighting$value
  is_batch <- grepl(".", step$evidence$step$name, fixed = TRUE)
  if (!is_batch || is.null(theirs) || !finding$quantity %in% c("product1", "z1", "a1")) {
    return(NULL)
  }
  whole <- step$inputs
  whole$x <- problem$case$data$x
  whole$y <- problem$case$data$y
  right <- predict_step(whole, list())$predicted[[finding$quantity, exact = TRUE]]
  if (is.null(right) || ncol(right) != ncol(theirs) || !all(is.finite(theirs))) {
    return(NULL)
  }
  apart <- apply(theirs, 1L, function(row) min(apply(abs(t(right) - row), 2L, max)))
  if (max(apart) < 1e-9) name_cause("other_batch")
}

# Why a starting weight or bias is not the case's.
find_start_cause <- function(problem, recording, quantity, value) {
  right <- problem$trace[[paste0("0/", quantity), exact = TRUE]]
  if (quantity_kind(quantity) == "b" && nrow(value) > 1L) {
    filled <- formula_functions$fill_by_column(right, nrow(value))
    if (agrees(value, filled) || nrow(value) == nrow(problem$case$data$x)) {
      return(name_cause("start_filled_by_column"))
    }
  }
  cause <- precision_cause(value, right)
  if (!is.null(cause)) {
    return(cause)
  }
  first <- recording$first_start[[quantity, exact = TRUE]]
  changes <- !is.null(first) && !identical(sort(c(read_plain(first))), sort(c(value)))
  name_cause(if (changes) "unseeded_start" else "other_start")
}

# A difference in what is run at all: epochs too few or too many, batches, single samples.
find_structural <- function(problem, recording, step) {
  plan <- problem$case$plan
  if (!is.null(recording$stop) || !recording$has_loop) {
    return(NULL)
  }
  names <- vapply(recording$steps, function(s) s$step, "")
  if (is.null(plan$batch_size) && any(paste0(step$name, ".2") == names)) {
    return(structural_difference(step$name, "updated_after_each_sample"))
  }
  short <- plan$epochs - recording$turns
  if (short != 0L) {
    cause <- if (short == 1L) "one_epoch_short" else "stopped_early"
    cause <- if (short < 0L) "one_epoch_more" else cause
    return(structural_difference(min(recording$turns, plan$epochs) + 1L, cause))
  }
  if (any(grepl(".", step$name, fixed = TRUE))) {
    structural_difference(step$name, "last_batch_dropped")
  }
}

structural_difference <- function(name, cause) {
  list(step = as.character(name), quantity = "z1", cause = name_cause(cause))
}
