# The formulas of one step, as text that R and Python both read, and their evaluation; twin of
# check/formulas.py in Python.

right_formulas <- list(
  product = "matmul(a_prev, W)",
  z = "product + b",
  e_last = "(a - y) / divisor",
  e_hidden = "tcrossprod(delta_next, W_next)",
  delta = "e * slope",
  dW = "crossprod(a_prev, delta)",
  db = "column_sums(delta)"
)
right_losses <- list(
  squared_error = "0.5 * total((a - y) * (a - y)) / divisor",
  cross_entropy = "0 - total(y * log(a)) / divisor",
  binary_cross_entropy = "0 - total(y * log(a) + (1 - y) * log(1 - a)) / divisor"
)

# A matrix or number repeated to some rows and columns.
spread <- function(a, n, m) {
  if (is.null(dim(a))) {
    return(if (length(a) == 1L) matrix(a, n, m) else stop("no shape"))
  }
  if (!nrow(a) %in% c(1L, n) || !ncol(a) %in% c(1L, m)) stop("shapes do not fit")
  a[rep_len(seq_len(nrow(a)), n), rep_len(seq_len(ncol(a)), m), drop = FALSE]
}

# An operator that repeats rows, columns and single numbers as numpy does.
spreading <- function(operator) {
  force(operator)
  function(a, b) {
    if (length(a) == 0L || length(b) == 0L) stop("no value")
    if (is.null(dim(a)) && is.null(dim(b)) || identical(dim(a), dim(b))) {
      return(operator(a, b))
    }
    n <- max(nrow(a), nrow(b))
    m <- max(ncol(a), ncol(b))
    operator(spread(a, n, m), spread(b, n, m))
  }
}

without <- function(a, rows) {
  a[rows, ] <- 0
  a
}

decay_values <- function(values, share) {
  if (length(values) == 0L) stop("no values")
  total <- 0 * values[[1L]]
  for (value in values) total <- share * total + value
  total
}

formula_functions <- list(
  "+" = spreading(`+`),
  "-" = spreading(`-`),
  "*" = spreading(`*`),
  "/" = spreading(`/`),
  matmul = function(a, b) if (ncol(a) == nrow(b)) a %*% b else stop("shapes do not fit"),
  crossprod = function(a, b) crossprod(a, b),
  tcrossprod = function(a, b) tcrossprod(a, b),
  transpose = function(a) t(a),
  row = function(a, i) a[i, , drop = FALSE],
  without_last_row = function(a) without(a, nrow(a)),
  without_first_row = function(a) without(a, 1L),
  without_last_column = function(a) t(without(t(a), ncol(a))),
  fill_by_column = function(b, n) matrix(rep_len(c(b), n * ncol(b)), n, ncol(b)),
  column_sums = function(a) matrix(colSums(a), 1L),
  row_max = function(a) matrix(apply(a, 1L, max)),
  row_sums = function(a) matrix(rowSums(a)),
  total = function(a) matrix(sum(a)),
  labels = function(y) {
    if (ncol(y) > 1L) matrix(max.col(y, ties.method = "first") - 1) else stop("one column")
  },
  sigmoid = function(z) 1 / (1 + exp(-z)),
  power = function(base, exponent) base^exponent,
  decayed = function(values, share) decay_values(values, share),
  decayed_squares = function(values, share) decay_values(lapply(values, function(v) v * v), share)
)
formula_environment <- list2env(formula_functions, parent = baseenv())

# The value of a formula, or NULL where it can't be evaluated; `look_up` gives the value of a name.
evaluate_formula <- function(text, look_up) {
  if (is.null(parsed_formulas[[text]])) {
    expression <- parse(text = text)[[1L]]
    parsed_formulas[[text]] <- list(expression = expression, names = all.vars(expression))
  }
  formula <- parsed_formulas[[text]]
  values <- lapply(stats::setNames(formula$names, formula$names), look_up)
  tryCatch(
    suppressWarnings({
      value <- eval(formula$expression, values, formula_environment)
      if (is.null(dim(value)) && length(value) == 1L) value <- matrix(value)
      if (length(value) > 0L && !is.null(dim(value))) value
    }),
    error = function(e) NULL
  )
}

parsed_formulas <- new.env(parent = emptyenv())

# The activation of z, in native arithmetic.
activation_value <- function(name, z) {
  if (!is.null(z)) activation_functions[[name]]$value(z, native)
}

# The derivative of the activation; of the sigmoid it needs a alone.
activation_slope <- function(name, z, a) {
  if (is.null(a) || is.null(z) && name != "sigmoid") {
    return(NULL)
  }
  activation_functions[[name]]$grad(z, a, native)
}

# Every quantity of one step, in the article's order.
list_quantities <- function(depth) {
  up <- seq_len(depth)
  down <- rev(up)
  cross <- function(kinds, layers) {
    paste0(rep(kinds, length(layers)), rep(layers, each = length(kinds)))
  }
  c(
    cross(c("product", "z", "a"), up), "loss", paste0("e", depth), paste0("slope", down),
    paste0("delta", depth), if (depth > 1L) cross(c("e", "delta"), down[-1L]),
    cross(c("dW", "W"), down), cross(c("db", "b"), down)
  )
}

# The number of the article's step that computes a quantity.
step_number <- function(quantity, depth) {
  kind <- quantity_kind(quantity)
  if (kind == "product") kind <- "z"
  place <- if (quantity_layer(quantity) == depth) "last" else "hidden"
  for (step in read_catalogue()$article_steps) {
    if (any(c(kind, paste(kind, place)) %in% unlist(step$quantities))) return(step$number)
  }
}
