# Errors that people see: one sentence, of class "twinprop_input_error".

#' Stop with an error of class "twinprop_input_error".
#' @noRd
input_error <- function(...) {
  stop(structure(
    class = c("twinprop_input_error", "error", "condition"),
    list(message = paste0(...), call = NULL)
  ))
}

# Stop with the sentence that names what was found and what was wanted.
refuse <- function(where, found, wanted) {
  input_error(where, " is ", found, "; wanted ", wanted)
}

#' The known name with the smallest edit distance to a given name, the first of equals.
#'
#' @param name character. What was given.
#' @param known list of character. What could have been given; at least one.
#' @return character. One of the known names.
#' @noRd
nearest_name <- function(name, known) {
  known[[which.min(drop(utils::adist(name, known)))]]
}

# The end of a clause that offers the nearest known name, if at least half of it is alike.
suggest_name <- function(name, known) {
  nearest <- nearest_name(name, known)
  is_near <- 2 * utils::adist(name, nearest) <= max(nchar(name), nchar(nearest))
  if (is_near) paste0("; did you mean \"", nearest, "\"?") else ";"
}

#' Return a name that is known, or say which are known.
#'
#' @param what character. What is named, such as "activation".
#' @param name character. What was given.
#' @param known list of character. What could have been given.
#' @return character. The name.
#' @noRd
check_name <- function(what, name, known) {
  is_text <- is.character(name) && length(name) == 1L && !is.na(name)
  if (is_text && name %in% known) {
    return(name)
  }
  hint <- if (is_text) suggest_name(name, known) else ";"
  input_error(
    "unknown ", what, " ", quote_value(name), hint, " known are ", paste(known, collapse = ", ")
  )
}

#' A value as a short piece of a sentence: text in quotation marks, the rest as JSON has it.
#'
#' @param value object. Any value of a JSON document.
#' @return character. At most 60 characters.
#' @noRd
quote_value <- function(value) {
  if (is.null(value)) return("null")
  if (is.function(value)) return("a function")
  if (is.list(value)) return(quote_list(value))
  if (!is.atomic(value) || is.complex(value)) return("an object")
  if (length(value) != 1L) return("a list")
  if (is.na(value) && !is.double(value)) return("NA")
  switch(typeof(value),
    logical = tolower(as.character(value)),
    character = paste0("\"", shorten_text(value), "\""),
    quote_number(value)
  )
}

# A list by its kind.
quote_list <- function(value) {
  if (!is.null(names(value))) return("an object")
  if (length(value) == 0L) "an empty list" else "a list"
}

# A number with at most 15 digits, beyond the range of double as Infinity.
quote_number <- function(value) {
  if (is.finite(value)) {
    return(sprintf("%.15g", value))
  }
  if (is.na(value)) "NaN" else if (value > 0) "Infinity" else "-Infinity"
}

# A count with its noun, as in "1 row" and "2 rows".
count_of <- function(count, what) {
  paste0(sprintf("%.0f ", count), what, if (count != 1) "s")
}

# At most 58 characters of a text, on one line and harmless to a terminal.
shorten_text <- function(text) {
  text <- if (nchar(text) <= 58L) text else paste0(substr(text, 1L, 55L), "...")
  codes <- utf8ToInt(enc2utf8(text))
  codes[codes < 32L | codes >= 127L & codes < 160L] <- utf8ToInt("?")
  intToUtf8(codes)
}
