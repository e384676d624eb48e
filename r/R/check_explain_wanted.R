# What the operands of a wrong value should have been; twin of the second half of
# check/explain/fault.py in Python.

from_put <- 4L # sums within one another, of what is put into an array
pulled_operations <- c("div", "sum", "mean", product_operations)

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
    return(wanted_sources(table, n, right, factor))
  }
  inner <- graph$parents[[n]]
  if (op %in% c("sum", "mean") && graph$count[[inner[[1L]]]] == graph$count[[n]]) {
    p <- inner[[1L]] # a sum of one element
    return(list(list(p, shape_rows(ravel(right), graph$shape[[p]]), factor)))
  }
  wanted <- if (op %in% pulled_operations) wanted_pulled(table, n, right, factor) else list()
  if (op == "mul") c(wanted, wanted_factors(table, n, right, factor)) else wanted
}

# Operands of a product, a quotient, a sum or a mean, each with what would make it right.
wanted_pulled <- function(table, n, right, factor) {
  graph <- table$graph
  wanted <- list()
  args <- graph$args[[n]]
  for (i in seq_len(min(2L, length(args)))) {
    p <- args[[i]]
    if (!is_node(p) || table$view$forward[[p]]) next
    f <- if (graph$op[[n]] == "mean") factor * graph$count[[p]] / graph$count[[n]] else factor
    value <- wanted_operand(table, n, i, right, f)
    if (!is.null(value)) wanted[[length(wanted) + 1L]] <- list(p, value, f)
  }
  wanted
}

# Factors of a product of three and more, as in e * a * (1 - a), where e is wrong.
wanted_factors <- function(table, n, right, factor) {
  graph <- table$graph
  factors <- flatten_product(graph, n)
  wanted <- list()
  for (i in if (length(factors) > 2L) seq_along(factors)) {
    p <- factors[[i]]
    if (!is_node(p) || !table$view$after[[p]]) next
    others <- lapply(factors[-i], function(a) operand_of(graph, a))
    fits <- identical(graph$shape[[p]], shape_now(right))
    if (!fits || any(vapply(others, is.null, NA))) next
    wanted <- c(wanted, wanted_factor(table, p, Reduce(times, others), right, factor))
  }
  wanted
}

# What one factor of a product should have been, from the product of the others.
wanted_factor <- function(table, p, rest, right, factor) {
  shape <- table$graph$shape[[p]]
  if (length(right) == 1L && all_true(rest != 0)) {
    x <- as.vector(right) / as.vector(rest)
    known <- !is.null(look_up(table, x / factor))
    return(if (known) list(list(p, like(x, shape), factor)))
  }
  wanted <- list()
  for (candidate in candidates_of(table, table$graph$count[[p]])) {
    for (form in forms_of(candidate$g, shape)) {
      made <- times(rest, form)
      f <- if (length(right) > 1L) factor_between(right, made) else factor
      if (f != 0 && is_near(right, f * made)) wanted[[length(wanted) + 1L]] <- list(p, f * form, f)
    }
  }
  wanted
}

# The factors of a product of products; one with a name is a factor itself.
flatten_product <- function(graph, n) {
  unlist(lapply(graph$args[[n]], function(a) {
    inner <- is_node(a) && graph$op[[a]] == "mul" && !graph$named[[a]]
    if (inner) flatten_product(graph, a) else list(a)
  }), recursive = FALSE)
}

wanted_operand <- function(table, n, i, right, factor) {
  graph <- table$graph
  p <- graph$args[[n]][[i]]
  op <- graph$op[[n]]
  values <- lapply(graph$args[[n]], function(a) operand_of(graph, a))
  if (graph$count[[p]] == 1 && op %in% c("mul", "div", "outer")) {
    return(wanted_number(table, p, op, i, values, right, factor))
  }
  first <- NULL
  for (candidate in candidates_of(table, graph$count[[p]])) {
    for (form in forms_of(candidate$g, graph$shape[[p]])) {
      f <- factor_of_form(graph, n, i, values, form, candidate$exact, right, factor)
      if (f == 0) next
      if (candidate$exact || abs(f - factor) <= near_enough * abs(factor)) {
        return(f * form)
      }
      # Of two that do, as where all outputs are alike, it is the one with the factor.
      if (is.null(first)) first <- f * form
    }
  }
  first
}

# The factor with which a slope, or a form of a derivative, makes a value right in place of an
# operand; 0 where it does not.
factor_of_form <- function(graph, n, i, values, form, is_exact, right, factor) {
  theirs <- values[[i]]
  values[[i]] <- form
  made <- apply_operation(graph, n, values)
  if (is.null(made) || !identical(shape_now(made), shape_now(right))) {
    return(0)
  }
  f <- if (is_exact) 1 else if (length(right) > 1L) factor_between(right, made) else factor
  by_itself <- !is_exact && is_near(theirs, factor * form)
  if (!by_itself && f != 0 && is_near(right, f * made)) f else 0
}

# The one number that would make a product or quotient right, if it is a derivative or a slope.
wanted_number <- function(table, p, op, i, values, right, factor) {
  x <- number_beside(op, i, values[[3L - i]], right)
  is_slope <- vapply(table$slopes, function(s) {
    length(s$slope) == 1L && isTRUE(abs(as.vector(s$slope) - x) <= near_enough * abs(x))
  }, NA)
  if (isTRUE(x != 0) && (!is.null(look_up(table, x / factor)) || any(is_slope))) {
    like(x, table$graph$shape[[p]])
  }
}

# The one number that would make a product or a quotient right; 0 where there is none.
number_beside <- function(op, i, other, right) {
  if (length(right) > 1L) {
    is_alike <- op != "div" && length(other) == length(right)
    r <- if (is_alike) factor_between(array(ravel(right)), array(ravel(other))) else 0
    return(if (r != 0 && is_near(array(ravel(right)), array(r * ravel(other)))) r else 0)
  }
  first <- as.vector(other)[[1L]]
  if (first == 0 || op == "div" && i == 2L) {
    return(0)
  }
  x <- as.vector(right)[[1L]]
  if (op == "div") x * first else x / first
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
wanted_sources <- function(table, n, right, factor) {
  graph <- table$graph
  if (is_other_part(graph, n, right)) {
    return(list())
  }
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
        if (!adds_to(graph, table$view, n, p)) {
          made <- as_derivative(table, made, index[kept] - at + 1, factor)
        }
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

# Whether what is put into an array is what it had there and another share of a derivative.
#
# What decays weights is no share: the sum beside it is whole already.
adds_to <- function(graph, view, n, p) {
  level <- setdiff(graph$parents[[n]], p)
  terms <- integer(0)
  for (k in seq_len(from_put)) {
    is_sum <- graph$op[level] %in% c("add", "sub")
    terms <- c(terms, level[!is_sum])
    level <- as.integer(unlist(graph$parents[level[is_sum]]))
  }
  own <- vapply(terms, function(q) {
    q == p || graph$op[[q]] == "move" && p %in% graph$parents[[q]]
  }, NA)
  any(own) && any(view$after[terms[!own]])
}

# Whether a value is a multiple of a parameter, or of a part of one.
is_decay <- function(graph, view, n) {
  for (k in 1:4) {
    if (view$cut[[n]]) {
      return(TRUE)
    }
    inner <- split_linear(graph, view, n)
    if (!is.null(inner) && ncol(inner) == 1L) {
      n <- as.integer(inner[[2L, 1L]])
    } else if (graph$op[[n]] == "move" && length(unique(graph$parents[[n]])) == 1L) {
      n <- graph$parents[[n]][[1L]]
    } else {
      break
    }
  }
  view$cut[[n]]
}

# The whole derivative that has the wanted elements, where the others were put over later.
#
# Where these were 0, as in an array that is filled part by part, they were nothing before.
as_derivative <- function(table, wanted, kept, factor) {
  if (length(kept) < 2L || length(kept) >= length(wanted) || !any_nonzero(wanted[-kept])) {
    return(wanted)
  }
  for (n in of_size(table, length(wanted))) {
    made <- factor * ravel(table$adjoint$at(n))
    if (any_nonzero(made[kept]) && is_near(made[kept], wanted[kept])) {
      return(made)
    }
  }
  wanted
}

# Terms of a sum that are no share of the derivative, beside the shares that are missing.
wanted_terms <- function(table, n, right, factor, goal) {
  graph <- table$graph
  nodes <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
  beside <- Filter(function(a) is_decay(graph, table$view, a), nodes)
  inner <- nodes[table$view$after[nodes]]
  if (graph$op[[n]] == "add" && length(beside) == 1L && length(inner) == 1L) {
    return(list(list(inner, right, factor))) # beside a penalty, which the right value is without
  }
  if (is.null(goal)) {
    return(list())
  }
  terms <- long_sum(graph, table$view, n)
  left <- lapply(contributions(graph, table$view, table$adjoint, goal), function(share) {
    list(share[[1L]], factor * share[[2L]])
  })
  if (length(terms) > length(left)) terms <- signed_operands(graph, n, 1) # each may be one share
  if (length(terms) != length(left)) {
    return(list())
  }
  wrong <- list()
  for (term in terms) {
    value <- value_of(graph, term[[1L]])
    at <- Find(function(i) is_near(value, left[[i]][[2L]] * term[[2L]]), seq_along(left))
    if (is.null(at)) wrong[[length(wrong) + 1L]] <- term else left[[at]] <- NULL
  }
  wanted <- list()
  shares <- pair_terms(graph, table$view, wrong, left)
  for (i in seq_along(wrong)) {
    t <- as.integer(wrong[[i]][[1L]])
    sign <- wrong[[i]][[2L]]
    if (identical(shape_now(shares[[i]]), graph$shape[[t]])) {
      wanted[[length(wanted) + 1L]] <- list(t, shares[[i]] * sign, factor * sign)
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
