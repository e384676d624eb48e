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
  self$quit <- function() stop(quit_condition())
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

quit_condition <- function() {
  structure(class = c("twinprop_quit", "condition"), list(message = "quit()", call = NULL))
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

# Weights and biases that the script's variables hold now.
find_parameters <- function(self) {
  found <- list()
  firm <- character(0)
  frames <- unique(c(self$script, enclosing_frames(self$variables)))
  parts <- unlist(lapply(frames, frame_parts), recursive = FALSE)
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
