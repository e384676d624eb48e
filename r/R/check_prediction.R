# One step computed from what a script itself had before: rightly, or with a mistake in it; twin of
# check/prediction.py in Python.
#
# `inputs` is a list of x, y, before, activations, lr, divisor, earlier; `mistake` one of formulas,
# layers and fit, or NULL.

# Predictions of every quantity, each from the values that the script had before it, and the fitted
# numbers k.
predict_step <- function(inputs, seen, mistake = NULL) {
  step <- new.env(parent = emptyenv())
  step$inputs <- inputs
  step$seen <- seen
  step$mistake <- mistake
  step$predicted <- step$fitted <- list()
  step$values <- list(a0 = inputs$x)
  depth <- length(inputs$activations)
  for (layer in seq_len(depth)) predict_forward(step, layer)
  put_value(step, "loss", predict_formula(step, "loss", depth))
  for (layer in rev(seq_len(depth))) predict_backward(step, layer)
  list(predicted = step$predicted, fitted = step$fitted)
}

put_value <- function(step, quantity, value) {
  step$predicted[[quantity]] <- value
  theirs <- step$seen[[quantity, exact = TRUE]]
  step$values[[quantity]] <- if (is.null(theirs)) value else theirs
}

predict_forward <- function(step, layer) {
  put_value(step, paste0("product", layer), predict_formula(step, "product", layer))
  put_value(step, paste0("z", layer), predict_formula(step, "z", layer))
  z <- step$values[[paste0("z", layer)]]
  right <- activation_value(step$inputs$activations[[layer]], z)
  put_value(step, paste0("a", layer), predict_formula(step, "a", layer, right))
}

predict_backward <- function(step, layer) {
  place <- if (layer == length(step$inputs$activations)) "e_last" else "e_hidden"
  e <- predict_formula(step, place, layer)
  put_value(step, paste0("e", layer), predict_formula(step, "e", layer, e))
  z <- step$values[[paste0("z", layer)]]
  a <- step$values[[paste0("a", layer)]]
  slope <- if (place == "e_last" && step$inputs$loss != "squared_error") {
    if (!is.null(a)) a * 0 + 1 # delta is a - y itself
  } else {
    activation_slope(step$inputs$activations[[layer]], z, a)
  }
  put_value(step, paste0("slope", layer), predict_formula(step, "slope", layer, slope))
  put_value(step, paste0("delta", layer), predict_formula(step, "delta", layer))
  for (parameter in c("W", "b")) {
    kind <- paste0("d", parameter)
    right <- evaluate_formula(right_formulas[[kind]], function(n) formula_value(step, layer, n))
    more <- stats::setNames(list(right), paste0(kind, "_right"))
    put_value(step, paste0(kind, layer), predict_formula(step, kind, layer, more = more))
    quantity <- paste0(parameter, layer)
    new <- predict_update(step, parameter, layer)
    step$predicted[[quantity]] <- new
    theirs <- step$seen[[quantity, exact = TRUE]]
    step$values[[paste("new", quantity)]] <- if (is.null(theirs)) new else theirs
  }
}

predict_update <- function(step, parameter, layer) {
  text <- update_of(parameter, read_catalogue()$updates[[step$inputs$optimizer]])
  right <- evaluate_formula(text, function(name) formula_value(step, layer, name))
  more <- stats::setNames(list(right), paste0(parameter, "_right"))
  predict_formula(step, parameter, layer, right, more)
}

# The right or the mistaken formula of a kind of quantity in a layer.
predict_formula <- function(step, kind, layer, right = NULL, more = list()) {
  mistake <- step$mistake
  text <- if (!is.null(mistake) && layer %in% mistake$layers) mistake$formulas[[kind, exact = TRUE]]
  if (is.null(text)) {
    text <- right_formulas[[kind, exact = TRUE]]
    if (kind == "loss") text <- right_losses[[step$inputs$loss]]
    if (is.null(text)) {
      return(right)
    }
  } else if (!is.null(mistake$fit) && grepl("k", mistake$fit, fixed = TRUE)) {
    return(predict_fit(step, text, kind, layer, more))
  }
  evaluate_formula(text, function(name) {
    if (name %in% names(more)) more[[name]] else formula_value(step, layer, name)
  })
}

# The formula with the k that comes nearest to the script's value; linear in k.
predict_fit <- function(step, text, kind, layer, more) {
  quantity <- paste0(kind, layer)
  theirs <- step$seen[[quantity, exact = TRUE]]
  with_k <- function(k) {
    evaluate_formula(text, function(name) {
      more$k <- k
      if (name %in% names(more)) more[[name]] else formula_value(step, layer, name)
    })
  }
  base <- with_k(0)
  one <- with_k(1)
  if (is.null(one) || !same_dim(theirs, base)) {
    return(NULL)
  }
  direction <- one - base
  square <- sum(direction * direction)
  if (!is.finite(square) || square == 0) {
    return(NULL)
  }
  k <- sum((theirs - base) * direction) / square
  step$fitted[[quantity]] <- k
  base + k * direction
}

# What a name in a formula of a layer stands for.
formula_value <- function(step, layer, name) {
  inputs <- step$inputs
  if (name %in% c("x", "y", "lr", "divisor")) {
    return(inputs[[name]])
  }
  if (name %in% names(inputs$numbers)) {
    return(inputs$numbers[[name]])
  }
  if (name == "epoch") {
    return(inputs$epoch)
  }
  if (name == "t" || endsWith(name, "_all")) {
    return(steps_until_now(step, layer, name))
  }
  if (startsWith(name, "n")) {
    above <- inputs$before[[paste0("W", layer + 1L), exact = TRUE]]
    own <- dim(inputs$before[[paste0("W", layer), exact = TRUE]])
    return(switch(name,
      n = nrow(inputs$x), n_features = ncol(inputs$x), n_in = own[1L], n_out = own[2L],
      n_out_next = ncol(above)
    ))
  }
  if (name == "W_next_new") {
    return(step$values[[paste0("new W", layer + 1L), exact = TRUE]])
  }
  kind <- sub("_.*$", "", name)
  place <- sub("^[^_]*_?", "", name)
  if (place == "previous") {
    return(inputs$earlier[[paste0(kind, layer), exact = TRUE]])
  }
  at <- layer + switch(place, prev = -1L, `next` = 1L, 0L)
  values <- if (kind %in% c("W", "b")) inputs$before else step$values
  values[[paste0(kind, at), exact = TRUE]]
}

# The number of steps until now, or all their gradients; NULL where some were not seen.
steps_until_now <- function(step, layer, name) {
  history <- step$inputs$history
  if (is.null(history) || name == "t") {
    return(if (!is.null(history)) length(history) + 1)
  }
  quantity <- paste0(sub("_all", "", name, fixed = TRUE), layer)
  found <- lapply(c(history, list(step$values)), function(one) one[[quantity, exact = TRUE]])
  if (all(lengths(found) > 0L)) found
}
