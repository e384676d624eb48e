# Errors that people see: one sentence, of class "twinprop_input_error".

# What looks like something else, or like nothing: blanks, hyphens and signs that are not those of
# the keyboard, accents that stand alone, marks of direction and of byte order. From each first code
# to the one before the second.
unseen_codes <- c(
  0xa0, 0xa1, 0xad, 0xae, 0x300, 0x370, 0x61c, 0x61d, 0x1680, 0x1681, 0x180e, 0x180f, 0x2000,
  0x2016, 0x2028, 0x2030, 0x205f, 0x2070, 0x2212, 0x2213, 0x3000, 0x3001, 0xfe00, 0xfe10, 0xfeff,
  0xff00, 0xff01, 0xff5f, 0xfff9, 0xfffc
)
# Characters of a name that are compared, so that a name of megabytes costs no minute.
read_of_name <- 60L

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
  known[[which.min(name_distances(name, known))]]
}

# The edit distances of a name to known ones, of the beginnings that a person reads.
name_distances <- function(name, known) {
  drop(utils::adist(substr(name, 1L, read_of_name), substr(known, 1L, read_of_name)))
}

# The end of a clause that offers the nearest known name, if at least half of it is alike.
suggest_name <- function(name, known) {
  nearest <- nearest_name(name, known)
  lengths <- nchar(substr(c(name, nearest), 1L, read_of_name))
  is_near <- 2 * name_distances(name, nearest) <= max(lengths)
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

# At most 58 characters of a text, on one line, harmless to a terminal, and all to be seen.
#
# What the eye would miss is written as its code, as in <U+00A0>, and the byte of a name that is not
# in UTF-8 as in <ff>; both only where the text is short enough.
shorten_text <- function(text) {
  text <- iconv(enc2utf8(text), "UTF-8", "UTF-8", sub = "byte")
  text <- if (nchar(text) <= 58L) text else paste0(substr(text, 1L, 55L), "...")
  codes <- utf8ToInt(text)
  codes[codes < 32L | codes >= 127L & codes < 160L] <- utf8ToInt("?")
  shown <- intToUtf8(codes, multiple = TRUE)
  is_unseen <- findInterval(codes, unseen_codes) %% 2L == 1L
  shown[is_unseen] <- sprintf("<U+%04X>", codes[is_unseen])
  paste(shown, collapse = "")
}
