# The likely cause of a difference: the mistake of the catalogue that gives their value; twin of
# python/src/twinprop/check/causes.py.

steps_looked_at <- 4L

name_cause <- function(id, line = NULL) {
  list(id = id, text = cause_text(id), line = line)
}

# The cause of a quantity's difference, or NULL if no mistake of the catalogue explains it.
find_cause <- function(steps, step, finding) {
  theirs <- finding$sighting$value
  right <- predict_step(step$inputs, step_values(step))$predicted[[finding$quantity, exact = TRUE]]
  if (is.null(right)) right <- finding$right
  if (is_single_precision(theirs, right)) {
    return(name_cause("float32"))
  }
  if (is_rounded(theirs, right)) {
    return(name_cause("rounded"))
  }
  cause <- search_catalogue(steps, step, finding)
  if (is.null(cause)) cause <- changed_weights(step, finding)
  if (is.null(cause)) cause <- batch_filled_up(step, finding)
  cause
}

# The mistake that gives their value in every step looked at, and explains most of the rest.
search_catalogue <- function(steps, step, finding) {
  name <- step$evidence$step$name
  near <- utils::head(steps, steps_looked_at)
  near <- c(list(step), near[names(near) != name])
  kept <- lapply(unname(near), function(s) {
    values <- step_values(s)
    list(inputs = s$inputs, values = values, right = predict_step(s$inputs, values)$predicted)
  })
  best <- NULL
  for (candidate in list_candidates(step, kept[[1L]]$values, finding$quantity)) {
    count <- count_unexplained(kept, finding$quantity, candidate)
    if (!is.null(count) && (is.null(best) || count < best$count)) {
      best <- list(count = count, id = candidate$id)
    }
  }
  if (!is.null(best)) name_cause(best$id)
}

# Mistakes in the formula of a quantity, or in those before it that were not seen; each in all
# layers and in each single one.
list_candidates <- function(step, values, quantity) {
  depth <- length(step$inputs$activations)
  open <- c(quantity, setdiff(names(step$findings), names(values)))
  kinds <- lapply(open, formula_kinds, depth = depth)
  layers <- vapply(open, function(q) if (quantity_layer(q) == 0L) depth else quantity_layer(q), 1L)
  found <- list()
  for (entry in read_catalogue()$mistakes) {
    for (i in seq_len(max(lengths(entry$formulas)))) {
      formulas <- lapply(entry$formulas, function(texts) texts[[min(i, length(texts))]])
      subsets <- list(formulas)
      if (length(formulas) > 1L) {
        subsets <- c(subsets, lapply(names(formulas), function(kind) formulas[kind]))
      }
      for (chosen in subsets) {
        fits <- vapply(kinds, function(k) any(k %in% names(chosen)), TRUE)
        some <- rev(sort(unique(layers[fits])))
        places <- if (any(fits)) unique(c(list(seq_len(depth)), as.list(some)))
        found <- c(found, lapply(places, function(place) {
          list(id = entry$id, formulas = chosen, layers = place, fit = entry$fit)
        }))
      }
    }
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
  if (is.null(kept[[1L]]$values[[quantity, exact = TRUE]])) {
    return(NULL)
  }
  for (i in seq_along(kept)) {
    values <- kept[[i]]$values
    done <- predict_step(kept[[i]]$inputs, values, mistake)
    fitted <- c(fitted, done$fitted[[quantity, exact = TRUE]])
    guess <- done$predicted[[quantity, exact = TRUE]]
    theirs <- values[[quantity, exact = TRUE]]
    asked <- (i == 1L || !is.null(guess)) && !is.null(theirs)
    if (asked && !explains(theirs, guess, quantity, mistake)) {
      return(NULL)
    }
    right <- kept[[i]]$right[[quantity, exact = TRUE]]
    is_harmless <- i == 1L && !identical(mistake$fit, "rows") && matches(right, guess, "") &&
      !matches(theirs, right, "")
    if (is_harmless) {
      return(NULL)
    }
    others <- setdiff(names(values), quantity)
    count <- count + sum(!vapply(others, function(name) {
      explains(values[[name]], done$predicted[[name, exact = TRUE]], name, mistake)
    }, TRUE))
  }
  if (fit_holds(mistake$fit, fitted)) 10 * count + !is.null(mistake$fit)
}

explains <- function(theirs, guess, quantity, mistake) {
  matches(theirs, guess, quantity_kind(quantity)) ||
    identical(mistake$fit, "rows") && same_rows(theirs, guess)
}

fit_holds <- function(fit, fitted) {
  if (is.null(fit) || !grepl("k", fit, fixed = TRUE)) {
    return(TRUE)
  }
  if (length(fitted) == 0L || !all(is.finite(fitted)) || any(abs(fitted) < 1e-9)) {
    return(FALSE)
  }
  constant <- diff(range(fitted)) <= 1e-6 * max(abs(fitted))
  if (fit == "k varies") {
    return(!constant && all(fitted > 0))
  }
  constant && all((fitted > 0) == (fit == "k > 0"))
}

# Weights drawn anew inside the loop: their product is that of other weights than before.
changed_weights <- function(step, finding) {
  kind <- quantity_kind(finding$quantity)
  if (!kind %in% c("product", "z", "a") || is.null(finding$sighting)) {
    return(NULL)
  }
  inputs <- step$inputs
  line <- NULL
  for (quantity in names(step$evidence$sightings)) {
    seen <- step$evidence$sightings[[quantity]]
    earlier <- Filter(function(s) s$place < finding$sighting$place, seen)
    if (quantity_kind(quantity) %in% c("W", "b") && length(earlier) > 0L) {
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

# Why a starting weight or bias is not the case's.
find_start_cause <- function(problem, recording, quantity, value) {
  right <- problem$trace[[paste0("0/", quantity), exact = TRUE]]
  if (quantity_kind(quantity) == "b" && nrow(value) > 1L) {
    filled <- formula_functions$fill_by_column(right, nrow(value))
    if (agrees(value, filled) || nrow(value) == nrow(problem$case$data$x)) {
      return(name_cause("start_filled_by_column"))
    }
  }
  if (is_single_precision(value, right)) {
    return(name_cause("float32"))
  }
  if (is_rounded(value, right)) {
    return(name_cause("rounded"))
  }
  first <- recording$first_start[[quantity, exact = TRUE]]
  if (!is.null(first) && !identical(sort(c(read_plain(first))), sort(c(value)))) {
    return(name_cause("unseeded_start"))
  }
  name_cause("other_start")
}

# A difference in what is run at all: epochs too few or too many, batches, single samples.
find_structural <- function(problem, recording, step) {
  plan <- problem$case$training
  if (!is.null(recording$stop) || !recording$has_loop) {
    return(NULL)
  }
  names <- vapply(recording$steps, function(s) s$step, "")
  turns <- recording$turns
  difference <- function(name, cause) {
    list(step = as.character(name), quantity = "z1", cause = name_cause(cause))
  }
  if (!is.null(step) && is.null(plan$batch_size) && paste0(step$name, ".2") %in% names) {
    return(difference(step$name, "updated_after_each_sample"))
  }
  if (turns < plan$epochs) {
    cause <- if (turns == plan$epochs - 1L) "one_epoch_short" else "stopped_early"
    return(difference(turns + 1L, cause))
  }
  if (turns > plan$epochs) {
    return(difference(plan$epochs + 1L, "one_epoch_more"))
  }
  if (!is.null(step) && grepl(".", step$name, fixed = TRUE)) {
    difference(step$name, "last_batch_dropped")
  }
}
