# A learning rate that falls faster than its formula says, as what is divided is divided again; twin
# of check/explain/rates.py in Python.

fewest_rates <- 4L
most_numbers_looked_at <- 400L
fewest_links <- 3L
far_from_rate <- 6L # operations from a rate to an update
same_fall <- 1e-6

# A rate that falls from what it has fallen to, from step to step or now and then.
find_compounded_rate <- function(graph, alignment, best) {
  found <- divided_in_steps(graph, alignment, best)
  if (is.null(found)) divided_now_and_then(graph, alignment) else found
}

# A rate that is divided by 1 + k t where the rate of the step before stands, not the first.
#
# The quotients of the rates of two steps are then 1 + k t themselves, which grow; of a rate
# r / (1 + k t) they become smaller.
divided_in_steps <- function(graph, alignment, best) {
  rates <- best$factors
  last <- length(rates)
  if (last < fewest_rates || min(rates) <= 0) {
    return(NULL)
  }
  falls <- rates[-last] / rates[-1L] - 1
  k <- falls[[2L]] - falls[[1L]]
  if (k <= 1e-7 || any(abs(diff(falls) - k) > 1e-3 * k)) {
    return(NULL)
  }
  t <- falls[[1L]] / k # of the second step looked at
  if (abs(t - round(t)) > 1e-3 || !round(t) %in% 1:2) {
    return(NULL)
  }
  before <- numbers_of_update(graph, alignment$views[[last - 1L]])
  for (n in sort(numbers_of_update(graph, alignment$views[[last]]))) { # the rate before its parts
    value <- as.vector(value_of(graph, n))
    same <- before[graph$site[before] == graph$site[[n]]]
    times <- vapply(same, function(m) as.vector(value_of(graph, m)), 1) / value
    if (place_of_node(graph, n)$line > 0L &&
          any(abs(times * rates[[last]] / rates[[last - 1L]] - 1) < 1e-9)) {
      right <- value * rates[[1L]] / rates[[last]] / (1 + k * (round(t) + last - 2))
      update <- alignment$views[[last]]$step$updates[[1L]]
      fault <- new_fault(n, right, list(list(n, right)), update, NULL, "rate_compounded")
      fault$step <- last
      return(fault)
    }
  }
  NULL
}

# The plain numbers that the first update of a step is made with, and what they are made of.
numbers_of_update <- function(graph, view) {
  found <- integer(0)
  seen <- logical(graph$size)
  stack <- view$step$updates[[1L]]$u
  count <- 0L
  while (length(stack) > 0L && count < most_numbers_looked_at) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]] || view$forward[[n]] || view$meets[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    for (a in graph$args[[n]]) {
      made <- is_node(a) && length(graph$parents[[a]]) > 0L
      if (made && !is.null(plain_number(graph, view, a))) found <- union(found, a)
    }
    p <- graph$parents[[n]]
    stack <- c(stack, p[p > view$step$begin])
  }
  found
}

# A number that one place divides again and again, as at the end of each epoch.
#
# By 1 + k t or by b^t, with t one more each time: these are for the first rate.
divided_now_and_then <- function(graph, alignment) {
  for (nodes in list_chains(graph, alignment$views[[1L]])) {
    first <- operand_of_chain(graph, nodes)
    values <- c(first, vapply(nodes, function(n) as.vector(value_of(graph, n)), 1))
    last <- length(values)
    if (min(values) <= 0 || !falls_more_and_more(values[-last] / values[-1L])) next
    j <- which(values != first)[[1L]] # a count may begin with 0
    n <- nodes[[j]]
    right <- first * values[[j + 1L]] / values[[j]]
    ends <- vapply(alignment$steps, function(step) step$updates[[length(step$updates)]]$u, 1L)
    if (any(ends > n) && leads_to_update(graph, alignment, n)) {
      update <- alignment$views[[1L]]$step$updates[[1L]]
      fault <- new_fault(n, right, list(list(n, right)), update, NULL, "rate_compounded")
      fault$seen_in <- which(ends > n)
      fault$told_at <- graph$site[[n]]
      return(fault)
    }
  }
  NULL
}

# The single numbers that a place makes of the number that it has made the time before.
list_chains <- function(graph, view) {
  chains <- list()
  single <- graph$site > 0L & graph$op %in% c("div", "mul") & graph$count == 1 & !view$touched
  for (n in which(single)) {
    key <- as.character(graph$site[[n]])
    before <- chains[[key]]
    if (is.null(before) || before[[length(before)]] %in% operands_uncopied(graph, n)) {
      chains[[key]] <- c(before, n)
    }
  }
  unname(chains[lengths(chains) >= fewest_links])
}

# The operands of a value, as they were before they were copied; 0 for a literal.
operands_uncopied <- function(graph, n) {
  vapply(graph$args[[n]], function(a) if (is_node(a)) copied_node(graph, a) else 0L, 1L)
}

# What the first number of a chain is made of, where the others are made of that before.
operand_of_chain <- function(graph, nodes) {
  i <- match(nodes[[1L]], operands_uncopied(graph, nodes[[2L]]))
  value <- operand_of(graph, graph$args[[nodes[[1L]]]][[i]])
  if (is.null(value)) 0 else as.vector(value)[[1L]]
}

# Whether divisors are 1 + k t or b^t for t = 1, 2, 3, or for t = 0, 1, 2.
falls_more_and_more <- function(times) {
  any(vapply(list(times - 1, log(times)), function(x) {
    k <- x[[2L]] - x[[1L]]
    begins <- abs(x[[1L]]) <= same_fall * k || abs(x[[1L]] - k) <= same_fall * k
    k > same_fall && begins && all(abs(diff(x) - k) <= same_fall * k)
  }, NA))
}

# Whether an update is made with a number.
leads_to_update <- function(graph, alignment, n) {
  updates <- unlist(lapply(alignment$steps, function(step) {
    vapply(step$updates, function(c) c$u, 1L)
  }))
  seen <- integer(0)
  level <- n
  for (k in seq_len(far_from_rate)) {
    level <- setdiff(unlist(users_of(graph)[level]), seen)
    seen <- c(seen, level)
    if (any(seen %in% updates)) {
      return(TRUE)
    }
  }
  FALSE
}
