# A program as it was written, out of one that is watched.

# Takes the recorder out of a piece of the program that it, or a message, shows.
strip_recorder <- function(e) {
  if (is_closure(e)) {
    body(e) <- strip_recorder(body(e))
    return(e)
  }
  if (!is.call(e)) {
    return(e)
  }
  attr(e, "srcref") <- NULL # R puts the recorder's own line there
  head <- e[[1L]]
  if (is_closure(head)) {
    stands_for <- attr(head, "stands_for")
    if (is.null(stands_for)) {
      return(strip_recorder(e[[length(e)]]))
    }
    e[[1L]] <- as.name(stands_for)
    if (stands_for %in% c("eval", names(minimisers))) e[[2L]] <- NULL # its place
  }
  if (is_watched_choice(e)) {
    return(e[[4L]])
  }
  if (is_watched_loop(e)) {
    return(strip_recorder(e[[3L]]))
  }
  for (i in seq_along(e)) if (!is_gap(e[[i]]) && is.call(e[[i]])) e[[i]] <- strip_recorder(e[[i]])
  e
}

# if (flag$on) watched else plain
is_watched_choice <- function(e) {
  is_call_to(e, "if") && length(e) == 4L && is_call_to(e[[2L]], "$") &&
    is.environment(e[[2L]][[2L]])
}

# { begin(); for ...; end() }
is_watched_loop <- function(e) {
  is_call_to(e, "{") && length(e) == 4L && is.call(e[[2L]]) && is.function(e[[2L]][[1L]])
}

is_closure <- function(f) is.function(f) && !is.primitive(f)
