# The steps of a training that are looked at: whole ones, of the kind that updates most; twin of
# check/align/chosen.py in Python.

fewest_lasting <- 3L # steps of a kind

# The whole steps of the network with most parameters.
#
# Left out are steps that are cut off, that run from one network into the next, and those in which
# two parameters begin with one value.
main_steps <- function(graph, found, steps) {
  keys <- lapply(steps, function(s) sort(s$keys))
  text <- vapply(keys, paste, "", collapse = " ")
  kinds <- vapply(whole_kinds(keys), paste, "", collapse = " ")
  counts <- vapply(kinds, function(k) sum(text == k), 1L)
  best <- order(-lengths(whole_kinds(keys)), -counts)[[1L]]
  whole <- steps[text == lasting_kind(graph, steps, text, kinds[[best]])]
  clear <- Filter(function(s) all(found$owner[s$first] == s$keys), whole)
  if (length(clear) > 0L) clear else whole
}

# The kind of step itself, or one that goes on without the weights of units that are always 0.
#
# Such a step makes its updates at the very same places, so that it is not cut off.
lasting_kind <- function(graph, steps, text, best) {
  if (sum(text == best) >= fewest_lasting) {
    return(best)
  }
  first <- steps[!duplicated(text)]
  places <- lapply(first, function(s) graph$site[vapply(s$updates, function(c) c$u, 1L)])
  keys <- lapply(first, function(s) s$keys)
  at <- match(best, unique(text))
  rest <- vapply(seq_along(first), function(i) {
    i != at && all(keys[[i]] %in% keys[[at]]) && setequal(places[[i]], places[[at]]) &&
      sum(text == unique(text)[[i]]) >= fewest_lasting
  }, NA)
  if (!any(rest)) {
    return(best)
  }
  unique(text)[rest][[which.max(lengths(keys[rest]))]]
}

# The steps before the first whose parameters are no numbers any more; all if that is none.
finite_steps <- function(graph, steps) {
  for (i in seq_along(steps)) {
    values <- lapply(steps[[i]]$updates, function(c) value_of(graph, c$u))
    if (!all(vapply(values, function(v) is.null(v) || all_finite(v), NA))) {
      return(if (i > 1L) steps[seq_len(i - 1L)] else steps)
    }
  }
  steps
}

# The steps that move a parameter; all if none does.
#
# A perceptron that is right about a sample stays as it is, which shows nothing. Rprop may hold all
# numbers for one step, which belongs to its rule.
moving_steps <- function(graph, steps) {
  moving <- Filter(function(s) {
    any(vapply(s$updates, function(c) {
      still <- identical(as.vector(value_of(graph, c$u)), as.vector(value_of(graph, c$p)))
      !still || is_held(graph, c)
    }, NA))
  }, steps)
  if (length(moving) > 0L) moving else steps
}
