# Files of numbers from anywhere, by the ending of their name; the same that Python's compare reads.

#' The named arrays of a file.
#'
#' A file is data: what could run code (a closure or a promise in an rds file, a pickle) is refused
#' unread. Of numbers no digit is lost, and NA stays apart from NaN; whole numbers that a double has
#' not are refused. Complex numbers become two arrays and dates numbers, which a message says.
#'
#' @param path character. json, jsonl, csv, tsv, txt, rds, RData, npy, npz, safetensors or h5 (by
#'   hdf5r). Texts may be packed by gzip. Of parquet and mat R has no reader in Debian; Python's
#'   compare reads them.
#' @return list. Vectors, matrices and arrays by their names, in the order of the file; the only
#'   array of a file that names none is called "values".
#' @examples
#' path <- tempfile(fileext = ".json")
#' write_values(list(x = c(0.1, -0, NA), m = matrix(1:6, 2)), path)
#' str(read_values(path))
#' @export
read_values <- function(path) {
  check_path(path)
  if (dir.exists(path)) {
    input_error(path, " is a folder; wanted a file of numbers")
  }
  reader <- known_format(path, value_readers)
  if (!file.exists(path)) {
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
  split_complex(values, function(name) {
    message(name, " is complex: compared as ", name, ".real and ", name, ".imag")
  })
}

# Complex numbers as two arrays each.
split_complex <- function(values, say = function(name) NULL) {
  if (!any(vapply(values, is.complex, NA))) {
    return(values)
  }
  parts <- lapply(names(values), function(name) {
    part <- values[[name]]
    if (!is.complex(part)) {
      return(values[name])
    }
    say(name)
    stats::setNames(list(Re(part), Im(part)), paste0(name, c(".real", ".imag")))
  })
  unlist(parts, recursive = FALSE)
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
  if (grepl("[.]gz$", path, ignore.case = TRUE)) {
    input_error(path, " ends in .gz, which is read, but not written; wanted a name without it")
  }
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
  "may hold code, so it is not read; save the numbers alone, as npz or json, of PyTorch as",
  "safetensors"
)
texts_of_numbers <- c("json", "jsonl", "csv", "tsv", "txt", "dat") # read from .gz as well
# What people have and R does not read here, with the way out.
ways_out <- c(
  parquet = "save it as csv, or compare it in Python",
  mat = "save it as h5, or compare it in Python",
  xlsx = "save the sheet as csv", xls = "save the sheet as csv", ods = "save the sheet as csv",
  feather = "save it as csv", dta = "save it as csv", sav = "save it as csv",
  zip = "unpack it into a folder"
)

# The ending that tells the format: that before .gz.
ending_of <- function(path) {
  ends <- tolower(strsplit(basename(path), ".", fixed = TRUE)[[1L]])
  ends <- if (length(ends) > 2L && utils::tail(ends, 1L) == "gz") utils::head(ends, -1L) else ends
  if (length(ends) > 1L) utils::tail(ends, 1L) else ""
}

known_format <- function(path, formats) {
  ending <- ending_of(path)
  if (ending %in% c("pkl", "pickle", "joblib", "pt", "pth")) {
    input_error(path, " ", may_hold_code)
  }
  if (ending %in% names(ways_out)) {
    input_error(path, " is not read by R; ", ways_out[[ending]])
  }
  is_packed <- grepl("[.]gz$", path, ignore.case = TRUE)
  if (!ending %in% names(formats) || (is_packed && !ending %in% texts_of_numbers)) {
    input_error(
      path, " ends in .", shorten_text(ending), "; endings that R knows here: ",
      paste(names(formats), collapse = ", ")
    )
  }
  formats[[ending]]
}

# The text of a file, unpacked if its name ends in .gz.
unpacked_text <- function(path, wanted) {
  place <- path
  if (grepl("[.]gz$", path, ignore.case = TRUE)) {
    place <- tempfile()
    on.exit(unlink(place))
    writeBin(unpacked_bytes(path), place)
  }
  read_text(place, path, wanted)
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

value_readers <- list(
  json = function(path) read_json_values(path),
  jsonl = function(path) read_json_lines(path),
  csv = function(path) read_table_values(path, ","),
  tsv = function(path) read_table_values(path, "\t"),
  txt = function(path) read_table_values(path, ""),
  dat = function(path) read_table_values(path, ""),
  rds = function(path) read_rds_values(path),
  rdata = function(path) read_rds_values(path),
  rda = function(path) read_rds_values(path),
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
