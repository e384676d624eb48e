# Why somebody's program ended before it could be judged, in a sentence; twin of check/ended.py in
# Python.

# Why there is no recording, in a sentence.
describe_end <- function(ended, name, limits) {
  if (!is.null(ended$reason)) {
    return(paste(name, describe_reason(ended, limits)))
  }
  signal <- if (ended$status > 128L) ended$status - 128L else 0L
  if (signal == 24L) {
    return(paste(name, "was ended by the system: it used more time than its limits"))
  }
  if (signal == 9L) {
    return(paste(
      name, "was ended by SIGKILL: by itself, or by the system for more time or memory than its",
      "limits"
    ))
  }
  if (signal %in% c(1L, 2L, 15L)) {
    word <- c("1" = "SIGHUP", "2" = "SIGINT", "15" = "SIGTERM")[[as.character(signal)]]
    return(paste(name, "was ended by", word, "before it could be judged"))
  }
  if (signal == 25L) {
    return(paste(name, "was ended: it wrote a file of more than", limits$file_mb, "MB"))
  }
  if (signal %in% c(4L, 6L, 7L, 8L, 11L)) {
    word <- c("4" = "SIGILL", "6" = "SIGABRT", "7" = "SIGBUS", "8" = "SIGFPE", "11" = "SIGSEGV")
    found <- word[[as.character(signal)]]
    return(paste0(name, " crashed (", found, "): its process ended in the middle"))
  }
  if (any(grepl("annot allocate", ended$printed))) {
    return(paste0(name, " needs more memory than ", limits$memory_mb, " MB (memory_mb)"))
  }
  paste0(name, " ended its own process (status ", ended$status, ") before it could be judged")
}

describe_reason <- function(ended, limits) {
  switch(ended$reason,
    time = paste0(
      "was ended after ", limits$seconds, " seconds: a loop without an end, or seconds are too ",
      "few for it"
    ),
    memory = paste0(
      "was ended: all its processes together used more than ", limits$memory_mb, " MB of memory ",
      "(memory_mb)"
    ),
    processes = paste("was ended: it ran more than", limits$processes, "processes at once"),
    disk = paste("was ended: it wrote more than", limits$disk_mb, "MB in all"),
    files = "was ended: it made more than 65536 files",
    printed = paste0("was ended: it printed more than ", limits$printed_kb, " KB (printed_kb)"),
    result = paste0(
      "was ended: its recording has more than ", limits$result_mb, " MB; let it run for fewer ",
      "steps, or with less data"
    ),
    small = paste(
      "could not be recorded: files may not be large enough here; `ulimit -f` sets how large"
    ),
    stopped = "was ended, as this command was",
    unwatched = "was ended: no process could be started any more to watch over it",
    wall = paste(
      "was not run, since its wall could not be built:",
      utils::tail(c("no reason given", ended$printed), 1L)
    )
  )
}
