# npy and npz, numpy's own arrays.

write_npy <- function(values, path) {
  if (length(values) != 1L) {
    input_error(path, " holds one array; wanted one, or the ending npz")
  }
  write_bytes(npy_bytes(values[[1L]], names(values)), path)
}

npy_bytes <- function(values, name) {
  values <- binary_values(values, name)
  type <- switch(typeof(values), double = "<f8", integer = "<i4", logical = "|b1")
  shape <- paste0(format(extent_of(values), scientific = FALSE, trim = TRUE), ",", collapse = " ")
  head <- sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape)
  head <- paste0(head, strrep(" ", 63L - (nchar(head) + 10L) %% 64L), "\n")
  size <- writeBin(nchar(head), raw(), size = 2L, endian = "little")
  c(as.raw(c(0x93, utf8ToInt("NUMPY"), 1, 0)), size, charToRaw(head), value_bytes(values))
}

read_npy <- function(path) {
  list(values = parse_npy(readBin(path, "raw", file.size(path)), path))
}

parse_npy <- function(bytes, path, name = "values") {
  damaged <- function() input_error(path, " is damaged or not whole; wanted an npy array")
  if (length(bytes) < 12L || !identical(bytes[2:6], charToRaw("NUMPY"))) damaged()
  wide <- bytes[[7L]] >= 2
  size <- readBin(bytes[9:12], "integer", size = if (wide) 4L else 2L, endian = "little")
  start <- if (wide) 12L else 10L
  if (is.na(size) || size < 0L || length(bytes) < start + size) damaged()
  head <- rawToChar(bytes[start + seq_len(size)])
  field <- function(pattern) {
    found <- regmatches(head, regexec(pattern, head))[[1L]]
    if (length(found) == 2L) found[[2L]] else damaged()
  }
  type <- field("'descr': *'([^']*)'")
  if (grepl("O", type, fixed = TRUE)) {
    input_error(
      path, " holds an array of Python objects, which may hold code, so it is not read; ",
      "save numbers or texts"
    )
  }
  sizes <- strsplit(gsub(" ", "", field("'shape': *\\(([0-9, ]*)\\)")), ",", fixed = TRUE)[[1L]]
  shape <- as.double(sizes)
  by_column <- field("'fortran_order': *(True|False)") == "True"
  body <- bytes[-seq_len(start + size)]
  if (by_column) shape <- rev(shape)
  found <- parse_numpy(body, substring(type, 2L), substr(type, 1L, 1L), shape, path, name)
  if (by_column && length(shape) > 1L) aperm(found, rev(seq_along(shape))) else found
}

# Texts, dates and durations, which numpy alone has in such files, or an array as others have it.
parse_numpy <- function(bytes, type, order, shape, path, name) {
  endian <- if (order == ">") "big" else "little"
  if (grepl("^U[0-9]+$", type)) {
    width <- as.integer(substring(type, 2L))
    return(from_rows(wide_texts(bytes, prod(shape), width, endian, path), shape))
  }
  unit <- unname(time_units[sub("^[Mm]8\\[(.*)\\]$", "\\1", type)])
  if (!grepl("^[Mm]8", type) || is.na(unit)) {
    return(parse_binary(bytes, type, order, shape, path))
  }
  if (length(bytes) != 8 * prod(shape)) {
    input_error(path, " is damaged or not whole; its size does not fit its shape")
  }
  halves <- wide_halves(bytes, prod(shape), endian)
  from_rows(seconds_said(halves$high + halves$low, unit, startsWith(type, "M"), name), shape)
}

# Of each unit of time its nanoseconds.
time_units <- c(D = 864e11, h = 36e11, m = 6e10, s = 1e9, ms = 1e6, us = 1e3, ns = 1)

seconds_said <- function(ticks, unit, are_dates, name) {
  if (are_dates) {
    message(name, " holds dates: compared as seconds since 1970 in UTC")
    return(replace(ticks * unit / 1e9, ticks == -2^63, NA))
  }
  message(name, " holds durations: compared as seconds")
  seconds <- if (unit < 1e9) ticks / (1e9 / unit) else ticks * (unit / 1e9)
  replace(seconds, ticks == -2^63, NaN)
}

# Texts of one width, four bytes for each character and zeros behind them.
wide_texts <- function(bytes, count, width, endian, path) {
  damaged <- function(...) input_error(path, " is damaged or not whole; wanted an npy array")
  if (length(bytes) != 4 * width * count) damaged()
  codes <- matrix(readBin(bytes, "integer", width * count, size = 4L, endian = endian), width)
  tryCatch(
    vapply(seq_len(count), function(i) intToUtf8(codes[codes[, i] != 0L, i]), ""),
    error = damaged
  )
}

write_npz <- function(values, path) {
  folder <- tempfile("npz-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  files <- paste0(names(values), ".npy")
  if (any(grepl("[/\\\\]|^[.]", files))) {
    input_error(path, ": a name has a / or begins with a dot; wanted names that files may have")
  }
  for (i in seq_along(values)) {
    writeBin(npy_bytes(values[[i]], names(values)[[i]]), file.path(folder, files[[i]]))
  }
  packed <- file.path(folder, ".packed.zip")
  before <- setwd(folder)
  on.exit(setwd(before), add = TRUE, after = FALSE)
  status <- utils::zip(packed, files, flags = "-q0X")
  setwd(before)
  if (status != 0L) {
    input_error("cannot write ", path, ": the program zip is missing; wanted npy or json")
  }
  write_bytes(readBin(packed, "raw", file.size(packed)), path)
}

read_npz <- function(path) {
  listed <- tryCatch(
    suppressWarnings(utils::unzip(path, list = TRUE)),
    error = function(e) input_error(path, " is damaged or not whole; wanted an npz file")
  )
  check_unpacked(sum(listed$Length), path)
  folder <- tempfile("npz-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  names <- sub("[.]npy$", "", listed$Name)
  arrays <- lapply(seq_along(listed$Name), function(i) {
    # One at a time and without its folder, so that no name leads out of ours.
    place <- suppressWarnings(
      utils::unzip(path, listed$Name[[i]], junkpaths = TRUE, exdir = folder)
    )
    if (length(place) != 1L) input_error(path, " is damaged or not whole; wanted an npz file")
    bytes <- readBin(place, "raw", file.size(place))
    unlink(place)
    parse_npy(bytes, path, names[[i]])
  })
  stats::setNames(arrays, names)
}
