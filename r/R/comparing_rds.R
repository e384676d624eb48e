# rds: what could run is found before R sees it.

# The kinds of R's serialization that are data alone; see "R Internals", section 1.8.
rds_vectors <- c("10" = 4, "13" = 4, "14" = 8, "15" = 16, "24" = 1)

#' Read an rds file that holds data and nothing else.
#' @noRd
read_rds_values <- function(path) {
  bytes <- unpacked_bytes(path)
  # A file of save() has one line more, and holds a chain of pairs with the names of the objects.
  is_saved <- length(bytes) > 5L && rawToChar(bytes[1:3]) %in% c("RDX", "RDA")
  if (is_saved) bytes <- bytes[-(1:5)]
  scan_rds(bytes, path)
  object <- unserialize(bytes)
  if (is_saved) object <- as.list(object)
  object <- if (is.list(object)) object else list(values = object)
  # A sequence such as 1:1e15 is written as its ends.
  check_unpacked(8 * sum(as.double(rapply(object, length, how = "unlist"))), path)
  flatten_list(object, "", function(part, name) dates_said(part, name, path))
}

# A part without its class, where that is what makes it a date.
dates_said <- function(part, name, path) {
  unit <- c(Date = "days since 1970", POSIXct = "seconds since 1970 in UTC")
  kind <- intersect(names(unit), class(part))
  if (length(kind) > 0L) {
    message(name, " holds dates: compared as ", unit[[kind[[1L]]]])
  }
  plain_part(part, path)
}

write_rds_values <- function(values, path) {
  temporary <- tempfile(fileext = ".rds")
  on.exit(unlink(temporary))
  saveRDS(as.list(values), temporary, version = 2L)
  write_bytes(readBin(temporary, "raw", file.size(temporary)), path)
}

# The bytes of a file, unpacked piece by piece, so that a bomb is seen before it fills the memory.
unpacked_bytes <- function(path) {
  file <- gzfile(path, "rb") # opens bzip2, xz and plain files as well
  on.exit(close(file))
  pieces <- list()
  size <- 0
  repeat {
    piece <- tryCatch(
      readBin(file, "raw", 2^24),
      error = function(e) input_error(path, " is damaged or not whole")
    )
    if (length(piece) == 0L) break
    size <- size + length(piece)
    check_unpacked(2 * size, path)
    pieces <- c(pieces, list(piece))
  }
  do.call(c, pieces)
}

# Walk over the serialized items and refuse any kind that is not data.
#
# A promise in a file is evaluated as soon as it is looked at, and a closure or an environment can
# hold one: so nothing is unserialized before all kinds are known.
scan_rds <- function(bytes, path) {
  if (length(bytes) < 14L || !identical(bytes[1:2], charToRaw("X\n"))) rds_damaged(path)
  stream <- list2env(list(bytes = bytes, at = 3, path = path))
  version <- next_integer(stream)
  stream$at <- stream$at + 8
  if (identical(version, 3L)) skip(stream, next_integer(stream)) # the name of an encoding
  waiting <- 1
  # Each item adds the items that it holds to those that are waited for.
  while (waiting > 0) {
    waiting <- waiting - 1 + scan_item(stream)
    if (is.na(waiting)) rds_damaged(path)
  }
}

rds_damaged <- function(path) input_error(path, " is damaged or not whole; wanted an rds file")

next_integer <- function(stream) {
  if (stream$at + 3 > length(stream$bytes)) rds_damaged(stream$path)
  value <- readBin(stream$bytes[stream$at + 0:3], "integer", endian = "big")
  stream$at <- stream$at + 4
  value
}

skip <- function(stream, count) {
  force(count) # it is read from the stream, too
  stream$at <- stream$at + max(0, count)
  if (is.na(stream$at) || stream$at > length(stream$bytes) + 1) rds_damaged(stream$path)
}

# Pass one item and return how many it holds.
scan_item <- function(stream) {
  flags <- next_integer(stream)
  if (is.na(flags)) rds_damaged(stream$path)
  kind <- as.character(bitwAnd(flags, 255L))
  has <- function(bit) as.double(bitwAnd(flags, bit) != 0L)
  if (kind %in% names(rds_vectors)) {
    skip(stream, next_integer(stream) * rds_vectors[[kind]])
    return(has(512L))
  }
  switch(kind,
    "9" = { # letters
      skip(stream, next_integer(stream))
      0
    },
    "255" = { # a reference: its number is in the flags, or follows if it is too large for them
      if (flags %/% 256L == 0L) next_integer(stream)
      0
    },
    "2" = 2 + has(512L) + has(1024L), # a pair: attributes and tag, value and rest
    "1" = 1, # a symbol
    "22" = 2 + has(512L), # the pointer of a data.table, which points nowhere after it was written
    "16" = , "19" = next_integer(stream) + has(512L), # texts, a list
    "238" = 3, # a compact form: its class, its state, its attributes
    "254" = , "242" = 0, # NULL, the empty environment
    input_error(
      stream$path, " holds code or an environment of R, so it is not read; save the numbers ",
      "alone: saveRDS(list(coef = coef(fit)), file)"
    )
  )
}

# The vectors in a list or a table, by their names.
flatten_list <- function(object, prefix, convert = function(part, name) plain_part(part)) {
  own <- names(object)
  own <- if (is.null(own)) rep("", length(object)) else own
  own[is.na(own) | own == ""] <- as.character(seq_along(object))[is.na(own) | own == ""]
  parts <- lapply(seq_along(object), function(i) {
    name <- paste0(prefix, own[[i]])
    part <- .subset2(object, i)
    if (is.null(part)) {
      return(list())
    }
    if (is.list(part)) {
      return(flatten_list(part, paste0(name, "/"), convert))
    }
    stats::setNames(list(convert(part, name)), name)
  })
  unlist(parts, recursive = FALSE)
}

# A vector without its class; a factor as its texts.
plain_part <- function(part, path = "the value") {
  if (inherits(part, "factor")) {
    return(levels(part)[as.integer(part)])
  }
  shape <- dim(part)
  is_wide <- inherits(part, "integer64") # of the package bit64: in the bits of doubles
  part <- as.vector(unclass(part))
  if (is_wide) {
    part <- whole_numbers(writeBin(part, raw(), endian = "little"), length(part), "little", path)
  }
  dim(part) <- shape
  part
}
