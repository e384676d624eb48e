# The least seconds that a form of logistic regression takes. The clock is coarse, so each
# measurement repeats it for at least a hundredth of a second.
function(form, x, y, w, b, repeats) {
  compute <- getExportedValue("twinprop", paste0("logistic_", form))
  best <- Inf
  for (repetition in seq_len(repeats)) {
    calls <- 0L
    start <- proc.time()[["elapsed"]]
    while (proc.time()[["elapsed"]] - start < 0.01) {
      compute(x, y, w, b)
      calls <- calls + 1L
    }
    best <- min(best, (proc.time()[["elapsed"]] - start) / calls)
  }
  best
}
