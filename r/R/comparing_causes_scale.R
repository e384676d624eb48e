# Sign, a constant factor, an offset; and one side a function of the other.

cause_sign <- function(a, b) {
  if (!same_extent(a, b)) {
    return(NULL)
  }
  if (gives(a, -b)) {
    return(if (is_enough(b)) "the sign is the other one everywhere")
  }
  if (!is.matrix(a) || min(dim(a)) < 2L) {
    return(NULL)
  }
  turned <- colSums(a * b, na.rm = TRUE) < 0
  if (!any(turned) || !gives(a, sweep(b, 2L, ifelse(turned, -1, 1), "*"))) {
    return(NULL)
  }
  if (!is_enough(b[, turned], 0.3 * ncol(a))) {
    return(NULL)
  }
  paste(
    "the sign of", name_columns(which(turned), b), "is the other one, as of eigenvectors,",
    "whose sign is free"
  )
}

cause_factor <- function(a, b) {
  ratio <- if (same_extent(a, b)) ratio_at_largest(a, b)
  if (is.null(ratio)) {
    return(NULL)
  }
  own <- unique(c(extent_of(a)[[1L]], extent_of(b)[[1L]]))
  counts <- unique(c(own[own > 2], counts_in(ratio)))
  named <- named_factors(counts)
  # Coarse numbers tell the factor only roughly; all that are near are tried.
  is_near <- abs(named / ratio - 1) < 0.05
  near <- names(named)[is_near][vapply(named[is_near], function(f) gives(a, f * b), NA)]
  # A count that is not that of any rows was chosen to fit.
  chosen <- if (all(counts %in% own)) 0 else log10(max(counts)) + 1
  if (length(near) > 0L && is_enough(b, chosen)) {
    words <- unique(near)
    return(if (length(words) < 3L) paste("a constant factor,", paste(words, collapse = " or ")))
  }
  if (length(near) == 0L && gives(a, ratio * b) && is_enough(b, fitted_digits)) {
    paste("a constant factor,", format(ratio, digits = 6L))
  }
}

# The ratio where b is largest, if it is a number and not 1.
ratio_at_largest <- function(a, b) {
  place <- which.max(ifelse(is.finite(a) & is.finite(b), abs(b), 0))
  ratio <- a[[place]] / b[[place]]
  if (is.finite(ratio) && ratio != 0 && abs(ratio - 1) >= 1e-9) ratio
}

# A whole n for which a ratio is n/(n - 1), its inverse, or the root of either.
counts_in <- function(ratio) {
  found <- vapply(c(ratio, ratio^2), function(power) {
    n <- if (power > 0 && power != 1) 1 / abs(1 - min(power, 1 / power)) else 0
    if (n > 2 && n < 1e5 && abs(n - round(n)) < 1e-10 * n^2) round(n) else NA_real_
  }, 0)
  found[!is.na(found)]
}

named_factors <- function(counts) {
  half <- "a half is there or not, as in 1/2 of a sum of squares"
  found <- c(
    2, 1 / log(2), log(2), 1 / log(10), log(10), log(10) / log(2), log(2) / log(10), 180 / pi,
    pi / 180, 100, 0.01, 0.5
  )
  names(found) <- c(
    paste("2:", half), "1/ln 2: log2 for ln", "ln 2: ln for log2", "1/ln 10: log10 for ln",
    "ln 10: ln for log10", "log2 10: log2 for log10", "log10 2: log10 for log2",
    "180/pi: degrees for radians", "pi/180: radians for degrees", "100: per cent for shares",
    "1/100: shares for per cent", paste("1/2:", half)
  )
  for (n in counts) {
    of_n <- c(n, 1 / n, n / (n - 1), (n - 1) / n, sqrt(n / (n - 1)), sqrt((n - 1) / n))
    words <- c(
      "n = %d: a sum for a mean", "1/n, n = %d: a mean for a sum",
      "n/(n - 1), n = %d: divided by n - 1 for n, as in a variance",
      "(n - 1)/n, n = %d: divided by n for n - 1, as in a variance",
      "sqrt(n/(n - 1)), n = %d: n - 1 and n in a standard deviation",
      "sqrt((n - 1)/n), n = %d: n and n - 1 in a standard deviation"
    )
    found <- c(found, stats::setNames(of_n, sprintf(words, as.integer(n))))
  }
  found
}

cause_offset <- function(a, b) {
  finite <- if (same_extent(a, b)) which(is.finite(a) & is.finite(b))
  if (length(finite) == 0L) {
    return(NULL)
  }
  offset <- a[[finite[[1L]]]] - b[[finite[[1L]]]]
  one <- sign(offset)
  if (abs(offset - one) < 0.05 && gives(a, b + one) && is_enough(b)) {
    why <- if (all(b[finite] == round(b[finite]))) ": counted from 1 and from 0"
    return(paste0("an offset of ", if (one > 0) "one" else "minus one", why))
  }
  apart <- abs(offset) > 1e-6 * max(abs(b[finite]))
  if (apart && gives(a, b + offset) && is_enough(b, fitted_digits)) {
    paste("a constant is added,", format(offset, digits = 6L))
  }
}

by_columns <- function(x, from, over = 1) {
  t((t(x) - from) / over)
}

deviations_of <- function(x, divisor) {
  n <- nrow(x)
  apply(x, 2L, stats::sd) * if (divisor == "n") sqrt((n - 1) / n) else 1
}

# One side is what standardising the other gives.
cause_standardising <- function(a, b) {
  if (!same_extent(a, b) || length(dim(a)) > 2L || extent_of(a)[[1L]] < 5) {
    return(NULL)
  }
  for (sides in list(list(a, b, "A", "B"), list(b, a, "B", "A"))) {
    theirs <- in_rows(sides[[1L]])
    other <- in_rows(sides[[2L]])
    for (divisor in c("n - 1", "n")) {
      made <- by_columns(other, colMeans(other), deviations_of(other, divisor))
      if (!gives(theirs, made) || !is_enough(theirs, 1)) next
      return(sprintf(
        paste(
          "%s is standardised with its own mean and standard deviation (%s), %s is not: its means",
          "are up to %s. It may be what %s is made from, or standardised with the mean of another",
          "set"
        ),
        sides[[3L]], divisor, sides[[4L]], format(max(abs(colMeans(other))), digits = 3L),
        sides[[3L]]
      ))
    }
  }
  NULL
}

# Functions of a side {0} and the other one {1}, in words.
functions_of_sides <- list(
  "{0} is 1 - {1}: the share of the other class" = function(x) 1 - x,
  "{0} is the sigmoid of {1}: probabilities and their logits, a response and its link" =
    function(x) 1 / (1 + exp(-x)),
  "{0} is the exponential of {1}, {1} the natural logarithm of {0}" = exp,
  "{0} is log1p of {1}, the logarithm of 1 + x" = log1p,
  "{0} is the square of {1}, as a variance of a standard deviation" = function(x) x^2,
  "{0} is 1 over {1}" = function(x) 1 / x,
  "{0} is {1} without signs" = function(x) if (all(x >= 0, na.rm = TRUE)) NULL else abs(x),
  "{0} is {1} less the means of its columns" = function(x) of_columns(x, function(v) v - mean(v)),
  "{0} is {1} scaled from 0 to 1, by the least and largest of each column" =
    function(x) of_columns(x, function(v) (v - min(v)) / (max(v) - min(v))),
  "{0} is {1} as shares of its sum" = function(x) x / sum(x),
  "{0} is the running sum of {1}" = function(x) of_columns(x, cumsum),
  "{0} is the softmax of {1}, row by row: probabilities and their logits" =
    function(x) if (is.matrix(x) && ncol(x) > 1L) exp(x) / rowSums(exp(x)),
  "{0} is {1} as shares of the sum of each row" =
    function(x) if (is.matrix(x) && ncol(x) > 1L) x / rowSums(x)
)

of_columns <- function(x, f) {
  found <- apply(in_rows(x), 2L, f)
  dim(found) <- dim(x)
  found
}

cause_function <- function(a, b) {
  if (!same_extent(a, b) || length(a) < 3L || length(a) > 1e6) {
    return(NULL)
  }
  chosen <- log10(2 * length(functions_of_sides))
  if (!is_enough(a, chosen) || !is_enough(b, chosen)) {
    return(NULL)
  }
  found <- function_words(a, b, "A", "B")
  if (is.null(found)) function_words(b, a, "B", "A") else found
}

function_words <- function(side, other, name, of) {
  for (words in names(functions_of_sides)) {
    made <- functions_of_sides[[words]](unname(other))
    if (!is.null(made) && gives(side, made)) {
      words <- gsub("{0}", name, words, fixed = TRUE)
      return(gsub("{1}", of, words, fixed = TRUE))
    }
  }
  NULL
}
