# What the formulas of edits may name: the values around an activation and a parameter; twin of
# check/explain/around.py in Python.
#
# Samples are rows here, whatever way round the program has them, so that one formula is enough.

most_others <- 60L

# A value in a shape: as it is, transposed, or as a vector.
forms_alike <- function(value, shape) {
  own <- shape_now(value)
  forms <- if (identical(own, shape)) list(value) else list()
  if (length(own) == 2L && identical(rev(own), shape)) return(c(forms, list(t(value))))
  flat <- sum(own > 1L) <= 1L && sum(shape > 1L) <= 1L
  if (flat && !identical(own, shape) && length(value) == prod(shape)) {
    return(list(shape_rows(value, shape)))
  }
  forms
}

# Whether a value is another one, transposed or not.
same_numbers <- function(theirs, made) {
  any(vapply(forms_alike(made, shape_now(theirs)), function(form) is_near(theirs, form), NA))
}

are_same <- function(a, b) !is.null(a) && !is.null(b) && same_numbers(a, b)

# A matrix with samples as rows; a vector stays as it is.
as_rows <- function(value, turned) if (turned && length(dim(value)) == 2L) t(value) else value

# A vector as one row.
at_least_rows <- function(value) if (length(dim(value)) < 2L) as_row(value) else value

# z, a, the slope s; the derivatives e at a and d at z; what the layer above gives.
around_activation <- function(graph, view, adjoint, x) {
  names <- list(z = value_of(graph, x$z), a = value_of(graph, x$a))
  names[["s"]] <- x$slope
  if (x$name %in% c("relu", "leaky_relu")) names[["k"]] <- min(x$slope)
  names[["e"]] <- adjoint$at(x$a)
  names[["d"]] <- adjoint$at(x$z)
  at <- match(x$a, view$outputs)
  if (!is.na(at)) {
    target <- target_of(graph, view$targets[[at]])
    names[["y"]] <- if (!is.null(target)) shape_target(target, graph$shape[[x$a]])
  }
  used <- x$a
  for (u in users_of(graph)[[x$a]]) {
    if (view$forward[[u]] && !is.null(adjoint$at(u)) && graph$op[[u]] == "mul") {
      names[["e_masked"]] <- adjoint$at(u)
      used <- last_multiple(graph, view, u)
      names[["used"]] <- value_of(graph, used)
    }
  }
  turned <- is_in_columns(graph, view)
  names <- lapply(names, as_rows, turned)
  c(names, layer_above(graph, view, adjoint, used), list("function" = x$name))
}

# What a product with a mask is after it was divided by the share of units kept.
last_multiple <- function(graph, view, n) {
  for (k in 1:2) {
    users <- forward_users(graph, view, n)
    if (length(users) != 1L || !graph$op[[users]] %in% c("mul", "div")) break
    n <- users
  }
  n
}

forward_users <- function(graph, view, n) {
  users <- users_of(graph)[[n]]
  users[view$forward[users]]
}

# The weights w of the layer above, their new values, and the derivative at its input. Where a row
# of the weights is the bias, w is without it, and `w_shifted` has it in place of the row at the
# other end.
layer_above <- function(graph, view, adjoint, a) {
  users <- forward_users(graph, view, a)
  wider <- users[graph$op[users] == "move"]
  is_wider <- length(wider) == 1L && !identical(graph$shape[[wider[[1L]]]], graph$shape[[a]])
  if (is_wider) a <- wider
  uses <- forward_users(graph, view, a)
  u <- uses[graph$op[uses] == "matmul"]
  if (length(u) != 1L || is.null(adjoint$at(u))) {
    return(list())
  }
  args <- graph$args[[u]]
  turned <- identical(args[[2L]], a)
  w <- args[[if (turned) 1L else 2L]]
  if (!is_node(w) || is.null(value_of(graph, w))) {
    return(list())
  }
  names <- list(w = as_rows(value_of(graph, w), turned), d_above = as_rows(adjoint$at(u), turned))
  at <- match(w, view$step$first)
  if (!is.na(at)) names$w_new <- as_rows(value_of(graph, view$step$last[[at]]), turned)
  if (is_wider) names <- without_bias_row(graph, a, names)
  outputs <- Filter(function(out) !is.null(adjoint$at(out)), view$outputs)
  if (length(outputs) == 1L && identical(graph$shape[[outputs]], graph$shape[[u]])) {
    names$e_above <- as_rows(adjoint$at(outputs), turned)
  }
  names
}

# The weights without the row that is multiplied with a column of ones.
without_bias_row <- function(graph, a, names) {
  w <- names$w
  index <- movement_of(graph, a)
  shape <- graph$shape[[a]]
  if (is.null(index) || length(shape) != 2L || length(dim(w)) != 2L || shape[[2L]] != nrow(w)) {
    return(list())
  }
  parents <- graph$parents[[a]]
  sizes <- graph$count[parents]
  own <- which.max(sizes)
  before <- sum(utils::head(sizes, own - 1L))
  first <- index[seq_len(shape[[2L]])]
  rows <- first >= before & first < before + sizes[[own]]
  if (sum(rows) != nrow(w) - 1L) {
    return(list())
  }
  names$w <- w[rows, , drop = FALSE]
  if (!is.null(names$w_new)) names$w_new <- names$w_new[rows, , drop = FALSE]
  names$w_shifted <- w[if (rows[[1L]]) -1L else -nrow(w), , drop = FALSE]
  names
}

# What one parameter is multiplied with (x) and the derivative there (d), and for the others. For a
# bias the derivative is `sums`, as it is summed over the samples.
around_parameter <- function(graph, view, adjoint, k, around) {
  step <- view$step
  p <- step$first[[match(k, step$keys)]]
  names <- use_of(graph, view, adjoint, p)
  shares <- contributions(graph, view, adjoint, p)
  if (length(shares) > 1L) {
    turned <- is_in_columns(graph, view)
    others <- lapply(shares, function(x) list(share = as_rows(x[[2L]], turned)))
    return(list(names = names, others = others))
  }
  others <- list()
  for (layer in around) {
    own <- intersect(c("e", "a", "s"), names(layer))
    if (are_same(layer[["d"]], names[["d"]])) names[own] <- layer[own]
    if (are_same(layer[["d"]], names$sums)) names[["e"]] <- layer[["e"]]
    if (are_same(layer[["a"]], names[["x"]])) names$z_before <- layer[["z"]]
    if (are_same(layer$used, names[["x"]])) {
      names$x_undropped <- layer[["a"]]
    } else {
      other <- list(x = layer[["a"]])
      other[["d"]] <- layer[["d"]]
      others[[length(others) + 1L]] <- other
    }
  }
  for (first in step$first[step$keys != k]) {
    use <- if (length(others) < most_others) use_of(graph, view, adjoint, first)
    if (!is.null(use[["x"]])) others[[length(others) + 1L]] <- use
  }
  list(names = names, others = others)
}

use_of <- function(graph, view, adjoint, p) {
  u <- Filter(function(u) !is.null(adjoint$at(u)), forward_users(graph, view, p))
  if (length(u) != 1L) {
    return(list())
  }
  op <- graph$op[[u]]
  first <- identical(graph$args[[u]][[1L]], p)
  if (op %in% c("mul", "matmul") && length(graph$args[[u]]) == 2L) {
    return(use_in_product(graph, u, first, adjoint$at(u)))
  }
  spread <- op == "move" && graph$count[[u]] > graph$count[[p]]
  if (!spread && !op %in% c("add", "sub", "sweep")) {
    return(list())
  }
  d <- as_rows(adjoint$at(u), is_in_columns(graph, view))
  if (length(dim(d)) == 1L && graph$count[[p]] == 1L) d <- as_column(d)
  list(sums = (if (op == "sub" && !first) -1 else 1) * at_least_rows(d))
}

use_in_product <- function(graph, u, first, d) {
  turned <- first && graph$op[[u]] == "matmul"
  x <- operand_of(graph, graph$args[[u]][[if (first) 2L else 1L]])
  if (is.null(x)) {
    return(list())
  }
  x <- as_rows(x, turned)
  d <- as_rows(d, turned)
  if (length(dim(d)) == 1L && length(dim(x)) == 2L && length(d) == nrow(x)) d <- as_column(d)
  list(x = at_least_rows(x), d = at_least_rows(d))
}
