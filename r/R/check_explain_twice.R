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
  factors <- lapply(after, function(n) number_factors(graph, view, n))
  updates <- view$step$updates
  for (a in unique(unlist(lapply(factors, function(own) own[1L, ])))) {
    rate <- as.vector(value_of(graph, a))[[1L]]
    if (rate == 1 || !may_be_rate(graph, view, a, rate)) next
    own <- vapply(factors, function(f) sum(f[2L, f[1L, ] == a]), 1)
    times <- count_on_way(graph, view, after, own)
    found <- lapply(updates, function(c) unique(unlist(times[match(c$terms[1L, ], after)])))
    twice <- vapply(found, identical, NA, 2)
    if (!any(twice) || !is_too_often(best, s, rate, keys_of(updates[twice]),
                                     keys_of(updates[!twice]))) next
    if (!all(vapply(found[!twice], identical, NA, 1))) next
    way <- setdiff(way_of(graph, view, updates[twice]), way_of(graph, view, updates[!twice]))
    is_in <- vapply(factors, function(f) a %in% f[1L, ], NA)
    first <- min(intersect(way, after[is_in]))
    update <- updates[twice][[sum(twice)]]
    return(twice_fault(graph, view, first, rate, update))
  }
  NULL
}

keys_of <- function(updates) vapply(updates, function(c) c$k, 1L)

# Whether a rate is once too often in some parameters: in all, or as others show.
is_too_often <- function(best, s, rate, own, others) {
  if (is_fitting(best) || length(others) == 0L) {
    return(is_fitting(best) && length(others) == 0L)
  }
  factor <- best$factors[[s]]
  !any(own %in% others) && any(vapply(c(factor, factor / rate), function(c) {
    all(vapply(best$rows[[s]], function(r) {
      row_fits(r, (if (r$k %in% own) c * rate else c) * r$gradient)
    }, NA))
  }, NA))
}

# The named plain numbers that a value on the way back is multiplied by, and how often: two rows.
number_factors <- function(graph, view, n) {
  found <- matrix(0, 2L, 0L)
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (!op %in% c("mul", "div") || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(found)
  }
  for (i in 1:2) {
    if (view$after[[args[[3L - i]]]]) {
      own <- split_number_of(graph, view, args[[i]], 0L)
      own[2L, ] <- own[2L, ] * if (op == "div" && i == 2L) -1 else 1
      found <- cbind(found, own)
    }
  }
  found
}

# A plain number, if it has a name, and the numbers that this step multiplied to make it.
split_number_of <- function(graph, view, x, depth) {
  found <- matrix(0, 2L, 0L)
  if (is.null(plain_number(graph, view, x))) {
    return(found)
  }
  if (graph$named[[x]]) found <- cbind(found, c(x, 1))
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
may_be_rate <- function(graph, view, a, rate) {
  if (any(vapply(which(view$forward), function(n) a %in% graph$parents[[n]], NA))) {
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
