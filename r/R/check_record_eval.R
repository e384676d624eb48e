# eval(parse(text = ...)): what is read so is a part of the program, too, at the place of the call.

# The function that stands for eval() in a watched program; `place` is that of the call.
eval_recorded <- function(rewriter, flag) {
  known <- utils::hashtab()
  # Each text is rewritten once at a place, so that its parts are the same in every step.
  rewritten <- function(place, e) {
    made <- utils::gethash(known, list(place, e))
    if (is.null(made)) {
      before <- mget(c("file", "statement", "formals"), rewriter)
      on.exit(list2env(before, rewriter))
      rewriter$file <- place$file
      rewriter$statement <- place$position
      rewriter$formals <- character(0)
      made <- watch_part(rewriter, e, 0L, 0L)$x
      utils::sethash(known, list(place, e), made)
    }
    made
  }
  run_eval <- function(.place, expr, envir = parent.frame(), ...) {
    if (!flag$on || !is.expression(expr) || !is.environment(envir) || ...length() > 0L) {
      return(eval(expr, envir, ...))
    }
    r <- list(value = NULL, visible = TRUE)
    for (k in seq_along(expr)) {
      r <- withVisible(eval(rewritten(.place, expr[[k]]), envir))
    }
    if (r$visible) r$value else invisible(r$value)
  }
  attr(run_eval, "stands_for") <- "eval"
  run_eval
}

# eval(e) with the place of the call beside what it is given.
watch_eval <- function(self, e, row) {
  position <- if (row > 0L) unlist(self$program$data[row, 1:4]) else self$statement
  place <- list(file = self$file, position = as.integer(position))
  as.call(c(list(self$run_eval, .place = place), as.list(e)[-1L]))
}
