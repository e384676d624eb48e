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
  any(vapply(made, function(n) {
    args <- graph$args[[n]]
    graph$op[[n]] == "div" && length(args) == 2L &&
      identical(plain_number(graph, view, args[[2L]]), as.double(samples))
  }, NA))
}
