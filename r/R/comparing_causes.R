# Why two arrays differ, from their values alone; a cause is named only if it gives the numbers.
#
# The same causes in the same order and words as in Python, but that R counts from 1.

# The plainest cause in words, or NULL.
explain_values <- function(a, b) {
  if (length(a) == 0L || length(b) == 0L) {
    return(NULL)
  }
  storage.mode(a) <- storage.mode(b) <- "double"
  if (length(dim(a)) != length(dim(b))) { # as a vector and a matrix of one row
    a <- squeezed(a)
    b <- squeezed(b)
  }
  suppressWarnings({
    found <- first_cause(a, b, known_causes())
    if (is.null(found)) found <- cause_in_columns(a, b)
    if (is.null(found)) found <- cause_moved_and(a, b)
  })
  found
}

# The causes in the order in which they are tried, from the plainest.
known_causes <- function() {
  list(
    cause_missing, cause_float32, cause_rounding, cause_transposed, cause_filling, cause_sign,
    cause_factor, cause_offset, cause_column_order, cause_row_order, cause_renumbering,
    cause_one_hot, cause_shift, cause_length, cause_dropped_column, cause_standardising,
    cause_function
  )
}

# What may come on top of another place of the numbers.
second_causes <- function() list(cause_sign, cause_factor, cause_float32, cause_rounding)

first_cause <- function(a, b, causes) {
  for (cause in causes) {
    found <- cause(a, b)
    if (!is.null(found)) return(found)
  }
  NULL
}

squeezed <- function(x) {
  shape <- dim(x)[dim(x) != 1L]
  if (length(shape) > 1L) array(x, shape) else as.vector(x)
}

same_extent <- function(a, b) identical(as.double(extent_of(a)), as.double(extent_of(b)))

# A cause in some columns alone, where the others are the same.
cause_in_columns <- function(a, b) {
  if (!is.matrix(a) || !is.matrix(b) || !same_extent(a, b) || ncol(a) < 2L) {
    return(NULL)
  }
  columns <- which(!vapply(seq_len(ncol(a)), function(i) gives(a[, i], b[, i]), NA))
  if (length(columns) == 0L || length(columns) >= min(ncol(a), 7L)) {
    return(NULL)
  }
  found <- first_cause(a[, columns, drop = FALSE], b[, columns, drop = FALSE], known_causes())
  if (!is.null(found)) paste0("in ", name_columns(columns, b), " alone: ", found)
}

# Transposed or with columns reversed, and something more, as other eigenvectors are.
cause_moved_and <- function(a, b) {
  if (!is.matrix(a) || !is.matrix(b)) {
    return(NULL)
  }
  views <- list()
  if (same_extent(a, b)) {
    reversed <- list("columns in the reverse order", a, unname(b[, rev(seq_len(ncol(b)))]))
    views <- list(reversed)
  }
  if (identical(dim(a), rev(dim(b)))) {
    views <- c(views, list(list("A is B transposed", a, t(b)), list("A is B transposed", t(a), b)))
  }
  for (view in views) {
    found <- first_cause(unname(view[[2L]]), unname(view[[3L]]), second_causes())
    if (!is.null(found)) return(paste0(view[[1L]], ", and ", found))
  }
  NULL
}

name_columns <- function(columns, of) {
  names <- if (is.null(colnames(of))) columns else colnames(of)[columns]
  paste0(if (length(columns) > 1L) "columns " else "column ", list_some(names))
}

# Digits that were lost, and values that are missing ----------------------------------------------

cause_missing <- function(a, b) {
  if (!same_extent(a, b)) {
    return(NULL)
  }
  for (sides in list(list(a, b, c("A", "B")), list(b, a, c("B", "A")))) {
    side <- sides[[1L]]
    other <- sides[[2L]]
    gaps <- is.na(side) & !(is.na(other) & is.nan(side) == is.nan(other))
    if (!any(gaps) || !gives(side[!gaps], other[!gaps])) next
    instead <- other[gaps]
    found <- if (all(is.na(instead))) {
      if (any(is.nan(instead))) "NaN" else "NA"
    } else if (all(instead %in% instead[[1L]]) && (instead[[1L]] == 0 || length(instead) > 1L)) {
      format(instead[[1L]], digits = 6L)
    }
    if (is.null(found)) next
    word <- if (any(is.nan(side[gaps]))) "NaN" else "NA"
    return(sprintf(
      "%s has %s where %s has %s; all else is the same",
      sides[[3L]][[1L]], word, sides[[3L]][[2L]], found
    ))
  }
  NULL
}

cause_float32 <- function(a, b) {
  if (!same_extent(a, b)) {
    return(NULL)
  }
  grains <- list(grain_of(a), grain_of(b))
  found <- float32_words(a, b, grains, "A")
  if (is.null(found)) float32_words(b, a, rev(grains), "B") else found
}

float32_words <- function(side, other, grains, name) {
  own <- grains[[1L]]
  finer <- grains[[2L]]
  if (identical(own, float64_grain) || !identical_numbers(side, in_float32(side))) {
    return(NULL)
  }
  if (identical_numbers(side, in_float32(other)) && is_enough(other)) {
    return(paste0("float32 somewhere: ", name, " is the other one, rounded to float32"))
  }
  is_near <- identical(own, float32_grain) && finer$digits == 0 && !identical(finer, float32_grain)
  if (is_near && gives(side, other) && is_enough(other)) {
    paste0("float32 somewhere: ", name, " holds float32 numbers, within their rounding")
  }
}

identical_numbers <- function(x, y) all((x == y) %in% TRUE | is.na(x) & is.na(y))

cause_rounding <- function(a, b) {
  if (!same_extent(a, b)) {
    return(NULL)
  }
  grains <- list(grain_of(a), grain_of(b))
  if (grains[[1L]]$words == grains[[2L]]$words) {
    return(NULL)
  }
  for (one in 1:2) {
    side <- list(a, b)[[one]]
    other <- list(b, a)[[one]]
    grain <- grains[[one]]
    is_whole <- grain$words == "whole numbers"
    if (is_whole) grain <- new_grain(grain$words, grain$relative, grain$floor, 16, 0)
    fine <- if (grains[[3L - one]]$digits == 0) 17 else grains[[3L - one]]$digits
    if (is.null(grain$decimals) || (grain$digits >= fine && !is_whole)) next
    if (!is_cut_off(side, other, grain) || !is_enough(side)) next
    words <- rounding_words(side, other, grain)
    return(paste0(c("A", "B")[[one]], " is the other one, rounded to ", words))
  }
  NULL
}

is_cut_off <- function(side, other, grain) {
  unit <- ifelse(is.finite(other), unit_of(pmax(abs(side), abs(other)), grain), 0)
  near <- abs(side - other) <= unit / 2 * (1 + 1e-9) + 1e-15 * abs(other)
  all(near %in% TRUE | (side == other) %in% TRUE | is.na(side) & is.na(other))
}

# Decimals if they give their numbers, else digits.
rounding_words <- function(side, other, grain) {
  if (grain$decimals == 0) {
    return("whole numbers")
  }
  near <- abs(side - round(other, grain$decimals)) <= 1e-14 * abs(side)
  by_decimals <- grain$digits < most_digits && all(near | is.na(near))
  if (by_decimals) paste(grain$decimals, "decimals") else paste(grain$digits, "digits")
}
