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
  others[[a]] <- FALSE
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
    if (length(terms) != 1L) {
      return(NULL)
    }
    right <- Reduce(plus, shares)
    if (!is.null(share_in_term(graph, terms[[1L]], list(right)))) next
    t <- share_in_term(graph, terms[[1L]], lapply(shares, `*`, part))
    if (is.null(t)) {
      return(NULL)
    }
    if (is.null(first) || t < first$node) first <- fault_of_share(graph, t, right, update)
  }
  first
}

# Told where the share is stored last in something: it takes the place of another there.
fault_of_share <- function(graph, t, right, update) {
  fault <- new_fault(t, right, list(list(t, right)), update, NULL, "gradient_not_added")
  sites <- graph$bound[[as.character(t)]]
  stored <- sites[sites > 0L & grepl("[].$@[]", graph$names[[t]])]
  sites <- if (length(stored) > 0L) stored else sites[sites > 0L]
  fault$told_at <- if (length(sites) > 0L) sites[[length(sites)]]
  fault
}

# A share of a derivative that took the place of the others, which were made and are not used.
#
# As where one operation of a tape stores what it goes back with, and all others add it.
find_lost_share <- function(table, fault) {
  graph <- table$graph
  view <- table$view
  terms <- long_sum(graph, view, fault$node)
  if (is.null(fault$wanted) || length(terms) != 1L) {
    return(NULL)
  }
  t <- as.integer(terms[[1L]][[1L]])
  value <- value_of(graph, t)
  shares <- lapply(contributions(graph, view, table$adjoint, fault$wanted), `[[`, 2L)
  factors <- vapply(shares, function(g) {
    if (identical(shape_now(g), shape_now(value))) factor_between(value, g) else 0
  }, 1)
  near <- mapply(function(g, f) f != 0 && is_near(value, f * g), shares, factors)
  if (length(shares) < 2L || length(value) < 2L || sum(near) != 1L) {
    return(NULL)
  }
  f <- factors[near]
  nodes <- seq_len(graph$size)
  lost <- which(nodes > view$step$begin & nodes <= view$step$end & !view$cone)
  lost <- Filter(function(n) identical(graph$shape[[n]], shape_now(value)), lost)
  made <- vapply(shares[!near], function(g) {
    any(vapply(lost, function(n) is_near(value_of(graph, n), f * g), NA))
  }, NA)
  if (all(made)) fault_of_share(graph, t, f * Reduce(plus, shares), fault$update)
}

is_one_of <- function(graph, t, shares) {
  any(vapply(shares, function(g) is_near(value_of(graph, t), g), NA))
}

# What of a change is one of the shares of its derivative, before a rate multiplies it; or NULL.
share_in_term <- function(graph, term, shares) {
  way <- cbind(term$way, c(term$node, term$factor))
  Find(function(n) is_one_of(graph, n, shares), as.integer(rev(way[1L, ])))
}
