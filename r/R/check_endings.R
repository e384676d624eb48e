# How a program ended, where that is why nothing could be judged: in a sentence with a way out; twin
# of check/endings.py in Python.

frameworks <- c("nnet", "neuralnet", "RSNNS", "torch", "keras", "tensorflow")
shown_lines <- 20L

# What ended a program early, or who trained instead of it; NULL where it ran to its end and trained
# by itself, or not at all.
describe_ending <- function(header, name) {
  message <- header$message
  if (!is.null(message)) {
    return(describe_error(message, name))
  }
  if (length(header$used) > 0L) {
    library <- names(header$used)[[1L]]
    said <- if (library %in% frameworks) library else "a library"
    paste0(
      name, " is trained by ", said, " (line ", header$used[[1L]], "): its gradients are ", said,
      "'s and are not checked; port compares its results with those of another program."
    )
  }
}

describe_error <- function(message, name) {
  text <- message$text
  line <- message$line
  where <- if (is.numeric(line) && line > 0) paste(" on line", line) else ""
  absent <- regmatches(text, regexec("there is no package called \\W?([[:alnum:]_.]+)", text))[[1L]]
  if (length(absent) > 0L) {
    return(paste0(
      name, " needs the package ", absent[[2L]], where, ", which this R does not have: ",
      "install.packages(\"", absent[[2L]], "\") installs it."
    ))
  }
  pattern <- "^Error[^<]*<text>:([0-9]+):([0-9]+): ([^\n]*)"
  wrong <- regmatches(text, regexec(pattern, text))[[1L]]
  if (length(wrong) > 0L) {
    return(paste0(
      name, " is no valid R on line ", wrong[[2L]], ", column ", wrong[[3L]], ": ",
      in_one_line(wrong[[4L]]), "."
    ))
  }
  paste0(name, " stopped", where, ": ", in_one_line(text))
}

in_one_line <- function(text) {
  shown <- gsub("[^[:print:]]", " ", text)
  if (nchar(shown) <= 200L) shown else paste0(substr(shown, 1L, 197L), "...")
}

# Lines that somebody's program printed, with every control character written out.
escape_lines <- function(lines) {
  vapply(lines, function(line) {
    codes <- utf8ToInt(enc2utf8(line))
    if (anyNA(codes)) {
      codes <- utf8ToInt(iconv(line, "UTF-8", "UTF-8", sub = "?"))
    }
    hidden <- codes < 32L | codes >= 127L & codes < 161L
    shown <- vapply(codes, intToUtf8, "")
    shown[hidden] <- sprintf("\\x%02x", codes[hidden])
    shown[codes == 9L] <- "\\t"
    text <- paste(shown, collapse = "")
    if (nchar(text) <= 200L) text else paste0(substr(text, 1L, 197L), "...")
  }, "", USE.NAMES = FALSE)
}
