# How a program ended, where that is why nothing could be judged: in a sentence with a way out; twin
# of check/endings.py in Python.

frameworks <- c("nnet", "neuralnet", "RSNNS", "torch", "keras", "tensorflow")
shown_lines <- 20L
named_within <- 2000L # characters of a text in which files are looked for

nobody <- paste(
  ", and there is nobody to give it: put the answer into the program, or hand it over as an",
  "argument (arguments = ANSWER)."
)

# Where a program asks for input, which R answers with nothing; NULL where it does not.
describe_asking <- function(text, name) {
  asking <- "^[^#\"']*(\\breadline\\s*\\(|\\bstdin\\s*\\(\\s*\\)|[\"']stdin[\"'])"
  line <- grep(asking, split_lines(text), perl = TRUE)
  if (length(line) > 0L) paste0(name, " asks for input on line ", line[[1L]], nobody)
}

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

# What ended a program of which nothing could be judged, with what to do.
describe_stop <- function(header, name) {
  ending <- describe_ending(header, name)
  if (is.null(ending) || !startsWith(ending, paste(name, "stopped"))) {
    return(ending)
  }
  paste0(
    sub("[. ]+$", "", ending), "; mend that first: until then nothing was seen to be trained."
  )
}

# Where numbers of a program begin not to be finite; NULL where all are. Those that are given or
# moved, as gaps that are filled later, and not computed, count only where that is asked for.
describe_overflow <- function(graph, given) {
  if (all_finite(graph$block)) {
    return(NULL)
  }
  for (n in seq_len(graph$size)) {
    value <- value_of(graph, n)
    if (is.null(value) || all_finite(value) || !given && is_given(graph, n, value)) next
    line <- place_of_node(graph, n)$line
    if (line == 0L) next
    named <- name_of_node(graph, n)
    what <- if (nzchar(named)) paste(named, "on line", line) else paste("what line", line, "makes")
    return(paste(
      "From", what, "on numbers are not finite (an overflow, a division by zero, or missing",
      "data): a smaller rate, or scaled data, may keep them finite."
    ))
  }
}

# Whether a value was not computed: it was there, was moved, or is a gap of a certain size.
is_given <- function(graph, n, value) {
  parents <- graph$parents[[n]]
  is_gap <- length(value) > 1L && all(is.nan(value) | is.na(value))
  length(parents) == 0L || graph$op[[n]] == "move" || is_gap && all(graph$count[parents] == 1L)
}

describe_error <- function(message, name) {
  text <- without_wall(message$text)
  line <- message$line
  where <- if (is.numeric(line) && line > 0) paste(" on line", line) else ""
  absent <- regmatches(text, regexec("there is no package called \\W?([[:alnum:]_.]+)", text))[[1L]]
  if (length(absent) > 0L) {
    return(paste0(
      name, " needs the package ", absent[[2L]], where, ", which this R does not have: ",
      "install.packages(\"", absent[[2L]], "\") installs it."
    ))
  }
  if (grepl("annot allocate", text, fixed = TRUE)) {
    return(paste0(
      name, " needs more memory than it may use", where, ": memory_mb gives it more."
    ))
  }
  pattern <- "^Error[^<]*<text>:([0-9]+):([0-9]+): ([^\n]*)"
  wrong <- regmatches(text, regexec(pattern, text))[[1L]]
  if (length(wrong) > 0L) {
    return(paste0(
      name, " is no valid R on line ", wrong[[2L]], ", column ", wrong[[3L]], ": ",
      in_one_line(sub(" [0-9]+: .*", "", wrong[[4L]])), "." # without the lines that R shows below
    ))
  }
  if (startsWith(text, "SystemExit")) {
    return(paste0(name, " ended itself", where, ", before anything was seen to be trained."))
  }
  paste0(name, " stopped", where, ": ", in_one_line(text))
}

# A text in which files are named as from the program's own folder, not from its copy behind the
# wall.
without_wall <- function(text) {
  folder <- "[^\\s'\"(]*/twinprop-\\w+/space/work"
  head <- substr(text, 1L, named_within) # of a line without end the first part
  rest <- substring(text, named_within + 1L)
  paste0(gsub(folder, ".", gsub(paste0(folder, "/"), "", head, perl = TRUE), perl = TRUE), rest)
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
