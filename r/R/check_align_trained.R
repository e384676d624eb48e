# What is trained: the steps that updates make; twin of check/align/trained.py in Python.

# Cut the updates into steps: one ends where a parameter, or a part of it, is updated again.
#
# Or where an error is met anew, of an output that is made of what the step has updated: of samples
# that hold other words each, a step updates other weights. A step has its updates, and of each
# parameter the first and the last version in it.
cut_steps <- function(graph, found) {
  groups <- group_updates(found$updates, errors_made_of(graph, found))
  kept <- which(found$owner > 0L & graph$op != "handed") # that a minimiser has for the next step
  versions <- split(kept, found$owner[kept])
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
  without_rejected(steps)
}

# The steps whose updates are kept.
#
# One whose new values are thrown away, as where a step that is too long is tried again with a half
# of it, belongs to the next. Where all are thrown away there is no training, and they stay.
without_rejected <- function(steps) {
  kept <- list()
  begin <- if (length(steps) > 0L) steps[[1L]]$begin
  for (g in seq_along(steps)) {
    step <- steps[[g]]
    if (g < length(steps) && identical(first_of(steps[[g + 1L]]), first_of(step))) next
    step$begin <- begin
    kept[[length(kept) + 1L]] <- step
    begin <- step$end
  }
  if (length(kept) > 1L) kept else steps
}

first_of <- function(step) step$first[order(step$keys)]

group_updates <- function(updates, made_of) {
  groups <- list()
  seen <- character(0)
  begun <- 0L
  for (c in updates) {
    whole <- paste(c$k, "")
    cells <- paste(c$k, paste(c$cells, collapse = ","))
    anew <- any(made_of[c$terms[1L, ]] >= begun)
    if (length(groups) == 0L || anew || whole %in% seen || cells %in% seen) {
      groups[[length(groups) + 1L]] <- list()
      seen <- character(0)
      begun <- c$u
    }
    seen <- c(seen, cells)
    groups[[length(groups)]] <- c(groups[[length(groups)]], list(c))
  }
  groups
}

# For each value the last update that the outputs of its errors are made of; 0 for none.
errors_made_of <- function(graph, found) {
  updated <- logical(graph$size)
  updated[vapply(found$updates, function(c) c$u, 1L)] <- TRUE
  touched <- touched_by(graph, found$owner)
  error <- graph$op == "sub" & lengths(graph$args) == 2L & !graph$has_literal
  last <- integer(graph$size)
  errors <- integer(graph$size)
  for (n in seq_len(graph$size)) {
    if (updated[[n]]) {
      last[[n]] <- n # what is made of it is made of a parameter, and not of what that was
      next
    }
    parents <- graph$parents[[n]]
    if (length(parents) == 0L) next
    last[[n]] <- max(last[parents])
    errors[[n]] <- max(errors[parents])
    if (error[[n]] && sum(touched[graph$operands[[n]]]) == 1L) errors[[n]] <- last[[n]]
  }
  errors
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
