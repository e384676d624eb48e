# What is trained: the steps that updates make; twin of check/align/trained.py in Python.

# Cut the updates into steps: one ends where a parameter, or a part of it, is updated again. A step
# has its updates, and of each parameter the first and the last version in it.
cut_steps <- function(graph, found) {
  groups <- group_updates(found$updates)
  versions <- split(which(found$owner > 0L), found$owner[found$owner > 0L])
  ends <- c(vapply(groups[-1L], function(group) group[[1L]]$u, 1L), graph$size + 1L)
  begin <- 0L
  steps <- list()
  for (g in seq_along(groups)) {
    step <- list(updates = groups[[g]], begin = begin, keys = integer(0), first = integer(0),
                 last = integer(0))
    for (c in groups[[g]]) {
      key <- match(c$k, step$keys)
      if (is.na(key)) {
        key <- length(step$keys) + 1L
        step$keys[[key]] <- c$k
        step$first[[key]] <- c$root
      }
      whole <- graph$count[[step$first[[key]]]]
      later <- versions[[as.character(c$k)]]
      later <- later[later >= c$u & later < ends[[g]]]
      later <- later[graph$count[later] >= whole]
      step$last[[key]] <- if (length(later) > 0L) max(later) else c$u
    }
    step$end <- max(vapply(groups[[g]], function(c) c$u, 1L))
    begin <- step$end
    steps[[g]] <- step
  }
  steps
}

group_updates <- function(updates) {
  groups <- list()
  seen <- character(0)
  for (c in updates) {
    whole <- paste(c$k, "")
    cells <- paste(c$k, paste(c$cells, collapse = ","))
    if (length(groups) == 0L || whole %in% seen || cells %in% seen) {
      groups[[length(groups) + 1L]] <- list()
      seen <- character(0)
    }
    seen <- c(seen, cells)
    groups[[length(groups)]] <- c(groups[[length(groups)]], list(c))
  }
  groups
}

# The sets of parameters that whole steps update. Left out are those of steps that are cut off, or
# that run from one network into the next.
whole_kinds <- function(keys) {
  text <- vapply(keys, paste, "", collapse = " ")
  kinds <- keys[!duplicated(text)]
  counts <- vapply(kinds, function(k) sum(text == paste(k, collapse = " ")), 1L)
  below <- function(a, b) length(a) < length(b) && all(a %in% b)
  is_below <- function(k, others) any(vapply(others, function(o) below(k, o), NA))
  chosen <- which(!vapply(kinds, is_below, NA, others = kinds))
  for (k in chosen) {
    parts <- which(vapply(kinds, below, NA, b = kinds[[k]]) & counts > counts[[k]])
    if (length(parts) > 0L && setequal(unlist(kinds[parts]), kinds[[k]])) {
      whole <- parts[!vapply(kinds[parts], is_below, NA, others = kinds[parts])]
      chosen <- c(setdiff(chosen, k), whole)
    }
  }
  kinds[chosen]
}
