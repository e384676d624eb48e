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
  view <- result$views[[1L]]
  if (length(other) > 0L && (computes_entropy(graph, view) || means_entropy(graph, view))) {
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
    if (graph$op[[n]] == "log" && graph$site[[before_moves(graph, p)]] %in% sites) {
      return(TRUE) # or of those elements of it that belong to the labels
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

# Whether a cross-entropy is computed, of whatever samples.
#
# The logarithm of a sigmoid or softmax that parameters make, or of what it lacks of 1, is taken
# anywhere, or log(1 + exp(z)) of such a z, which is no activation of the network.
takes_logarithm <- function(graph, view) {
  logs <- which(graph$op %in% c("log", "log1p") & lengths(graph$parents) > 0L)
  others <- logs[!graph$site[logs] %in% graph$site[view$forward]]
  computes_entropy(graph, view) ||
    any(vapply(logs, function(n) is_log_of_output(graph, view, n), NA)) ||
    any(vapply(others, function(n) is_log_of_odds(graph, view, n), NA))
}

# Whether a cross-entropy is the only loss that a program computes: no error is squared.
means_entropy <- function(graph, view) {
  !squares_errors(graph, view) && takes_logarithm(graph, view)
}

# Whether a program computes a squared error, of whatever samples.
squares_errors <- function(graph, view) {
  squares <- which(graph$op %in% c(squares_alone, squares_of_two))
  any(vapply(squares, function(n) is_squared_error(graph, view, n), NA))
}

squares_alone <- c("pow", "square", "norm", "crossprod")
squares_of_two <- c("mul", "inner", "matmul")

is_log_of_output <- function(graph, view, n) {
  if (graph$op[[n]] != "log") {
    return(FALSE)
  }
  p <- graph$parents[[n]][[1L]]
  if (graph$op[[p]] == "sub" && identical(written_number(graph$args[[p]][[1L]]), 1)) {
    p <- graph$parents[[p]][[length(graph$parents[[p]])]]
  }
  if (!view$touched[[p]] || graph$at[[p]] < 0) {
    return(FALSE)
  }
  is_made_by(graph, p, "sigmoid") || is_made_by(graph, p, "softmax")
}

is_log_of_odds <- function(graph, view, n) {
  is_log_of_exp(graph, n) && any(view$touched[graph$parents[[n]]])
}

# Whether a logarithm is that of 1 + exp(z).
is_log_of_exp <- function(graph, n) {
  p <- graph$parents[[n]][[1L]]
  if (graph$op[[n]] == "log") {
    if (graph$op[[p]] != "add" || !any(vapply(graph$args[[p]], function(a) {
      identical(written_number(a), 1)
    }, NA))) {
      return(FALSE)
    }
    p <- graph$parents[[p]][[length(graph$parents[[p]])]]
  }
  graph$op[[p]] == "exp"
}

# The number that is written as an operand; NULL for a node.
written_number <- function(a) if (is.list(a)) as.double(unlist(a))

# Whether a value is an error that is squared: an output less what no parameter makes.
is_squared_error <- function(graph, view, n) {
  parents <- vapply(graph$parents[[n]], function(p) before_moves(graph, p), 1L)
  same <- length(parents) == 2L && parents[[1L]] == parents[[2L]]
  if (length(parents) == 0L || !(graph$op[[n]] %in% squares_alone || same)) {
    return(FALSE)
  }
  error <- parents[[1L]]
  args <- graph$operands[[error]]
  if (graph$op[[error]] != "sub" || length(args) != 2L || anyNA(args)) {
    return(FALSE)
  }
  sum(view$touched[args]) == 1L
}

# What a value was before it was transposed or reshaped.
before_moves <- function(graph, n) {
  while (graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L) n <- graph$parents[[n]]
  n
}
