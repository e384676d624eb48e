# Some parameters are divided by the number of samples, and others are left as a sum; twin of
# check/explain/divided.py in Python.

# Whether updates leave out the number of samples that is seen to divide all the others.
#
# In every step they are as many times too large as there are samples. Without that number in the
# lines of the others a second rate may be meant.
is_left_undivided <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  for (s in seq_along(best$rows)) {
    view <- alignment$views[[s]]
    samples <- count_samples(graph, view)
    for (i in seq_along(best$rows[[s]])) {
      row <- best$rows[[s]][[i]]
      good <- best$good[[s]][[i]]
      own <- Filter(function(c) c$k == row$k, view$step$updates)
      times <- factor_between(row$change, row$gradient) / best$factors[[s]]
      is_times <- good || abs(times - samples) <= 1e-6 * samples
      if (samples < 2 || length(own) != 1L || !is_times) {
        return(FALSE)
      }
      if (divides_update(graph, view, alignment$found$owner, own[[1L]], samples) != good) {
        return(FALSE)
      }
    }
  }
  TRUE
}

# Whether this number divides what an update takes, or the rate that it is multiplied by.
divides_update <- function(graph, view, owner, update, samples) {
  terms <- take_apart(graph, view, owner, update)$terms
  way <- as.integer(unlist(lapply(terms, function(t) t$way[1L, ])))
  parents <- as.integer(unlist(graph$parents[way]))
  made <- c(way, parents[!view$moved[parents]])
  any(vapply(made, function(n) is_divided(graph, view, n, samples), NA))
}

# Whether a value is another one divided by this number, or multiplied by 1 over it.
is_divided <- function(graph, view, n, samples) {
  args <- graph$args[[n]]
  if (!graph$op[[n]] %in% c("div", "mul") || length(args) != 2L) {
    return(FALSE)
  }
  if (graph$op[[n]] == "div") {
    return(identical(plain_number(graph, view, args[[2L]]), as.double(samples)))
  }
  numbers <- unlist(lapply(args, function(a) plain_number(graph, view, a)))
  any(abs(numbers * samples - 1) <= 1e-6)
}

# A derivative that is as many times too large as there are samples, where others are divided: told
# where the gradient is made of it, if that is where the gradients of the parameters that move
# rightly are divided.
at_its_gradient <- function(graph, alignment, table, fault, parts) {
  view <- table$view
  samples <- count_samples(graph, view)
  owner <- alignment$found$owner
  ends <- unique(vapply(parts$terms, function(t) as.integer(t$node), 1L))
  way <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  at <- which(way %in% ends)
  is_end <- fault$node %in% c(fault$update$u, ends)
  if (samples < 2 || length(ends) != 1L || length(at) == 0L || is_end) {
    return(fault)
  }
  if (!is_near(value_of(graph, fault$node), samples * fault$right)) {
    return(fault)
  }
  good <- Filter(function(c) c$u %in% table$good_updates, view$step$updates)
  divided <- vapply(good, function(c) divides_update(graph, view, owner, c, samples), NA)
  own <- divides_update(graph, view, owner, fault$update, samples)
  if (length(divided) == 0L || !all(divided) || own) {
    return(fault)
  }
  last <- fault$path[[at[[1L]]]]
  path <- fault$path[seq_len(at[[1L]])]
  new_fault(last[[1L]], last[[2L]], path, fault$update, fault$update$p)
}
