# Derivatives of the operations that a program used, one node at a time; twin of
# check/align/operations.py in Python.

few_numbers <- 8L
reduction_names <- c("sum", "mean", "max", "min")
special_operations <- c(
  "matmul", "crossprod", "tcrossprod", "outer", "inner", "where", "clip", "sweep", "einsum",
  "cumsum", "diff", "convolve"
)
# What R may give a base, a mean and a deviation, or ask the logarithm of.
of_one <- c("log", "normal_cdf", "normal_density", "logistic_density", "logit")

is_node <- function(a) !is.list(a)

# What a derivative at a node is at its operands: a list of list(node, derivative); NULL where the
# operation is not known.
pull_back <- function(graph, n, g) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  if (op == "move") {
    return(pull_move(graph, n, g))
  }
  if (op == "flat") {
    return(list())
  }
  values <- lapply(args, function(a) operand_of(graph, a))
  if (op %in% c("max", "min") && length(args) > 1L && is_node(args[[2L]])) op <- paste0(op, "imum")
  first <- utils::head(values, 2L)
  formulas <- formulas_of(op, first)
  if (lacks_operand(op, formulas, first)) {
    return(NULL)
  }
  if (op %in% of_one && length(args) + length(graph$kw[[n]]) > 1L) {
    return(pull_log(graph, n, g, values[[1L]]))
  }
  if (!is.null(formulas)) {
    return(pull_elementwise(graph, n, g, formulas, values))
  }
  parts <- pull_special(graph, n, op, g, values)
  if (!is.null(parts)) {
    lapply(parts, function(part) {
      list(part[[1L]], fit_to_shape(part[[2L]], graph$shape[[part[[1L]]]]))
    })
  }
}

# Whether a value is not known of which a known operation makes another.
lacks_operand <- function(op, formulas, first) {
  known <- (!is.null(formulas) || op %in% special_operations) && !op %in% reduction_names
  known && any(vapply(first, is.null, NA))
}

# The written derivatives of an operation, if there are any; a product with a number is one by
# elements.
formulas_of <- function(op, first) {
  scalar <- vapply(first, function(v) is.null(dim(v)), NA)
  read_knowledge()$derivatives[[if (op == "matmul" && any(scalar)) "mul" else op]]
}

pull_special <- function(graph, n, op, g, values) {
  if (op %in% c("matmul", "crossprod", "tcrossprod", "outer", "inner")) {
    return(pull_product(graph, n, g, values))
  }
  if (op %in% reduction_names) return(pull_reduction(graph, n, g, values))
  switch(op,
    where = pull_where(graph, n, g, values),
    clip = pull_clip(graph, n, g, values),
    sweep = pull_sweep(graph, n, g, values),
    einsum = pull_einsum(graph, n, g, values),
    cumsum = pull_cumsum(graph, n, g, values),
    diff = pull_diff(graph, n, g, values),
    convolve = pull_convolve(graph, n, g, values),
    pull_by_value(graph, n, g, values)
  )
}

# Sum a derivative back to the shape that was spread.
fit_to_shape <- function(g, shape) {
  if (length(shape) == 0L) {
    return(sum(g))
  }
  own <- shape_now(g)
  if (identical(own, shape)) {
    return(g)
  }
  if (length(g) == prod(shape) && length(own) >= length(shape)) {
    return(shape_rows(g, shape))
  }
  while (length(own) > length(shape)) {
    g <- array(reduce_axis("sum", g, 1L), own[-1L])
    own <- own[-1L]
  }
  g <- spread_over(g, common_shape(own, shape))
  for (axis in seq_along(shape)) {
    if (shape[[axis]] == 1L && dim(g)[[axis]] != 1L) g <- reduce_axis("sum", g, axis)
  }
  g
}

pull_elementwise <- function(graph, n, g, formulas, values) {
  names <- list(g = g, y = value_of(graph, n), a = values[[1L]])
  if (length(values) > 1L) names$b <- values[[2L]]
  args <- graph$args[[n]]
  parts <- list()
  for (i in seq_len(min(length(args), length(formulas)))) {
    if (is_node(args[[i]])) {
      d <- fit_to_shape(evaluate_written(formulas[[i]], names), graph$shape[[args[[i]]]])
      parts[[length(parts) + 1L]] <- list(args[[i]], d)
    }
  }
  parts
}

# A logarithm to a base that the program's source or data give as a number; NULL for what else was
# given more than one number.
pull_log <- function(graph, n, g, a) {
  args <- graph$args[[n]]
  base <- if (length(args) > 1L) args[[2L]] else graph$kw[[n]]$base
  base <- if (is.list(base) && length(base) > 0L) base[[1L]]
  given <- c(graph$op[[n]] == "log", is.numeric(base) && base > 0, is_node(args[[1L]]))
  if (!all(given)) {
    return(NULL)
  }
  list(list(args[[1L]], fit_to_shape(over(g, a) / log(base), graph$shape[[args[[1L]]]])))
}

# Data was moved: each derivative goes where its number came from.
pull_move <- function(graph, n, g) {
  operands <- unlist(Filter(is_node, graph$args[[n]]))
  sizes <- graph$count[operands]
  total <- numeric(sum(sizes))
  index <- movement_of(graph, n)
  flat <- ravel(g)
  if (is.null(index) && length(flat) != length(total)) {
    return(NULL) # not all was taken, and which part is not known
  }
  if (is.null(index)) {
    total <- flat
  } else {
    kept <- index >= 0 & index < length(total)
    sums <- rowsum(flat[kept], index[kept], reorder = FALSE)
    total[as.double(rownames(sums)) + 1] <- sums
  }
  ends <- cumsum(sizes)
  lapply(seq_along(operands), function(i) {
    piece <- total[ends[[i]] - sizes[[i]] + seq_len(sizes[[i]])]
    list(operands[[i]], shape_rows(piece, graph$shape[[operands[[i]]]]))
  })
}

as_column <- function(v) if (length(dim(v)) == 2L) v else matrix(as.vector(v), ncol = 1L)
as_row <- function(v) matrix(as.vector(v), nrow = 1L)

# Both factors of a product as matrices, in the way that either language takes vectors.
as_matrices <- function(op, a, b) {
  if (length(dim(a)) > 2L || length(dim(b)) > 2L) {
    return(NULL)
  }
  flat_a <- length(dim(a)) < 2L
  flat_b <- length(dim(b)) < 2L
  if (op == "crossprod") return(list(if (flat_a) as_row(a) else t(a), as_column(b)))
  if (op == "tcrossprod") return(list(as_column(a), if (flat_b) as_row(b) else t(b)))
  if (op == "outer") return(list(as_column(as.vector(ravel(a))), as_row(ravel(b))))
  if (op == "inner") return(list(as_row(ravel(a)), as_column(as.vector(ravel(b)))))
  if (flat_a) {
    rows <- if (flat_b) length(b) else nrow(b)
    a <- if (length(a) == rows) as_row(a) else as_column(a)
  }
  if (flat_b) b <- if (length(b) == ncol(a)) as_column(b) else as_row(b)
  if (ncol(a) == nrow(b)) list(a, b)
}

pull_product <- function(graph, n, g, values) {
  op <- graph$op[[n]]
  args <- graph$args[[n]]
  second <- if (length(values) > 1L) values[[2L]] else values[[1L]]
  # numpy's inner() of matrices is a product with the second one transposed
  if (op == "inner" && length(dim(values[[1L]])) * length(dim(second)) == 4L) op <- "tcrossprod"
  pair <- as_matrices(op, values[[1L]], second)
  if (is.null(pair)) {
    return(NULL)
  }
  g <- shape_rows(g, c(nrow(pair[[1L]]), ncol(pair[[2L]])))
  da <- g %*% t(pair[[2L]])
  db <- t(pair[[1L]]) %*% g
  if (op == "crossprod") da <- t(da)
  if (op == "tcrossprod") db <- t(db)
  other <- if (length(args) > 1L) args[[2L]] else args[[1L]]
  parts <- list()
  if (is_node(args[[1L]])) {
    parts[[1L]] <- list(args[[1L]], shape_rows(da, graph$shape[[args[[1L]]]]))
  }
  if (is_node(other)) {
    parts[[length(parts) + 1L]] <- list(other, shape_rows(db, graph$shape[[other]]))
  }
  parts
}

# The letters of an einsum's operands and of its result; NULL where they are not known.
letters_of <- function(graph, n) {
  text <- graph$kw[[n]]$letters[[1L]]
  args <- graph$args[[n]]
  if (is.character(text) && all(vapply(args, is_node, NA))) {
    read_letters(text, lengths(graph$shape[unlist(args)]))
  }
}

pull_einsum <- function(graph, n, g, values) {
  names <- letters_of(graph, n)
  pulled <- if (!is.null(names)) pull_letters(names, values, g)
  if (!is.null(pulled)) Map(list, graph$args[[n]], pulled)
}

# The axis (from 1) that a sum, a mean or a maximum runs over; NULL for all.
reduced_axis <- function(graph, n) {
  spelled <- sub("^.*[.]", "", graph$spelled[[n]])
  known <- read_knowledge()$axes[[spelled]]
  if (!is.null(known)) {
    return(as.integer(known) + 1L)
  }
  axis <- graph$kw[[n]]$axis
  if (is.null(axis) && length(graph$args[[n]]) > 1L) axis <- graph$args[[n]][[2L]]
  axis <- if (is.list(axis) && length(axis) > 0L) axis[[1L]]
  if (!is.numeric(axis) || length(axis) != 1L) {
    return(NULL)
  }
  if (axis < 0) axis <- axis + length(graph$shape[[graph$args[[n]][[1L]]]])
  as.integer(axis) + 1L
}

pull_reduction <- function(graph, n, g, values) {
  from <- graph$args[[n]][[1L]]
  x <- values[[1L]]
  y <- value_of(graph, n)
  if (!is_node(from) || is.null(x)) {
    return(NULL)
  }
  if (graph$header$language == "r" && graph$spelled[[n]] == "sum" && length(y) == 1L) {
    nodes <- Filter(is_node, graph$args[[n]])
    return(lapply(nodes, function(a) list(a, like(as.vector(g), graph$shape[[a]]))))
  }
  axis <- reduced_axis(graph, n)
  if (is.null(axis) || length(dim(x)) <= 1L) {
    if (length(y) != 1L) return(NULL)
    y <- as.vector(y)
    g <- as.vector(g)
    long <- length(x)
  } else {
    kept <- dim(x)
    kept[[axis]] <- 1L
    y <- shape_rows(y, kept)
    g <- shape_rows(g, kept)
    long <- dim(x)[[axis]]
  }
  op <- graph$op[[n]]
  if (op %in% c("max", "min")) {
    return(list(list(from, times(g, spread_both(`==`, x, y) * 1))))
  }
  g <- spread_over(g, shape_now(x))
  list(list(from, if (op == "mean") g / long else g))
}

pull_where <- function(graph, n, g, values) {
  if (length(values) != 3L) {
    return(NULL)
  }
  chosen <- (values[[1L]] != 0) * 1
  parts <- list(list(2L, times(g, chosen)), list(3L, times(g, 1 - chosen)))
  args <- graph$args[[n]]
  parts <- Filter(function(part) is_node(args[[part[[1L]]]]), parts)
  lapply(parts, function(part) list(args[[part[[1L]]]], part[[2L]]))
}

pull_clip <- function(graph, n, g, values) {
  from <- graph$args[[n]][[1L]]
  if (is_node(from)) list(list(from, times(g, (value_of(graph, n) == values[[1L]]) * 1)))
}

# R's sweep: a vector along the rows or columns of a matrix.
pull_sweep <- function(graph, n, g, values) {
  args <- graph$args[[n]]
  f <- if (length(args) > 3L && !is_node(args[[4L]])) args[[4L]][[1L]] else "-"
  op <- c("+" = "add", "-" = "sub", "*" = "mul", "/" = "div")[[f]]
  if (is.null(values[[1L]]) || length(dim(values[[1L]])) != 2L || is_node(args[[2L]])) {
    return(NULL)
  }
  by_row <- as.integer(args[[2L]][[1L]]) == 1L
  b <- if (by_row) as_column(as.vector(values[[3L]])) else as_row(values[[3L]])
  names <- list(g = g, y = value_of(graph, n), a = values[[1L]], b = b)
  both <- lapply(read_knowledge()$derivatives[[op]], evaluate_written, names)
  db <- if (by_row) rowSums(both[[2L]]) else colSums(both[[2L]])
  parts <- list(list(args[[1L]], both[[1L]]), list(args[[3L]], array(db, length(db))))
  Filter(function(part) is_node(part[[1L]]), parts)
}
