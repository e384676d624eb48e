# Checks of the values in a case's JSON, twin of ground/case_checks.py
# in python/src/twinprop.
#
# `where` names file and key, as in "cases/xor.json: layers[0].units"; each check returns the value
# or refuses it in one sentence that begins with it.

largest_integer <- 2147483647

# The name of a key inside an object.
key_of <- function(where, key) {
  paste0(where, if (endsWith(where, ":")) " " else ".", key)
}

# An object with all the required keys, and no key that is not known.
check_object <- function(value, where, required, optional) {
  known <- c(required, optional)
  if (!is.list(value) || is.null(names(value))) {
    wanted <- paste("an object with", paste(known, collapse = ", "))
    refuse(sub(":$", "", where), quote_value(value), wanted)
  }
  for (key in setdiff(names(value), known)) {
    input_error(
      key_of(where, shorten_text(key)), " is not a known key", suggest_name(key, known),
      " known are ", paste(known, collapse = ", ")
    )
  }
  for (key in setdiff(required, names(value))) {
    input_error(key_of(where, key), " is missing; add it")
  }
  value
}

# A text that is not empty.
check_text <- function(value, where) {
  if (!is_text(value) || value == "") {
    refuse(where, quote_value(value), "a text")
  }
  value
}

# A name that is also a good file name.
check_id <- function(value, where) {
  if (!is_text(value) || !grepl("^[a-z0-9][a-z0-9-]{0,99}$", value)) {
    wanted <- "lower-case letters, digits and hyphens, as in xor-2-2-1"
    refuse(where, quote_value(value), wanted)
  }
  value
}

# One of the known names.
check_choice <- function(value, where, known) {
  if (!is_text(value)) {
    refuse(where, quote_value(value), paste("one of", paste(known, collapse = ", ")))
  }
  if (!value %in% known) {
    input_error(
      where, " is ", quote_value(value), ", which is not known", suggest_name(value, known),
      " known are ", paste(known, collapse = ", ")
    )
  }
  value
}

# A finite number.
check_number <- function(value, where) {
  if (!is_number(value)) {
    refuse(where, quote_value(value), "a finite number")
  }
  as.double(value)
}

# A finite number of at least 0.
check_not_negative <- function(value, where) {
  number <- check_number(value, where)
  if (number < 0) {
    refuse(where, quote_value(value), "a number of at least 0")
  }
  number
}

# The lower end of a range, of finite numbers, that is not above the upper.
check_range <- function(low, high, where_low, where_high) {
  if (check_number(low, where_low) > check_number(high, where_high)) {
    wanted <- paste0("a number of at most ", quote_value(high), ", as ", where_tail(where_high))
    refuse(where_low, quote_value(low), paste(wanted, "is"))
  }
  as.double(low)
}

# A number of at least 0 and less than 1.
check_share <- function(value, where) {
  number <- check_number(value, where)
  if (number < 0 || number >= 1) {
    refuse(where, quote_value(value), "a number of at least 0 and less than 1")
  }
  number
}

# A whole number from low to high.
check_integer <- function(value, where, low, high = largest_integer) {
  if (!is_number(value) || value != floor(value) || value < low || value > high) {
    range <- sprintf("a whole number from %.0f to %.0f", low, high)
    refuse(where, quote_value(value), if (low == high) sprintf("%.0f", low) else range)
  }
  as.integer(value)
}

# Epochs up to the last one, in their order, each once.
check_epochs <- function(value, where, last) {
  before <- 0L
  for (i in seq_along(check_list(value, where))) {
    here <- paste0(where, "[", i - 1L, "]")
    epoch <- check_integer(value[[i]], here, 1, last)
    if (epoch <= before) {
      refuse(here, sprintf("%d, after %d", epoch, before), "rising epochs, each once")
    }
    before <- epoch
  }
  as.integer(unlist(value))
}

# A list with at least one element.
check_list <- function(value, where) {
  if (!is.list(value) || !is.null(names(value)) || length(value) == 0L) {
    refuse(where, quote_value(value), "a list with at least one element")
  }
  value
}

# A list of finite numbers, as a matrix of one row.
check_row <- function(value, where) {
  check_list(value, where)
  for (i in which(!vapply(value, is_number, TRUE))) {
    check_number(value[[i]], paste0(where, "[", i - 1L, "]"))
  }
  matrix(as.double(unlist(value)), 1L)
}

# A list of rows of finite numbers, all of one length.
check_matrix <- function(value, where) {
  check_list(value, where)
  rows <- lapply(seq_along(value), function(i) {
    check_row(value[[i]], paste0(where, "[", i - 1L, "]"))
  })
  columns <- ncol(rows[[1L]])
  for (i in seq_along(rows)) {
    if (ncol(rows[[i]]) != columns) {
      input_error(
        where, "[", i - 1L, "] has ", count_of(ncol(rows[[i]]), "number"), "; wanted ",
        sprintf("%d", columns), ", as in ", where_tail(where), "[0]"
      )
    }
  }
  matrix(unlist(rows), length(rows), columns, byrow = TRUE)
}

# The key without the file.
where_tail <- function(where) {
  sub("^.*: ", "", where)
}

# The value of a key, or a default where the key is absent.
value_or <- function(value, key, default) {
  if (key %in% names(value)) value[[key]] else default
}

# Whether a JSON value is a number that double holds as a finite one.
is_number <- function(value) {
  is.numeric(value) && length(value) == 1L && is.finite(value)
}

# Whether a JSON value is a text.
is_text <- function(value) {
  is.character(value) && length(value) == 1L && !is.na(value)
}
