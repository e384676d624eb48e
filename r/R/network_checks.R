# What a network may be made of; twin of network/checks.py in python/src/twinprop.

# A matrix of one row of finite numbers; a plain vector becomes that row.
checked_row <- function(values, name) {
  row <- as_numbers(values, name)
  checked_matrix(if (is.null(dim(row))) matrix(row, 1L) else row, name)
}

# Refuse sizes and parameters with which no weights can be drawn.
check_draw <- function(n_in, units, distribution, options) {
  check_integer(n_in, "n_in", 1)
  if (!is.list(units) && !is.numeric(units)) {
    refuse("units", quote_value(units), "a list of whole numbers, one per layer")
  }
  for (i in seq_along(units)) {
    check_integer(units[[i]], paste0("units[", i - 1L, "]"), 1)
  }
  known <- names(formals(initializers[[distribution]]))[-(1:3)]
  for (option in names(options)) {
    if (!option %in% known) {
      names <- if (length(known) == 0L) "none" else paste(known, collapse = ", ")
      input_error(distribution, " has no option ", option, "; known are ", names)
    }
    check_number(options[[option]], paste(option, "of", distribution))
  }
}

# One share of dropped outputs per layer: 0 or more, less than 1, none in the last layer.
checked_dropout <- function(dropout, depth) {
  rates <- if (is.null(dropout)) rep(0, depth) else dropout
  if (length(rates) != depth) {
    found <- count_of(length(rates), "number")
    input_error("dropout has ", found, "; wanted ", depth, ", one per layer")
  }
  rates <- vapply(seq_along(rates), function(i) {
    check_share(rates[[i]], paste("dropout of layer", i))
  }, 1)
  if (rates[[depth]] > 0) {
    input_error("dropout of the last layer is above 0; wanted 0, its outputs are needed")
  }
  rates
}
