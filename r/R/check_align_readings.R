# A loss read into a recording: its derivatives in all steps, and the rule that fits them; twin of
# check/align/readings.py in Python.

# One loss, differentiated in all steps, and the rule that fits what parameters did.
read_family <- function(graph, found, views, family) {
  reading <- list2env(list(
    family = family, adjoints = list(), rows = list(), written = list(), stopped = NULL,
    rule = list(), factors = numeric(0), good = list(), odd = list(), decays = numeric(0),
    inside = numeric(0),
    suits = suits_output(graph, views[[1L]]$outputs[[1L]], family)
  ), parent = emptyenv())
  for (s in seq_along(views)) {
    view <- views[[s]]
    done <- read_step(graph, found, view, family)
    if (is.null(done)) {
      return(NULL)
    }
    if (is.null(reading$stopped)) reading$stopped <- done$stopped
    reading$adjoints[[s]] <- done$adjoint
    reading$rows[[s]] <- done$rows
    reading$written[[s]] <- known_of(view, "written", numbers_written(graph, view))
  }
  fit_rule(graph, views, reading)
  reading
}

# Derivatives of a loss in a step and what parameters did beside them; NULL where there are none.
# The loss may be asked for again, without the first step.
read_step <- function(graph, found, view, family) {
  if (is.null(view$read[[family]])) {
    view$read[[family]] <- list(differentiate_step(graph, found, view, family))
  }
  view$read[[family]][[1L]]
}

differentiate_step <- function(graph, found, view, family) {
  seeds <- seed_loss(graph, view, family)
  if (is.null(seeds)) {
    return(NULL)
  }
  done <- differentiate(graph, view, seeds)
  done$rows <- rows_of_step(graph, view, found$owner, done$adjoint)
  finite <- vapply(done$rows, function(r) all_finite(r$gradient), NA)
  if (length(finite) > 0L && all(finite)) done
}

# The plain numbers on the way back to the updates of a step.
numbers_written <- function(graph, view) {
  updates <- utils::head(view$step$updates, 40L)
  most_frequent(unlist(lapply(updates, written_factors, graph = graph, view = view)))
}

# Find the rule that fits what parameters did, from the plainest one on.
fit_rule <- function(graph, views, reading) {
  fit_descent(reading)
  judge_past(reading)
  if (!is_fitting(reading)) fit_linear(reading)
  if (!is_fitting(reading) && reading$family == "own") follow_whole_cost(reading)
  if (!is_fitting(reading) && include_penalty(reading, seq_along(views))) fit_descent(reading)
  if (!is_fitting(reading) && count_good(reading) == 0L && include_partly(reading)) {
    fit_descent(reading)
  }
  if (!is_fitting(reading) && !is_one_turned(reading)) {
    if (read_gradients(graph, views, reading)) {
      read_adaptive(graph, views, reading)
    } else if (read_begun_anew(graph, views, reading)) {
      fit_descent(reading)
      reading$rule <- list(name = "unknown", rate = 1)
    } else if ((rate <- read_bent(graph, views, reading)) != 0) {
      fit_descent(reading)
      reading$rule$cut_off <- rate
    }
  }
}

# Whether all parameters keep one momentum, and one of them goes the other way in every step.
is_one_turned <- function(reading) {
  has_odd <- length(reading$odd) > 0L || length(reading$rows[[1L]]) < 3L
  if (reading$rule$name != "momentum" || has_odd) {
    return(FALSE)
  }
  off <- Map(function(rows, good) rows[!good], reading$rows, reading$good)
  keys <- unlist(lapply(off, function(own) vapply(own, function(r) r$k, 1L)))
  all(lengths(off) == 1L) && length(unique(keys)) == 1L &&
    all(mapply(function(own, c) row_fits(own[[1L]], -c * own[[1L]]$gradient), off,
               reading$factors))
}

# Whether a loss is that which goes with the output's activation.
suits_output <- function(graph, output, family) {
  kind <- switch(family, cross_entropy = "softmax", binary_cross_entropy = "sigmoid")
  !is.null(kind) && is_made_by(graph, output, kind)
}

# The most frequent numbers first; of those that come as often the smaller ones, as rates are.
most_frequent <- function(numbers, most = 12L) {
  known <- unique(numbers)
  counts <- tabulate(match(numbers, known), length(known))
  utils::head(known[order(-counts, abs(known), known < 0)], most)
}

# Judge the gradients that enter a rule with a past, and then the rule.
read_adaptive <- function(graph, views, reading) {
  rows <- reading$rows
  written <- reading$written
  first_is_known <- !any(vapply(rows[[1L]], function(r) is.null(r$source), NA))
  known <- if (first_is_known) 0L else 1L # of the first step there may be none
  later <- setdiff(seq_along(rows), seq_len(known))
  reading$rows <- rows[later]
  reading$written <- written[later]
  reading$odd <- list()
  reading$rows <- fill_held(graph, reading$rows)
  fit_descent(reading)
  if (!is_fitting(reading) && include_penalty(reading, seq_along(reading$rows))) {
    fit_descent(reading)
  }
  rows[later] <- reading$rows
  reading$rows <- rows
  reading$written <- written
  if (known > 0L && length(reading$inside) > 0L) {
    keys <- strsplit(names(reading$inside), " ")
    keys <- vapply(keys, function(p) paste(as.integer(p[[1L]]) + known, p[[2L]]), "")
    names(reading$inside) <- keys
  }
  reading$good <- c(lapply(rows[seq_len(known)], function(r) rep(TRUE, length(r))), reading$good)
  reading$factors <- c(utils::head(reading$factors, known), reading$factors)
  reading$rule <- list(name = "unknown", rate = 1)
  if (is_fitting(reading) && !fit_adaptive(graph, views, reading)) fit_rprop(reading)
}
