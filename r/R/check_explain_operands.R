# A right formula of a wrong value: which value was taken in place of which; twin of
# check/explain/operands.py in Python.

longest_formula <- 60L
elementwise_functions <- list(
  exp = exp, expm1 = expm1, log = log, log1p = log1p, tanh = tanh, sqrt = sqrt,
  square = function(x) x^2, sin = sin, cos = cos, abs = abs, neg = function(x) -x
)
comparisons <- list(">" = `>`, "<" = `<`, ">=" = `>=`, "<=" = `<=`)

# The fault with the forward value that was taken, and the one that makes the wrong value right, in
# `swapped`; as it was where there is none.
#
# A value is computed anew with one forward value in another's place. So a derivative f'(a) where
# f'(z) was meant is told from a wrong formula of f'. The fault is then the whole formula.
find_wrong_operand <- function(table, fault) {
  for (i in seq_along(fault$path)) {
    node <- as.integer(fault$path[[i]][[1L]])
    right <- fault$path[[i]][[2L]]
    if (table$view$after[[node]] && node != fault$node) next
    found <- find_swap(table, node, right)
    if (!is.null(found) || is_other_slope(table, node)) {
      fault$node <- node
      fault$right <- right
      fault$path <- fault$path[seq_len(i)]
      fault$swapped <- if (is.null(found)) c(node, node) else found
      break
    }
  }
  fault
}

# Whether a value is the right slope of another layer.
is_other_slope <- function(table, node) {
  value <- value_of(table$graph, node)
  if (table$view$after[[node]] || length(value) < 2L) {
    return(FALSE)
  }
  any(vapply(table$slopes, function(x) is_near(value, x$slope), NA))
}

find_swap <- function(table, node, right) {
  graph <- table$graph
  formula <- formula_of(table, node)
  starts <- setdiff(unlist(graph$parents[formula]), formula)
  options <- sort(unique(unlist(lapply(table$slopes, function(x) c(x$z, x$a)))))
  may_be_taken <- function(n) {
    is_forward_value(table, n) || table$view$after[[n]] && graph$named[[n]]
  }
  for (taken in Filter(may_be_taken, sort(starts))) {
    like_it <- function(n) n != taken && identical(graph$shape[[n]], graph$shape[[taken]])
    for (meant in Filter(like_it, options)) {
      known <- stats::setNames(list(value_of(graph, meant)), taken)
      made <- compute_formula(graph, formula, node, known)
      if (!is.null(made) && is_near(made, right)) {
        return(c(taken, meant))
      }
    }
  }
  NULL
}

is_forward_value <- function(table, n) {
  table$view$forward[[n]] || n %in% unlist(lapply(table$slopes, function(x) c(x$z, x$a)))
}

# The operations that make a value of forward values, in order.
formula_of <- function(table, node) {
  graph <- table$graph
  stack <- node
  seen <- integer(0)
  while (length(stack) > 0L && length(seen) < longest_formula) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    of_itself <- table$view$after[[n]] && (graph$named[[n]] || table$view$meets[[n]])
    if (n %in% seen || n != node && (is_forward_value(table, n) || of_itself)) next
    seen <- c(seen, n)
    parents <- graph$parents[[n]]
    stack <- c(stack, parents[table$view$moved[parents]])
  }
  sort(seen)
}

# The value of a formula where some values are others, known by the numbers of their nodes.
compute_formula <- function(graph, formula, node, values) {
  for (n in formula) {
    known <- as.character(graph$parents[[n]]) %in% names(values)
    if (as.character(n) %in% names(values) || !any(known)) next
    operands <- lapply(graph$args[[n]], function(a) {
      key <- as.character(a)
      if (is_node(a) && key %in% names(values)) values[[key]] else operand_of(graph, a)
    })
    made <- compute_operation(graph, n, operands)
    if (is.null(made)) {
      return(NULL)
    }
    values[[as.character(n)]] <- made
  }
  values[[as.character(node)]]
}

# The value of an operation for other operands, functions of each element included.
compute_operation <- function(graph, n, operands) {
  op <- graph$op[[n]]
  if (any(vapply(operands, is.null, NA))) {
    return(NULL)
  }
  first <- operands[[1L]]
  if (!is.null(elementwise_functions[[op]])) {
    return(elementwise_functions[[op]](first))
  }
  if (op %in% c("pow", "maximum", "minimum")) {
    return(evaluate_written(list(op, "a", "b"), list(a = first, b = operands[[2L]])))
  }
  if (op == "sigmoid") {
    return(1 / (1 + exp(-first)))
  }
  if (op == "where" && length(operands) == 3L) {
    return(choose_values(first != 0, operands[[2L]], operands[[3L]]))
  }
  if (op == "flat" && length(operands) == 2L) {
    return(compare_each(graph$spelled[[n]], first, operands[[2L]]))
  }
  if (op == "move") {
    return(move_values(graph, n, unlist(lapply(operands, ravel))))
  }
  apply_operation(graph, n, operands)
}

choose_values <- function(is_first, first, second) {
  chosen <- is_first * 1
  plus(times(chosen, first), times(1 - chosen, second))
}

compare_each <- function(sign, x, y) {
  compare <- comparisons[[sign]]
  if (!is.null(compare)) spread_both(compare, x, y) * 1
}

# Other values, moved as a value of the recording was.
move_values <- function(graph, n, flat) {
  index <- movement_of(graph, n)
  shape_rows(if (is.null(index)) flat else flat[index + 1], graph$shape[[n]])
}
