# What a program calls the values around its mistake: names that a corrected line may use; twin of
# check/explain/known.py in Python, for programs of R.

most_names <- 3L
far_from_line <- 100000L

# The names of the values around a fault, those that were bound nearest above its line first: of
# slope (written out, or the name that holds it), error, delta and activation; `given` is what the
# weights are multiplied with, `above` the delta of the layer above, `form` the slope of this
# activation with {} for the value that it is taken of.
known_around <- function(graph, evidence, line) {
  table <- evidence$table
  products <- find_products(graph, table$view, evidence$alignment$found$owner)
  names_of <- function(nodes) nearest_names(graph, line, nodes)
  at <- list(graph = graph, evidence = evidence, products = products, names_of = names_of)
  known <- simple_names(at)
  layer <- layer_of_fault(at)
  if (is.null(layer)) {
    return(known)
  }
  x <- activation_of_layer(at, layer)
  above <- activation_of_layer(at, layer + 1L)
  other <- products[[layer]]$other
  if (is_node(other)) known$given <- names_of(other)
  if (!is.null(x)) {
    form <- read_knowledge()$slope_forms[[x$name]]$r
    known$form <- if (is.null(form)) "" else form
    known$activation <- names_of(x$a)
    known$error <- names_of_derivative(at, table$adjoint$at(x$a))
    known$delta <- names_of_derivative(at, table$adjoint$at(x$z))
    known$slope <- names_of_slope(at, x, known$form)
  }
  if (!is.null(above)) known$above <- names_of_derivative(at, table$adjoint$at(above$z))
  known
}

# Which layer a fault belongs to; NULL for none.
layer_of_fault <- function(at) {
  evidence <- at$evidence
  fault <- evidence$fault
  activations <- evidence$table$slopes
  starts <- vapply(at$products, function(product) product$n, 1L)
  place <- find_place(at$graph, evidence$alignment, fault, evidence$step, activations)
  found <- if (is.null(place)) {
    rev(which(starts <= fault$node))
  } else if (place$role == "change") {
    which(vapply(seq_along(starts), function(i) place$index %in% owners_of_layer(at, i), NA))
  } else {
    rev(which(starts < activations[[place$index]]$a))
  }
  if (length(found) > 0L) found[[1L]]
}

# Where the next layer begins.
end_of_layer <- function(at, i) {
  if (i < length(at$products)) at$products[[i + 1L]]$n else at$graph$size + 1L
}

# The weights and the bias of a layer.
owners_of_layer <- function(at, i) {
  product <- at$products[[i]]
  sums <- which(at$evidence$table$view$forward)
  sums <- sums[sums > product$n & sums < end_of_layer(at, i)]
  owner <- at$evidence$alignment$found$owner
  added <- vapply(unlist(at$graph$parents[sums]), function(p) {
    owner_through_moves(at$graph, owner, p)
  }, 1L)
  c(product$k, added)
}

activation_of_layer <- function(at, i) {
  if (i <= length(at$products)) {
    activation_within(at$evidence$table$slopes, at$products[[i]]$n, end_of_layer(at, i))
  }
}

# How many samples there are, the rate, the biases that nothing is made of.
simple_names <- function(at) {
  graph <- at$graph
  view <- at$evidence$table$view
  fault <- at$evidence$fault
  users <- users_of(graph)
  named <- which(graph$named)
  first <- lapply(utils::head(at$products, 1L), function(product) product$other)
  inputs <- at$names_of(unlist(Filter(is_node, first)))
  single <- named[lengths(graph$shape[named]) == 0L & named < fault$node]
  plain <- single[!view$moved[single] & !view$after[single]]
  is_number <- function(n, test) isTRUE(test(as.vector(value_of(graph, n))))
  samples <- count_samples(graph, view)
  counts <- Filter(function(n) is_number(n, function(x) x == samples), plain)
  rates <- Filter(function(n) {
    any(view$after[users[[n]]]) && is_number(n, function(x) 0 < x && x < 2)
  }, plain)
  list(
    count = c(at$names_of(counts), sprintf("nrow(%s)", inputs)), rate = at$names_of(rates),
    bias = at$names_of(Filter(function(n) is_unused_bias(at, n), named)), form = ""
  )
}

# Whether a value is updated, as a bias is, though nothing of the network is made of it.
is_unused_bias <- function(at, n) {
  graph <- at$graph
  users <- users_of(graph)[[n]]
  size <- length(value_of(graph, n))
  again <- vapply(users, function(u) {
    graph$op[[u]] %in% c("add", "sub") && any(graph$names[[u]] %in% graph$names[[n]])
  }, NA)
  any(again) && size > 0L && size <= length(value_of(graph, at$evidence$fault$node)) &&
    !any(at$evidence$table$view$forward[users])
}

# The slope of an activation: what holds it, or its formula.
names_of_slope <- function(at, x, form) {
  nodes <- which(at$graph$named)
  nodes <- nodes[nodes > at$evidence$table$view$step$begin & nodes < at$evidence$fault$node]
  held <- if (length(x$slope) > 1L) {
    at$names_of(Filter(function(n) is_times(at, n, x$slope, exactly = TRUE), nodes))
  }
  names <- at$names_of(if (x$name == "relu") c(x$a, x$z) else x$a)
  c(held, if (nzchar(form)) vapply(names, fill_form, "", form = form, USE.NAMES = FALSE))
}

# The names of what is a derivative, or a multiple of it.
names_of_derivative <- function(at, adjoint) {
  if (!is.null(adjoint)) {
    nodes <- which(at$evidence$table$view$after & at$graph$named)
    nodes <- nodes[nodes < at$evidence$fault$node]
    at$names_of(Filter(function(n) is_times(at, n, adjoint), nodes))
  }
}

# Whether a value is a multiple of what is wanted, or exactly that.
is_times <- function(at, n, wanted, exactly = FALSE) {
  value <- value_of(at$graph, n)
  if (is.null(value) || length(value) != length(wanted)) {
    return(FALSE)
  }
  any(vapply(forms_alike(wanted, shape_now(value)), function(form) {
    f <- if (exactly) 1 else factor_between(value, form)
    f != 0 && is_near(value, f * form)
  }, NA))
}

# The names of values, each once; those bound nearest above the line first.
nearest_names <- function(graph, line, nodes) {
  nodes <- sort(unique(nodes[graph$named[nodes]]))
  names <- as.character(unlist(graph$names[nodes]))
  sites <- unlist(graph$bound[as.character(nodes)])
  lines <- rep(0L, length(sites))
  lines[sites > 0L] <- as.integer(unlist(graph$header$sites$line[sites[sites > 0L]]))
  off <- ifelse(lines > 0L & lines < line, line - lines, far_from_line + abs(lines - line))
  utils::head(unique(names[order(off)]), most_names)
}
