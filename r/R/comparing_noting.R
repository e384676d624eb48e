# Numbers of a running program written down, and taken from another program; twin of noting.py.
#
# This file needs nothing but R: it comes with the package, or is copied beside your program and
# sourced. The notes go to the folder notes_r, or to the one that TWINPROP_NOTES names;
# `twinprop compare notes_python notes_r` reads both. What `feed` takes comes from the folder that
# TWINPROP_FEED names.

# Of this process: the file of notes, how often each name came, and what the other one noted.
notes_state <- new.env()

#' Write a number or an array down under a name.
#'
#' A name that comes again is numbered, z1#2, z1#3, so nothing need be said in a loop.
#'
#' @param name character. What both programs call it.
#' @param value array_like. Numbers or truth values, of any shape.
#' @param ... object. Where it was, such as epoch = 3, which goes before the name.
#' @return array_like. The value.
#' @examples
#' \dontrun{
#' for (e in 1:10) note("loss", 1 / e, epoch = e)
#' }
#' @export
note <- function(name, value, ...) {
  write_note(numbered_name(whole_name(name, list(...)), "counts"), check_noted(name, value))
  invisible(value)
}

#' The other program's value under a name if there is one, else the own; noted in either case.
#'
#' So the two may start from the same random numbers, whoever drew them.
#'
#' @param name character. What both programs call it.
#' @param value array_like. What this program would go on with.
#' @param ... object. As for note.
#' @return array_like. In the type and shape of the value.
#' @examples
#' \dontrun{
#' W1 <- feed("W1", matrix(runif(12), 4))
#' }
#' @export
feed <- function(name, value, ...) {
  check_noted(name, value)
  whole <- numbered_name(whole_name(name, list(...)), "fed")
  other <- other_notes()[[whole]]
  if (!is.null(other)) {
    shape <- if (is.null(dim(value))) length(value) else dim(value)
    if (!identical(other$shape[other$shape != 1], as.double(shape)[shape != 1])) {
      stop(
        whole, " is ", paste(other$shape, collapse = " x "), " in the other program, ",
        paste(shape, collapse = " x "), " here", call. = FALSE
      )
    }
    n <- length(dim(value))
    numbers <- if (n < 2L) other$values else aperm(array(other$values, rev(dim(value))), n:1)
    value[] <- as.vector(numbers)
  }
  write_note(numbered_name(whole_name(name, list(...)), "counts"), value)
  value
}

whole_name <- function(name, at) {
  where <- if (length(at)) paste0(names(at), "=", vapply(at, as.character, ""))
  whole <- enc2utf8(paste(c(where, as.character(name)), collapse = "/"))
  if (whole == "" || grepl("[\"\\\\[:cntrl:]]", whole)) {
    wanted <- "a name without quotes and backslashes"
    stop("a note is called ", whole, "; wanted ", wanted, call. = FALSE)
  }
  whole
}

numbered_name <- function(name, kind) {
  if (is.null(notes_state[[kind]])) {
    notes_state[[kind]] <- new.env() # in which a name is found at once, however many there are
  }
  count <- get0(name, notes_state[[kind]], inherits = FALSE, ifnotfound = 0) + 1
  assign(name, count, notes_state[[kind]])
  if (count == 1) name else paste0(name, "#", format(count, scientific = FALSE))
}

check_noted <- function(name, value) {
  if (!is.numeric(value) && !is.logical(value)) {
    stop(name, " holds ", class(value)[[1L]], "; wanted numbers", call. = FALSE)
  }
  value
}

write_note <- function(name, value) {
  if (is.null(notes_state$file)) {
    folder <- Sys.getenv("TWINPROP_NOTES", "notes_r")
    dir.create(folder, showWarnings = FALSE, recursive = TRUE)
    # In full, as the program may change its folder.
    notes_state$file <- file.path(normalizePath(folder), "notes.jsonl")
    file.create(notes_state$file)
    notes_state$size <- 0
  }
  n <- length(dim(value))
  # Row by row, as other languages have it; a single number has no shape.
  shape <- if (n > 0L) dim(value) else if (length(value) != 1L) length(value)
  numbers <- as.double(if (n < 2L) value else aperm(value, n:1))
  text <- sprintf("%.17g", numbers)
  text[text == "-0"] <- "-0.0"
  text[is.nan(numbers)] <- "\"nan\""
  text[is.na(numbers) & !is.nan(numbers)] <- "null"
  text[is.infinite(numbers)] <- ifelse(numbers[is.infinite(numbers)] > 0, "\"inf\"", "\"-inf\"")
  line <- paste0(
    "{\"name\": \"", name, "\", \"shape\": [", paste(shape, collapse = ", "), "], \"values\": [",
    paste(text, collapse = ", "), "]}"
  )
  append_note(line)
}

# R does not say where a disk is full; the size of the file does.
append_note <- function(line) {
  file <- file(notes_state$file, "ab")
  writeLines(line, file, useBytes = TRUE)
  close(file)
  notes_state$size <- notes_state$size + nchar(line, "bytes") + 1
  if (file.size(notes_state$file) < notes_state$size) {
    stop(
      notes_state$file, " could not be written whole; make room there, or name another folder by ",
      "TWINPROP_NOTES", call. = FALSE
    )
  }
}

# Shape and numbers of each of the other program's notes, read once.
other_notes <- function() {
  if (is.null(notes_state$other)) {
    notes_state$other <- new.env()
    folder <- Sys.getenv("TWINPROP_FEED")
    if (folder != "") {
      path <- file.path(folder, "notes.jsonl")
      if (!file.exists(path)) {
        stop("TWINPROP_FEED is ", folder, ", which has no notes.jsonl", call. = FALSE)
      }
      for (line in readLines(path, encoding = "UTF-8", warn = FALSE)) {
        one <- read_note(line)
        assign(one$name, one, notes_state$other)
      }
    }
  }
  notes_state$other
}

read_note <- function(line) {
  pattern <- "^\\{\"name\": \"([^\"]*)\", \"shape\": \\[(.*)\\], \"values\": \\[(.*)\\]\\}$"
  found <- regmatches(line, regexec(pattern, line))[[1L]]
  if (length(found) != 4L) {
    begin <- substr(line, 1L, 40L)
    stop("the other program's notes are damaged or not whole: ", begin, call. = FALSE)
  }
  split <- function(text) strsplit(gsub("[ \"]", "", text), ",", fixed = TRUE)[[1L]]
  list(
    name = found[[2L]], shape = as.double(split(found[[3L]])),
    values = read_decimals(split(found[[4L]]))
  )
}

# Decimals of 17 digits as the doubles that they were written from.
#
# R's own reader misses some by one unit in the last place; written again, they tell.
read_decimals <- function(texts) {
  special <- c(nan = NaN, inf = Inf, "-inf" = -Inf, null = NA)
  values <- ifelse(texts %in% names(special), special[texts], 0)
  plain <- !texts %in% names(special)
  numbers <- as.numeric(texts[plain])
  wanted <- sub("^-0[.]0$", "-0", texts[plain])
  unit <- pmax(abs(numbers) * 2^-53, 2^-1074)
  for (step in c(1, -1, 2, -2, 3, -3)) {
    wrong <- sprintf("%.17g", numbers) != wanted
    if (!any(wrong)) break
    near <- numbers[wrong] + step * unit[wrong]
    fits <- sprintf("%.17g", near) == wanted[wrong]
    numbers[wrong][fits] <- near[fits]
  }
  values[plain] <- numbers
  unname(values)
}
