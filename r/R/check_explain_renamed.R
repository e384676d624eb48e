# What belongs to another layer and was given a name of its own before it is taken; twin of
# check/explain/renamed.py in Python.

deepest_renamed <- 6L

slopes_of_argument <- c("slope_of_sigmoid_of_a", "slope_of_a")

# A slope or an input of another layer, told on the line where it is given a name.
#
# As in `a <- outputs[[k]]` above `delta <- e * a * (1 - a)`, and in `inputs <- row` above
# `w[j] <- w[j] - rate * d * inputs[j]`: what is taken is wrong, and not what is made of it.
# Elsewhere the fault stays what it is.
at_other_name <- function(table, fault, cause, sources) {
  graph <- table$graph
  if (!is.null(cause) && cause$id %in% slopes_of_argument && is.null(fault$told_at)) {
    return(at_call_of_helper(graph, fault))
  }
  if (identical(cause$id, "velocity_not_kept") && is.null(fault$told_at)) {
    return(at_reference(graph, fault))
  }
  # Another value of the way forward was taken.
  taken <- !is.null(fault$swapped) && fault$node == fault$update$u
  if (if (is.null(cause)) taken else identical(cause$id, "gradient_of_other_input")) {
    return(at_other_input(table, fault, sources))
  }
  is_of_other <- identical(cause$id, "slope_of_other_layer") && is.null(fault$told_at)
  if (is_of_other) at_other_slope(table, fault, sources) else fault
}

# A slope of another layer, told on the line where its activation is given a name.
at_other_slope <- function(table, fault, sources) {
  graph <- table$graph
  span <- place_of_node(graph, fault$node)
  text <- source_line(sources, span$file, span$line)
  own <- own_activation(table, fault)
  for (n in operands_on_line(graph, fault$node, span$line)) {
    site <- if (table$view$forward[[n]]) named_above(graph, n, span, text)
    # In the list that is named there the right one may be, too.
    known <- is.null(site) || is.null(own) || site %in% graph$bound[[as.character(own)]]
    if (!known && identical(graph$shape[[own]], graph$shape[[n]])) {
      right <- value_of(graph, own)
      other <- new_fault(n, right, list(list(n, right)), fault$update, NULL, fault$kind)
      other$told_at <- site
      return(other)
    }
  }
  fault
}

# A difference from the weights of the step before, told where these got their second name.
#
# An update in place changes both then, so that nothing is between them.
at_reference <- function(graph, fault) {
  for (n in operands_on_line(graph, fault$node, place_of_node(graph, fault$node)$line)) {
    p <- if (graph$op[[n]] == "sub") unique(graph$operands[[n]])
    if (length(p) == 1L && !is.na(p)) {
      fault$told_at <- site_of_second_name(graph, p)
      return(fault)
    }
  }
  fault
}

# The list that a number is taken of, where the right number is in no list of that line.
at_other_input <- function(table, fault, sources) {
  graph <- table$graph
  view <- table$view
  key <- match(fault$update$k, view$step$keys)
  weight <- if (is.na(key)) 0L else view$step$first[[key]]
  products <- if (weight > 0L) forward_users(graph, view, weight)
  products <- products[graph$op[products] == "mul"]
  inputs <- setdiff(unlist(graph$parents[products]), weight)
  if (length(inputs) != 1L || length(graph$shape[[fault$node]]) > 0L || !is.null(fault$told_at)) {
    return(fault)
  }
  right <- value_of(graph, inputs)
  old <- if (fault$node == fault$update$u) value_of(graph, fault$update$p) else 0
  made <- value_of(graph, fault$node) - old
  span <- place_of_node(graph, fault$node)
  text <- source_line(sources, span$file, span$line)
  for (n in operands_on_line(graph, fault$node, span$line)) {
    is_one <- !view$after[[n]] && length(graph$shape[[n]]) == 0L
    site <- if (is_one) named_above(graph, n, span, text)
    known <- is.null(site) || site %in% graph$bound[[as.character(inputs)]]
    # With the right number in its place the value is right.
    if (!known && is_near(made * right, (fault$right - old) * value_of(graph, n))) {
      other <- new_fault(n, right, list(list(n, right)), fault$update, NULL, fault$kind)
      other$told_at <- site
      return(other)
    }
  }
  fault
}

# The activation of the layer whose derivative a value should be; NULL where none is known.
own_activation <- function(table, fault) {
  goal <- if (!is.null(fault$wanted)) table$adjoint$at(fault$wanted)
  if (is.null(goal)) {
    return(NULL)
  }
  # Of single numbers a term of the sum before the activation has the same derivative.
  own <- Find(function(x) {
    known <- table$adjoint$at(x$z)
    !is.null(known) && is_near(abs(known), abs(goal))
  }, table$slopes)
  own$a
}

# What a value is made of on its own line, and what that line takes.
operands_on_line <- function(graph, n, line) {
  found <- integer(0)
  level <- n
  for (k in seq_len(deepest_renamed)) {
    level <- as.integer(unlist(graph$parents[level]))
    found <- c(found, level)
    level <- Filter(function(m) place_of_node(graph, m)$line == line, level)
  }
  unique(found)
}

# Where a value, or a list that it is in, got another name, by which a line takes it; else NULL.
named_above <- function(graph, n, span, text) {
  names <- graph$names[[n]]
  sites <- graph$bound[[as.character(n)]]
  best <- NULL
  for (i in seq_along(names)[-1L]) {
    at <- if (sites[[i]] > 0L) span_of_site(graph, sites[[i]]) else span
    above <- at$file == span$file && at$line < span$line
    pattern <- paste0("(?<![\\w.])\\Q", sub("\\[.*", "", names[[i]]), "\\E\\b")
    taken <- above && names[[i]] != names[[1L]] && grepl(pattern, text, perl = TRUE)
    if (taken && (is.null(best) || c(at$line, sites[[i]])[[1L]] >= best$line)) {
      best <- list(line = at$line, site = sites[[i]])
    }
  }
  best$site
}

# A slope that a helper computes as it should: where it is called it is given the activation.
at_call_of_helper <- function(graph, fault) {
  own <- place_of_node(graph, fault$node)$line
  sites <- graph$bound[[as.character(fault$node)]]
  named <- vapply(sites[sites > 0L], function(s) as.double(span_of_site(graph, s)$line), 1)
  nodes <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  users <- rev(nodes[nodes != fault$node])
  if (own %in% named || length(users) == 0L || graph$site[[users[[1L]]]] < 1L) {
    return(fault)
  }
  span <- place_of_node(graph, users[[1L]])
  if (span$line > own || own > span$end_line) fault$told_at <- graph$site[[users[[1L]]]]
  fault
}
