# Files of numbers from anywhere, by the ending of their name; the same that Python's compare reads.

#' The named arrays of a file.
#'
#' A file is data: what could run code (a closure or a promise in an rds file, a pickle) is refused
#' unread. Of numbers no digit is lost, and NA stays apart from NaN.
#'
#' @param path character. json, csv, tsv, rds, npy, npz, safetensors or h5 (by hdf5r).
#' @return list. Vectors, matrices and arrays by their names, in the order of the file; the only
#'   array of a file that names none is called "values".
#' @examples
#' path <- tempfile(fileext = ".json")
#' write_values(list(x = c(0.1, -0, NA), m = matrix(1:6, 2)), path)
#' str(read_values(path))
#' @export
read_values <- function(path) {
  check_path(path)
  reader <- known_format(path, value_readers)
  if (!file.exists(path) || dir.exists(path)) {
    input_error(path, " cannot be read (no such file); wanted a file of numbers")
  }
  if (is_special(path)) {
    input_error(path, " is a pipe or a device; wanted a file of numbers")
  }
  begin <- readBin(path, "raw", 2L)
  if (length(begin) == 2L && begin[[1L]] == 0x80 && as.integer(begin[[2L]]) %in% 2:5) {
    input_error(path, " ", may_hold_code)
  }
  values <- reader(path)
  check_names(names(values), path)
  values
}

#' Write named arrays to a file that loses nothing.
#'
#' Every double is written with all its digits or bits, NA apart from NaN, and empty matrices keep
#' their shape. Of npy, npz, safetensors and h5, which have no NA, it is said that NA becomes NaN.
#'
#' @param values list. Vectors, matrices, arrays or factors by their names; or a data frame.
#' @param path character. The ending chooses: json, csv, tsv, rds, npy, npz, safetensors or h5.
#' @return NULL, invisibly.
#' @examples
#' path <- tempfile(fileext = ".csv")
#' write_values(data.frame(x = c(1 / 3, NA), level = c("low", "high")), path)
#' cat(readLines(path), sep = "\n")
#' @export
write_values <- function(values, path) {
  check_path(path)
  writer <- known_format(path, value_writers)
  if (!is.list(values)) {
    values <- list(values = values)
  }
  check_names(names(values), path)
  for (name in names(values)) {
    if (!is.atomic(values[[name]]) || is.complex(values[[name]]) || is.raw(values[[name]])) {
      input_error(
        quote_value(name), " is ", class(values[[name]])[[1L]],
        "; wanted numbers, truth values, texts or a factor"
      )
    }
  }
  writer(values, path)
  invisible(NULL)
}

may_hold_code <- paste(
  "may hold code, so it is not read; save the numbers alone, as npz or json"
)

known_format <- function(path, formats) {
  ending <- tolower(sub("^.*[.]", "", basename(path)))
  if (ending %in% c("pkl", "pickle", "joblib", "pt", "pth", "rdata", "rda")) {
    input_error(path, " ", may_hold_code)
  }
  if (!ending %in% names(formats)) {
    input_error(
      path, " ends in .", shorten_text(ending), "; endings that R knows here: ",
      paste(names(formats), collapse = ", ")
    )
  }
  formats[[ending]]
}

check_names <- function(names, path) {
  if (is.null(names) || anyNA(names) || any(names == "")) {
    input_error(path, ": an array has no name; wanted a list with names")
  }
  if (anyDuplicated(names)) {
    twice <- names[[anyDuplicated(names)]]
    input_error(path, " has the name ", quote_value(twice), " twice; keep one")
  }
}

# An array row by row, as other languages have it.
by_row <- function(values) {
  n <- length(dim(values))
  if (n < 2L) as.vector(values) else as.vector(aperm(values, n:1))
}

# The array of a shape whose numbers stand row by row; a vector has no dimensions in R.
from_rows <- function(values, shape) {
  n <- length(shape)
  if (n < 2L) values else aperm(array(values, rev(shape)), n:1)
}

extent_of <- function(values) {
  if (is.null(dim(values))) length(values) else dim(values)
}

# JSON ------------------------------------------------------------------------------------------

write_json_values <- function(values, path) {
  entries <- mapply(format_entry, names(values), values)
  write_whole(path, paste0("{\n", paste(entries, collapse = ",\n"), "\n}\n"))
}

format_entry <- function(name, values) {
  if (is.factor(values)) values <- as.character(values)
  texts <- if (is.character(values)) {
    ifelse(is.na(values), "null", quote_json(values))
  } else if (is.logical(values)) {
    ifelse(is.na(values), "null", ifelse(values, "true", "false"))
  } else {
    ifelse(is.na(values) & !is.nan(values), "null", format_numbers(values))
  }
  if (is.double(values)) {
    # With a point a whole number stays a double.
    texts <- sub("^(-?[0-9]+)$", "\\1.0", texts)
  }
  dim(texts) <- dim(values)
  shape <- format(extent_of(values), scientific = FALSE, trim = TRUE)
  paste0(
    quote_json(name), ": {\"shape\": ", bracket(shape), ", \"values\": ",
    bracket(by_row(texts)), "}"
  )
}

read_json_values <- function(path) {
  document <- read_json(path, path)
  if (is.null(names(document))) {
    document <- list(values = document)
  }
  if (all(c("trace", "arithmetic") %in% names(document))) {
    entries <- document$trace
    names(entries) <- vapply(entries, function(entry) entry$name, "")
    document <- lapply(entries, function(entry) entry[c("shape", "values")])
  }
  mapply(parse_values, document, names(document), path, SIMPLIFY = FALSE)
}

parse_values <- function(entry, name, path) {
  where <- paste0(path, ": ", quote_value(name))
  shape <- NULL
  if (is.list(entry) && setequal(names(entry), c("shape", "values")) && length(entry) == 2L) {
    shape <- as.double(unlist(entry$shape))
    entry <- entry$values
  } else if (is.list(entry) && !is.null(names(entry))) {
    refuse(where, "an object with other keys", "lists, or shape and values")
  }
  found <- nesting_of(entry, where)
  values <- plain_values(found$items, where)
  shape <- if (is.null(shape)) found$shape else shape
  if (length(values) != prod(shape)) {
    refuse(where, paste(length(values), "numbers"), "those of its shape")
  }
  from_rows(values, shape)
}

# The shape of nested lists, and their items row by row.
nesting_of <- function(entry, where) {
  shape <- integer(0)
  items <- list(entry)
  while (any(vapply(items, is.list, NA))) {
    sizes <- vapply(items, function(one) if (is.list(one)) length(one) else -1L, 0L)
    if (length(unique(sizes)) > 1L) {
      refuse(where, "ragged", "rows of one length")
    }
    shape <- c(shape, sizes[[1L]])
    items <- unlist(items, recursive = FALSE)
    if (is.null(items)) items <- list()
  }
  list(shape = shape, items = items)
}

plain_values <- function(items, where) {
  missing <- vapply(items, is.null, NA)
  present <- items[!missing]
  special <- c("nan", "inf", "-inf")
  is_text <- vapply(present, is.character, NA)
  is_truth <- vapply(present, is.logical, NA)
  texts <- vapply(present[is_text], identity, "")
  if (length(present) > 0L && all(is_truth)) {
    return(fill_missing(unlist(present), missing, NA))
  }
  if (any(!texts %in% special)) {
    if (!all(is_text)) {
      input_error(where, " holds texts among numbers; wanted one kind in an array")
    }
    return(fill_missing(texts, missing, NA_character_))
  }
  if (any(is_truth)) {
    input_error(where, " holds true or false among numbers; wanted one kind in an array")
  }
  present[is_text] <- c(nan = NaN, inf = Inf, `-inf` = -Inf)[texts]
  if (all(vapply(present, is.integer, NA)) && length(present) > 0L) {
    return(fill_missing(unlist(present), missing, NA_integer_))
  }
  fill_missing(as.double(unlist(present)), missing, NA_real_)
}

fill_missing <- function(present, missing, na) {
  filled <- rep(na, length(missing))
  filled[!missing] <- present
  filled
}

# Tables ----------------------------------------------------------------------------------------

table_writer <- function(separator) {
  function(values, path) {
    lengths <- vapply(values, length, 0L)
    if (any(lengths != lengths[[1L]]) || any(vapply(values, function(v) length(dim(v)), 0L) > 1L)) {
      input_error(path, " is to be a table; wanted columns of one length, or the ending json")
    }
    columns <- lapply(values, format_cells)
    rows <- if (lengths[[1L]] > 0L) do.call(paste, c(unname(columns), sep = separator))
    lines <- c(paste(quote_cells(names(values)), collapse = separator), rows)
    write_whole(path, paste0(paste(lines, collapse = "\n"), "\n"))
  }
}

quote_cells <- function(texts) {
  paste0("\"", gsub("\"", "\"\"", enc2utf8(texts), fixed = TRUE), "\"")
}

format_cells <- function(values) {
  if (is.factor(values)) values <- as.character(values)
  cells <- if (is.character(values)) {
    quote_cells(values)
  } else if (is.logical(values)) {
    ifelse(values, "TRUE", "FALSE")
  } else {
    sub("inf", "Inf", gsub("\"", "", format_numbers(values), fixed = TRUE), fixed = TRUE)
  }
  cells[is.na(values)] <- "NA"
  if (is.numeric(values)) cells[is.nan(values)] <- "NaN"
  cells
}

table_reader <- function(separator) {
  function(path) {
    text <- read_text(path, path, "a table")
    # scan reads cells as texts, with quotes; the numbers are read by JSON's reader, which is exact.
    lines <- textConnection(split_lines(text), encoding = "UTF-8")
    on.exit(close(lines))
    table <- tryCatch(
      utils::read.table(
        lines,
        sep = separator, header = FALSE, quote = "\"", colClasses = "character",
        comment.char = "", na.strings = character(0), check.names = FALSE, fill = FALSE,
        blank.lines.skip = FALSE, encoding = "UTF-8", allowEscapes = FALSE
      ),
      error = function(e) input_error(path, " is no table (", conditionMessage(e), ")")
    )
    names <- enc2utf8(unlist(table[1L, ], use.names = FALSE))
    columns <- lapply(unname(as.list(table[-1L, , drop = FALSE])), parse_cells)
    named <- stats::setNames(columns, names)
    if (names[[1L]] == "") named[-1L] else named
  }
}

parse_cells <- function(cells) {
  missing <- cells %in% c("NA", "")
  present <- cells[!missing]
  if (length(present) > 0L && all(present %in% c("TRUE", "FALSE", "True", "False"))) {
    return(fill_missing(present %in% c("TRUE", "True"), missing, NA))
  }
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

value_readers <- list(
  json = function(path) read_json_values(path),
  csv = table_reader(","),
  tsv = table_reader("\t"),
  rds = function(path) read_rds_values(path),
  npy = function(path) read_npy(path),
  npz = function(path) read_npz(path),
  safetensors = function(path) read_safetensors(path),
  h5 = function(path) read_hdf5(path),
  hdf5 = function(path) read_hdf5(path)
)
value_writers <- list(
  json = write_json_values,
  csv = table_writer(","),
  tsv = table_writer("\t"),
  rds = function(values, path) write_rds_values(values, path),
  npy = function(values, path) write_npy(values, path),
  npz = function(values, path) write_npz(values, path),
  safetensors = function(values, path) write_safetensors(values, path),
  h5 = function(values, path) write_hdf5(values, path),
  hdf5 = function(values, path) write_hdf5(values, path)
)
