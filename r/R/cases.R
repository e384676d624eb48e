# Cases: problems read from JSON files, and run; twin of python/src/twinprop/cases.py.
#
# The format is described in shared_fixtures/README.md.

case_format <- 1L
network_keys <- c("format", "id", "title", "source", "layers", "loss", "data", "initial")
distribution_options <- list(uniform = c("low", "high"), normal = c("mean", "sd"))

#' Read a case from its JSON file, and check every key of it.
#'
#' @param path character. The file.
#' @param seed integer or NULL. Seed of the starting weights instead of the file's; NULL keeps the
#'   file's.
#' @return case. Argument of run_case.
#' @examples
#' case <- read_case(system.file("fixtures", "cases", "xor-2-2-1.json", package = "twinprop"))
#' case$title
#' @export
read_case <- function(path, seed = NULL) {
  where <- paste0(basename(path), ":")
  document <- read_json(path, where)
  check_object(document, where, network_keys, "training")
  check_integer(document$format, paste(where, "format"), case_format, case_format)
  layers <- read_layers(document$layers, paste(where, "layers"))
  loss <- check_object(document$loss, paste(where, "loss"), "name", "reduction")
  data <- read_data(document$data, paste(where, "data"), path)
  n_out <- layers$units[[length(layers$units)]]
  if (ncol(data$y) != n_out) {
    found <- paste("of", n_out, "units in the last layer")
    refuse(paste(where, "layers"), found, paste0(ncol(data$y), ", the columns of y"))
  }
  check_memory(dim(data$x), layers$units, where)
  reduction <- value_or(loss, "reduction", "sum")
  list(
    id = check_id(document$id, paste(where, "id")),
    title = check_text(document$title, paste(where, "title")),
    source = check_text(document$source, paste(where, "source")),
    network = read_initial(
      document$initial, paste(where, "initial"), ncol(data$x), layers$units, layers$activations,
      seed
    ),
    loss = check_choice(loss$name, paste(where, "loss.name"), names(losses)),
    reduction = check_choice(reduction, paste(where, "loss.reduction"), reductions),
    data = data,
    training = read_training(document, paste(where, "training"))
  )
}

#' Run a case: train its network, or compute the gradients of one step.
#'
#' @param case case. Of read_case.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return trace. Every named quantity of the recorded epochs, in the order of computation.
#' @examples
#' case <- read_case(system.file("fixtures", "cases", "xor-2-2-1.json", package = "twinprop"))
#' names(run_case(case))[1:4]
#' @export
run_case <- function(case, arithmetic = native) {
  network <- case$network
  trace <- parameter_trace("0", network)
  x <- case$data$x
  y <- case$data$y
  plan <- case$training
  if (is.null(plan)) {
    cache <- forward(network, x, arithmetic)
    gradients <- backward(network, cache, y, case$loss, case$reduction, arithmetic)
    output <- cache$a[[length(cache$a)]]
    value <- losses[[case$loss]]$value(output, y, case$reduction, arithmetic)
    trace <- c(trace, step_trace("1", cache, value, gradients))
  } else {
    training <- train(
      network, x, y, case$loss, case$reduction, plan$optimizer, plan$learning_rate, plan$epochs,
      plan$batch_size, plan$shuffle_seed, plan$record, arithmetic
    )
    network <- training$network
    trace <- c(trace, training$trace)
  }
  if (!is.null(case$data$held_out_x)) {
    a <- forward(network, case$data$held_out_x, arithmetic)$a
    output <- a[[length(a)]]
    trace[[paste0("held_out/a", length(network$weights))]] <- output
    trace[["held_out/accuracy"]] <- accuracy(output, case$data$held_out_y)
  }
  trace
}

# A name that is also a good file name.
check_id <- function(value, where) {
  if (!is_text(value) || !grepl("^[a-z0-9][a-z0-9-]{0,99}$", value)) {
    wanted <- "lower-case letters, digits and hyphens, as in xor-2-2-1"
    refuse(where, quote_value(value), wanted)
  }
  value
}

# Units and activations of all layers.
read_layers <- function(value, where) {
  units <- activations <- list()
  check_list(value, where)
  for (i in seq_along(value)) {
    here <- paste0(where, "[", i - 1L, "]")
    layer <- check_object(value[[i]], here, c("units", "activation"), character())
    units[[i]] <- check_integer(layer$units, paste0(here, ".units"), 1)
    known <- names(activation_functions)
    activations[[i]] <- check_choice(layer$activation, paste0(here, ".activation"), known)
  }
  list(units = unlist(units), activations = unlist(activations))
}

# The starting network: drawn from the shared generator, or of given weights and biases.
read_initial <- function(value, where, n_in, units, activations, seed) {
  if ("distribution" %in% names(value)) {
    known <- names(initializers)
    name <- check_choice(value$distribution, paste0(where, ".distribution"), known)
    known <- distribution_options[[name]]
    check_object(value, where, c("distribution", "seed"), known)
    drawn <- check_integer(value$seed, paste0(where, ".seed"), -largest_integer)
    keys <- intersect(known, names(value))
    options <- lapply(keys, function(key) check_number(value[[key]], paste0(where, ".", key)))
    names(options) <- keys
    seed <- if (is.null(seed)) drawn else seed
    return(do.call(draw_network, c(list(n_in, units, activations, name, seed), options)))
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
  new_network(weights, biases, activations)
}

# Refuse a matrix of another shape than the layers need.
check_array <- function(value, where, wanted) {
  if (any(dim(value) != wanted)) {
    refuse(where, paste("of the shape", show_shape(dim(value))), show_shape(wanted))
  }
}

# The training plan, or NULL where a case has none.
read_training <- function(document, where) {
  if (!"training" %in% names(document)) {
    return(NULL)
  }
  value <- document$training
  check_object(value, where, c("optimizer", "epochs"), c("batch_size", "shuffle_seed", "record"))
  key <- paste0(where, ".optimizer")
  optimizer <- check_object(value$optimizer, key, c("name", "learning_rate"), character())
  epochs <- check_integer(value$epochs, paste0(where, ".epochs"), 1)
  record <- epochs
  if ("record" %in% names(value)) {
    check_list(value$record, paste0(where, ".record"))
    record <- vapply(seq_along(value$record), function(i) {
      check_integer(value$record[[i]], paste0(where, ".record[", i - 1L, "]"), 1, epochs)
    }, 1L)
  }
  list(
    optimizer = check_choice(optimizer$name, paste0(key, ".name"), names(optimizers)),
    learning_rate = check_number(optimizer$learning_rate, paste0(key, ".learning_rate")),
    epochs = epochs,
    batch_size = optional_integer(value, "batch_size", where, 1),
    shuffle_seed = optional_integer(value, "shuffle_seed", where, -largest_integer),
    record = record
  )
}

# A whole number where the key is there, else NULL.
optional_integer <- function(value, key, where, low) {
  if (key %in% names(value)) check_integer(value[[key]], key_of(where, key), low)
}

# Refuse layers for which this machine has not enough memory.
#
# A step holds each layer's weights three times (before, gradient, after) and six matrices of its
# size for all samples (z, a, e, slope, delta and one in the making).
check_memory <- function(shape, units, where) {
  n_in <- c(shape[2L], units[-length(units)])
  numbers <- sum(3 * (n_in + 1) * as.double(units) + 6 * shape[1L] * as.double(units))
  needed <- 8 * numbers / 2^30
  present <- machine_memory() / 2^30
  if (needed > present) {
    input_error(
      where, " layers need ", sprintf("%.1f", needed), " GiB of memory; this machine has ",
      sprintf("%.1f", present), " GiB; use fewer units"
    )
  }
}

# Bytes of memory of this machine; infinite where the system does not tell.
machine_memory <- function() {
  if (!file.exists("/proc/meminfo")) {
    return(Inf)
  }
  total <- grep("^MemTotal:", readLines("/proc/meminfo"), value = TRUE)
  1024 * as.double(gsub("[^0-9]", "", total))
}
