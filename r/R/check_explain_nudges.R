# Derivatives by differences that are none: a wrong distance, a weight left moved or left out; twin
# of check/explain/nudges.py in Python.

same_distance <- 1e-6

# What is wrong about the differences that a training goes by; NULL where nothing is.
find_nudge_fault <- function(graph, alignment, best) {
  if (any(vapply(alignment$views, function(view) is.null(view$measured), NA))) {
    return(NULL)
  }
  differences <- lapply(alignment$views, function(view) list_differences(graph, view))
  found <- turned_round(graph, alignment$views[[1L]], best, differences[[1L]])
  if (is.null(found)) found <- wrong_distance(graph, alignment, differences[[1L]])
  if (is.null(found)) found <- left_moved(graph, alignment$views[[1L]], differences[[1L]])
  if (is.null(found)) left_out_of_loop(graph, alignment, best, differences) else found
}

# Every difference is taken the wrong way round, and its update subtracts as it should.
turned_round <- function(graph, view, best, differences) {
  last <- last_update(view)
  turned <- all(vapply(differences, function(d) d$moved < 0, NA)) && graph$op[[last$u]] == "sub"
  if (!turned || max(best$factors) >= 0 || best$rule$name != "gradient_descent") {
    return(NULL)
  }
  n <- Filter(function(d) d$k == last$k, differences)[[1L]]$node
  right <- -value_of(graph, n)
  new_fault(n, right, list(list(n, right)), last, NULL, "wrong_sign")
}

# A difference over 2 h that is divided by h, or the other way round; all of them alike.
wrong_distance <- function(graph, alignment, differences) {
  view <- alignment$views[[1L]]
  shares <- vapply(differences, function(d) share_of_distance(graph, view, d), 1)
  for (off in c(0.5, 2)) {
    if (!isTRUE(all(abs(shares / off - 1) < same_distance))) next
    updates <- view$step$updates
    update <- Filter(function(c) c$k == differences[[1L]]$k, updates)[[1L]]
    if (is_made_up_for(graph, alignment, update)) {
      return(NULL)
    }
    n <- users_of(graph)[[differences[[1L]]$node]][[1L]]
    right <- value_of(graph, n) * off
    return(new_fault(n, right, list(list(n, right)), update, NULL, "difference_divided"))
  }
  NULL
}

# What a difference is divided by, as a share of the distance; NA where it is not clear.
share_of_distance <- function(graph, view, d) {
  n <- d$node
  by <- 1
  repeat {
    users <- users_of(graph)[[n]]
    users <- users[view$cone[users]]
    if (length(users) != 1L || !graph$op[[users]] %in% c("mul", "div")) break
    if (graph$op[[users]] == "mul") {
      if (place_of_node(graph, users)$line == place_of_node(graph, d$node)$line) {
        return(NA_real_) # the rate may be a part of it
      }
      break
    }
    number <- plain_number(graph, view, graph$args[[users]][[2L]])
    if (is.null(number)) {
      return(NA_real_)
    }
    n <- users
    by <- by * number
  }
  if (n == d$node) NA_real_ else abs(by / d$moved)
}

# Whether an update halves or doubles the slope, and has a rate besides.
is_made_up_for <- function(graph, alignment, update) {
  parts <- take_apart(graph, alignment$views[[1L]], alignment$found$owner, update)
  for (term in parts$terms) {
    factors <- c(term$way[2L, ], term$factor)
    numbers <- setdiff(abs(factors[-1L] / factors[-length(factors)]), 1)
    if (length(numbers) > 1L && any(numbers %in% c(0.5, 2))) {
      return(TRUE)
    }
  }
  FALSE
}

# A weight that is not set back before it is updated.
left_moved <- function(graph, view, differences) {
  least <- 0.1 * min(vapply(differences, function(d) abs(d$moved), 1))
  for (c in view$step$updates) {
    if (graph$bases[[c$p]] == 0L) next
    right <- value_of(graph, graph$bases[[c$p]])
    if (largest(minus(value_of(graph, c$p), right)) > least) {
      return(new_fault(c$p, right, list(list(c$p, right)), c, NULL, "weight_left_moved"))
    }
  }
  NULL
}

# An element for which no step takes a difference, though the loss depends on it.
left_out_of_loop <- function(graph, alignment, best, differences) {
  view <- alignment$views[[1L]]
  asked <- unlist(lapply(differences, function(found) {
    vapply(found, function(d) paste(d$k, d$cell), "")
  }))
  unmeasured <- copy_view(view)
  unmeasured$measured <- NULL
  slopes <- differentiate(graph, unmeasured, seed_loss(graph, unmeasured, "own"))$adjoint
  for (c in view$step$updates) {
    n <- view$step$first[[match(c$k, view$step$keys)]]
    slope <- slopes$at(n)
    slope <- if (is.null(slope)) 0 else ravel(slope)
    missed <- which(slope != 0 & !paste(c$k, seq_along(slope)) %in% asked)
    if (!is.null(c$cells) || length(missed) == 0L || length(missed) == length(slope)) next
    right <- ravel(value_of(graph, c$u))
    right[missed] <- right[missed] - best$factors[[1L]] * slope[missed]
    right <- shape_rows(right, graph$shape[[c$u]])
    fault <- new_fault(c$u, right, list(list(c$u, right)), c, NULL, "difference_left_out")
    own <- Filter(function(d) d$k == c$k, differences[[1L]])
    last <- own[[length(own)]]$node
    fault$told_at <- graph$site[[last]]
    fault$loop <- list(node = last, after = 0L)
    return(fault)
  }
  NULL
}
