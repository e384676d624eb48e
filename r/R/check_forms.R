# The case's values in the form in which a script keeps its own: shape and orientation; twin of
# python/src/twinprop/check/forms.py, and of the part of recorder.py that replaces.

replaceable_settings <- c("x", "y", "lr", "epochs", "batch_size")

# What a variable is to hold before the training loop: the case's value where it has one.
replace_value <- function(self, name, line, value) {
  if (is.function(value) || is.environment(value) || is.null(value) || is.character(value)) {
    return(value)
  }
  quantity <- known_quantity(self, name)
  if (is.list(value) && !is.data.frame(value)) {
    return(replace_list(self, name, line, value))
  }
  if (is.null(quantity)) {
    if (is.matrix(value) && is.numeric(value)) self$others[[name]] <- value
    return(value)
  }
  replace_one(self, quantity, name, line, value)
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
    for (i in seq_along(value)) {
      value[[i]] <- replace_one(self, paste0(kind, i), name, line, value[[i]])
    }
  }
  value
}

replace_one <- function(self, quantity, name, line, value) {
  right <- self$job$values[[quantity, exact = TRUE]]
  number <- self$job$numbers[[quantity, exact = TRUE]]
  is_parameter <- quantity_kind(quantity) %in% c("W", "b")
  if (is.null(right) && is.null(number) || !(is_parameter || quantity %in% replaceable_settings)) {
    return(value)
  }
  earlier <- self$replaced[[quantity]]
  if (!is.null(earlier) && earlier$name != name &&
        (!is.null(number) || all(unlist(value) %in% right))) {
    return(value) # made from a variable that already has the case's value
  }
  self$own[[quantity]] <- value
  tell_replaced(self, name, line, quantity)
  if (!is.null(number)) {
    return(number)
  }
  transposed <- if (quantity_kind(quantity) == "b") {
    isTRUE(is_transposed(value, dim(right)))
  } else {
    self$transposed[[if (is_parameter) "weights" else "samples"]]
  }
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
    if (length(theirs) == n && m > 1L && all(value %in% c(0, 1))) {
      return(max.col(value, ties.method = "first")) # class numbers instead of one-hot rows
    }
    return(if (n == 1L || m == 1L) as.vector(value) else value)
  }
  if (n == 1L && ncol(theirs) == m && nrow(theirs) > 1L) {
    rows <- nrow(theirs)
    by_row <- isTRUE(all(theirs == rep(theirs[1L, ], each = rows))) ||
      length(unique(c(theirs))) == length(theirs)
    return(matrix(rep(value, rows), rows, m, byrow = by_row))
  }
  own <- is_transposed(theirs, dim(value))
  if (isTRUE(if (is.null(own)) transposed else own)) t(value) else value
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
  votes <- list(weights = logical(0), samples = logical(0))
  for (quantity in names(self$own)) {
    own <- self$own[[quantity]]
    right <- self$job$values[[quantity, exact = TRUE]]
    kind <- quantity_kind(quantity)
    if (kind %in% c("W", "x", "y")) {
      group <- if (kind == "W") "weights" else "samples"
      votes[[group]] <- c(votes[[group]], is_transposed(own, dim(right)))
    }
  }
  for (quantity in names(self$own)) {
    own <- self$own[[quantity]]
    # A bias that is a column tells of samples in columns, where all else is square.
    if (quantity_kind(quantity) == "b" && length(dim(own)) == 2L && length(own) > 1L &&
          length(votes$weights) == 0L) {
      votes$weights <- ncol(own) == 1L
    }
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
