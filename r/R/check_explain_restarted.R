# What a rule keeps of its past, set back to 0 in the middle of a training that goes on; twin of
# check/explain/restarted.py in Python.

fewest_steps_restarted <- 3L
fewest_restarts <- 2L # of sums and velocities, whose steps tell nothing else
deepest_way_to_past <- 5L
rate_alike <- 1e-3
begins_condition <- "^\\W*(?:if|else|elif)\\b"

# Means that begin anew while their steps are counted on, or sums and velocities that do again.
#
# The parameters go on from where they are: a new training begins rightly with nothing.
find_restarted_state <- function(graph, alignment, best, sources) {
  begins <- function(steps) vapply(utils::head(steps, 2L), function(step) as.double(step$begin), 1)
  steps <- alignment$steps
  looked_at <- lapply(alignment$views, function(view) view$step)
  few <- length(best$rows) < fewest_steps_restarted
  if (few || !identical(begins(looked_at), begins(steps))) {
    return(NULL)
  }
  kept <- find_kept_state(graph, alignment, best)
  found <- find_restarts(graph, steps, kept)
  if (length(found) == 0L || !is_set_in_passing(graph, found[[1L]], sources)) {
    return(NULL)
  }
  squares <- unique(vapply(kept, function(x) x$is_square, NA))
  if (best$rule$name == "momentum") {
    is_known <- !any(squares) && is_set_in_loop(graph, found, sources)
  } else if (any(vapply(kept, function(x) x$share == 1, NA))) {
    is_known <- all(squares) && is_at_one_rate(graph, steps, found) &&
      is_set_in_loop(graph, found, sources)
  } else {
    counted <- function(r) is_counted_on(graph, steps[[r$s]], kept)
    is_known <- length(squares) == 2L && all(vapply(found, counted, NA))
  }
  if (is_known) fault_of_restart(graph, alignment, found)
}

# What the second step goes on with, and what is made at the same places in all others: the share of
# the past, the way to it as places of operands, and a node for each step, 0 where none is found.
find_kept_state <- function(graph, alignment, best) {
  view <- alignment$views[[2L]]
  at <- list()
  kept <- list()
  for (update in updates_with_past(view, best)) {
    for (mean in find_means(graph, view, update)) {
      key <- as.character(graph$site[[mean$node]])
      if (is.null(at[[key]])) {
        at[[key]] <- nodes_at_site(graph, alignment$steps, mean$node)
      }
      i <- match(mean$node, at[[key]][[2L]])
      way <- way_to_past(graph, mean$node, mean$past)
      if (is.null(way) || is.na(i)) next
      alike <- lengths(at[[key]]) == length(at[[key]][[2L]])
      nodes <- integer(length(alike))
      nodes[alike] <- vapply(at[[key]][alike], function(made) made[[i]], 1L)
      kept[[length(kept) + 1L]] <- list(
        k = update$k, share = mean$share, is_square = mean$is_square, way = way, nodes = nodes
      )
    }
  }
  kept
}

# The updates of the second step by a rule with a past, of which momentum is one.
updates_with_past <- function(view, best) {
  if (best$rule$name != "momentum") {
    return(lapply(own_updates(view, best$rows[[2L]]), function(own) own$update))
  }
  ks <- vapply(view$step$updates, function(c) c$k, 1L)
  view$step$updates[!ks %in% ks[duplicated(ks)]]
}

# What each step makes at the place of a value.
nodes_at_site <- function(graph, steps, n) {
  nodes <- which(graph$site == graph$site[[n]] & graph$op == graph$op[[n]])
  lapply(steps, function(step) nodes[nodes > step$begin & nodes <= step$end])
}

# The places of the operands by which a value is made of another; NULL if it is not.
way_to_past <- function(graph, n, past, depth = 0L) {
  if (n == past) {
    return(integer(0))
  }
  for (i in if (depth < deepest_way_to_past) seq_along(graph$args[[n]])) {
    a <- graph$args[[n]][[i]]
    way <- if (is_node(a) && a >= past) way_to_past(graph, a, past, depth + 1L)
    if (!is.null(way)) {
      return(c(i, way))
    }
  }
  NULL
}

# What a value is made of along such a way; NULL where it is made in another.
past_by_way <- function(graph, n, way) {
  for (i in way) {
    a <- if (i <= length(graph$args[[n]])) graph$args[[n]][[i]]
    if (is.null(a) || !is_node(a)) {
      return(NULL)
    }
    n <- a
  }
  n
}

# The steps in which all that is kept is 0, though the step before has left something.
find_restarts <- function(graph, steps, kept) {
  found <- list()
  for (s in seq_along(steps)[-(1:2)]) {
    begun <- begun_in_step(graph, s, kept)
    if (!is.null(begun) && parameters_go_on(graph, steps[[s - 1L]], steps[[s]])) {
      found[[length(found) + 1L]] <- begun
    }
  }
  found
}

# The first of what is kept that is 0 in a step; NULL where something is not.
begun_in_step <- function(graph, s, kept) {
  first <- NULL
  for (x in kept) {
    before <- x$nodes[[s - 1L]]
    n <- x$nodes[[s]]
    left <- if (before > 0L) value_of(graph, before)
    past <- if (n > 0L) past_by_way(graph, n, x$way)
    value <- if (!is.null(past)) value_of(graph, past)
    if (is.null(left) || is.null(value) || any_nonzero(left) && any_nonzero(value)) {
      return(NULL)
    }
    if (is.null(first) && any_nonzero(left)) first <- list(s = s, kept = x, past = past)
  }
  first
}

# Whether all parameters of a step are what the step before has left.
parameters_go_on <- function(graph, before, step) {
  setequal(before$keys, step$keys) && all(vapply(seq_along(step$keys), function(i) {
    value <- value_of(graph, step$first[[i]])
    !is.null(value) && identical(value, value_of(graph, last_of_step(before, step$keys[[i]])))
  }, NA))
}

last_of_step <- function(step, k) step$last[[match(k, step$keys)]]

# Whether the start is corrected as of a later step: of shares to the power of its number.
is_counted_on <- function(graph, step, kept) {
  shares <- round(vapply(kept, function(x) x$share, 1), 12)
  nodes <- seq(step$begin + 1L, step$end)
  powers <- nodes[graph$op[nodes] == "pow" & lengths(graph$args[nodes]) == 2L]
  counts <- unlist(lapply(graph$args[powers], function(args) {
    base <- operand_of(graph, args[[1L]])
    power <- operand_of(graph, args[[2L]])
    single <- length(base) == 1L && length(power) == 1L
    if (single && round(as.double(base), 12) %in% shares) as.double(power)
  }))
  length(counts) > 0L && min(counts) >= fewest_steps_restarted
}

# Whether sums of squares begin anew with steps as long as that with which they began.
is_at_one_rate <- function(graph, steps, found) {
  rates <- vapply(c(lapply(found, function(r) steps[[r$s]]), steps[1L]), largest_step_of, 1, graph)
  max(rates) - min(rates) <= rate_alike * max(rates)
}

# Whether what is kept begins anew again and again in a loop of the text, at one place.
is_set_in_loop <- function(graph, found, sources) {
  places <- unique(lapply(found, function(r) place_of_state(graph, r$past)))
  if (length(found) < fewest_restarts || length(places) > 1L) {
    return(FALSE)
  }
  first <- found[[1L]]
  site <- graph$site[[first$kept$nodes[[first$s]]]]
  if (is.null(places[[1L]]) || site < 1L) {
    return(FALSE)
  }
  own <- span_of_site(graph, places[[1L]])
  added <- span_of_site(graph, site)
  lines <- split_lines(sources[[own$file + 1L]])
  loop <- find_loop(lines, own$line)
  inside <- !is.null(loop) && loop < added$line && added$line <= end_of_loop(lines, loop)
  inside && own$file == added$file && own$line < added$line
}

# How far the parameters of a step go at most: the rate, where a sum has only this step.
largest_step_of <- function(step, graph) {
  max(0, vapply(seq_along(step$keys), function(i) {
    old <- value_of(graph, step$first[[i]])
    new <- value_of(graph, step$last[[i]])
    alike <- !is.null(old) && !is.null(new) && identical(shape_now(old), shape_now(new))
    if (alike) largest(new - old) else 0
  }, 1))
}

# Whether something is 0 again at a line that no condition stands before.
is_set_in_passing <- function(graph, restart, sources) {
  site <- place_of_state(graph, restart$past)
  if (is.null(site)) {
    return(FALSE)
  }
  span <- span_of_site(graph, site)
  lines <- split_lines(sources[[span$file + 1L]])
  loop <- find_loop(lines, span$line)
  if (is.null(loop)) {
    return(TRUE)
  }
  depths <- depths_of_lines(lines)
  at <- seq_along(lines)
  above <- at > loop & at < span$line & depths < depths[[span$line]]
  !any(grepl(begins_condition, lines[above | at == span$line], perl = TRUE))
}

# The site at which a value has got its name last, or was made; NULL for none.
place_of_state <- function(graph, n) {
  sites <- c(utils::tail(graph$bound[[as.character(n)]], 1L), graph$site[[n]])
  Find(function(x) x > 0L, sites)
}

fault_of_restart <- function(graph, alignment, found) {
  kept <- found[[1L]]$kept
  s <- found[[1L]]$s
  n <- kept$nodes[[s]]
  right <- value_of(graph, n) + kept$share * value_of(graph, kept$nodes[[s - 1L]])
  update <- Find(function(c) c$k == kept$k, alignment$views[[1L]]$step$updates)
  fault <- new_fault(n, right, list(list(n, right)), update, NULL, "state_set_back")
  fault$told_at <- place_of_state(graph, found[[1L]]$past)
  fault$seen_in <- vapply(found, function(r) r$s, 1L)
  fault
}
