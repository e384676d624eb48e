# What is updated from itself and is no parameter: sums, and what a rule keeps of the past; twin of
# check/align/states.py in Python.

fewest_versions <- 3L
most_uses <- 200L
most_of_a_number <- 12L

# Forget sums that begin with a number which stays in use, as a 0 that is a default does.
drop_constants <- function(graph, users, found) {
  for (k in seq_along(found$roots)) {
    root <- found$roots[[k]]
    own <- Filter(function(c) c$k == k, found$updates)
    plain <- graph$op[[root]] %in% c("leaf", "constant") && length(graph$shape[[root]]) == 0L
    if (!plain || length(own) < fewest_versions) next
    uses <- users[[root]]
    before <- graph$site[uses[uses < own[[1L]]$u]]
    if (any(graph$site[uses[uses > own[[fewest_versions]]$u]] %in% before)) forget(found, k)
  }
  found
}

# Forget what a rule keeps, as mean squares of gradients: it makes nothing but updates.
drop_states <- function(graph, users, found) {
  for (k in seq_along(found$roots)) {
    versions <- unlist(lapply(Filter(function(c) c$k == k, found$updates), function(c) c$u))
    versions <- utils::head(versions, fewest_versions - 1L)
    kept <- vapply(versions, function(v) is_kept_only(graph, users, found, k, v), NA)
    if (length(kept) > 0L && all(kept)) forget(found, k)
  }
  found
}

# Whether a value goes, element by element, into updates of another parameter alone. A single
# number, as a weight may be, goes there by a root and in a few operations.
is_kept_only <- function(graph, users, found, k, version) {
  shape <- graph$shape[[version]]
  seen <- integer(0)
  stack <- version
  feeds <- FALSE
  while (length(stack) > 0L) {
    uses <- setdiff(users[[stack[[1L]]]], seen)
    stack <- stack[-1L]
    owned <- found$owner[uses] > 0L
    feeds <- feeds || any(found$owner[uses[owned]] != k)
    uses <- uses[!owned]
    same <- vapply(graph$shape[uses], identical, NA, shape)
    if (!all(same) || length(seen) > most_uses) {
      return(FALSE)
    }
    seen <- c(seen, uses)
    stack <- c(stack, uses)
  }
  small <- length(seen) <= most_of_a_number && any(graph$op[seen] == "sqrt")
  feeds && (length(shape) > 0L || small)
}

forget <- function(found, k) {
  found$updates <- Filter(function(c) c$k != k, found$updates)
  found$owner[found$owner == k] <- 0L
}
