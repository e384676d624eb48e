# The data of a case: inline, or from a CSV file inside its folder; twin of case_data.py
# in python/src/twinprop.

# Read the key "data" of a case: {x, y}, or {csv, target, classes, scale, rows, held_out}.
read_data <- function(value, where, path) {
  if ("csv" %in% names(value)) {
    return(read_csv_data(value, where, path))
  }
  check_object(value, where, c("x", "y"), character())
  x <- check_matrix(value$x, key_of(where, "x"))
  y <- check_matrix(value$y, key_of(where, "y"))
  if (nrow(y) != nrow(x)) {
    found <- paste("of", nrow(y), "rows")
    refuse(key_of(where, "y"), found, paste0(nrow(x), ", as many as x has"))
  }
  list(x = x, y = y, held_out_x = NULL, held_out_y = NULL)
}

# Read features and target from a CSV file, and choose the rows to train on.
read_csv_data <- function(value, where, path) {
  check_object(value, where, c("csv", "target"), c("classes", "scale", "rows", "held_out"))
  file <- data_file(check_text(value$csv, key_of(where, "csv")), key_of(where, "csv"), path)
  table <- read_csv(file)
  target <- check_text(value$target, key_of(where, "target"))
  names <- colnames(table)
  if (!target %in% names) {
    hint <- paste0("a column of the CSV file, such as \"", nearest_name(target, names), "\"")
    refuse(key_of(where, "target"), quote_value(target), hint)
  }
  if (sum(names == target) > 1L) {
    found <- paste0(quote_value(target), ", which stands twice")
    refuse(key_of(where, "target"), found, "a name of one column")
  }
  if (length(names) == 1L) {
    found <- paste0(quote_value(target), ", the only column")
    refuse(key_of(where, "target"), found, "more columns beside it")
  }
  column <- match(target, names)
  scale <- check_number(value_or(value, "scale", 1), key_of(where, "scale"))
  if (scale <= 0) {
    refuse(key_of(where, "scale"), sprintf("%.15g", scale), "a number above 0 to divide by")
  }
  x <- unname(table[, -column, drop = FALSE]) / scale
  y <- unname(table[, column, drop = FALSE])
  if ("classes" %in% names(value)) {
    classes <- check_integer(value$classes, key_of(where, "classes"), 2, 1000000)
    y <- one_hot(y, classes, paste0(basename(file), ": column ", target))
  }
  n <- nrow(table)
  train <- check_rows(value_or(value, "rows", list(0, n - 1)), key_of(where, "rows"), n)
  held_out_x <- held_out_y <- NULL
  if ("held_out" %in% names(value)) {
    held_out <- check_rows(value$held_out, key_of(where, "held_out"), n)
    held_out_x <- x[held_out, , drop = FALSE]
    held_out_y <- y[held_out, , drop = FALSE]
  }
  list(
    x = x[train, , drop = FALSE], y = y[train, , drop = FALSE],
    held_out_x = held_out_x, held_out_y = held_out_y
  )
}

# A folder and the step back out of it, or a step out of the root.
step_back <- "(/[^/]+)?/[.][.](/|$)"

# The CSV file that a case names, inside the folder of its data.
#
# The name is relative to the folder that holds the case, or to the folder above it where that one
# is called "cases".
data_file <- function(name, where, path) {
  folder <- dirname(normalizePath(path))
  root <- if (basename(folder) == "cases") dirname(folder) else folder
  file <- normalizePath(if (is_absolute(name)) name else file.path(root, name), mustWork = FALSE)
  # Where there is no such file, R leaves ".." in its name.
  while (grepl(step_back, file)) {
    file <- sub(step_back, "/", file)
  }
  if (!startsWith(paste0(file, "/"), paste0(sub("/$", "", root), "/"))) {
    found <- paste0(quote_value(name), ", outside the folder of the case's data")
    refuse(where, found, "a path inside it")
  }
  if (!file.exists(file) || dir.exists(file)) {
    refuse(where, paste0(quote_value(name), ", which is not there"), "a CSV file")
  }
  file
}

# Whether a path begins at the root of a disk.
is_absolute <- function(name) {
  grepl(if (.Platform$OS.type == "windows") "^([/\\\\]|[A-Za-z]:)" else "^/", name)
}

# Read a CSV file of numbers: a line of column names, then lines of finite numbers.
read_csv <- function(file) {
  lines <- split_lines(read_text(file, basename(file), "a CSV file"))
  if (length(lines) < 2L) {
    refuse(basename(file), "without rows", "a line of column names, then at least one row")
  }
  names <- sub("^\"(.*)\"$", "\\1", trimws(split_cells(lines[[1L]])))
  body <- lines[-1L]
  widths <- lengths(regmatches(body, gregexpr(",", body, fixed = TRUE))) + 1L
  for (row in which(widths != length(names))) {
    input_error(
      basename(file), ": line ", row + 1L, " has ", widths[[row]], " columns; wanted ",
      length(names), ", as in its first line"
    )
  }
  cells <- split_cells(paste(body, collapse = ","))
  numbers <- parse_numbers(cells)
  for (i in which(!is.finite(numbers))) {
    row <- (i - 1L) %/% length(names) + 2L
    column <- names[[(i - 1L) %% length(names) + 1L]]
    refuse(
      paste0(basename(file), ": line ", row, ", column ", shorten_text(column)),
      quote_value(trimws(cells[[i]])), "a finite number"
    )
  }
  matrix(numbers, length(body), length(names), byrow = TRUE, dimnames = list(NULL, names))
}

# The cells of one line, also an empty last one.
split_cells <- function(line) {
  strsplit(paste0(line, ","), ",", fixed = TRUE)[[1L]]
}

# Decimals as the nearest doubles; NA where a text is not a number of JSON.
#
# They are read as JSON, because as.numeric misreads some decimals in the last place.
parse_numbers <- function(cells) {
  cells <- trimws(cells)
  is_json <- grepl("^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$", cells)
  numbers <- rep(NA_real_, length(cells))
  if (any(is_json)) {
    json <- paste0("[", paste(cells[is_json], collapse = ","), "]")
    numbers[is_json] <- as.double(jsonlite::fromJSON(json))
  }
  numbers
}

# A column of labels 0, 1, ... as a matrix with a 1 in the column of each label.
one_hot <- function(labels, classes, where) {
  codes <- labels[, 1L]
  for (row in which(codes != floor(codes) | codes < 0 | codes >= classes)) {
    found <- sprintf("%.15g in row %d", codes[[row]], row - 1L)
    refuse(where, found, paste("a whole number from 0 to", classes - 1L))
  }
  y <- matrix(0, length(codes), classes)
  y[cbind(seq_along(codes), codes + 1)] <- 1
  y
}

# The rows from first to last, given as counted from 0 and both included; here counted from 1.
check_rows <- function(value, where, n) {
  if (length(check_list(value, where)) != 2L) {
    refuse(where, paste("a list of", length(value)), "[first, last]")
  }
  first <- check_integer(value[[1L]], paste0(where, "[0]"), 0, n - 1)
  last <- check_integer(value[[2L]], paste0(where, "[1]"), first, n - 1)
  seq(first + 1L, last + 1L)
}
