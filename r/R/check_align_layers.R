# Activations on the way forward: which value is which function of which other; twin of
# check/align/layers.py in Python.

most_moved <- 7L
sum_operations <- c("add", "sub", "sweep", "matmul")

# The activations of a step, in order of time: lists of z, a, name and slope (NULL for softmax).
#
# Looked for at what is multiplied by a parameter later on, and at the outputs.
find_activations <- function(graph, view) {
  ways <- vector("list", graph$size)
  ways[view$outputs] <- as.list(view$outputs)
  for (n in which(view$forward & graph$op %in% product_operations)) {
    for (p in graph$parents[[n]]) {
      way <- way_of_moves(graph, view, p)
      if (length(way) > 0L) ways[[way[[1L]]]] <- way
    }
  }
  found <- lapply(which(lengths(ways) > 0L & !view$cut), function(a) {
    # Where elements were put into a matrix it is that which is a function of another.
    for (n in ways[[a]]) {
      activation <- find_activation(graph, view, n)
      if (!is.null(activation)) {
        return(activation)
      }
    }
    NULL
  })
  Filter(Negate(is.null), found)
}

# What a moved value was before it was moved, first, where it is one value beside constants. Also
# before its sign was turned, as in exp(-h %*% w). Nothing where no parameter makes it.
way_of_moves <- function(graph, view, n) {
  way <- n
  while (length(way) < most_moved) {
    parents <- unique(graph$parents[[n]])
    parents <- parents[view$moved[parents]]
    moves <- graph$op[[n]] %in% c("move", "neg")
    if (!moves || length(parents) != 1L || puts_zeros(graph, n)) break
    n <- parents
    way <- c(way, n)
  }
  if (view$moved[[n]]) rev(way) else integer(0)
}

# Whether some numbers of an array were replaced by others, as relu is written with a mask.
puts_zeros <- function(graph, n) {
  index <- movement_of(graph, n)
  p <- graph$parents[[n]]
  same <- length(p) == 1L && identical(graph$shape[[p[[1L]]]], graph$shape[[n]])
  same && !is.null(index) && any(index < 0)
}

find_activation <- function(graph, view, a) {
  jump <- find_jump(graph, view, a)
  if (length(jump) > 0L) {
    return(list(z = jump[[1L]][[1L]], a = a, name = "step"))
  }
  known_of(view, paste("activation", a), search_activation(graph, view, a))
}

search_activation <- function(graph, view, a) {
  out <- value_of(graph, a)
  level <- a
  zero <- NULL
  for (k in 1:9) {
    before <- unique(unlist(graph$parents[level]))
    level <- utils::head(before[view$moved[before] & !view$cut[before]], 30L)
    for (z in level) {
      value <- value_of_input(graph, z, a, out)
      if (is.null(value)) next
      found <- recognise_whole(graph, z, value, out)
      if (!is.null(found)) {
        zero <- list(z = z, a = a, name = found$name, slope = found$slope)
        if (any_nonzero(value) || !graph$op[[z]] %in% turning_operations) return(zero)
      }
      if (!is.null(softmax_axis(value, out))) {
        return(list(z = unshifted(graph, z, out), a = a, name = "softmax"))
      }
    }
  }
  zero
}

# The value that an activation may be of; NULL where it has another shape or shows nothing. Of a sum
# with 0, or a choice of it, it is what it is made of, where no number is below 0: no relu.
value_of_input <- function(graph, z, a, out) {
  value <- if (identical(graph$shape[[z]], graph$shape[[a]])) value_of(graph, z)
  if (is.null(value) || is_one_number(value)) {
    return(NULL)
  }
  may_keep <- graph$op[[a]] %in% c(sum_operations, "move", "where")
  if (!may_keep || !is_close(value, out)) value
}

# The activation that gives these values, if it is a whole one: e / (1 + e) of e = exp(z) is the
# sigmoid of z.
recognise_whole <- function(graph, z, value, out) {
  found <- recognise_activation(value, out)
  if (is.null(found) || found$name == "softsign" && graph$op[[z]] == "exp") NULL else found
}

# Whether an array is one number again and again, and not 0: that is a function of anything.
is_one_number <- function(value) {
  length(value) > 1L && any_nonzero(value) && isTRUE(max(value) == min(value))
}
