# Which step is the first to differ, on which line, and why; twin of check/judge.py in Python.
#
# A first difference is a list of step, quantity, line, theirs, right, cause.

# Compare a recording with the case, step by step.
judge_recording <- function(problem, recording, given) {
  guesses <- recording$guesses
  names <- list(
    depth = problem$depth, given = utils::modifyList(guesses, given),
    from_zero = recording$from_zero
  )
  evidence <- gather_evidence(problem, recording, names)
  found <- if (length(evidence) > 0L) names(evidence[[1L]]$sightings)
  missing <- setdiff(list_quantities(problem$depth), found)
  more <- guess_names(problem, recording, names, missing)
  guesses <- utils::modifyList(guesses, more)
  names$given <- utils::modifyList(guesses, given)
  steps <- judge_steps(problem, gather_evidence(problem, recording, names))
  steps <- link_steps(steps)
  first <- first_of_start(problem, recording, steps, names)
  if (is.null(first)) first <- first_of_steps(problem, recording, steps)
  ungiven <- find_ungiven(recording, steps, first)
  if (!is.null(ungiven) || !is.null(recording$stop) && length(recording$misfits) > 0L) {
    return(list(
      verdict = "unseen", others = list(), steps = steps, guesses = guesses, ungiven = ungiven
    ))
  }
  others <- if (!is.null(first)) other_faults(problem, recording, steps, first) else list()
  list(
    verdict = find_verdict(steps, first, recording), first = first, others = others,
    steps = steps, guesses = guesses
  )
}

# x or y, where a script was not given it, so that its own data may be all that differs.
find_ungiven <- function(recording, steps, first) {
  if (is.null(first) || first$step == "0" || !recording$has_loop || length(steps) == 0L) {
    return(NULL)
  }
  given <- vapply(recording$replaced, function(r) r$quantity, "")
  findings <- Filter(function(finding) finding$status == "right", steps[[1L]]$findings)
  if (!"x" %in% given && !any(c("product1", "z1", "a1") %in% names(findings))) {
    return("x")
  }
  last <- paste0("e", length(steps[[1L]]$inputs$activations))
  behind <- !quantity_kind(first$quantity) %in% c("product", "z", "a")
  if (!"y" %in% given && behind && !last %in% names(findings)) "y"
}

# A difference that is there before the first step: in the starting weights and biases.
first_of_start <- function(problem, recording, steps, known) {
  if (length(steps) == 0L || names(steps)[[1L]] != problem$steps[[1L]]$name) {
    return(NULL)
  }
  before <- steps[[1L]]$evidence$before
  for (quantity in sort(names(before), method = "radix")) {
    right <- problem$trace[[paste0("0/", quantity), exact = TRUE]]
    if (!agrees(before[[quantity]], right)) {
      return(list(
        step = "0", quantity = quantity, line = start_line(recording, quantity, known),
        theirs = before[[quantity]], right = right,
        cause = find_start_cause(problem, recording, quantity, before[[quantity]])
      ))
    }
  }
  NULL
}

start_line <- function(recording, quantity, names) {
  noted <- Filter(function(n) identical(name_quantity(n$name, names), quantity),
    recording$start_notes
  )
  if (length(noted) > 0L) noted[[length(noted)]]$line
}

first_of_steps <- function(problem, recording, steps) {
  for (step in problem$steps) {
    found <- steps[[step$name, exact = TRUE]]
    if (is.null(found)) {
      return(find_structural(problem, recording, step))
    }
    different <- Filter(function(f) f$status == "different", found$findings)
    if ("loss" %in% names(different) && is.null(search_catalogue(steps, found, different$loss))) {
      different$loss <- NULL # many scripts print another measure
    }
    if (length(different) > 0L) {
      explained <- first_explained(problem, steps, found, different)
      blamed <- blame_sign(found, explained$finding)
      cause <- explained$cause
      if (blamed$quantity != explained$finding$quantity) cause <- name_cause("wrong_sign")
      found$findings[[blamed$quantity]]$status <- "different"
      line <- if (is.null(cause$line)) blamed$sighting$line else cause$line
      return(list(
        step = step$name, quantity = blamed$quantity, line = line, theirs = blamed$sighting$value,
        right = in_their_sign(found, blamed), cause = cause
      ))
    }
  }
  find_structural(problem, recording, NULL)
}

# The first difference and its cause. A value of another shape that no mistake explains is passed
# over if there are others: its name may mean something else.
first_explained <- function(problem, steps, found, different) {
  for (finding in different) {
    cause <- find_known_cause(problem, steps, found, finding)
    theirs <- finding$sighting$value
    if (!is.null(cause) || is.null(theirs) || same_dim(theirs, finding$right)) {
      return(list(finding = finding, cause = cause))
    }
    steps <- lapply(steps, pass_over, quantity = finding$quantity)
    found <- pass_over(found, finding$quantity)
  }
  list(finding = different[[1L]], cause = NULL)
}

# The right value with the sign that the script gives its gradients, as with E = y - output.
in_their_sign <- function(step, finding) {
  common <- if (any(unlist(step$signs) == -1L)) -1L else 1L
  if (quantity_kind(finding$quantity) %in% signed_kinds && !is.null(finding$right)) {
    return(finding$right * common)
  }
  finding$right
}

# Where an update has the wrong sign because a sign was lost before, that place instead.
blame_sign <- function(step, finding) {
  kind <- quantity_kind(finding$quantity)
  layer <- quantity_layer(finding$quantity)
  if (!kind %in% c("W", "b")) {
    return(finding)
  }
  depth <- length(step$inputs$activations)
  layers <- depth:layer
  chain <- c(
    paste0(rep(c("e", "delta"), length(layers)), rep(layers, each = 2L)), paste0("d", kind, layer)
  )
  seen <- Filter(function(f) f$status == "right", step$findings[chain])
  for (i in seq_along(seen)[-1L]) {
    two <- seen[[i]]
    lost <- two$sign != seen[[i - 1L]]$sign
    other <- quantity_layer(two$quantity) < depth || two$quantity == paste0("d", kind, layer)
    if (lost && other) {
      return(two)
    }
  }
  finding
}

# What is wrong besides the first difference: right formulas do not give it either.
other_faults <- function(problem, recording, steps, first) {
  found <- list()
  if (length(steps) == 0L) {
    return(found)
  }
  named <- first$cause$id
  step <- steps[[1L]]
  values <- step_values(step)
  predicted <- predict_step(step$inputs, values)$predicted
  for (quantity in names(values)) {
    finding <- step$findings[[quantity]]
    done <- names(steps)[[1L]] == first$step && quantity == first$quantity
    if (done || !is_fault(finding, values[[quantity]], predicted[[quantity, exact = TRUE]])) next
    cause <- find_known_cause(problem, steps, step, finding)
    # Behind a difference the sign of what follows from it is not known.
    if (is.null(cause) || cause$id %in% c(named, "wrong_sign")) next
    named <- c(named, cause$id)
    found[[length(found) + 1L]] <- list(
      step = names(steps)[[1L]], quantity = quantity, line = finding$sighting$line,
      theirs = values[[quantity]], right = finding$right, cause = cause
    )
  }
  found
}

# Whether a value differs, and also from what the right formula makes of the values before it.
is_fault <- function(finding, value, guess) {
  finding$status == "different" && finding$quantity != "loss" && !is.null(guess) &&
    sign_of(value, guess, quantity_kind(finding$quantity)) == 0L
}

find_verdict <- function(steps, first, recording) {
  if (!is.null(first)) {
    return("different")
  }
  if (!is.null(recording$stop)) {
    return("stopped")
  }
  findings <- unlist(lapply(unname(steps), function(s) unname(s$findings)), recursive = FALSE)
  seen <- Filter(function(f) f$status != "not seen", findings)
  if (length(seen) > 0L) "right" else "unseen"
}
