# The running means of a rule with a past: of what they are, and what is made of them; twin of
# check/explain/moments.py in Python.

same_number <- 1e-9
from_mean <- 8L
passed_operations <- c("add", "mul", "div", "maximum", "abs", "move")

# The parameters of a step that have one update, by a rule with a past.
own_updates <- function(view, rows) {
  Filter(Negate(is.null), lapply(rows, function(row) {
    own <- Filter(function(c) c$k == row$k, view$step$updates)
    if (length(own) == 1L && !is.null(row$source)) list(update = own[[1L]], row = row)
  }))
}

# The sums of a share of the past, or of all of it, and of something of this step, which may enter
# squared.
find_means <- function(graph, view, update) {
  means <- list()
  for (n in which(rule_nodes(graph, view, update$u, update$p))) {
    if (n == update$u || !is_mixed(graph, view, n)) next
    parts <- current_parts(graph, view, n)
    kept <- split_number(graph, view, parts[[2L]])
    share <- kept$number
    bare <- mixed_value(graph, view, n)
    of <- root_of_square(graph, bare)
    if (share > 0 && share <= 1 && identical(graph$shape[[n]], graph$shape[[update$u]])) {
      means[[length(means) + 1L]] <- list(
        node = n, share = share, part = parts[[1L]], past = kept$node, of = of,
        is_square = of != bare
      )
    }
  }
  means
}

# The array that is filled with a value, as by m[] <- x; the value itself without one.
kept_as <- function(graph, n) {
  filled <- Find(function(u) filled_with(graph, u) == n, users_of(graph)[[n]])
  if (is.null(filled)) n else filled
}

# The quotient of a mean and a plain number, and the number; 0 and 1 where it is used as it is. Also
# a product, where the mean is multiplied by what should divide it.
divided_by <- function(graph, view, among, n, wanted = 0) {
  n <- kept_as(graph, n)
  users <- users_of(graph)[[n]]
  for (u in users[among[users] & users <= view$step$end & graph$op[users] %in% c("div", "mul")]) {
    first <- identical(graph$args[[u]][[1L]], n)
    number <- plain_number(graph, view, graph$args[[u]][[if (first) 2L else 1L]])
    if (is.null(number)) next
    if (graph$op[[u]] == "mul") {
      if (abs(number - wanted) > same_number) next
      number <- 1 / number
    } else if (!first) {
      next
    }
    return(list(node = u, number = number))
  }
  list(node = 0L, number = 1)
}

# The root that is taken of a mean, with what is added to it (`root`), and what is made of the root
# (`user`); NULL where there is none. Numbers may divide the mean before, and epsilon be added.
root_of_mean <- function(graph, view, cone, n) {
  n <- kept_as(graph, n)
  root <- 0L
  for (k in seq_len(from_mean)) {
    users <- users_of(graph)[[n]]
    users <- users[cone[users]]
    if (length(users) != 1L) {
      return(NULL)
    }
    op <- graph$op[[users]]
    if (is_root(graph, users)) {
      root <- users
    } else if (!is_passed(graph, view, users, n)) {
      return(if (root > 0L) list(root = root, user = users))
    } else if (root > 0L && op %in% c("add", "maximum")) {
      root <- users
    }
    n <- users
  }
  NULL
}

# Whether an operation only scales a value, adds a plain number or takes the largest one so far.
is_passed <- function(graph, view, u, n) {
  op <- graph$op[[u]]
  args <- graph$args[[u]]
  if (!op %in% passed_operations || op == "div" && identical(args[[2L]], n)) {
    return(FALSE)
  }
  others <- Filter(function(a) !identical(a, n), args)
  op == "maximum" || all(vapply(others, function(a) !is.null(plain_number(graph, view, a)), NA))
}

# Whether a value is a square root.
is_root <- function(graph, n) {
  op <- graph$op[[n]]
  if (op != "pow") {
    return(op == "sqrt")
  }
  power <- graph$args[[n]][[2L]]
  !is_node(power) && isTRUE(power[[1L]] == 0.5)
}
