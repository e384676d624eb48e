# Gradients that are cut off before they move a parameter: what is cut is the gradient; twin of
# check/align/bent.py in Python.

# Take for each parameter's change the gradient before it is cut off, or its norm limited: the factor
# by which all parameters move of what is left; 0 where nothing is cut off.
read_bent <- function(graph, views, reading) {
  found <- lapply(views, function(view) integer(0))
  factors <- numeric(0)
  bent <- FALSE
  for (s in seq_along(views)) {
    for (row in reading$rows[[s]]) {
      parts <- row$parts
      if (is.null(parts) || length(parts$terms) != 1L || length(parts$past) > 0L ||
            parts$decay != 0) {
        return(0)
      }
      term <- parts$terms[[1L]]
      inner <- find_inner(graph, views[[s]], term$node)
      bent <- bent || inner != term$node
      factors <- union(factors, term$factor)
      found[[s]] <- c(found[[s]], inner)
    }
  }
  if (!bent || length(factors) != 1L || factors > 0) {
    return(0)
  }
  for (s in seq_along(found)) {
    for (i in seq_along(found[[s]])) take_gradient(graph, reading, s, i, found[[s]][[i]])
  }
  -factors
}

# What is cut off between -c and c, or multiplied by a number made of gradients.
find_inner <- function(graph, view, n) {
  repeat {
    args <- graph$args[[n]]
    inner <- as.integer(unlist(Filter(function(a) is_node(a) && view$after[[a]], args)))
    if (graph$op[[n]] == "clip" && length(args) == 3L && length(inner) == 1L) {
      low <- operand_of(graph, args[[2L]])
      high <- operand_of(graph, args[[3L]])
      if (is.null(low) || is.null(high) || !all_true(low == -high)) {
        return(n)
      }
      n <- inner
    } else if (graph$op[[n]] %in% c("mul", "div") && length(inner) == 2L) {
      inner <- inner[order(graph$count[inner])]
      big <- inner[[2L]]
      if (graph$count[[inner[[1L]]]] > 1 || !identical(graph$shape[[big]], graph$shape[[n]])) {
        return(n)
      }
      n <- big
    } else {
      return(n)
    }
  }
}
