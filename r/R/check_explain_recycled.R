# Weights that R recycles down the samples, where they should be multiplied with each sample; twin
# of check/explain/recycled.py in Python.

# A product of a table and of one weight for each of its columns, which run down the columns.
#
# Told only where the rows of the product are summed up, so that a product of matrices is meant.
find_recycled_weights <- function(graph, alignment) {
  for (s in seq_along(alignment$views)) {
    view <- alignment$views[[s]]
    for (n in which(view$cone & graph$op == "mul")) {
      right <- meant_product(graph, view, n)
      if (!is.null(right) && any(right != value_of(graph, n))) {
        updates <- view$step$updates
        last <- updates[[length(updates)]]
        fault <- new_fault(n, right, list(list(n, right)), last, NULL, "weights_recycled")
        fault$step <- s
        return(fault)
      }
    }
  }
  NULL
}

# Each column times its weight, where a product is something else; NULL where it is not.
meant_product <- function(graph, view, n) {
  own <- graph$shape[[n]]
  if (length(own) != 2L || length(graph$args[[n]]) != 2L || own[[1L]] == own[[2L]]) {
    return(NULL)
  }
  users <- users_of(graph)[[n]]
  sums <- Filter(function(u) identical(reduced_axis(graph, u), 2L), users[graph$op[users] == "sum"])
  nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
  nodes <- Filter(function(a) identical(graph$shape[[a]], own), nodes)
  from <- vapply(nodes, function(a) as.integer(origin_of(graph, a)), 1L)
  spread <- which(view$cut[from])
  data <- nodes[!view$moved[nodes]]
  if (length(sums) == 0L || length(spread) != 1L || length(data) != 1L) {
    return(NULL)
  }
  weights <- value_of(graph, from[[spread]])
  index <- movement_of(graph, nodes[[spread]])
  down <- ravel(array(seq_len(own[[2L]]) - 1, own))
  if (length(weights) != own[[2L]] || !all_true(index == down)) {
    return(NULL)
  }
  times(value_of(graph, data), array(ravel(weights), c(1L, own[[2L]])))
}
