# json in the forms that people have: names with nested lists, objects in objects, or rows.

read_json_values <- function(path) {
  document <- parse_loose_json(unpacked_text(path, "a JSON file"), path)
  if (all(c("trace", "arithmetic") %in% names(document))) {
    entries <- document$trace
    names(entries) <- vapply(entries, function(entry) entry$name, "")
    document <- lapply(entries, function(entry) entry[c("shape", "values")])
  }
  walk_parts(split_table(document), "", path)
}

# A JSON object on each line: notes, or the rows of a table.
read_json_lines <- function(path) {
  lines <- split_lines(unpacked_text(path, "a JSON object on each line"))
  entries <- lapply(lines, parse_loose_json, path)
  keys <- c("name", "shape", "values")
  is_note <- vapply(entries, function(entry) setequal(names(entry), keys), NA)
  if (length(entries) == 0L || !all(is_note)) {
    return(rows_as_table(entries, "", path))
  }
  names <- vapply(entries, function(entry) entry$name, "")
  arrays <- lapply(seq_along(entries), function(i) {
    parse_values(entries[[i]][c("shape", "values")], names[[i]], path)
  })
  stats::setNames(arrays, names)
}

# A document in which NaN and infinities may stand as Python writes them.
parse_loose_json <- function(text, path) {
  if (grepl("NaN", text, fixed = TRUE) || grepl("Infinity", text, fixed = TRUE)) {
    texts <- gregexpr(json_text, text, perl = TRUE)
    outside <- regmatches(text, texts, invert = TRUE)[[1L]]
    outside <- gsub("-Infinity\\b", "\"-inf\"", outside, perl = TRUE)
    outside <- gsub("\\bInfinity\\b", "\"inf\"", outside, perl = TRUE)
    outside <- gsub("\\bNaN\\b", "\"nan\"", outside, perl = TRUE)
    inside <- c(regmatches(text, texts)[[1L]], "")
    text <- paste0(outside, inside[seq_along(outside)], collapse = "")
  }
  document <- parse_json(text, path)
  check_long(text, path)
  document
}

# Refuse whole numbers in a text of JSON that a double has not.
check_long <- function(text, path) {
  long <- "(?<![0-9.])[0-9]{16,}(?![0-9.eE])"
  if (grepl(long, text, perl = TRUE)) {
    outside <- gsub(json_text, "", text, perl = TRUE)
    check_whole(regmatches(outside, gregexpr(long, outside, perl = TRUE))[[1L]], path)
  }
}

# Refuse texts of whole numbers that a double has not.
check_whole <- function(texts, path) {
  long <- sub("^[+-]?0*", "", grep("^[+-]?[0-9]{16,}$", texts, value = TRUE))
  if (any(sprintf("%.0f", as.double(long)) != long)) {
    refuse_long(path)
  }
}

refuse_long <- function(path) {
  input_error(
    path, " holds whole numbers beyond 2^53, which a double of R has not; compare it in Python"
  )
}

is_object <- function(part) is.list(part) && !is.null(names(part))

is_stored <- function(part) is_object(part) && setequal(names(part), c("shape", "values"))

# Pandas' orient = "split" as rows.
split_table <- function(document) {
  if (!is_object(document) || !setequal(names(document), c("columns", "index", "data"))) {
    return(document)
  }
  names <- vapply(document$columns, as.character, "")
  lapply(document$data, function(row) stats::setNames(row, names))
}

# The arrays of a document; names of objects in objects are parted by a slash.
walk_parts <- function(part, name, path) {
  below <- function(parts, names) {
    whole <- if (name == "") names else paste0(name, "/", names)
    found <- lapply(plain_lists(parts), function(each) if (!is.null(each)) list(each))
    others <- which(lengths(found) == 0L)
    names(found) <- replace(whole, others, "") # what is walked has its own names
    found[others] <- lapply(others, function(i) walk_parts(parts[[i]], whole[[i]], path))
    unlist(found, recursive = FALSE)
  }
  called <- if (name == "") "values" else name
  if (is_rows(part)) {
    return(rows_as_table(part, if (name == "") "" else paste0(name, "/"), path))
  }
  if (is_object(part) && !is_stored(part) && !is_numbered(part)) {
    return(below(part, names(part)))
  }
  if (holds_parts(part)) {
    if (name == "") name <- "values"
    return(below(part, seq_along(part) - 1L))
  }
  if (is_object(part) && !is_stored(part)) part <- unname(part)
  stats::setNames(list(parse_values(part, called, path)), called)
}

# The vectors of lists of numbers of one type, NULL for all else; the quick way, for there may be a
# million.
plain_lists <- function(parts) {
  found <- vector("list", length(parts))
  some <- which(vapply(parts, is.list, NA) & lengths(lapply(parts, names)) == 0L)
  some <- some[lengths(parts[some]) > 0L]
  sizes <- lengths(parts[some])
  items <- unlist(parts[some], recursive = FALSE, use.names = FALSE)
  kinds <- vapply(items, is.double, NA) + 2L * vapply(items, is.integer, NA)
  first <- kinds[cumsum(c(1L, sizes))[seq_along(sizes)]]
  mixed <- rep(seq_along(some), sizes)[kinds != rep(first, sizes)]
  plain <- first > 0L & tabulate(mixed, length(some)) == 0L
  found[some[plain]] <- lapply(parts[some[plain]], unlist)
  found
}

# Whether an object is a column of pandas, whose keys count its rows.
is_numbered <- function(part) {
  counted <- identical(names(part), as.character(seq_along(part) - 1L))
  length(part) > 0L && counted && !any(vapply(part, is.list, NA))
}

is_rows <- function(part) {
  is_list <- is.list(part) && is.null(names(part)) && length(part) > 0L
  is_list && all(vapply(part, is_row, NA)) && any(vapply(part, is_object, NA))
}

is_row <- function(row) {
  is_record <- is.list(row) && (is_object(row) || length(row) == 0L) && !is_stored(row)
  is_record && !any(vapply(row, is.list, NA))
}

# A table whose rows are objects; what a row has not is missing there.
rows_as_table <- function(rows, prefix, path) {
  if (!is_rows(rows)) {
    refuse(path, "no table: a row is no object of numbers or texts", "lists, or shape and values")
  }
  names <- unique(unlist(lapply(rows, names)))
  columns <- lapply(names, function(name) {
    parse_values(lapply(rows, function(row) row[[name]]), name, path)
  })
  stats::setNames(columns, paste0(prefix, names))
}

# Whether a list holds objects, or arrays of other shapes, as of the layers of a network.
holds_parts <- function(part) {
  if (!is.list(part) || is_object(part) || length(part) == 0L || !all(vapply(part, is.list, NA))) {
    return(FALSE)
  }
  if (any(vapply(part, is_object, NA))) {
    return(TRUE)
  }
  shapes <- lapply(part, shape_of)
  length(unique(shapes)) > 1L && !any(vapply(shapes, is.null, NA))
}

# The shape of nested lists; NULL where they are ragged.
shape_of <- function(part) tryCatch(nesting_of(part, "")$shape, error = function(e) NULL)

parse_values <- function(entry, name, path) {
  where <- paste0(path, ": ", quote_value(name))
  shape <- NULL
  if (is_stored(entry)) {
    shape <- as.double(unlist(entry$shape))
    entry <- entry$values
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

# How numbers that JSON has not are written; jsonlite has NA as a text.
special_numbers <- c(
  nan = NaN, inf = Inf, "-inf" = -Inf, "NaN" = NaN, "Inf" = Inf, "-Inf" = -Inf, "NA" = NA
)

plain_values <- function(items, where) {
  missing <- vapply(items, is.null, NA)
  present <- items[!missing]
  is_text <- vapply(present, is.character, NA)
  is_truth <- vapply(present, is.logical, NA)
  texts <- vapply(present[is_text], identity, "")
  if (length(present) > 0L && all(is_truth)) {
    return(fill_missing(unlist(present), missing, NA))
  }
  if (any(!texts %in% names(special_numbers))) {
    if (!all(is_text)) {
      input_error(where, " holds texts among numbers; wanted one kind in an array")
    }
    return(fill_missing(texts, missing, NA_character_))
  }
  if (any(is_truth)) {
    input_error(where, " holds true or false among numbers; wanted one kind in an array")
  }
  present[is_text] <- unname(special_numbers[texts])
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
