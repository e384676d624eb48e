# Which step is the first to differ, on which line, and why; twin of
# python/src/twinprop/check/judge.py.
#
# A finding is a list of quantity, status, sighting, right, sign, later; a step found is one of
# evidence, inputs, findings; a first difference one of step, quantity, line, theirs, right, cause.

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
  others <- if (!is.null(first)) other_faults(problem, recording, steps, first) else list()
  list(
    verdict = find_verdict(steps, first, recording), first = first, others = others,
    steps = steps, guesses = guesses
  )
}

# Compare every step; the signs that a script gives its gradients are those of its first.
judge_steps <- function(problem, evidence) {
  signs <- list()
  steps <- lapply(evidence, function(seen) {
    findings <- list()
    for (quantity in list_quantities(problem$depth)) {
      right <- reference_value(problem, seen, quantity)
      chosen <- choose_sighting(seen, quantity, right)
      status <- if (is.null(chosen$sighting)) "not seen" else "different"
      if (chosen$sign != 0L) status <- "right"
      findings[[quantity]] <- list(
        quantity = quantity, status = status, sighting = chosen$sighting, right = right,
        sign = if (chosen$sign == 0L) 1L else chosen$sign, later = chosen$later
      )
    }
    findings <- forgive(findings, problem$depth)
    for (finding in findings) {
      is_signed <- quantity_kind(finding$quantity) %in% signed_kinds
      if (finding$status == "right" && is_signed && is.null(signs[[finding$quantity]])) {
        signs[[finding$quantity]] <<- finding$sign
      }
    }
    list(evidence = seen, inputs = step_inputs(problem, seen), findings = findings)
  })
  if (length(steps) > 0L) signs <- find_signs(c(steps[[1L]], list(signs = signs)))
  lapply(steps, function(step) c(step, list(signs = signs)))
}

# Signs of gradients, also of those that differ only because something before them did.
find_signs <- function(step) {
  for (quantity in names(step$findings)) {
    kind <- quantity_kind(quantity)
    different <- step$findings[[quantity]]$status == "different"
    if (!kind %in% signed_kinds || !is.null(step$signs[[quantity]]) || !different) next
    values <- step_values(step)
    guess <- predict_step(step$inputs, values)$predicted[[quantity, exact = TRUE]]
    sign <- sign_of(values[[quantity]], guess, kind)
    if (sign == 0L) {
      break
    }
    step$signs[[quantity]] <- sign * if (any(unlist(step$signs) == -1L)) -1L else 1L
  }
  step$signs
}

# The script's values of a step, with the sign of d loss: what formulas go on with.
step_values <- function(step) {
  common <- if (any(unlist(step$signs) == -1L)) -1L else 1L
  kept <- list()
  for (finding in step$findings) {
    if (is.null(finding$sighting) || finding$status == "other form") next
    sign <- 1L
    if (quantity_kind(finding$quantity) %in% signed_kinds) {
      own <- step$signs[[finding$quantity, exact = TRUE]]
      sign <- if (is.null(own)) common else own
    }
    kept[[finding$quantity]] <- finding$sighting$value * sign
  }
  kept
}

reference_value <- function(problem, evidence, quantity) {
  name <- evidence$step$name
  if (quantity_kind(quantity) != "product") {
    right <- problem$trace[[paste0(name, "/", quantity), exact = TRUE]]
    return(if (is.null(right) || is.matrix(right)) right else matrix(right))
  }
  layer <- quantity_layer(quantity)
  bias <- problem$trace[[paste0(evidence$step$previous, "/b", layer), exact = TRUE]]
  if (is.null(bias) || is.null(evidence$step$previous)) {
    return(NULL)
  }
  z <- problem$trace[[paste0(name, "/z", layer)]]
  z - rep(bias, each = nrow(z))
}

# The value to compare: the last of a parameter, of others one that is right if any is; with its
# sign, and the last value where that is not right.
choose_sighting <- function(evidence, quantity, right) {
  kind <- quantity_kind(quantity)
  seen <- evidence$sightings[[quantity, exact = TRUE]]
  last <- if (length(seen) > 0L) seen[[length(seen)]]
  if (kind %in% c("W", "b")) {
    after <- evidence$after[[quantity, exact = TRUE]]
    if (!is.null(after)) last <- after
    return(list(sighting = last, sign = sign_of(last$value, right, kind)))
  }
  for (sighting in seen) {
    sign <- sign_of(sighting$value, right, kind)
    if (sign != 0L) {
      changed <- kind %in% signed_kinds && sign_of(last$value, right, kind) == 0L
      return(list(sighting = sighting, sign = sign, later = if (changed) last))
    }
  }
  list(sighting = last, sign = 0L)
}

# Take for another form what differs on the way to parameters that are right; and a value that was
# right and then changed is wrong where its parameters are.
forgive <- function(findings, depth) {
  parameters <- Filter(function(f) quantity_kind(f$quantity) %in% c("W", "b"), findings)
  seen <- Filter(function(f) f$status != "not seen", parameters)
  all_fine <- length(seen) >= depth && all(vapply(seen, function(f) f$status == "right", TRUE))
  scale <- 1
  for (quantity in names(findings)) {
    finding <- findings[[quantity]]
    fine <- quantity != "loss" && (all_fine || parameters_are_right(findings, quantity))
    if (!is.null(finding$later) && finding$status == "right" && !fine) {
      finding$status <- "different"
      finding$sighting <- finding$later
    }
    if (finding$status == "different" && !is.null(finding$right)) {
      kind <- quantity_kind(quantity)
      ratio <- ratio_of(finding$sighting$value, finding$right)
      scaled <- quantity_layer(quantity) < depth && !is.null(scale) && scale != 1 &&
        kind %in% c("e", "delta") && !is.null(ratio)
      if (fine || scaled && abs(abs(ratio) - abs(scale)) <= 1e-5 * abs(scale)) {
        finding$status <- "other form"
        if (kind == "delta") scale <- ratio
      }
    }
    findings[[quantity]] <- finding
  }
  findings
}

# Whether what is made of a gradient is right: then a gradient may be scaled.
parameters_are_right <- function(findings, quantity) {
  kind <- quantity_kind(quantity)
  layer <- quantity_layer(quantity)
  is_right <- function(name) findings[[paste0(name, layer)]]$status == "right"
  if (kind %in% c("e", "slope", "delta")) {
    return(is_right("W") && is_right("b"))
  }
  kind %in% c("dW", "db") && is_right(sub("d", "", kind, fixed = TRUE))
}

step_inputs <- function(problem, evidence) {
  case <- problem$case
  before <- evidence$before
  for (quantity in names(start_values(case$network))) {
    right <- if (!is.null(evidence$step$previous)) {
      problem$trace[[paste0(evidence$step$previous, "/", quantity), exact = TRUE]]
    }
    if (is.null(before[[quantity, exact = TRUE]])) before[[quantity]] <- right
  }
  list(
    x = evidence$step$x, y = evidence$step$y, before = before,
    activations = case$network$activations, lr = case$training$learning_rate,
    divisor = if (case$reduction == "mean") nrow(evidence$step$x) else 1, earlier = list()
  )
}

# Tell each step what the step before it began with, where that was looked at.
link_steps <- function(steps) {
  names(steps) <- vapply(steps, function(s) s$evidence$step$name, "")
  for (name in names(steps)) {
    previous <- steps[[name]]$evidence$step$previous
    if (is.null(previous) || !previous %in% names(steps)) next
    earlier <- list()
    before <- steps[[name]]$inputs$before
    for (quantity in names(before)) {
      began <- steps[[previous]]$inputs$before[[quantity, exact = TRUE]]
      earlier[[quantity]] <- began
      if (same_dim(began, before[[quantity]])) {
        earlier[[paste0("d", quantity)]] <- (began - before[[quantity]]) / steps[[name]]$inputs$lr
      }
    }
    steps[[name]]$inputs$earlier <- earlier
  }
  steps
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
      blamed <- blame_sign(found, different[[1L]])
      found$findings[[blamed$quantity]]$status <- "different"
      cause <- if (blamed$quantity != different[[1L]]$quantity) {
        name_cause("wrong_sign")
      } else {
        find_cause(steps, found, blamed)
      }
      line <- if (is.null(cause$line)) blamed$sighting$line else cause$line
      return(list(
        step = step$name, quantity = blamed$quantity, line = line, theirs = blamed$sighting$value,
        right = in_their_sign(found, blamed), cause = cause
      ))
    }
  }
  find_structural(problem, recording, NULL)
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
    other <- quantity_layer(two$quantity) < depth || quantity_kind(two$quantity) == paste0("d", kind)
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
    kind <- quantity_kind(quantity)
    done <- names(steps)[[1L]] == first$step && quantity == first$quantity
    guess <- predicted[[quantity, exact = TRUE]]
    if (done || finding$status != "different" || quantity == "loss" || is.null(guess)) next
    if (sign_of(values[[quantity]], guess, kind) != 0L) next
    cause <- find_cause(steps, step, finding)
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
