# What a program takes for slopes: where every update follows with them, they alone are wrong; twin
# of check/explain/own_slopes.py in Python.

deepest_slope <- 40L

# The first value that stands where a slope belongs and is none; NULL where there is none.
#
# With what the program multiplies by in place of the derivatives of its activations, and a rate
# that it is written with, every parameter moves as the loss says in every step.
find_own_slopes <- function(graph, alignment) {
  taken <- lapply(alignment$views, function(view) take_slopes(graph, view))
  if (length(taken) == 0L || any(lengths(taken) == 0L)) {
    return(NULL)
  }
  views <- Map(function(view, own) {
    view <- copy_view(view)
    view$slopes <- own
    view
  }, alignment$views, taken)
  for (family in loss_families) {
    reading <- read_family(graph, alignment$found, views, family)
    if (is.null(reading) || !is_right_reading(reading) || min(reading$factors) <= 0) next
    if (is_even(reading$factors) && count_written(reading) == length(views)) {
      return(first_wrong_slope(graph, views[[1L]]))
    }
  }
  NULL
}

first_wrong_slope <- function(graph, view) {
  activations <- find_activations(graph, view)
  right <- lapply(view$slopes, function(own) {
    Find(function(x) x$a == own$a, activations)$slope
  })
  wrong <- which(!mapply(function(own, slope) is_near(own$value, slope), view$slopes, right))
  if (length(wrong) == 0L) {
    return(NULL)
  }
  nodes <- vapply(view$slopes[wrong], function(own) own$node, 1L)
  outputs <- vapply(view$slopes[wrong], function(own) own$a, 1L)
  at <- wrong[[order(nodes, outputs)[[1L]]]]
  node <- view$slopes[[at]]$node
  slope <- right[[at]]
  if (view$after[[node]]) { # what is multiplied by it
    own <- ravel(view$slopes[[at]]$value)
    rest <- ifelse(own == 0, 0, ravel(value_of(graph, node)) / own)
    slope <- shape_rows(rest * ravel(slope), graph$shape[[node]])
  }
  new_fault(node, slope, list(list(node, slope)), view$step$updates[[1L]], NULL, "slope_of_none")
}

# For each activation what a derivative is multiplied by that is made of it alone: lists of the
# activation and its input, the value, and the node that is told. Where it is multiplied by the most
# of that, and first: a gradient may have the activation too.
take_slopes <- function(graph, view) {
  known <- Filter(function(x) !is.null(x$slope), find_activations(graph, view))
  found <- most <- list()
  for (n in which(view$cone & view$after & graph$op == "mul")) {
    factors <- slope_factors(graph, view, n)
    factors <- Filter(function(f) is_as_large(graph, f, n), factors)
    for (x in known) {
      own <- Filter(function(f) {
        is_as_large(graph, x$a, n) && is_made_of_one(graph, view, f, x)
      }, factors)
      if (length(own) <= max(0L, most[[as.character(x$a)]])) next
      most[[as.character(x$a)]] <- length(own)
      values <- lapply(own, function(f) ravel(value_of(graph, f)))
      value <- shape_rows(Reduce(`*`, values), graph$shape[[x$a]])
      alone <- length(own) == 1L && !view$forward[[own[[1L]]]]
      node <- as.integer(if (alone) own[[1L]] else n)
      found[[as.character(x$a)]] <- list(a = x$a, z = x$z, value = value, node = node)
    }
  }
  found
}

# Whether two arrays have one shape, or are one vector that lies or stands.
is_as_large <- function(graph, a, b) {
  shapes <- graph$shape[c(a, b)]
  lines <- all(vapply(shapes, function(s) prod(s) == max(s, 1L), NA))
  identical(shapes[[1L]], shapes[[2L]]) || lines && prod(shapes[[1L]]) == prod(shapes[[2L]])
}

# The factors of a product on the way back that are no derivatives themselves.
slope_factors <- function(graph, view, n) {
  factors <- integer(0)
  stack <- n
  while (length(stack) > 0L) {
    m <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    parents <- graph$parents[[m]]
    factors <- c(factors, parents[!view$after[parents]])
    stack <- c(stack, parents[view$after[parents] & graph$op[parents] == "mul"])
  }
  factors
}

# Whether a value is made of one activation, or of its input, and of no other weights.
is_made_of_one <- function(graph, view, n, x) {
  ends <- c(x$a, x$z)
  stack <- n
  seen <- integer(0)
  while (length(stack) > 0L) {
    m <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (m %in% seen || m %in% ends) {
      seen <- unique(c(seen, m))
      next
    }
    if (view$cut[[m]] || length(seen) > deepest_slope) {
      return(FALSE)
    }
    seen <- c(seen, m)
    parents <- graph$parents[[m]]
    stack <- c(stack, parents[view$moved[parents]])
  }
  view$moved[[n]] && any(ends %in% seen)
}
