# The options of activations; twin of formulas/activation_options.py in python/src/twinprop.

#' Name and options of a layer's activation; the alpha of prelu becomes one for each unit.
#'
#' @param activation character or dict. A name such as "sigmoid", or the name with options, as name
#'   "leaky_relu" and slope 0.2.
#' @param n_out integer. Units of the layer.
#' @return name and options. Options that are not given keep the activation's own values.
#' @examples
#' activation_options(list(name = "leaky_relu", slope = 0.2), 3)
#' @export
activation_options <- function(activation, n_out) {
  given <- if (is.list(activation)) activation else list(name = activation)
  name <- check_name("activation", given$name, names(activation_functions))
  given$name <- NULL
  known <- activation_functions[[name]]$options
  for (option in names(given)) {
    if (!option %in% known) {
      known <- if (length(known) == 0L) "none" else paste(known, collapse = ", ")
      input_error(name, " has no option ", option, "; known are ", known)
    }
    for (number in as_numbers(unlist(given[[option]]), paste(option, "of", name))) {
      check_number(number, paste(option, "of", name))
    }
  }
  if (name == "prelu") {
    alpha <- as.double(value_or(given, "alpha", 0.25))
    if (!length(alpha) %in% c(1L, n_out)) {
      found <- count_of(length(alpha), "number")
      input_error("alpha of prelu has ", found, "; wanted 1 or ", n_out)
    }
    given$alpha <- matrix(alpha, 1L, n_out)
  }
  if (name == "rrelu" && value_or(given, "lower", 0.125) > value_or(given, "upper", 1 / 3)) {
    input_error("lower of rrelu is above upper; wanted lower <= upper")
  }
  list(name, given)
}

# The functions of an activation, with options in place.
bind_options <- function(activation, options) {
  bound <- activation_functions[[activation]]
  for (part in if (length(options) > 0L) c("value", "grad")) {
    # As new defaults: a call with options costs no more than one without.
    formals(bound[[part]])[names(options)] <- options
  }
  bound
}
