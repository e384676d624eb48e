# A learning rate that falls faster than its formula says, as what is divided is divided again; twin
# of check/explain/rates.py in Python.

fewest_rates <- 4L
most_numbers_looked_at <- 400L

# A rate that is divided by 1 + k t where the rate of the step before stands, not the first.
#
# The quotients of the rates of two steps are then 1 + k t themselves, which grow; of a rate
# r / (1 + k t) they become smaller.
find_compounded_rate <- function(graph, alignment, best) {
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
