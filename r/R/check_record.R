# Recording a program: it runs as Rscript would run it, statement by statement, in a process of its
# own. That process reads a starter, a file with the program's name: its first line calls
# begin_recording(), and then two lines for each statement of the program rewrite it and evaluate
# it, so that R itself prints values, warnings and errors.

# It stands in the folder of given files, starts there and goes to the program's folder, so that the
# program finds the name of its own file in commandArgs().

start_script <- paste(
  "TWINPROP_FOLDER=$PWD; export TWINPROP_FOLDER; cd \"$0\"; name=$1; shift;",
  "exec \"$TWINPROP_R\" --no-echo --no-restore \"--file=$name\" --args \"$@\""
)

# What the wall is to start for the program of this name and text: command, files, variables.
recorder_start <- function(name, text, out, arguments = character()) {
  list(
    command = c("sh", "-c", start_script, "{given}", name, arguments),
    given = stats::setNames(list(recording_starter(count_statements(text))), name),
    variables = c(
      TWINPROP_R = file.path(R.home("bin"), "R"), TWINPROP_PROGRAM = name, TWINPROP_OUT = out,
      R_LIBS = paste(.libPaths(), collapse = .Platform$path.sep)
    )
  )
}

# The starter for a program of at most so many statements.
recording_starter <- function(statements) {
  c("twinprop:::begin_recording()", rep(c(".twinprop_next()", ".twinprop"), statements))
}

count_statements <- function(text) {
  length(split_lines(text)) + sum(lengths(regmatches(text, gregexpr(";", text, fixed = TRUE)))) + 1L
}

# In the process of the program: what to record comes in variables, which it does not see.
begin_recording <- function() {
  program <- Sys.getenv("TWINPROP_PROGRAM")
  out <- Sys.getenv("TWINPROP_OUT")
  setwd(Sys.getenv("TWINPROP_FOLDER"))
  draws <- read_draws(Sys.getenv("TWINPROP_DRAWS"))
  Sys.unsetenv(
    c("TWINPROP_PROGRAM", "TWINPROP_OUT", "TWINPROP_FOLDER", "TWINPROP_R", "TWINPROP_DRAWS")
  )
  recorder <- new_recording(program, out, draws)
  hidden <- as.environment("Autoloads")
  assign(".twinprop_next", recorder$next_statement, hidden)
  globalCallingHandlers(
    warning = recorder$conditions$on_warning, error = recorder$conditions$on_error
  )
  reg.finalizer(recorder$flag, function(flag) recorder$save(), onexit = TRUE)
  invisible(NULL)
}

# `early`: whether what was seen is written as soon as it is enough, too, for a program that may be
# ended by whoever waits for it.
new_recording <- function(program, out, draws = list(), early = TRUE, limits = record_limits) {
  flag <- new.env(parent = emptyenv())
  flag$on <- TRUE
  ending <- list2env(list(
    status = "exit", message = NULL, cut = NULL, used = list(), started = proc.time()[["elapsed"]],
    files = character(0), line = 1L, file = 0L, at = 0L,
    connection = NULL
  ), parent = emptyenv())
  store <- new_store(limits, flag, ending, draws, function(store) {
    # The program may go on for long, or never end: what was seen is written now, and at the end
    # once more, with what was seen after that.
    if (early && is.null(ending$connection)) send_recording(store, ending, "running", out)
  })
  watch <- new_watch(store, flag)
  home <- environment(watch$rec)
  conditions <- new_conditions(
    function(f) identical(environment(f), home) || !is.null(attr(f, "stands_for")),
    function(e, warned) note_error(store, ending, e, warned),
    function() {
      id <- store$calls$current()
      if (id > 0L && store$loops$is_running()) store$sites$get(id)$expression
    }
  )
  rewriter <- new_rewriter(store$sites, watch, flag, ending)
  rewriter$tidied <- conditions$tidied
  rewriter$run_source <- source_recorded(rewriter, store, flag, ending)
  rewriter$run_eval <- eval_recorded(rewriter, flag)
  rewriter$minimisers <- minimisers_recorded(store, flag)
  run <- new_run(rewriter, store, flag, ending, program)
  list(
    flag = flag, conditions = conditions, next_statement = run,
    save = function() save_recording(store, flag, ending, out)
  )
}

# All that is kept while a program runs.
new_store <- function(limits, flag, ending, draws, keep) {
  random <- integer(0)
  printed <- list()
  nodes <- new_nodes(limits)
  stop_watching <- function(why) {
    flag$on <- FALSE
    if (why != "steps" || is.null(ending$cut)) ending$cut <- why
    safely(store, keep(store))
  }
  store <- list(
    nodes = nodes, names = new_names(), sites = new_sites(), calls = new_calls(), limits = limits,
    loops = new_loops(nodes, limits, flag, stop_watching), stop_watching = stop_watching,
    why_full = function() if (nodes$count() >= limits$nodes - 100L) "nodes" else "values",
    trouble = function(cond) {
      ending$trouble <- unique(c(ending$trouble, conditionMessage(cond)))
      0L
    },
    random = function(node) random[[length(random) + 1L]] <<- node,
    random_nodes = function() random, draws = new_draws(draws),
    printed = function(site, numbers, node) {
      if (length(printed) < 2000L) {
        printed[[length(printed) + 1L]] <<- list(site = site, numbers = numbers, node = node)
      }
    },
    printed_numbers = function() printed
  )
  store
}

# The error that ended the program, with the line on which it was. Of a file that cannot be opened R
# says which it is in a warning before.
note_error <- function(store, ending, e, warned = NULL) {
  id <- if (ending$status == "exit") store$calls$current() else 0L
  site <- if (id > 0L) store$sites$get(id)
  ending$status <- "error"
  text <- paste0("Error: ", conditionMessage(e))
  is_unnamed <- conditionMessage(e) == "cannot open the connection"
  if (is_unnamed && !is.null(warned)) text <- paste0(text, " (", warned, ")")
  ending$message <- list(
    file = if (is.null(site)) ending$file else site$file,
    line = if (is.null(site)) ending$line else site$position[[1L]],
    text = substr(gsub("\\s+", " ", text), 1L, 500L)
  )
}

# Why a program that no library trains ended before its last statement, where no condition told: it
# ended itself, or had called too deeply for anything more to be called.
note_exit <- function(ending) {
  said <- geterrmessage()
  too_deep <- grepl("C stack usage|nested too deeply|stack overflow", said)
  if (too_deep) ending$status <- "error"
  ending$message <- list(
    file = ending$file, line = ending$line,
    text = if (too_deep) "Error: it calls itself without an end" else "SystemExit: quit()"
  )
}

save_recording <- function(store, flag, ending, out) {
  flag$on <- FALSE
  if (ending$status == "exit" && length(ending$used) == 0L) note_exit(ending)
  send_recording(store, ending, ending$status, out)
  close(ending$connection)
}

send_recording <- function(store, ending, status, out) {
  ending$seconds <- proc.time()[["elapsed"]] - ending$started
  bytes <- format_recording_file(store, ending, status)
  # It may be a pipe, whose reader may be gone: to open it once more would wait for another.
  if (is.null(ending$connection)) {
    ending$connection <- file(out, "wb", raw = TRUE)
  } else if (!is_connection_to(ending$connection, out)) {
    ending$connection <- file(out, "ab", raw = TRUE) # the program has closed all
  }
  writeBin(bytes, ending$connection)
  flush(ending$connection)
}

# Whether a connection is still the one to this file: R gives the number of a closed one away.
is_connection_to <- function(connection, path) {
  tryCatch(identical(summary(connection)$description, path), error = function(e) FALSE)
}
