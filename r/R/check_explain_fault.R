# Where a training goes wrong: from a wrong update back to the value that is wrong in itself; twin
# of check/explain/fault.py in Python.
#
# Each value is judged by what it is made of: of a wrong value the operand is asked for which the
# right derivative would make it right. Where there is one, that operand is wrong; where there is
# none, the value itself is made in a wrong way.

deepest_walk <- 60L
near_enough <- 1e-7

# Everything that is known to be right on the way back of one step: derivatives by size, single
# numbers by value.
make_table <- function(graph, view, adjoint, slopes) {
  table <- list2env(list(graph = graph, view = view, adjoint = adjoint, slopes = slopes,
    good_updates = integer(0)), parent = emptyenv())
  nodes <- adjoint$order()
  sizes <- vapply(nodes, function(n) length(adjoint$at(n)), 1L)
  single <- nodes[sizes == 1L]
  numbers <- vapply(single, function(n) as.vector(adjoint$at(n))[[1L]], 1)
  by <- order(numbers, single)
  table$numbers <- numbers[by]
  table$owners <- single[by]
  large <- sizes > 1L
  large[large] <- vapply(nodes[large], function(n) any_nonzero(adjoint$at(n)), NA)
  table$by_size <- split(nodes[large], sizes[large])
  table
}

of_size <- function(table, size) table$by_size[[as.character(size)]]

# Whether two values are the same but for rounding.
is_near <- function(x, y) {
  if (is.null(x) || is.null(y) || !identical(shape_now(x), shape_now(y))) {
    return(FALSE)
  }
  all_true(abs(x - y) <= near_enough * largest(y) + 1e-300)
}

new_fault <- function(node, right, path, update, wanted = NULL, kind = "") {
  list(node = node, right = right, path = path, update = update, wanted = wanted, kind = kind,
       other_role = FALSE, step = 1L)
}

# Walk from a wrong update to the value at which the fault begins; it is at the update itself where
# nothing before it is wrong. `rate` is the factor between the right change and the derivative.
find_fault <- function(table, update, row, rate, parts) {
  graph <- table$graph
  change <- rate * row$gradient
  if (!is.null(row$source)) {
    start <- list(list(row$source, change))
    found <- descend(table, row$source, change, rate, start, 0L)
    if (is.null(found)) found <- list(row$source, change, start, NULL)
    return(new_fault(found[[1L]], found[[2L]], found[[3L]], update, found[[4L]]))
  }
  if (!is.null(update$cells)) {
    change <- ravel(change)[update$cells + 1]
    change <- array(change, length(change))
  }
  shape <- graph$shape[[update$p]]
  if (length(change) == prod(shape)) change <- shape_rows(change, shape)
  off <- minus(total_of(graph, parts$terms), change)
  wanted <- plus(value_of(graph, update$u), off)
  goal <- update$p
  if (length(parts$terms) == 1L) {
    term <- parts$terms[[1L]]
    if (identical(shape_now(off), graph$shape[[term$node]])) {
      path <- lapply(seq_len(max(0L, ncol(term$way))), function(i) {
        m <- term$way[[1L, i]]
        list(m, plus(value_of(graph, m), off / term$way[[2L, i]]))
      })
      right <- plus(value_of(graph, term$node), off / term$factor)
      path <- c(path, list(list(term$node, right)))
      found <- descend(table, term$node, right, -rate / term$factor, path, 0L)
      if (!is.null(found)) {
        return(new_fault(found[[1L]], found[[2L]], found[[3L]], update, found[[4L]]))
      }
    }
  }
  new_fault(update$u, wanted, list(list(update$u, wanted)), update, goal)
}

# The deepest wrong value below a node that should have a right one, as list(node, right, path,
# goal); NULL if it is right.
descend <- function(table, n, right, factor, path, depth) {
  graph <- table$graph
  value <- value_of(graph, n)
  if (is.null(value) || is_near(value, right)) {
    return(NULL)
  }
  goal <- find_goal(table, right, factor)
  here <- list(n, right, path, goal)
  if (depth > deepest_walk || !identical(shape_now(value), shape_now(right))) {
    return(here)
  }
  for (operand in wanted_operands(table, n, right, factor, goal)) {
    p <- operand[[1L]]
    wanted <- operand[[2L]]
    if (is_near(value_of(graph, p), wanted) || stands_right(table, p, n)) next
    # What was put into a right value is wrong.
    if (graph$op[[n]] == "move" && is_masked(graph, n) && matches_some(table, p)) next
    more <- c(path, list(list(p, wanted)))
    found <- descend(table, p, wanted, operand[[3L]], more, depth + 1L)
    if (!is.null(found)) return(found)
  }
  here
}

is_masked <- function(graph, n) any(movement_of(graph, n) < 0)

# The forward value whose derivative, times a factor, a right value is; NULL for none.
find_goal <- function(table, right, factor) {
  if (length(right) == 1L) {
    for (f in c(factor, -factor)) {
      at <- if (f != 0) look_up(table, as.vector(right)[[1L]] / f)
      if (!is.null(at)) return(at)
    }
    return(NULL)
  }
  for (n in of_size(table, length(right))) {
    for (form in forms_of(table$adjoint$at(n), shape_now(right))) {
      f <- factor_between(right, form)
      if (f != 0 && is_near(right, f * form)) return(n)
    }
  }
  NULL
}

look_up <- function(table, x) {
  i <- findInterval(x, table$numbers, left.open = TRUE)
  for (j in c(i, i + 1L)) {
    if (j >= 1L && j <= length(table$numbers) &&
          isTRUE(abs(table$numbers[[j]] - x) <= near_enough * abs(x))) {
      return(table$owners[[j]])
    }
  }
  NULL
}

# A derivative in a shape: as it is, reshaped, transposed.
forms_of <- function(g, shape) {
  own <- shape_now(g)
  forms <- if (identical(own, shape)) list(g) else list()
  if (length(own) == 2L && identical(rev(own), shape)) return(c(forms, list(t(g))))
  if (length(g) == prod(shape) && !identical(own, shape)) return(list(shape_rows(g, shape)))
  forms
}

# Whether a value is right as some derivative and is used rightly elsewhere too.
stands_right <- function(table, p, but) {
  graph <- table$graph
  view <- table$view
  if (view$forward[[p]] || view$cut[[p]]) {
    return(TRUE)
  }
  if (!matches_some(table, p)) {
    return(FALSE)
  }
  users <- users_of(graph)
  others <- users[[p]]
  others <- others[others != but & view$cone[others]]
  for (u in others) if (graph$op[[u]] == "move") others <- c(others, users[[u]])
  for (u in others) {
    if (u %in% table$good_updates || view$after[[u]] && matches_some(table, u)) return(TRUE)
  }
  FALSE
}

# Whether a value is a derivative of the step, or a multiple of one.
matches_some <- function(table, n) {
  value <- value_of(table$graph, n)
  if (is.null(value)) {
    return(FALSE)
  }
  if (length(value) == 1L) {
    x <- as.vector(value)[[1L]]
    return(x != 0 && any(vapply(c(1, -1, 2, -2), function(f) !is.null(look_up(table, x / f)), NA)))
  }
  !is.null(find_goal(table, value, 1))
}

# Operands of a wrong value, each with what would make it right, if that is a derivative: a list of
# list(node, right value, factor).
wanted_operands <- function(table, n, right, factor, goal) {
  graph <- table$graph
  op <- graph$op[[n]]
  linear <- split_linear(graph, table$view, n)
  if (!is.null(linear) && ncol(linear) == 1L) {
    f <- linear[[1L, 1L]]
    p <- as.integer(linear[[2L, 1L]])
    fits <- identical(graph$shape[[p]], shape_now(right))
    return(if (fits) list(list(p, right / f, factor / f)) else list())
  }
  if (op %in% c("add", "sub")) {
    return(wanted_terms(table, n, right, factor, goal))
  }
  if (op == "move") {
    return(wanted_sources(graph, n, right, factor))
  }
  known <- c(product_operations, "div", "sum", "mean")
  wanted <- list()
  if (op %in% known) {
    args <- graph$args[[n]]
    for (i in seq_len(min(2L, length(args)))) {
      p <- args[[i]]
      if (!is_node(p) || table$view$forward[[p]]) next
      f <- if (op == "mean") factor * graph$count[[p]] / graph$count[[n]] else factor
      value <- wanted_operand(table, n, i, right, f)
      if (!is.null(value)) wanted[[length(wanted) + 1L]] <- list(p, value, f)
    }
  }
  wanted
}

wanted_operand <- function(table, n, i, right, factor) {
  graph <- table$graph
  p <- graph$args[[n]][[i]]
  op <- graph$op[[n]]
  values <- lapply(graph$args[[n]], function(a) operand_of(graph, a))
  if (graph$count[[p]] == 1 && op %in% c("mul", "div", "outer") && length(right) == 1L) {
    return(wanted_number(table, p, op, i, values, right, factor))
  }
  for (candidate in candidates_of(table, graph$count[[p]])) {
    for (form in forms_of(candidate$g, graph$shape[[p]])) {
      values[[i]] <- form
      made <- apply_operation(graph, n, values)
      if (is.null(made) || !identical(shape_now(made), shape_now(right))) next
      f <- if (candidate$exact) 1 else if (length(right) > 1L) factor_between(right, made) else factor
      if (f != 0 && is_near(right, f * made)) return(f * form)
    }
  }
  NULL
}

# The one number that would make a product or quotient right, if it is a derivative or a slope.
wanted_number <- function(table, p, op, i, values, right, factor) {
  other <- as.vector(values[[3L - i]])[[1L]]
  if (other == 0 || op == "div" && i == 2L) {
    return(NULL)
  }
  x <- as.vector(right)[[1L]]
  x <- if (op == "div") x * other else x / other
  is_slope <- vapply(table$slopes, function(s) {
    length(s$slope) == 1L && isTRUE(abs(as.vector(s$slope) - x) <= near_enough * abs(x))
  }, NA)
  if (isTRUE(x != 0) && (!is.null(look_up(table, x / factor)) || any(is_slope))) {
    like(x, table$graph$shape[[p]])
  }
}

candidates_of <- function(table, size) {
  slopes <- Filter(function(s) length(s$slope) == size, table$slopes)
  c(
    lapply(slopes, function(s) list(exact = TRUE, g = s$slope)),
    lapply(utils::head(of_size(table, size), 200L), function(n) {
      list(exact = FALSE, g = table$adjoint$at(n))
    })
  )
}

# What moved values should have been before they were moved.
wanted_sources <- function(graph, n, right, factor) {
  index <- movement_of(graph, n)
  flat <- ravel(right)
  at <- 0
  wanted <- list()
  for (p in unlist(Filter(is_node, graph$args[[n]]))) {
    size <- graph$count[[p]]
    value <- value_of(graph, p)
    if (!is.null(value)) {
      made <- ravel(value)
      if (is.null(index)) {
        made <- flat
      } else {
        kept <- index >= at & index < at + size
        made[index[kept] - at + 1] <- flat[kept]
        # Copies that should differ have no one source.
        if (!is_near(made[index[kept] - at + 1], flat[kept])) {
          return(wanted)
        }
      }
      wanted[[length(wanted) + 1L]] <- list(p, shape_rows(made, graph$shape[[p]]), factor)
    }
    at <- at + size
  }
  wanted
}

# All terms of a sum that may be built up over many statements: nodes and signs.
long_sum <- function(table, n) {
  graph <- table$graph
  after <- table$view$after
  stack <- list(c(n, 1))
  terms <- list()
  while (length(stack) > 0L && length(terms) < 3000L) {
    m <- stack[[length(stack)]][[1L]]
    sign <- stack[[length(stack)]][[2L]]
    stack[[length(stack)]] <- NULL
    if (graph$op[[m]] %in% c("add", "sub") && after[[m]]) {
      args <- graph$args[[m]]
      for (i in seq_len(min(2L, length(args)))) {
        s <- if (i == 2L && graph$op[[m]] == "sub") -sign else sign
        if (is_node(args[[i]])) stack[[length(stack) + 1L]] <- c(args[[i]], s)
      }
    } else if (after[[m]] || any_nonzero(value_of(graph, m))) {
      terms[[length(terms) + 1L]] <- c(m, sign)
    }
  }
  terms[order(vapply(terms, `[[`, 1, 1L), vapply(terms, `[[`, 1, 2L))]
}

# The shares of a derivative, one for each use of the value on the way forward.
contributions <- function(table, goal) {
  graph <- table$graph
  shares <- list()
  for (u in users_of(graph)[[goal]]) {
    g <- if (table$view$forward[[u]]) table$adjoint$at(u)
    if (is.null(g)) next
    for (part in pull_back(graph, u, g)) {
      if (part[[1L]] == goal) shares[[length(shares) + 1L]] <- part[[2L]]
    }
  }
  shares
}

# Terms of a sum that are no share of the derivative, beside the shares that are missing.
wanted_terms <- function(table, n, right, factor, goal) {
  if (is.null(goal)) {
    return(list())
  }
  graph <- table$graph
  terms <- long_sum(table, n)
  left <- lapply(contributions(table, goal), function(g) factor * g)
  if (length(terms) != length(left)) {
    return(list())
  }
  wrong <- list()
  for (term in terms) {
    value <- value_of(graph, term[[1L]])
    at <- Find(function(i) is_near(value, left[[i]] * term[[2L]]), seq_along(left))
    if (is.null(at)) wrong[[length(wrong) + 1L]] <- term else left[[at]] <- NULL
  }
  wanted <- list()
  for (i in seq_along(wrong)) {
    t <- as.integer(wrong[[i]][[1L]])
    sign <- wrong[[i]][[2L]]
    if (identical(shape_now(left[[i]]), graph$shape[[t]])) {
      wanted[[length(wanted) + 1L]] <- list(t, left[[i]] * sign, factor * sign)
    }
  }
  wanted
}

# The value that an operation gives for other operands; NULL where it cannot be.
apply_operation <- function(graph, n, values) {
  op <- graph$op[[n]]
  if (any(vapply(utils::head(values, 2L), is.null, NA))) {
    return(NULL)
  }
  tryCatch(suppressWarnings({
    pairs <- list(mul = `*`, div = `/`, add = `+`, sub = `-`)
    if (op %in% names(pairs) && length(values) == 2L) {
      spread_both(pairs[[op]], values[[1L]], values[[2L]])
    } else if (op %in% c("sum", "mean")) {
      v <- values[[1L]]
      axis <- reduced_axis(graph, n)
      whole <- length(dim(v)) < 2L || is.null(axis)
      made <- if (whole) match.fun(op)(v) else reduce_axis(op, v, axis)
      shape_rows(made, graph$shape[[n]])
    } else if (op == "einsum") {
      names <- letters_of(graph, n)
      if (!is.null(names)) multiply_letters(names, values)
    } else {
      second <- if (length(values) > 1L) values[[2L]] else values[[1L]]
      pair <- as_matrices(op, values[[1L]], second)
      if (!is.null(pair)) shape_rows(pair[[1L]] %*% pair[[2L]], graph$shape[[n]])
    }
  }), error = function(e) NULL)
}
