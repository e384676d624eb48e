# Data that were standardised in the wrong direction, or all columns as if they were one; twin of
# check/explain/scaling.py in Python.

farthest_table <- 4L # turns between what a network is given and the table that was standardised
other_spreads <- 5 # columns of which one varies so many times as much share no spread
other_units <- 10 # columns of which one is so many times another are no shares of one quantity
longest_way_of_table <- 6L
most_parts_of_means <- 60L
most_own_units <- 30L # columns; more are those of a picture or a signal, some of which may be 0

# Data whose mean was taken over the columns of a sample, which are different quantities.
#
# Or whose columns each met the numbers of all. The first is certain where the spread was taken over
# the samples, or where columns differ in size so much that their mean says nothing.
find_wrong_scaling <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  x <- first_data(graph, view, view$outputs[[1L]])
  for (table in tables_of(graph, view, x)) {
    fault <- find_standardised_rows(graph, view, table$table, table$axis)
    if (is.null(fault)) fault <- fault_of_turned_table(graph, view, table)
    for (step in if (is.null(fault)) way_of_table(graph, table$table, table$axis)) {
      fault <- find_down_columns(graph, view, step$node, step$axis)
      if (is.null(fault)) fault <- fault_of_mean(graph, view, step$node, step$axis, table$table)
      if (!is.null(fault)) break
    }
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

# A mean that is taken away in the wrong direction, or of everything at once; NULL where none is.
fault_of_mean <- function(graph, view, n, samples, table) {
  mean <- mean_taken_away(graph, n)
  data <- if (!is.null(mean)) value_of(graph, graph$parents[[mean]][[1L]])
  if (length(dim(data)) != 2L) {
    return(NULL)
  }
  axis <- reduced_axis(graph, mean)
  if (is.null(axis)) {
    is_one <- graph$count[[mean]] == 1 && are_of_other_units(data, samples)
    apart <- is_one && columns_stay_apart(data, value_of(graph, table), samples)
    return(if (apart) fault_of_scaling(graph, view, n, n, samples, "standardised_as_one"))
  }
  spread <- divided_by_spread(graph, n, mean)
  if (axis == samples) {
    is_one <- !is.null(spread) && graph$count[[spread]] == 1
    wrong <- is_one && are_of_other_spreads(data, samples)
    return(if (wrong) fault_of_scaling(graph, view, spread, n, samples, "standardised_as_one"))
  }
  is_sure <- !is.null(spread) && identical(reduced_axis(graph, spread), samples)
  if (is_sure || are_of_other_units(data, samples)) {
    fault_of_scaling(graph, view, mean, n, samples, "standardised_by_sample")
  }
}

# Whether columns of different kinds are still apart in what a network is given.
columns_stay_apart <- function(data, made, samples) {
  identical(dim(made), dim(data)) && are_of_different_kinds(data, samples) &&
    are_columns_apart(made, samples)
}

# What belongs to the columns was recycled down each of them, as R does with a vector.
find_down_columns <- function(graph, view, n, samples) {
  args <- graph$args[[n]]
  own <- graph$shape[[n]]
  if (!graph$op[[n]] %in% c("sub", "div") || length(own) != 2L || !is_node(args[[2L]])) {
    return(NULL)
  }
  source <- origin_of(graph, args[[2L]])
  data <- operand_of(graph, args[[1L]])
  taken <- value_of(graph, args[[2L]])
  is_spread <- source != args[[2L]] && identical(dim(data), own) && identical(dim(taken), own)
  of_columns <- is_spread && identical(graph$shape[[source]], own[[3L - samples]])
  if (!of_columns || !are_made_of_table(graph, source, args[[1L]])) {
    return(NULL)
  }
  shape <- own
  shape[[samples]] <- 1L
  by_column <- array(value_of(graph, source), shape)
  down <- array(as.double(by_column), own)
  if (is_close_to(down, plus(0 * data, by_column)) || !is_close_to(taken, down)) {
    return(NULL)
  }
  right <- if (graph$op[[n]] == "sub") minus(data, by_column) else over(data, by_column)
  path <- list(list(n, right))
  new_fault(n, right, path, view$step$updates[[1L]], NULL, "standardised_down_columns")
}

is_close_to <- function(a, b) all_true(abs(a - b) <= 1e-8 + 1e-5 * abs(b))

# Whether numbers of columns are made of a table, or of what that is made of.
are_made_of_table <- function(graph, n, table) {
  way <- vapply(way_of_table(graph, table, 1L), function(step) step$node, 1L)
  level <- n
  for (k in 1:6) {
    if (any(level %in% way)) {
      return(TRUE)
    }
    level <- utils::head(unlist(graph$parents[level]), most_parts_of_means)
  }
  FALSE
}

# A table that scale() was given turned, so that each sample was standardised.
fault_of_turned_table <- function(graph, view, table) {
  scaled <- find_scaled_turned(graph, table$table, table$axis)
  data <- if (!is.null(scaled)) value_of(graph, graph$parents[[scaled]][[1L]])
  if (is.null(data) || !are_of_other_units(data, 2L)) {
    return(NULL)
  }
  # Each row is a quantity, which should be without its mean and divided by its spread.
  right <- t(scale(t(data)))
  attributes(right) <- attributes(data)
  path <- list(list(scaled, right))
  new_fault(scaled, right, path, view$step$updates[[1L]], NULL, "standardised_by_sample")
}

# Where R's scale(), which takes columns, was given a table whose columns are the samples.
find_scaled_turned <- function(graph, n, samples) {
  for (k in seq_len(farthest_table)) {
    parents <- graph$parents[[n]]
    own <- graph$shape[[n]]
    if (length(parents) != 1L || length(own) != 2L) {
      return(NULL)
    }
    if (graph$op[[n]] == "scale") {
      return(if (samples == 2L) n)
    }
    if (!is_turned_table(graph, n)) {
      return(NULL)
    }
    n <- parents
    samples <- 3L - samples
  }
  NULL
}

# Of a difference that should be without the mean of each column.
fault_of_scaling <- function(graph, view, node, n, samples, kind) {
  data <- operand_of(graph, graph$args[[n]][[1L]])
  right <- minus(data, reduce_axis("mean", data, samples))
  new_fault(node, right, list(list(n, right)), view$step$updates[[1L]], NULL, kind)
}

# The data and the tables that they were taken out of, with the axis of their samples.
tables_of <- function(graph, view, x) {
  if (is.null(x)) {
    return(list())
  }
  axis <- if (is_in_columns(graph, view)) 2L else 1L
  own <- if (length(graph$shape[[x]]) == 2L) list(list(table = x, axis = axis)) else list()
  c(own, find_rows(graph, x, axis))
}

# A table before it was divided, lessened and turned, with the axis of its samples.
way_of_table <- function(graph, n, samples) {
  way <- list(list(node = n, axis = samples))
  while (length(way) < longest_way_of_table) {
    same <- graph$parents[[n]]
    if (graph$op[[n]] %in% c("sub", "div", "mul", "add", "neg")) {
      same <- Filter(function(p) identical(graph$shape[[p]], graph$shape[[n]]), same)
    } else {
      if (!is_turned_table(graph, n)) break
      samples <- 3L - samples
    }
    if (length(same) == 0L) break
    n <- same[[1L]] # R spreads the second to the same shape
    way <- c(way, list(list(node = n, axis = samples)))
  }
  way
}

# Whether a table is another one with its rows as columns.
is_turned_table <- function(graph, n) {
  own <- graph$shape[[n]]
  parents <- graph$parents[[n]]
  if (graph$op[[n]] != "move" || length(own) != 2L || length(parents) != 1L) {
    return(FALSE)
  }
  whole <- ravel(t(matrix(seq_len(prod(own)) - 1, own[[2L]], own[[1L]], byrow = TRUE)))
  identical(graph$shape[[parents]], rev(own)) && all_true(movement_of(graph, n) == whole)
}

# The mean that was taken away from what it is the mean of.
mean_taken_away <- function(graph, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "sub" || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(NULL)
  }
  mean <- origin_of(graph, args[[2L]])
  of <- graph$parents[[mean]]
  if (graph$op[[mean]] == "mean" && length(of) > 0L && of[[1L]] == args[[1L]]) mean
}

# The spread that a difference from the mean is divided by.
divided_by_spread <- function(graph, n, mean) {
  data <- graph$parents[[mean]][[1L]]
  for (u in users_of(graph)[[n]]) {
    if (graph$op[[u]] == "div" && length(graph$parents[[u]]) == 2L) {
      spread <- origin_of(graph, graph$parents[[u]][[2L]])
      of <- graph$parents[[spread]]
      if (graph$op[[spread]] != "mean" && length(of) > 0L && of[[1L]] %in% c(data, n)) {
        return(spread)
      }
    }
  }
  NULL
}

are_of_other_units <- function(data, samples) {
  sizes <- abs(apply(data, 3L - samples, stats::median))
  length(sizes) <= most_own_units && min(sizes) * other_units < max(sizes)
}

are_of_other_spreads <- function(data, samples) {
  spreads <- apply(data, 3L - samples, function(v) sqrt(mean((v - mean(v))^2)))
  low <- min(spreads) * other_spreads
  length(spreads) <= most_own_units && low > 0 && low < max(spreads)
}
