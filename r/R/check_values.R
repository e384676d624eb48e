# Values of a script's variables as arrays, part by part; twin of check/values.py in Python.

is_array <- function(value) {
  (is.numeric(value) || is.logical(value)) && length(value) > 0L && length(dim(value)) <= 2L &&
    !is.factor(value)
}

# Whether a value is an object whose fields are changed in place, such as one of a reference class.
is_own_object <- function(value) {
  is.environment(value) && is.object(value)
}

# The fields of an object that hold numbers or lists, by name; any other value as it is.
fields_of <- function(value) {
  if (!is_own_object(value)) {
    return(value)
  }
  fields <- mget(ls(as.environment(value)), envir = as.environment(value))
  Filter(function(field) is.numeric(field) || is.list(field), fields)
}

# A value with its name; of a list or an object each part with its own, of a list of layers
# numbered. A list of gradients that is not yet of full length may grow from its end, so its parts
# have no number.
flatten_value <- function(name, value, x = NULL, depth = 0L) {
  value <- if (is.data.frame(value)) as.matrix(value) else fields_of(value)
  if (!is.list(value)) {
    return(stats::setNames(list(value), name))
  }
  if (holds_memory(name)) {
    return(list())
  }
  if (!is.null(names(value))) {
    return(flatten_named(name, value, x, depth))
  }
  kind <- list_kind(name)
  if (length(value) == 0L || is.null(kind)) {
    return(flatten_layers(value))
  }
  flatten_numbered(kind, value, x, depth)
}

# A list with an array for each layer.
flatten_numbered <- function(kind, value, x, depth) {
  if (kind %in% signed_kinds && length(value) < depth) {
    return(list())
  }
  from_zero <- kind == "a" && is_of_samples(value[[1L]], x)
  stats::setNames(value, paste0(kind, seq_along(value) - from_zero))
}

flatten_named <- function(name, value, x, depth) {
  named <- value[nzchar(names(value))]
  nested <- lapply(names(named), function(key) {
    if (is.list(named[[key]])) flatten_value(key, named[[key]], x, depth) else named[key]
  })
  parts <- unlist(nested, recursive = FALSE)
  kinds <- lapply(sub("[0-9]+$", "", names(parts)), list_kind)
  turned <- vapply(kinds, function(kind) any(c("W", "b") %in% kind), TRUE)
  if (length(parts) > 0L && holds_gradients(name)) {
    digits <- sub("^.*[^0-9]", "", names(parts)[turned])
    names(parts)[turned] <- paste0("d", unlist(kinds[turned]), digits)
  }
  parts
}

# The parts of a list of layers, each a list or an object with a field such as `weights` or `W`.
flatten_layers <- function(value) {
  layers <- lapply(value[layers_in(value)], fields_of)
  unlist(lapply(seq_along(layers), function(i) {
    kinds <- lapply(names(layers[[i]]), list_kind)
    known <- lengths(kinds) > 0L
    stats::setNames(layers[[i]][known], paste0(unlist(kinds[known]), i))
  }), recursive = FALSE)
}

# Which items of a list are layers.
layers_in <- function(value) {
  is_layer <- function(item) {
    item <- fields_of(item)
    is.list(item) && any(vapply(names(item), function(key) identical(list_kind(key), "W"), TRUE))
  }
  if (is.null(names(value)) && length(value) <= 100L) which(vapply(value, is_layer, TRUE))
}

# Whether a matrix is x, transposed or not, or some of its rows: a list of activations may begin
# with it.
is_of_samples <- function(value, x) {
  is.numeric(value) && ncol(x) %in% dim(value) && all(value %in% x)
}

# The arrays in the variables of an environment, each with its name.
frame_parts <- function(frame) {
  values <- mget(ls(frame), envir = frame, inherits = FALSE)
  may_hold <- function(value) is.numeric(value) || is.list(value) || is_own_object(value)
  values <- Filter(may_hold, values)
  parts <- unlist(unname(Map(flatten_value, names(values), values)), recursive = FALSE)
  Filter(is_array, parts)
}

# A frame and those in which its function was defined, the outermost first, up to the global one.
enclosing_frames <- function(frame) {
  found <- list()
  while (is.environment(frame) && !identical(frame, topenv(frame))) {
    found <- c(list(frame), found)
    frame <- parent.env(frame)
  }
  found
}
