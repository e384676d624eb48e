# One update that subtracts what all others add, or adds what they subtract; twin of
# check/explain/turned_update.py in Python.

# The only update of its sign, where its parameter alone goes up the slope, with its velocity.
#
# What is in the velocity is right then, as it is in those of the others.
find_turned_update <- function(graph, alignment, best) {
  if (!is_one_turned(best)) {
    return(NULL)
  }
  updates <- alignment$views[[1L]]$step$updates
  keys <- vapply(updates, function(c) c$k, 1L)
  row <- best$rows[[1L]][[which(!best$good[[1L]])]]
  made <- graph$op[vapply(updates, function(c) as.integer(c$u), 1L)]
  own <- which(keys == row$k)
  others <- unique(made[keys != row$k])
  if (length(own) != 1L || length(updates) < 3L || length(others) != 1L) {
    return(NULL)
  }
  if (!setequal(c(made[own], others), c("add", "sub"))) {
    return(NULL)
  }
  update <- updates[[own]]
  right <- plus(value_of(graph, update$u), 2 * row$whole)
  new_fault(update$u, right, list(list(update$u, right)), update, NULL, "wrong_sign")
}
