# The article's twelve steps of a network, found among the values of a program; twin of
# check/explain/quantities.py in Python.

twelve_titles <- c(
  "the input and the target", "the starting weights and biases", "the hidden layer's input",
  "the hidden layer's activations", "the output layer's input and the output",
  "the error at the output", "the slopes of both layers", "delta at the output",
  "the error at the hidden layer", "delta at the hidden layer", "the updated weights",
  "the updated biases"
)

# Their numbers where they are asked for.
the_error <- 6L
the_slopes <- 7L
the_weights <- 11L
the_biases <- 12L

# Each of the twelve steps: right, different or not seen, and the names that hold it. A fault stands
# there with the name that it is told with.
list_steps <- function(graph, table, owner, rows, fault = NULL, told = "") {
  ends <- ends_of_layers(table)
  orders <- vapply(rows, function(r) as.integer(r$order), 1L)
  keys <- vapply(rows, function(r) as.integer(r$k), 1L)
  biases <- if (any(orders > 0L)) keys[orders == 0L] else integer(0)
  seen <- name_derivatives(graph, table, fault, ends)
  updates <- name_updates(graph, table, biases, fault)
  found <- Map(c, name_forward(graph, table), updates, seen$names)
  wrong <- 0L
  if (!is.null(fault)) {
    wrong <- step_of_fault(graph, table, owner, fault, ends, biases, seen$goals)
  }
  lapply(1:12, function(number) {
    is_seen <- length(found[[number]]) > 0L && (wrong == 0L || number <= wrong)
    status <- if (number == wrong) "different" else if (is_seen) "right" else "not seen"
    names <- if (status == "not seen") character(0) else unique(found[[number]])
    if (number == wrong) names <- told
    list(number = number, title = twelve_titles[[number]], status = status,
         variables = as.list(utils::head(names, 4L)))
  })
}

# The outputs, what they and their activations' inputs are, and the inputs of hidden activations.
ends_of_layers <- function(table) {
  outputs <- table$view$outputs
  z <- vapply(table$slopes, function(x) x$z, 1L)
  at_output <- vapply(table$slopes, function(x) x$a %in% outputs, NA)
  last <- union(z[at_output], outputs)
  list(outputs = outputs, last = last, hidden = setdiff(z, last))
}

# The step of the derivative of a value.
number_of_goal <- function(goal, ends) {
  if (goal %in% ends$outputs) {
    the_error
  } else if (goal %in% ends$last) {
    8L
  } else if (goal %in% ends$hidden) {
    10L
  } else {
    9L
  }
}

# The name of a value, none where it has none or is no value.
held_name <- function(graph, n) {
  if (is.integer(n) && graph$named[[n]]) name_of_node(graph, n) else character(0)
}

# The names that hold what is given and what is made on the way forward.
name_forward <- function(graph, table) {
  view <- table$view
  found <- rep(list(character(0)), 12L)
  add <- function(number, n) found[[number]] <<- c(found[[number]], held_name(graph, n))
  for (y in view$targets) add(1L, y)
  for (x in table$slopes) {
    at_output <- x$a %in% view$outputs
    add(if (at_output) 5L else 3L, x$z)
    add(if (at_output) 5L else 4L, x$a)
  }
  for (a in view$outputs) add(5L, a)
  found
}

# The names of the parameters; where one is moved wrongly, of what moved rightly alone.
name_updates <- function(graph, table, biases, fault) {
  step <- table$view$step
  found <- rep(list(character(0)), 12L)
  is_bad <- vapply(step$updates, function(c) !c$u %in% table$good_updates, NA)
  bad <- vapply(step$updates[!is.null(fault) & is_bad], function(c) as.integer(c$k), 1L)
  for (i in seq_along(step$keys)) {
    found[[2L]] <- c(found[[2L]], held_name(graph, step$first[[i]]))
    if (step$keys[[i]] %in% bad) next
    number <- if (step$keys[[i]] %in% biases) the_biases else the_weights
    found[[number]] <- c(found[[number]], held_name(graph, step$last[[i]]))
  }
  found
}

# The names that hold slopes and derivatives, up to a fault; whose derivatives were seen.
name_derivatives <- function(graph, table, fault, ends) {
  view <- table$view
  found <- rep(list(character(0)), 12L)
  goals <- integer(0)
  for (n in which((view$cone | view$after) & graph$named)) {
    if (!is.null(fault) && n >= fault$node) next
    if (view$after[[n]]) {
      goal <- goal_of_node(table, n)
      goals <- c(goals, goal)
      if (!view$meets[[n]] && is.null(goal)) next
      number <- if (view$meets[[n]]) the_error else number_of_goal(goal, ends)
    } else if (!view$forward[[n]] && is_slope_of_some(table, value_of(graph, n))) {
      number <- the_slopes
    } else {
      next
    }
    found[[number]] <- c(found[[number]], held_name(graph, n))
  }
  list(names = found, goals = goals)
}

is_slope_of_some <- function(table, value) {
  !is.null(value) && any(vapply(table$slopes, function(x) {
    !is.null(x$slope) && is_near(value, x$slope)
  }, NA))
}

# The step that a fault is in.
step_of_fault <- function(graph, table, owner, fault, ends, biases, goals) {
  view <- table$view
  n <- fault$node
  if (identical(fault$kind, "never_updated")) {
    own <- fault$path[[length(fault$path)]][[1L]]
    k <- owner[[own]]
    return(step_of_update(if (k > 0L) k %in% biases else !is_multiplied(graph, own)))
  }
  if (view$forward[[n]] && owner[[n]] == 0L) {
    return(step_of_forward(graph, view, owner, n))
  }
  if (is_among_slopes(graph, view, n)) {
    return(the_slopes)
  }
  if (is_in_update(graph, fault, goals) || owner[[fault$wanted]] > 0L) {
    k <- if (owner[[n]] > 0L) owner[[n]] else fault$update$k
    return(step_of_update(k %in% biases))
  }
  number_of_goal(fault$wanted, ends)
}

step_of_update <- function(is_bias) if (is_bias) the_biases else the_weights

# Whether a value that no error is in is multiplied with one.
is_among_slopes <- function(graph, view, n) {
  users <- users_of(graph)[[n]]
  is_beside <- view$moved[[n]] && !view$after[[n]] && !view$cut[[n]]
  is_beside && any(graph$op[users] == "mul" & view$after[users])
}

# The step of a value on the way forward.
step_of_forward <- function(graph, view, owner, n) {
  if (!leads_to_layer(graph, view, owner, n)) {
    5L
  } else if (graph$op[[n]] %in% c(sum_operations, product_operations)) {
    3L
  } else {
    4L
  }
}

# Whether a value is in a product, perhaps transposed.
is_multiplied <- function(graph, n) {
  users <- users_of(graph)[[n]]
  moved <- unlist(users_of(graph)[users[graph$op[users] == "move"]])
  any(graph$op[c(users, moved)] %in% product_operations)
}

# Whether a value on the way forward goes into a product with a parameter.
leads_to_layer <- function(graph, view, owner, n) {
  seen <- logical(graph$size)
  stack <- n
  while (length(stack) > 0L) {
    users <- users_of(graph)[[stack[[length(stack)]]]]
    stack <- stack[-length(stack)]
    users <- users[view$forward[users] & !seen[users]]
    for (u in users[graph$op[users] %in% product_operations]) {
      own <- vapply(graph$parents[[u]], function(p) owner_through_moves(graph, owner, p) > 0L, NA)
      if (any(own)) return(TRUE)
    }
    seen[users] <- TRUE
    stack <- c(stack, users)
  }
  FALSE
}

# The value whose derivative a value on the way back is.
goal_of_node <- function(table, n) {
  value <- value_of(table$graph, n)
  goal <- if (!is.null(value)) find_goal(table, value, 1)
  if (!is.null(goal) && !table$view$cut[[goal]]) goal
}

# Whether a value is wrong on the update's own line, which comes after a right derivative.
is_in_update <- function(graph, fault, known) {
  line <- function(n) place_of_node(graph, n)$line
  is.null(fault$wanted) || fault$wanted %in% known && line(fault$node) == line(fault$update$u)
}
