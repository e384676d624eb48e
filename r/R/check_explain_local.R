# A parameter of R that only the function itself has the new value of: `<-` beside `<<-`; twin of
# check/explain/local.py in Python.

assigned_name <- "^\\s*([A-Za-z.][\\w.]*)\\s*(<<?-)"
begins_function <- "\\bfunction\\s*\\(|\\\\\\("

# The first update by `<-` where all others are by `<<-`, and all begin outside the function.
#
# The next step of the same call finds the new value; whoever calls finds the old one.
find_local_update <- function(graph, alignment, sources) {
  if (!identical(graph$header$language, "r")) {
    return(NULL)
  }
  step <- alignment$views[[1L]]$step
  known <- lapply(step$updates, function(c) stored_text(graph, c, sources))
  arrows <- vapply(known, function(at) at$arrow, "")
  files <- unique(vapply(known, function(at) at$file, 1))
  if (!setequal(arrows, c("<-", "<<-")) || length(files) > 1L) {
    return(NULL)
  }
  i <- match("<-", arrows)
  at <- known[[i]]
  begun <- lapply(step$updates, function(c) begun_line(graph, step$first[[match(c$k, step$keys)]]))
  outside <- vapply(begun, function(b) {
    !is.null(b) && b$file == at$file && b$line < at$line
  }, NA)
  if (!all(outside) || !is_kept_local(at, vapply(begun, function(b) b$line, 1), sources)) {
    return(NULL)
  }
  update <- step$updates[[i]]
  right <- value_of(graph, update$u)
  fault <- new_fault(update$u, right, list(list(update$u, right)), update, NULL, "kept_local")
  fault$shown <- list(
    yours = paste(at$name, "of this function alone"),
    right = paste(at$name, "of the function around it")
  )
  fault
}

# Whether a name is assigned once after all parameters have begun, in a function that begins after
# them and not among them.
is_kept_local <- function(at, begun, sources) {
  lines <- split_lines(sources[[at$file + 1L]])
  last <- max(begun)
  code <- sub("#.*", "", lines)
  own <- paste0("(?<![\\w.$])\\Q", at$name, "\\E\\s*(<<?-|=(?!=))")
  inside <- which(grepl(own, code, perl = TRUE))
  begins <- which(grepl(begins_function, lines, perl = TRUE))
  !any(begins > min(begun) & begins <= last) && any(begins > last & begins <= at$line) &&
    identical(as.double(inside[inside > last]), as.double(at$line))
}

# The name and the arrow of the text in which a new value is stored, with file and line.
stored_text <- function(graph, update, sources) {
  sites <- Filter(function(x) x > 0L, graph$bound[[as.character(update$u)]])
  if (length(sites) == 0L) {
    return(list(name = "", arrow = "", file = -1, line = 0))
  }
  span <- span_of_site(graph, sites[[1L]])
  text <- substring(source_line(sources, span$file, span$line), span$column + 1)
  found <- regmatches(text, regexec(assigned_name, text, perl = TRUE))[[1L]]
  if (length(found) == 0L) found <- c("", "", "")
  list(name = found[[2L]], arrow = found[[3L]], file = as.double(span$file),
       line = as.double(span$line))
}

# The file and the line where a parameter got its name; NULL where it got none.
begun_line <- function(graph, first) {
  sites <- Filter(function(x) x > 0L, graph$bound[[as.character(first)]])
  span <- if (length(sites) > 0L) span_of_site(graph, sites[[1L]])
  if (!is.null(span)) list(file = as.double(span$file), line = as.double(span$line))
}
