# Checks of what is given straight to functions, once on entry; twin of ground/array_checks.py
# in python/src/twinprop.
#
# Each returns the value or refuses it in one sentence that begins with its name. Rows and columns
# are counted from 0 in both languages, as in files.

matrix_wanted <- "a matrix of finite numbers"

# A matrix of finite numbers, with at least one row and one column.
checked_matrix <- function(values, name) {
  matrix <- as_numbers(values, name)
  rank <- length(dim(matrix))
  if (rank != 2L) {
    found <- if (rank > 2L) paste("of", rank, "dimensions") else "a vector"
    is_one <- rank == 0L && length(matrix) == 1L
    refuse(name, if (is_one) "a number" else found, matrix_wanted)
  }
  if (length(matrix) == 0L) {
    refuse(name, paste("of the shape", show_shape(dim(matrix))), "at least one row and one column")
  }
  check_finite(matrix, name)
  matrix
}

# Values as an array of double, whatever their shape; text and the like are refused.
as_numbers <- function(values, name) {
  if (is.null(values) || is_text(values) && is.null(dim(values))) {
    refuse(name, quote_value(values), "finite numbers")
  }
  values <- if (is.data.frame(values)) as.matrix(values) else values
  if (!is.numeric(values) && !is.logical(values)) {
    refuse(name, "not made of numbers", "finite numbers")
  }
  storage.mode(values) <- "double"
  dimnames(values) <- NULL
  names(values) <- NULL
  values
}

# Refuse NaN and infinities, and say where the first of them is.
check_finite <- function(matrix, name) {
  if (!all(is.finite(matrix))) {
    place <- which(!is.finite(t(matrix)), arr.ind = TRUE)[1L, ]
    value <- quote_number(matrix[place[[2L]], place[[1L]]])
    found <- sprintf("%s in row %d, column %d", value, place[[2L]] - 1L, place[[1L]] - 1L)
    refuse(name, paste0(found, ", counted from 0"), "finite numbers")
  }
}

# A matrix of numbers, which may be infinite or NaN, as outputs of a network are.
checked_outputs <- function(values, name) {
  shape <- dim(values)
  if (length(shape) != 2L) {
    refuse(name, "no matrix", "a matrix, one row per sample")
  }
  if (any(shape == 0L)) {
    refuse(name, paste("of the shape", show_shape(shape)), "at least one row and one column")
  }
  as_numbers(values, name)
}

# A matrix of the shape of the outputs that it is compared with.
checked_like <- function(values, name, outputs) {
  if (length(dim(values)) != 2L) {
    refuse(name, "no matrix", "a matrix, one row per sample")
  }
  check_shape(name, dim(values), dim(outputs))
  as_numbers(values, name)
}

# Finite targets of a loss, of the shape of the outputs.
checked_targets <- function(values, name, outputs) {
  checked_matrix(checked_like(values, name, outputs), name)
}

# A column of finite numbers, one for each row of samples.
checked_column <- function(values, name, samples) {
  column <- checked_matrix(values, name)
  check_shape(name, dim(column), c(nrow(samples), 1L))
  column
}

# Whole numbers from 0 to classes - 1, as a vector.
checked_labels <- function(labels, classes, what) {
  check_integer(classes, "classes", 1)
  codes <- as.vector(as_numbers(labels, what))
  if (length(codes) == 0L) {
    refuse(what, "empty", "at least one label")
  }
  is_label <- codes == floor(codes) & codes >= 0 & codes < classes
  for (row in which(!is_label | is.na(is_label))) {
    found <- sprintf("%s in row %d", quote_number(codes[[row]]), row - 1L)
    refuse(what, found, paste("a whole number from 0 to", classes - 1))
  }
  codes
}

# Refuse what is no arithmetic, such as the name of one.
check_arithmetic <- function(arithmetic) {
  if (!is.list(arithmetic) || is.null(arithmetic$matmul)) {
    refuse("arithmetic", quote_value(arithmetic), "native or strict, not its name")
  }
  arithmetic
}

# Refuse an array of another shape than wanted, by its name.
check_shape <- function(name, found, wanted) {
  if (length(found) != length(wanted) || any(found != wanted)) {
    input_error(name, " has the shape ", show_shape(found), "; wanted ", show_shape(wanted))
  }
}

# A shape as in "3 x 4".
show_shape <- function(shape) {
  paste(shape, collapse = " x ")
}

# Let a check see the arguments before the function does.
#
# What the check returns, by name, takes the place of arguments.
checked_by <- function(check, f) {
  force(check)
  arguments <- stats::setNames(nm = names(formals(f)))
  checked <- function() {
    given <- lapply(arguments, get, envir = environment(), inherits = FALSE)
    found <- do.call(check, unname(given), quote = TRUE)
    given[names(found)] <- found
    do.call(f, given, quote = TRUE)
  }
  formals(checked) <- formals(f)
  structure(checked, srcref = attr(f, "srcref")) # who prints it sees the function
}
