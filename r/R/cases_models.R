# Trained networks as JSON files that either language reads; twin of cases/models.py
# in python/src/twinprop.

model_format <- 1L

#' Write a network as a JSON file: its layers as a case has them, then W1, b1, W2, b2 and so on.
#'
#' Numbers are written so that they are read back as the same bits.
#'
#' @param network network. Of new_network, draw_network or train.
#' @param path character. The file.
#' @return NULL. Nothing.
#' @examples
#' path <- tempfile(fileext = ".json")
#' write_model(draw_network(2, 1, "sigmoid"), path)
#' predict(read_model(path), matrix(c(0, 1), 1))
#' @export
write_model <- function(network, path) {
  check_network(network)
  quoted <- function(names, values) paste0("\"", names, "\": ", values)
  numbers <- function(x) if (length(x) == 1L) format_numbers(x) else bracket(format_numbers(x))
  layers <- vapply(network, function(layer) {
    options <- layer$options
    name <- quoted("name", quote_json(layer$activation))
    given <- if (length(options) > 0L) quoted(names(options), vapply(options, numbers, ""))
    activation <- paste0("{", paste(c(name, given), collapse = ", "), "}")
    values <- c(ncol(layer$bias), activation, format_numbers(layer$dropout))
    paste0("{", paste(quoted(c("units", "activation", "dropout"), values), collapse = ", "), "}")
  }, "")
  arrays <- lapply(seq_along(network), function(i) {
    w <- network[[i]]$weights
    rows <- apply(matrix(format_numbers(w), nrow(w)), 1L, bracket)
    b <- bracket(format_numbers(network[[i]]$bias))
    quoted(paste0(c("W", "b"), i), c(bracket(rows), b))
  })
  lines <- c(
    quoted("format", model_format), quoted("inputs", nrow(network[[1L]]$weights)),
    quoted("layers", bracket(layers)), unlist(arrays)
  )
  write_whole(path, paste0("{\n", paste(lines, collapse = ",\n"), "\n}\n"))
}

#' Read a network from a JSON file of write_model, and check every key of it.
#'
#' @param path character. The file.
#' @return network. Ready to predict or to train on.
#' @examples
#' path <- tempfile(fileext = ".json")
#' write_model(draw_network(2, 1, "sigmoid", seed = 3), path)
#' read_model(path)
#' @export
read_model <- function(path) {
  check_path(path)
  where <- paste0(basename(path), ":")
  document <- read_json(path, where)
  required <- c("format", "inputs", "layers")
  if (!"layers" %in% names(document)) {
    check_object(document, where, required, character())
  }
  layers <- read_layers(document$layers, paste(where, "layers"))
  names <- paste0(c("W", "b"), rep(seq_along(layers$units), each = 2L))
  check_object(document, where, c(required, names), character())
  check_integer(document$format, paste(where, "format"), model_format, model_format)
  n_in <- check_integer(document$inputs, paste(where, "inputs"), 1)
  weights <- biases <- vector("list", length(layers$units))
  for (i in seq_along(layers$units)) {
    n_out <- layers$units[[i]]
    weights[[i]] <- model_array(check_matrix, document, where, paste0("W", i), c(n_in, n_out))
    biases[[i]] <- model_array(check_row, document, where, paste0("b", i), c(1L, n_out))
    n_in <- n_out
  }
  new_network(weights, biases, layers$activations, layers$dropout)
}

# An array of a model, of the shape that its layers need.
model_array <- function(check, document, where, key, shape) {
  array <- check(document[[key]], paste(where, key))
  check_array(array, paste(where, key), shape)
  array
}
