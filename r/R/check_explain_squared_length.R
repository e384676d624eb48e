# A gradient that is divided by the square of its length, where a limit wants its length; twin of
# check/explain/squared_length.py in Python.

same_length <- 1e-9

# A gradient times a bound over its squared length: it gets a length of bound over length.
#
# As where the length is squared twice, or its root is left out. The length may be that of all
# gradients together, or of each one.
find_squared_length <- function(graph, alignment) {
  for (s in seq_along(alignment$views)) {
    view <- alignment$views[[s]]
    updates <- view$step$updates
    found <- lapply(updates, function(update) divided_gradient(graph, alignment, view, update))
    # A length of each gradient limits those alone that are too long.
    own <- vapply(found, function(d) if (is.null(d)) 0 else sum(d$value^2), 1)
    for (i in which(!vapply(found, is.null, NA))) {
      by <- found[[i]]$by
      sizes <- as.vector(value_of(graph, by)) * c(1, found[[i]]$factors)^2
      wanted <- c(own[[i]], sum(own))
      near <- outer(sizes, wanted, function(x, y) abs(x - y) <= same_length * y)
      if (!any(near) || abs(sizes[[1L]] - 1) <= same_length) next
      right <- sqrt(value_of(graph, by))
      path <- list(list(by, right))
      fault <- new_fault(by, right, path, updates[[i]], NULL, "length_squared")
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# What an update takes that is divided by a single number made of gradients; NULL without one.
divided_gradient <- function(graph, alignment, view, update) {
  for (term in take_apart(graph, view, alignment$found$owner, update)$terms) {
    way <- as.integer(if (!is.null(term$way)) term$way[1L, ])
    for (n in c(as.integer(term$node), way)) {
      found <- read_divided(graph, view, n)
      if (!is.null(found)) {
        return(found)
      }
    }
  }
  NULL
}

# What is divided, the numbers that may be factors of it, and the number that divides it; or NULL.
read_divided <- function(graph, view, n) {
  args <- as.integer(unlist(Filter(function(a) is_node(a) && view$after[[a]], graph$args[[n]])))
  if (!graph$op[[n]] %in% c("mul", "div") || length(args) != 2L) {
    return(NULL)
  }
  is_quotient <- graph$op[[n]] == "div"
  for (pair in if (is_quotient) list(args) else list(args, rev(args))) {
    by <- if (is_quotient) pair[[2L]] else divisor_in_share(graph, view, pair[[2L]])
    if (is.null(by) || graph$count[[by]] > 1 || !is_length(graph, view, by)) next
    inner <- beside_number(graph, view, by, "add") # without epsilon
    whole <- pair[[1L]]
    factors <- if (graph$op[[whole]] == "mul") {
      unlist(lapply(graph$args[[whole]], function(a) plain_number(graph, view, a)))
    }
    by <- if (is.null(inner)) by else inner
    return(list(value = value_of(graph, whole), factors = factors, by = by))
  }
  NULL
}

# What a plain number is divided by in a share, which may be at most 1; or NULL.
divisor_in_share <- function(graph, view, share) {
  share <- without_numbers(graph, view, share)
  made <- beside_number(graph, view, share, c("max", "min", "maximum", "minimum"))
  if (is.null(made)) made <- share
  args <- graph$args[[made]]
  if (graph$op[[made]] != "div" || length(args) != 2L || !is_node(args[[2L]])) {
    return(NULL)
  }
  if (view$after[[args[[2L]]]] && !is.null(plain_number(graph, view, args[[1L]]))) args[[2L]]
}
