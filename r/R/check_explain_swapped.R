# Learning rate and momentum in each other's place, as their names and their sizes both say; twin of
# check/explain/swapped.py in Python.

# A velocity that keeps the learning rate of itself and takes the momentum of the gradient.
#
# Any two numbers train, so numbers alone say nothing. Told only where what multiplies the velocity
# is called a rate and is the smaller one, and what multiplies the gradient is called momentum.
find_swapped_rate <- function(graph, alignment, best) {
  if (best$rule$name != "momentum" || length(alignment$views) < 2L) {
    return(NULL)
  }
  view <- alignment$views[[2L]]
  nodes <- which(view$cone)
  for (n in nodes[nodes > view$step$begin]) {
    if (!is_mixed(graph, view, n)) next
    parts <- current_parts(graph, view, n)
    small <- factor_called(graph, view, parts[[2L]], "rate")
    large <- factor_called(graph, view, parts[[1L]], "momentum")
    if (is.null(small) || is.null(large) || !(0 < small && small < large)) next
    past <- value_of(graph, parts[[2L]])
    turned <- graph$op[[n]] == "sub" && graph$args[[n]][[1L]] == parts[[1L]]
    sign <- if (turned) -1 else 1
    now <- minus(value_of(graph, n), sign * past)
    right <- plus(sign * past * (large / small), now * (small / large))
    update <- view$step$updates[[1L]]
    kind <- "momentum_and_rate_swapped"
    fault <- new_fault(n, right, list(list(n, right)), update, NULL, kind)
    fault$step <- 2L
    return(fault)
  }
  NULL
}

# The number by which something is multiplied, where it is called what is asked for; else NULL.
factor_called <- function(graph, view, n, what) {
  if (graph$op[[n]] != "mul") {
    return(NULL)
  }
  for (a in Filter(is_node, graph$args[[n]])) {
    number <- plain_number(graph, view, a)
    if (!is.null(number) && any(is_called(graph$names[[a]], what))) {
      return(number)
    }
  }
  NULL
}

# Whether the last part of a name, as in self.learning_rate or cfg$lr, is a known one.
is_called <- function(names, what) {
  known <- unlist(read_knowledge()$called[[what]])
  vapply(strsplit(tolower(as.character(unlist(names))), "[^a-z_]+"), function(parts) {
    parts <- parts[nzchar(parts)]
    length(parts) > 0L && gsub("_", "", parts[[length(parts)]], fixed = TRUE) %in% known
  }, NA)
}
