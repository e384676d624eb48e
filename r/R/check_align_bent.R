# Gradients that are cut off before they move a parameter: what is cut is the gradient; twin of
# check/align/bent.py in Python.

gathering_operations <- c("sum", "max", "min", "mean", "norm", "inner")
deepest_length <- 12L
most_at_once <- 40L

# Take for each parameter's change the gradient before it is cut off, or its norm limited: the factor
# by which all parameters move of what is left; 0 where nothing is cut off.
read_bent <- function(graph, views, reading) {
  found <- lapply(views, function(view) integer(0))
  first <- 0
  bent <- FALSE
  for (s in seq_along(views)) {
    factors <- numeric(0) # of one step: a rate may fall
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
    if (length(factors) != 1L || factors > 0) {
      return(0)
    }
    if (first == 0) first <- -factors
  }
  if (!bent) {
    return(0)
  }
  for (s in seq_along(found)) {
    for (i in seq_along(found[[s]])) take_gradient(graph, reading, s, i, found[[s]][[i]])
  }
  first
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
      if (!identical(graph$shape[[big]], graph$shape[[n]]) || !is_length(graph, view, inner[[1L]])) {
        return(n)
      }
      n <- big
    } else if (graph$op[[n]] == "move" && length(inner) == 1L && only_bounds(graph, n, inner)) {
      n <- inner
    } else {
      return(n)
    }
  }
}

# Whether what was put into a gradient is one number, nearer to 0 than what stood there.
only_bounds <- function(graph, n, before) {
  index <- movement_of(graph, n)
  if (is.null(index) || !identical(graph$shape[[n]], graph$shape[[before]])) {
    return(FALSE)
  }
  changed <- index != seq_along(index) - 1
  new <- ravel(value_of(graph, n))[changed]
  old <- ravel(value_of(graph, before))[changed]
  alike <- !any(changed) || max(new) == min(new)
  alike && all_true(new * old >= 0) && all_true(abs(new) <= abs(old))
}

# Whether a single number is made of whole arrays, as the length of a gradient is.
is_length <- function(graph, view, n) {
  if (graph$count[[n]] > 1) {
    return(FALSE)
  }
  level <- n
  for (k in seq_len(deepest_length)) {
    if (any(graph$op[level] %in% gathering_operations)) {
      return(TRUE)
    }
    level <- unlist(graph$parents[level])
    level <- utils::head(level[view$after[level]], most_at_once)
  }
  FALSE
}
