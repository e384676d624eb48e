# Every quantity of every step: right, in another form, different, or not seen; twin of
# check/findings.py in Python.
#
# A finding is a list of quantity, status, sighting, right, sign, later; a step found is one of
# evidence, inputs, findings, signs.

# Compare every step; the signs that a script gives its gradients are those of its first.
judge_steps <- function(problem, evidence) {
  signs <- list()
  steps <- lapply(evidence, function(seen) {
    quantities <- list_quantities(problem$depth)
    findings <- lapply(stats::setNames(nm = quantities), find_quantity,
      problem = problem, evidence = seen
    )
    findings <- forgive(findings, problem$depth)
    new <- lapply(Filter(is_signed_and_right, findings), function(finding) finding$sign)
    signs <<- c(signs, new[setdiff(names(new), names(signs))])
    list(evidence = seen, inputs = step_inputs(problem, seen), findings = findings)
  })
  if (length(steps) > 0L) signs <- find_signs(c(steps[[1L]], list(signs = signs)))
  lapply(steps, function(step) c(step, list(signs = signs)))
}

is_signed_and_right <- function(finding) {
  finding$status == "right" && quantity_kind(finding$quantity) %in% signed_kinds
}

# One quantity of one step: how it compares, and the value that was compared.
find_quantity <- function(quantity, problem, evidence) {
  right <- reference_value(problem, evidence, quantity)
  chosen <- choose_sighting(evidence, quantity, right)
  status <- if (is.null(chosen$sighting)) "not seen" else "different"
  list(
    quantity = quantity, status = if (chosen$sign == 0L) status else "right",
    sighting = chosen$sighting, right = right,
    sign = if (chosen$sign == 0L) 1L else chosen$sign, later = chosen$later
  )
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

# Take a value of another shape than the case's for something else of that name.
pass_over <- function(step, quantity) {
  finding <- step$findings[[quantity]]
  if (!is.null(finding$sighting) && !same_dim(finding$sighting$value, finding$right)) {
    step$findings[[quantity]]$status <- "not seen"
    step$findings[[quantity]]["sighting"] <- list(NULL)
  }
  step
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
      later <- if (kind %in% signed_kinds) changed_later(evidence, quantity, seen, right)
      return(list(sighting = sighting, sign = sign, later = later))
    }
  }
  # A name such as error may serve for several layers: the last value of the right shape counts.
  fitting <- Filter(function(s) same_dim(s$value, right), seen)
  if (length(fitting) > 0L) last <- fitting[[length(fitting)]]
  list(sighting = last, sign = 0L)
}

# The value that a gradient has when its parameters are updated, if that is another one. A name that
# is used again for another layer, with another shape or after the update, is not.
changed_later <- function(evidence, quantity, seen, right) {
  parameters <- paste0(c("W", "b"), quantity_layer(quantity))
  updates <- unlist(evidence$sightings[parameters], recursive = FALSE, use.names = FALSE)
  first <- min(Inf, vapply(updates, function(s) as.double(s$place), 1))
  before <- Filter(function(s) s$place < first, seen)
  last <- if (length(before) > 0L) before[[length(before)]]
  wrong <- same_dim(last$value, right) && sign_of(last$value, right, quantity_kind(quantity)) == 0L
  if (wrong) last
}

# Take for another form what differs on the way to parameters that are right; and a value that was
# right and then changed is wrong where its parameters are.
forgive <- function(findings, depth) {
  all_fine <- all_parameters_are_right(findings, depth)
  hidden <- paste0(c("e", "delta"), rep(seq_len(depth - 1L), each = 2L))
  scale <- 1
  for (quantity in names(findings)) {
    fine <- quantity != "loss" && (all_fine || parameters_are_right(findings, quantity))
    finding <- if (fine) findings[[quantity]] else take_later(findings[[quantity]])
    findings[[quantity]] <- forgive_one(finding, fine, if (quantity %in% hidden) scale)
    forgiven <- findings[[quantity]]$status == "other form"
    if (forgiven && quantity_kind(quantity) == "delta") {
      scale <- ratio_of(finding$sighting$value, finding$right)
    }
  }
  findings
}

# A difference that is fine, or that is only scaled as the layer above is, is another form.
forgive_one <- function(finding, fine, scale) {
  different <- finding$status == "different" && !is.null(finding$right)
  if (different && !fine && !is.null(scale)) {
    fine <- is_same_scale(ratio_of(finding$sighting$value, finding$right), scale)
  }
  if (different && fine) finding$status <- "other form"
  finding
}

# Of a value that was right and then changed, the last.
take_later <- function(finding) {
  if (!is.null(finding$later) && finding$status == "right") {
    finding$status <- "different"
    finding$sighting <- finding$later
  }
  finding
}

all_parameters_are_right <- function(findings, depth) {
  parameters <- Filter(function(f) quantity_kind(f$quantity) %in% c("W", "b"), findings)
  status <- vapply(parameters, function(f) f$status, "")
  sum(status != "not seen") >= depth && all(status %in% c("right", "not seen"))
}

# Whether a gradient is scaled like that of the layer above.
is_same_scale <- function(ratio, scale) {
  !is.null(ratio) && !is.null(scale) && scale != 1 &&
    abs(abs(ratio) - abs(scale)) <= 1e-5 * abs(scale)
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
    activations = vapply(case$network, `[[`, "", "activation"), lr = case$plan$learning_rate,
    divisor = if (case$plan$reduction == "mean") nrow(evidence$step$x) else 1, earlier = list(),
    optimizer = case$plan$optimizer, numbers = optimizer_numbers(case$plan),
    history = if (identical(evidence$step$previous, "0")) list(),
    epoch = as.integer(sub("[.].*$", "", evidence$step$name)), loss = case$plan$loss
  )
}

longest_history <- 50L # steps from the first on whose gradients are remembered

# Tell each step what the steps before it were, where those were looked at.
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
    history <- steps[[previous]]$inputs$history
    if (!is.null(history) && length(history) < longest_history) {
      steps[[name]]$inputs$history <- c(history, list(gradients_of(steps[[previous]])))
    }
  }
  steps
}

# The gradients of a step, from its own values where they were seen.
gradients_of <- function(step) {
  values <- step_values(step)
  found <- predict_step(step$inputs, values)$predicted
  gradients <- quantity_kind(names(found)) %in% c("dW", "db")
  utils::modifyList(found[gradients], values[intersect(names(values), names(found)[gradients])])
}
