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
  optional <- c(optional, "missing", "separator", "decimal")
  check_object(value, where, c("csv", "target"), optional)
  file <- data_file(check_text(value$csv, key_of(where, "csv")), key_of(where, "csv"), path)
  source <- paste0(basename(path), ": ", basename(file))
  style <- read_style(value, where)
  table <- read_csv(file, source, style)
  chosen <- read_columns(value, where, table$names, source)
  classes <- read_classes(value, key_of(where, "classes"))
  if ("missing" %in% names(value)) {
    if (!identical(value$missing, "drop")) {
      refuse(key_of(where, "missing"), quote_value(value$missing), "\"drop\"")
    }
    labels <- if (is.character(classes)) classes
    table <- keep_whole_rows(table, unlist(chosen), labels, source)
  }
  y <- read_target(table, chosen$target, classes, source, style$decimal)
  x <- numbers_of(table, chosen$columns, source, style$decimal)
  scale <- read_scale(value_or(value, "scale", 1), key_of(where, "scale"))
  rows <- read_rows(value, where, nrow(x))
  list(x = x, y = y, scale = scale, train = rows$train, held_out = rows$held_out)
}

# What separates the cells of the CSV file, and the sign before decimals.
read_style <- function(value, where) {
  separator <- value_or(value, "separator", ",")
  decimal <- value_or(value, "decimal", ".")
  if (!is_text(separator) || !separator %in% names(separators)) {
    wanted <- paste(vapply(names(separators), quote_separator, ""), collapse = " ")
    refuse(key_of(where, "separator"), quote_value(separator), paste("one of", wanted))
  }
  if (!is_text(decimal) || !decimal %in% c(".", ",")) {
    refuse(key_of(where, "decimal"), quote_value(decimal), "one of \".\" \",\"")
  }
  list(separator = separator, decimal = decimal)
}

# The columns of y and of x: those that are named, or all but the target and an index.
#
# A first column without a name is an index, as pandas and R write it, and no feature.
read_columns <- function(value, where, names, source) {
  if (!list(value$target) %in% as.list(names) && all(grepl(csv_number, names, perl = TRUE))) {
    found <- paste0("of numbers, ", quote_value(names[[1L]]), " first")
    refuse(paste0(source, ": line 1"), found, "column names")
  }
  target <- column_of(value$target, key_of(where, "target"), names)
  if ("features" %in% names(value)) {
    columns <- read_features(value$features, key_of(where, "features"), names, target)
    return(list(target = target, columns = columns))
  }
  columns <- setdiff(seq_along(names), c(target, if (names[[1L]] == "") 1L))
  if (length(columns) == 0L) {
    found <- paste0(quote_value(names[[target]]), ", the only column")
    refuse(key_of(where, "target"), found, "more columns beside it")
  }
  for (column in columns[names[columns] == ""]) {
    input_error(
      source, ": column ", column, " has no name; give it one, or name those to use in ",
      "\"features\" (what separates cells, at the end of each line, makes such a column)"
    )
  }
  list(target = target, columns = columns)
}

# The position of a column that a case names.
column_of <- function(value, where, names) {
  name <- check_text(value, where)
  if (!name %in% names) {
    hint <- paste("a column of the CSV file, such as", quote_value(nearest_name(name, names)))
    refuse(where, quote_value(name), hint)
  }
  if (sum(names == name) > 1L) {
    refuse(where, paste0(quote_value(name), ", which stands twice"), "a name of one column")
  }
  match(name, names)
}

# The columns of x, each once; the target among them would give the answer away.
read_features <- function(value, where, names, target) {
  columns <- vapply(seq_along(check_list(value, where)), function(i) {
    column_of(value[[i]], paste0(where, "[", i - 1L, "]"), names)
  }, 1L)
  for (i in which(columns == target | duplicated(columns))) {
    found <- if (columns[[i]] == target) "the target" else "given twice"
    here <- paste0(where, "[", i - 1L, "]")
    refuse(here, paste0(quote_value(value[[i]]), ", ", found), "another column")
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
  if (is_special(file)) {
    refuse(where, paste0(quote_value(name), ", a pipe or a device"), "a CSV file")
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

# The rows from first to last, given as counted from 0 and both included; here counted from 1.
check_rows <- function(value, where, n) {
  if (length(check_list(value, where)) != 2L) {
    refuse(where, paste("a list of", length(value)), "[first, last]")
  }
  first <- check_integer(value[[1L]], paste0(where, "[0]"), 0, n - 1)
  last <- check_integer(value[[2L]], paste0(where, "[1]"), first, n - 1)
  seq(first + 1L, last + 1L)
}
