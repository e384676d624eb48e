# A gradient that keeps one share, though the loss that the program computes is made of several;
# twin of check/explain/unsummed.py in Python.

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
    faults <- list()
    for (s in seq_along(views)) {
      faults[[s]] <- only_one_share(graph, alignment, s, own[[s]])
      if (length(faults) < s) break
    }
    if (length(faults) == length(views)) {
      return(faults[[1L]])
    }
  }
  NULL
}

# The first gradient of a step that is one share where there are several.
only_one_share <- function(graph, alignment, s, own) {
  view <- alignment$views[[s]]
  rate <- alignment$readings[[1L]]$factors[[s]]
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
    t <- if (length(terms) == 1L) gradient_of_term(terms[[1L]], rate)
    if (is.null(t) || !is_one_of(graph, t, shares)) {
      return(NULL)
    }
    right <- Reduce(plus, shares)
    if (!is_near(value_of(graph, t), right) && (is.null(first) || t < first$node)) {
      first <- new_fault(t, right, list(list(t, right)), update, NULL, "gradient_not_added")
    }
  }
  first
}

is_one_of <- function(graph, t, shares) {
  any(vapply(shares, function(g) is_near(value_of(graph, t), g), NA))
}

# What the rate alone is still to multiply; NULL where there is nothing.
gradient_of_term <- function(term, rate) {
  way <- cbind(term$way, c(term$node, term$factor))
  same <- which(abs(way[2L, ] + rate) <= 1e-7 * abs(rate))
  if (length(same) > 0L) as.integer(way[[1L, max(same)]])
}
