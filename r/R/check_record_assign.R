# Assignments of a program, rewritten for the recorder.

watch_assignment_to <- function(self, e, row, up) {
  if (length(e) != 3L) {
    return(list(x = e))
  }
  at <- find_parts(e, row, self$program)
  if (is.call(e[[2L]])) assign_part(self, e, at, row, up) else assign_name(self, e, at, row, up)
}

# x <- f(y): the call's value gets the name; x <- y and x <- 1 have no call, and get one.
assign_name <- function(self, e, at, row, up) {
  outer <- is_call_to(e, "<<-")
  name <- as.character(e[[2L]])
  if (is_call_to(e[[3L]], "function")) {
    return(list(x = put_part(e, 3L, watch_part(self, e[[3L]], at[[3L]], -1L)$x)))
  }
  id <- add_site(self, "<-", "through", row, up, name)
  self$sites$set(id, "outer", outer)
  r <- watch_value(self, e[[3L]], at[[3L]], -1L)
  constant <- is.list(r$s) && identical(r$s$state, "constant")
  if (constant) self$sites$set(id, "copied", "constant")
  if (is_assignment(e[[3L]])) self$sites$set(id, "copied", "assignment")
  self$sites$set(id, "spec", list(r$s))
  list(x = put_part(e, 3L, as.call(list(self$watch$bind, id, r$x))), s = id)
}

is_assignment <- function(e) is_call_to(e, c("<-", "<<-", "="))

# An assignment into a part of a value, as to x[i].
assign_part <- function(self, e, at, row, up) {
  target <- e[[2L]]
  base <- target
  while (is.call(base) && length(base) > 1L) base <- base[[2L]]
  if (!is.name(base) && !is.character(base)) {
    return(list(x = e))
  }
  id <- add_site(self, paste0(called_name(target), "<-"), "through", row, up)
  r <- watch_value(self, e[[3L]], at[[3L]], id)
  parts <- watch_target(self, target, at[[2L]], id)
  self$sites$set(id, "outer", is_call_to(e, "<<-"))
  self$sites$set(id, "target", target)
  self$sites$set(id, "value_spec", r$s)
  self$sites$set(id, "index", parts$index)
  e[[2L]] <- parts$x
  e <- put_part(e, 3L, as.call(list(self$watch$put_value, id, r$x)))
  list(x = as.call(list(self$watch$put, id, e)), s = id)
}

# The indices in a target are recorded, and what stands before them is not: R looks it up itself.
watch_target <- function(self, e, row, id) {
  at <- find_parts(e, row, self$program)
  index <- list()
  if (is.call(e[[2L]])) e[[2L]] <- watch_target(self, e[[2L]], at[[2L]], id)$x
  if (!is_call_to(e, c("$", "@"))) {
    for (i in seq_along(e)[-(1:2)]) {
      if (is_gap(e[[i]])) {
        index[i - 2L] <- list(NULL)
        next
      }
      r <- watch_part(self, e[[i]], at[[i]], id)
      e <- put_part(e, i, r$x)
      index[i - 2L] <- list(r$s)
    }
  }
  list(x = e, index = index)
}

# What rewrites a construct of the language; NULL for a call like any other.
special_rewriter <- function(name) {
  switch(name,
    "(" = watch_bracket, "{" = watch_block, "function" = watch_function, "return" = watch_return,
    "for" = , "while" = , "repeat" = watch_loop, "if" = , "switch" = watch_if,
    "<-" = , "<<-" = , "=" = watch_assignment_to
  )
}
