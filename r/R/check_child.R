# The process in which somebody's R script runs; twin of check/child.py in Python.

# Rscript -e "twinprop:::main_check_child()" JOBS OUT: run the jobs of a file (JSON: the case's
# values, names, the source) and write their recordings.
main_check_child <- function() {
  arguments <- commandArgs(trailingOnly = TRUE)
  text <- read_text(arguments[[1L]], "job", "a JSON file")
  jobs <- lapply(jsonlite::parse_json(text, simplifyVector = FALSE), read_job)
  recordings <- vapply(jobs, function(job) format_recording(record_job(job)), "")
  out <- file(arguments[[2L]], "wb", raw = TRUE) # a pipe
  on.exit(close(out))
  text <- paste0("[", paste(recordings, collapse = ",\n"), "]")
  writeBin(charToRaw(enc2utf8(text)), out)
}

# A job with its nested lists as matrices.
read_job <- function(job) {
  as_matrix <- function(rows) {
    if (!is.list(rows)) matrix(as.double(rows)) else do.call(rbind, lapply(rows, as_row))
  }
  as_row <- function(row) matrix(as.double(unlist(row)), 1L)
  job$values <- lapply(job$values, as_matrix)
  job$reference <- lapply(job$reference, as_matrix)
  job$record <- as.integer(unlist(job$record))
  job$activations <- as.character(unlist(job$activations))
  job
}

# Run a script and return its recording.
record_job <- function(job) {
  parsed <- tryCatch(parse(text = job$source, keep.source = TRUE), error = function(e) e)
  if (inherits(parsed, "error")) {
    return(describe_syntax(parsed))
  }
  written <- unlist(lapply(as.list(parsed), assigned_names))
  names <- list(
    depth = job$depth, given = job$given, from_zero = counts_from_zero(as.character(written))
  )
  look <- run_recorded(job, names, NULL)
  first_start <- find_parameters(look$recorder)
  guesses <- guess_start(look$recorder)
  names$given <- utils::modifyList(guesses, names$given)
  done <- run_recorded(job, names, look$recorder)
  recorder <- done$recorder
  stop <- done$stop
  if (length(recorder$steps) == 0L && is.null(stop)) {
    called <- tryCatch(
      list(steps = call_functions(recorder$script, job, done$lines)),
      error = function(e) list(stop = describe_error(e, recorder$last_line))
    )
    recorder$steps <- c(recorder$steps, called$steps)
    if (length(called$steps) > 0L) recorder$has_loop <- FALSE
    stop <- called$stop
  }
  list(
    source = job$source,
    steps = recorder$steps,
    start_notes = recorder$start_notes,
    first_start = first_start,
    replaced = unname(recorder$replaced),
    misfits = find_misfits(recorder),
    guesses = guesses,
    from_zero = names$from_zero,
    turns = recorder$turns_done,
    has_loop = recorder$has_loop,
    stop = stop
  )
}

# Run a script in the global environment, emptied before: classes and their methods see no other.
run_recorded <- function(job, names, looking) {
  recorder <- new_recorder(job, names, looking)
  script <- rewrite_script(job$source, function(name) name_quantity(name, names), recorder)
  recorder$has_loop <- !is.null(script$loop_names)
  recorder$loop_names <- as.character(script$loop_names)
  frame <- globalenv()
  rm(list = ls(frame, all.names = TRUE), envir = frame)
  recorder$script <- frame
  stop <- evaluate_script(script, recorder, is.null(looking))
  if (recorder$state == "done" && identical(stop$kind, "quit")) {
    stop <- NULL # it had done its work
  }
  recorder$finish(NULL)
  if (recorder$state == "start") recorder$start_notes <- recorder$notes
  recorder$state <- "done"
  recorder$noting <- FALSE
  list(recorder = recorder, stop = stop, lines = definition_lines(script))
}

# The lines on which functions are defined, by name.
definition_lines <- function(script) {
  found <- list()
  for (i in seq_along(script$expressions)) {
    for (name in names(find_functions(script$expressions[i]))) found[[name]] <- script$lines[[i]]
  }
  found
}

# Evaluate expression by expression, with printing as Rscript does; NULL, or what ended it.
evaluate_script <- function(script, recorder, quietly) {
  if (quietly) {
    null <- file(nullfile(), "w")
    sink(null)
    on.exit({
      sink()
      close(null)
    })
  }
  line <- NULL
  tryCatch(
    {
      for (i in seq_along(script$expressions)) {
        line <- script$lines[[i]]
        shown <- withVisible(eval(script$expressions[[i]], recorder$script))
        if (shown$visible && !quietly) print(shown$value)
      }
      NULL
    },
    twinprop_halt = function(condition) NULL,
    twinprop_quit = function(condition) {
      list(kind = "quit", message = "quit() ended it", line = line)
    },
    # On the line of the assignment that failed, or of the expression at top level that has it.
    error = function(condition) describe_error(condition, max(line, recorder$last_line))
  )
}

describe_error <- function(condition, line) {
  message <- conditionMessage(condition)
  kind <- if (grepl("cannot allocate", message)) "memory" else "error"
  list(kind = kind, message = substr(gsub("\\s+", " ", message), 1L, 500L), line = line)
}

describe_syntax <- function(condition) {
  text <- conditionMessage(condition)
  place <- regmatches(text, regexpr("[0-9]+:[0-9]+", text))
  numbers <- if (length(place) == 1L) strsplit(place, ":")[[1L]] else c("1", "1")
  what <- sub("^[^:]*:[0-9]+:[0-9]+: ", "", strsplit(text, "\n")[[1L]][[1L]])
  list(
    syntax = paste0(what, " at line ", numbers[[1L]], ", column ", numbers[[2L]]),
    line = as.integer(numbers[[1L]])
  )
}

format_recording <- function(recording) {
  if (!is.null(recording$syntax)) {
    return(as.character(jsonlite::toJSON(recording, auto_unbox = TRUE)))
  }
  plain <- function(value) as.character(jsonlite::toJSON(value, auto_unbox = TRUE, null = "null"))
  steps <- vapply(recording$steps, function(step) {
    paste0(
      "{\"step\": ", quote_json(step$step), ", \"before\": ", format_noted(step$before),
      ", \"after\": ", format_noted(step$after), ", \"notes\": ", format_notes(step$notes), "}"
    )
  }, "")
  guesses <- if (length(recording$guesses) > 0L) plain(recording$guesses) else "{}"
  paste0(
    "{\"source\": ", quote_json(recording$source), ", \"steps\": ", bracket(steps),
    ", \"start_notes\": ", format_notes(recording$start_notes),
    ", \"first_start\": ", format_noted(recording$first_start),
    ", \"replaced\": ", plain(recording$replaced), ", \"misfits\": ", plain(recording$misfits),
    ", \"guesses\": ", guesses,
    ", \"from_zero\": ", plain(recording$from_zero), ", \"turns\": ", plain(recording$turns),
    ", \"has_loop\": ", plain(recording$has_loop),
    ", \"stop\": ", if (is.null(recording$stop)) "null" else plain(recording$stop), "}"
  )
}

format_notes <- function(notes) {
  bracket(vapply(notes, function(note) {
    paste0(
      "{\"name\": ", quote_json(note$name), ", \"line\": ", note$line, ", \"scope\": ",
      quote_json(note$scope), ", \"value\": ", format_array(note$value), "}"
    )
  }, ""))
}

format_noted <- function(values) {
  entries <- vapply(names(values), function(name) {
    paste0(quote_json(name), ": ", format_array(values[[name]]))
  }, "")
  paste0("{", paste(entries, collapse = ", "), "}")
}

# An array as JSON has it: shape and values row by row.
format_array <- function(value) {
  shape <- dim(value)
  numbers <- as.double(if (length(shape) == 2L) t(value) else value)
  if (is.null(shape) && length(value) > 1L) shape <- length(value)
  paste0(
    "{\"shape\": ", bracket(as.character(shape)), ", \"values\": ",
    bracket(format_numbers(numbers)), "}"
  )
}
