# Traces as JSON files, in the format that the harness reads.

#' Run a case of a file and write its trace to another.
#'
#' @param case_path character. The case, a JSON file.
#' @param arithmetic character. One of "native", "strict".
#' @param out_path character. The file to write, whole or not at all.
#' @param seed integer or NULL. Replaces the seed of the case's starting weights.
#' @return NULL, invisibly.
#' @examples
#' \dontrun{
#' run_case_file("shared_fixtures/cases/xor.json", "strict", "trace.json")
#' }
#' @export
run_case_file <- function(case_path, arithmetic, out_path, seed = NULL) {
  check_path(out_path)
  write_run(report_run(read_case(case_path, seed), arithmetic), out_path)
}

#' SHA-256 of an array's values: row by row, little-endian doubles, every NaN alike.
#'
#' The same digest as `twinprop.cases.traces.digest` gives in Python.
#'
#' @param values (n, m) double. Or a vector, or a number; the shape has no part in the digest.
#' @return character. 64 hexadecimal digits.
#' @examples
#' substr(array_digest(matrix(c(1, 2, 3, 4), 2)), 1, 16)
#' @export
array_digest <- function(values) {
  by_row <- if (is.matrix(values)) as.vector(t(values)) else as.vector(values)
  bytes <- matrix(writeBin(as.double(by_row), raw(), endian = "little"), nrow = 8L)
  bytes[, is.na(by_row)] <- as.raw(c(0, 0, 0, 0, 0, 0, 0xf8, 0x7f))
  sha256(as.vector(bytes))
}

# A case that was run, with all that its file of a trace says.
report_run <- function(case, arithmetic) {
  started <- Sys.time()
  trace <- run_case(case, get_arithmetic(arithmetic))
  list(
    case = case$id,
    language = "r",
    arithmetic = arithmetic,
    environment = describe_environment(),
    seconds = as.double(difftime(Sys.time(), started, units = "secs")),
    messages = character(0),
    trace = trace
  )
}

# What a result may depend on: the languages' own versions and the library behind %*%.
describe_environment <- function() {
  list(
    r = paste(R.version$major, R.version$minor, sep = "."),
    twinprop = as.character(utils::packageVersion("twinprop")),
    platform = R.version$platform,
    blas = extSoftVersion()[["BLAS"]]
  )
}

write_run <- function(run, path) {
  write_whole(path, format_run(run))
}

# A run as JSON text, a line for each quantity.
format_run <- function(run) {
  environment <- paste0(quote_json(names(run$environment)), ": ", quote_json(run$environment))
  head <- c(
    case = quote_json(run$case),
    language = quote_json(run$language),
    arithmetic = quote_json(run$arithmetic),
    environment = paste0("{", paste(environment, collapse = ", "), "}"),
    seconds = format_numbers(run$seconds),
    messages = bracket(quote_json(run$messages))
  )
  entries <- mapply(format_quantity, names(run$trace), run$trace)
  paste0(
    "{\n", paste0("\"", names(head), "\": ", head, ",\n", collapse = ""),
    "\"trace\": [\n", paste(entries, collapse = ",\n"), "\n]\n}\n"
  )
}

# One quantity: a matrix row by row, and a number without dimensions as a scalar.
format_quantity <- function(name, values) {
  shape <- dim(values)
  if (is.null(shape)) {
    text <- format_numbers(values)
  } else {
    numbers <- matrix(format_numbers(values), shape[1L], shape[2L])
    text <- bracket(apply(numbers, 1L, bracket))
  }
  paste0(
    "{\"name\": ", quote_json(name), ", \"shape\": ", bracket(as.character(shape)),
    ", \"values\": ", text, ", \"digest\": ", quote_json(array_digest(values)), "}"
  )
}

# 17 digits read back as the same bits, which jsonlite's writer with its 15 does not promise;
# the sign of zero needs the decimal point, and JSON has no infinities.
format_numbers <- function(x) {
  text <- sprintf("%.17g", x)
  text[text == "-0"] <- "-0.0"
  text[is.na(x)] <- "\"nan\""
  text[is.infinite(x)] <- ifelse(x[is.infinite(x)] > 0, "\"inf\"", "\"-inf\"")
  text
}

bracket <- function(items) {
  paste0("[", paste(items, collapse = ", "), "]")
}
