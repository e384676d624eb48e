# Cases: problems read from JSON files, and run; twin of cases/case.py
# in python/src/twinprop.
#
# The format is described in shared_fixtures/README.md.

case_format <- 1L
network_keys <- c("format", "id", "title", "source", "layers", "loss", "data", "initial")
other_keys <- c("training", "notes")

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
  check_path(path)
  where <- paste0(basename(path), ":")
  parse_case(read_json(path, where), where, path, seed)
}

# The case of a JSON document, as if it stood in a file.
parse_case <- function(document, where, path, seed = NULL) {
  check_document(document, where)
  data <- read_data(document$data, paste(where, "data"), path)
  case_of_document(document, where, data, seed)
}

# Refuse what is no case of this format, before its data are read.
check_document <- function(document, where) {
  check_object(document, where, network_keys, other_keys)
  check_integer(document$format, paste(where, "format"), case_format, case_format)
}

# The case of a JSON document that was checked and whose data were read.
case_of_document <- function(document, where, data, seed = NULL) {
  layers <- read_layers(document$layers, paste(where, "layers"))
  loss <- read_loss(document$loss, paste(where, "loss"))
  n_out <- layers$units[[length(layers$units)]]
  if (ncol(data$y) != n_out) {
    input_error(
      where, " layers end with ", count_of(n_out, "unit"), "; wanted ",
      sprintf("%d", ncol(data$y)), ", the columns of y"
    )
  }
  check_memory(dim(data$x), layers$units, where)
  n_in <- ncol(data$x)
  network <- read_initial(document$initial, paste(where, "initial"), n_in, layers, seed)
  list(
    id = check_id(document$id, paste(where, "id")),
    title = check_text(document$title, paste(where, "title")),
    source = check_text(document$source, paste(where, "source")),
    network = network,
    data = data,
    plan = read_plan(
      document, paste(where, "training"), network, loss$name, loss$reduction, loss$l2
    ),
    notes = read_notes(document, paste(where, "notes"))
  )
}

# Train the network of a case by its plan; record replaces the plan's epochs to trace.
train_case <- function(case, arithmetic = native, record = NULL, on_epoch = NULL) {
  plan <- case$plan
  if (plan$epochs == 0L) {
    input_error(case$id, " has no training; add it")
  }
  if (!is.null(record)) {
    plan$record <- record
  }
  train(case$network, case$data$x, case$data$y, plan, arithmetic, on_epoch)
}

#' Run a case: train its network, or compute the gradients of one step.
#'
#' @param case case. Of read_case.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param on_epoch function or NULL. Called with the number of epochs that are done.
#' @return trace. Every named quantity of the recorded epochs, in the order of computation.
#' @examples
#' case <- read_case(system.file("fixtures", "cases", "xor-2-2-1.json", package = "twinprop"))
#' names(run_case(case))[1:4]
#' @export
run_case <- function(case, arithmetic = native, on_epoch = NULL) {
  if (!is.list(case) || is.null(case[["network"]])) {
    refuse("case", quote_value(case), "one of read_case")
  }
  check_arithmetic(arithmetic)
  network <- case$network
  plan <- case$plan
  trace <- parameter_trace("0", network)
  x <- case$data$x
  y <- case$data$y
  if (plan$epochs == 0L) {
    cache <- forward(network, x, arithmetic)
    gradients <- backward(network, cache, y, plan$loss, plan$reduction, arithmetic, plan$l2)
    value <- loss_value(network, cache, y, plan$loss, plan$reduction, arithmetic, plan$l2)
    trace <- c(trace, step_trace("1", cache, value, gradients))
  } else {
    training <- train_case(case, arithmetic, NULL, on_epoch)
    network <- training$network
    trace <- c(trace, training$trace)
  }
  if (!is.null(case$data$held_out_x)) {
    a <- forward(network, case$data$held_out_x, arithmetic)$a
    output <- a[[length(a)]]
    trace[[paste0("held_out/a", length(network))]] <- output
    score <- held_out_score(output, case$data$held_out_y, arithmetic)
    trace[[paste0("held_out/", score$name)]] <- score$value
  }
  trace
}

# How good outputs are: accuracy where all targets are 0 or 1, else R2.
held_out_score <- function(a, y, arithmetic) {
  if (all(y == 0 | y == 1)) {
    return(list(name = "accuracy", value = accuracy(a, y)))
  }
  list(name = "rsquared", value = r_squared(a, y, arithmetic))
}

# Name, reduction and L2 penalty of the loss.
read_loss <- function(value, where) {
  check_object(value, where, "name", c("reduction", "l2"))
  name <- check_choice(value$name, paste0(where, ".name"), names(losses))
  known <- losses[[name]]$reductions
  given <- value_or(value, "reduction", known[[1L]])
  reduction <- check_choice(given, paste0(where, ".reduction"), reductions)
  if (!reduction %in% known) {
    wanted <- paste0("\"", known[[1L]], "\", as ", name, " says")
    refuse(paste0(where, ".reduction"), quote_value(reduction), wanted)
  }
  l2 <- check_not_negative(value_or(value, "l2", 0), paste0(where, ".l2"))
  list(name = name, reduction = reduction, l2 = l2)
}

# The training plan; one of 0 epochs where a case does not train.
read_plan <- function(document, where, network, loss, reduction, l2) {
  if (!"training" %in% names(document)) {
    plan <- new_plan(loss, reduction, l2 = l2)
    plan[c("epochs", "record")] <- list(0L, integer())
    return(plan)
  }
  value <- document$training
  optional <- c("batch_size", "shuffle_seed", "draw_seed", "record")
  check_object(value, where, c("optimizer", "epochs"), optional)
  optimizer <- read_optimizer(value$optimizer, paste0(where, ".optimizer"))
  if (draws_numbers(network) && !"draw_seed" %in% names(value)) {
    input_error(
      where, ".draw_seed is missing; add it, training with dropout or rrelu draws numbers"
    )
  }
  epochs <- check_integer(value$epochs, paste0(where, ".epochs"), 1)
  given <- value_or(value, "record", list(epochs))
  do.call(new_plan, c(list(
    loss, reduction, optimizer$name, optimizer$learning_rate, epochs,
    batch_size = optional_integer(value, "batch_size", where, 1),
    shuffle_seed = optional_integer(value, "shuffle_seed", where, -largest_integer),
    record = check_epochs(given, paste0(where, ".record"), epochs),
    l2 = l2,
    draw_seed = optional_integer(value, "draw_seed", where, -largest_integer)
  ), optimizer$options))
}

# The notes for people, none where a case has none.
read_notes <- function(document, where) {
  if (!"notes" %in% names(document)) {
    return(character())
  }
  notes <- check_list(document$notes, where)
  vapply(seq_along(notes), function(i) {
    check_text(notes[[i]], paste0(where, "[", i - 1L, "]"))
  }, "")
}

# Name, learning rate and options of the optimizer.
read_optimizer <- function(value, where) {
  if (!"name" %in% names(value)) {
    check_object(value, where, c("name", "learning_rate"), character())
  }
  name <- check_choice(value$name, paste0(where, ".name"), names(optimizers))
  options <- optimizer_options[[name]]
  check_object(value, where, c("name", "learning_rate"), options)
  list(
    name = name,
    learning_rate = check_not_negative(value$learning_rate, paste0(where, ".learning_rate")),
    options = read_numbers(value, where, options, check_share)
  )
}

# A whole number where the key is there, else NULL.
optional_integer <- function(value, key, where, low) {
  if (key %in% names(value)) check_integer(value[[key]], key_of(where, key), low)
}
