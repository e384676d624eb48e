# Seconds per epoch of run_case and of the plain program, in turn, one line a round:
# Rscript speed.R CASE ROUNDS PROGRAM... where a program is plain, native or strict.

arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
script <- gsub("~+~", " ", script, fixed = TRUE) # as Rscript writes a space
source(file.path(dirname(script), "plain_training.R"))
case <- twinprop::read_case(arguments[[1L]])
rounds <- as.integer(arguments[[2L]])
network <- case$network
plan <- case$plan
programs <- list(
  plain = function() {
    train_plainly(
      case$data$x, case$data$y, network[[1L]]$weights, network[[1L]]$bias,
      network[[2L]]$weights, network[[2L]]$bias, plan$learning_rate, plan$epochs
    )
  },
  native = function() twinprop::run_case(case, twinprop::native),
  strict = function() twinprop::run_case(case, twinprop::strict)
)[arguments[-(1:2)]]
seconds <- function(program) {
  start <- proc.time()[["elapsed"]]
  program()
  (proc.time()[["elapsed"]] - start) / plan$epochs
}
for (round in seq_len(rounds)) {
  cat(vapply(programs, seconds, 0), "\n")
}
