# What a rule should keep and is 0 in every step: the gradients that enter such a rule; twin of
# check/align/nothing.py in Python.

# The share that a product is of what is 0 and was not made of the steps before, and that value;
# NULL of anything else. It has a parameter's size; a single 0 has the name of the sum that it is a
# term of.
share_of_nothing <- function(graph, view, m, total) {
  args <- graph$args[[m]]
  if (graph$op[[m]] != "mul" || length(args) != 2L) {
    return(NULL)
  }
  for (i in 1:2) {
    share <- plain_number(graph, view, args[[i]])
    other <- args[[3L - i]]
    part <- !is.null(share) && share > 0 && share < 1
    if (part && is_node(other) && is_nothing(graph, view, other, total)) {
      return(list(share = share, past = as.double(other)))
    }
  }
  NULL
}

# Whether a value that a rule may have kept is 0 without being made of the steps before. Zeros may
# be the same value as a bias that begins with them.
is_nothing <- function(graph, view, n, total) {
  if (view$after[[n]] || graph$at[[n]] < 0) {
    return(FALSE)
  }
  own <- graph$names[[n]]
  named <- graph$count[[n]] == 1 && any(own %in% graph$names[[total]])
  if (!named && !graph$count[[n]] %in% graph$count[view$step$first]) {
    return(FALSE)
  }
  made <- any(view$touched[graph$parents[[n]]]) && graph$op[[n]] != "flat"
  (!made || is_made_zero(graph, n)) && !any_nonzero(value_of(graph, n))
}

# Whether a value is nothing by how it is made: x - x, or x * 0.
is_made_zero <- function(graph, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] == "sub") {
    return(length(unique(args)) == 1L)
  }
  numbers <- lapply(Filter(Negate(is_node), args), operand_of, graph = graph)
  graph$op[[n]] == "mul" && any(vapply(numbers, identical, NA, 0))
}

# Take for each parameter's change the gradient of a rule whose past is 0 in every step; whether
# there is one for every parameter of every step.
read_begun_anew <- function(graph, views, reading) {
  found <- Map(function(view, rows) {
    lapply(rows, function(row) {
      own <- Filter(function(c) c$k == row$k, view$step$updates)
      if (length(own) == 1L) lone_gradient(graph, view, own[[1L]])
    })
  }, views, reading$rows)
  if (length(views) < 3L || any(vapply(unlist(found, recursive = FALSE), is.null, NA))) {
    return(FALSE)
  }
  for (s in seq_along(views)) {
    for (i in seq_along(found[[s]])) take_gradient(graph, reading, s, i, found[[s]][[i]])
  }
  TRUE
}

lone_gradient <- function(graph, view, update) {
  key <- paste("beside nothing in", update$u)
  known_of(view, key, gradient_beside_nothing(graph, view, update$u, update$p))
}

gradient_beside_nothing <- function(graph, view, u, p) {
  for (n in which(rule_nodes(graph, view, u, p))) {
    part <- if (n != u) part_beside_nothing(graph, view, n)
    if (!is.null(part)) {
      m <- root_of_square(graph, split_number(graph, view, part)$node)
      return(if (identical(graph$shape[[m]], graph$shape[[u]])) m)
    }
  }
  NULL
}

# Of a sum of what is 0 in every step and of something of this step, that; NULL of anything else.
part_beside_nothing <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "add" || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(NULL)
  }
  for (pair in list(args, rev(args))) {
    past <- share_of_nothing(graph, view, pair[[1L]], n)
    if (!is.null(past) && view$after[[pair[[2L]]]]) {
      return(pair[[2L]])
    }
  }
  NULL
}
