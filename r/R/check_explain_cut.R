# Numbers that are cut to whole ones, since they are put into an array of whole numbers; twin of
# check/explain/cut.py in Python.

least_loss <- 0.1 # of what is put, that is cut off

# What is put into an array that keeps of it the whole numbers alone. Told only where a good part is
# lost, and only of what a step is made of.
find_cut_numbers <- function(graph, alignment) {
  left <- graph$spelled == "put" & graph$op == "move" & lengths(graph$parents) == 2L
  seen <- logical(graph$size)
  for (s in if (any(left)) seq_along(alignment$views)) {
    view <- alignment$views[[s]]
    seen <- with_ancestors(graph, view, seen)
    puts <- which(seen & left)
    left[puts] <- FALSE
    for (n in puts) {
      right <- uncut(graph, n)
      if (is.null(right)) next
      fault <- new_fault(n, right, list(list(n, right)), last_update(view), NULL, "cut_to_whole")
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# What was seen, and all that the updates of a step are made of, data that were prepared before it
# too.
with_ancestors <- function(graph, view, seen) {
  open <- vapply(view$step$updates, function(c) c$u, 1L)
  while (length(open) > 0L) {
    open <- unique(open[!seen[open]])
    seen[open] <- TRUE
    open <- as.integer(unlist(graph$parents[open]))
  }
  seen
}

# An array with what was put into it, where it holds that without its decimals; else NULL.
uncut <- function(graph, n) {
  base <- graph$parents[[n]][[1L]]
  meant <- value_of(graph, graph$parents[[n]][[2L]])
  made <- value_of(graph, n)
  index <- movement_of(graph, n)
  if (is.null(index) || is.null(made) || is.null(meant)) {
    return(NULL)
  }
  start <- graph$count[[base]]
  changed <- index >= start
  put <- ravel(meant)[index[changed] - start + 1]
  kept <- ravel(made)[changed]
  if (!all_true(kept == trunc(put)) || sum(abs(put - kept)) <= least_loss * sum(abs(put))) {
    return(NULL)
  }
  right <- ravel(made)
  right[changed] <- put
  shape_rows(right, graph$shape[[n]])
}
