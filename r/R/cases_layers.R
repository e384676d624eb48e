# The layers of a case and their starting weights, twin of cases/layers.py
# in python/src/twinprop.

distribution_options <- list(
  uniform = c("low", "high"), normal = c("mean", "sd"), glorot = character(), he = character(),
  zeros = character()
)

# Units, activations and dropout of all layers.
read_layers <- function(value, where) {
  units <- activations <- dropout <- vector("list", length(check_list(value, where)))
  for (i in seq_along(value)) {
    here <- paste0(where, "[", i - 1L, "]")
    layer <- check_object(value[[i]], here, c("units", "activation"), "dropout")
    units[[i]] <- check_integer(layer$units, paste0(here, ".units"), 1)
    activation <- read_activation(layer$activation, paste0(here, ".activation"))
    check_alpha(activation, paste0(here, ".activation.alpha"), units[[i]])
    activations[[i]] <- activation
    rate <- check_share(value_or(layer, "dropout", 0), paste0(here, ".dropout"))
    if (rate > 0 && i == length(value)) {
      found <- sprintf("%.15g in the last layer", rate)
      refuse(paste0(here, ".dropout"), found, "0, its outputs are needed")
    }
    dropout[[i]] <- rate
  }
  list(units = unlist(units), activations = activations, dropout = unlist(dropout))
}

# An activation: its name alone, or an object with the name and options.
read_activation <- function(value, where) {
  known <- names(activation_functions)
  if (is.null(names(value))) {
    return(list(name = check_choice(value, where, known)))
  }
  if (!"name" %in% names(value)) {
    check_object(value, where, "name", character())
  }
  name <- check_choice(value$name, paste0(where, ".name"), known)
  options <- activation_functions[[name]]$options
  check_object(value, where, "name", options)
  # The slopes of prelu may be a list, one for each unit.
  several <- name == "prelu" && is.list(value$alpha) && is.null(names(value$alpha))
  read <- read_numbers(value, where, options, if (several) check_row else check_number)
  if (name == "rrelu" && value_or(read, "lower", 0.125) > value_or(read, "upper", 1 / 3)) {
    refuse(paste0(where, ".lower"), "above upper", "lower <= upper")
  }
  c(list(name = name), read)
}

# The numbers of those keys that are there.
read_numbers <- function(value, where, keys, check = check_number) {
  keys <- keys[keys %in% names(value)]
  numbers <- lapply(keys, function(key) check(value[[key]], paste0(where, ".", key)))
  names(numbers) <- keys
  numbers
}

# Refuse slopes of prelu that are neither one nor as many as units.
check_alpha <- function(activation, where, units) {
  found <- length(value_or(activation, "alpha", 0))
  if (!found %in% c(1L, units)) {
    wanted <- paste0("one number, or ", units, ", as many as units")
    refuse(where, paste("a list of", found), wanted)
  }
}

# The starting network: drawn from the shared generator, or of given weights and biases.
read_initial <- function(value, where, n_in, layers, seed) {
  units <- layers$units
  activations <- layers$activations
  dropout <- layers$dropout
  if ("distribution" %in% names(value)) {
    known <- names(initializers)
    name <- check_choice(value$distribution, paste0(where, ".distribution"), known)
    known <- distribution_options[[name]]
    check_object(value, where, c("distribution", "seed"), known)
    drawn <- check_integer(value$seed, paste0(where, ".seed"), -largest_integer)
    options <- read_numbers(value, where, known)
    check_distribution(options, where)
    seed <- if (is.null(seed)) drawn else seed
    return(do.call(
      draw_network, c(list(n_in, units, activations, name, seed, dropout), options)
    ))
  }
  if (!is.null(seed)) {
    refuse(where, "of given weights", "a distribution, since a seed is given")
  }
  check_object(value, where, paste0(c("W", "b"), rep(seq_along(units), each = 2L)), character())
  weights <- biases <- vector("list", length(units))
  for (i in seq_along(units)) {
    w <- paste0("W", i)
    b <- paste0("b", i)
    weights[[i]] <- check_matrix(value[[w]], paste0(where, ".", w))
    biases[[i]] <- check_row(value[[b]], paste0(where, ".", b))
    check_array(weights[[i]], paste0(where, ".", w), c(n_in, units[[i]]))
    check_array(biases[[i]], paste0(where, ".", b), c(1L, units[[i]]))
    n_in <- units[[i]]
  }
  new_network(weights, biases, activations, dropout)
}

# Refuse a lower end above the upper, and a negative standard deviation.
check_distribution <- function(options, where) {
  low <- value_or(options, "low", 0)
  high <- value_or(options, "high", 1)
  check_range(low, high, paste0(where, ".low"), paste0(where, ".high"))
  check_not_negative(value_or(options, "sd", 1), paste0(where, ".sd"))
}

# Refuse a matrix of another shape than the layers need.
check_array <- function(value, where, wanted) {
  if (any(dim(value) != wanted)) {
    refuse(where, paste("of the shape", show_shape(dim(value))), show_shape(wanted))
  }
}
