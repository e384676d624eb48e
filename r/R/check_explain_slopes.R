# A factor of a wrong product that should be a slope: where that factor is made; twin of
# check/explain/slopes.py in Python.

farthest_use <- 6L

# The fault moved from a product to its factor that stands where a slope belongs, and whether the
# function that made the factor makes right values elsewhere in the step, so that its caller is
# wrong.
#
# The other factors are right as they are. What the way forward itself is made of, as a in
# delta = e a, is right where it is made: there the product is wrong.
find_wrong_slope <- function(table, fault) {
  for (i in rev(seq_along(fault$path))) {
    node <- as.integer(fault$path[[i]][[1L]])
    is_product <- table$graph$op[[node]] == "mul"
    found <- if (is_product) wrong_factor(table, node, fault$path[[i]][[2L]])
    if (!is.null(found)) {
      fault$node <- found[[1L]]
      fault$right <- found[[2L]]
      fault$path <- c(fault$path[seq_len(i)], list(found))
      fault["wanted"] <- list(NULL)
      return(list(fault = fault, is_called = is_right_elsewhere(table, fault$node)))
    }
  }
  list(fault = fault, is_called = FALSE)
}

# The factor of a product, and the slope that makes the product right in its place.
wrong_factor <- function(table, node, right) {
  graph <- table$graph
  for (factor in factors_of(graph, node)) {
    p <- factor$node
    others <- lapply(factor$beside, function(a) operand_of(graph, a))
    if (!is_beside(table, p) || any(vapply(others, is.null, NA))) next
    rest <- Reduce(times, others, 1)
    for (x in table$slopes) {
      known <- !is.null(x$slope) && identical(shape_now(x$slope), graph$shape[[p]])
      if (!known || is_near(value_of(graph, p), x$slope)) next
      if (is_near(times(rest, x$slope), right)) {
        return(list(as.integer(p), x$slope))
      }
    }
  }
  NULL
}

# The factors of a product, of those that are products without a name too; what is beside each.
factors_of <- function(graph, node) {
  args <- graph$args[[node]]
  found <- list()
  for (i in seq_along(args)) {
    a <- args[[i]]
    if (!is_node(a)) next
    found <- c(found, list(list(node = a, beside = args[-i])))
    if (graph$op[[a]] == "mul" && !graph$named[[a]]) {
      found <- c(found, lapply(factors_of(graph, a), function(factor) {
        list(node = factor$node, beside = c(args[-i], factor$beside))
      }))
    }
  }
  found
}

# Whether a value was made for the way back alone: by no derivative, and by an operation.
is_beside <- function(table, p) {
  view <- table$view
  on_the_way <- view$after[[p]] || view$forward[[p]] || view$cut[[p]]
  !on_the_way && table$graph$site[[p]] > 0L && !table$graph$op[[p]] %in% c("leaf", "constant")
}

# Whether the place that makes a value makes one on the way forward, or a right slope.
is_right_elsewhere <- function(table, p) {
  graph <- table$graph
  step <- table$view$step
  own <- seq_len(graph$size)
  own <- own[own > step$begin & own <= step$end & graph$site == graph$site[[p]] & own != p]
  any(vapply(own, function(n) {
    table$view$forward[[n]] || any(vapply(table$slopes, function(x) {
      !is.null(x$slope) && is_near(value_of(graph, n), x$slope)
    }, NA))
  }, NA))
}

# Whether the place that makes a value makes a right slope for another place that uses it: then it
# is a helper, and its caller is wrong. Within a loop the place that uses it is the same.
is_right_for_another <- function(table, node) {
  graph <- table$graph
  step <- table$view$step
  site <- graph$site[[node]]
  if (site <= 0L) {
    return(FALSE)
  }
  own <- used_at(graph, node)
  alike <- which(graph$site == site)
  alike <- alike[alike > step$begin & alike <= step$end & alike != node]
  any(vapply(alike, function(n) {
    is_slope <- any(vapply(table$slopes, function(x) {
      !is.null(x$slope) && is_near(value_of(graph, n), x$slope)
    }, NA))
    is_slope && !used_at(graph, n) %in% c(own, 0L)
  }, NA))
}

# The place of the first value on another line that is made of a value; 0 where none is.
used_at <- function(graph, n) {
  line <- place_of_node(graph, n)$line
  for (k in seq_len(farthest_use)) {
    users <- users_of(graph)[[n]]
    if (length(users) == 0L) {
      return(0L)
    }
    n <- users[[1L]]
    if (place_of_node(graph, n)$line != line) {
      return(graph$site[[n]])
    }
  }
  0L
}
