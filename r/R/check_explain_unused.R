# What a program without an update computes again and again, and leaves unused; twin of
# check/explain/unused.py in Python.

fewest_passes <- 3L
gradient_operations <- c(
  "matmul", "crossprod", "outer", "inner", "einsum", "sum", "mean", "div", "mul"
)
deepest_error <- 8L # operations from an error to a gradient

# A sentence on the first gradient that each pass makes anew, and that nothing is made of, or NULL.
describe_unused <- function(graph) {
  nodes <- which(graph$named & graph$op %in% gradient_operations & graph$count > 1)
  nodes <- nodes[lengths(users_of(graph)[nodes]) == 0L]
  sites <- vapply(nodes, function(n) utils::tail(graph$bound[[as.character(n)]], 1L), 1L)
  nodes <- nodes[sites > 0L]
  sites <- sites[sites > 0L]
  for (site in unique(sites)) {
    own <- nodes[sites == site]
    first <- value_of(graph, own[[1L]])
    same <- all(vapply(own, function(n) identical(value_of(graph, n), first), NA))
    if (length(own) >= fewest_passes && same && is_of_error(graph, own[[1L]])) {
      name <- utils::tail(unlist(graph$names[[own[[1L]]]]), 1L)
      return(paste0(
        "Line ", span_of_site(graph, site)$line, " makes ", name, " in each pass, always the ",
        "same, and nothing is made of it."
      ))
    }
  }
  NULL
}

# Whether a value is made of a difference of two arrays.
is_of_error <- function(graph, n) {
  level <- n
  for (k in seq_len(deepest_error)) {
    if (any(graph$op[level] == "sub" & lengths(graph$parents[level]) == 2L)) {
      return(TRUE)
    }
    level <- unique(unlist(graph$parents[level]))
  }
  FALSE
}
