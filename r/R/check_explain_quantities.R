# The article's twelve steps of a network, found among the values of a program; twin of
# check/explain/quantities.py in Python.

twelve_titles <- c(
  "the input and the target", "the starting weights and biases", "the hidden layer's input",
  "the hidden layer's activations", "the output layer's input and the output",
  "the error at the output", "the slopes of both layers", "delta at the output",
  "the error at the hidden layer", "delta at the hidden layer", "the updated weights",
  "the updated biases"
)

# Each of the twelve steps: right, different or not seen, and the names that hold it.
list_steps <- function(graph, table, owner, fault) {
  ends <- ends_of_layers(table)
  seen <- name_derivatives(graph, table, fault, ends)
  found <- Map(c, name_forward(graph, table), seen$names)
  wrong <- 0L
  if (!is.null(fault)) {
    is_update <- is_in_update(graph, fault, seen$goals) || owner[[fault$wanted]] > 0L
    wrong <- if (is_update) 11L else number_of_goal(fault$wanted, ends)
  }
  lapply(1:12, function(number) {
    is_seen <- length(found[[number]]) > 0L && (wrong == 0L || number <= wrong)
    status <- if (number == wrong) "different" else if (is_seen) "right" else "not seen"
    names <- if (status == "not seen") character(0) else unique(found[[number]])
    if (!is.null(fault) && number == wrong) {
      name <- name_of_node(graph, fault$path[[length(fault$path)]][[1L]])
      names <- name[nzchar(name)]
    }
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
    6L
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

# The names that hold what is given, what is made on the way forward, and what is updated.
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
  for (i in seq_along(view$step$keys)) {
    add(2L, view$step$first[[i]])
    matrix <- length(graph$shape[[view$step$first[[i]]]]) > 1L
    add(if (matrix) 11L else 12L, view$step$last[[i]])
  }
  found
}

# The names that hold derivatives, up to a fault, and the values whose derivatives they are.
name_derivatives <- function(graph, table, fault, ends) {
  view <- table$view
  found <- rep(list(character(0)), 12L)
  goals <- integer(0)
  for (n in which(view$after & graph$named)) {
    if (!is.null(fault) && n >= fault$node) next
    goal <- goal_of_node(table, n)
    goals <- c(goals, goal)
    if (view$meets[[n]] || !is.null(goal)) {
      number <- if (view$meets[[n]]) 6L else number_of_goal(goal, ends)
      found[[number]] <- c(found[[number]], held_name(graph, n))
    }
  }
  list(names = found, goals = goals)
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
