# Files: read as text or as JSON, and written whole or not at all; twin of ground/files.py
# in python/src/twinprop.

deepest_nesting <- 20L
# One that is never closed goes to the end; looked for anew at each mark, it would take long.
json_text <- "(?s:\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+(?:\"|\\\\?\\z))"
# Zero, and the halves of a pair of surrogates that stand alone.
high_code <- "\\\\u[dD][89abAB][0-9a-fA-F]{2}"
low_code <- "\\\\u[dD][c-fC-F]"
no_character <- paste0(
  "\\\\u0000|", high_code, "(?!", low_code, ")|(?<!", high_code, ")", low_code
)

# Seconds after which nobody still writes a temporary file of ours.
left_over <- 3600
# How files begin that people take for texts, and what is to be done with them.
beginnings <- list(
  list(as.raw(c(0x1f, 0x8b)), "compressed by gzip", "unpacked"),
  list(
    as.raw(c(0x50, 0x4b, 0x03, 0x04)), "a zip archive, as a workbook of Excel is",
    "exported as text"
  ),
  list(as.raw(c(0xff, 0xfe)), "in UTF-16", "saved as UTF-8"),
  list(as.raw(c(0xfe, 0xff)), "in UTF-16", "saved as UTF-8")
)
byte_order_mark <- as.raw(c(0xef, 0xbb, 0xbf))

# Refuse what cannot be the path of a file, such as a number or nothing.
check_path <- function(path) {
  if (missing(path)) {
    input_error("path is missing; give the path of a file")
  }
  if (!is_text(path) || path == "") {
    refuse("path", quote_value(path), "the path of a file")
  }
  if (!validUTF8(path)) {
    refuse("path", paste0(quote_value(path), ", not in UTF-8"), "one that is; rename it")
  }
}

# The text of a file in UTF-8, without the marks of byte order that it begins with.
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
  bytes <- if (is_special(path)) read_stream(path) else readBin(path, "raw", file.size(path))
  check_beginning(bytes, where, wanted)
  while (begins_with(bytes, byte_order_mark)) {
    bytes <- bytes[-(1:3)]
  }
  text <- if (any(bytes == 0L)) NA_character_ else rawToChar(bytes)
  if (is.na(text) || !validUTF8(text)) {
    refuse_byte(bytes, where, wanted)
  }
  Encoding(text) <- "UTF-8"
  text
}

# Refuse a file of another kind, which its first bytes tell.
check_beginning <- function(content, where, wanted) {
  for (one in beginnings) {
    if (begins_with(content, one[[1L]])) {
      refuse(where, one[[2L]], paste0(wanted, ", ", one[[3L]]))
    }
  }
}

begins_with <- function(bytes, beginning) {
  identical(bytes[seq_len(min(length(bytes), length(beginning)))], beginning)
}

# Refuse a file at the byte that is no text.
refuse_byte <- function(content, where, wanted) {
  good <- 0L # how many are text, found by halves
  bad <- length(content)
  while (bad - good > 1L) {
    middle <- (good + bad) %/% 2L
    if (is_beginning(content[seq_len(middle)])) good <- middle else bad <- middle
  }
  while (good > 0L && !validUTF8(rawToChar(content[seq_len(good)]))) {
    good <- good - 1L # the beginning of a character that is cut
  }
  byte <- content[[good + 1L]]
  text <- rawToChar(content[seq_len(good)])
  Encoding(text) <- "bytes"
  found <- paste0("not a text in UTF-8: ", place_of(text, good + 1L), " is the byte 0x")
  found <- paste0(found, toupper(as.character(byte)))
  if (byte >= as.raw(0xa0)) {
    found <- paste0(found, ", in latin-1 \"", intToUtf8(as.integer(byte)), "\"")
  }
  refuse(where, found, paste0(wanted, ", in UTF-8"))
}

# Whether bytes are a text in UTF-8, whose last character may be cut.
is_beginning <- function(bytes) {
  if (any(bytes == 0L)) {
    return(FALSE)
  }
  cuts <- length(bytes) - 0:min(3L, length(bytes))
  any(vapply(cuts, function(n) validUTF8(rawToChar(bytes[seq_len(n)])), TRUE))
}

# Whether a path is a pipe or a device, which R itself cannot tell from an empty file.
is_special <- function(path) {
  size <- file.size(path)
  !is.na(size) && size == 0 && !dir.exists(path) &&
    system2("test", c("!", "-f", shQuote(path))) == 0L
}

# All that comes out of a pipe or a device.
read_stream <- function(path) {
  connection <- file(path, "rb", raw = TRUE)
  on.exit(close(connection))
  parts <- list()
  repeat {
    part <- readBin(connection, "raw", 65536L)
    if (length(part) == 0L) {
      return(do.call(c, c(list(raw()), parts)))
    }
    parts[[length(parts) + 1L]] <- part
  }
}

# The first bytes of an ordinary file; nothing of a link, a pipe or a device.
read_bounded <- function(path, most) {
  name <- shQuote(path)
  if (system2("test", c("-f", name, "-a", "!", "-h", name)) == 0L) {
    readBin(path, "raw", min(most, file.size(path)))
  }
}

# The lines of a text, whatever ends them.
split_lines <- function(text) {
  text <- gsub("\r", "\n", gsub("\r\n", "\n", text, fixed = TRUE), fixed = TRUE)
  strsplit(text, "\n", fixed = TRUE)[[1L]]
}

# The document of a JSON file in which no key stands twice.
read_json <- function(path, where) {
  parse_json(read_text(path, sub(":$", "", where), "a JSON file"), where)
}

# The document of a JSON text; see read_json.
parse_json <- function(text, where) {
  file <- sub(":$", "", where)
  check_json_text(text, file)
  document <- tryCatch(
    json_values(signed_zeros(text)),
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
  if (is_maybe_not_json(outside)) {
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
  level <- list(document)
  while (length(level) > 0L) {
    level <- level[vapply(level, is.list, NA)]
    keys <- lapply(level, names)
    for (own in keys[lengths(keys) > 0L]) {
      twice <- anyDuplicated(own)
      if (twice > 0L) {
        input_error(where, " has the key ", quote_value(own[[twice]]), " twice; keep one")
      }
    }
    level <- unlist(level, recursive = FALSE, use.names = FALSE)
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
  bytes <- charToRaw(enc2utf8(content))
  reason <- tryCatch(
    if (is_special(target)) write_into(bytes, target) else fill_and_rename(bytes, target),
    warning = system_reason, error = system_reason
  )
  if (!is.null(reason)) {
    input_error("cannot write ", path, ": ", reason)
  }
  invisible(NULL)
}

# Write bytes into a pipe or a device; why it failed, or NULL. By a program, for R does not say
# whether all of them went through.
write_into <- function(bytes, target) {
  said <- tempfile()
  on.exit(unlink(said))
  # What is left is read too: a pipe that nobody reads to its end would break off R in close().
  command <- paste(
    "{ LC_ALL=C cat >", shQuote(target), "; } 2>", shQuote(said),
    "|| { cat >/dev/null; exit 1; }"
  )
  connection <- pipe(command, "wb")
  writeBin(bytes, connection)
  if (close(connection) != 0L) {
    # Where nothing can be said, the folder for temporary files is on the full disk.
    reason_in(c("No space left on device", if (file.exists(said)) readLines(said, warn = FALSE)))
  }
}

# Write bytes to a temporary file and put it in the place of another; why it failed, or NULL.
fill_and_rename <- function(bytes, target) {
  if (dir.exists(target)) {
    return("Is a directory")
  }
  remove_left_overs(dirname(target))
  temporary <- tempfile(".twinprop-", tmpdir = dirname(target))
  on.exit(unlink(temporary))
  file.create(temporary)
  if (file.exists(target)) Sys.chmod(temporary, file.mode(target), use_umask = FALSE)
  suppressWarnings(writeBin(bytes, temporary)) # which warns of a full disk, if it notices at all
  if (file.size(temporary) != length(bytes)) {
    return(write_into(bytes, temporary))
  }
  file.rename(temporary, target)
  NULL
}

# What the system said, out of a warning or an error of R.
system_reason <- function(condition) {
  reason_in(conditionMessage(condition))
}

# The reason at the end of the last of some lines.
reason_in <- function(lines) {
  sub("'$", "", sub("^.*(: |reason ')", "", lines[[length(lines)]]))
}

# Remove the temporary files of writers that were killed, which could not do it.
remove_left_overs <- function(folder) {
  left <- list.files(folder, "^[.]twinprop-", all.files = TRUE, full.names = TRUE)
  age <- as.double(difftime(Sys.time(), file.mtime(left), units = "secs"))
  unlink(left[!is.na(age) & age > left_over])
}
