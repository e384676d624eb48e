# What numbers of unknown origin are, how far rounding carries them, and when a cause is named.
#
# The same rules as in Python: a cause is named only if it gives their numbers, and the digits that
# it foretells, less those that were chosen to make it fit, are eight at least.

enough_digits <- 8
fitted_digits <- 11
most_sampled <- 2000L
# Fewer digits are not enough to take the rest for cut off; of fifteen each double keeps all.
fewest_digits <- 4
most_digits <- 15

new_grain <- function(words, relative, floor, digits = 0, decimals = NULL) {
  list(words = words, relative = relative, floor = floor, digits = digits, decimals = decimals)
}
float64_grain <- new_grain("float64", 1e-11, 64 * 2^-53)
float32_grain <- new_grain("float32", 1e-5, 64 * 2^-24)
whole_grain <- new_grain("whole numbers", 1e-11, 64 * 2^-53)

# What the numbers of an array are: whole, float32, decimals of k digits, or float64.
grain_of <- function(x) {
  if (!is.double(x)) {
    return(whole_grain)
  }
  x <- sample_of(x)
  x <- x[is.finite(x)]
  if (length(x) == 0L) {
    return(float64_grain)
  }
  if (all(x == round(x))) {
    return(if (max(abs(x)) < 2^53) whole_grain else float64_grain)
  }
  counted <- count_digits(x)
  if (counted$digits <= most_digits) {
    words <- paste("decimals of", counted$digits, "digits")
    new_grain(words, 1e-11, 64 * 2^-53, counted$digits, counted$decimals)
  } else if (all(in_float32(x) == x)) {
    float32_grain
  } else {
    float64_grain
  }
}

# Some numbers of an array, from all its parts.
sample_of <- function(x) {
  if (length(x) <= 2L * most_sampled) as.vector(x) else x[seq(1, length(x), len = most_sampled)]
}

# The most digits, and the most decimals, with which the shortest decimals are written.
count_digits <- function(x) {
  x <- x[x != 0]
  if (length(x) == 0L) {
    return(list(digits = 1, decimals = 0))
  }
  digits <- digits_of(x)
  power <- as.integer(sub("^.*e", "", sprintf("%.16e", x)))
  list(digits = max(digits), decimals = max(0, digits - 1 - power))
}

# With how many digits each number is written at least.
digits_of <- function(x) {
  found <- rep(17, length(x))
  for (digits in 16:1) {
    text <- sprintf(paste0("%.", digits - 1L, "e"), x)
    found[abs(as.numeric(text) - x) <= abs(x) * 2^-53] <- digits
  }
  found
}

in_float32 <- function(x) {
  readBin(writeBin(as.double(x), raw(), size = 4L), "double", length(x), size = 4L)
}

# What rounding may make of the differences of two arrays, element by element.
allowed_difference <- function(a, b) {
  grains <- list(grain_of(a), grain_of(b))
  part <- max(grains[[1L]]$floor, grains[[2L]]$floor)
  size <- ifelse(is.finite(b), abs(b), 0)
  floor <- part * pmax(largest_of(a), largest_of(b))
  if (length(floor) > 1L) floor <- rep(floor, each = nrow(b))
  allowed <- max(grains[[1L]]$relative, grains[[2L]]$relative) * size + floor
  cut <- cut_of(grains)
  if (is.null(cut)) allowed else allowed + cut$units * unit_of(pmax(abs(a), size), cut$grain)
}

# The largest finite magnitude, by columns where there are rows enough to tell them apart.
largest_of <- function(x) {
  magnitude <- ifelse(is.finite(x), abs(x), 0)
  if (is.matrix(x) && nrow(x) >= fewest_digits) {
    apply(magnitude, 2L, max)
  } else {
    max(0, magnitude)
  }
}

# The grain of the side that was cut off to decimals, and how many units that explains.
cut_of <- function(grains) {
  digits <- c(grains[[1L]]$digits, grains[[2L]]$digits)
  is_cut <- digits >= fewest_digits & digits <= most_digits
  if (!any(is_cut)) {
    return(NULL)
  }
  if (digits[[1L]] == digits[[2L]]) {
    # Of data with few digits one unit is a difference like any other.
    return(if (digits[[1L]] >= 6) list(grain = grains[[1L]], units = 1))
  }
  list(grain = grains[is_cut][[which.min(digits[is_cut])]], units = 0.5)
}

# One unit of the last place of numbers that are written in decimals.
unit_of <- function(x, grain) {
  power <- suppressWarnings(floor(log10(abs(ifelse(is.finite(x), x, 0)))))
  power[!is.finite(power)] <- -400
  10^pmax(power - grain$digits + 1, -grain$decimals, -320)
}

# Whether foretold numbers are theirs: within rounding, NaN at the same places.
gives <- function(theirs, foretold) {
  if (!identical(as.double(extent_of(theirs)), as.double(extent_of(foretold)))) {
    return(FALSE)
  }
  near <- abs(theirs - foretold) <= allowed_difference(theirs, foretold)
  all(near %in% TRUE | (theirs == foretold) %in% TRUE | is.na(theirs) & is.na(foretold))
}

# How many digits of theirs a cause foretells; zeros tell nothing, whatever they are multiplied by.
evidence <- function(foretold) {
  x <- sample_of(foretold)
  x <- abs(x[is.finite(x) & x != 0])
  distinct <- unique(x)
  if (length(distinct) == 0L) {
    return(0)
  }
  digits <- sum(pmin(digits_of(utils::head(distinct, 60L)), fitted_digits))
  digits + (length(x) - length(distinct)) * log10(length(distinct))
}

is_enough <- function(foretold, fitted = 0) evidence(foretold) - fitted >= enough_digits

# For causes that move rows and change no value: zeros tell as much as others.
evidence_of_places <- function(foretold) {
  rows <- in_rows(foretold)
  max(evidence(foretold), nrow(rows) * spread_of(row_keys(rows)))
}

# How many digits one of some values tells, by how often each of them is there.
spread_of <- function(values) {
  shares <- tabulate(match(values, unique(values))) / length(values)
  -sum(shares * log10(shares))
}

in_rows <- function(x) if (is.matrix(x)) x else matrix(x, length(x))

# A text for each row, the same for rows that are the same to nine digits.
row_keys <- function(rows) do.call(paste, unname(as.data.frame(signif(rows, 9L))))

choose_digits <- function(count, chosen) lchoose(count, chosen) / log(10)

is_one_hot <- function(x) is.matrix(x) && all(x %in% c(0, 1)) && all(rowSums(x) == 1)

# Names or numbers of columns or rows, the first six.
list_some <- function(items) {
  more <- if (length(items) > 6L) ", ..."
  paste0(paste(utils::head(items, 6L), collapse = ", "), more)
}
