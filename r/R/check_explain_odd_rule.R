# Parameters that are moved by another rule than all others, which follow one that is known; twin of
# check/explain/odd_rule.py in Python.

fewest_ruled <- 3L
most_ruled <- 12L
deepest_rule <- 12L

# The first update that the rule of all other parameters does not make.
#
# It is of one parameter, or of all that one expression moves, if their rule lacks the root. Told at
# the place where the expression is another than that of a parameter beside it.
find_odd_rule <- function(graph, alignment, best) {
  first <- best$rows[[1L]]
  if (length(first) < fewest_ruled || length(first) > most_ruled) {
    return(NULL)
  }
  all <- vapply(first, function(r) r$k, 1L)
  for (k in all[order(-vapply(first, function(r) length(r$old), 1L))]) {
    rule <- rule_of_some(graph, alignment, best, setdiff(all, k))
    if (!is.null(rule)) {
      return(fault_of_odd_rule(graph, alignment, best, rule, k, "rule_of_one"))
    }
  }
  for (ks in moved_together(graph, alignment$views[[1L]])) {
    rule <- rule_of_some(graph, alignment, best, setdiff(all, ks))
    is_odd <- !is.null(rule) && rule$no_root == 0 &&
      isTRUE(rule_of_some(graph, alignment, best, ks)$no_root > 0)
    if (is_odd) {
      return(fault_of_odd_rule(graph, alignment, best, rule, ks, "root_left_out"))
    }
  }
  NULL
}

# The parameters that each expression moves, where several expressions move several.
moved_together <- function(graph, view) {
  sites <- vapply(view$step$updates, function(c) graph$site[[c$u]], 1L)
  ks <- vapply(view$step$updates, function(c) c$k, 1L)
  if (length(unique(sites)) > 1L) unname(split(ks, factor(sites, unique(sites))))
}

# The adaptive rule that some parameters keep; NULL where there is none.
rule_of_some <- function(graph, alignment, best, ks) {
  reading <- list2env(as.list(best))
  reading$rows <- lapply(best$rows, function(rows) Filter(function(r) r$k %in% ks, rows))
  if (length(ks) > 0L && fit_adaptive(graph, alignment$views, reading)) reading$rule
}

fault_of_odd_rule <- function(graph, alignment, best, rule, ks, kind) {
  k <- ks[[1L]]
  history <- history_of(best, k)
  made <- directions_of(rule$name, history$gradients, rule[!names(rule) %in% c("name", "rate")])
  for (s in seq_along(made)) {
    row <- history$rows[[s]]
    expected <- rule$rate * made[[s]]
    if (row_fits(row, expected, step_of_row(row))) next
    view <- alignment$views[[s]]
    own <- Find(function(c) c$k == k, view$step$updates)
    other <- Find(function(c) !c$k %in% ks, view$step$updates)
    right <- plus(value_of(graph, own$u), minus(step_of_row(row), expected))
    fault <- new_fault(own$u, right, list(list(own$u, right)), own, NULL, kind)
    fault$step <- s
    ends <- view$cut
    ends[unlist(lapply(best$rows[[s]], function(r) r$source))] <- TRUE
    at <- find_other_way(graph, view, own$u, other$u, ends)
    fault$told_at <- graph$site[[if (is.null(at)) own$u else at]]
    return(fault)
  }
  NULL
}

# The value of which an operand is made in another way than that of a value beside it.
find_other_way <- function(graph, view, a, b, ends, depth = 0L) {
  first <- graph$args[[a]]
  second <- graph$args[[b]]
  if (graph$op[[a]] != graph$op[[b]] || length(first) != length(second)) {
    return(a)
  }
  if (!all(mapply(are_alike_operands, first, second, MoreArgs = list(ends = ends)))) {
    return(a)
  }
  goes_on <- function(p) is_node(p) && !ends[[p]] && p > view$step$begin
  for (i in which(vapply(first, goes_on, NA) & depth < deepest_rule)) {
    p <- first[[i]]
    q <- second[[i]]
    found <- find_other_way(graph, view, p, q, ends, depth + 1L)
    if (!is.null(found)) {
      return(if (found == p && graph$op[[p]] != graph$op[[q]]) a else found)
    }
  }
  NULL
}

# Whether both operands are the same number, or both are values, of which neither or both end the
# search.
are_alike_operands <- function(p, q, ends) {
  if (is_node(p) && is_node(q)) ends[[p]] == ends[[q]] else identical(p, q)
}
