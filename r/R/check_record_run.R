# A program's statements, one after the other.

# A function that prepares the next statement each time it is called, as the promise `.twinprop`:
# a promise runs in the program's frame without a call of its own, as in Rscript.
new_run <- function(rewriter, store, flag, ending, path) {
  program <- NULL
  done <- 0L
  place <- as.environment("Autoloads")
  start <- function() {
    program <<- read_statements(path)
    ending$files <- basename(path)
  }
  function() {
    if (is.null(program)) start()
    done <<- done + 1L
    if (done > length(program$expressions)) {
      flag$on <- FALSE
      ending$status <- if (is.null(program$syntax)) "ok" else "error"
      promise_statement(quote(invisible(NULL)), place)
      return(invisible(NULL))
    }
    store$calls$clear()
    store$loops$clear()
    flag$on <- !store$nodes$is_full()
    promise_statement(prepare_statement(rewriter, program, 0L, done, flag, ending), place)
    invisible(NULL)
  }
}

promise_statement <- function(e, place) {
  eval(as.call(list(quote(delayedAssign), ".twinprop", e, globalenv(), place)))
}

# A program up to where R cannot read it; then its last statement is R's own message.
read_statements <- function(path) {
  read_program(path)
}

# One statement, rewritten if it is to be watched. R compiles loops only where it sees its own, and
# none where it compiles nothing, as in a browser.
prepare_statement <- function(rewriter, program, file, k, flag, ending) {
  bare <- program$expressions[[k]]
  place <- program$places[[k]]
  ending$line <- place[[1L]]
  ending$file <- file
  note_used(bare, ending)
  if (!flag$on) {
    return(bare)
  }
  rewriter$program <- program
  rewriter$file <- file
  rewriter$statement <- place[c(1L, 5L, 3L, 6L)]
  row <- if (k <= length(program$top)) program$top[[k]] else 0L
  e <- watch_part(rewriter, bare, row, 0L)$x
  if (compiler::enableJIT(-1L) > 0L && any(c("for", "while", "repeat") %in% all.names(bare))) {
    e <- compiler::compile(e, globalenv(), list(suppressAll = TRUE))
  }
  e
}

# Libraries that train by themselves, and the line on which one is first seen.
training_libraries <- c("nnet", "neuralnet", "keras", "keras3", "tensorflow", "torch", "luz", "h2o",
                        "mxnet", "deepnet", "RSNNS", "caret", "brulee")

note_used <- function(e, ending) {
  words <- all.names(e)
  if (!any(c("library", "require", "::", "requireNamespace", "loadNamespace") %in% words)) {
    return(invisible(NULL))
  }
  texts <- unlist(lapply(as.list(e), function(part) if (is.character(part)) part))
  for (name in intersect(training_libraries, c(words, texts))) {
    if (is.null(ending$used[[name]])) ending$used[[name]] <- ending$line
  }
}

# source() of a file that lies beside the program: its statements are recorded, too.
source_recorded <- function(rewriter, store, flag, ending) {
  run_source <- function(file, ...) {
    frame <- parent.frame()
    more <- list(...)
    known <- is.character(file) && length(file) == 1L && !grepl("://", file) && file.exists(file) &&
      length(setdiff(names(more), c("local", "encoding"))) == 0L
    if (!known || !flag$on) {
      return(eval(as.call(list(base::source, file, ...)), frame))
    }
    local <- more$local
    env <- if (is.environment(local)) local else if (isTRUE(local)) frame else globalenv()
    run_statements(rewriter, file, env, flag, ending)
  }
  attr(run_source, "stands_for") <- "source"
  run_source
}

run_statements <- function(rewriter, file, env, flag, ending) {
  before <- mget(c("program", "file", "statement", "formals"), rewriter)
  line <- list(line = ending$line, file = ending$file)
  on.exit({
    list2env(before, rewriter)
    list2env(line, ending)
  })
  program <- read_program(file)
  index <- length(ending$files)
  ending$files <- c(ending$files, file)
  r <- list(value = NULL, visible = FALSE)
  rewriter$formals <- character(0)
  for (k in seq_along(program$expressions)) {
    e <- prepare_statement(rewriter, program, index, k, flag, ending)
    v <- NULL
    eval(as.call(list(quote(delayedAssign), "v", e, env, environment())))
    r <- withVisible(v)
  }
  invisible(r)
}
