# einsum: products and sums of any axes, named by letters; twin of check/align/einsum.py in Python.
# Only recordings of Python have it.

# The letters of each operand and, last, of the result, each a vector; NULL if they do not fit.
#
# Where the text names no result, it has the letters that stand once, in the alphabet's order.
read_letters <- function(text, dimensions) {
  halves <- strsplit(gsub(" ", "", text, fixed = TRUE), "->", fixed = TRUE)[[1L]]
  before <- strsplit(strsplit(halves[[1L]], ",", fixed = TRUE)[[1L]], "")
  all_letters <- unlist(before)
  after <- if (length(halves) > 1L) {
    strsplit(halves[[2L]], "")[[1L]]
  } else if (!grepl("->", text, fixed = TRUE)) {
    Filter(function(c) sum(all_letters == c) == 1L, sort(unique(all_letters), method = "radix"))
  }
  known <- c(letters, LETTERS)
  fits <- identical(lengths(before), as.integer(dimensions)) && all(after %in% all_letters) &&
    all(all_letters %in% known)
  if (fits) c(before, list(as.character(after)))
}

# The value of einsum: every factor spread over all axes, multiplied, and summed to the result's.
multiply_letters <- function(names, values) {
  result <- names[[length(names)]]
  axes <- unique(unlist(names))
  sizes <- stats::setNames(rep(1L, length(axes)), axes)
  for (i in seq_along(values)) sizes[names[[i]]] <- length_of_axes(values[[i]])
  grid <- if (length(axes) > 0L) arrayInd(seq_len(prod(sizes)), sizes) else matrix(0L, 1L, 0L)
  colnames(grid) <- axes
  product <- rep(1, nrow(grid))
  for (i in seq_along(values)) {
    v <- values[[i]]
    own <- grid[, names[[i]], drop = FALSE]
    product <- product * if (ncol(own) > 0L) array(v, length_of_axes(v))[own] else as.vector(v)
  }
  if (length(result) == 0L) {
    return(sum(product))
  }
  shape <- unname(sizes[result])
  at <- as.vector((grid[, result, drop = FALSE] - 1L) %*% cumprod(c(1, shape))[seq_along(shape)])
  array(as.vector(rowsum(product, at, reorder = TRUE)), shape)
}

length_of_axes <- function(v) if (is.null(dim(v))) rep(1L, length(v) > 1L) else dim(v)

# The derivative at each operand; NULL where an operand names one axis twice.
pull_letters <- function(names, values, g) {
  operands <- names[-length(names)]
  if (any(vapply(operands, anyDuplicated, 1L) > 0L)) {
    return(NULL)
  }
  lapply(seq_along(operands), function(i) {
    own <- operands[[i]]
    kept <- own[own %in% c(unlist(operands[-i]), names[[length(names)]])]
    part <- multiply_letters(
      c(names[length(names)], operands[-i], list(kept)), c(list(g), values[-i])
    )
    # An axis that is summed away at once gets the same derivative everywhere.
    shape <- shape_now(values[[i]])
    spread_over(array(as.vector(part), ifelse(own %in% kept, shape, 1L)), shape)
  })
}
