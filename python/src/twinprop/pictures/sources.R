# Prints, as JSON, the source of every function of the R package: file, first line, text, and of its
# statements lines, indentations and texts (columns: a list for each statement takes seconds).

statements_of <- function(expression) {
  if (!is.call(expression)) {
    return(list())
  }
  marks <- attr(expression, "srcref")
  parts <- as.list(expression)
  found <- vector("list", length(parts))
  for (i in seq_along(parts)) {
    part <- parts[[i]]
    if (missing(part)) next
    mark <- if (!is.null(marks) && i > 1L) list(marks[[i]])
    found[[i]] <- c(mark, statements_of(part))
  }
  unlist(found, recursive = FALSE)
}

text_of <- function(mark) paste(as.character(mark), collapse = "\n")

describe_function <- function(name, namespace) {
  value <- get(name, envir = namespace)
  # What stands behind checks is the formula, and that has the statements.
  value <- get0("f", environment(value), inherits = FALSE, ifnotfound = value)
  source <- attr(value, "srcref")
  if (is.null(source)) {
    return(NULL)
  }
  statements <- statements_of(body(value))
  list(
    file = basename(attr(source, "srcfile")$filename),
    line = as.integer(source)[[1L]],
    text = text_of(source),
    statements = list(
      line = I(vapply(statements, `[[`, 0L, 1L)),
      indent = I(vapply(statements, `[[`, 0L, 5L) - 1L),
      text = I(vapply(statements, text_of, ""))
    )
  )
}

namespace <- asNamespace("twinprop")
names <- Filter(function(name) is.function(get(name, envir = namespace)), ls(namespace))
described <- lapply(stats::setNames(names, names), describe_function, namespace = namespace)
cat(jsonlite::toJSON(Filter(Negate(is.null), described), auto_unbox = TRUE))
