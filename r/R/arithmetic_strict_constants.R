# The numbers of strict arithmetic, read from one file of hexadecimal floats in both languages.

# Filled once, when the package is loaded.
strict_constants <- new.env(parent = emptyenv())

load_strict_constants <- function(path) {
  constants <- strict_read_constants(path)
  constants$powers <- strict_powers_of_two()
  constants <- c(constants, strict_exp_factors(constants$powers))
  list2env(constants, envir = strict_constants)
  invisible()
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
  lines <- readLines(path)
  body <- lines[-length(lines)]
  wanted <- sub("^sha256 ", "", lines[length(lines)])
  found <- digest::digest(paste0(body, "\n", collapse = ""), algo = "sha256", serialize = FALSE)
  if (!identical(found, wanted)) {
    input_error(
      "the constants of strict arithmetic have SHA-256 ", found, ", not ", wanted,
      "; install twinprop again"
    )
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
