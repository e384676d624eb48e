# The case as the judge needs it: the right values of every step that is looked at; twin of
# check/problem.py in Python.

# A case, its steps and its reference trace, in native arithmetic. Looked at are the case's recorded
# epochs and the first three; of each also the epoch before, for the weights with which it begins.
# A case that shuffles is run in the order of its samples: its own order is of the twins' generator,
# which no other program has.
pose_problem <- function(case) {
  plan <- case$plan
  if (plan$epochs == 0L) {
    input_error("case ", case$id, " has no training to check; choose another case")
  }
  depth <- length(case$network)
  last <- paired_activations[[case$plan$loss, exact = TRUE]]
  activations <- vapply(case$network, `[[`, "", "activation")
  paired <- if (is.null(last)) integer(0) else depth
  refuse_unknown(case, "losses", case$plan$loss, c("squared_error", names(paired_activations)))
  refuse_unknown(case, paste("last activations with", case$plan$loss), activations[paired], last)
  plain <- activations[setdiff(seq_len(depth), paired)]
  refuse_unknown(case, "activations", plain, plain_activations)
  refuse_unknown(case, "penalties", if (case$plan$l2 != 0) sprintf("l2 %g", case$plan$l2))
  dropout <- vapply(case$network, `[[`, 0, "dropout")
  refuse_unknown(case, "dropout", sprintf("%g", dropout[dropout != 0]))
  record <- sort(unique(c(plan$record, seq_len(min(3L, plan$epochs)))))
  case$plan$shuffle_seed <- NULL
  case$plan$record <- sort(unique(c(record, record[record > 1L] - 1L)))
  trace <- run_case(case)
  if (!is.null(last)) trace <- c(trace, errors_of_pair(trace, depth))
  list(
    case = case, depth = depth, record = record,
    steps = list_steps_of(case, record), trace = trace, unshuffled = !is.null(plan$shuffle_seed)
  )
}

plain_activations <- c("sigmoid", "identity", "tanh", "relu", "softplus")

# With the last activation that a loss is paired with, its delta is a - y.
paired_activations <- list(cross_entropy = "softmax", binary_cross_entropy = "sigmoid")

# The last error and slope, which such a trace has not: a - y, and a 1 that changes nothing.
errors_of_pair <- function(trace, depth) {
  last <- paste0("/delta", depth)
  names <- names(trace)[endsWith(names(trace), last)]
  steps <- sub(last, "", names, fixed = TRUE)
  slopes <- lapply(trace[names], function(delta) delta * 0 + 1)
  c(
    stats::setNames(trace[names], paste0(steps, "/e", depth)),
    stats::setNames(slopes, paste0(steps, "/slope", depth))
  )
}

refuse_unknown <- function(case, what, found, known = character(0)) {
  other <- setdiff(found, known)
  if (length(other) > 0L) {
    only <- if (length(known) > 0L) paste("only", paste(known, collapse = ", ")) else "none"
    input_error(
      "case ", case$id, " has ", other[[1L]], "; of ", what, " check understands ", only,
      "; choose another case"
    )
  }
}

list_steps_of <- function(case, record) {
  plan <- case$plan
  n <- nrow(case$data$x)
  rows <- batch_rows(seq_len(n), plan$batch_size)
  steps <- list()
  last <- "0"
  for (epoch in seq_len(max(record))) {
    for (batch in seq_along(rows)) {
      name <- if (is.null(plan$batch_size)) as.character(epoch) else paste0(epoch, ".", batch)
      if (epoch %in% record) {
        known <- last == "0" || as.integer(sub("[.].*$", "", last)) >= epoch - 1L
        steps[[length(steps) + 1L]] <- list(
          name = name, x = case$data$x[rows[[batch]], , drop = FALSE],
          y = case$data$y[rows[[batch]], , drop = FALSE], previous = if (known) last
        )
      }
      last <- name
    }
  }
  steps
}

# What the process that runs a script has to know.
make_job <- function(problem, source, file, given) {
  case <- problem$case
  values <- c(list(x = case$data$x, y = case$data$y), start_values(case$network))
  prefix <- paste0(problem$steps[[1L]]$name, "/")
  names <- names(problem$trace)
  inside <- names[startsWith(names, prefix)]
  inside <- inside[!grepl("/[Wb][0-9]+$", inside)]
  reference <- problem$trace[inside]
  names(reference) <- sub(prefix, "", inside, fixed = TRUE)
  plan <- case$plan
  batch_size <- if (is.null(plan$batch_size)) nrow(case$data$x) else plan$batch_size
  list(
    source = source, file = file, values = values, reference = c(reference, values),
    numbers = c(
      list(lr = plan$learning_rate, epochs = plan$epochs, batch_size = batch_size),
      optimizer_numbers(plan)
    ),
    record = problem$record, depth = problem$depth, given = given,
    activations = vapply(case$network, `[[`, "", "activation"),
    loss = case$plan$loss, reduction = case$plan$reduction
  )
}

# The options of a plan's optimizer; the one of momentum and rmsprop may be called beta.
optimizer_numbers <- function(plan) {
  known <- optimizer_options[[plan$optimizer]]
  numbers <- as.list(formals(optimizers[[plan$optimizer]])[known])
  given <- intersect(known, names(plan$options))
  numbers[given] <- plan$options[given]
  share <- c(numbers$momentum, numbers$decay)
  c(numbers, if (!is.null(share)) list(beta = share))
}

start_values <- function(network) {
  layers <- seq_along(network)
  c(
    stats::setNames(lapply(network, `[[`, "weights"), paste0("W", layers)),
    stats::setNames(lapply(network, `[[`, "bias"), paste0("b", layers))
  )
}

# A job as JSON text, read by read_job.
format_job <- function(job) {
  rows <- function(a) {
    if (is.null(dim(a))) return(format_numbers(a))
    bracket(apply(matrix(format_numbers(a), nrow(a), ncol(a)), 1L, bracket))
  }
  object <- function(texts) {
    paste0("{", paste0(quote_json(names(texts)), ": ", texts, collapse = ", "), "}")
  }
  given <- if (length(job$given) > 0L) object(vapply(job$given, quote_json, "")) else "{}"
  paste0("[", object(c(
    source = quote_json(job$source), file = quote_json(job$file),
    values = object(vapply(job$values, rows, "")),
    reference = object(vapply(job$reference, rows, "")),
    numbers = object(vapply(job$numbers, format_numbers, "")),
    record = bracket(as.character(job$record)), depth = as.character(job$depth), given = given,
    activations = bracket(quote_json(job$activations)), loss = quote_json(job$loss),
    reduction = quote_json(job$reduction)
  )), "]")
}
