# Where a fault is, in the words of an answer; twin of the end of check/explain/judge.py in Python.

longest_past <- 2000L
# x, y = f(z), or x <- f(z)
returned_value <- "^[^=<]*(?:=|<-|<<-)\\s*[\\w.$]+\\(.*\\)\\s*(?:#.*)?$"
from_call <- 6L # operations from one call of a function to the next
# What is shown of these is the value that is wrong for it, and not that of their line.
shown_by_another <- c("never_updated", "standardised_by_sample", "softmax_over_everything")

# Where a fault is, its line of source, and one element of both values.
describe_fault <- function(graph, fault, s, sources) {
  named <- Filter(function(step) graph$named[[step[[1L]]]], fault$path)
  last <- if (length(named) > 0L) named[[length(named)]] else list(fault$node, fault$right)
  if (graph$named[[fault$node]]) last <- list(fault$node, fault$right)
  if (fault$kind %in% shown_by_another) last <- fault$path[[1L]]
  where <- where_it_stands(graph, fault, s, name_of_node(graph, last[[1L]]), sources)
  span <- if (!is.null(fault$loop)) loop_around(graph, fault$loop, sources)
  if (is.null(span) && !is.null(fault$told_at)) {
    span <- span_of_site(graph, fault$told_at)
    where$name <- name_at(graph, last[[1L]], fault$told_at, where$name)
  }
  if (is.null(span) && nzchar(c(fault$counted, "")[[1L]])) {
    span <- counting_line(fault$counted, where$span, sources)
  }
  if (is.null(span)) span <- making_line(fault$begun, where$span, sources)
  if (is.null(span)) span <- where$span
  text <- source_line(sources, span$file, span$line)
  theirs <- value_of(graph, last[[1L]])
  first <- list(
    name = if (nzchar(where$name)) where$name else "this value",
    file = graph$header$files[[span$file + 1L]], line = if (span$line > 0L) span$line,
    span = span[c("line", "column", "end_line", "end_column")],
    source = if (nzchar(text)) escape_lines(trimws(text)),
    indent = nchar(text) - nchar(sub("^\\s+", "", text)), step = c(fault$seen_in, s)[[1L]],
    row = NULL, column = NULL, yours = NULL, right = NULL,
    your_shape = say_shape(theirs), right_shape = say_shape(last[[2L]]), ratio = NULL
  )
  first <- utils::modifyList(first, compare_values(theirs, last[[2L]]), keep.null = TRUE)
  if (!is.null(fault$shown)) {
    instead <- list(yours = fault$shown$yours, right = fault$shown$right, ratio = NULL,
                    right_shape = first$your_shape)
    first <- utils::modifyList(first, instead, keep.null = TRUE)
  }
  first
}

# What a value is called at one place; a name that is given where it is called nothing there.
name_at <- function(graph, n, site, name) {
  here <- which(graph$bound[[as.character(n)]] == site)
  if (length(here) > 0L) graph$names[[n]][[here[[1L]]]] else name
}

# Where one array was bound to two names at once, of which a wrong update is made; NULL if none was.
#
# As entries of one list they may be one array and yet replaced, not changed: then an update of the
# first step would not be made of another one at the same place.
shared_name <- function(graph, fault, s) {
  seen <- made_of_shape(graph, fault$update$u)
  places <- graph$site[seen[graph$op[seen] %in% c("add", "sub")]]
  mixed <- s == 1L && anyDuplicated(places) > 0L
  for (n in sort(seen, decreasing = TRUE)) {
    sites <- graph$bound[[as.character(n)]]
    sites <- utils::head(sites[sites > 0L], 2L)
    names <- utils::head(graph$names[[n]], 2L)
    if (length(sites) < 2L || length(unique(names)) < 2L) next
    if (!graph$op[[n]] %in% c("leaf", "flat")) next
    whole <- sub("\\[[^[]*$", "", names)
    holders <- unique(ifelse(nzchar(whole), whole, names))
    spans <- lapply(sites, function(site) span_of_site(graph, site))
    apart <- length(holders) == 2L && sites[[1L]] != sites[[2L]]
    if (spans[[1L]]$line == spans[[2L]]$line && (apart || mixed)) {
      return(spans[[1L]])
    }
  }
  NULL
}

# A value and what it is made of, as far as that has its shape.
made_of_shape <- function(graph, stack) {
  shape <- graph$shape[[stack]]
  seen <- integer(0)
  while (length(stack) > 0L && length(seen) < longest_past) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (n %in% seen || !identical(graph$shape[[n]], shape)) next
    seen <- c(seen, n)
    stack <- c(stack, graph$parents[[n]])
  }
  seen
}

# The place at which the loop around a value begins, where it begins after a line; else NULL.
loop_around <- function(graph, loop, sources) {
  span <- place_of_node(graph, loop$node)
  lines <- if (span$file < length(sources)) split_lines(sources[[span$file + 1L]])
  line <- find_loop(lines, span$line)
  if (is.null(line) || line <= loop$after) {
    return(NULL)
  }
  span_of_line(span$file, line, lines)
}

# A whole line of a program as a place.
span_of_line <- function(file, line, lines) {
  text <- sub("\\s+$", "", lines[[line]])
  begin <- nchar(text) - nchar(sub("^\\s+", "", text))
  list(file = file, line = line, column = begin, end_line = line, end_column = nchar(text))
}

# Where a value was given a name last, and not just given back by a function; NULL for nowhere.
stored_last <- function(graph, n, sources) {
  bound <- graph$bound[[as.character(n)]]
  for (site in rev(bound[bound > 0L])) {
    span <- span_of_site(graph, site)
    text <- source_line(sources, span$file, span$line)
    if (span$line == place_of_node(graph, n)$line || !grepl(returned_value, text, perl = TRUE)) {
      return(span)
    }
  }
  NULL
}

# The place of a fault and the name that it has there.
where_it_stands <- function(graph, fault, s, name, sources) {
  own <- list(span = place_of_node(graph, fault$node), name = name)
  shared <- shared_name(graph, fault, s)
  if (!is.null(shared)) {
    own$span <- shared # two names are one array, and what is done to one is done to the other
    return(own)
  }
  bound <- graph$bound[[as.character(fault$node)]]
  stored <- if (fault$alone) stored_last(graph, fault$node, sources)
  if (!is.null(stored)) {
    own$span <- stored
    return(own) # where one share is kept in place of the sum
  }
  # What a helper computes is right, but not wanted there: where it is called.
  misused <- !is.null(fault$swapped) || is_misused(graph, fault) || is_given_axis(graph, fault)
  caller <- if (misused) place_of_caller(graph, fault)
  if (!is.null(caller)) {
    own$span <- caller # a helper was given another value than it wants: where it is called
  } else if (fault$other_role && length(bound) > 1L) {
    # It is right as what it is first called, and wrong as what it is called after.
    other <- graph$names[[fault$node]][[2L]]
    if (bound[[2L]] > 0L && other != name) {
      own <- list(span = span_of_site(graph, bound[[2L]]), name = other)
    }
  }
  own
}

# Whether what a helper computes is right, but not wanted there, as where it is called twice.
is_misused <- function(graph, fault) {
  if (fault$kind != "sigmoid_twice") {
    return(fault$kind == "activation_twice")
  }
  level <- fault$node
  for (k in seq_len(from_call)) {
    level <- unlist(graph$parents[level])
    if (any(graph$site[level] == graph$site[[fault$node]])) {
      return(TRUE)
    }
  }
  FALSE
}

# Whether the place of a wrong sum sums over another axis elsewhere: it is told which.
is_given_axis <- function(graph, fault) {
  n <- fault$node
  own <- if (graph$op[[n]] == "sum") reduced_axis(graph, n)
  if (is.null(own) || graph$site[[n]] == 0L) {
    return(FALSE)
  }
  same <- which(graph$site == graph$site[[n]] & graph$op == "sum")
  axes <- unlist(lapply(same, function(m) reduced_axis(graph, m)))
  any(axes != own)
}

# The only line on which something is counted up, as a whole number has no place of its own.
counting_line <- function(name, span, sources) {
  own <- quote_pattern(name)
  only_line(sprintf("^\\s*(%s\\s*\\+=|%s\\s*(=|<-)\\s*%s\\s*\\+)", own, own, own), span, sources)
}

# The only line that gives something a name, of those before a place; NULL where there is none.
making_line <- function(name, span, sources) {
  if (is.null(name)) {
    return(NULL)
  }
  makes <- "^(?:.*[,;\\s])?%s\\s*(?:,.*[^=!<>])?(?:=[^=]|<-)"
  found <- only_line(sprintf(makes, quote_pattern(name)), span, sources)
  if (!is.null(found) && found$line < span$line) found
}

quote_pattern <- function(name) gsub("([][{}()+*^$|\\\\?.])", "\\\\\\1", name)

# The only line of a file that is as a pattern says.
only_line <- function(pattern, span, sources) {
  lines <- if (span$file < length(sources)) split_lines(sources[[span$file + 1L]])
  found <- grep(pattern, lines, perl = TRUE)
  if (length(found) == 1L) span_of_line(span$file, found, lines)
}

# The place outside of a helper where its value is named, or else used; NULL where it has none.
place_of_caller <- function(graph, fault) {
  own <- place_of_node(graph, fault$node)$line
  sites <- graph$bound[[as.character(fault$node)]]
  places <- lapply(sites[sites > 0L], function(site) span_of_site(graph, site))
  if (any(vapply(places, function(p) p$line == own, NA))) {
    return(NULL)
  }
  nodes <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  nodes <- rev(nodes[nodes != fault$node])
  used <- lapply(nodes, function(n) place_of_node(graph, n))
  of_helper <- !is.null(fault$swapped) && all(fault$swapped == fault$node)
  if (!of_helper) {
    # What has no name may be made by a helper of what it makes, as in `ifelse(x > 0, 1, 0)`.
    inner <- vapply(used, function(p) p$line == own, NA) & !graph$named[nodes]
    used <- used[cumsum(!inner) > 0L]
    if (length(used) > 0L && used[[1L]]$line <= own && own <= used[[1L]]$end_line) {
      return(NULL) # it is used where it is made, so that no helper made it
    }
  }
  Find(function(p) p$line != own && p$line > 0L, c(places, used))
}

source_line <- function(sources, file, line) {
  lines <- if (file < length(sources)) split_lines(sources[[file + 1L]])
  if (line >= 1L && line <= length(lines)) lines[[line]] else ""
}

say_shape <- function(value) {
  if (is.null(dim(value))) "1 number" else paste(dim(value), collapse = " x ")
}

# The element that differs most, the first of those but for rounding, and the ratio where it is the
# same everywhere.
compare_values <- function(theirs, right) {
  if (!identical(shape_now(theirs), shape_now(right))) {
    return(list())
  }
  width <- if (length(dim(theirs)) < 2L) length(theirs) else utils::tail(dim(theirs), 1L)
  x <- ravel(theirs)
  y <- ravel(right)
  off <- abs(x - y)
  off[is.na(off)] <- Inf
  at <- which(off >= (1 - 1e-9) * max(off))[[1L]]
  values <- list(yours = plain_or_text(x[[at]]), right = plain_or_text(y[[at]]))
  values["ratio"] <- list(say_ratio(x, y))
  if (!is.null(dim(theirs))) {
    values$row <- (at - 1L) %/% width + 1L
    values$column <- (at - 1L) %% width + 1L
  }
  values
}

say_ratio <- function(x, y) {
  kept <- abs(y) > 1e-9 * largest(y)
  kept[is.na(kept)] <- FALSE
  if (!any(kept) || !all_finite(x)) {
    return(NULL)
  }
  ratios <- x[kept] / y[kept]
  if (diff(range(ratios)) > 1e-7 * max(abs(ratios)) || all(ratios == 0)) {
    return(NULL)
  }
  r <- stats::median(ratios)
  known <- c("-1" = "the opposite", "2" = "twice the right one", "0.5" = "half the right one")
  word <- known[as.character(round(r, 9))]
  if (is.na(word)) paste(sprintf("%.6g", r), "times the right one") else word[[1L]]
}

plain_or_text <- function(value) {
  if (is.finite(value)) value else if (is.na(value)) "nan" else if (value > 0) "inf" else "-inf"
}
