# A limit to the length of the gradient that is upside down, so that it makes it longer; twin of
# check/explain/clipped.py in Python.

# A gradient times its own length over a bound, which is more than 1 where it is to be less.
find_inverted_clip <- function(graph, alignment) {
  for (s in seq_along(alignment$views)) {
    view <- alignment$views[[s]]
    for (update in view$step$updates) {
      for (term in take_apart(graph, view, alignment$found$owner, update)$terms) {
        small <- enlarging_factor(graph, view, term$node)
        found <- if (!is.null(small)) list(small, 1 / value_of(graph, small))
        if (is.null(found)) found <- lengthened_gradient(graph, view, term)
        if (is.null(found)) next
        fault <- new_fault(found[[1L]], found[[2L]], list(found), update, NULL, "clip_inverted")
        fault$step <- s
        return(fault)
      }
    }
  }
  NULL
}

# A gradient times its own length, divided by a bound that is smaller, and what it should be; NULL
# without one. As in g * length / bound, where the length stands before the quotient.
lengthened_gradient <- function(graph, view, term) {
  n <- term$node
  way <- as.integer(if (!is.null(term$way)) term$way[1L, ])
  divided <- Filter(function(m) graph$op[[m]] == "div" && identical(graph$args[[m]][[1L]], n), way)
  small <- if (graph$op[[n]] == "mul" && length(divided) > 0L) length_beside(graph, view, n)
  if (is.null(small) || !is_root_of_squares(graph, view, small)) {
    return(NULL)
  }
  m <- divided[[length(divided)]]
  bound <- plain_number(graph, view, graph$args[[m]][[2L]])
  share <- if (!is.null(bound)) as.vector(value_of(graph, small)) / bound
  if (!is.null(share) && share > 1) list(m, value_of(graph, m) / share^2)
}

# The number that a gradient is multiplied by, or divided by, and that makes it longer.
enlarging_factor <- function(graph, view, n) {
  small <- length_beside(graph, view, n)
  if (is.null(small)) {
    return(NULL)
  }
  times <- graph$op[[n]] == "mul"
  share <- without_numbers(graph, view, small)
  made <- beside_number(graph, view, share, c("max", "min", "maximum", "minimum"))
  if (is.null(made)) made <- share
  longer <- if (times) value_of(graph, share) > 1 else value_of(graph, share) < 1
  if (longer && is_length_over_bound(graph, view, made, times)) share
}

# The number made of whole arrays that an array is multiplied by, or divided by; NULL without one.
length_beside <- function(graph, view, n) {
  args <- graph$args[[n]]
  inner <- as.integer(unlist(Filter(function(a) is_node(a) && view$after[[a]], args)))
  if (!graph$op[[n]] %in% c("mul", "div") || length(inner) != 2L) {
    return(NULL)
  }
  small <- inner[[order(graph$count[inner])[[1L]]]]
  placed <- graph$op[[n]] == "mul" || identical(args[[2L]], small)
  if (placed && max(graph$count[inner]) > 1 && is_length(graph, view, small)) small
}

# Whether a quotient is a length over a plain number, or the other way round.
is_length_over_bound <- function(graph, view, n, over) {
  ends <- graph$args[[n]]
  if (graph$op[[n]] != "div" || length(ends) != 2L) {
    return(FALSE)
  }
  if (!over) ends <- rev(ends)
  bound <- plain_number(graph, view, ends[[2L]])
  !is.null(bound) && is_root_of_squares(graph, view, ends[[1L]])
}

# What is multiplied by a plain number, as by the rate.
without_numbers <- function(graph, view, n) {
  repeat {
    inner <- beside_number(graph, view, n, "mul")
    if (is.null(inner)) {
      return(n)
    }
    n <- inner
  }
}

# What stands beside plain numbers in a product, or in a choice of the larger or smaller.
beside_number <- function(graph, view, n, operations) {
  nodes <- as.integer(unlist(Filter(function(a) is_node(a) && view$after[[a]], graph$args[[n]])))
  if (graph$op[[n]] %in% operations && length(nodes) == 1L) nodes
}

# Whether a value is a length, perhaps with a small number added to it.
is_root_of_squares <- function(graph, view, n) {
  if (!is_node(n) || !view$after[[n]]) {
    return(FALSE)
  }
  if (graph$op[[n]] == "add") {
    return(any(vapply(graph$args[[n]], function(a) is_root_of_squares(graph, view, a), NA)))
  }
  graph$op[[n]] %in% c("sqrt", "norm") ||
    (graph$op[[n]] == "pow" && identical(unlist(graph$args[[n]][[2L]]), 0.5))
}
