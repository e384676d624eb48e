# The earliest fault of the first step in which something is wrong; twin of the middle of
# check/explain/judge.py in Python.

most_faults <- 40L
operations_besides <- c("move", "leaf", "constant", "final", "changed", "view")

bad_parameters <- function(best, s) {
  vapply(best$rows[[s]][!best$good[[s]]], function(r) r$k, 1L)
}

table_of_step <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  table <- make_table(graph, view, best$adjoints[[s]], find_activations(graph, view))
  moving <- Filter(function(r) any_nonzero(r$gradient) && !r$is_noise, best$rows[[s]])
  bad <- bad_parameters(best, s)
  good <- Filter(function(c) {
    !c$k %in% bad || part_fits(graph, alignment, s, row_of(moving, c$k), c)
  }, view$step$updates)
  table$good_updates <- vapply(good, function(c) c$u, 1L)
  ks <- vapply(moving, function(r) r$k, 1L)
  starts <- lapply(Filter(function(c) c$k %in% ks, good), function(c) c$terms[1L, ])
  for (c in view$step$updates) {
    if (!c$k %in% ks || c$u %in% table$good_updates || !is.null(c$cells)) next
    apart <- take_apart(graph, view, alignment$found$owner, c, keep_sums = TRUE)
    starts <- c(starts, list(right_parts(graph, row_of(moving, c$k), best$factors[[s]], apart)))
  }
  know_good(table, made_after(graph, view, as.integer(unlist(starts))))
  table
}

# Whether an update of a part of a parameter moved that part rightly.
part_fits <- function(graph, alignment, s, row, c) {
  if (is.null(row) || is.null(c$cells) || !row$fits_shape) {
    return(FALSE)
  }
  if (!any_nonzero(ravel(row$gradient)[c$cells + 1])) {
    return(FALSE)
  }
  parts <- take_apart(graph, alignment$views[[s]], alignment$found$owner, c, keep_sums = TRUE)
  cells_fit(graph, row, c$cells, alignment$readings[[1L]]$factors[[s]], parts)
}

# The values on the way back that some are made of, and they themselves.
made_after <- function(graph, view, stack) {
  found <- logical(graph$size)
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (view$after[[n]] && !found[[n]]) {
      found[[n]] <- TRUE
      stack <- c(stack, graph$parents[[n]])
    }
  }
  found
}

# The earliest fault of the first step in which something is wrong, that step, and its table.
first_fault <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  if (is_fitting(best)) {
    return(odd_fault(graph, alignment, best))
  }
  forward <- find_forward_fault(graph, alignment)
  if (!is.null(forward)) {
    table <- table_of_step(graph, alignment, best, 1L)
    return(list(fault = forward, step = 1L, table = table))
  }
  s <- which(!vapply(best$good, all, NA))[[1L]]
  table <- table_of_step(graph, alignment, best, s)
  found <- faults_of_step(graph, alignment, best, s, table)
  if (length(found) == 0L) {
    return(NULL)
  }
  fault <- found[[which.min(vapply(found, function(f) as.double(f$node), 1))]]
  changed <- find_changed_value(table, fault)
  if (!is.null(changed)) {
    return(list(fault = changed, step = s, table = table))
  }
  fault <- tell_repeated_row(graph, fault)
  if (!nzchar(fault$kind) && is_other_part(table$graph, fault$node, fault$right)) {
    fault$kind <- "other_part"
  }
  if (!nzchar(fault$kind)) {
    fault <- look_closer(table, fault)
    plain <- !is.null(fault) && !nzchar(fault$kind) && is.null(fault$swapped)
    lost <- if (plain) find_lost_share(table, fault)
    if (!is.null(lost)) fault <- lost
  }
  if (!is.null(fault)) list(fault = fault, step = s, table = table)
}

# Find out in which way a value is wrong: of what it is made, and whether a helper made it; NULL
# where it is made by an operation that is not known.
look_closer <- function(table, fault) {
  graph <- table$graph
  slope <- find_wrong_slope(table, fault)
  fault <- slope$fault
  value <- value_of(graph, fault$node)
  goal <- if (!is.null(value)) find_goal(table, value, 1)
  fault$alone <- fault$alone || is_alone(table, fault)
  if (!fault$alone) fault <- find_wrong_operand(table, fault)
  unknown <- vapply(way_of_fault(graph, table, fault), is_unknown, NA, graph = graph)
  if (is.null(fault$swapped) && any(unknown)) {
    return(NULL)
  }
  if (!is.null(fault$swapped) && is_called_rightly(table, fault)) fault["swapped"] <- list(NULL)
  is_called <- slope$is_called || is_of_right_helper(table, fault$node) ||
    is_right_for_another(table, fault$node)
  if (is_called && is.null(fault$swapped)) fault$swapped <- c(fault$node, fault$node)
  if (length(value) == 1L && takes_updated_weights(table, fault)) {
    fault$kind <- "updated_weights_used"
  }
  fault$other_role <- !is.null(goal) && !identical(as.double(goal), as.double(fault$wanted))
  fault
}

# For each update of a step that is wrong where that begins.
faults_of_step <- function(graph, alignment, best, s, table) {
  view <- alignment$views[[s]]
  rate <- best$factors[[s]]
  owner <- alignment$found$owner
  bad <- bad_parameters(best, s)
  usual <- usual_factors(graph, view, owner, bad)
  found <- list()
  moves <- logical(0)
  for (c in view$step$updates) {
    if (c$k %in% bad && length(found) < most_faults) {
      row <- row_of(best$rows[[s]], c$k)
      parts <- take_apart(graph, view, owner, c, keep_sums = TRUE)
      if (!c$u %in% table$good_updates && !stays_rightly(row, c)) {
        one <- find_fault(table, c, row, rate, parts)
        one <- fault_at_update(graph, one, parts, usual)
        found[[length(found) + 1L]] <- at_its_gradient(graph, alignment, table, one, parts)
        moves <- c(moves, any_nonzero(row$gradient))
      }
    }
  }
  # What should not move at all says least about what it should be made of.
  if (any(moves)) found[moves] else found
}

# Whether a part of a parameter does not move, and should not.
stays_rightly <- function(row, c) {
  if (is.null(c$cells) || !row$fits_shape) {
    return(FALSE)
  }
  cells <- c$cells + 1
  !any_nonzero(ravel(row$change)[cells]) && !any_nonzero(ravel(row$gradient)[cells])
}

# Whether the place that uses a helper's wrong value makes right values of other helpers.
is_called_rightly <- function(table, fault) {
  graph <- table$graph
  nodes <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  used <- nodes[nodes != fault$node]
  site <- if (length(used) > 0L) graph$site[[used[[length(used)]]]] else 0L
  site > 0L && any(graph$site[table$good_cone] == site)
}

# Whether a value is the share of one sample, where the sum over several is wanted.
is_alone <- function(table, fault) {
  theirs <- value_of(table$graph, fault$node)
  if (is.null(fault$wanted) || length(theirs) < 2L) {
    return(FALSE)
  }
  shares <- contributions(table$graph, table$view, table$adjoint, fault$wanted)
  length(shares) > 1L && any(vapply(shares, function(share) {
    g <- share[[2L]]
    identical(shape_now(g), shape_now(theirs)) && any_nonzero(g) &&
      is_near(theirs, factor_between(theirs, g) * g)
  }, NA))
}

# The values between a fault and its update, and what the fault is made of at once.
way_of_fault <- function(graph, table, fault) {
  own <- graph$parents[[fault$node]]
  way <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  c(way, as.integer(fault$node), own[table$view$after[own]])
}

# Whether a value is made by an operation whose derivative is not known.
is_unknown <- function(graph, n) {
  !graph$op[[n]] %in% c(names(read_knowledge()$operations), operations_besides)
}

# The numbers by which the right updates multiply the first value that has a name.
usual_factors <- function(graph, view, owner, bad) {
  right <- Filter(function(c) !c$k %in% bad && is.null(c$cells), view$step$updates)
  unique(vapply(right, function(c) {
    round(outer_factor(graph, take_apart(graph, view, owner, c, keep_sums = TRUE)), 12L)
  }, 1))
}

outer_factor <- function(graph, parts) {
  if (length(parts$terms) != 1L) {
    return(0)
  }
  term <- parts$terms[[1L]]
  named <- which(graph$named[term$way[1L, -1L]])
  if (length(named) > 0L) term$way[[2L, named[[1L]] + 1L]] else term$factor
}

# A gradient that is right but for a number, in an update with another number than all others: then
# the update is wrong, and not what it is made of.
fault_at_update <- function(graph, fault, parts, usual) {
  theirs <- value_of(graph, fault$node)
  known <- fault$node != fault$update$u && length(usual) == 1L && all(usual != 0)
  if (!known || !identical(shape_now(theirs), shape_now(fault$right))) {
    return(fault)
  }
  r <- factor_between(theirs, fault$right)
  own <- outer_factor(graph, parts)
  if (r != 0 && is_near(theirs, r * fault$right) && abs(own / usual - r) <= 1e-7 * abs(r)) {
    first <- fault$path[[1L]]
    return(new_fault(first[[1L]], first[[2L]], list(first), fault$update, fault$wanted))
  }
  fault
}

# The first parameter that keeps something odd of its old value or of the step before.
odd_fault <- function(graph, alignment, best) {
  odd <- best$odd[order(vapply(best$odd, `[[`, 1, "s"), vapply(best$odd, `[[`, 1, "k"))]
  for (entry in odd) {
    s <- entry$s
    row <- row_of(best$rows[[s]], entry$k)
    update <- Find(function(c) c$k == entry$k, alignment$views[[s]]$step$updates)
    if (is.null(row$parts)) next
    if (entry$kind == "growth") {
      terms <- Filter(function(t) !is.null(t$way), row$parts$own)
      terms <- terms[order(-vapply(terms, function(t) ncol(t$way), 1L))]
      off <- 2 * row$parts$decay * value_of(graph, update$p)
    } else {
      share <- if (is.null(best$rule$momentum)) 0 else best$rule$momentum
      before <- row_of(best$rows[[s - 1L]], entry$k)$whole
      kept <- switch(entry$kind, past = share, accumulated = 0, "past sign" = -share)
      terms <- row$parts$past
      off <- minus(row$past, kept * before)
    }
    way <- if (length(terms) > 0L) terms[[1L]]$way
    if (is.null(way)) way <- way_to_nothing(graph, alignment$views[[s]], row)
    again <- if (entry$kind == "past" && is.null(way)) gradient_as_velocity(graph, row)
    way <- if (!is.null(way)) way else if (is.null(again)) rbind(update$u, 1) else again
    named <- named_on_way(graph, way, entry$kind)
    last <- named[[1L, ncol(named)]]
    if (entry$kind == "accumulated" && is_of_all(graph, best$rows[[s]], last)) {
      # Adding up is right there, and it is for all layers: what is used is not set back.
      named <- if (way[[1L, 1L]] == update$u) way[, 1L, drop = FALSE] else rbind(update$u, 1)
    }
    path <- lapply(seq_len(ncol(named)), function(i) {
      list(named[[1L, i]], plus(value_of(graph, named[[1L, i]]), off / named[[2L, i]]))
    })
    last <- path[[length(path)]]
    fault <- new_fault(last[[1L]], last[[2L]], path, update, NULL, entry$kind)
    if (entry$kind == "accumulated") {
      on_way <- setdiff(way[1L, ], update$u)
      shares <- sum(graph$op[on_way] %in% c("add", "sub"))
      fault <- tell_beginning(graph, best, s, way[[1L, ncol(way)]], shares, fault)
    } else if (!is.null(again)) {
      fault$told_at <- utils::tail(graph$bound[[as.character(again[[1L]])]], 1L)
    }
    return(list(fault = fault, step = s, table = table_of_step(graph, alignment, best, s)))
  }
  NULL
}

# What has a name on the way from an update, or else its beginning.
named_on_way <- function(graph, way, kind) {
  named <- way[, graph$named[way[1L, ]], drop = FALSE]
  if (kind == "growth" && ncol(named) == 0L) {
    # Where Map() adds the penalty nothing has a name.
    named <- way[, graph$op[way[1L, ]] %in% c("add", "sub"), drop = FALSE]
  }
  if (ncol(named) == 0L) way[, 1L, drop = FALSE] else named
}

# A gradient that itself gets the name of a velocity on a later line, with its factor; or NULL.
gradient_as_velocity <- function(graph, row) {
  for (term in row$parts$terms) {
    way <- cbind(term$way, c(term$node, term$factor))
    for (i in seq_len(ncol(way))) {
      m <- as.integer(way[[1L, i]])
      sites <- graph$bound[[as.character(m)]]
      last <- if (length(sites) > 1L) sites[[length(sites)]] else 0L
      if (last > 0L && span_of_site(graph, last)$line > place_of_node(graph, m)$line) {
        return(way[, i, drop = FALSE])
      }
    }
  }
  NULL
}

# From an update to the sum that has a share of nothing where its past should be; or NULL.
way_to_nothing <- function(graph, view, row) {
  totals <- vapply(find_pasts(graph, view), function(past) as.double(past$total), 1)
  for (term in row$parts$terms) {
    at <- if (!is.null(term$way)) which(term$way[1L, ] %in% totals)
    if (length(at) > 0L) {
      return(term$way[, seq_len(at[[1L]]), drop = FALSE])
    }
  }
  NULL
}

# Whether the gradients of several parameters are made at one place of the program.
is_of_all <- function(graph, rows, n) {
  own <- unlist(lapply(rows, function(r) r$parts$past), recursive = FALSE)
  sum(vapply(own, function(t) {
    !is.null(t$way) && any(graph$site[t$way[1L, ]] == graph$site[[n]])
  }, NA)) > 1L
}
