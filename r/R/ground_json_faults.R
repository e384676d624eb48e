# What is wrong in a text that should be JSON, and where; twin of ground/json_faults.py
# in python/src/twinprop.
#
# The parsers of the two languages only say that they failed, each in its own words. This reads the
# text again, piece by piece, and stops at the first piece that does not fit.

# A text up to its closing quotation mark, or as far as it is good.
good_text <- paste0(
  "\"[^\"\\\\\\x01-\\x1f]*+",
  "(?:\\\\(?:[\"\\\\/bfnrt]|u[0-9a-fA-F]{4})[^\"\\\\\\x01-\\x1f]*+)*+"
)
json_piece <- paste0(good_text, "\"?|[][{},:]|[^][{},:\" \\t\\r\\n]+")
closed_text <- paste0("^", good_text, "\"\\z")
json_number <- "^-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?\\z"
# What may be beyond double: all others have fewer digits and a smaller exponent.
maybe_too_large <- "(?<![0-9])[0-9]{200}|[eE][+]?0*[1-9][0-9]{2}"
not_finite <- "^[-+]?(?:nan|inf|infinity)\\z"

# What may stand next, as kinds of pieces (t for a text, v for another value), and how it is called.
json_next <- list(
  value = list(c("t", "v", "[", "{"), "a value"),
  item = list(c("t", "v", "[", "{", "]"), "a value or \"]\""),
  member = list(c("t", "}"), "a key in quotation marks or \"}\""),
  key = list("t", "a key in quotation marks"),
  colon = list(":", "\":\""),
  list = list(c(",", "]"), "\",\" or \"]\""),
  object = list(c(",", "}"), "\",\" or \"}\""),
  end = list(character(), "the end of the file")
)
json_fits <- unlist(lapply(names(json_next), function(state) {
  allowed <- json_next[[state]][[1L]]
  paste(rep(state, length(allowed)), allowed)
}))

# Whether a parser may pass over something outside of texts, or take a number for infinite.
is_maybe_not_json <- function(outside) {
  # Comments, and other blanks than JSON has; each is looked for in the quickest way that there
  # is, for a text may hold millions of numbers.
  marks <- vapply(c("/", "\v", "\f"), grepl, NA, outside, fixed = TRUE)
  any(marks) || grepl(maybe_too_large, outside, perl = TRUE)
}

# Refuse a text that is not JSON, or has a number beyond double, at its first fault.
check_json <- function(text, where) {
  # As bytes, for in UTF-8 R counts from the beginning to reach the next piece.
  Encoding(text) <- "bytes"
  starts <- gregexpr(json_piece, text, perl = TRUE, useBytes = TRUE)[[1L]]
  if (starts[[1L]] < 0L) {
    refuse(where, "empty", "a JSON file")
  }
  pieces <- substring(text, starts, starts + attr(starts, "match.length") - 1L)
  Encoding(pieces) <- "UTF-8"
  ends <- starts + attr(starts, "match.length")
  kinds <- kind_of(pieces)
  after <- states_after(kinds)
  states <- c("value", after)[seq_along(kinds)]
  does_not_fit <- !paste(states, kinds) %in% json_fits
  is_faulty <- kinds == "t" & !grepl(closed_text, pieces, perl = TRUE)
  i <- match(TRUE, does_not_fit | is_faulty | kinds == "v" & is_too_large(pieces))
  if (is.na(i)) {
    refuse_end(after[[length(after)]], text, ends[[length(ends)]], where)
  } else if (is_faulty[[i]] && !does_not_fit[[i]]) {
    refuse_text(text, ends[[i]], where)
  } else {
    place <- paste0(where, ": ", place_of(text, starts[[i]]))
    if (does_not_fit[[i]]) {
      refuse_piece(pieces[[i]], place, json_next[[states[[i]]]][[2L]])
    }
    found <- paste0(shorten_text(pieces[[i]]), ", beyond the range of float64")
    refuse(place, found, "a finite number")
  }
}

# Refuse a text that ends before its value does.
refuse_end <- function(state, text, end, where) {
  if (state != "end") {
    at_end <- paste0(where, ": ", place_of(text, end))
    refuse(at_end, "the end of the file", json_next[[state]][[2L]])
  }
}

# The kind of a piece: t for a text, v for another value, x for what is none, or itself.
kind_of <- function(piece) {
  kinds <- substr(piece, 1L, 1L) # of each piece, if there are many
  is_other <- !kinds %in% c("[", "]", "{", "}", ",", ":", "\"")
  others <- piece[is_other]
  is_value <- others %in% c("true", "false", "null") | grepl(json_number, others, perl = TRUE)
  kinds[is_other] <- ifelse(is_value, "v", "x")
  kinds[kinds == "\""] <- "t"
  kinds
}

# What may stand after each piece, as far as all before it fit: of all pieces at once, for a loop
# over them would take R seconds.
states_after <- function(kinds) {
  innermost <- innermost_brackets(kinds)
  after <- c("[" = "list", "{" = "object")[innermost] # after a value, or a bracket that closes
  after[innermost == ""] <- "end"
  after[kinds == ","] <- ifelse(innermost == "[", "value", "key")[kinds == ","]
  after[kinds == "["] <- "item"
  after[kinds == "{"] <- "member"
  after[kinds == ":"] <- "value"
  is_key <- kinds == "t" & c("", after)[seq_along(kinds)] %in% c("member", "key")
  after[is_key] <- "colon"
  unname(after)
}

# The bracket that is open after each piece, of several the last one; "" for none.
innermost_brackets <- function(kinds) {
  opens <- kinds %in% c("[", "{")
  depth <- cumsum(opens - kinds %in% c("]", "}"))
  innermost <- character(length(kinds))
  for (level in seq_len(max(depth, 0L))) {
    opened <- cummax(ifelse(opens & depth == level, seq_along(kinds), 0L))
    innermost[depth == level] <- kinds[opened[depth == level]]
  }
  innermost
}

# Refuse a piece that does not fit, and name the usual slips.
refuse_piece <- function(piece, place, wanted) {
  if (grepl(not_finite, piece, perl = TRUE, ignore.case = TRUE)) {
    refuse(place, piece, "a finite number")
  }
  if (startsWith(piece, "//") || startsWith(piece, "/*")) {
    refuse(place, "a comment", "none, for JSON has no comments")
  }
  if (startsWith(piece, "'")) {
    refuse(place, "a single quotation mark", "a double one")
  }
  if (kind_of(piece) == "t") {
    piece <- sub("\"$", "", substring(piece, 2L))
  }
  refuse(place, quote_value(piece), wanted)
}

# Refuse a text in quotation marks at the character before which it is good.
refuse_text <- function(text, end, where) {
  place <- paste0(where, ": ", place_of(text, end))
  first <- one_character(text, end)
  if (first == "") {
    refuse(place, "the end of the file", "a closing quotation mark")
  }
  if (first %in% c("\r", "\n")) {
    refuse(place, "the end of the line", "a closing quotation mark")
  }
  if (first == "\\") {
    found <- quote_value(paste0(first, one_character(text, end + 1L)))
    refuse(place, found, "a code of JSON, such as \\n, or \\\\")
  }
  refuse(place, "a control character", "its code, such as \\t")
}

# Whether a number of JSON is beyond the range of double.
is_too_large <- function(piece) { # or each of many
  large <- grepl(maybe_too_large, piece, perl = TRUE) & grepl(json_number, piece, perl = TRUE)
  large[large] <- is.infinite(json_doubles(piece[large]))
  large
}

# The character that begins at a byte of a text, which is given as bytes; "" at its end.
one_character <- function(text, position) {
  bytes <- as.integer(charToRaw(substr(text, position, position + 3L)))
  following <- bytes[-1L] %/% 64L == 2L # in UTF-8 the bytes after the first begin with 10
  length_of_it <- 1L + sum(cumprod(following))
  character <- substr(text, position, position + length_of_it - 1L)
  Encoding(character) <- "UTF-8"
  character
}

# Line and column of a character, both counted from 1.
place_of <- function(text, position) { # a position in bytes
  before <- substr(text, 1L, position - 1L)
  Encoding(before) <- "UTF-8"
  lines <- split_lines(paste0(before, "x")) # so that the last is not empty
  paste0("line ", length(lines), ", column ", nchar(lines[[length(lines)]]))
}
