# Why a value is wrong: the smallest edit of its right formula that gives it in every step; twin of
# check/explain/causes.py in Python.

kinds_of_past <- c(
  growth = "decay_sign", accumulated = "gradient_accumulated", "past sign" = "momentum_reversed",
  past = "momentum_share"
)

# A fault and its cause, as find_cause finds it.
#
# Where the value that differs first has none, one of the same line that is made of it may: in
# e (1 - a^2) it is the slope, not the square; and one number may be the derivative of a bias and
# that of the sum before it.
explain_fault <- function(graph, alignment, fault, s) {
  cause <- find_cause(graph, alignment, fault, s)
  if (!is.null(cause) || nzchar(fault$kind)) {
    return(list(fault = fault, cause = cause))
  }
  line <- place_of_node(graph, fault$node)$line
  for (i in rev(seq_along(fault$path))) {
    n <- fault$path[[i]][[1L]]
    right <- fault$path[[i]][[2L]]
    beside <- n != fault$node && (!is.null(fault$swapped) || fault$alone)
    if (n == fault$update$u || place_of_node(graph, n)$line != line || beside) break
    other <- fault
    if (n != fault$node) other <- new_fault(n, right, fault$path[seq_len(i)], fault$update)
    explained <- explain_roles(graph, alignment, other, s)
    if (!is.null(explained)) {
      return(explained)
    }
  }
  list(fault = fault, cause = NULL)
}

# A fault as each derivative that its right value may be, and the cause of the first that has one.
explain_roles <- function(graph, alignment, fault, s) {
  for (wanted in roles_of(graph, alignment, s, fault$right)) {
    fault["wanted"] <- list(wanted)
    cause <- find_cause(graph, alignment, fault, s)
    if (!is.null(cause)) {
      return(list(fault = fault, cause = cause))
    }
  }
  NULL
}

# The sums before an activation that have a right value as derivative, but for its sign.
roles_of <- function(graph, alignment, s, right) {
  adjoint <- alignment$readings[[1L]]$adjoints[[s]]
  if (length(right) > 1L) {
    return(list(NULL))
  }
  known <- lapply(find_activations(graph, alignment$views[[s]]), function(x) x$z)
  size <- as.vector(abs(right))
  c(list(NULL), Filter(function(z) {
    g <- adjoint$at(z)
    length(g) == 1L && is_near(as.vector(abs(g)), size)
  }, known))
}

# The cause of a fault, if one mistake alone gives their value in every step: id, text, evidence,
# corrected. NULL where no known mistake gives the value, or where two different ones do.
find_cause <- function(graph, alignment, fault, s) {
  if (nzchar(fault$kind)) {
    return(cause_of_kind(graph, alignment, fault))
  }
  followed <- follow_fault(graph, alignment, fault, s)
  trials <- followed$trials
  shown <- Filter(function(t) !is_near(t$theirs, t$right), trials)
  if (length(shown) < min(2L, length(alignment$views))) {
    return(NULL)
  }
  found <- edits_that_fit(followed$role, trials)
  if (length(found) == 0L) found <- scales_that_fit(followed$role, shown)
  ids <- unique(vapply(found, function(edit) edit$id, ""))
  # Where the rate is 1, what is not divided is as large as what has no rate.
  counted <- Find(function(edit) edit$id == "samples_not_averaged", found)
  if (length(ids) > 1L && !is.null(counted) && fault$node == fault$update$u &&
        is_left_undivided(graph, alignment)) {
    ids <- counted$id
    found <- list(counted)
  }
  if (length(ids) != 1L || (startsWith(ids, "samples_") && !is_odd_one(alignment, s))) {
    return(NULL)
  }
  say_cause(ids, found[[1L]][["if"]], length(trials))
}

# The cause of a fault that was found by trying this one mistake.
cause_of_kind <- function(graph, alignment, fault) {
  kind <- fault$kind
  name <- if (kind %in% names(kinds_of_past)) kinds_of_past[[kind]] else kind
  steps <- length(if (is.null(fault$seen_in)) alignment$views else fault$seen_in)
  best <- alignment$readings[[1L]]
  k <- fault$update$k
  if (kind %in% names(kinds_of_past)) {
    steps <- sum(vapply(best$odd, function(o) o$k == k && o$kind == kind, NA))
  }
  pasts <- lapply(best$rows, function(rows) row_of(rows, k)$past)
  if (name == "momentum_share" && !any(vapply(pasts, any_nonzero, NA))) name <- "velocity_not_kept"
  if (kind %in% vapply(read_knowledge()$mistaken_activations, function(m) m$id, "")) {
    again <- lapply(alignment$views, function(view) {
      find_forward_fault(graph, list(views = list(view), found = alignment$found))
    })
    steps <- sum(vapply(again, function(f) !is.null(f) && f$kind == kind, NA))
  }
  say_cause(name, "", steps)
}

# Whether more parameters are right than wrong: else it is not clear which are divided.
is_odd_one <- function(alignment, s) mean(alignment$readings[[1L]]$good[[s]]) >= 0.5

say_cause <- function(name, what, steps) {
  text <- read_knowledge()$sentences[[name]]
  if (is.null(text)) {
    return(NULL)
  }
  where <- if (steps == 1L) "in the one step looked at" else paste("in", steps, "steps")
  comes <- "The values show it"
  if (nzchar(what)) comes <- paste("Your value is exactly what comes out if", what)
  list(id = name, text = text, evidence = paste0(comes, ", ", where, "."), corrected = NULL)
}

# Mistakes whose formula gives their value in each step, and is not right in all of them.
edits_that_fit <- function(role, trials) {
  found <- Filter(function(edit) {
    counts <- 1L
    if (names_another(edit$value)) counts <- vapply(trials, function(t) length(t$others), 1L)
    for (j in seq_len(min(counts))) {
      if (all(vapply(trials, function(t) fits_trial(t, make_edit(edit, t, j)), NA))) return(TRUE)
    }
    FALSE
  }, formulas_of_role(role))
  # Of two that fit the one that leaves something out is the smaller one.
  smaller <- Filter(function(edit) is.null(edit$gives_way), found)
  if (length(smaller) > 0L) smaller else found
}

# The edits of a role; those of a slope and of an error are edits of the delta made of it.
formulas_of_role <- function(role) {
  found <- lapply(read_knowledge()$edits, function(edit) {
    if (is.null(edit$value)) return(NULL)
    if (edit$role == role) return(edit)
    if (role != "delta" || !edit$role %in% c("slope", "error")) return(NULL)
    other <- if (edit$role == "slope") "e" else "s"
    edit$value <- list("mul", other, edit$value)
    edit
  })
  Filter(Negate(is.null), found)
}

formula_words <- function(formula) {
  if (is.list(formula)) {
    return(unlist(lapply(formula[-1L], formula_words)))
  }
  if (is.character(formula)) formula
}

names_another <- function(formula) any(endsWith(as.character(formula_words(formula)), "_other"))

# The value of an edit in a step; NULL where it does not apply.
make_edit <- function(edit, trial, j) {
  names <- trial$names
  if (!is_meant_for(edit, names)) {
    return(NULL)
  }
  if (length(trial$others) >= j) {
    other <- trial$others[[j]]
    if (length(other) > 0L) names[paste0(names(other), "_other")] <- other
  }
  if (!all(formula_words(edit$value) %in% names(names))) {
    return(NULL)
  }
  made <- tryCatch(evaluate_written(edit$value, names), error = function(e) NULL)
  if (is.null(made) || !all_finite(made) || (edit$role != "change" && !any(made != 0))) {
    return(NULL) # zeros come out of many mistakes
  }
  (if (isTRUE(edit$even)) abs(trial$factor) else trial$factor) * made
}

# Whether an edit is one of the function at hand, and of a network without what it goes without.
is_meant_for <- function(edit, names) {
  known <- unlist(edit[["for"]])
  (is.null(edit$without) || is.null(names[[edit$without]])) &&
    (is.null(known) || any(names[["function"]] %in% known))
}

# Whether a value that was made with samples as rows is theirs.
fits_trial <- function(trial, made) {
  if (is.null(made)) {
    return(FALSE)
  }
  shape <- shape_now(trial$theirs)
  if (length(made) == 1L) {
    return(is_near(trial$theirs, spread_over(as.vector(made), shape)))
  }
  if (trial$turned && length(dim(made)) == 2L) made <- t(made)
  options <- if (identical(shape_now(made), shape)) list(made) else forms_alike(made, shape)
  if (length(dim(made)) == 2L && length(shape) == 2L && all(dim(made) == 1L | dim(made) == shape)) {
    options <- c(options, list(spread_over(made, shape)))
  }
  any(vapply(options, function(option) is_near(trial$theirs, option), NA))
}

# Mistakes that make of the right value theirs by a factor that is known in each step.
scales_that_fit <- function(role, trials) {
  Filter(function(edit) {
    edit$role == role && !is.null(edit$scale) &&
      all(vapply(trials, function(t) is_multiple(t, edit$scale), NA))
  }, read_knowledge()$edits)
}

is_multiple <- function(trial, scale) {
  words <- if (is.character(scale)) scale else formula_words(scale)
  rates <- if ("rate" %in% words) trial$rates else 1
  any(vapply(rates, function(rate) {
    names <- trial$names
    names[["rate"]] <- rate
    number <- evaluate_written(scale, names)
    number != 1 && is_near(trial$theirs, number * trial$right)
  }, NA))
}
