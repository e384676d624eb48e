# Somebody else's code in a process of its own, with limits and behind a wall where there is one;
# twin of engines/sandbox.py in Python, by the same launcher, engines_sandbox.sh.

check_walls <- c("bwrap", "unshare")

default_limits <- list(
  seconds = 60, memory_mb = 2048, printed_kb = 1024, file_mb = 64, processes = 64
)

# The strongest wall of this machine: "bwrap", "unshare" or "none"; tried once in a session.
find_wall <- function() {
  if (is.null(wall_cache$wall)) {
    standing <- if (Sys.info()[["sysname"]] == "Linux") Find(stands, check_walls)
    wall_cache$wall <- if (is.null(standing)) "none" else standing
  }
  wall_cache$wall
}

# Whether a wall can be built here: something harmless is run behind it.
stands <- function(wall) {
  folder <- tempfile("twinprop-")
  dir.create(file.path(folder, "work"), recursive = TRUE)
  on.exit(unlink(folder, recursive = TRUE))
  command <- paste(launcher_command(wall, folder, default_limits, "true"), ">/dev/null 2>&1")
  suppressWarnings(system(command)) == 0L
}

wall_cache <- new.env(parent = emptyenv())

launcher_command <- function(wall, folder, limits, command) {
  numbers <- c(
    limits$memory_mb * 1024, ceiling(limits$seconds) + 1, limits$file_mb * 1024, limits$processes
  )
  launcher <- system.file("engines_sandbox.sh", package = "twinprop", mustWork = TRUE)
  numbers <- format(numbers, scientific = FALSE, trim = TRUE)
  words <- c("sh", launcher, wall, folder, numbers, command)
  paste(shQuote(words), collapse = " ")
}

# Run a command with limits, in the folder `work` of a folder that it may write to: its status, the
# reason if it was ended ("time" or "printed"), and the lines that it printed.
run_sandboxed <- function(command, folder, variables, limits) {
  dir.create(file.path(folder, "work"))
  mark <- paste0("TWINPROP_CHECK=", basename(folder), "-", Sys.getpid())
  home <- file.path(folder, "work")
  environment <- c(
    paste0("PATH=", Sys.getenv("PATH")), paste0(c("HOME=", "TMPDIR="), home), "LC_ALL=C.UTF-8",
    "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", mark, variables
  )
  said <- file.path(folder, "printed.txt")
  status <- file.path(folder, "status.txt")
  has_timeout <- nzchar(Sys.which("timeout"))
  line <- paste(
    "{ env -i", paste(shQuote(environment), collapse = " "),
    if (has_timeout) paste("timeout -s KILL", limits$seconds),
    launcher_command(find_wall(), folder, limits, command), "</dev/null 2>&1; echo $? >",
    shQuote(status), "; } | head -c", format(limits$printed_kb * 1024 + 1, scientific = FALSE), ">",
    shQuote(said)
  )
  started <- Sys.time()
  suppressWarnings(system(line, timeout = if (has_timeout) 0 else limits$seconds))
  end_marked(mark)
  seconds <- as.double(difftime(Sys.time(), started, units = "secs"))
  code <- if (file.exists(status)) as.integer(readLines(status)) else 137L
  printed <- if (file.exists(said)) file.size(said) > limits$printed_kb * 1024 else FALSE
  reason <- if (printed) "printed" else if (code == 137L && seconds >= limits$seconds) "time"
  list(
    status = code, reason = reason,
    printed = if (file.exists(said)) readLines(said, warn = FALSE, encoding = "UTF-8")
  )
}

# End what left its group but still carries its mark; on Linux, where /proc shows it.
end_marked <- function(mark) {
  for (file in Sys.glob("/proc/[0-9]*/environ")) {
    bytes <- suppressWarnings(tryCatch(readBin(file, "raw", 1e5), error = function(e) raw()))
    bytes[bytes == 0L] <- as.raw(10L)
    if (mark %in% strsplit(rawToChar(bytes), "\n", fixed = TRUE)[[1L]]) {
      tools::pskill(as.integer(basename(dirname(file))), tools::SIGKILL)
    }
  }
}
