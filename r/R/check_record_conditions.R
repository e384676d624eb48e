# Errors and warnings of a watched program, as they are without the recorder.
#
# A message shows the call in which it arose, with the recorder's functions in it. The outermost
# handlers take them out; so do handlers inside of the program's own tryCatch(), which sees the
# call.

# `ours(f)` says whether a function is the recorder's; `note_error` is told of what ends the
# program.
new_conditions <- function(ours, note_error, current_in_loop) {
  self <- list2env(list(ours = ours, current_in_loop = current_in_loop), parent = emptyenv())
  again <- function(cond, signal, restart) {
    clean <- tidy_condition(self, cond)
    if (is.null(clean)) {
      return(invisible(NULL))
    }
    signal(clean)
    if (!is.null(restart)) tryInvokeRestart(restart)
  }
  self$tidied <- function(expr) {
    withCallingHandlers(expr,
      warning = function(w) again(w, warning, "muffleWarning"),
      error = function(e) again(e, stop, NULL)
    )
  }
  self$on_warning <- function(w) {
    self$warned <- conditionMessage(w)
    again(w, warning, "muffleWarning")
  }
  # R itself prints the message and ends; the calls that led there are those of the program.
  self$on_error <- function(e) {
    note_error(e, self$warned)
    clean <- tidy_condition(self, e)
    if (is.null(clean)) clean <- e
    calls <- describe_calls(self, clean$call)
    if (!is.null(clean$call) && nzchar(calls) && isTRUE(getOption("showErrorCalls"))) {
      options(showErrorCalls = FALSE)
      clean <- simpleError(paste0(conditionMessage(clean), "\nCalls: ", calls), clean$call)
    }
    options(showErrorCalls = FALSE)
    stop(clean)
  }
  self
}

# A condition without the recorder in its call; NULL if it has none.
tidy_condition <- function(self, cond) {
  call <- conditionCall(cond)
  clean <- strip_recorder(if (is_recorders_call(call)) find_call(self) else call)
  if (identical(clean, conditionCall(cond))) {
    return(NULL)
  }
  cond["call"] <- list(clean)
  cond
}

# A call of the recorder, in which a part of the program was evaluated.
is_recorders_call <- function(call) {
  is.call(call) && is.function(call[[1L]]) || identical(call, quote(withVisible(v))) ||
    identical(call, quote(r <- withVisible(v)))
}

# The call of the program's function in which a condition arose: that of the frame in which stop()
# or warning() was called, or the recorder was; of a loop, which R compiles, the part itself.
find_call <- function(self) {
  functions <- lapply(seq_len(sys.nframe()), sys.function)
  signals <- which(vapply(functions, function(f) identical(f, stop) || identical(f, warning), NA))
  mine <- which(vapply(functions, self$ours, NA))
  at <- if (length(signals) > 0L) signals[[1L]] else max(mine, 0L)
  if (at == 0L) {
    return(NULL)
  }
  p <- sys.parents()[[at]]
  evals <- which(vapply(functions, function(f) identical(attr(f, "stands_for"), "eval"), NA))
  if (max(evals, 0L) > p) {
    return(sys.call(max(evals))) # what eval() runs stands nearer than the function that calls it
  }
  if (p > 0L) {
    return(sys.call(p))
  }
  if (length(signals) == 0L) self$current_in_loop()
}

# The names of the calls that led to an error, as R shows them below its message.
describe_calls <- function(self, call) {
  frames <- sys.calls()
  names <- vapply(frames, function(frame) {
    if (is.name(frame[[1L]])) as.character(frame[[1L]]) else "<Anonymous>"
  }, "")
  sources <- vapply(seq_along(frames), function(k) is_source(sys.function(k)), NA)
  names[sources] <- "source"
  mine <- vapply(seq_along(frames), function(k) self$ours(sys.function(k)), NA) & !sources
  mine <- mine | c(FALSE, mine[-length(mine)]) & names == "withVisible"
  # A file that source() itself refuses is given to R's own, which is called by eval().
  passed <- which(sources)
  for (k in passed[passed + 3L <= length(names)]) {
    if (names[[k + 1L]] == "eval") mine[k + 1:3] <- TRUE
  }
  names[sources & !mine] <- ifelse(names[passed + 1L] == "eval", "source",
                                   "source -> withVisible -> eval -> eval")
  last <- match(c("stop", ".handleSimpleError", ".signalSimpleWarning"), names)
  end <- min(last, length(names) + 1L, na.rm = TRUE) - 1L
  kept <- names[seq_len(end)][!mine[seq_len(end)]]
  if (length(kept) == 1L && is.call(call) && identical(as.character(call[[1L]])[[1L]], kept)) {
    return("")
  }
  paste(kept, collapse = " -> ")
}

is_source <- function(f) identical(attr(f, "stands_for"), "source")

# What a program's own handlers see is tidy, too.
tidy_caught <- function(self, e, name) {
  if (name %in% c("tryCatch", "try", "withCallingHandlers") && length(e) > 1L) {
    labels <- names(e)
    at <- if (is.null(labels)) 2L else c(which(labels == "expr"), which(!nzchar(labels))[-1L])[1L]
    if (!is.na(at) && !is_gap(e[[at]])) e[[at]] <- as.call(list(self$tidied, e[[at]]))
  }
  e
}
