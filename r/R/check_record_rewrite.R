# A program's expressions, rewritten so that what they make is recorded.
#
# f(x) becomes rec(id, f(x)), where the function itself stands, not its name: methods of classes see
# no other. The body of each function and of each loop stands twice, watched and as it was written,
# so that what is not watched runs at full speed. Every part is an (x, s): the new expression, and
# what says which value it had: the number of a site, a name, a constant, or NULL.

words_of <- function(text) strsplit(text, "[ \n]+")[[1L]]

# These take their arguments as text, or do something with the frame that they are called in.
left_alone <- words_of("quote bquote expression ~ :: ::: missing library require UseMethod
  NextMethod standardGeneric on.exit break next rm q quit requireNamespace ? loadNamespace
  attachNamespace")
called_plainly <- words_of("stop warning signalCondition parent.frame environment sys.function
  match.arg nargs callSuper callNextMethod initFields sys.nframe setwd eval evalq
  suppressWarnings suppressMessages invisible withCallingHandlers tryCatch try local with within
  system.time set.seed options Sys.time proc.time setRefClass setClass R6Class function")
shows_program <- words_of("substitute match.call sys.call body")
looks_at_text <- words_of("table xtabs stopifnot plot lines points curve hist barplot matplot
  boxplot legend lm glm nls aov subset transform model.frame D deriv ggplot aes %>% %<>% %T>% str
  all.equal image par dev.off png pdf abline text neuralnet nnet Rprof microbenchmark expand.grid")
standard_homes <- c("base", "stats", "utils", "methods", "graphics", "grDevices", "R6", "")

# A rewriter for one recorder: `at(program, file)` says what is rewritten, `statement(e, row)` does
# it.
new_rewriter <- function(sites, watch, flag, files) {
  self <- list2env(list(
    sites = sites, watch = watch, program = NULL, file = 0L, statement = NULL,
    formals = character(0), question = NULL, asked = NULL, keeps = "", following = list(),
    on = as.call(list(as.name("$"), flag, as.name("on"))), files = files
  ), parent = emptyenv())
  self
}

add_site <- function(self, op, kind, row, up, name = "") {
  position <- if (row > 0L) unlist(self$program$data[row, 1:4]) else self$statement
  self$sites$add(op, kind, as.integer(position), self$file, max(up, 0L), name)
}

# How the function of a name takes its arguments: as a primitive, as a function of R's own packages
# or of another's, or as one of the program's own.
kind_of_function <- function(name) {
  found <- get0(name, globalenv(), mode = "function")
  if (is.primitive(found)) {
    return(if (name %in% c("&&", "||")) "own" else "primitive")
  }
  home <- if (is.null(found)) NULL else topenv(environment(found))
  if (is.null(found) || identical(home, globalenv()) || !isNamespace(home)) {
    return("own")
  }
  if (environmentName(home) %in% standard_homes) "base" else "foreign"
}

# The name by which R knows a function that the program calls by another, as in act <- tanh.
own_name <- function(name) {
  f <- get0(name, globalenv(), mode = "function")
  home <- if (is.primitive(f)) baseenv() else topenv(environment(f))
  if (identical(get0(name, home, inherits = FALSE), f)) {
    return(name)
  }
  known <- name_function(f)
  if (is.null(known)) name else known
}

# up: 0 a statement whose value nobody takes; -1 a value of no recorded parent; else the parent.
watch_part <- function(self, e, row, up) {
  if (is_gap(e)) {
    return(list(x = e, s = list(state = "gap")))
  }
  if (!is.call(e) || is_signed_number(e) || is_field(e)) {
    return(list(x = e, s = describe_leaf(e)))
  }
  name <- called_name(e)
  special <- special_rewriter(name)
  if (!is.null(special)) {
    return(special(self, e, row, up))
  }
  if (name %in% left_alone) {
    return(list(x = e))
  }
  if (name %in% shows_program) {
    return(list(x = as.call(list(strip_recorder, e))))
  }
  watch_call(self, e, row, up, name)
}

# -1 and +1, which R reads as calls.
is_signed_number <- function(e) {
  is_call_to(e, c("-", "+")) && length(e) == 2L && is.numeric(e[[2L]])
}

# A name, a constant or a field as an operand; NULL for what is none, as `...` and `..1`.
describe_leaf <- function(e) {
  if (is.name(e)) {
    return(if (!grepl("^\\.\\.", as.character(e))) e)
  }
  if (is_signed_number(e)) {
    return(list(state = "constant", value = if (is_call_to(e, "-")) -e[[2L]] else e[[2L]]))
  }
  if (is.call(e)) {
    return(list(state = "field", place = e))
  }
  if (is.atomic(e)) list(state = "constant", value = e)
}

# The name of the function of a call: of pkg::f(x) and net$f(x) it is f.
called_name <- function(e) {
  head <- e[[1L]]
  if (is.name(head)) {
    return(as.character(head))
  }
  if (is_call_to(head, c("::", ":::", "$"))) paste(deparse(head[[3L]]), collapse = "") else "(call)"
}

# Puts a part back into a call; NULL would take the place away.
put_part <- function(e, i, x) {
  if (!is.null(x)) e[[i]] <- x
  e
}

watch_call <- function(self, e, row, up, name) {
  at <- find_parts(e, row, self$program)
  plain_head <- is.name(e[[1L]]) || is_call_to(e[[1L]], c("::", ":::"))
  head <- if (!plain_head && is_still_place(e[[1L]])) e[[1L]]
  if (name %in% c("source", "sys.source")) e[[1L]] <- self$run_source
  kind <- if (!plain_head) "own" else kind_of_function(name)
  id <- if (name %in% called_plainly) 0L else add_call_site(self, e, row, up, name, kind)
  watched <- watch_operands(self, e, at, if (id > 0L) id else -1L, name, kind)
  e <- watched$x
  if (name %in% c("deparse", "deparse1", "dput", "identical") && length(e) > 1L) {
    e[[2L]] <- as.call(list(strip_recorder, e[[2L]]))
  }
  if (!plain_head) e <- watch_head(self, e, at)
  if (id == 0L) {
    if (identical(e[[1L]], quote(eval))) e <- watch_eval(self, e, row)
    return(list(x = tidy_caught(self, e, name)))
  }
  self$sites$set(id, "spec", watched$spec)
  self$sites$set(id, "labels", if (!is.null(names(e))) names(e)[-1L])
  self$sites$set(id, "call_name", if (is.name(e[[1L]])) name)
  self$sites$set(id, "head", head)
  if (kind == "base" && name %in% names(minimisers)) {
    e <- as.call(c(list(self$minimisers[[name]], .site = id), as.list(e)[-1L]))
  }
  list(x = as.call(list(self$watch$rec, id, e)), s = id)
}

# The site of a call that is recorded.
add_call_site <- function(self, e, row, up, name, kind) {
  op <- if (kind %in% c("primitive", "base")) own_name(name) else name
  id <- add_site(self, op, if (kind == "own") "own" else kind_of_record(op), row, up)
  if (kind == "primitive") self$sites$set(id, "expression", e)
  id
}

# The operands of a call, and how each is found again; some functions look at their text.
watch_operands <- function(self, e, at, up, name, kind) {
  spec <- vector("list", length(e) - 1L)
  as_text <- name %in% looks_at_text || kind == "foreign"
  for (i in seq_along(e)[-1L]) {
    if (as_text && !is_call_to(e[[i]], "function") && !is_gap(e[[i]])) {
      if (is.name(e[[i]])) spec[[i - 1L]] <- e[[i]]
      next
    }
    if (name == "data.frame" && is.call(e[[i]]) && is_unnamed(e, i)) next
    r <- watch_part(self, e[[i]], at[[i]], up)
    if (!is_gap(e[[i]])) e <- put_part(e, i, r$x)
    s <- hold_operand(self, r$s, kind)
    if (!is.null(s)) spec[[i - 1L]] <- s
  }
  list(x = e, spec = spec)
}

is_unnamed <- function(e, i) is.null(names(e)) || !nzchar(names(e)[[i]])

# A parameter of the function may not have been needed, or not given.
hold_operand <- function(self, s, kind) {
  if (!is.name(s) || !as.character(s) %in% self$formals || kind == "primitive") {
    return(s)
  }
  if (kind == "base") list(state = "argument", name = s)
}

# net$forward(x), f(x)(y)
watch_head <- function(self, e, at) {
  head <- e[[1L]]
  if (is_call_to(head, "$")) {
    if (!is_field(head)) e[[1L]][[2L]] <- watch_part(self, head[[2L]], at[[1L]], 0L)$x
  } else {
    e[[1L]] <- watch_part(self, head, at[[1L]], 0L)$x
  }
  e
}

watch_block <- function(self, e, row, up) {
  at <- find_parts(e, row, self$program)
  s <- NULL
  outer <- mget(c("question", "following"), self)
  on.exit(list2env(outer, self))
  kept <- vapply(seq_along(e), function(i) name_that_stays(e[[i]], as.list(e)[seq_len(i - 1L)]), "")
  whole <- as.list(e)
  for (i in seq_along(e)[-1L]) {
    self$following <- whole[-seq_len(i)]
    self$keeps <- kept[[i]]
    r <- watch_value(self, e[[i]], at[[i]], if (i == length(e)) up else 0L)
    e <- put_part(e, i, r$x)
    s <- r$s
    if (returns_early(whole[[i]])) self$question <- self$asked
  }
  list(x = e, s = s)
}

watch_bracket <- function(self, e, row, up) {
  at <- find_parts(e, row, self$program)
  r <- watch_value(self, e[[2L]], at[[2L]], up)
  list(x = put_part(e, 2L, r$x), s = r$s)
}

watch_return <- function(self, e, row, up) {
  if (length(e) > 1L) {
    at <- find_parts(e, row, self$program)
    value <- watch_value(self, e[[2L]], at[[2L]], -1L)$x
    e <- put_part(e, 2L, as.call(list(self$watch$give_back, value)))
  }
  list(x = e)
}

watch_if <- function(self, e, row, up) {
  at <- find_parts(e, row, self$program)
  wraps <- up != 0L && !leaves_loop(e)
  id <- if (wraps) add_site(self, as.character(e[[1L]]), "through", row, up) else 0L
  name <- self$keeps
  self$keeps <- ""
  outer <- self$question
  own <- if (decides(e, self$following, up != 0L)) watch_question(self, e[[2L]], at[[2L]])
  self$question <- own$s
  for (i in seq_along(e)[-1L]) {
    if (!is_gap(e[[i]])) {
      x <- if (i > 2L) {
        watch_value(self, e[[i]], at[[i]], id)$x
      } else if (is.null(own)) {
        watch_part(self, e[[i]], at[[i]], -1L)$x
      } else {
        own$x
      }
      e <- put_part(e, i, x)
    }
  }
  if (!is.null(own) && nzchar(name)) e[[4L]] <- watch_keeping(self, name, row)
  self$asked <- self$question
  self$question <- outer
  if (wraps) list(x = as.call(list(self$watch$rec, id, e)), s = id) else list(x = e)
}

leaves_loop <- function(e) any(c("break", "next") %in% all.names(e))

watch_loop <- function(self, e, row, up) {
  outer <- self$question
  on.exit(self$question <- outer)
  self$question <- NULL
  at <- find_parts(e, row, self$program)
  last <- length(e)
  id <- 0L
  if (is_call_to(e, "for")) {
    id <- add_site(self, "for", "through", at[[3L]], 0L, as.character(e[[2L]]))
    along <- watch_part(self, e[[3L]], at[[3L]], -1L)$x
    e[[3L]] <- as.call(list(self$watch$along, along))
  } else if (is_call_to(e, "while")) {
    e[[2L]] <- call("if", self$on, watch_part(self, e[[2L]], at[[2L]], -1L)$x, e[[2L]])
  }
  watched <- watch_part(self, e[[last]], at[[last]], 0L)$x
  turn <- as.call(list(self$watch$turn, id))
  e[[last]] <- call("if", self$on, call("{", turn, watched), e[[last]])
  list(x = call("{", as.call(list(self$watch$begin)), e, as.call(list(self$watch$end))))
}

watch_function <- function(self, e, row, up) {
  body <- e[[3L]]
  if (!is.call(body) || "standardGeneric" %in% all.names(body)) {
    return(list(x = e))
  }
  at <- find_parts(e, row, self$program)
  before <- mget(c("formals", "question", "following"), self)
  on.exit(list2env(before, self))
  self$formals <- names(e[[2L]])
  self$question <- NULL
  self$following <- list()
  # What print() shows without a srcref is the text as R would write it.
  text <- deparse(eval(call("function", e[[2L]], body), globalenv()))
  place <- c(1L, 1L, length(text), nchar(text[[length(text)]], "bytes"))
  e[[4L]] <- srcref(srcfilecopy("program", text), place)
  watched <- watch_part(self, body, at[[3L]], -1L)$x
  if (!is_call_to(body, "UseMethod")) watched <- as.call(list(self$watch$give_back, watched))
  e[[3L]] <- call("if", self$on, watched, body)
  if (is_call_to(body, "{") && length(body) > 1L && is.character(body[[2L]])) {
    e[[3L]] <- call("{", body[[2L]], e[[3L]]) # the documentation of a method
  }
  list(x = e)
}

is_call_to <- function(expression, names) {
  is.call(expression) && is.name(expression[[1L]]) && as.character(expression[[1L]]) %in% names
}
