# The shared cases and their expected values, for the tests and for people in an R session.

#' Run the shared cases in R and compare them with their expected values.
#'
#' The strict result of each quantity must have the recorded bits. The native result must be near
#' the exact value: within 1e-8 of it, absolute and relative, which finds a wrong formula; how near
#' two native results should be is what the Python package's `twinprop verify` works out. In a
#' chaotic case it is compared only before the step from which on rounding is amplified too far.
#'
#' @param folder character. A folder with cases and expected in it; by default those that come with
#'   the package.
#' @return data frame, invisibly. One row per case: quantities, how many have other strict bits, how
#'   many are far from the exact value, seconds. An error where any is wrong.
#' @examples
#' \donttest{
#' verify_fixtures()
#' }
#' @export
verify_fixtures <- function(folder = system.file("fixtures", package = "twinprop")) {
  paths <- sort(list.files(file.path(folder, "cases"), "[.]json$", full.names = TRUE))
  if (length(paths) == 0L) {
    input_error(folder, " holds no cases; give the folder that has cases and expected in it")
  }
  rows <- lapply(paths, verify_fixture)
  result <- do.call(rbind, rows)
  print(result, row.names = FALSE)
  wrong <- result$case[result$other_bits > 0L | result$far > 0L]
  if (length(wrong) > 0L) {
    stop("not as expected: ", paste(wrong, collapse = ", "), call. = FALSE)
  }
  invisible(result)
}

# Run one case, strict and native, and count what is not as expected.
verify_fixture <- function(path) {
  start <- proc.time()[["elapsed"]]
  case <- read_case(path)
  expected <- read_expected(path, case$id)
  computed <- run_case(case, get_arithmetic("strict"))
  native_trace <- run_case(case, native)
  digests <- vapply(computed, array_digest, "")
  wanted <- vapply(expected, function(entry) entry$strict, "")[names(digests)]
  # By names at once: each looked up alone would take the time of all quantities squared.
  compared <- comparable_names(native_trace, expected)
  exact <- lapply(expected[compared], function(entry) entry$values)
  far <- unlist(Map(is_far, native_trace[compared], exact))
  data.frame(
    case = case$id, quantities = length(computed),
    other_bits = length(which(is.na(wanted) | digests != wanted)) +
      length(setdiff(names(expected), names(digests))),
    far = sum(far), seconds = round(proc.time()[["elapsed"]] - start, 2)
  )
}

# The expected quantities of a case by name; values, where they are kept, are checked with their
# digest, so that no misread number can pass.
read_expected <- function(case_path, id) {
  path <- file.path(dirname(dirname(case_path)), "expected", basename(case_path))
  document <- read_json(unpacked(path), paste0(basename(path), ":"))
  format <- if (is.list(document)) document[["format"]]
  if (!is.null(format) && !identical(format, 1L)) {
    refuse(paste0(path, ": format"), quote_value(format), "1")
  }
  refuse_document <- function(condition) {
    input_error(
      path, " is no file of expected values, or an old one; `twinprop fixtures build ", case_path,
      "` builds it anew"
    )
  }
  expected <- tryCatch(
    expected_quantities(document),
    error = refuse_document, warning = refuse_document
  )
  if (!identical(document[["case"]], id)) {
    refuse(paste0(path, ": case"), quote_value(document[["case"]]), quote_value(id))
  }
  for (entry in expected) {
    if (!is.null(entry$values) && array_digest(entry$values) != entry$exact) {
      input_error(path, ": the values of ", entry$name, " do not match their digest")
    }
  }
  structure(expected, chaotic_from = document$chaotic_from)
}

# The quantities of a document by name, with their values as arrays.
expected_quantities <- function(document) {
  stopifnot(is.list(document[["quantities"]]), is_text(document[["input"]]))
  expected <- lapply(document[["quantities"]], function(entry) {
    for (key in c("name", "strict", "exact")) {
      stopifnot(is_text(entry[[key]])) # `$` would take a longer name
    }
    if (!is.null(entry$values)) {
      numbers <- as.double(unlist(entry$values))
      shape <- unlist(entry$shape)
      entry$values <- if (length(shape) == 2L) {
        matrix(numbers, shape[1L], shape[2L], byrow = TRUE)
      } else {
        numbers
      }
    }
    entry
  })
  names(expected) <- vapply(expected, function(entry) entry$name, "")
  expected
}

# A file, or where it is absent a copy unpacked from the compressed one: R CMD build
# compresses expected values.
unpacked <- function(path) {
  packed <- paste0(path, ".gz")
  if (file.exists(path) || !file.exists(packed)) {
    return(path)
  }
  copy <- file.path(tempdir(), basename(path))
  writeLines(readLines(packed, encoding = "UTF-8"), copy, useBytes = TRUE)
  copy
}

# The quantities of which a native result means anything: those before the case becomes chaotic.
comparable_names <- function(trace, expected) {
  first <- attr(expected, "chaotic_from")
  if (is.null(first)) {
    return(names(trace))
  }
  names(trace)[cumsum(startsWith(names(trace), paste0(first, "/"))) == 0]
}

# Whether an array is farther from the exact values than any rounding of a short training brings it.
is_far <- function(found, exact) {
  if (is.null(exact)) {
    return(FALSE)
  }
  near <- identical(dim(found), dim(exact)) &&
    isTRUE(all(found == exact | abs(found - exact) <= 1e-8 + 1e-8 * abs(exact)))
  !near
}
