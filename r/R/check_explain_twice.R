# A learning rate that is multiplied in twice, on the way back and again on the way to the update;
# twin of check/explain/twice.py in Python.
#
# Every derivative is right then, and every step is as many times too small as the rate says. Told
# only of one and the same number of the program: an equal one may mean something else.

farthest_factor <- 6L # products of plain numbers within one another

# The first value that a rate is in which is in its update once more, in every step: either in all
# updates, or in all those that are too small by that number, beside others.
find_rate_twice <- function(graph, alignment, best) {
  if (!best$rule$name %in% c("gradient_descent", "momentum")) {
    return(NULL)
  }
  first <- NULL
  for (s in seq_along(alignment$views)) {
    fault <- twice_in_step(graph, alignment$views[[s]], best, s)
    if (is.null(fault)) {
      return(NULL)
    }
    if (is.null(first)) first <- fault
  }
  first
}

twice_in_step <- function(graph, view, best, s) {
  after <- which(view$after)
  same <- arguments_of_calls(graph, view)
  factors <- lapply(after, function(n) number_factors(graph, view, n, same))
  updates <- view$step$updates
  for (a in unique(unlist(lapply(factors, function(own) own[1L, ])))) {
    rate <- as.vector(value_of(graph, a))[[1L]]
    if (rate == 1 || !may_be_rate(graph, view, a, rate, same)) next
    own <- vapply(factors, function(f) sum(f[2L, f[1L, ] == a]), 1)
    times <- count_on_way(graph, view, after, own)
    found <- lapply(updates, function(c) unique(unlist(times[match(c$terms[1L, ], after)])))
    often <- vapply(found, function(n) any(n > 1) && min(n) > 1, NA)
    counts <- count_by_parameter(updates, found)
    if (!any(often) || is.null(counts) || !is_too_often(best, s, rate, counts)) next
    rest <- way_of(graph, view, updates[vapply(found, identical, NA, 1)])
    way <- setdiff(way_of(graph, view, updates[often]), rest)
    is_in <- vapply(factors, function(f) a %in% f[1L, ], NA)
    within <- vapply(updates, function(c) is_within_update(graph, view, after[is_in], c), NA)
    if (!all(often) && identical(within, often)) {
      return(twice_in_update(graph, rate, updates[often][[1L]]))
    }
    first <- min(intersect(way, after[is_in]))
    if (graph$site[[first]] %in% graph$site[rest]) {
      # The line is right for a layer above: what is handed down from there is multiplied.
      first <- min(intersect(way, after[vapply(times, function(n) !identical(n, 0), NA)]))
    }
    return(twice_fault(graph, view, first, rate, updates[often][[sum(often)]]))
  }
  NULL
}

# How often a number is in the updates of each parameter, by their keys; NULL where that is not one
# count.
count_by_parameter <- function(updates, found) {
  keys <- vapply(updates, function(c) c$k, 1L)
  counts <- lapply(split(found, keys), function(own) {
    unique(unlist(lapply(own, function(n) if (length(n) == 0L) 0 else n)))
  })
  if (any(lengths(counts) != 1L) || min(unlist(counts)) < 1) NULL else unlist(counts)
}

# Whether a rate is too often in some parameters: twice in all, or as others show.
is_too_often <- function(best, s, rate, counts) {
  least <- min(counts)
  most <- max(counts)
  if (is_fitting(best) || least == most) {
    return(is_fitting(best) && least == 2 && most == 2)
  }
  least == 1 && any(vapply(best$factors[[s]] / rate^(seq_len(most) - 1), function(c) {
    all(vapply(best$rows[[s]], function(r) {
      row_fits(r, c * rate^(counts[[as.character(r$k)]] - 1) * r$gradient)
    }, NA))
  }, NA))
}

# For each value itself, but for an argument that is a number of the source the first that a call of
# the line made. A number that a call has twice, for two arguments, stays two.
arguments_of_calls <- function(graph, view) {
  same <- seq_len(graph$size)
  nodes <- seq_len(graph$size)
  nodes <- nodes[nodes > view$step$begin & nodes < view$step$end]
  nodes <- nodes[graph$op[nodes] == "constant" & graph$site[nodes] > 0L & graph$count[nodes] == 1L &
                   lengths(graph$shape[nodes]) == 0L]
  values <- vapply(nodes, function(n) as.numeric(value_of(graph, n)), 1)
  for (own in split(nodes, paste(graph$site[nodes], match(values, values)))) {
    line <- place_of_node(graph, own[[1L]])$line
    apart <- mapply(function(i, j) {
      any(vapply(i:(j - 1L), function(n) place_of_node(graph, n)$line != line, NA))
    }, own[-length(own)], own[-1L])
    if (all(as.logical(apart))) same[own] <- own[[1L]]
  }
  same
}

# The plain numbers that a value on the way back is multiplied by, and how often: two rows.
number_factors <- function(graph, view, n, same) {
  found <- matrix(0, 2L, 0L)
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (!op %in% c("mul", "div") || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(found)
  }
  for (i in 1:2) {
    if (view$after[[args[[3L - i]]]]) {
      own <- split_number_of(graph, view, args[[i]], 0L)
      own[1L, ] <- same[own[1L, ]]
      own[2L, ] <- own[2L, ] * if (op == "div" && i == 2L) -1 else 1
      found <- cbind(found, own)
    }
  }
  found
}

# A plain number that is made of no other (as an argument is) or has a name, and what it is a
# product of.
split_number_of <- function(graph, view, x, depth) {
  found <- matrix(0, 2L, 0L)
  if (is.null(plain_number(graph, view, x))) {
    return(found)
  }
  if (graph$named[[x]] || graph$op[[x]] %in% c("constant", "leaf")) found <- cbind(found, c(x, 1))
  if (!graph$op[[x]] %in% c("mul", "div") || x <= view$step$begin || depth >= farthest_factor) {
    return(found)
  }
  for (i in which(vapply(graph$args[[x]], is_node, NA))) {
    own <- split_number_of(graph, view, graph$args[[x]][[i]], depth + 1L)
    own[2L, ] <- own[2L, ] * if (graph$op[[x]] == "div" && i == 2L) -1 else 1
    found <- cbind(found, own)
  }
  found
}

# Whether a number is none of the network's own, and no number of samples or one over it.
may_be_rate <- function(graph, view, a, rate, same) {
  if (a %in% same[unlist(graph$parents[view$forward])]) {
    return(FALSE)
  }
  counts <- c(length(view$outputs), unlist(graph$shape[view$outputs]), graph$count[view$outputs])
  counted <- any(abs(rate * counts - 1) <= 1e-9 | rate == counts)
  !counted || any(is_called(graph$names[[a]], "rate"))
}

# For each value on the way back how often a number is in it, by each way from the error.
count_on_way <- function(graph, view, after, own) {
  at <- integer(graph$size)
  at[after] <- seq_along(after)
  times <- vector("list", length(after))
  for (i in seq_along(after)) {
    n <- after[[i]]
    inner <- at[graph$parents[[n]]]
    before <- if (view$meets[[n]]) 0 else unlist(times[inner[inner > 0L]])
    times[[i]] <- unique(if (is.null(before)) 0 else before) + own[[i]]
  }
  times
}

# The values on the way back to some updates.
way_of <- function(graph, view, updates) {
  seen <- logical(graph$size)
  stack <- unlist(lapply(updates, function(c) c$terms[1L, ]))
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (view$after[[n]] && !seen[[n]]) {
      seen[[n]] <- TRUE
      stack <- c(stack, graph$parents[[n]])
    }
  }
  which(seen)
}

# Whether one of some products is on the line of an update itself.
is_within_update <- function(graph, view, products, update) {
  line <- place_of_node(graph, update$u)$line
  own <- intersect(products, way_of(graph, view, list(update)))
  any(vapply(own, function(n) place_of_node(graph, n)$line == line, NA))
}

# An update that multiplies once more than the others, whose gradients have the rate.
twice_in_update <- function(graph, rate, update) {
  old <- value_of(graph, update$p)
  right <- old + (value_of(graph, update$u) - old) / rate
  new_fault(update$u, right, list(list(update$u, right)), update, NULL, "rate_twice")
}

# The value that its line has a name for: what is made of an error is a multiple of it.
twice_fault <- function(graph, view, n, rate, update) {
  line <- place_of_node(graph, n)$line
  m <- n
  while (!graph$named[[m]]) {
    users <- users_of(graph)[[m]]
    users <- users[view$after[users]]
    if (length(users) != 1L || place_of_node(graph, users)$line != line) {
      m <- n
      break
    }
    m <- users
  }
  right <- value_of(graph, m) / rate
  new_fault(m, right, list(list(m, right)), update, NULL, "rate_twice")
}
