# Prints, as JSON, the source of every function of the R package: file, first line, text, and for
# each statement its line, indentation and text.

statements_of <- function(expression) {
  if (!is.call(expression)) {
    return(list())
  }
  parts <- as.list(expression)
  marks <- attr(expression, "srcref")
  found <- list()
  for (i in seq_along(parts)) {
    part <- parts[[i]]
    if (missing(part)) next
    if (!is.null(marks) && i > 1L) {
      found <- c(found, list(list(
        line = as.integer(marks[[i]])[[1L]],
        indent = as.integer(marks[[i]])[[5L]] - 1L,
        text = paste(as.character(marks[[i]]), collapse = "\n")
      )))
    }
    found <- c(found, statements_of(part))
  }
  found
}

describe_function <- function(name, namespace) {
  value <- get(name, envir = namespace)
  # What stands behind checks is the formula, and that has the statements.
  value <- get0("f", environment(value), inherits = FALSE, ifnotfound = value)
  source <- attr(value, "srcref")
  if (is.null(source)) {
    return(NULL)
  }
  list(
    file = basename(attr(source, "srcfile")$filename),
    line = as.integer(source)[[1L]],
    text = paste(as.character(source), collapse = "\n"),
    statements = statements_of(body(value))
  )
}

namespace <- asNamespace("twinprop")
names <- Filter(function(name) is.function(get(name, envir = namespace)), ls(namespace))
described <- lapply(stats::setNames(names, names), describe_function, namespace = namespace)
cat(jsonlite::toJSON(Filter(Negate(is.null), described), auto_unbox = TRUE))
