# Somebody else's program in a process of its own, behind a wall and within limits; twin of
# engines/sandbox.py in Python, by the same launcher, engines_sandbox.sh.

check_walls <- c(bwrap = "bubblewrap", unshare = "user namespaces")
wall_variable <- "TWINPROP_WALL" # the one wall to be tried; "none" for none
sandbox_result <- "/dev/fd/3" # where the program writes its result, once and from front to back
sandbox_given <- "{given}" # in a command: the folder of the given files
inside_line <- charToRaw("inside\n") # the launcher's own first line of a result
no_wall <- "It ran without a wall, as you trust it: it could write your files and use the network."
probe_seconds <- 60

default_limits <- list(
  seconds = 60, memory_mb = 2048, printed_kb = 1024, file_mb = 64, processes = 64, disk_mb = 256,
  result_mb = 256
)

# Run a command behind the wall, within limits, in a folder of its own: its status, the reason if it
# was ended, the lines that it printed, its result (raw) and the wall behind which it ran.
#
# `sandbox_given` in the command stands for the folder of the given files, a named list of texts. It
# writes its result to `sandbox_result`. `beside` is a folder of which it finds copies of the files
# in its own. Where no wall can be built it runs only if it is trusted.
run_sandboxed <- function(command, given, variables, limits, beside = NULL, trust = FALSE) {
  wall <- choose_wall(trust)
  folder <- new_sandbox_folder()
  on.exit(unlink(folder, recursive = TRUE))
  dir.create(file.path(folder, "given"))
  for (name in names(given)) {
    writeLines(given[[name]], file.path(folder, "given", name), useBytes = TRUE)
  }
  if (!is.null(beside)) lay_out(beside, file.path(folder, "beside"))
  words <- gsub(sandbox_given, file.path(folder, "given"), command, fixed = TRUE)
  launch(wall, folder, beside, limits, words, variables)
  read_end(wall, folder, limits)
}

new_sandbox_folder <- function() {
  folder <- tempfile("twinprop-", normalizePath(tempdir()))
  dir.create(folder, mode = "0700")
  folder
}

# The wall behind which a program runs; where there is none it has to be trusted.
choose_wall <- function(trust) {
  wall <- find_wall()
  if (wall == "none" && !trust) {
    input_error(
      "no wall can be built here that keeps a program from your files and the network (",
      missing_walls(), "); install bubblewrap, or run a program that you wrote or trust without a ",
      "wall: trust = TRUE"
    )
  }
  wall
}

# The strongest wall of this machine: "bwrap", "unshare" or "none".
find_wall <- function() {
  found <- Find(function(wall) is.null(why_not(wall)), walls_to_try())
  if (is.null(found)) "none" else found
}

walls_to_try <- function() {
  chosen <- Sys.getenv(wall_variable)
  if (chosen == "") {
    return(names(check_walls))
  }
  check_name(wall_variable, chosen, c(names(check_walls), "none"))
  setdiff(chosen, "none")
}

# Why each wall does not stand here.
missing_walls <- function() {
  if (length(walls_to_try()) == 0L) {
    return(paste(wall_variable, "is none"))
  }
  reasons <- vapply(walls_to_try(), function(wall) {
    paste0(check_walls[[wall]], ": ", why_not(wall))
  }, "")
  paste(reasons, collapse = "; ")
}

# Why a wall cannot be built here, or NULL where it can; tried once in a session.
why_not <- function(wall) {
  if (is.null(wall_cache[[wall]])) {
    assign(wall, list(reason = try_wall(wall)), envir = wall_cache)
  }
  wall_cache[[wall]]$reason
}

wall_cache <- new.env(parent = emptyenv())

# Something harmless is run behind it.
try_wall <- function(wall) {
  if (Sys.info()[["sysname"]] != "Linux") {
    return("only on Linux")
  }
  if (!nzchar(Sys.which(wall))) {
    return("not installed")
  }
  folder <- new_sandbox_folder()
  on.exit(unlink(folder, recursive = TRUE))
  limits <- utils::modifyList(default_limits, list(seconds = probe_seconds))
  launch(wall, folder, NULL, limits, "true", character())
  ended <- read_end(wall, folder, limits)
  if (ended$status == 0L && is.null(ended$reason)) {
    return(NULL)
  }
  if (identical(ended$reason, "time")) {
    return(paste("not built in", probe_seconds, "seconds"))
  }
  said <- c(trimws(ended$printed), paste("status", ended$status))
  said[nzchar(said)][[1L]]
}

# They choose the routines of a BLAS, and so the last bits of what a program computes.
blas_kernels <- c("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_CBWR", "BLIS_ARCH_TYPE")

# Start the launcher and wait until it has ended.
launch <- function(wall, folder, beside, limits, command, variables) {
  kernels <- Sys.getenv(blas_kernels, NA)
  kernels <- kernels[!is.na(kernels)]
  environment <- c(
    paste0("PATH=", Sys.getenv("PATH")), "LC_ALL=C.UTF-8", "OPENBLAS_NUM_THREADS=1",
    "OMP_NUM_THREADS=1", sprintf("%s=%s", names(kernels), kernels), variables
  )
  numbers <- c(
    Sys.getpid(), limits$seconds * 10, limits$memory_mb, limits$file_mb, limits$disk_mb,
    limits$processes, limits$printed_kb * 1024, limits$result_mb * 2^20 + length(inside_line)
  )
  launcher <- system.file("engines_sandbox.sh", package = "twinprop", mustWork = TRUE)
  place <- if (is.null(beside)) "" else normalizePath(beside)
  words <- c(
    "-i", environment, "sh", launcher, "run", wall, folder, place,
    format(floor(numbers), scientific = FALSE, trim = TRUE), command
  )
  line <- paste("exec env", paste(shQuote(words), collapse = " "), "</dev/null >/dev/null 2>&1")
  suppressWarnings(system(line))
}

read_end <- function(wall, folder, limits) {
  at <- function(name) file.path(folder, name)
  said <- read_bounded(at("status"), 100)
  said <- if (is.null(said)) "137 unwatched" else rawToChar(said[said != 0L])
  said <- strsplit(trimws(said), " ", fixed = TRUE)[[1L]]
  most <- limits$printed_kb * 1024
  printed <- read_bounded(at("printed"), most + 1)
  result <- read_bounded(at("result"), limits$result_mb * 2^20 + length(inside_line) + 1)
  reason <- if (length(said) > 1L) said[[2L]]
  inside <- identical(utils::head(result, length(inside_line)), inside_line)
  result <- utils::tail(result, -length(inside_line))
  if (length(printed) > most) {
    reason <- "printed"
  } else if (length(result) > limits$result_mb * 2^20) {
    reason <- "result"
  } else if (!inside && !isTRUE(reason %in% c("time", "memory", "stopped"))) {
    reason <- "wall"
  }
  list(
    status = as.integer(said[[1L]]), reason = reason, result = result, wall = wall,
    printed = split_printed(utils::head(printed, most))
  )
}

# The lines of what was printed, as far as they are text in UTF-8.
split_printed <- function(bytes) {
  text <- rawToChar(as.raw(bytes[bytes != 0L])) # of nothing there are no bytes
  text <- iconv(text, "UTF-8", "UTF-8", sub = "?")
  if (nzchar(text)) split_lines(text)
}
