# csv, tsv and txt in the forms that people have: cells parted by anything, names above or not.

read_table_values <- function(path, usual) {
  lines <- split_lines(unpacked_text(path, "a table in UTF-8"))
  comments <- which(cumsum(!startsWith(lines, "#")) == 0L)
  lines <- if (length(comments)) lines[-comments] else lines
  if (length(lines) == 0L) {
    refuse(path, "empty", "a table with names of columns")
  }
  separator <- separator_of(lines, usual)
  first <- cells_of(lines[[1L]], separator)
  second <- if (length(lines) > 1L) cells_of(lines[[2L]], separator) else character(0)
  named <- are_names(first, second)
  if (named && has_row_names(first, second)) first <- c("", first)
  body <- read_body(if (named) lines[-1L] else lines, separator, length(first), path)
  columns <- lapply(body, parse_cells, has_comma = separator != ",")
  for (i in which(!vapply(columns, is.character, NA))) check_whole(trimws(body[[i]]), path)
  is_text <- vapply(columns, is.character, NA)
  if (usual == "" && (all(is_text) || length(columns[[1L]]) == 0L)) {
    input_error(path, " is no table of numbers; wanted rows of cells of one count")
  }
  if (named) {
    return(name_cells(columns, enc2utf8(trimws(first)), path))
  }
  if (any(is_text)) {
    return(stats::setNames(columns, paste0("V", seq_along(columns))))
  }
  list(values = do.call(cbind, unname(columns)))
}

# What parts the cells, from the ending and the first two rows; "" are blanks of any width.
separator_of <- function(lines, usual) {
  bare <- gsub("\"[^\"]*\"", "q", lines[[1L]])
  for (one in unique(c(if (usual != "") usual, "\t", ";", ","))) {
    if (grepl(one, bare, fixed = TRUE)) {
      return(one)
    }
  }
  cells <- if (length(lines) > 1L) strsplit(trimws(lines[[2L]]), "[[:blank:]]+")[[1L]]
  in_blanks <- length(cells) > 1L && all(is_cell_number(cells[-1L]))
  if (usual == "" || (in_blanks && grepl("[[:blank:]]", trimws(bare)))) "" else usual
}

cells_of <- function(line, separator) {
  scan(
    text = line, what = "", sep = separator, quote = "\"", quiet = TRUE, na.strings = character(0),
    encoding = "UTF-8", comment.char = ""
  )
}

is_cell_number <- function(texts) {
  !is.na(parse_numbers(texts)) | tolower(texts) %in% c("nan", "inf", "-inf")
}

# Whether the first row has names; pandas numbers the columns of a matrix from 0.
are_names <- function(first, second) {
  if (!all(is_cell_number(first))) {
    return(TRUE)
  }
  counted <- identical(first, as.character(seq_along(first) - 1L)) && length(second) > 0L
  counted && (length(first) > 2L || any(grepl(".", second, fixed = TRUE)))
}

# R writes no name above the names of rows, which it counts from 1 where there are none.
has_row_names <- function(first, second) {
  one_more <- length(second) == length(first) + 1L && second[[length(second)]] != ""
  one_more && (second[[1L]] == "1" || !is_cell_number(second[[1L]]))
}

# The cells as texts, by column; the numbers are read by JSON's reader, which is exact.
read_body <- function(lines, separator, width, path) {
  if (length(lines) == 0L) {
    return(rep(list(character(0)), width))
  }
  source <- textConnection(lines, encoding = "UTF-8")
  on.exit(close(source))
  body <- tryCatch(
    utils::read.table(
      source,
      sep = separator, header = FALSE, quote = "\"", colClasses = "character",
      comment.char = "", na.strings = character(0), check.names = FALSE, fill = FALSE,
      blank.lines.skip = width > 1L, encoding = "UTF-8", allowEscapes = FALSE
    ),
    error = function(e) input_error(path, " is no table (", conditionMessage(e), ")")
  )
  if (length(body) != width) {
    found <- paste(length(body), "cells")
    input_error(path, ": its rows have ", found, "; wanted ", width, ", as in the first")
  }
  unname(as.list(body))
}

name_cells <- function(columns, names, path) {
  if (names[[1L]] == "Unnamed: 0") names[[1L]] <- "" # as pandas calls names of rows
  twice <- anyDuplicated(names)
  if (twice > 0L) {
    input_error(path, " has the column ", quote_value(names[[twice]]), " twice; keep one")
  }
  named <- stats::setNames(columns, names)
  if (names[[1L]] == "" && length(names) > 1L) named[-1L] else named
}

parse_cells <- function(cells, has_comma = FALSE) {
  missing <- cells %in% c("NA", "")
  present <- cells[!missing]
  if (length(present) > 0L && all(present %in% c("TRUE", "FALSE", "True", "False"))) {
    return(fill_missing(present %in% c("TRUE", "True"), missing, NA))
  }
  if (has_comma && all(grepl("^[+-]?[0-9]+(,[0-9]+)?([eE][+-]?[0-9]+)?$", trimws(present)))) {
    present <- sub(",", ".", present, fixed = TRUE)
  }
  present <- trimws(present)
  special <- c(nan = NaN, inf = Inf, `-inf` = -Inf)
  numbers <- parse_numbers(present)
  is_special <- tolower(present) %in% names(special)
  numbers[is_special] <- special[tolower(present[is_special])]
  if (all(is_special | !is.na(numbers))) {
    whole <- all(grepl("^(0|-?[1-9][0-9]*)$", present)) && all(abs(numbers) < 2^31)
    numbers <- if (whole) as.integer(numbers) else numbers
    return(fill_missing(numbers, missing, numbers[NA_integer_]))
  }
  cells[cells == "NA"] <- NA_character_
  enc2utf8(cells)
}
