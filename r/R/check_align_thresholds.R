# Outputs that jump at a threshold, as a perceptron's; twin of check/align/thresholds.py in Python.
#
# They have no derivative: the perceptron's rule passes the error on to what is compared, as if that
# were the output (Rosenblatt 1958).

rising_questions <- c(">", ">=", "greater", "sign", "heaviside")
falling_questions <- c("<", "<=", "less")
choosing_operations <- c("where", "ifelse", "choice")
carrying_operations <- c("where", "mul", "add", "sub", "neg", "move", "pos")
deepest_jump <- 8L
most_carried <- 40L

# The values whose difference decides what an output is, each with its sign: of `z > t` it is z with
# 1 and t with -1, as far as they are moved; NULL where the output is no jump.
find_jump <- function(graph, view, a) {
  known_of(view, paste("jump", a), search_jump(graph, view, a))
}

search_jump <- function(graph, view, a) {
  asked <- find_question(graph, view, a)
  if (is.null(asked)) {
    return(NULL)
  }
  turn <- turn_of_jump(graph, asked)
  if (last_name(graph, asked) %in% falling_questions) turn <- -turn
  compared <- utils::head(graph$args[[asked]], 2L)
  pairs <- Map(list, compared, utils::head(c(turn, -turn), length(compared)))
  Filter(function(pair) is_node(pair[[1L]]) && view$moved[[pair[[1L]]]], pairs)
}

# The error of an output, passed on to what is compared: lists of a node and its derivative.
seed_jump <- function(graph, a, jump, error) {
  seeds <- list(list(a, error))
  for (pair in jump) {
    z <- pair[[1L]]
    if (graph$count[[z]] != length(error)) {
      return(NULL)
    }
    seeds <- c(seeds, list(list(z, shape_rows(pair[[2L]] * error, graph$shape[[z]]))))
  }
  seeds
}

# Whether a value is one of several, by a comparison.
is_chosen <- function(graph, n) last_name(graph, n) %in% choosing_operations

last_name <- function(graph, n) sub("^.*[.](.)", "\\1", graph$spelled[[n]])

# The one comparison of which an output is made, and of no other value that is moved.
find_question <- function(graph, view, a) {
  if (!view$moved[[a]]) {
    return(NULL)
  }
  found <- integer(0)
  level <- a
  for (k in seq_len(deepest_jump)) {
    following <- integer(0)
    for (n in level) {
      if (last_name(graph, n) %in% c(rising_questions, falling_questions)) {
        found <- unique(c(found, n))
      } else if (view$cut[[n]] || !is_carrying(graph, n)) {
        return(NULL)
      } else {
        parents <- graph$parents[[n]]
        following <- c(following, parents[view$moved[parents]])
      }
    }
    level <- unique(following)
    if (length(level) > most_carried) {
      return(NULL)
    }
  }
  if (length(found) == 1L && length(level) == 0L) found
}

is_carrying <- function(graph, n) {
  graph$op[[n]] %in% carrying_operations || graph$spelled[[n]] == "choice"
}

# 1 where an output is the higher one if its comparison is true, -1 if it is the lower one: by all
# that was chosen at its place; where only one answer was ever given it is the higher one if it is
# above 0.
turn_of_jump <- function(graph, asked) {
  if (graph$site[[asked]] <= 0L) {
    return(1)
  }
  answers <- outputs <- numeric(0)
  for (n in which(graph$site == graph$site[[asked]])) {
    for (u in Filter(function(u) is_chosen(graph, u), users_of(graph)[[n]])) {
      answer <- ravel(value_of(graph, n))
      output <- ravel(value_of(graph, u))
      if (length(answer) == length(output)) {
        answers <- c(answers, answer)
        outputs <- c(outputs, output)
      }
    }
  }
  true <- answers != 0
  if (all(true) || !any(true)) {
    return(if (length(true) == 0L || (mean(outputs) > 0) == true[[1L]]) 1 else -1)
  }
  if (mean(outputs[true]) >= mean(outputs[!true])) 1 else -1
}
