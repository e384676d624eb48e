# safetensors and h5: binary arrays, whose bits stay; those of numpy are in comparing_numpy.R.

binary_types <- list(
  f8 = c("double", 8L), f4 = c("double", 4L), i8 = c("int64", 8L), i4 = c("integer", 4L),
  i2 = c("integer", 2L), i1 = c("integer", 1L), b1 = c("logical", 1L), u1 = c("byte", 1L),
  u2 = c("short", 2L), u4 = c("unsigned", 4L), c16 = c("complex", 16L), c8 = c("complex", 8L)
)
safetensors_types <- c(F64 = "f8", F32 = "f4", I64 = "i8", I32 = "i4", I16 = "i2", I8 = "i1",
                       BOOL = "b1", U8 = "u1")

# What the format has: no texts, and no NA among whole numbers.
binary_values <- function(values, name) {
  if (is.character(values) || is.factor(values)) {
    input_error(quote_value(name), " holds texts, which the format has not; wanted json or csv")
  }
  if (!is.double(values) && anyNA(values)) {
    storage.mode(values) <- "double"
  }
  if (any(is.na(values) & !is.nan(values))) {
    warning(name, ": NA becomes NaN, as the format has no NA", call. = FALSE)
    values[is.na(values)] <- NaN
  }
  values
}

value_bytes <- function(values) {
  plain <- by_row(values)
  if (is.logical(plain)) {
    return(as.raw(plain))
  }
  writeBin(plain, raw(), endian = "little")
}

write_bytes <- function(bytes, path) {
  temporary <- tempfile(".twinprop-", tmpdir = dirname(normalizePath(path, mustWork = FALSE)))
  on.exit(unlink(temporary))
  written <- suppressWarnings(try({
    writeBin(bytes, temporary)
    file.rename(temporary, path)
  }, silent = TRUE))
  if (!isTRUE(written)) {
    input_error("cannot write ", path, ": its folder is absent or not open for writing")
  }
}

parse_binary <- function(bytes, type, order, shape, path) {
  known <- binary_types[[type]]
  if (is.null(known)) {
    input_error(path, " holds numbers of the type ", quote_value(type), ", which R has not")
  }
  size <- as.integer(known[[2L]])
  count <- prod(shape)
  if (length(bytes) != count * size) {
    input_error(path, " is damaged or not whole; its size does not fit its shape")
  }
  endian <- if (order == ">") "big" else "little"
  values <- switch(known[[1L]],
    logical = bytes != 0,
    byte = as.integer(bytes),
    short = readBin(bytes, "integer", count, size = 2L, signed = FALSE, endian = endian),
    unsigned = unsigned_halves(bytes, count, endian),
    int64 = whole_numbers(bytes, count, endian, path),
    complex = {
      parts <- readBin(bytes, "double", 2 * count, size = size %/% 2L, endian = endian)
      complex(real = parts[c(TRUE, FALSE)], imaginary = parts[c(FALSE, TRUE)])
    },
    readBin(bytes, known[[1L]], count, size = size, endian = endian)
  )
  from_rows(values, shape)
}

# Whole numbers of 64 bits as doubles, which have not all beyond 2^53.
whole_numbers <- function(bytes, count, endian, path) {
  halves <- wide_halves(bytes, count, endian)
  values <- halves$high + halves$low
  if (any(values - halves$high != halves$low)) {
    refuse_long(path)
  }
  values
}

# The upper halves of whole numbers of 64 bits, for what they stand, and the lower ones.
wide_halves <- function(bytes, count, endian) {
  halves <- matrix(unsigned_halves(bytes, 2 * count, endian), 2L)
  if (endian == "big") halves <- halves[2:1, , drop = FALSE]
  high <- halves[2L, ]
  list(high = ifelse(high < 2^31, high, high - 2^32) * 2^32, low = halves[1L, ])
}

# Whole numbers of 32 bits without a sign, as doubles.
unsigned_halves <- function(bytes, count, endian) {
  halves <- as.double(readBin(bytes, "integer", count, size = 4L, endian = endian))
  halves[is.na(halves)] <- -2^31 # whose bits R takes for NA
  ifelse(halves < 0, halves + 2^32, halves)
}

# Refuse what would not fit into half of the memory.
check_unpacked <- function(bytes, path) {
  present <- present_memory()
  if (bytes > present / 2) {
    input_error(
      path, sprintf(" unpacks to %.1f GiB, more than half of the memory", bytes / 2^30),
      sprintf(" (%.1f GiB); compare parts of it", present / 2^30)
    )
  }
}

write_safetensors <- function(values, path) {
  parts <- mapply(binary_values, values, names(values), SIMPLIFY = FALSE)
  bytes <- lapply(parts, value_bytes)
  ends <- cumsum(vapply(bytes, length, 0L))
  types <- c(double = "F64", integer = "I32", logical = "BOOL")
  entries <- vapply(seq_along(parts), function(i) {
    shape <- format(extent_of(parts[[i]]), scientific = FALSE, trim = TRUE)
    sprintf(
      "%s: {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%.0f, %.0f]}",
      quote_json(names(parts)[[i]]), types[[typeof(parts[[i]])]], bracket(shape),
      ends[[i]] - length(bytes[[i]]), ends[[i]]
    )
  }, "")
  head <- charToRaw(enc2utf8(paste0("{", paste(entries, collapse = ", "), "}")))
  head <- c(head, rep(charToRaw(" "), -length(head) %% 8L))
  size <- writeBin(c(length(head), 0L), raw(), size = 4L, endian = "little")
  write_bytes(c(size, head, unlist(bytes)), path)
}

read_safetensors <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  damaged <- function(...) input_error(path, " is damaged or no safetensors file")
  if (length(bytes) < 8L) damaged()
  size <- readBin(bytes[1:4], "integer", size = 4L, endian = "little")
  if (is.na(size) || size < 2L || size > length(bytes) - 8L || any(bytes[5:8] != 0)) damaged()
  head <- tryCatch(
    json_values(rawToChar(bytes[8L + seq_len(size)])),
    error = damaged
  )
  head <- head[setdiff(names(head), "__metadata__")]
  lapply(head, function(entry) {
    range <- as.double(unlist(entry$data_offsets))
    type <- unname(safetensors_types[as.character(entry$dtype)])
    if (length(range) != 2L || any(range < 0) || range[[2L]] > length(bytes) - 8L - size) damaged()
    if (is.na(type)) {
      input_error(path, " holds numbers of the type ", entry$dtype, ", which R has not")
    }
    body <- bytes[8 + size + range[[1L]] + seq_len(max(0, diff(range)))]
    parse_binary(body, type, "<", as.double(unlist(entry$shape)), path)
  })
}

# hdf5 ---------------------------------------------------------------------------------------------

need_hdf5r <- function() {
  if (!requireNamespace("hdf5r", quietly = TRUE)) {
    input_error("the R package hdf5r, which reads h5, is missing; install.packages(\"hdf5r\")")
  }
}

write_hdf5 <- function(values, path) {
  need_hdf5r()
  temporary <- tempfile(".twinprop-", tmpdir = dirname(path))
  on.exit(unlink(temporary))
  file <- hdf5r::H5File$new(temporary, mode = "w")
  for (name in names(values)) {
    part <- values[[name]]
    # hdf5r shows what it stores as transposed to other languages: turned here, it is as it was.
    if (length(dim(part)) > 1L) part <- aperm(part)
    part <- if (is.factor(part)) as.character(part) else part
    file[[name]] <- if (is.character(part)) enc2utf8(part) else binary_values(part, name)
  }
  file$close_all()
  write_bytes(readBin(temporary, "raw", file.size(temporary)), path)
}

read_hdf5 <- function(path) {
  need_hdf5r()
  try_apart(path)
  read_datasets(path)
}

# Refuse a file on which hdf5r runs for ever or breaks off R, as it may on a damaged one: another R
# reads it first, with a limit of time.
try_apart <- function(path, seconds = 60) {
  seconds <- seconds + file.size(path) %/% 2^22
  code <- "try(twinprop:::read_datasets(commandArgs(TRUE)[[1L]]), silent = TRUE)"
  status <- suppressWarnings(system2(
    file.path(R.home("bin"), "Rscript"),
    c("--vanilla", "-e", shQuote(code), shQuote(normalizePath(path))),
    stdout = FALSE, stderr = FALSE, timeout = seconds,
    env = paste0("R_LIBS=", shQuote(paste(.libPaths(), collapse = .Platform$path.sep)))
  ))
  if (status == 124L) {
    input_error(path, " is damaged: reading it did not end in ", seconds, " seconds")
  }
  if (status > 128L) {
    input_error(path, " is damaged: what reads it was broken off by the signal ", status - 128L)
  }
}

read_datasets <- function(path) {
  file <- tryCatch(
    hdf5r::H5File$new(path, mode = "r"),
    error = function(e) input_error(path, " is damaged or no hdf5 file")
  )
  on.exit(file$close_all())
  read_group(file, "", path)
}

read_group <- function(group, prefix, path) {
  if (nchar(gsub("[^/]", "", prefix)) > 20L) {
    input_error(path, ": groups are nested more than 20 deep, perhaps in a circle")
  }
  arrays <- list()
  for (name in enc2utf8(names(group))) {
    # 0 is a hard link: what belongs to the file itself.
    if (as.integer(group$link_info(name)$type) != 0L) {
      input_error(path, ": ", quote_value(paste0(prefix, name)), " is a link; wanted data")
    }
    item <- group[[name]]
    if (inherits(item, "H5Group")) {
      arrays <- c(arrays, read_group(item, paste0(prefix, name, "/"), path))
    } else {
      check_unpacked(8 * prod(item$dims), path)
      part <- item$read(drop = FALSE)
      part <- if (is.factor(part)) part == "TRUE" else plain_part(part, path)
      arrays[[paste0(prefix, name)]] <- if (length(dim(part)) > 1L) aperm(part) else as.vector(part)
    }
  }
  arrays
}
