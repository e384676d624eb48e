# What is known to be right on the way back of one step, and how a value is held against it; twin of
# the table in check/explain/fault.py in Python.

near_enough <- 1e-7
most_good <- 40L
most_factors <- 6L

# Everything that is known to be right on the way back of one step: derivatives by size, single
# numbers by value.
make_table <- function(graph, view, adjoint, slopes) {
  table <- list2env(list(
    graph = graph, view = view, adjoint = adjoint, slopes = slopes, good_updates = integer(0),
    good_cone = logical(graph$size), # what right updates are made of
    factors = numeric(0) # of derivatives that those are made of
  ), parent = emptyenv())
  nodes <- adjoint$order()
  sizes <- vapply(nodes, function(n) length(adjoint$at(n)), 1L)
  single <- nodes[sizes == 1L]
  numbers <- vapply(single, function(n) as.vector(adjoint$at(n))[[1L]], 1)
  by <- order(numbers, single)
  table$numbers <- numbers[by]
  table$owners <- single[by]
  # -z and exp(-z) have the derivative of z but for a factor: what has a meaning comes first.
  meant <- unlist(lapply(slopes, function(x) c(x$z, x$a)))
  by <- order(!(nodes %in% meant | view$cut[nodes]))
  nodes <- nodes[by]
  sizes <- sizes[by]
  large <- sizes > 1L
  large[large] <- vapply(nodes[large], function(n) any_nonzero(adjoint$at(n)), NA)
  table$by_size <- split(nodes[large], sizes[large])
  table
}

# Keep what right updates are made of, and the factors of the derivatives in it.
know_good <- function(table, good) {
  table$good_cone <- good
  found <- numeric(0)
  for (n in utils::head(which(good), most_good)) {
    value <- value_of(table$graph, n)
    goals <- if (length(value) > 1L) of_size(table, length(value))
    for (goal in goals) {
      for (form in forms_of(table$adjoint$at(goal), shape_now(value))) {
        f <- factor_between(value, form)
        if (f != 0 && is_near(value, f * form)) found <- c(found, as.double(sprintf("%.9g", f)))
      }
    }
  }
  table$factors <- utils::head(unique(found), most_factors)
}

of_size <- function(table, size) table$by_size[[as.character(size)]]

# Whether two values are the same but for rounding.
is_near <- function(x, y) {
  if (is.null(x) || is.null(y) || !identical(shape_now(x), shape_now(y))) {
    return(FALSE)
  }
  all_true(abs(x - y) <= near_enough * largest(y) + 1e-300)
}

# Whether a value on the way back is a derivative with the right factor: right by itself.
is_exact <- function(table, p, factor) {
  value <- value_of(table$graph, p)
  if (!table$view$after[[p]] || length(value) < 2L) {
    return(FALSE)
  }
  for (n in utils::head(of_size(table, length(value)), 200L)) {
    for (form in forms_of(table$adjoint$at(n), shape_now(value))) {
      for (f in c(factor, table$factors)) {
        if (is_near(value, f * form)) {
          return(TRUE)
        }
      }
    }
  }
  FALSE
}

# Whether a value that moves nothing rightly is the wanted one but for a number.
is_scaled <- function(table, p, wanted) {
  value <- value_of(table$graph, p)
  if (!table$view$after[[p]] || table$good_cone[[p]] || length(value) < 2L) {
    return(FALSE)
  }
  r <- if (identical(shape_now(value), shape_now(wanted))) factor_between(value, wanted) else 0
  r != 0 && is_near(value, r * wanted)
}

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
  view <- table$view
  if (view$forward[[p]] || view$cut[[p]]) {
    return(TRUE)
  }
  if (!view$after[[p]] && is_function_of_input(table, p)) {
    return(TRUE)
  }
  if (table$good_cone[[p]]) {
    return(TRUE)
  }
  if (!matches_some(table, p)) {
    return(FALSE)
  }
  is_used_rightly(table, p, but)
}

# Whether one number is taken out of several, which is as right as they are.
is_element <- function(graph, u, p) {
  graph$op[[u]] == "move" && length(graph$shape[[u]]) == 0L && graph$count[[p]] > 1
}

# Whether a value is used rightly at another place than one.
is_used_rightly <- function(table, p, but) {
  graph <- table$graph
  users <- users_of(graph)
  others <- users[[p]]
  others <- others[others != but & table$view$cone[others]]
  for (u in others) if (graph$op[[u]] == "move") others <- c(others, users[[u]])
  others <- Filter(function(u) !(is_first_term(graph, u, p) || is_element(graph, u, p)), others)
  for (u in others) {
    if (u %in% table$good_updates || table$view$after[[u]] && matches_some(table, u)) {
      return(TRUE)
    }
  }
  FALSE
}

# Whether a single number is added to 0: that is no use of it that shows it to be right.
is_first_term <- function(graph, u, p) {
  graph$op[[u]] == "add" && length(graph$shape[[u]]) == 0L &&
    identical(as.vector(value_of(graph, u)), as.vector(value_of(graph, p)))
}

# Whether a value beside the way back is an activation of a forward value, as such right.
is_function_of_input <- function(table, p) {
  value <- value_of(table$graph, p)
  if (length(value) < 2L) {
    return(FALSE)
  }
  any(vapply(table$slopes, function(x) {
    z <- value_of(table$graph, x$z)
    identical(shape_now(z), shape_now(value)) && !is.null(recognise_activation(z, value))
  }, NA))
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
