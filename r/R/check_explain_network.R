# What network a program trains, in the words of a case and in a sentence; twin of
# check/explain/network.py in Python.

loss_words <- c(
  squared_error = "squared error", binary_cross_entropy = "binary cross-entropy",
  cross_entropy = "cross-entropy", absolute_error = "absolute error",
  perceptron = "the perceptron's rule", own = "a loss of its own"
)
rule_words <- c(
  gradient_descent = "gradient descent", momentum = "momentum", rmsprop = "RMSprop",
  adagrad = "AdaGrad", adam = "Adam", adam_folded = "Adam with its correction in the rate",
  amsgrad = "AMSGrad", nadam = "Nadam", adamax = "AdaMax", adadelta = "AdaDelta",
  rprop = "Rprop", minimiser = "a minimiser that is given the gradient",
  adam_uncorrected = "Adam without the correction of its start", unknown = "a rule of its own"
)

# The network of a recording: sentence, inputs, layers, loss, training; layers are empty where the
# units are single numbers, or where none was recognised.
describe_network <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  view <- alignment$views[[1L]]
  found <- list_layers(graph, view, alignment$found$owner)
  samples <- count_samples(graph, view)
  rate <- read_rate(graph, view, best, samples)
  document <- list(
    inputs = found$inputs, layers = found$layers,
    loss = list(name = name_loss(graph, view, best, alignment$found$gates),
                reduction = rate$reduction),
    training = list(optimizer = describe_optimizer(best, rate$rate), batch = samples)
  )
  if (is_minimised(graph, alignment$views)) document$training$optimizer$name <- "minimiser"
  document$sentence <- say_network(document, best)
  document
}

# The loss, or the rule of an output that jumps and so has none, or is held against 0 alone.
name_loss <- function(graph, view, best, gates) {
  jumps <- any(vapply(view$outputs, function(a) length(find_jump(graph, view, a)) > 0L, NA))
  asks <- length(gates) > 0L && all(vapply(view$targets, is_zero_target, NA))
  if (jumps || asks) "perceptron" else best$family
}

is_zero_target <- function(y) is.list(y) && isTRUE(all.equal(as.double(y[[1L]]), 0))

# Inputs, and units and activation of each layer, in order.
list_layers <- function(graph, view, owner) {
  activations <- find_activations(graph, view)
  products <- find_products(graph, view, owner)
  inputs <- NULL
  layers <- list()
  for (i in seq_along(products)) {
    product <- products[[i]]
    until <- if (i < length(products)) products[[i + 1L]]$n else graph$size + 1L
    sizes <- sizes_of_product(product)
    if (i > 1L && layers[[i - 1L]]$units == 1L && sizes[[1L]] != 1L) {
      return(list(inputs = NULL, layers = list())) # each unit has a vector of its own
    }
    if (is.null(inputs)) inputs <- sizes[[1L]]
    activation <- activation_between(activations, product$n, until)
    layers[[i]] <- list(units = sizes[[2L]], activation = activation)
  }
  last <- length(layers)
  if (last > 0L && layers[[last]]$activation == "identity") { # in 1 / (1 + exp(-h %*% w)) is no z
    turned <- is_made_by(graph, view$outputs[[1L]], "sigmoid")
    if (turned) layers[[last]]$activation <- "sigmoid"
  }
  list(inputs = inputs, layers = layers)
}

# The products of the way forward, one for each matrix of weights, in order.
find_products <- function(graph, view, owner) {
  seen <- integer(0)
  products <- list()
  for (n in which(view$forward & graph$op %in% setdiff(product_operations, "mul"))) {
    args <- graph$args[[n]]
    for (side in seq_len(min(2L, length(args)))) {
      k <- if (is_node(args[[side]])) owner_through_moves(graph, owner, args[[side]]) else 0L
      other <- if (length(args) > 1L) args[[3L - side]] else args[[side]]
      if (k > 0L && !k %in% seen && !is_ones(graph, other)) {
        seen <- c(seen, k)
        product <- list(
          n = n, side = side, shape = graph$shape[[args[[side]]]], k = k, other = other
        )
        products[[length(products) + 1L]] <- product
      }
    }
  }
  products
}

# How many numbers go into a product with weights, and how many come out.
sizes_of_product <- function(product) {
  shape <- product$shape
  sizes <- if (length(shape) == 2L) shape else c(as.integer(prod(shape)), 1L)
  if (product$side == 1L && length(shape) == 2L) rev(sizes) else sizes
}

# Whether an operand is a column of ones, which spreads a bias over the samples.
is_ones <- function(graph, argument) {
  value <- operand_of(graph, argument)
  length(value) > 1L && min(length(value), dim(value)) == 1L && all_true(value == 1)
}

owner_through_moves <- function(graph, owner, n) {
  for (k in 1:6) {
    if (owner[[n]] > 0L) return(owner[[n]])
    if (graph$op[[n]] != "move" || length(graph$parents[[n]]) == 0L) break
    n <- graph$parents[[n]][[1L]]
  }
  0L
}

activation_within <- function(activations, n, until) {
  Find(function(x) n <= x$z && n < x$a && x$a < until, activations)
}

activation_between <- function(activations, n, until) {
  found <- activation_within(activations, n, until)
  if (is.null(found)) "identity" else found$name
}

# How many samples a step takes; 1 where all that is known of them is a loss.
count_samples <- function(graph, view) {
  if (all(vapply(view$targets, is_zero_target, NA))) {
    return(1L)
  }
  columns <- is_in_columns(graph, view)
  rows <- vapply(view$outputs, function(a) {
    shape <- graph$shape[[a]]
    if (length(shape) == 0L) 1L else shape[[if (length(shape) == 2L && columns) 2L else 1L]]
  }, 1L)
  sum(rows)
}

# Whether samples are columns: weights stand on the left of the product.
is_in_columns <- function(graph, view) {
  products <- which(view$forward & graph$op == "matmul")
  if (length(products) == 0L) {
    return(FALSE)
  }
  first <- graph$args[[products[[1L]]]][[1L]]
  is_node(first) && view$moved[[first]]
}

# The learning rate as it is written, and whether the loss is a sum or a mean.
read_rate <- function(graph, view, best, samples) {
  factor <- best$factors[[1L]]
  written <- written_numbers(graph, view)
  written <- written[written > 0]
  stands <- function(x) any(abs(x - written) <= 1e-9 * abs(x))
  if (samples > 1L && !stands(factor)) {
    for (rate in c(factor * samples, factor * samples / 2)) {
      if (stands(rate)) return(list(rate = rate, reduction = "mean"))
    }
  }
  list(rate = factor, reduction = "sum")
}

describe_optimizer <- function(best, rate) {
  rule <- best$rule[!names(best$rule) %in% c("inside", "no_root", "ahead", "cut_off")]
  if (rule$name %in% c("gradient_descent", "momentum")) {
    rule$rate <- if (is.null(best$rule$cut_off)) rate else best$rule$cut_off
  }
  if (length(best$decays) > 0L && is.null(rule$decay)) {
    decay <- best$decays[[1L]]
    rule$l2 <- if (best$factors[[1L]] != 0) decay / best$factors[[1L]] else decay
  }
  rule$learning_rate <- rule$rate
  rule$rate <- NULL
  rule
}

say_network <- function(document, best) {
  layers <- document$layers
  shape <- if (length(layers) > 0L) {
    units <- vapply(layers, function(x) x$units, 1L)
    paste0(
      paste(c(document$inputs, units), collapse = "-"), ", ",
      paste(vapply(layers, function(x) x$activation, ""), collapse = ", ")
    )
  } else {
    single <- all(vapply(best$rows[[1L]], function(r) length(r$old) == 1L, NA))
    kept <- if (single) "single numbers" else "parameters"
    paste("a network of", length(best$rows[[1L]]), kept)
  }
  optimizer <- document$training$optimizer
  batch <- document$training$batch
  taken <- if (document$loss$reduction == "mean") {
    paste("mean over", batch, "samples in a step")
  } else if (batch == 1L) {
    "one sample at a time"
  } else {
    paste(batch, "samples in a step")
  }
  text <- paste0(
    shape, " with ", loss_words[[document$loss$name]], ", ", taken, ", ",
    rule_words[[optimizer$name]]
  )
  number <- function(x) sprintf("%.6g", x)
  if (!optimizer$name %in% c("unknown", "minimiser")) {
    text <- paste0(text, ", rate ", number(optimizer$learning_rate))
  }
  if (!is.null(optimizer$momentum)) text <- paste0(text, ", momentum ", number(optimizer$momentum))
  if (!is.null(optimizer$l2)) text <- paste0(text, ", L2 ", number(optimizer$l2))
  text
}
