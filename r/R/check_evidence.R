# What a recording shows of each step: the script's values by quantity, in the case's shapes; twin
# of check/evidence.py in Python.
#
# A sighting is a list of value, line, name, place; evidence one of step, before, sightings, after.

sample_kinds <- c("product", "z", "a", "e", "slope", "delta")
no_step_quantities <- c("x", "y", "x_step", "y_step")

# The shape of a quantity in the case.
words_for_shape <- function(quantity, problem, step) {
  layer <- quantity_layer(quantity)
  if (layer == 0L) {
    return(c(1L, 1L))
  }
  shape <- dim(problem$case$network[[layer]]$weights)
  kind <- quantity_kind(quantity)
  if (kind %in% weight_kinds) {
    return(shape)
  }
  c(if (kind %in% c("b", "db")) 1L else nrow(step$x), shape[[2L]])
}

# Read a recording, step by step, for the steps that it has.
gather_evidence <- function(problem, recording, names) {
  recorded <- recording$steps
  names(recorded) <- vapply(recorded, function(step) step$step, "")
  first <- recorded[[problem$steps[[1L]]$name, exact = TRUE]]
  turned <- find_orientation(problem, first, names)
  found <- list()
  for (step in problem$steps) {
    plain <- recorded[[step$name, exact = TRUE]]
    if (!is.null(plain)) {
      evidence <- read_step(problem, step, plain, names, turned)
      found[[length(found) + 1L]] <- c(evidence, list(source = recording$source))
    }
  }
  for (i in seq_along(found)[-1L]) {
    if (identical(found[[i]]$step$previous, found[[i - 1L]]$step$name)) {
      found[[i]]$before <- carry_over(found[[i - 1L]], found[[i]]$before)
    }
  }
  found
}

# Parameters that only their assignments show: a step begins with those of the one before.
carry_over <- function(earlier, before) {
  seen <- setdiff(names(earlier$sightings), c(names(earlier$after), names(before)))
  for (quantity in seen[quantity_kind(seen) %in% c("W", "b")]) {
    last <- earlier$sightings[[quantity]]
    before[[quantity]] <- last[[length(last)]]$value
  }
  before
}

# Which matrices the script keeps transposed, by those whose shapes tell.
find_orientation <- function(problem, plain, names) {
  votes <- list(weights = logical(0), samples = logical(0))
  for (note in plain$notes) {
    quantity <- name_quantity(note$name, names)
    kind <- if (!is.null(quantity)) quantity_kind(quantity)
    if (is.null(quantity) || quantity_layer(quantity) == 0L || kind %in% c("b", "db")) next
    shape <- words_for_shape(quantity, problem, problem$steps[[1L]])
    group <- if (kind %in% weight_kinds) "weights" else "samples"
    votes[[group]] <- c(votes[[group]], vote_of_shape(unlist(note$value$shape), shape))
  }
  for (name in names(plain$before)) {
    right <- problem$trace[[paste0("0/", name), exact = TRUE]]
    votes$weights <- vote_of_start(name, read_plain(plain$before[[name]]), right, votes$weights)
  }
  settle_votes(votes)
}

# Whether a shape is the transposed one, where it tells.
vote_of_shape <- function(found, shape) {
  found <- as.integer(found)
  tells <- shape[[1L]] != shape[[2L]] && identical(sort(found), sort(as.integer(shape)))
  if (tells) any(found != shape)
}

# The votes, with those of a starting weight (by its values) or of a bias that is a column.
vote_of_start <- function(name, theirs, right, votes) {
  kind <- quantity_kind(name)
  if (kind == "W" && identical(dim(theirs), rev(dim(right))) && !agrees(theirs, right)) {
    votes <- c(votes, rep(agrees(t(theirs), right), 9L))
  }
  is_matrix <- length(dim(theirs)) == 2L && length(theirs) > 1L
  if (kind == "b" && is_matrix && length(votes) == 0L) ncol(theirs) == 1L else votes
}

read_step <- function(problem, step, plain, names, turned) {
  fit <- function(quantity, value) {
    kind <- quantity_kind(quantity)
    group <- if (kind %in% weight_kinds) "weights" else "samples"
    flipped <- turned[[group]] && !kind %in% c("b", "db")
    fit_shape(value, words_for_shape(quantity, problem, step), kind, flipped)
  }
  before <- lapply(stats::setNames(nm = names(plain$before)), function(quantity) {
    fit(quantity, read_plain(plain$before[[quantity]]))
  })
  sightings <- list()
  for (entry in known_notes(plain$notes, names)) {
    note <- plain$notes[[entry$place]]
    sighting <- list(
      value = read_plain(note$value), line = note$line, name = note$name, place = entry$place
    )
    sightings[[entry$quantity]] <- c(sightings[[entry$quantity]], list(sighting))
  }
  lines <- lapply(sightings, function(seen) seen[[length(seen)]])
  sightings <- sightings[setdiff(names(sightings), c(no_step_quantities, number_names))]
  sightings <- lapply(stats::setNames(nm = names(sightings)), function(quantity) {
    raw <- sightings[[quantity]]
    fitted <- lapply(raw, function(s) utils::modifyList(s, list(value = fit(quantity, s$value))))
    c(fitted, stack_rows(raw, quantity, problem, step))
  })
  after <- lapply(stats::setNames(nm = names(plain$after)), function(quantity) {
    line <- lines[[quantity]]$line
    if (is.null(line)) line <- line_of_layer(plain$notes, quantity_kind(quantity))
    list(
      value = fit(quantity, read_plain(plain$after[[quantity]])), line = line,
      name = if (is.null(lines[[quantity]])) quantity else lines[[quantity]]$name,
      place = length(plain$notes) + 1L
    )
  })
  list(step = step, before = before, sightings = sightings, after = after)
}

# Where a field of a layer such as `weights` was assigned last.
line_of_layer <- function(notes, kind) {
  lines <- lapply(notes, function(note) if (identical(list_kind(note$name), kind)) note$line)
  utils::tail(unlist(lines), 1L)
}

# Notes of known names; a function counts only if it has two of them (sigmoid has not).
known_notes <- function(notes, names) {
  entries <- list()
  for (place in seq_along(notes)) {
    quantity <- name_quantity(notes[[place]]$name, names)
    if (!is.null(quantity)) {
      entry <- list(place = place, quantity = quantity, scope = notes[[place]]$scope)
      entries[[length(entries) + 1L]] <- entry
    }
  }
  if (length(entries) == 0L) {
    return(entries)
  }
  scopes <- vapply(entries, function(e) e$scope, "")
  quantities <- vapply(entries, function(e) e$quantity, "")
  distinct <- tapply(quantities, scopes, function(q) length(unique(q)))
  counting <- names(distinct)[names(distinct) == "" | distinct > 1L]
  if (any(scopes %in% counting)) entries[scopes %in% counting] else entries
}

# Rows that were computed one sample at a time, as a matrix.
stack_rows <- function(sightings, quantity, problem, step) {
  shape <- words_for_shape(quantity, problem, step)
  sizes <- vapply(sightings, function(s) length(s$value), 1L)
  if (!quantity_kind(quantity) %in% sample_kinds || shape[[1L]] == 1L ||
        length(sizes) != shape[[1L]] || any(sizes != shape[[2L]])) {
    return(list())
  }
  last <- sightings[[length(sightings)]]
  last$value <- do.call(rbind, lapply(sightings, function(s) matrix(s$value, 1L)))
  list(last)
}

# Names of quantities that no alias tells, by the value in the first step: name to quantity.
guess_names <- function(problem, recording, names, quantities) {
  first <- problem$steps[[1L]]$name
  plain <- Find(function(step) step$step == first, recording$steps)
  found <- list()
  shapes <- tapply(
    vapply(plain$notes, function(note) paste(unlist(note$value$shape), collapse = "x"), ""),
    vapply(plain$notes, function(note) note$name, ""), function(s) length(unique(s))
  )
  several <- names(shapes)[shapes > 1L] # names that serve for all layers
  for (note in plain$notes) {
    known <- note$name %in% several || !is.null(name_quantity(note$name, names))
    if (known || note$name %in% names(found)) next
    value <- read_plain(note$value)
    alike <- Filter(function(quantity) {
      right <- problem$trace[[paste0(first, "/", quantity), exact = TRUE]]
      any(right != right[1L]) && is_value_of(value, right, quantity_kind(quantity))
    }, setdiff(quantities, unlist(found)))
    if (length(alike) > 0L) found[[note$name]] <- alike[[1L]]
  }
  found
}

# Whether a value is a quantity's, up to its sign and orientation.
is_value_of <- function(value, right, kind) {
  shaped <- fit_shape(value, dim(right), kind, FALSE)
  sign_of(shaped, right, kind) != 0L || sign_of(t(shaped), right, kind) != 0L
}
