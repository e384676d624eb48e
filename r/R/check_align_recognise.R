# Functions that are known by their values alone; twin of check/align/recognise.py
# and of parts of check/align/operations.py in Python.

# An unknown function of one array: an activation or a reduction, by its values.
pull_by_value <- function(graph, n, g, values) {
  y <- value_of(graph, n)
  for (i in seq_along(values)) {
    a <- graph$args[[n]][[i]]
    z <- values[[i]]
    if (!is_node(a) || is.null(z) || is.null(y)) next
    if (identical(shape_now(z), shape_now(y))) {
      found <- recognise_activation(z, y)
      part <- if (is.null(found)) pull_unknown_share(z, y, g) else times(g, found$slope)
    } else {
      part <- pull_unknown_reduction(z, y, g)
    }
    if (!is.null(part)) return(list(list(a, part)))
  }
  NULL
}

# The known activation that gives these values, and its slope there.
recognise_activation <- function(z, a) {
  if (!identical(shape_now(z), shape_now(a)) || !all_finite(a) || !all_finite(z)) {
    return(NULL)
  }
  if (length(z) > few_numbers) { # most values are no function of one another: a few show it
    some <- floor(seq(0, length(z) - 1, length.out = few_numbers)) + 1
    few <- recognise_activation(
      array(ravel(z)[some], few_numbers), array(ravel(a)[some], few_numbers)
    )
    if (is.null(few)) return(NULL)
  }
  entries <- read_knowledge()$activations
  if (length(z) > 0L) entries <- entries[possible_activations(ravel(z)[[1L]], ravel(a)[[1L]])]
  for (entry in entries) {
    names <- list(z = z, a = a, k = slope_below_zero(entry$name, z, a))
    if (is_close(evaluate_written(entry$value, names), a)) {
      return(list(name = entry$name, slope = evaluate_written(entry$slope, names)))
    }
  }
  NULL
}

# The places of the activations that one pair of numbers does not exclude: few, and quickly found.
possible_activations <- function(z, a) {
  if (is.null(knowledge_cache$values)) {
    calls <- lapply(read_knowledge()$activations, function(entry) {
      k <- if (entry$name == "leaky_relu") quote(a / z) else quote(a / expm1(z))
      call_written(entry$value, list(k = bquote(if (z < 0) .(k) else 1)))
    })
    values <- as.call(c(as.name("c"), calls))
    knowledge_cache$values <- eval(bquote(function(z, a) .(values)), baseenv())
  }
  given <- knowledge_cache$values(z, a)
  which(is.na(given) | abs(given - a) <= 1e-8 * abs(a) + 1e-12)
}

# Whether two arrays are the same but for rounding, element by element.
is_close <- function(x, y) all_true(abs(minus(x, y)) <= 1e-9 * abs(y) + 1e-13)

# The option of leaky relu or elu that fits the most negative input.
#
# One negative number fits any option, so alone it has to be a usual one.
slope_below_zero <- function(name, z, a) {
  usual <- if (name == "leaky_relu") c(0.01, 0.1, 0.2, 0.05, 0.3, 0.001, 0.02) else 1
  if (!name %in% c("leaky_relu", "elu") || !any(z < 0)) {
    return(usual[[1L]])
  }
  at <- which.min(ravel(z))
  low <- ravel(z)[[at]]
  k <- ravel(a)[[at]] / if (name == "leaky_relu") low else expm1(low)
  if (sum(z < 0) > 2L && isTRUE(k > 0 && k < 0.999)) k else usual[[which.min(abs(usual - k))]]
}
