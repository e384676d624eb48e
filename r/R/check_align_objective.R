# The loss that a program computes itself: where no known loss fits, its derivative is asked; twin
# of check/align/objective.py in Python.

most_objectives <- 4L
rounded_by <- c("round", "around", "signif")

# For each loss that the program computes the steps that end at it.
#
# A loss is a single number that all parameters of a step make, and of which nothing is made but
# updates. It may be computed in some of the steps alone, as where it is printed.
find_objectives <- function(graph, found, steps) {
  touched <- touched_by(graph, found$owner)
  seen <- lapply(steps, function(step) look_at_step(graph, found, touched, step))
  ends <- lapply(seen, find_ends, graph = graph, owner = found$owner)
  # Where it is computed after the update it is of the next step.
  first <- Find(function(end) length(end$nodes) > 0L, ends)
  sites <- if (!is.null(first)) unique(rev(graph$site[first$nodes]))
  # What goes back and is lost there ends after the loss, which is the first then.
  sites <- unique(c(utils::head(sites, most_objectives), utils::tail(sites, 1L)))
  lapply(sites, function(site) {
    views <- lapply(seq_along(seen), function(i) {
      own <- ends[[i]]$nodes[graph$site[ends[[i]]$nodes] == site]
      if (length(own) > 0L) end_at(graph, seen[[i]], own[[length(own)]], ends[[i]]$made)
    })
    Filter(Negate(is.null), views)
  })
}

# The single numbers, and no parameters, that all make and that nothing else is made of, and all
# that is made of a parameter.
find_ends <- function(graph, view, owner) {
  first <- view$step$first
  made <- matrix(FALSE, graph$size, length(first))
  made[cbind(first, seq_along(first))] <- TRUE
  nodes <- seq_len(view$step$end)
  for (n in nodes[nodes > view$step$begin & !view$cut[nodes] & !nodes %in% first]) {
    parents <- graph$parents[[n]]
    if (length(parents) > 0L) made[n, ] <- colSums(made[parents, , drop = FALSE]) > 0
  }
  any_made <- rowSums(made) > 0
  # A unit that is 0 for all samples is in no loss, and its weights stay as they are.
  moving <- mapply(function(old, new) !identical(value_of(graph, old), value_of(graph, new)),
                   first, view$step$last)
  all_made <- rowSums(!made[, moving, drop = FALSE]) == 0 & any(moving)
  rounded <- graph$count == 1 & sub("^.*[.]", "", graph$spelled) %in% rounded_by
  whole <- all_made & graph$count == 1 & !view$cone & owner == 0L & !is_question(graph) & !rounded
  # A question that only decides what is done is made of a loss, and no part of it.
  decides <- is_question(graph) & lengths(users_of(graph)) == 0L
  goes_on <- any_made & !view$cone & !decides
  # What is kept in a table alone does not, nor a difference of losses by which only a question is
  # asked, nor what is rounded to be shown.
  for (n in rev(which(goes_on & (rounded | graph$op %in% c("move", "sub", "abs", "neg", "div"))))) {
    used <- users_of(graph)[[n]]
    if (graph$op[[n]] == "move" || rounded[[n]] || is_change_of_loss(graph, n)) {
      goes_on[[n]] <- any(goes_on[used])
    }
  }
  last <- vapply(users_of(graph)[whole], function(u) !any(goes_on[u]), NA)
  list(nodes = which(whole)[last], made = any_made)
}

# Whether a number is the difference of two that are made at one place, or its size.
is_change_of_loss <- function(graph, n) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] == "sub") {
    alone <- length(parents) == 2L && all(graph$count[parents] == 1)
    return(alone && graph$site[[parents[[1L]]]] >= 1L &&
             graph$site[[parents[[1L]]]] == graph$site[[parents[[2L]]]])
  }
  graph$op[[n]] %in% c("abs", "neg", "div") && is_change_of_loss(graph, parents[[1L]])
}

# A step whose way forward ends at a loss.
end_at <- function(graph, view, n, made) {
  view <- copy_view(view)
  view$moved <- view$moved | made
  view$outputs <- n
  view$targets <- list(list(0))
  view$forward <- ancestors_of(graph, n, view) & view$moved
  view$after <- view$cone & view$moved & !view$forward & !view$cut
  view
}

# A step that ends at a log-likelihood, with that of the other sign: it is to be climbed.
#
# Such a number is below 0, and falls with every log(p) of a probability and with every
# log(1 + exp(z)) that it is made of.
turn_likelihood <- function(graph, view) {
  n <- view$outputs[[1L]]
  if (!all_true(value_of(graph, n) < 0)) {
    return(view)
  }
  adjoint <- differentiate(graph, view, seed_loss(graph, view, "own"))$adjoint
  logs <- which(view$forward & graph$op %in% c("log", "log1p"))
  logs <- Filter(function(m) !is.null(adjoint$at(m)), logs)
  falls <- vapply(logs, function(m) falls_with(graph, m, adjoint$at(m)), NA)
  if (length(falls) == 0L || !all(falls)) {
    return(view)
  }
  with_given(view, list(list(node = n, value = like(-1, graph$shape[[n]]))))
}

falls_with <- function(graph, m, slope) {
  value <- value_of(graph, m)
  if (is.null(value)) {
    return(FALSE)
  }
  if (all_true(value <= 0)) {
    return(all_true(slope >= 0))
  }
  all_true(value >= 0) && all_true(slope <= 0) && is_log_of_exp(graph, m)
}
