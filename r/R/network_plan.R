# How a network is trained; twin of network/plan.py in python/src/twinprop.

#' Plan of a training: the loss, the rule that moves the parameters, and how often.
#'
#' @param loss character. Name of the loss.
#' @param reduction character or NULL. "sum" or "mean" over the samples of a step; NULL takes the
#'   loss's own, "sum" where it has both.
#' @param optimizer character. Name of the rule that moves the parameters.
#' @param learning_rate double or NULL. Length of the step; NULL takes the optimizer's own.
#' @param epochs integer. How often all samples are used.
#' @param batch_size integer or NULL. Samples of a step; NULL takes all. The last batch of an epoch
#'   may be smaller.
#' @param shuffle_seed integer or NULL. Seed of a new order of the samples in each epoch; NULL keeps
#'   them in order.
#' @param record list of integer or NULL. Epochs to trace; NULL traces the last.
#' @param l2 double. Strength of the L2 penalty on the weights.
#' @param draw_seed integer or NULL. Seed of the numbers that dropout and rrelu draw in each step;
#'   NULL where there are none.
#' @param ... double. Options of the optimizer, such as momentum, or beta_1, beta_2 and epsilon.
#' @return plan. Argument of train.
#' @examples
#' new_plan(epochs = 3)$record
#' @export
new_plan <- function(loss = "squared_error", reduction = NULL, optimizer = "gradient_descent",
                     learning_rate = NULL, epochs = 1, batch_size = NULL, shuffle_seed = NULL,
                     record = NULL, l2 = 0, draw_seed = NULL, ...) {
  reduction <- loss_reduction(loss, reduction)
  check_name("optimizer", optimizer, names(optimizers))
  if (is.null(learning_rate)) {
    learning_rate <- learning_rates[[optimizer]]
  }
  check_not_negative(learning_rate, "learning_rate")
  epochs <- check_integer(epochs, "epochs", 1)
  if (!is.null(batch_size)) {
    batch_size <- check_integer(batch_size, "batch_size", 1)
  }
  check_not_negative(l2, "l2")
  options <- list(...)
  check_optimizer_options(optimizer, options)
  structure(
    list(
      loss = loss,
      reduction = reduction,
      optimizer = optimizer,
      learning_rate = learning_rate,
      epochs = epochs,
      batch_size = batch_size,
      shuffle_seed = shuffle_seed,
      record = checked_record(record, epochs),
      l2 = l2,
      draw_seed = draw_seed,
      options = options
    ),
    class = "twinprop_plan"
  )
}

# Refuse what is no plan.
check_plan <- function(plan) {
  if (!inherits(plan, "twinprop_plan")) {
    refuse("plan", quote_value(plan), "one of new_plan")
  }
}

# The epochs to trace, by default the last.
checked_record <- function(record, epochs) {
  if (is.null(record)) {
    return(epochs)
  }
  if (!is.list(record) && !is.numeric(record)) {
    refuse("record", quote_value(record), "a list of epochs")
  }
  vapply(seq_along(record), function(i) {
    check_integer(record[[i]], paste0("record[", i - 1L, "]"), 1, epochs)
  }, 1L)
}
