# CSV files as people have them, read cell by cell; twin of cases/csv.py in python/src/twinprop.
#
# What can be read in one way only is read; what could be meant otherwise is refused, with the key
# of a case that says how it is meant. Unlike Python's, functions here take many cells at once.

csv_number <- "^[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?$"
largest_whole <- "9007199254740992" # 2^53; above it double leaves whole numbers out
separators <- c("," = "comma", ";" = "semicolon", "\t" = "tab", "|" = "bar")
missing_values <- c(
  "", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "?", ".", "-"
)

# Read a CSV file: a line of column names, then rows, all of the same length.
read_csv <- function(file, where, style) {
  text <- split_lines(read_text(file, where, "a CSV file"))
  lines <- which(!grepl("^[ \r]*$", text))
  if (length(lines) < 2L) {
    refuse(where, "without rows", "a line of column names, then at least one row")
  }
  check_head(text[[lines[[1L]]]], text[[lines[[2L]]]], paste0(where, ": line ", lines[[1L]]), style)
  rows <- split_cells(text[lines], paste0(where, ": line ", lines), style$separator)
  names <- plain_cell(rows[[1L]])
  rows <- drop_row_names(rows[-1L], length(names))
  lines <- lines[-1L]
  for (i in which(lengths(rows) != length(names))) {
    row <- rows[[i]]
    extra <- length(row) == length(names) + 1L && plain_cell(row[[length(row)]]) == ""
    input_error(
      where, ": line ", lines[[i]], " has ", count_of(length(row), "column"), "; wanted ",
      length(names), ", as in its first line",
      if (extra) paste0("; remove the ", separators[[style$separator]], " at its end")
    )
  }
  list(names = names, rows = do.call(rbind, rows), lines = lines)
}

# Refuse a first line that is none of names, or that is separated otherwise.
check_head <- function(head, row, where, style) {
  if (grepl("^[ \t\r\n]*#", head)) {
    refuse(where, paste0("a comment, ", quote_value(head)), "the names of the columns; remove it")
  }
  if (grepl("^sep=", head, ignore.case = TRUE)) {
    found <- paste0(quote_value(head), ", which Excel alone reads")
    refuse(where, found, "the names of the columns; remove it")
  }
  present <- vapply(names(separators), grepl, TRUE, head, fixed = TRUE)
  if (!present[[style$separator]] && any(present)) {
    other <- names(separators)[present][[1L]]
    wanted <- paste0(
      "a ", separators[[style$separator]], ", or \"separator\": ", quote_separator(other),
      if (other != "," && style$decimal == "." && grepl("[0-9],[0-9]", row)) {
        " and \"decimal\": \",\""
      }
    )
    refuse(where, paste("separated by a", separators[[other]]), paste(wanted, "in data"))
  }
}

# A separator as it is written in a case.
quote_separator <- function(sign) {
  if (sign == "\t") "\"\\t\"" else paste0("\"", sign, "\"")
}

# The cells of one line as they stand, also an empty last one.
split_cells <- function(line, where, separator) {
  cells <- vector("list", length(line))
  is_quoted <- grepl("\"", line, fixed = TRUE)
  cells[!is_quoted] <- strsplit(paste0(line[!is_quoted], separator), separator, fixed = TRUE)
  sign <- paste0("[", separator, "]")
  other <- paste0("[^\"", separator, "]*+")
  end <- paste0("(?=", sign, "|\\z)")
  cell <- paste0("[ ]*+\"(?:[^\"]++|\"\")*+\"[ ]*+", end, "|", other, end)
  whole <- paste0(separator, line[is_quoted])
  found <- regmatches(whole, gregexpr(paste0(sign, "(?:", cell, ")"), whole, perl = TRUE))
  for (i in which(vapply(found, paste, "", collapse = "") != whole)) {
    input_error(
      where[is_quoted][[i]], " has a quotation mark that is not closed in this line, or stands ",
      "inside a cell; wanted each row on one line, and quotation marks around whole cells"
    )
  }
  cells[is_quoted] <- lapply(found, substring, 2L)
  cells
}

# A cell without the blanks and the quotation marks around it.
plain_cell <- function(cell) {
  odd <- which(grepl("[ \t\r\n\"]", cell))
  inner <- trimws(cell[odd])
  is_quoted <- nchar(inner) >= 2L & startsWith(inner, "\"")
  inside <- substr(inner[is_quoted], 2L, nchar(inner[is_quoted]) - 1L)
  inner[is_quoted] <- trimws(gsub("\"\"", "\"", inside, fixed = TRUE))
  cell[odd] <- inner
  cell
}

# The rows without their first cell, where it is a name that the first line leaves out.
#
# So R's write.table writes them. They are names where they are quoted, no numbers, or a count.
drop_row_names <- function(rows, columns) {
  lasts <- vapply(rows, function(row) row[[length(row)]], "")
  if (any(lengths(rows) != columns + 1L) || all(lasts == "")) {
    return(rows) # what is too long by an empty last cell has a separator too many
  }
  firsts <- trimws(vapply(rows, `[[`, "", 1L))
  plain <- plain_cell(firsts)
  count <- seq_along(rows)
  are_names <- all(startsWith(firsts, "\"")) ||
    !any(grepl(csv_number, plain, perl = TRUE) | plain == "") ||
    all(plain == count - 1L) || all(plain == count)
  if (are_names) lapply(rows, `[`, -1L) else rows
}

# Whether a cell is what people and programs write where a value is missing.
is_absent <- function(cell) {
  tolower(cell) %in% missing_values
}

# The rows in which nothing is missing in some columns; labels are never missing.
keep_whole_rows <- function(table, columns, labels, where) {
  cells <- table$rows[, columns, drop = FALSE]
  cells[] <- plain_cell(cells)
  absent <- matrix(is_absent(cells) & !cells %in% labels, nrow(cells))
  kept <- which(rowSums(absent) == 0)
  if (length(kept) == 0L) {
    refuse(where, "without a row in which nothing is missing", "at least one")
  }
  list(names = table$names, rows = table$rows[kept, , drop = FALSE], lines = table$lines[kept])
}

# Some columns of a table as finite numbers.
numbers_of <- function(table, columns, where, decimal) {
  cells <- plain_cell(as.vector(t(table$rows[, columns, drop = FALSE]))) # row by row
  texts <- with_point(cells, decimal)
  numbers <- parse_numbers(texts)
  for (i in which(!is.finite(numbers) | is_beyond(texts))) {
    row <- (i - 1L) %/% length(columns) + 1L
    column <- columns[[(i - 1L) %% length(columns) + 1L]]
    refuse_cell(cells[[i]], paste0(where, ": ", place_in(table, row, column)), decimal)
  }
  matrix(numbers, nrow(table$rows), length(columns), byrow = TRUE)
}

# Line and column of a cell, as people find it.
place_in <- function(table, row, column) {
  paste0("line ", table$lines[[row]], ", column ", shorten_text(table$names[[column]]))
}

# Decimals as the nearest doubles; NA where a text is no number.
#
# They are read as JSON, because as.numeric misreads some decimals in the last place.
parse_numbers <- function(cells) {
  numbers <- rep(NA_real_, length(cells))
  is_written <- grepl(csv_number, cells, perl = TRUE)
  if (any(is_written)) {
    numbers[is_written] <- json_doubles(json_numbers(cells[is_written]))
  }
  numbers
}

# Numbers as JSON writes them: without plus and leading zeros, with digits around the point.
json_numbers <- function(cells) {
  others <- which(grepl("^[+.]|^-?0[0-9]|^-[.]|[.]$|[.][eE]", cells))
  number <- sub("^(-?)0+([0-9])", "\\1\\2", sub("^[+]", "", cells[others]))
  number <- sub("^(-?)[.]", "\\10.", number)
  cells[others] <- sub("[.]($|[eE])", "\\1", number)
  cells
}

# A number with a point for whatever sign stands there; with a wrong one it is no number.
with_point <- function(cell, decimal) {
  if (decimal == ".") {
    return(cell)
  }
  gsub(",", ".", gsub(".", "_", cell, fixed = TRUE), fixed = TRUE)
}

# Whether a number is written as a whole one beyond 2^53.
is_beyond <- function(number) {
  is_long <- nchar(number) >= nchar(largest_whole)
  long <- number[is_long]
  digits <- sub("^[-+]?0*", "", long)
  length_of_it <- nchar(digits)
  is_long[is_long] <- grepl("^[-+]?[0-9]+$", long) &
    (length_of_it > 16L | (length_of_it == 16L & digits > largest_whole))
  is_long
}

# Refuse a cell that is no finite number, by what it looks like.
refuse_cell <- function(cell, where, decimal) {
  wanted <- "a finite number"
  other <- if (decimal == ",") "." else ","
  number <- with_point(cell, decimal)
  if (is_absent(cell)) {
    found <- if (cell == "") "empty" else paste0(quote_value(cell), ", a missing value")
    way_out <- ", or \"missing\": \"drop\" in data to leave such rows out"
    refuse(where, found, paste0(wanted, way_out))
  }
  if (!grepl("[0-9]", cell) && !grepl(not_finite, cell, perl = TRUE, ignore.case = TRUE)) {
    way_out <- ", or \"features\" in data without this column"
    refuse(where, paste0(quote_value(cell), ", a text"), paste0(wanted, way_out))
  }
  is_number <- grepl(csv_number, number, perl = TRUE)
  if (is_number && is_beyond(number)) {
    found <- ", a whole number beyond 2^53, which float64 may not hold"
    way_out <- "a smaller one, or \"features\" in data without this column"
    refuse(where, paste0(shorten_text(cell), found), way_out)
  }
  if (is_number) {
    refuse(where, paste0(quote_value(cell), ", beyond the range of float64"), wanted)
  }
  if (grepl(csv_number, with_point(cell, other), perl = TRUE)) {
    kind <- if (other == ".") "point" else "comma"
    instead <- if (other == ".") "comma" else "point"
    found <- paste0(quote_value(cell), ", with a decimal ", kind)
    refuse(where, found, paste0("a decimal ", instead, ", or \"decimal\": \"", other, "\" in data"))
  }
  refuse(where, quote_value(cell), wanted)
}
