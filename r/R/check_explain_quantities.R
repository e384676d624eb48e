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
  view <- table$view
  z <- vapply(table$slopes, function(x) x$z, 1L)
  outputs <- view$outputs
  at_output <- vapply(table$slopes, function(x) x$a %in% outputs, NA)
  last <- union(z[at_output], outputs)
  hidden <- setdiff(z, last)
  number_of_goal <- function(goal) {
    if (goal %in% outputs) 6L else if (goal %in% last) 8L else if (goal %in% hidden) 10L else 9L
  }
  found <- rep(list(character(0)), 12L)
  add <- function(number, n) {
    if (is.integer(n) && graph$named[[n]]) {
      found[[number]] <<- c(found[[number]], name_of_node(graph, n))
    }
  }
  for (y in view$targets) add(1L, y)
  for (i in seq_along(table$slopes)) {
    add(if (at_output[[i]]) 5L else 3L, table$slopes[[i]]$z)
    add(if (at_output[[i]]) 5L else 4L, table$slopes[[i]]$a)
  }
  for (a in outputs) add(5L, a)
  for (i in seq_along(view$step$keys)) {
    add(2L, view$step$first[[i]])
    matrix <- length(graph$shape[[view$step$first[[i]]]]) > 1L
    add(if (matrix) 11L else 12L, view$step$last[[i]])
  }
  known <- integer(0) # the values whose derivative was seen
  for (n in which(view$after & graph$named)) {
    if (is.null(fault) || n < fault$node) {
      goal <- goal_of_node(table, n)
      known <- c(known, goal)
      if (view$meets[[n]]) add(6L, n) else if (!is.null(goal)) add(number_of_goal(goal), n)
    }
  }
  wrong <- 0L
  if (!is.null(fault)) {
    is_update <- is_in_update(graph, fault, known) || owner[[fault$wanted]] > 0L
    wrong <- if (is_update) 11L else number_of_goal(fault$wanted)
  }
  lapply(1:12, function(number) {
    seen <- length(found[[number]]) > 0L && (wrong == 0L || number <= wrong)
    status <- if (number == wrong) "different" else if (seen) "right" else "not seen"
    names <- if (status == "not seen") character(0) else unique(found[[number]])
    if (!is.null(fault) && number == wrong) {
      name <- name_of_node(graph, fault$path[[length(fault$path)]][[1L]])
      names <- name[nzchar(name)]
    }
    list(number = number, title = twelve_titles[[number]], status = status,
         variables = as.list(utils::head(names, 4L)))
  })
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
