# The data of a case: inline, or from a CSV file inside its folder; twin of cases/data.py
# in python/src/twinprop.

# Read the key "data" of a case: samples and targets, scaled.
read_data <- function(value, where, path) {
  table <- read_table(value, where, path)
  prepare_data(table, where, table$train, table$held_out)
}

# The key "data" of a case before scaling: {x, y}, or a CSV file and what to take of it.
read_table <- function(value, where, path) {
  if ("csv" %in% names(value)) {
    return(read_csv_table(value, where, path))
  }
  check_object(value, where, c("x", "y"), character())
  x <- check_matrix(value$x, key_of(where, "x"))
  y <- check_matrix(value$y, key_of(where, "y"))
  if (nrow(y) != nrow(x)) {
    found <- paste("of", count_of(nrow(y), "row"))
    refuse(key_of(where, "y"), found, paste0(nrow(x), ", as many as x has"))
  }
  list(x = x, y = y, scale = 1, train = seq_len(nrow(x)), held_out = NULL)
}

# The rows to train on and those held out, scaled by what the former alone say.
prepare_data <- function(table, where, train, held_out) {
  x <- table$x[train, , drop = FALSE]
  scaled <- if (is.character(table$scale)) {
    scaling <- fit_scaling(x, table$scale)
    function(rows) apply_scaling(scaling, rows)
  } else {
    function(rows) rows / table$scale
  }
  data <- list(
    x = scaled(x), y = table$y[train, , drop = FALSE], held_out_x = NULL, held_out_y = NULL
  )
  if (!is.null(held_out)) {
    data$held_out_x <- scaled(table$x[held_out, , drop = FALSE])
    data$held_out_y <- table$y[held_out, , drop = FALSE]
  }
  if (!all(is.finite(data$x), is.finite(data$held_out_x))) {
    refuse(where, "not finite once scaled", "smaller numbers or another scale")
  }
  data
}

# Read features and target from a CSV file, and choose the rows to train on.
read_csv_table <- function(value, where, path) {
  optional <- c("features", "classes", "scale", "rows", "held_out", "split")
  check_object(value, where, c("csv", "target"), optional)
  file <- data_file(check_text(value$csv, key_of(where, "csv")), key_of(where, "csv"), path)
  source <- paste0(basename(path), ": ", basename(file))
  table <- read_csv(file, source)
  names <- colnames(table)
  target <- column_of(value$target, key_of(where, "target"), names)
  if (length(names) == 1L) {
    found <- paste0(quote_value(names[[target]]), ", the only column")
    refuse(key_of(where, "target"), found, "more columns beside it")
  }
  columns <- seq_along(names)[-target]
  if ("features" %in% names(value)) {
    columns <- read_features(value$features, key_of(where, "features"), names, target)
  }
  y <- unname(table[, target, drop = FALSE])
  if ("classes" %in% names(value)) {
    classes <- check_integer(value$classes, key_of(where, "classes"), 2, 1000000)
    y <- one_hot(y, classes, paste0(source, ": column ", names[[target]]))
  }
  scale <- read_scale(value_or(value, "scale", 1), key_of(where, "scale"))
  rows <- read_rows(value, where, nrow(table))
  list(
    x = unname(table[, columns, drop = FALSE]), y = y, scale = scale,
    train = rows$train, held_out = rows$held_out
  )
}

# The position of a column that a case names.
column_of <- function(value, where, names) {
  name <- check_text(value, where)
  if (!name %in% names) {
    hint <- paste0("a column of the CSV file, such as \"", nearest_name(name, names), "\"")
    refuse(where, quote_value(name), hint)
  }
  if (sum(names == name) > 1L) {
    refuse(where, paste0(quote_value(name), ", which stands twice"), "a name of one column")
  }
  match(name, names)
}

# The columns of x, each once; the target among them would give the answer away.
read_features <- function(value, where, names, target) {
  columns <- integer()
  for (i in seq_along(check_list(value, where))) {
    here <- paste0(where, "[", i - 1L, "]")
    column <- column_of(value[[i]], here, names)
    if (column %in% c(target, columns)) {
      found <- if (column == target) "the target" else "given twice"
      refuse(here, paste0(quote_value(value[[i]]), ", ", found), "another column")
    }
    columns <- c(columns, column)
  }
  columns
}

# A number to divide by, or the name of a scaling that is learned.
read_scale <- function(value, where) {
  if (is.character(value)) {
    if (!value %in% scalings) {
      wanted <- paste("a number to divide by, or one of", paste(scalings, collapse = ", "))
      refuse(where, quote_value(value), wanted)
    }
    return(value)
  }
  scale <- check_number(value, where)
  if (scale <= 0) {
    refuse(where, sprintf("%.15g", scale), "a number above 0 to divide by")
  }
  scale
}

# The rows to train on and those held out (or NULL): given ranges, or a drawn split.
read_rows <- function(value, where, n) {
  rows <- check_rows(value_or(value, "rows", list(0, n - 1)), key_of(where, "rows"), n)
  if (!"split" %in% names(value)) {
    if (!"held_out" %in% names(value)) {
      return(list(train = rows, held_out = NULL))
    }
    held_out <- check_rows(value$held_out, key_of(where, "held_out"), n)
    if (any(held_out %in% rows)) {
      ends <- as.list(c(range(held_out), range(rows)) - 1L)
      found <- do.call(sprintf, c("[%d, %d], which overlaps rows, [%d, %d]", ends))
      refuse(key_of(where, "held_out"), found, "two ranges without a common row")
    }
    return(list(train = rows, held_out = held_out))
  }
  key <- key_of(where, "split")
  if ("held_out" %in% names(value)) {
    refuse(key, "given beside held_out", "one of the two")
  }
  split <- check_object(value$split, key, c("held_out", "seed"), character())
  share <- check_share(split$held_out, paste0(key, ".held_out"))
  seed <- check_integer(split$seed, paste0(key, ".seed"), -largest_integer)
  first <- floor(length(rows) * share + 0.5)
  if (first <= 0 || first >= length(rows)) {
    found <- sprintf("%.15g of %d rows", share, length(rows))
    refuse(paste0(key, ".held_out"), found, "rows on both sides")
  }
  chosen <- split_rows(length(rows), share, seed)
  list(train = rows[chosen[[1L]]], held_out = rows[chosen[[2L]]])
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
  if (dir.exists(file)) {
    refuse(where, paste0(quote_value(name), ", a folder"), "a CSV file")
  }
  if (!file.exists(file)) {
    refuse(where, paste0(quote_value(name), ", which is not there"), "a CSV file")
  }
  file
}

# Whether a path begins at the root of a disk.
is_absolute <- function(name) {
  grepl(if (.Platform$OS.type == "windows") "^([/\\\\]|[A-Za-z]:)" else "^/", name)
}

# Read a CSV file of numbers: a line of column names, then lines of finite numbers.
read_csv <- function(file, where) {
  lines <- split_lines(read_text(file, where, "a CSV file"))
  if (length(lines) < 2L) {
    refuse(where, "without rows", "a line of column names, then at least one row")
  }
  names <- sub("^\"(.*)\"$", "\\1", trimws(split_cells(lines[[1L]])))
  body <- lines[-1L]
  widths <- lengths(regmatches(body, gregexpr(",", body, fixed = TRUE))) + 1L
  for (row in which(widths != length(names))) {
    input_error(
      where, ": line ", row + 1L, " has ", count_of(widths[[row]], "column"), "; wanted ",
      length(names), ", as in its first line"
    )
  }
  cells <- split_cells(paste(body, collapse = ","))
  numbers <- parse_numbers(cells)
  for (i in which(!is.finite(numbers))) {
    row <- (i - 1L) %/% length(names) + 2L
    column <- names[[(i - 1L) %% length(names) + 1L]]
    refuse(
      paste0(where, ": line ", row, ", column ", shorten_text(column)),
      quote_value(trimws(cells[[i]])), "a finite number"
    )
  }
  matrix(numbers, length(body), length(names), byrow = TRUE, dimnames = list(NULL, names))
}

# The cells of one line, also an empty last one.
split_cells <- function(line) {
  strsplit(paste0(line, ","), ",", fixed = TRUE)[[1L]]
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
