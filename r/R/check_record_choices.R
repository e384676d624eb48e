# Numbers of the source that a comparison decides between, as `if (z > 0) 1 else 0` does.
#
# Such a number has no operands: where it goes, the comparison is what it was made of.

deciding_operators <- c(">", "<", ">=", "<=", "==", "!=")

is_source_number <- function(e) {
  if (is_call_to(e, "(") && length(e) == 2L) {
    return(is_source_number(e[[2L]]))
  }
  is.numeric(e) || is_signed_number(e)
}

# Whether one comparison decides between numbers of the source, and nothing else: numbers that are
# its value or are returned, there or by the statements that follow, or bound to one variable. Where
# the other way gives a value, as in a relu, that is followed without a comparison.
decides <- function(e, following, is_value) {
  if (!is_call_to(e, "if") || !is_call_to(e[[2L]], deciding_operators) || length(e[[2L]]) != 3L) {
    return(FALSE)
  }
  ways <- as.list(e)[-(1:2)]
  if (any(vapply(ways, function(way) is_call_to(way, "{") && length(way) > 2L, NA))) {
    return(FALSE) # it is about more than a number
  }
  last <- unlist(lapply(ways, last_values), recursive = FALSE)
  given <- c(
    collect_values(ways, "return", ""), if (length(e) == 3L) collect_values(following, "return", "")
  )
  if (is_value) given <- c(given, Filter(function(v) !is_binding(v), last))
  for (v in Filter(is_binding, last)) {
    given <- c(given, collect_values(ways, binding_words, deparse_target(v)))
  }
  given <- Filter(function(v) !is_call_to(v, "return"), given)
  length(given) > 0L && all(vapply(given, is_source_number, NA))
}

binding_words <- c("<-", "<<-", "=")

is_binding <- function(e) is_call_to(e, binding_words) && length(e) == 3L

deparse_target <- function(e) paste(deparse(e[[2L]]), collapse = "")

# What the ways of a condition end with.
last_values <- function(e) {
  if (is_call_to(e, "{")) {
    return(if (length(e) > 1L) last_values(e[[length(e)]]) else list())
  }
  if (is_call_to(e, "if")) {
    return(unlist(lapply(as.list(e)[-(1:2)], last_values), recursive = FALSE))
  }
  list(e)
}

# The values that statements return, or bind to one target, wherever they stand in them.
collect_values <- function(parts, words, target) {
  found <- list()
  for (e in parts) {
    if (is_gap(e) || !is.call(e) || is_call_to(e, "function")) next
    if (is_call_to(e, words) && (!nzchar(target) || deparse_target(e) == target)) {
      found <- c(found, list(e[[length(e)]]))
    }
    found <- c(found, collect_values(as.list(e), words, target))
  }
  found
}

# Whether what follows a statement is what happens where its condition is false.
returns_early <- function(e) {
  if (!is_call_to(e, "if") || length(e) != 3L) {
    return(FALSE)
  }
  last <- last_values(e[[3L]])
  length(last) == 1L && is_call_to(last[[1L]], "return")
}

# The variable that keeps its number of the source where a condition is false, or nothing.
name_that_stays <- function(e, before) {
  if (!is_call_to(e, "if") || length(e) != 3L) {
    return("")
  }
  bound <- last_values(e[[3L]])
  if (length(bound) != 1L || !is_number_binding(bound[[1L]])) {
    return("")
  }
  name <- as.character(bound[[1L]][[2L]])
  known <- Filter(is_number_binding, before)
  if (name %in% vapply(known, function(k) as.character(k[[2L]]), "")) name else ""
}

is_number_binding <- function(e) is_binding(e) && is.name(e[[2L]]) && is_source_number(e[[3L]])

# A comparison that decides, which is kept: the new expression and its site.
watch_question <- function(self, e, row) {
  id <- add_site(self, "if", "through", row, 0L)
  x <- as.call(list(self$watch$ask, id, watch_part(self, e, row, -1L)$x))
  list(x = x, s = id)
}

# A value that something will hold; a number of the source is one that a comparison decided for.
watch_value <- function(self, e, row, up) {
  if (is.null(self$question) || !is_source_number(e)) {
    return(watch_part(self, e, row, up))
  }
  list(x = watch_choice(self, e, row))
}

watch_choice <- function(self, e, row) {
  id <- add_site(self, "choice", "through", row, 0L)
  as.call(list(self$watch$choose, id, self$question, e))
}

# A variable keeps its number of the source, as a comparison has decided.
watch_keeping <- function(self, name, row) {
  id <- add_site(self, "<-", "through", row, 0L, name)
  kept <- as.call(list(self$watch$bind, id, watch_choice(self, as.name(name), row)))
  call("<-", as.name(name), kept)
}

# What stands in a rewritten program for a comparison that decides, and for what it decides.
new_choice_watch <- function(store, flag) {
  asked <- integer(0) # by the number of its site the node of the last comparison
  list(
    ask = function(id, v) {
      before <- store$nodes$count()
      force(v)
      if (flag$on) {
        n <- store$nodes$count()
        is_asked <- n > before && store$nodes$op(n) %in% deciding_operators
        asked[[as.character(id)]] <<- if (is_asked) n else 0L
      }
      v
    },
    choose = function(id, question, v) {
      node <- if (flag$on) asked[as.character(question)] else NA
      if (is.na(node) || node == 0L || !is_numbers(v) || length(v) != 1L) {
        return(v)
      }
      v[1L] <- v[1L]
      safely(store, store$nodes$add("choice", id, node[[1L]], v))
      v
    }
  )
}
