# Updates that a comparison alone decides about, as a perceptron's: w += y x where y (w x) <= 0;
# twin of check/align/gated.py in Python.
#
# The change is made of no parameter. What is compared is where the loss begins: it is to move so
# far that the comparison comes out otherwise (Rosenblatt 1958), or output and target are compared.

equal_questions <- c("==", "!=")
most_gates <- 200L

# The comparisons of a recording, after node `begin`, that gave one answer.
list_gates <- function(graph, begin) {
  asked <- which(seq_len(graph$size) > begin & is_question(graph) & graph$count == 1)
  asked[graph$at[asked] >= 0]
}

# For each value whether it is the answer to a comparison.
is_question <- function(graph) {
  graph$spelled %in% c(equal_questions, rising_questions, falling_questions)
}

# The last comparison before an update that is made of what is updated; NULL without one.
find_gate <- function(graph, found, n, p, root) {
  known <- if (p == root) 0L else found$owner[[root]]
  if (stays_in_use(graph, root, n)) {
    return(NULL)
  }
  own <- known > 0L && known <= length(found$latest) && !is.na(found$latest[[known]])
  first <- if (own) found$latest[[known]] else root
  asked <- found$gates[found$gates >= first & found$gates < n]
  asked <- rev(utils::tail(asked, most_gates))
  Find(function(gate) is_made_of(graph, found, gate, root, known), asked)
}

# Whether a value is used after an update where it was used before, as data are.
stays_in_use <- function(graph, root, n) {
  users <- users_of(graph)[[root]]
  any(graph$site[users[users > n]] %in% graph$site[users[users < n]])
}

# A step cut where something is compared, with what the comparison asks for; NULL where it has none.
cut_at_gates <- function(graph, view) {
  gates <- lapply(view$step$updates, function(c) c$terms[1L, c$terms[2L, ] == 0])
  meets <- seeds <- list()
  for (gate in sort(unique(as.integer(unlist(gates))))) {
    pair <- compared_by(graph, view, gate)
    own <- if (!is.null(pair)) ask_of_gate(graph, view, gate, pair[[1L]], pair[[2L]])
    if (is.null(own)) {
      return(NULL)
    }
    meets <- c(meets, list(c(list(gate), pair)))
    nodes <- vapply(own, function(g) g$node, 1L)
    seeds <- c(Filter(function(g) !g$node %in% nodes, seeds), own)
  }
  if (length(meets) > 0L) {
    use_meetings(graph, view, meets)
    seeds
  }
}

# What is compared: the output, and what it is compared with.
compared_by <- function(graph, view, gate) {
  pair <- split_operands(graph, view, gate)
  if (is.null(pair) || is.null(value_of(graph, pair[[1L]]))) {
    return(NULL)
  }
  if (!is.null(target_of(graph, pair[[2L]]))) pair
}

# The derivative at what is compared: the error of an output, or what turns the answer.
ask_of_gate <- function(graph, view, gate, a, y) {
  jump <- find_jump(graph, view, a)
  spelled <- graph$spelled[[gate]]
  if (!is.null(jump)) {
    error <- sign(minus(value_of(graph, a), shape_rows(target_of(graph, y), graph$shape[[a]])))
    seeds <- seed_jump(graph, a, jump, error)
    return(if (!is.null(seeds)) lapply(seeds, function(g) list(node = g[[1L]], value = g[[2L]])))
  }
  if (spelled %in% equal_questions) {
    return(NULL)
  }
  rises <- (spelled %in% rising_questions) == all_true(value_of(graph, gate) != 0)
  rises <- rises == identical(graph$args[[gate]][[1L]], a)
  list(list(node = a, value = like(if (rises) 1 else -1, graph$shape[[a]])))
}

# Take what comparisons ask for that decide about updates. One parameter alone that is one number
# follows any loss.
read_gated <- function(graph, found, result) {
  touched <- touched_by(graph, found$owner)
  looked <- lapply(utils::head(result$steps, most_steps), function(step) {
    look_at_step(graph, found, touched, step)
  })
  views <- give_all(looked, function(view) cut_at_gates(graph, view))
  reading <- if (!is.null(views)) read_family(graph, found, views, "own")
  if (!is.null(reading) && sum(lengths(lapply(reading$rows[[1L]], function(r) r$old))) > 1L) {
    result$views <- views
    result$readings <- list(reading)
  } else {
    result$why <- "no output meets a target"
  }
  result
}
