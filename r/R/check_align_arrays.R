# Arrays as numpy has them, for the judge: a number has no dimensions, a vector one, and the smaller
# of two arrays is spread over the other.

shape_now <- function(v) if (is.null(dim(v))) integer(0) else dim(v)

# The numbers row by row.
ravel <- function(v) {
  d <- length(dim(v))
  if (d < 2L) as.vector(v) else if (d == 2L) as.vector(t(v)) else as.vector(aperm(v))
}

# Numbers in rows as an array of a shape.
shape_rows <- function(v, shape) {
  v <- ravel(v)
  switch(as.character(length(shape)),
    "0" = v[[1L]],
    "1" = array(v, shape),
    "2" = matrix(v, shape[[1L]], shape[[2L]], byrow = TRUE),
    aperm(array(v, rev(shape)))
  )
}

# The shape over which two are spread, or NULL.
common_shape <- function(a, b) {
  n <- max(length(a), length(b))
  a <- c(rep(1L, n - length(a)), a)
  b <- c(rep(1L, n - length(b)), b)
  fits <- a == b | a == 1L | b == 1L
  if (all(fits)) ifelse(a == 1L, b, a) else NULL
}

# An array spread over a larger shape.
spread_over <- function(v, shape) {
  own <- shape_now(v)
  if (identical(own, shape)) {
    return(v)
  }
  if (length(v) == 1L) {
    return(if (length(shape) == 0L) as.vector(v) else array(as.vector(v), shape))
  }
  own <- c(rep(1L, length(shape) - length(own)), own)
  index <- lapply(seq_along(shape), function(k) {
    if (own[[k]] == 1L) rep(1L, shape[[k]]) else seq_len(shape[[k]])
  })
  array(do.call(`[`, c(list(array(v, own)), index, list(drop = FALSE))), shape)
}

# An operation on two arrays, element by element.
spread_both <- function(f, a, b) {
  da <- dim(a)
  db <- dim(b)
  if (is.null(da) || is.null(db) || identical(da, db)) {
    return(f(a, b))
  }
  shape <- common_shape(da, db)
  if (is.null(shape)) stop("shapes do not fit one another")
  f(spread_over(a, shape), spread_over(b, shape))
}

plus <- function(a, b) spread_both(`+`, a, b)
minus <- function(a, b) spread_both(`-`, a, b)
times <- function(a, b) spread_both(`*`, a, b)
over <- function(a, b) spread_both(`/`, a, b)

# The size of the largest number; not finite where one is not.
largest <- function(v) if (length(v) == 0L) 0 else if (anyNA(v)) NaN else max(abs(v))

all_true <- function(v) isTRUE(all(v))

all_finite <- function(v) all(is.finite(v))

any_nonzero <- function(v) any(is.na(v) | v != 0)

# A sum, mean, maximum or minimum along an axis (counted from 1), which stays with length 1.
reduce_axis <- function(op, v, axis) {
  f <- switch(op, sum = sum, mean = mean, max = max, min = min, prod = prod)
  if (length(dim(v)) == 1L) {
    return(array(f(v), 1L))
  }
  kept <- setdiff(seq_along(dim(v)), axis)
  made <- if (length(dim(v)) == 2L && op == "sum") {
    if (axis == 1L) colSums(v) else rowSums(v)
  } else {
    apply(v, kept, f)
  }
  shape <- dim(v)
  shape[[axis]] <- 1L
  array(made, shape)
}

# The plain numbers of an operation that keeps its shape are as given.
like <- function(v, shape) if (length(shape) == 0L) as.vector(v) else array(v, shape)
