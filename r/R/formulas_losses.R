# Losses by name, with their derivatives, and the L2 penalty; twin of formulas/losses.py
# in python/src/twinprop.

reductions <- c("sum", "mean")

# A loss is a function of output and target, its derivative with respect to the output, and its
# reductions. Paired with an activation of the last layer, value_of_z takes z in place of the
# output, and delta is the derivative with respect to z, without a detour over e and slope; both are
# NULL, and paired_with is empty, where there is no such activation.

# A loss of functions without their checks, since what training gives them was checked.
new_loss <- function(value, grad, reductions = c("sum", "mean"),
                     paired_with = "", value_of_z = NULL, delta = NULL) {
  step <- function(f) if (!is.null(f)) unchecked(f)
  list(
    value = step(value), grad = step(grad), reductions = reductions, paired_with = paired_with,
    value_of_z = step(value_of_z), delta = step(delta)
  )
}

# Evaluated when first used: the functions are in files that are loaded later.
delayedAssign("losses", list(
  squared_error = new_loss(squared_error, squared_error_grad),
  sum_squared_error = new_loss(sum_squared_error, sum_squared_error_grad, "sum"),
  mean_squared_error = new_loss(mean_squared_error, mean_squared_error_grad, "mean"),
  binary_cross_entropy = new_loss(
    binary_cross_entropy, binary_cross_entropy_grad,
    paired_with = "sigmoid",
    value_of_z = binary_cross_entropy_of_z, delta = binary_cross_entropy_delta
  ),
  cross_entropy = new_loss(
    cross_entropy, cross_entropy_grad,
    paired_with = "softmax", value_of_z = cross_entropy_of_z, delta = cross_entropy_delta
  )
))

#' The reduction of a loss, the given one or its own.
#'
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples; NULL takes the loss's own,
#'   "sum" where it has both.
#' @return character. "sum" or "mean".
#' @examples
#' loss_reduction("mean_squared_error")
#' @export
loss_reduction <- function(loss, reduction = NULL) {
  known <- losses[[check_name("loss", loss, names(losses))]]$reductions
  if (is.null(reduction)) {
    return(known[[1L]])
  }
  check_name("reduction", reduction, c("sum", "mean"))
  if (!reduction %in% known) {
    input_error("reduction of ", loss, " is \"", reduction, "\"; wanted \"", known[[1L]], "\"")
  }
  reduction
}

#' L2 penalty, l2 / 2 times the sum of all squared weights.
#'
#' It is added to the loss; its derivative l2 W is added to the derivative of each W. Biases have no
#' part in it, and neither has the number of samples: the alpha of scikit-learn is l2 times n.
#'
#' @param weights list of (n_in, n_out) double. One matrix per layer.
#' @param l2 double. Strength of the penalty.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. The penalty.
#' @examples
#' l2_penalty(list(matrix(c(1, 2), 1), matrix(3)), 0.5)
#' @export
l2_penalty <- function(weights, l2, arithmetic = native) {
  check_not_negative(l2, "l2")
  check_arithmetic(arithmetic)
  penalty <- 0
  for (i in seq_along(weights)) {
    w <- as_numbers(weights[[i]], paste0("W", i))
    penalty <- penalty + 0.5 * l2 * arithmetic$total(w * w)
  }
  penalty
}
