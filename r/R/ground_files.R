# Files: read as text or as JSON, and written whole or not at all; twin of ground/files.py
# in python/src/twinprop.

deepest_nesting <- 20L
json_text <- "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\""
# Zero, and the halves of a pair of surrogates that stand alone.
high_code <- "\\\\u[dD][89abAB][0-9a-fA-F]{2}"
low_code <- "\\\\u[dD][c-fC-F]"
no_character <- paste0(
  "\\\\u0000|", high_code, "(?!", low_code, ")|(?<!", high_code, ")", low_code
)

# Refuse what cannot be the path of a file, such as a number or nothing.
check_path <- function(path) {
  if (missing(path)) {
    input_error("path is missing; give the path of a file")
  }
  if (!is_text(path) || path == "") {
    refuse("path", quote_value(path), "the path of a file")
  }
}

# The text of a file in UTF-8.
read_text <- function(path, where, wanted) {
  reason <- if (!file.exists(path)) {
    "No such file or directory"
  } else if (dir.exists(path)) {
    "Is a directory"
  } else if (file.access(path, 4L) != 0L) {
    "Permission denied"
  }
  if (!is.null(reason)) {
    input_error(where, " cannot be read (", reason, "); wanted ", wanted)
  }
  bytes <- readBin(path, "raw", file.size(path))
  if (length(bytes) >= 3L && identical(bytes[1:3], as.raw(c(0xef, 0xbb, 0xbf)))) {
    bytes <- bytes[-(1:3)]
  }
  text <- if (any(bytes == 0L)) NA_character_ else rawToChar(bytes)
  if (is.na(text) || !validUTF8(text)) {
    refuse(where, "not a text in UTF-8", wanted)
  }
  Encoding(text) <- "UTF-8"
  text
}

# The lines of a text, whatever ends them.
split_lines <- function(text) {
  strsplit(gsub("\r\n?", "\n", text), "\n", fixed = TRUE)[[1L]]
}

# The document of a JSON file in which no key stands twice.
read_json <- function(path, where) {
  file <- sub(":$", "", where)
  text <- read_text(path, file, "a JSON file")
  check_json_text(text, file)
  document <- tryCatch(
    jsonlite::parse_json(signed_zeros(text), simplifyVector = FALSE),
    error = function(e) {
      check_json(text, file)
      refuse(file, "not valid JSON", "a JSON file")
    }
  )
  check_unique(document, where)
  document
}

# Refuse a JSON text that parsers read in different ways or cannot be trusted with.
#
# That is one with deeply nested brackets, with a comment, with a number beyond double, or with the
# code of a character that is none: zero, or half of a pair.
check_json_text <- function(text, where) {
  outside <- gsub(json_text, "", text, perl = TRUE)
  brackets <- utf8ToInt(gsub("[^][{}]+", "", outside, perl = TRUE))
  deepest <- max(0, cumsum(ifelse(brackets %in% utf8ToInt("[{"), 1, -1)))
  if (deepest > deepest_nesting) {
    refuse(where, paste("nested", deepest, "brackets deep"), paste("at most", deepest_nesting))
  }
  if (grepl(maybe_not_json, outside, perl = TRUE)) {
    check_json(text, where)
  }
  if (grepl(no_character, gsub("\\\\", "", text, fixed = TRUE), perl = TRUE)) {
    refuse(where, "with the code \\u of no character", "a JSON file")
  }
}

# A JSON text with -0, which jsonlite would read as an integer without a sign, as -0.0.
signed_zeros <- function(text) {
  gsub(paste0(json_text, "(*SKIP)(*FAIL)|-0(?![0-9.eE])"), "-0.0", text, perl = TRUE)
}

# Refuse an object, at any depth, in which a key stands twice.
check_unique <- function(document, where) {
  if (is.list(document)) {
    twice <- names(document)[duplicated(names(document))]
    if (length(twice) > 0L) {
      input_error(where, " has the key ", quote_value(twice[[1L]]), " twice; keep one")
    }
    for (part in document) if (is.list(part)) check_unique(part, where)
  }
}

# Write a text so that at every moment its file is either the old one or the complete new one.
#
# A link stays a link, and a file keeps its rights. A pipe or a device is not replaced: the text
# goes into it.
#
# @param path character. Where to; its folder must exist.
# @param content character. Is written as UTF-8.
write_whole <- function(path, content) {
  target <- normalizePath(path, mustWork = FALSE)
  temporary <- tempfile(".twinprop-", tmpdir = dirname(target))
  on.exit(unlink(temporary))
  bytes <- charToRaw(enc2utf8(content))
  written <- suppressWarnings(try({
    # R itself cannot tell a pipe or a device from a file.
    if (file.exists(target) && system2("test", c("!", "-f", shQuote(target))) == 0L) {
      writeBin(bytes, target)
      TRUE
    } else {
      file.create(temporary)
      if (file.exists(target)) Sys.chmod(temporary, file.mode(target), use_umask = FALSE)
      writeBin(bytes, temporary)
      file.rename(temporary, target)
    }
  }, silent = TRUE))
  if (!isTRUE(written)) {
    input_error("cannot write ", path, ": its folder is absent or not open for writing")
  }
  invisible(NULL)
}

# Decimals as the nearest doubles; NA where a text is not a number of JSON.
#
# They are read as JSON, because as.numeric misreads some decimals in the last place.
parse_numbers <- function(cells) {
  cells <- trimws(cells)
  is_json <- grepl("^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$", cells)
  numbers <- rep(NA_real_, length(cells))
  if (any(is_json)) {
    json <- paste0("[", paste(cells[is_json], collapse = ","), "]")
    numbers[is_json] <- as.double(jsonlite::fromJSON(signed_zeros(json)))
  }
  numbers
}
