# Seconds per epoch of run_case and of the plain program, in turn: Rscript speed.R CASE ROUNDS
# prints one line a round: plain, native, strict.

arguments <- commandArgs(trailingOnly = TRUE)
script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
source(file.path(dirname(script), "plain_training.R"))
case <- twinprop::read_case(arguments[[1L]])
rounds <- as.integer(arguments[[2L]])
network <- case$network
plan <- case$training
seconds <- function(expression) {
  start <- proc.time()[["elapsed"]]
  force(expression)
  (proc.time()[["elapsed"]] - start) / plan$epochs
}
for (round in seq_len(rounds)) {
  plain <- seconds(train_plainly(
    case$data$x, case$data$y, network$weights[[1L]], network$biases[[1L]],
    network$weights[[2L]], network$biases[[2L]], plan$learning_rate, plan$epochs
  ))
  native <- seconds(twinprop::run_case(case, twinprop::native))
  strict <- seconds(twinprop::run_case(case, twinprop::strict))
  cat(plain, native, strict, "\n")
}
