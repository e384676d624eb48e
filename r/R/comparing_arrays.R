# npy, npz, safetensors and h5: binary arrays, whose bits stay.

npy_types <- list(
  f8 = c("double", 8L), f4 = c("double", 4L), i8 = c("int64", 8L), i4 = c("integer", 4L),
  i2 = c("integer", 2L), i1 = c("integer", 1L), b1 = c("logical", 1L), u1 = c("byte", 1L)
)
safetensors_types <- c(F64 = "f8", F32 = "f4", I64 = "i8", I32 = "i4", I16 = "i2", I8 = "i1",
                       BOOL = "b1", U8 = "u1")

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

read_npy <- function(path) {
  list(values = parse_npy(readBin(path, "raw", file.size(path)), path))
}

parse_npy <- function(bytes, path) {
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
    input_error(path, " holds Python objects, which may hold code, so it is not read")
  }
  sizes <- strsplit(gsub(" ", "", field("'shape': *\\(([0-9, ]*)\\)")), ",", fixed = TRUE)[[1L]]
  shape <- as.double(sizes)
  by_column <- field("'fortran_order': *(True|False)") == "True"
  body <- bytes[-seq_len(start + size)]
  if (by_column) shape <- rev(shape)
  found <- parse_binary(body, substring(type, 2L), substr(type, 1L, 1L), shape, path)
  if (by_column && length(shape) > 1L) aperm(found, rev(seq_along(shape))) else found
}

parse_binary <- function(bytes, type, order, shape, path) {
  known <- npy_types[[type]]
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
    int64 = whole_numbers(bytes, count, endian, path),
    readBin(bytes, known[[1L]], count, size = size, endian = endian)
  )
  from_rows(values, shape)
}

# Whole numbers of 64 bits as doubles, which have none beyond 2^53.
whole_numbers <- function(bytes, count, endian, path) {
  halves <- readBin(bytes, "integer", 2 * count, size = 4L, endian = endian)
  # The bits that R takes for NA are those of -2^31.
  halves <- ifelse(is.na(halves), -2^31, as.double(halves))
  halves <- matrix(halves, 2L)
  if (endian == "big") halves <- halves[2:1, , drop = FALSE]
  low <- ifelse(halves[1L, ] < 0, halves[1L, ] + 2^32, halves[1L, ])
  values <- halves[2L, ] * 2^32 + low
  if (any(abs(values) > 2^53)) {
    input_error(path, " holds whole numbers beyond 2^53, which a double of R has not")
  }
  values
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
  arrays <- lapply(seq_along(listed$Name), function(i) {
    # One at a time and without its folder, so that no name leads out of ours.
    place <- suppressWarnings(
      utils::unzip(path, listed$Name[[i]], junkpaths = TRUE, exdir = folder)
    )
    if (length(place) != 1L) input_error(path, " is damaged or not whole; wanted an npz file")
    bytes <- readBin(place, "raw", file.size(place))
    unlink(place)
    parse_npy(bytes, path)
  })
  stats::setNames(arrays, sub("[.]npy$", "", listed$Name))
}

# Refuse what would not fit into half of the memory.
check_unpacked <- function(bytes, path) {
  present <- present_memory()
  if (bytes > present / 2) {
    input_error(
      path, " unpacks to ", format(bytes / 2^30, digits = 2L), " GiB, more than half of the memory"
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
      part <- if (is.factor(part)) part == "TRUE" else part
      arrays[[paste0(prefix, name)]] <- if (length(dim(part)) > 1L) aperm(part) else as.vector(part)
    }
  }
  arrays
}
