# Whether a program computes a cross-entropy, told by the logarithms that it takes; twin of
# check/align/entropy.py in Python.

nodes_after_step <- 300L # a loss may be computed after the updates

# A program that computes a cross-entropy means it, though it moves as with squared errors.
#
# Not the other way round: the mean squared error is often shown of a training by cross-entropy.
prefer_entropy <- function(graph, result) {
  if (length(result$readings) == 0L) {
    return(result)
  }
  best <- result$readings[[1L]]
  if (best$family != "squared_error") {
    return(result)
  }
  good <- vapply(result$readings, function(r) as.double(count_good(r)), 1)
  least <- if (is_fitting(best)) 0 else good[[1L]]
  suits <- vapply(result$readings, function(r) isTRUE(r$suits), NA)
  other <- which(suits & good >= least)
  if (length(other) > 0L && computes_entropy(graph, result$views[[1L]])) {
    result$readings <- c(result$readings[other[[1L]]], result$readings[-other[[1L]]])
  }
  result
}

# Whether the logarithm of the output is taken, or of what belongs to it.
#
# In the step or after it by its value; anywhere by its place, as where the loss is computed of
# other samples. From logits it is log(1 + exp(z)), which is a logarithm of the odds.
computes_entropy <- function(graph, view) {
  ends <- utils::head(view$outputs, 4L)
  sites <- setdiff(graph$site[ends], 0L)
  last <- min(view$step$end + nodes_after_step, graph$size)
  for (n in which(graph$op %in% c("log", "log1p") & lengths(graph$parents) > 0L)) {
    p <- graph$parents[[n]][[1L]]
    if (graph$op[[n]] == "log" && graph$site[[p]] %in% sites) {
      return(TRUE)
    }
    near <- n >= view$step$begin && n <= last
    if (near && any(vapply(ends, function(a) belongs_to_output(graph, n, p, a), NA))) {
      return(TRUE)
    }
  }
  FALSE
}

belongs_to_output <- function(graph, n, p, a) {
  if (graph$count[[p]] != graph$count[[a]] || graph$at[[p]] < 0) {
    return(FALSE)
  }
  x <- ravel(value_of(graph, p))
  out <- ravel(value_of(graph, a))
  odds <- out / (1 - out)
  forms <- list(odds, 1 / odds, pmin(odds, 1 / odds))
  if (graph$op[[n]] == "log") forms <- list(out, 1 - out, 1 / out, 1 / (1 - out))
  any(vapply(forms, function(f) all_true(abs(x - f) <= 1e-5 * pmax(1, abs(f))), NA))
}
