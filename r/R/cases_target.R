# The target of a CSV file: numbers, or classes by number or text; twin of cases/target.py
# in python/src/twinprop.

# The number of classes, their texts in the order of the columns of y, or NULL.
read_classes <- function(value, where) {
  if (!"classes" %in% names(value)) {
    return(NULL)
  }
  classes <- value$classes
  if (!is.list(classes)) {
    return(check_integer(classes, where, 2, 1000000))
  }
  is_repeated <- duplicated(classes)
  for (i in seq_along(check_list(classes, where))) {
    here <- paste0(where, "[", i - 1L, "]")
    if (check_text(classes[[i]], here) != trimws(classes[[i]])) {
      refuse(here, paste0(quote_value(classes[[i]]), ", with blanks around it"), "none")
    }
    if (is_repeated[[i]]) {
      refuse(here, paste0(quote_value(classes[[i]]), ", given twice"), "each text once")
    }
  }
  if (length(classes) < 2L) {
    refuse(where, "a list of 1", "at least 2 texts")
  }
  unlist(classes)
}

# The target as numbers, or with a 1 in the column of each row's class.
read_target <- function(table, target, classes, where, decimal) {
  cells <- plain_cell(table$rows[, target])
  place_of_row <- function(i) paste0(where, ": ", place_in(table, i, target))
  if (is.character(classes)) {
    for (i in which(!cells %in% classes)) {
      if (is_absent(cells[[i]])) {
        refuse_cell(cells[[i]], place_of_row(i), decimal)
      }
      wanted <- paste0("one of ", list_labels(classes), ", as in classes")
      refuse(place_of_row(i), quote_value(cells[[i]]), wanted)
    }
    check_matrix_memory(length(cells), length(classes), where)
    return(one_hot(match(cells, classes) - 1, length(classes)))
  }
  for (i in which(is_word(cells))) {
    refuse_label(cells, place_of_row(i), cells[[i]], classes)
  }
  numbers <- numbers_of(table, target, where, decimal)
  if (is.null(classes)) {
    return(numbers)
  }
  for (i in which(numbers != floor(numbers) | numbers < 0 | numbers >= classes)) {
    refuse_label(cells, place_of_row(i), cells[[i]], classes)
  }
  check_matrix_memory(length(cells), classes, where)
  one_hot(numbers, classes)
}

# Whether a cell is neither a number, with whatever sign before decimals, nor absent.
is_word <- function(cell) {
  is_number <- grepl(csv_number, cell, perl = TRUE) |
    grepl(csv_number, with_point(cell, ","), perl = TRUE)
  !is_number & !is_absent(cell)
}

# Refuse a target that is no number, or none of a class, with the key that names texts.
refuse_label <- function(cells, place, cell, classes) {
  number <- if (is.null(classes)) {
    "a finite number"
  } else {
    sprintf("a whole number from 0 to %d", classes - 1L)
  }
  texts <- sort(unique(cells[!is_absent(cells)]), method = "radix")
  is_usual <- if (!is.null(classes) && !is_word(cell)) {
    length(texts) == classes
  } else {
    length(texts) >= 2L && length(texts) <= 20L
  }
  if (!is_usual) {
    refuse(place, quote_value(cell), number)
  }
  wanted <- paste0(
    number, ", or the labels in the order you choose, \"classes\": [", list_labels(texts),
    "] (factor() of R sorts them, factorize() of pandas takes them as they come)"
  )
  refuse(place, quote_value(cell), wanted)
}

# Some labels as in a case, not too many.
list_labels <- function(labels) {
  shown <- vapply(labels[seq_len(min(10L, length(labels)))], quote_value, "")
  paste(c(shown, if (length(labels) > 10L) "..."), collapse = ", ")
}
