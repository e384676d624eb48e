# What the harness calls: functions that report an error instead of raising it.

#' Run a case for the harness in a process of its own.
#'
#' Its arguments stand on the command line of Rscript: case, arithmetic, file of the trace and,
#' if the case's seed is replaced, the seed. An error is written to that file too, or, where that
#' fails, to standard error, and R ends with status 2.
#'
#' @return NULL, invisibly.
#' @examples
#' \dontrun{
#' # Rscript --vanilla -e "twinprop::main_run_case()" case.json strict trace.json
#' main_run_case()
#' }
#' @export
main_run_case <- function() {
  arguments <- commandArgs(trailingOnly = TRUE)
  seed <- if (length(arguments) > 3L) as.double(arguments[[4L]])
  tryCatch(
    run_to_file(arguments[[1L]], arguments[[2L]], arguments[[3L]], seed),
    twinprop_input_error = function(condition) {
      message(conditionMessage(condition))
      quit(status = 2L)
    }
  )
  invisible(NULL)
}

# Run a case and write its trace, or the sentence of its error, as JSON.
run_to_file <- function(path, arithmetic, out, seed = NULL) {
  outcome <- guarded_call(
    function(...) report_run(read_case(path, seed), ...), list(arithmetic)
  )
  text <- if (is.null(outcome$error)) {
    outcome$value$messages <- outcome$messages
    format_run(outcome$value)
  } else {
    format_json(list(error = outcome$error, is_input_error = outcome$is_input_error))
  }
  write_whole(out, text)
}

# Call a function and return its value, what it said, and its error as text.
guarded_call <- function(fun, args) {
  messages <- character(0)
  collect <- function(condition) {
    messages <<- c(messages, trimws(conditionMessage(condition)))
    invokeRestart(if (inherits(condition, "warning")) "muffleWarning" else "muffleMessage")
  }
  outcome <- tryCatch(
    withCallingHandlers(
      list(value = do.call(fun, args, quote = TRUE)),
      warning = collect, message = collect
    ),
    error = function(condition) {
      list(
        value = NULL,
        error = conditionMessage(condition),
        is_input_error = inherits(condition, "twinprop_input_error")
      )
    }
  )
  c(outcome, list(messages = messages))
}

# A case for several runs, from its file or from a JSON text that stands for a file.
case_for_python <- function(path, text, seed) {
  if (is.null(text)) {
    return(read_case(path, seed))
  }
  document <- json_values(signed_zeros(text))
  parse_case(document, paste0(basename(path), ":"), path, seed)
}

# The traces of several cases in each of some arithmetics: their JSON texts, and the names of the
# files that those stand for.
traces_of_texts <- function(texts, names, arithmetics) {
  mapply(texts, names, FUN = function(text, name) {
    case <- case_for_python(name, text, NULL)
    lapply(arithmetics, function(arithmetic) run_case(case, get_arithmetic(arithmetic)))
  }, SIMPLIFY = FALSE, USE.NAMES = FALSE)
}

# The output of a model in a file for samples, some at a time.
predict_of_model <- function(path, x, batch_size, arithmetic) {
  predict_batches(read_model(path), x, batch_size, get_arithmetic(arithmetic))
}

# The scores of a point of a grid, which comes as JSON.
score_point_of_file <- function(path, point, folds, seed, arithmetic) {
  point <- json_values(point)
  score_point(path, point, folds, seed, get_arithmetic(arithmetic))
}

# Value and derivative of an activation at the rows of z; softmax is taken of the row (z, 0).
activation_curve <- function(name, z) {
  activation <- activation_functions[[name]]
  if (activation$elementwise) {
    a <- activation$value(z)
    return(list(value = a, grad = activation$grad(z, a)))
  }
  z <- cbind(z, 0)
  a <- activation$value(z)
  grad <- activation$grad(z, a, cbind(rep(1, nrow(z)), 0))
  list(value = a[, 1L, drop = FALSE], grad = grad[, 1L, drop = FALSE])
}

# Call a function and return its value as Python can take it over: tables as lists, factors as
# texts, whole numbers and truth values with NA as doubles.
call_for_python <- function(fun, ...) {
  plain_for_python(fun(...))
}

plain_for_python <- function(value) {
  if (is.factor(value)) {
    return(as.character(value))
  }
  if (is.list(value)) {
    return(lapply(unclass(value), plain_for_python))
  }
  if ((is.integer(value) || is.logical(value)) && anyNA(value)) {
    storage.mode(value) <- "double"
  }
  value
}

# A data frame of columns, whose names stay as they are.
table_for_r <- function(columns) {
  rows <- if (length(columns)) length(columns[[1L]]) else 0L
  structure(columns, class = "data.frame", row.names = .set_row_names(rows))
}
