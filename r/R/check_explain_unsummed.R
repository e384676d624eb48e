# A gradient that keeps one share, though the loss that the program computes is made of several;
# twin of check/explain/unsummed.py in Python.

parts_of_share <- c(1, 0.5) # of e e, whose derivative is overwritten itself, the half is left

# Each gradient is one share of those that the program's own loss gives, in every step.
#
# The loss is made of the output that the gradient is made of, and of others of the same step.
find_unsummed <- function(graph, alignment) {
  views <- alignment$views
  if (length(views[[1L]]$outputs) != 1L) {
    return(NULL)
  }
  steps <- lapply(views, function(view) view$step)
  for (own in find_objectives(graph, alignment$found, steps)) {
    if (length(own) != length(views)) next
    for (part in parts_of_share) {
      fault <- only_one_in_all(graph, alignment, own, part)
      if (!is.null(fault)) {
        return(fault)
      }
    }
  }
  NULL
}

only_one_in_all <- function(graph, alignment, own, part) {
  first <- NULL
  for (s in seq_along(own)) {
    fault <- only_one_share(graph, alignment, s, own[[s]], part)
    if (is.null(fault)) {
      return(NULL)
    }
    if (s == 1L) first <- fault
  }
  first
}

# The first gradient of a step that is one share, or a part of one, where there are several.
only_one_share <- function(graph, alignment, s, own, part) {
  view <- alignment$views[[s]]
  a <- view$outputs[[1L]]
  others <- own$forward & !view$cone & graph$site == graph$site[[a]] & graph$site > 0L
  if (!own$forward[[a]] || !any(others)) {
    return(NULL)
  }
  made <- differentiate(graph, own, seed_loss(graph, own, "own"))
  if (!is.null(made$stopped)) {
    return(NULL)
  }
  first <- NULL
  for (update in view$step$updates) {
    shares <- lapply(contributions(graph, own, made$adjoint, update$p), `[[`, 2L)
    terms <- take_apart(graph, view, alignment$found$owner, update)$terms
    t <- if (length(terms) == 1L) share_in_term(graph, terms[[1L]], lapply(shares, `*`, part))
    if (is.null(t)) {
      return(NULL)
    }
    right <- Reduce(plus, shares)
    if (!is_near(value_of(graph, t), right) && (is.null(first) || t < first$node)) {
      first <- new_fault(t, right, list(list(t, right)), update, NULL, "gradient_not_added")
      # Told where the share is stored last: that of another takes its place there.
      sites <- Filter(function(x) x > 0L, graph$bound[[as.character(t)]])
      first$told_at <- if (length(sites) > 0L) sites[[length(sites)]]
    }
  }
  first
}

is_one_of <- function(graph, t, shares) {
  any(vapply(shares, function(g) is_near(value_of(graph, t), g), NA))
}

# What of a change is one of the shares of its derivative, before a rate multiplies it; or NULL.
share_in_term <- function(graph, term, shares) {
  way <- cbind(term$way, c(term$node, term$factor))
  Find(function(n) is_one_of(graph, n, shares), as.integer(rev(way[1L, ])))
}
