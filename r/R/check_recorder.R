# What runs beside somebody's R script: it hands out the case's values and takes notes; twin of
# check/recorder.py in Python.

largest_note <- 2e6 # numbers noted in one step; more is not kept
most_notes <- 5000L # and no more notes than these, since a list that grows is copied

# A recorder: functions that a rewritten script calls, over the shared state `self`. The first look
# (looking = NULL) runs the script up to its training loop to see in which form it keeps its values.
new_recorder <- function(job, names, looking = NULL) {
  self <- new.env(parent = emptyenv())
  self$job <- job
  self$names <- names
  self$looks <- is.null(looking)
  self$own <- self$others <- self$shapes <- self$replaced <- self$steps <- list()
  self$epoch <- self$batch <- self$turns_done <- 0L
  self$room <- largest_note
  self$state <- "start"
  self$noting <- TRUE
  self$notes <- self$start_notes <- list()
  self$variables <- NULL
  self$has_loop <- TRUE
  self$loop_names <- character(0)
  self$quantities <- new.env(parent = emptyenv())
  self$script <- NULL
  self$transposed <- if (self$looks) {
    list(weights = FALSE, samples = FALSE)
  } else {
    find_orientation_of_own(looking)
  }
  self$assign <- function(name, line, scope, value) record_assign(self, name, line, scope, value)
  self$show <- function(name, line, scope, assignment, value) {
    self$last_line <- line
    force(assignment)
    record_show(self, name, line, scope, value, parent.frame())
    invisible(assignment)
  }
  self$setting <- function(name, line, scope, value) {
    if (self$state == "done") value else replace_argument(self, name, line, value)
  }
  self$turns <- function(line, sequence) record_turns(self, line, sequence)
  self$epoch_turn <- function(variables) record_epoch(self, variables)
  self$batch_turn <- function(variables) record_batch(self, variables)
  self$finish <- function(variables) {
    if (self$state == "training") {
      close_step(self, variables)
      self$state <- "done"
    }
    invisible(NULL)
  }
  self
}

# The quantity of a name, or NULL; remembered.
known_quantity <- function(self, name) {
  found <- self$quantities[[name]]
  if (is.null(found)) {
    found <- name_quantity(name, self$names)
    assign(name, if (is.null(found)) "" else found, envir = self$quantities)
  }
  if (length(found) == 1L && nzchar(found)) found
}

record_assign <- function(self, name, line, scope, value) {
  self$last_line <- line # before the value is computed: if that fails, it is on this line
  if (self$state == "start") {
    value <- replace_value(self, name, line, value)
  } else if (!self$noting) {
    return(value)
  }
  note_value(self, name, line, scope, value)
  value
}

# A variable of which a part was changed; before the loop its right values are put back.
record_show <- function(self, name, line, scope, value, frame) {
  if (self$state == "start" && exists(name, frame)) {
    right <- replace_value(self, name, line, value)
    if (identical(dim(right), dim(value)) && length(right) == length(value)) {
      holder <- frame
      while (!exists(name, holder, inherits = FALSE)) holder <- parent.env(holder)
      if (!identical(right, value)) assign(name, right, envir = holder)
      value <- right
    }
  }
  if (self$noting) note_part(self, name, line, scope, value)
}

# Of an array that is filled element by element the last state is enough.
note_part <- function(self, name, line, scope, value) {
  n <- length(self$notes)
  if (n > 0L && identical(self$notes[[n]]$name, name) && isTRUE(self$notes[[n]]$part)) {
    self$notes[[n]] <- NULL
  }
  before <- length(self$notes)
  note_value(self, name, line, scope, value)
  if (length(self$notes) == before + 1L) self$notes[[before + 1L]]$part <- TRUE
}

# The literal sequence of the training loop, made as long as the case's epochs.
record_turns <- function(self, line, sequence) {
  epochs <- self$job$numbers$epochs
  if (!is.numeric(sequence) || abs(length(sequence) - epochs) <= 1) {
    return(sequence)
  }
  tell_replaced(self, "range", line, "epochs")
  sequence[[1L]] + seq_len(epochs) - 1
}

halt_condition <- function() {
  structure(class = c("twinprop_halt", "condition"), list(message = "seen enough", call = NULL))
}

record_epoch <- function(self, variables) {
  if (self$state == "done") {
    return(invisible(NULL))
  }
  if (self$looks) {
    self$variables <- variables
    stop(halt_condition())
  }
  close_step(self, variables)
  self$state <- "training"
  self$epoch <- self$epoch + 1L
  self$batch <- 0L
  if (self$epoch %in% self$job$record) open_step(self, as.character(self$epoch))
  invisible(NULL)
}

record_batch <- function(self, variables) {
  if (self$state != "training" || !self$epoch %in% self$job$record) {
    return(invisible(NULL))
  }
  if (self$batch == 0L && length(self$steps) > 0L) {
    self$steps[[length(self$steps)]] <- NULL # before the first batch there is no step of its own
    self$noting <- FALSE
  }
  close_step(self, variables)
  self$batch <- self$batch + 1L
  open_step(self, paste0(self$epoch, ".", self$batch))
  invisible(NULL)
}

open_step <- function(self, name) {
  self$notes <- list()
  self$noting <- TRUE
  self$room <- largest_note
  step <- list(step = name, before = find_parameters(self), notes = list(), after = list())
  self$steps[[length(self$steps) + 1L]] <- step
}

close_step <- function(self, variables) {
  self$variables <- variables
  self$turns_done <- self$epoch
  n <- length(self$steps)
  if (self$state == "training" && self$noting && n > 0L) {
    self$steps[[n]]$notes <- self$notes
    self$steps[[n]]$after <- find_parameters(self)
  }
  if (self$state == "start") self$start_notes <- self$notes
  self$noting <- FALSE
  self$notes <- list()
}

note_value <- function(self, name, line, scope, value) {
  if (self$state == "start" && !self$has_loop) begin_only_step(self, name)
  parts <- Filter(is_array, flatten_value(name, value, self$job$values$x, self$names$depth))
  for (part in names(parts)) {
    item <- parts[[part]]
    if (length(item) == 1L && is.null(known_quantity(self, part))) next
    self$room <- self$room - length(item) - 1
    if (self$room >= 0 && length(self$notes) < most_notes) {
      note <- list(name = part, line = line, scope = scope, value = item)
      self$notes[[length(self$notes) + 1L]] <- note
    }
  }
}

# A script without a training loop begins its only step with the first product or layer.
begin_only_step <- function(self, name) {
  quantity <- known_quantity(self, name)
  if (!is.null(quantity) && quantity_kind(quantity) %in% c("product", "z", "a")) {
    self$start_notes <- self$notes
    self$state <- "training"
    self$epoch <- 1L
    open_step(self, "1")
  }
}

is_array <- function(value) {
  (is.numeric(value) || is.logical(value)) && length(value) > 0L && length(dim(value)) <= 2L &&
    !is.factor(value)
}

# A value with its name; of a list each part with its own, of a list of layers numbered. A list of
# gradients that is not yet of full length may grow from its end, so its parts have no number.
flatten_value <- function(name, value, x = NULL, depth = 0L) {
  if (is.data.frame(value)) {
    value <- as.matrix(value)
  }
  if (!is.list(value)) {
    return(stats::setNames(list(value), name))
  }
  if (holds_memory(name)) {
    return(list())
  }
  if (!is.null(names(value))) {
    return(flatten_named(name, value, x, depth))
  }
  kind <- list_kind(name)
  if (length(value) == 0L || is.null(kind)) {
    return(flatten_layers(value))
  }
  if (kind %in% signed_kinds && length(value) < depth) {
    return(list())
  }
  from_zero <- kind == "a" && is_of_samples(value[[1L]], x)
  stats::setNames(value, paste0(kind, seq_along(value) - from_zero))
}

flatten_named <- function(name, value, x, depth) {
  named <- value[nzchar(names(value))]
  nested <- lapply(names(named), function(key) {
    if (is.list(named[[key]])) flatten_value(key, named[[key]], x, depth) else named[key]
  })
  parts <- unlist(nested, recursive = FALSE)
  kinds <- lapply(sub("[0-9]+$", "", names(parts)), list_kind)
  turned <- vapply(kinds, function(kind) any(c("W", "b") %in% kind), TRUE)
  if (length(parts) > 0L && holds_gradients(name)) {
    digits <- sub("^.*[^0-9]", "", names(parts)[turned])
    names(parts)[turned] <- paste0("d", unlist(kinds[turned]), digits)
  }
  parts
}

# The parts of a list of layers, each a list with a field such as `weights` or `W`.
flatten_layers <- function(value) {
  layers <- value[layers_in(value)]
  unlist(lapply(seq_along(layers), function(i) {
    kinds <- lapply(names(layers[[i]]), list_kind)
    known <- lengths(kinds) > 0L
    stats::setNames(layers[[i]][known], paste0(unlist(kinds[known]), i))
  }), recursive = FALSE)
}

# Which items of a list are layers.
layers_in <- function(value) {
  is_layer <- function(item) {
    is.list(item) && any(vapply(names(item), function(key) identical(list_kind(key), "W"), TRUE))
  }
  if (is.null(names(value)) && length(value) <= 100L) which(vapply(value, is_layer, TRUE))
}

# Whether a matrix is x, transposed or not, or some of its rows: a list of activations may begin
# with it.
is_of_samples <- function(value, x) {
  is.numeric(value) && ncol(x) %in% dim(value) && all(value %in% x)
}

# Weights and biases that the script's variables hold now.
find_parameters <- function(self) {
  found <- list()
  firm <- character(0)
  parts <- unlist(lapply(unique(c(self$script, self$variables)), frame_parts), recursive = FALSE)
  for (i in seq_along(parts)) {
    part <- names(parts)[[i]]
    quantity <- known_quantity(self, part)
    if (is.null(quantity) || !quantity_kind(quantity) %in% c("W", "b")) next
    # Of two names for one quantity, such as bias_in and bh, the updated one counts.
    updated <- part %in% self$loop_names
    if (updated || !quantity %in% firm) found[[quantity]] <- parts[[i]]
    if (updated) firm <- c(firm, quantity)
  }
  found
}

# The arrays in the variables of an environment, each with its name.
frame_parts <- function(frame) {
  values <- mget(ls(frame), envir = frame, inherits = FALSE)
  values <- Filter(function(value) is.numeric(value) || is.list(value), values)
  parts <- unlist(unname(Map(flatten_value, names(values), values)), recursive = FALSE)
  Filter(is_array, parts)
}
