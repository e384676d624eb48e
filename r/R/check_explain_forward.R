# Faults of the way forward: values that are no known function, or one over the wrong axis; twin of
# check/explain/forward.py in Python.

# The first value on the way forward that is made in a known wrong way.
#
# Asked only where the way back does not fit the way forward.
find_forward_fault <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  columns <- is_in_columns(graph, view)
  for (n in which(view$forward & !view$after & !view$cut)) {
    found <- mistaken_function(graph, view, n)
    if (is.null(found)) found <- wrong_softmax(graph, view, n, columns)
    if (is.null(found)) found <- bias_by_column(graph, alignment, view, n, columns)
    if (is.null(found)) found <- skipped_activation(graph, view, n)
    if (is.null(found)) found <- same_twice(graph, view, n)
    if (!is.null(found) && stays_mistaken(graph, alignment, n, found$kind)) {
      path <- list(list(n, found$right))
      return(new_fault(n, found$right, path, last_update(view), NULL, found$kind))
    }
  }
  found <- softmax_of_samples(graph, view, columns)
  if (is.null(found)) find_rows_against_columns(graph, alignment) else found
}

most_alike <- 8L

# An error that has grown to a square, as each output meets every target. It is the derivative of a
# loss of all pairs. Weights may have grown with it in the first step.
find_rows_against_columns <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  places <- graph$site[view$meets | view$cone]
  made <- seq_len(view$step$end)
  for (m in made[graph$op[made] == "sub" & graph$site[made] %in% places]) {
    sizes <- unique(graph$count[graph$parents[[m]]])
    nodes <- as.integer(unlist(Filter(is_node, graph$args[[m]])))
    a <- nodes[view$touched[nodes]]
    if (length(a) == 1L && length(sizes) == 1L && graph$count[[m]] > sizes) {
      both <- lapply(graph$args[[m]], function(x) {
        shape_rows(ravel(operand_of(graph, x)), graph$shape[[a]])
      })
      right <- minus(both[[1L]], both[[2L]])
      last <- last_update(view)
      return(new_fault(m, right, list(list(m, right)), last, a, "rows_against_columns"))
    }
  }
  NULL
}

# Whether a mistaken function is one later too: single numbers are alike by chance.
stays_mistaken <- function(graph, alignment, n, kind) {
  if (!kind %in% vapply(read_knowledge()$mistaken_activations, `[[`, "", "id")) {
    return(TRUE)
  }
  view <- alignment$views[[length(alignment$views)]]
  same <- which(view$forward & graph$site == graph$site[[n]] & graph$op == graph$op[[n]])
  same <- utils::head(same, most_alike)
  kind %in% unlist(lapply(same, function(m) mistaken_function(graph, view, m)$kind))
}

# Whether the way back takes a (1 - a), or 1 - a of it, as the slope of a sigmoid.
has_slope <- function(graph, view, a) {
  out <- value_of(graph, a)
  for (n in which(view$cone)) {
    if (!identical(graph$shape[[n]], graph$shape[[a]])) next
    v <- value_of(graph, n)
    if (!is.null(v) && (is_close(v, out * (1 - out)) || is_close(v, 1 - out))) {
      return(TRUE)
    }
  }
  FALSE
}

# 1 / (1 + exp(z)), 1 + exp(-z) and the like, at what leaves a function of z.
mistaken_function <- function(graph, view, n) {
  if (!leaves_function(graph, view, n) || is_part_of_softmax(graph, view, n)) {
    return(NULL)
  }
  level <- n
  for (k in 1:9) {
    before <- unique(unlist(graph$parents[level]))
    level <- before[view$moved[before]]
    for (z in utils::head(level, 20L)) {
      made <- graph$op[[z]] %in% c(product_operations, "add", "sub", "move")
      if (!made || !identical(graph$shape[[z]], graph$shape[[n]])) next
      found <- mistaken_sigmoid(graph, view, z, n)
      if (!is.null(found)) {
        return(found)
      }
    }
  }
  NULL
}

is_part_of_softmax <- function(graph, view, n) {
  is_normalised(graph, view, n) || !is.null(find_input(graph, n, "softmax")) || is_share(graph, n)
}

# Whether a number is one power of e over a sum of several: softmax of two is a sigmoid.
is_share <- function(graph, n) {
  if (graph$op[[n]] != "div" || graph$has_literal[[n]]) {
    return(FALSE)
  }
  level <- graph$operands[[n]][[2L]]
  powers <- integer(0)
  for (k in 1:9) {
    powers <- union(powers, level[graph$op[level] == "exp"])
    level <- utils::head(unlist(graph$parents[level[graph$op[level] != "exp"]]), 40L)
  }
  graph$operands[[n]][[1L]] %in% powers && length(powers) > 1L
}

# What the sigmoid of z should be, where a value is a known mistake in it.
mistaken_sigmoid <- function(graph, view, z, n) {
  value <- value_of(graph, z)
  if (is.null(value) || !any_nonzero(value)) {
    return(NULL)
  }
  turned <- is_taken_away(graph, view, z)
  for (entry in read_knowledge()$mistaken_activations) {
    if (entry$id == "sigmoid_sign" && turned) next
    if (is_close(evaluate_written(entry$value, list(z = value)), value_of(graph, n))) {
      # exp(z) may be meant, as of counts.
      if (entry$id == "sigmoid_without_one" && !has_slope(graph, view, n)) next
      return(list(right = 1 / (1 + exp(-value)), kind = entry$id))
    }
  }
  NULL
}

# Whether a sum is -z: all its products and biases are taken away, as in -W a - b.
is_taken_away <- function(graph, view, z) {
  stack <- list(list(z, 1))
  signs <- numeric(0)
  while (length(stack) > 0L && length(unique(signs)) < 2L) {
    n <- stack[[1L]][[1L]]
    sign <- stack[[1L]][[2L]]
    stack <- stack[-1L]
    inner <- if (!view$cut[[n]]) split_linear(graph, view, n)
    if (is.null(inner)) {
      factors <- if (graph$op[[n]] %in% product_operations) graph$args[[n]]
      for (m in Filter(is_node, factors)) {
        if (graph$op[[m]] == "neg") sign <- -sign
      }
      if (view$moved[[n]]) signs <- c(signs, sign)
    } else {
      stack <- c(stack, lapply(seq_len(ncol(inner)), function(i) {
        list(as.integer(inner[[2L, i]]), sign * if (inner[[1L, i]] > 0) 1 else -1)
      }))
    }
  }
  length(signs) > 0L && all(signs < 0)
}

leaves_function <- function(graph, view, n) {
  if (n %in% view$outputs) {
    return(TRUE)
  }
  users <- users_of(graph)[[n]]
  users <- users[view$cone[users]]
  any(graph$op[users] %in% product_operations) &&
    graph$op[[n]] %in% c("div", "add", "exp", "reciprocal", "sigmoid", "pow")
}

# Whether a value is divided by what is made of itself, as softmax's numerator is.
is_normalised <- function(graph, view, n) {
  made <- logical(graph$size)
  made[[n]] <- TRUE
  later <- which(view$cone & view$moved)
  for (m in later[later > n]) {
    made[[m]] <- made[[m]] || any(made[graph$parents[[m]]])
  }
  divisions <- later[later > n & graph$op[later] == "div"]
  any(vapply(graph$args[divisions], function(args) {
    all(vapply(args, is_node, NA)) && args[[1L]] == n && made[[args[[2L]]]]
  }, NA))
}

# Softmax that adds up over the samples, or over everything.
wrong_softmax <- function(graph, view, n, columns) {
  outputs <- vapply(view$outputs, function(a) as.integer(copied_node(graph, a)), 1L)
  if (graph$op[[n]] != "div" || !n %in% outputs) {
    return(NULL)
  }
  e <- operand_of(graph, graph$args[[n]][[1L]])
  out <- value_of(graph, n)
  if (length(dim(e)) != 2L || min(dim(e)) < 2L || !identical(shape_now(out), shape_now(e)) ||
        any(e < 0)) {
    return(NULL)
  }
  axis <- axis_of_classes(graph, view, n, columns)
  right <- over(e, reduce_axis("sum", e, axis))
  sums <- reduce_axis("sum", e, 3L - axis)
  down <- array(rep_len(as.vector(sums), length(e)), dim(e)) # as R takes a vector
  wrong <- list(over(e, sums), e / sum(e), e / down)
  if (is_close(right, out) || !any(vapply(wrong, is_close, NA, out))) {
    return(NULL)
  }
  if (!is.null(softmax_axis(log(like(pmax(e, 1e-300), dim(e))), right))) {
    list(right = right, kind = "softmax_over_everything")
  }
}

# The next layer is fed with z, though its activation was made and is used on the way back.
skipped_activation <- function(graph, view, n) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] != "matmul" || length(parents) != 2L || !view$forward[[n]]) {
    return(NULL)
  }
  for (i in 1:2) {
    h <- unused_activation(graph, view, parents[[i]])
    if (is.null(h)) next
    values <- lapply(parents, function(p) value_of(graph, p))
    values[[i]] <- value_of(graph, h)
    pair <- as_matrices("matmul", values[[1L]], values[[2L]])
    right <- shape_rows(pair[[1L]] %*% pair[[2L]], graph$shape[[n]])
    return(list(right = right, kind = "activation_left_out"))
  }
  NULL
}

# The activation of z that is used on the way back alone.
unused_activation <- function(graph, view, z) {
  if (!view$forward[[z]] || view$cut[[z]] || !graph$op[[z]] %in% c("add", "matmul")) {
    return(NULL)
  }
  Find(function(h) {
    same <- identical(graph$shape[[h]], graph$shape[[z]])
    same && view$cone[[h]] && !view$forward[[h]] &&
      !is.null(recognise_activation(value_of(graph, z), value_of(graph, h)))
  }, users_of(graph)[[z]])
}

# Along which the targets of an output add up to 1; else as the layers below have it.
axis_of_classes <- function(graph, view, n, columns) {
  same <- c(n, copied_node(graph, n))
  for (i in seq_along(view$outputs)) {
    if (!copied_node(graph, view$outputs[[i]]) %in% same) next
    target <- target_of(graph, view$targets[[i]])
    if (!identical(as.integer(dim(target)), as.integer(graph$shape[[n]]))) next
    sums <- list(colSums(target), rowSums(target))
    axes <- which(vapply(sums, function(x) is_close(x, 1 + 0 * x), NA))
    if (length(axes) == 1L) {
      return(axes)
    }
  }
  if (columns) 1L else 2L
}

# Softmax put together of vectors that run over the samples.
softmax_of_samples <- function(graph, view, columns) {
  for (a in view$outputs) {
    out <- value_of(graph, a)
    z <- if (length(dim(out)) == 2L) find_input(graph, a, "softmax")
    if (is.null(z) || min(dim(out)) < 2L) next
    value <- value_of(graph, z)
    axis <- softmax_axis(value, out)
    if (is.null(axis) || axis == axis_of_classes(graph, view, a, columns)) next
    n <- a
    while (graph$op[[n]] == "move" && length(graph$parents[[n]]) > 0L) n <- graph$parents[[n]][[1L]]
    e <- exp(minus(value, reduce_axis("max", value, 3L - axis)))
    right <- over(e, reduce_axis("sum", e, 3L - axis))
    path <- list(list(a, right))
    return(new_fault(n, right, path, last_update(view), NULL, "softmax_over_everything"))
  }
  NULL
}

# A function that bends, applied to what it has made already.
same_twice <- function(graph, view, n) {
  users <- forward_users(graph, view, n)
  is_end <- n %in% view$outputs || any(graph$op[users] %in% product_operations)
  second <- if (is_end) find_activation(graph, view, n)
  # Relu twice is no other than once, or only steeper.
  if (is.null(second) || second$name %in% c("relu", "leaky_relu") || view$cut[[second$z]]) {
    return(NULL)
  }
  first <- find_activation(graph, view, second$z)
  right <- value_of(graph, second$z)
  if (is.null(first) || first$name != second$name || !any_nonzero(right)) {
    return(NULL)
  }
  list(right = right, kind = "activation_twice")
}
