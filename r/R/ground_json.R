# JSON and SHA-256, by jsonlite and digest where they are installed, else by R itself.
#
# So the package also runs where packages cannot be had, such as in a browser. R's own reader of
# numbers has to be exact there: on some machines it misreads decimals in the last place.

# The values of a JSON text; an array is a list, an object a named one.
json_values <- function(text) {
  if (requireNamespace("jsonlite", quietly = TRUE)) {
    return(jsonlite::parse_json(text, simplifyVector = FALSE))
  }
  check_reads_exactly()
  values_of_tokens(json_tokens(text))
}

# The values of a file of JSON of the package's own.
read_json_file <- function(path) {
  json_values(paste(readLines(path, encoding = "UTF-8", warn = FALSE), collapse = "\n"))
}

# Decimals, as JSON writes numbers, as the nearest doubles.
json_doubles <- function(decimals) {
  if (requireNamespace("jsonlite", quietly = TRUE)) {
    array <- paste0("[", paste(decimals, collapse = ","), "]")
    return(as.double(jsonlite::fromJSON(signed_zeros(array))))
  }
  check_reads_exactly()
  as.double(decimals)
}

# Refuse to go on where R misreads a decimal that it is known to misread on some machines.
check_reads_exactly <- function() {
  nearest <- 0x1.adc55364d0519p-1
  if (as.double("0.839396101051679") != nearest) {
    input_error("R reads decimals inexactly here, and jsonlite is not installed; install jsonlite")
  }
}

# Texts as JSON writes them, in quotes.
quote_json <- function(text) {
  text <- gsub("([\\\\\"])", "\\\\\\1", enc2utf8(as.character(text)))
  codes <- c("\b" = "\\b", "\f" = "\\f", "\n" = "\\n", "\r" = "\\r", "\t" = "\\t")
  for (character in names(codes)) {
    text <- gsub(character, codes[[character]], text, fixed = TRUE)
  }
  for (code in setdiff(1:31, utf8ToInt("\b\f\n\r\t"))) {
    text <- gsub(intToUtf8(code), sprintf("\\u%04x", code), text, fixed = TRUE)
  }
  paste0("\"", text, "\"", recycle0 = TRUE)
}

# A value as JSON writes it; a vector of one element is that element.
format_json <- function(value) {
  if (is.null(value)) {
    return("null")
  }
  if (is.list(value) || length(value) != 1L) {
    parts <- vapply(value, format_json, "")
    keys <- names(value)
    return(if (is.null(keys)) {
      paste0("[", paste(parts, collapse = ","), "]")
    } else {
      paste0("{", paste0(quote_json(keys), ":", parts, collapse = ","), "}")
    })
  }
  if (is.na(value)) {
    return("null")
  }
  switch(typeof(value),
    character = quote_json(value),
    logical = tolower(value),
    sprintf("%.15g", value)
  )
}

# SHA-256 of bytes, as 64 hexadecimal digits.
sha256 <- function(bytes) {
  if (requireNamespace("digest", quietly = TRUE)) {
    return(digest::digest(bytes, algo = "sha256", serialize = FALSE))
  }
  unname(getExportedValue("tools", "sha256sum")(bytes = bytes)) # from R 4.5 on
}

# The tokens of a JSON text: brackets, commas, colons, texts, numbers, true, false and null.
json_tokens <- function(text) {
  token <- paste0(
    "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|[][{},:]|true|false|null|",
    "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?"
  )
  if (grepl("[^ \t\r\n]", gsub(token, " ", text, perl = TRUE))) {
    stop("not JSON")
  }
  regmatches(text, gregexpr(token, text, perl = TRUE))[[1L]]
}

# What tokens say, as far as they are one value and no more.
values_of_tokens <- function(tokens) {
  at <- 0L
  take <- function(wanted = NULL) { # the next token, which may have to be one of some
    at <<- at + 1L
    if (at > length(tokens) || !is.null(wanted) && !tokens[[at]] %in% wanted) {
      stop("not JSON")
    }
    tokens[[at]]
  }
  is_next <- function(token) identical(tokens[at + 1L], token)
  read_items <- function(end, read_item) {
    items <- list()
    if (is_next(end)) {
      take()
      return(items)
    }
    repeat {
      items[[length(items) + 1L]] <- read_item()
      if (take(c(",", end)) == end) {
        return(items)
      }
    }
  }
  read_pair <- function() {
    key <- text_of_token(take())
    take(":")
    list(key, read_value())
  }
  read_object <- function() {
    pairs <- read_items("}", read_pair)
    stats::setNames(lapply(pairs, `[[`, 2L), vapply(pairs, `[[`, "", 1L))
  }
  read_value <- function() {
    token <- take()
    switch(substr(token, 1L, 1L),
      "{" = read_object(),
      "[" = lapply(read_items("]", function() list(read_value())), `[[`, 1L),
      "\"" = text_of_token(token),
      "t" = TRUE,
      "f" = FALSE,
      "n" = NULL,
      number_of_token(token)
    )
  }
  value <- read_value()
  if (at != length(tokens)) {
    stop("not JSON")
  }
  value
}

# A number is an integer where it is written as one and R's integers reach it.
number_of_token <- function(token) {
  if (!grepl("^[-0-9]", token)) {
    stop("not JSON") # a comma, say
  }
  number <- as.double(token)
  is_integer <- !grepl("[.eE]", token) && abs(number) < 2^31
  if (is_integer) as.integer(number) else number
}

# The text within quotes.
text_of_token <- function(token) {
  if (substr(token, 1L, 1L) != "\"" || grepl("[\001-\037]", token)) {
    stop("not JSON")
  }
  text <- substr(token, 2L, nchar(token) - 1L)
  if (!grepl("\\", text, fixed = TRUE)) {
    return(text)
  }
  code <- "\\\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\\\u[0-9a-fA-F]{4}|u[0-9a-fA-F]{4}|.)"
  found <- gregexpr(code, text, perl = TRUE)
  regmatches(text, found) <- list(vapply(regmatches(text, found)[[1L]], character_of_code, ""))
  text
}

# The character that a code of JSON stands for, such as \n, \u00e9 or two that are a pair.
character_of_code <- function(code) {
  letter <- substr(code, 2L, 2L)
  if (letter != "u") {
    known <- c(b = "\b", f = "\f", n = "\n", r = "\r", t = "\t")
    return(if (letter %in% names(known)) known[[letter]] else letter)
  }
  units <- strtoi(strsplit(substring(code, 3L), "\\u", fixed = TRUE)[[1L]], 16L)
  if (length(units) == 2L) {
    units <- 0x10000 + (units[[1L]] - 0xd800) * 0x400 + units[[2L]] - 0xdc00
  }
  intToUtf8(units)
}
