# The case's values in the form in which a script keeps its own: shape and orientation; twin of
# check/forms.py in Python, and of the part of recorder.py that replaces.

# What a variable is to hold before the training loop: the case's value where it has one.
replace_value <- function(self, name, line, value) {
  if (is_own_object(value)) {
    return(replace_fields(self, line, value))
  }
  if (is.list(value) && !is.data.frame(value)) {
    return(replace_list(self, name, line, value))
  }
  if (is.numeric(value) || is.logical(value) || is.data.frame(value)) {
    replace_matrix(self, name, line, value)
  } else {
    value
  }
}

replace_matrix <- function(self, name, line, value) {
  quantity <- known_quantity(self, name)
  if (is.null(quantity)) {
    if (is.matrix(value)) keep_other(self, name, value)
    return(value)
  }
  replace_one(self, quantity, name, line, value)
}

# A matrix that may be a starting weight, unless its name stands for several of them.
keep_other <- function(self, name, value) {
  shape <- paste(dim(value), collapse = "x")
  self$shapes[[name]] <- union(self$shapes[[name]], shape)
  self$others[[name]] <- if (length(self$shapes[[name]]) == 1L) value
}

# An argument such as lr: before the loop; in it the one that was passed first.
replace_argument <- function(self, name, line, value) {
  if (self$state == "start") {
    return(replace_value(self, name, line, value))
  }
  quantity <- known_quantity(self, name)
  if (!any(number_names %in% quantity) || length(value) != 1L) {
    return(value)
  }
  is_first <- is.null(self$replaced[[quantity]]) || identical(self$own[[quantity]], value)
  if (is_first) replace_value(self, name, line, value) else value
}

replace_list <- function(self, name, line, value) {
  if (!is.null(names(value))) {
    for (key in names(value)[nzchar(names(value))]) {
      value[[key]] <- replace_value(self, key, line, value[[key]])
    }
    return(value)
  }
  kind <- list_kind(name)
  if (!is.null(kind) && kind %in% c("W", "b")) {
    for (i in which(lengths(value) > 0L)) {
      value[[i]] <- replace_one(self, paste0(kind, i), name, line, value[[i]])
    }
    return(value)
  }
  layers <- layers_in(value)
  for (i in seq_along(layers)) {
    value[[layers[[i]]]] <- replace_layer(self, i, line, value[[layers[[i]]]])
  }
  value
}

# Fields of an object that were not given when it was made, in place.
replace_fields <- function(self, line, object) {
  fields <- Filter(length, fields_of(object))
  for (key in names(fields)) {
    quantity <- known_quantity(self, key)
    if (is.null(quantity) || is.null(self$replaced[[quantity]])) {
      right <- replace_value(self, key, line, fields[[key]])
      if (!identical(right, fields[[key]])) assign(key, right, envir = as.environment(object))
    }
  }
  object
}

# Weights and biases of one layer, a list or an object.
replace_layer <- function(self, i, line, layer) {
  fields <- fields_of(layer)
  for (key in names(fields)) {
    kind <- list_kind(key)
    if (any(c("W", "b") %in% kind)) {
      right <- replace_one(self, paste0(kind, i), key, line, fields[[key]])
      if (is.list(layer)) layer[[key]] <- right else assign(key, right, as.environment(layer))
    }
  }
  layer
}

replace_one <- function(self, quantity, name, line, value) {
  right <- self$job$values[[quantity, exact = TRUE]]
  number <- self$job$numbers[[quantity, exact = TRUE]]
  if (is.null(right) && is.null(number) || !is.null(number) && length(value) != 1L) {
    return(value)
  }
  earlier <- self$replaced[[quantity]]
  derived <- !is.null(number) || all(unlist(value) %in% right)
  if (!is.null(earlier) && earlier$name != name && derived) {
    return(value) # made from a variable that already has the case's value
  }
  self$own[[quantity]] <- value
  tell_replaced(self, name, line, quantity)
  if (!is.null(number)) {
    return(number)
  }
  transposed <- switch(quantity_kind(quantity),
    b = isTRUE(is_transposed(value, dim(right))),
    W = self$transposed$weights,
    self$transposed$samples
  )
  like_theirs(right, value, transposed)
}

tell_replaced <- function(self, name, line, quantity) {
  if (is.null(self$replaced[[quantity]])) {
    self$replaced[[quantity]] <- list(name = name, line = line, quantity = quantity)
  }
}

# A matrix of the case in the form of the value that it replaces.
like_theirs <- function(value, theirs, transposed) {
  if (is.data.frame(theirs)) {
    return(stats::setNames(as.data.frame(value), names(theirs)[seq_len(ncol(value))]))
  }
  n <- nrow(value)
  m <- ncol(value)
  if (length(dim(theirs)) < 2L) {
    return(like_their_vector(value, theirs))
  }
  if (n == 1L && ncol(theirs) == m && nrow(theirs) > 1L) {
    return(like_their_rows(value, theirs))
  }
  own <- is_transposed(theirs, dim(value))
  if (isTRUE(if (is.null(own)) transposed else own)) t(value) else value
}

# A row or column as a vector; one-hot rows as the numbers of their classes.
like_their_vector <- function(value, theirs) {
  if (length(theirs) == nrow(value) && ncol(value) > 1L && all(value %in% c(0, 1))) {
    return(max.col(value, ties.method = "first"))
  }
  if (any(dim(value) == 1L)) as.vector(value) else value
}

# A bias in every row, or down the columns where theirs is filled like that.
like_their_rows <- function(value, theirs) {
  rows <- nrow(theirs)
  by_row <- isTRUE(all(theirs == rep(theirs[1L, ], each = rows))) ||
    length(unique(c(theirs))) == length(theirs)
  matrix(rep(value, rows), rows, ncol(value), byrow = by_row)
}

# Whether a value's shape is the transposed one; NULL where its shape does not tell.
is_transposed <- function(theirs, shape) {
  found <- dim(theirs)
  if (length(found) != 2L || shape[[1L]] == shape[[2L]]) {
    return(NULL)
  }
  if (all(found == rev(shape))) TRUE else if (all(found == shape)) FALSE
}

# Which matrices a script keeps transposed, from those whose shape tells.
find_orientation_of_own <- function(self) {
  vote <- function(quantity) {
    is_transposed(self$own[[quantity]], dim(self$job$values[[quantity, exact = TRUE]]))
  }
  kinds <- quantity_kind(names(self$own))
  votes <- list(
    weights = unlist(lapply(names(self$own)[kinds == "W"], vote)),
    samples = unlist(lapply(names(self$own)[kinds %in% c("x", "y")], vote))
  )
  # A bias that is a column tells of samples in columns, where all else is square.
  biases <- Filter(function(own) length(dim(own)) == 2L && length(own) > 1L, self$own[kinds == "b"])
  if (length(votes$weights) == 0L && length(biases) > 0L) {
    votes$weights <- ncol(biases[[1L]]) == 1L
  }
  settle_votes(votes)
}

# The majority of each group; a group without votes goes with the other.
settle_votes <- function(votes) {
  chosen <- lapply(votes, function(v) if (length(v) > 0L) sum(v) * 2 > length(v))
  any_vote <- c(chosen$weights, chosen$samples, FALSE)[[1L]]
  lapply(chosen, function(v) if (is.null(v)) any_vote else v)
}

# Starting weights that no name tells, by their shape: name to quantity.
guess_start <- function(self) {
  found <- list()
  for (quantity in names(self$job$values)) {
    right <- self$job$values[[quantity]]
    if (quantity_kind(quantity) %in% c("W", "b") && is.null(self$own[[quantity]])) {
      alike <- Filter(function(name) {
        !name %in% names(found) && identical(dim(self$others[[name]]), dim(right)) &&
          length(right) > 1L
      }, names(self$others))
      if (length(alike) == 1L) found[[alike]] <- quantity
    }
  }
  found
}

# Weights of another shape than the case's: where their program ends, that may be why.
find_misfits <- function(self) {
  found <- list()
  for (quantity in names(self$own)[quantity_kind(names(self$own)) == "W"]) {
    shape <- dim(self$own[[quantity]])
    right <- dim(self$job$values[[quantity]])
    if (length(shape) == 2L && !identical(sort(shape), sort(right))) {
      found <- c(found, list(c(self$replaced[[quantity]], list(shape = as.list(shape)))))
    }
  }
  found
}
