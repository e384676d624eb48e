# What stays the same from step to step: weights, biases and data that are not moved; twin of
# check/explain/unmoved.py in Python.

most_steps_before <- 60L
same_rate <- 1e-9
most_moves_to_use <- 4L

# The second step, or the only one: what is used in it as it was in the first has not moved.
later_view <- function(alignment) alignment$views[[min(2L, length(alignment$views))]]

# What the outputs of a step are made of in it, constants and data included.
before_output <- function(graph, view) {
  seen <- logical(graph$size)
  stack <- view$outputs
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (!seen[[n]] && n > view$step$begin && !view$cut[[n]]) {
      seen[[n]] <- TRUE
      stack <- c(stack, graph$parents[[n]])
    }
  }
  seen
}

# What a value was moved from.
origin_of <- function(graph, n) {
  for (k in 1:5) {
    parents <- unique(graph$parents[[n]])
    if (graph$op[[n]] != "move" || length(parents) != 1L) break
    n <- parents
  }
  n
}

# Whether what is trained stands in a product, and not only in what other products make.
#
# A multiple of a value, as a look ahead is of the past, is no product here.
trains_weights <- function(graph, view) {
  is_product <- graph$op %in% product_operations
  factors <- unique(unlist(graph$parents[before_output(graph, view) & is_product]))
  any(vapply(factors[view$moved[factors]], function(p) {
    made <- which(is_product & ancestors_of(graph, p, view))
    whole <- vapply(graph$parents[made], function(q) sum(graph$count[q] > 1) > 1L, NA)
    !any(graph$op[made] != "mul" | whole)
  }, NA))
}

# What was moved, or multiplied with a column of ones, to stand beside each sample.
bias_origin <- function(graph, n) {
  n <- as.integer(origin_of(graph, n))
  parents <- graph$parents[[n]]
  if (graph$op[[n]] %in% product_operations && length(parents) == 2L) {
    for (pair in list(parents, rev(parents))) {
      one <- value_of(graph, pair[[1L]])
      if (length(one) > 1L && all_true(one == 1)) {
        return(as.integer(origin_of(graph, pair[[2L]])))
      }
    }
  }
  n
}

# The nearest value that a value was moved from and that later steps use too, or itself.
kept_origin <- function(graph, alignment, n) {
  m <- n
  while (!is_used_again(graph, alignment, m)) {
    parents <- unique(graph$parents[[m]])
    if (graph$op[[m]] != "move" || length(parents) != 1L) {
      return(n)
    }
    m <- parents
  }
  m
}

# What a value was before zeros were taken away from it, as often as they were.
#
# Or one and the same number from all its elements, where it has several; from a single number one
# of the rates.
before_nothing <- function(graph, n, rates = numeric(0)) {
  for (k in seq_len(most_steps_before)) {
    args <- graph$args[[n]]
    if (!graph$op[[n]] %in% c("add", "sub") || length(args) != 2L) break
    number <- taken_number(graph, n)
    is_rate <- !is.null(number) && any(abs(abs(number) - rates) <= same_rate * rates)
    if (is.null(number) || (number != 0 && graph$count[[n]] == 1 && !is_rate)) break
    first <- args[[1L]]
    if (!is_node(first) || !identical(graph$shape[[first]], graph$shape[[n]])) break
    n <- as.integer(first)
  }
  n
}

# The one number that is added to all elements, or taken away; NULL where they are several.
taken_number <- function(graph, n) {
  second <- operand_of(graph, graph$args[[n]][[2L]])
  if (length(second) > 0L && !anyNA(second) && min(second) == max(second)) max(second)
}

# Whether a value that has a name is used in more than one step as it is.
is_kept <- function(graph, alignment, n) {
  graph$named[[n]] && is_used_again(graph, alignment, n)
}

# Whether a value is used in more than one step as it is, and its change gets a name that is lost.
is_made_anew <- function(graph, alignment, n) {
  users <- users_of(graph)
  any(vapply(users[[n]], function(u) {
    graph$op[[u]] %in% c("add", "sub") && length(users[[u]]) == 0L && graph$named[[u]]
  }, NA)) && is_used_again(graph, alignment, n)
}

# Whether a value was an operand, as it is or moved, where later ones are that of value n.
is_used_at <- function(graph, first, n) {
  level <- first
  for (k in seq_len(most_moves_to_use)) {
    users <- unlist(users_of(graph)[level])
    if (any(graph$site[users] == graph$site[[n]])) {
      return(TRUE)
    }
    level <- users[graph$op[users] == "move"]
  }
  FALSE
}

# Whether a value is used in more than one step as it is.
is_used_again <- function(graph, alignment, n) {
  views <- alignment$views
  ends <- vapply(views, function(v) v$step$end, 1L)
  users <- users_of(graph)[[n]]
  steps <- vapply(users, function(u) sum(u > ends), 1L)
  length(unique(steps)) > 1L && n <= ends[[1L]] && !is_written_anew(graph, alignment, n)
}

# Whether parts are put into what is no parameter here, and the whole is used in a later step: so it
# moves, though it was not understood how, and after the last update of the others.
is_written_anew <- function(graph, alignment, n) {
  if (alignment$found$owner[[n]] > 0L) {
    return(FALSE)
  }
  put <- Filter(function(u) {
    parents <- graph$parents[[u]]
    graph$op[[u]] == "move" && length(parents) == 2L && parents[[1L]] == n &&
      identical(graph$shape[[u]], graph$shape[[n]])
  }, users_of(graph)[[n]])
  length(put) > 0L && any(vapply(alignment$views[-1L], function(v) {
    any(before_output(graph, v)[put])
  }, NA))
}

# Whether a matrix is no data: it stands where the trained weights stand.
is_drawn <- function(graph, n) length(drawn_of(graph, n)) > 0L

# What was drawn of a value and of what it was made of at once, or with single numbers.
drawn_of <- function(graph, n) {
  parents <- graph$parents[[n]]
  made <- c(n, parents, unlist(graph$parents[parents]))
  for (k in seq_len(most_moves_to_use)) {
    parents <- graph$parents[[n]]
    whole <- parents[graph$count[parents] > 1]
    if (length(whole) != 1L || !identical(graph$shape[[whole]], graph$shape[[n]])) break
    n <- whole
    made <- c(made, n)
  }
  intersect(made, as.integer(unlist(graph$header$random)) + 1L)
}

# Whether the line that draws a weight draws two more matrices, which move.
is_drawn_as_others <- function(graph, view, n) {
  own <- graph$site[drawn_of(graph, n)]
  moved <- Filter(function(m) length(graph$shape[[m]]) == 2L, view$step$first)
  sum(vapply(moved, function(m) any(graph$site[drawn_of(graph, m)] %in% own), NA)) > 1L
}

# Whether a value is a product, or a sum of products.
is_weighted <- function(graph, n) {
  for (k in seq_len(most_steps_before)) {
    if (graph$op[[n]] %in% product_operations) {
      return(TRUE)
    }
    parents <- graph$parents[[n]]
    if (!graph$op[[n]] %in% c("add", "sum", "move") || length(parents) == 0L) break
    n <- parents[[length(parents)]]
  }
  FALSE
}

# The names of the lists that values are elements of.
holders_of <- function(graph, nodes) {
  setdiff(sub("(\\[[^[]*|[^[]*)$", "", unlist(graph$names[nodes])), "")
}
