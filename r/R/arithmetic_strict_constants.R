# The numbers of strict arithmetic, read from one file of hexadecimal floats in both languages.

# Filled when they are first needed.
strict_store <- new.env(parent = emptyenv())

# The vectors of the file that comes with the package, and what is computed from them.
strict_constants <- function() {
  if (is.null(strict_store$powers)) {
    folder <- system.file(package = "twinprop")
    constants <- strict_read_constants(file.path(folder, "strict_constants.txt"))
    constants$powers <- strict_powers_of_two()
    list2env(c(constants, strict_exp_factors(constants$powers)), envir = strict_store)
  }
  strict_store
}

#' The named vectors of a file of constants.
#'
#' Each line is a name and hexadecimal floats. The last line holds the SHA-256 of the lines before
#' it, and a file that does not match is refused.
#'
#' @param path character. The file.
#' @return list of double. The vectors by name.
#' @noRd
strict_read_constants <- function(path) {
  wanted <- "the constants of strict arithmetic; install twinprop again"
  lines <- split_lines(read_text(path, basename(path), wanted))
  body <- lines[-length(lines)]
  found <- sha256(charToRaw(paste0(body, "\n", collapse = "")))
  if (!identical(paste("sha256", found), lines[length(lines)])) {
    input_error(basename(path), " does not match its SHA-256; wanted ", wanted)
  }
  fields <- strsplit(body, " ", fixed = TRUE)
  constants <- lapply(fields, function(field) as.numeric(field[-1L]))
  names(constants) <- vapply(fields, `[[`, "", 1L)
  constants
}

#' The doubles 2^-1074, 2^-1073, ..., 2^1023, by doubling.
#'
#' @return (2098,) double. All exact.
#' @noRd
strict_powers_of_two <- function() {
  up <- rep(1, 1024L)
  for (i in seq_len(1023L)) up[i + 1L] <- up[i] * 2
  down <- rep(1, 1075L)
  for (i in seq_len(1074L)) down[i + 1L] <- down[i] * 0.5
  c(down[1075:2], up)
}
