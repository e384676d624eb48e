# The derivative of a function of the program's own, wrong where the program computes it; twin of
# check/explain/own_function.py in Python.

# A product of a right derivative and a slope, told where the slope is computed.
#
# The slope is a function of the way forward alone, made on another line, and what it should be is
# the quotient of the two derivatives.
at_own_function <- function(graph, table, fault) {
  n <- fault$node
  view <- table$view
  if (graph$op[[n]] != "mul" || nzchar(fault$kind) || length(graph$args[[n]]) != 2L) {
    return(fault)
  }
  args <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
  slope <- args[view$moved[args] & !view$after[args] & !view$forward[args]]
  from <- args[view$after[args]]
  if (length(slope) != 1L || length(from) != 1L) {
    return(fault)
  }
  line <- function(m) place_of_node(graph, m)$line
  back <- value_of(graph, from)
  theirs <- value_of(graph, slope)
  shapes <- unique(lapply(list(theirs, value_of(graph, n), back, fault$right), shape_now))
  if (line(slope) == line(n) || length(shapes) != 1L || !matches_some(table, from)) {
    return(fault)
  }
  right <- fault$right / back
  right[back == 0] <- theirs[back == 0]
  if (is_near(theirs, right)) {
    return(fault)
  }
  fault$node <- slope
  fault$right <- right
  fault$path <- list(list(slope, right))
  fault["wanted"] <- list(NULL)
  fault
}
