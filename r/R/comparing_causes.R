# Why two arrays differ, from their values alone; a cause is named only if it gives the numbers.
#
# The plainest of those that Python's compare knows, with the same rule: the digits that a cause
# foretells, less those that were chosen to make it fit, have to be eight at least.

enough_digits <- 8
fitted_digits <- 11

# The plainest cause in words, or NULL.
explain_values <- function(a, b) {
  for (cause in known_causes) {
    found <- cause(a, b)
    if (!is.null(found)) return(found)
  }
  NULL
}

# Whether foretold numbers are theirs: within rounding, NaN at the same places.
gives <- function(theirs, foretold) {
  same_shape <- identical(extent_of(theirs), extent_of(foretold))
  same_shape && !anyNA(theirs == foretold | is.na(theirs) & is.na(foretold)) &&
    all(abs(theirs - foretold) <= allowed_difference(theirs, foretold) |
          theirs == foretold | is.na(theirs), na.rm = TRUE)
}

# What rounding may do to numbers of unknown origin: 1e-11 of a value, and 64 roundings of the
# largest where terms cancel; in float32 a million times as much.
allowed_difference <- function(a, b) {
  finite <- c(a, b)[is.finite(c(a, b))]
  largest <- if (length(finite)) max(abs(finite)) else 0
  part <- if (is_float32(a) || is_float32(b)) c(1e-5, 64 * 2^-24) else c(1e-11, 64 * 2^-53)
  size <- ifelse(is.finite(b), abs(b), 0)
  part[[1L]] * size + part[[2L]] * largest
}

in_float32 <- function(x) {
  readBin(writeBin(as.double(x), raw(), size = 4L), "double", length(x), size = 4L)
}

# Numbers that are all of float32, but for those with few digits, which are anything.
is_float32 <- function(x) {
  x <- x[is.finite(x)]
  length(x) > 0L && any(digits_of(utils::head(x, 100L)) > 9) && all(in_float32(x) == x)
}

# With how many digits numbers are written at least.
digits_of <- function(x) {
  found <- rep(17, length(x))
  for (digits in 16:1) {
    text <- sprintf(paste0("%.", digits - 1L, "e"), x)
    found[abs(as.numeric(text) - x) <= abs(x) * 2^-53] <- digits
  }
  found
}

is_enough <- function(foretold, fitted = 0) {
  x <- abs(foretold[is.finite(foretold) & foretold != 0])
  distinct <- unique(x)
  if (length(distinct) == 0L) {
    return(FALSE)
  }
  digits <- sum(pmin(digits_of(utils::head(distinct, 60L)), fitted_digits))
  digits + (length(x) - length(distinct)) * log10(length(distinct)) - fitted >= enough_digits
}

cause_transposed <- function(a, b) {
  if (is.matrix(a) && is.matrix(b) && identical(dim(a), rev(dim(b))) && gives(a, t(b))) {
    if (is_enough(b)) "A is B transposed"
  }
}

cause_filling <- function(a, b) {
  if (!is.matrix(a) || !identical(dim(a), dim(b)) || !is_enough(b)) {
    return(NULL)
  }
  if (gives(as.vector(a), as.vector(t(b)))) {
    "A is filled column by column with the numbers that B holds row by row"
  } else if (gives(as.vector(t(a)), as.vector(b))) {
    "B is filled column by column with the numbers that A holds row by row"
  }
}

cause_sign <- function(a, b) {
  if (gives(a, -b) && is_enough(b)) "the sign is the other one everywhere"
}

cause_factor <- function(a, b) {
  place <- which.max(ifelse(is.finite(a) & is.finite(b), abs(b), 0))
  if (!identical(extent_of(a), extent_of(b)) || length(place) == 0L || b[[place]] == 0) {
    return(NULL)
  }
  name_factor(a, b, a[[place]] / b[[place]])
}

name_factor <- function(a, b, ratio) {
  if (ratio == 0 || abs(ratio - 1) < 1e-9) {
    return(NULL)
  }
  named <- named_factors(extent_of(b)[[1L]])
  for (words in names(named)) {
    if (abs(named[[words]] / ratio - 1) < 0.05 && gives(a, named[[words]] * b) && is_enough(b)) {
      return(paste0("a constant factor, ", words))
    }
  }
  if (gives(a, ratio * b) && is_enough(b, fitted_digits)) {
    paste0("a constant factor, ", format(ratio, digits = 6L))
  }
}

named_factors <- function(n) {
  found <- c(
    "2" = 2, "1/2" = 1 / 2, "1/ln 2: log2 for ln" = 1 / log(2), "ln 2: ln for log2" = log(2),
    "1/ln 10: log10 for ln" = 1 / log(10), "ln 10: ln for log10" = log(10),
    "180/pi: degrees for radians" = 180 / pi, "pi/180: radians for degrees" = pi / 180,
    "100: per cent for shares" = 100, "1/100: shares for per cent" = 0.01
  )
  if (n < 3) {
    return(found)
  }
  of_n <- c(n, 1 / n, n / (n - 1), (n - 1) / n, sqrt(n / (n - 1)), sqrt((n - 1) / n))
  words <- c("n", "1/n", "n/(n - 1)", "(n - 1)/n", "sqrt(n/(n - 1))", "sqrt((n - 1)/n)")
  c(found, stats::setNames(of_n, paste0(words, ", n = ", n)))
}

cause_offset <- function(a, b) {
  for (one in c(1, -1)) {
    if (gives(a, b + one) && is_enough(b)) {
      return(paste("an offset of", if (one > 0) "one" else "minus one"))
    }
  }
  NULL
}

cause_order <- function(a, b) {
  if (!identical(extent_of(a), extent_of(b)) || length(a) < 3L || anyNA(a) || anyNA(b)) {
    return(NULL)
  }
  if (is.matrix(a)) {
    rows <- do.call(order, as.data.frame(a))
    others <- do.call(order, as.data.frame(b))
    found <- gives(a[rows, , drop = FALSE], b[others, , drop = FALSE])
  } else {
    rows <- order(a)
    others <- order(b)
    found <- gives(as.vector(a)[rows], as.vector(b)[others])
  }
  moved <- sum(rows != others)
  if (found && moved > 0 && is_enough(b, lfactorial(moved) / log(10))) "rows in another order"
}

known_causes <- list(
  cause_transposed, cause_filling, cause_sign, cause_factor, cause_offset, cause_order
)
