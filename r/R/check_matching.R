# Is it the same number? Values brought into the case's shape, and compared; twin of
# check/matching.py in Python.

signed_kinds <- c("e", "delta", "dW", "db")
weight_kinds <- c("W", "dW")

# An array of a recording: a number or vector without dim, or a matrix.
read_plain <- function(plain) {
  values <- vapply(plain$values, as.double, 1)
  shape <- as.integer(unlist(plain$shape))
  if (length(shape) == 2L) matrix(values, shape[[1L]], shape[[2L]], byrow = TRUE) else values
}

# A value in the wanted shape if it holds these numbers in another one, else as a matrix.
fit_shape <- function(value, shape, kind, transposed) {
  if (is.null(dim(value))) {
    fits <- length(value) == prod(shape) && any(shape == 1L)
    return(if (fits) matrix(value, shape[[1L]], shape[[2L]]) else matrix(value, 1L))
  }
  row <- if (kind == "b") repeated_row(value, shape)
  if (!is.null(row)) {
    return(row)
  }
  as_is <- all(dim(value) == shape)
  turns <- all(rev(dim(value)) == shape)
  if (turns && (transposed || !as_is)) t(value) else value
}

# The one row that stands in every row, or in every column, of a value; else NULL.
repeated_row <- function(value, shape) {
  turned <- if (ncol(value) == shape[[2L]]) value else t(value)
  same <- ncol(turned) == shape[[2L]] && all(turned == rep(turned[1L, ], each = nrow(turned)))
  if (isTRUE(same)) turned[1L, , drop = FALSE]
}

same_dim <- function(a, b) {
  !is.null(a) && !is.null(b) && identical(dim(a), dim(b))
}

# Whether two values are the same but for rounding, by the catalogue's tolerance.
agrees <- function(theirs, right) {
  if (!same_dim(theirs, right)) {
    return(FALSE)
  }
  tolerance <- read_catalogue()$tolerance
  near <- abs(theirs - right) <= tolerance$absolute + tolerance$relative * abs(right)
  equal <- theirs == right
  all(near %in% TRUE | equal %in% TRUE | (is.nan(theirs) & is.nan(right)))
}

# 1 where two values agree, -1 where one is minus the other and its kind may be, else 0.
sign_of <- function(theirs, right, kind) {
  if (agrees(theirs, right)) {
    return(1L)
  }
  if (kind %in% signed_kinds && !is.null(theirs) && agrees(-theirs, right)) -1L else 0L
}

# The one number by which all of a value's elements are too large, or NULL.
ratio_of <- function(theirs, right) {
  if (!same_dim(theirs, right) || !all(is.finite(theirs)) || sum(right * right) %in% c(0, NaN)) {
    return(NULL)
  }
  ratio <- sum(theirs * right) / sum(right * right)
  if (isTRUE(ratio != 0) && agrees(theirs / ratio, right)) ratio
}

# Whether two matrices have the same rows in another order.
same_rows <- function(theirs, right) {
  if (!same_dim(theirs, right) || agrees(theirs, right) || !all(is.finite(theirs))) {
    return(FALSE)
  }
  agrees(sort_rows(theirs), sort_rows(right))
}

sort_rows <- function(a) {
  a[do.call(order, lapply(seq_len(ncol(a)), function(j) a[, j])), , drop = FALSE]
}

# Whether a value is right but for having been computed in single precision.
is_single_precision <- function(theirs, right) {
  if (!same_dim(theirs, right) || !all(is.finite(theirs))) {
    return(FALSE)
  }
  single <- readBin(writeBin(as.double(theirs), raw(), size = 4L), "numeric", length(theirs), 4L)
  all(single == c(theirs)) && max(abs(theirs - right)) <= 1e-5 * scale_of(right)
}

# Whether a value is the right one, rounded to 1 to 8 digits.
is_rounded <- function(theirs, right) {
  if (!same_dim(theirs, right) || !all(is.finite(theirs))) {
    return(FALSE)
  }
  any(vapply(10^seq_len(8L), function(unit) {
    max(abs(theirs * unit - round(theirs * unit))) < 1e-6 && max(abs(theirs - right)) <= 0.51 / unit
  }, TRUE))
}

scale_of <- function(value) {
  max(abs(value), 1e-300)
}

# Whether a mistaken formula gives their value, up to the sign where the kind has none.
matches <- function(theirs, predicted, kind) {
  if (!same_dim(theirs, predicted)) {
    return(FALSE)
  }
  if (!all(is.finite(predicted))) {
    return(all(is.nan(theirs) == is.nan(predicted)) &&
             all((theirs %in% Inf) == (predicted %in% Inf)) &&
             all(is.finite(theirs) == is.finite(predicted)))
  }
  limit <- 1e-9 * scale_of(predicted)
  isTRUE(max(abs(theirs - predicted)) <= limit) ||
    kind %in% signed_kinds && isTRUE(max(abs(theirs + predicted)) <= limit)
}
