# Weights that the error moves, though the output was not seen to be made of them; twin of
# check/explain/unseen.py in Python.

most_reached <- 400L

# Why a training is not followed as a whole whose other weights move rightly; NULL where it is.
#
# Some array is taken into a product, of which nothing more is seen, and in every step it is moved
# by what is made of the error.
describe_unseen <- function(graph, alignment) {
  views <- alignment$views
  nodes <- seq.int(views[[1L]]$step$begin + 1L, views[[length(views)]]$step$end)
  any_of <- function(name) Reduce(`|`, lapply(views, `[[`, name))
  forward <- any_of("forward")
  known <- any_of("cone") | forward
  errors <- any_of("meets")
  ends <- forward | alignment$found$owner > 0L | errors
  moved <- self_updates(graph, alignment$found$owner, nodes)
  for (site in unique(graph$site[moved$node])) {
    own <- graph$site[moved$node] == site
    n <- moved$node[own]
    p <- moved$before[own]
    if (length(n) < max(length(views) - 1L, 2L) || !all(p[-1L] == n[-length(n)])) next
    terms <- setdiff(graph$parents[[n[[1L]]]], p[[1L]])
    by_error <- function() any(errors[walk_from(terms, ends, graph$parents)])
    if (leads_nowhere(graph, p[[1L]], known) && by_error()) {
      name <- intersect(graph$names[[n[[1L]]]], graph$names[[p[[1L]]]])[[1L]]
      return(paste0(
        "line ", place_of_node(graph, n[[1L]])$line, " moves ", name, " by the error, and how the ",
        "output is made of it was not seen"
      ))
    }
  }
  NULL
}

# The sums that have a name of one of their operands, and of no parameter, and that operand.
self_updates <- function(graph, owner, nodes) {
  made <- nodes[graph$op[nodes] %in% c("add", "sub") & owner[nodes] == 0L & graph$count[nodes] > 1]
  before <- vapply(made, function(n) {
    old <- Filter(function(p) any(graph$names[[p]] %in% graph$names[[n]]), graph$parents[[n]])
    fits <- length(old) == 1L && owner[[old]] == 0L &&
      identical(graph$shape[[old]], graph$shape[[n]])
    if (fits) as.integer(old) else 0L
  }, 1L)
  list(node = made[before > 0L], before = before[before > 0L])
}

# Whether a product is made of a value, and nothing that goes into the training of that.
leads_nowhere <- function(graph, p, known) {
  users <- users_of(graph)
  products <- users[[p]][graph$op[users[[p]]] %in% setdiff(product_operations, "mul")]
  reached <- walk_from(products, known, users)
  length(products) > 0L && length(reached) < most_reached && !any(known[reached])
}

# What is reached from some values, the nearest first, as far as that is not too much.
walk_from <- function(nodes, ends, onward) {
  reached <- unique(as.integer(nodes))
  i <- 1L
  while (i <= length(reached) && length(reached) < most_reached) {
    n <- reached[[i]]
    if (!ends[[n]]) reached <- c(reached, setdiff(unique(as.integer(onward[[n]])), reached))
    i <- i + 1L
  }
  reached
}
