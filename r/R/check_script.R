# An R script's expressions, rewritten so that a recorder sees every assignment; twin of
# check/python_script.py in Python.
#
# `wh <- f()` becomes `wh <- recorder$assign("wh", line, scope, f())`, which returns what the
# variable is to hold; of `wh[i, j] <- d` the whole variable is shown. The training loop, the
# outermost loop that computes or updates known quantities, by itself or in functions that it calls,
# begins each turn with `recorder$epoch_turn(...)`. The recorder itself stands in these calls, not
# its name: methods of a reference class, among others, do not see every variable.

assignment_signs <- c("<-", "=", "<<-")

# The expressions of a script with the recorder's calls in them, the line on which each begins, and
# the names assigned in the training loop (NULL where there is no such loop).
rewrite_script <- function(source, known, recorder) {
  parsed <- parse(text = source, keep.source = TRUE)
  lines <- vapply(attr(parsed, "srcref"), function(place) place[[1L]], 1L)
  expressions <- as.list(parsed)
  functions <- find_functions(expressions)
  touched <- touched_by_functions(functions, known)
  loops <- find_training_loops(expressions, functions, known, touched)
  ends <- setdiff(c("quit", "q"), names(functions))
  context <- list(known = known, loops = loops, scope = "", recorder = recorder, ends = ends)
  rewritten <- Map(function(e, line) rewrite(e, line, context), expressions, lines)
  inside <- if (!is.null(loops$epoch)) {
    c(assigned_names(loops$epoch), assigned_by_functions(loops$epoch, functions))
  }
  list(expressions = rewritten, lines = lines, loop_names = inside)
}

is_call_to <- function(expression, names) {
  is.call(expression) && is.name(expression[[1L]]) && as.character(expression[[1L]]) %in% names
}

# Whether something is the empty argument, as in x[i, ].
is_missing <- function(part) {
  is.symbol(part) && !nzchar(as.character(part))
}

# Every expression in an expression, itself first.
walk <- function(expression) {
  if (missing(expression) || !(is.call(expression) || is.pairlist(expression))) {
    return(list())
  }
  parts <- as.list(expression)
  parts <- parts[!vapply(parts, function(part) is_missing(part), TRUE)]
  c(list(expression), unlist(lapply(unname(parts), walk), recursive = FALSE))
}

# The name by which a target goes: a variable, a field, a constant key; else NULL.
target_name <- function(target) {
  if (is.name(target) || is.character(target)) {
    return(as.character(target))
  }
  if (is_call_to(target, c("$", "@"))) {
    return(as.character(target[[3L]]))
  }
  if (is_call_to(target, "[[") && length(target) == 3L && is.character(target[[3L]])) {
    return(target[[3L]])
  }
  NULL
}

# The variable or field in which an element is assigned, as an expression.
target_base <- function(target) {
  while (is.null(target_name(target)) && is.call(target)) target <- target[[2L]]
  target
}

recorded <- function(context, method, ...) {
  as.call(list(call("$", context$recorder, as.name(method)), ...))
}

# One expression with the recorder's calls in it.
rewrite <- function(expression, line, context) {
  if (!is.call(expression)) {
    return(expression)
  }
  word <- if (is.name(expression[[1L]])) as.character(expression[[1L]]) else ""
  special <- switch(word,
    "{" = rewrite_block,
    "function" = rewrite_function,
    "<-" = , "=" = , "<<-" = rewrite_assignment,
    assign = rewrite_assign,
    "for" = , "while" = , "repeat" = rewrite_loop
  )
  if (!is.null(special)) {
    return(special(expression, line, context))
  }
  if (is_call_to(expression, context$ends)) {
    return(recorded(context, "quit"))
  }
  rewrite_parts(expression, line, context)
}

rewrite_parts <- function(expression, line, context) {
  methods <- named_functions(expression)
  for (i in seq_along(expression)[-1L]) {
    part <- expression[[i]]
    if (!missing(part) && is.call(part)) {
      inside <- context
      if (i %in% methods) inside$scope <- names(expression)[[i]]
      expression[[i]] <- rewrite(part, line, inside)
    }
  }
  expression
}

# The places of functions with a name in a list, such as the methods of a reference class.
named_functions <- function(expression) {
  is_list <- is.call(expression) && any(c("list", "methods") %in% target_name(expression[[1L]]))
  if (is_list && !is.null(names(expression))) {
    which(nzchar(names(expression)) & vapply(expression, is_call_to, TRUE, names = "function"))
  }
}

rewrite_block <- function(block, line, context) {
  places <- attr(block, "srcref")
  for (i in seq_along(block)[-1L]) {
    here <- if (length(places) >= i) places[[i]][[1L]] else line
    if (is.call(block[[i]])) block[[i]] <- rewrite(block[[i]], here, context)
  }
  attributes(block) <- NULL
  block
}

rewrite_function <- function(definition, line, context) {
  body <- rewrite(definition[[3L]], line, context)
  settings <- given_arguments(names(definition[[2L]]), context$known)
  given <- lapply(settings, function(name) {
    value <- recorded(context, "setting", name, line, context$scope, as.name(name))
    call("if", call("!", call("missing", as.name(name))), call("<-", as.name(name), value))
  })
  # A default that is missing is replaced in the list of arguments itself.
  for (name in settings) {
    if (!is_missing(definition[[2L]][[name]])) {
      default <- definition[[2L]][[name]]
      definition[[2L]][[name]] <- recorded(context, "setting", name, line, context$scope, default)
    }
  }
  lines <- if (is.call(body) && identical(body[[1L]], as.name("{"))) as.list(body)[-1L] else body
  definition[[3L]] <- as.call(c(as.name("{"), given, lines))
  if (length(definition) > 3L) definition[[4L]] <- NULL
  definition
}

# Arguments that hold settings; all of a function that gets x and y (sigmoid does not).
given_arguments <- function(arguments, known) {
  quantities <- vapply(arguments, function(name) {
    quantity <- known(name)
    if (is.null(quantity)) "" else quantity
  }, "")
  chosen <- all(c("x", "y") %in% quantities) & arguments != "..." | quantities %in% number_names
  arguments[chosen]
}

# assign("W1", value): the name is known only when it runs.
rewrite_assign <- function(expression, line, context) {
  if (length(expression) >= 3L) {
    value <- expression[[3L]]
    if (is.call(value)) value <- rewrite(value, line, context)
    expression[[3L]] <- recorded(context, "assign", expression[[2L]], line, context$scope, value)
  }
  expression
}

rewrite_assignment <- function(expression, line, context) {
  target <- expression[[2L]]
  name <- target_quantity(target, context$known)
  if (is_call_to(expression[[3L]], "function") && !is.null(name)) {
    context$scope <- name
    expression[[3L]] <- rewrite(expression[[3L]], line, context)
    return(expression)
  }
  if (is.call(expression[[3L]])) expression[[3L]] <- rewrite(expression[[3L]], line, context)
  if (!is.null(name)) {
    expression[[3L]] <- recorded(context, "assign", name, line, context$scope, expression[[3L]])
    return(expression)
  }
  base <- target_base(target)
  name <- target_name(base)
  if (is.null(name)) {
    return(expression)
  }
  whole <- if (is.character(base)) as.name(base) else base
  expression[[1L]] <- as.name(sub("=", "<-", as.character(expression[[1L]]), fixed = TRUE))
  recorded(context, "show", name, line, context$scope, expression, whole)
}

# The name of a target; `grads$W1` is dW1.
target_quantity <- function(target, known) {
  name <- target_name(target)
  if (is.null(name) || !is.call(target)) {
    return(name)
  }
  quantity <- known(name)
  holder <- target_name(target_base(target[[2L]]))
  is_gradient <- any(c("W", "b") %in% quantity_kind(as.character(quantity))) &&
    !is.null(holder) && holds_gradients(holder)
  remembered <- !is.null(holder) && holds_memory(holder)
  if (is_gradient) paste0("d", quantity) else if (remembered) paste0("memory.", name) else name
}

rewrite_loop <- function(loop, line, context) {
  is_epoch <- identical(loop, context$loops$epoch)
  is_batch <- identical(loop, context$loops$batch)
  last <- length(loop)
  literal <- is_call_to(loop, "for") && length(all.vars(loop[[3L]])) == 0L
  if (is_call_to(loop, "while") && is.call(loop[[2L]])) {
    loop[[2L]] <- rewrite(loop[[2L]], line, context)
  }
  loop[[last]] <- rewrite(loop[[last]], line, context)
  if (is_epoch) {
    return(rewrite_epochs(loop, line, literal, context))
  }
  if (is_batch) {
    turn <- recorded(context, "batch_turn", quote(environment()))
    loop[[last]] <- call("{", turn, loop[[last]])
  }
  loop
}

rewrite_epochs <- function(loop, line, literal, context) {
  last <- length(loop)
  if (literal) loop[[3L]] <- recorded(context, "turns", line, loop[[3L]])
  turn <- recorded(context, "epoch_turn", quote(environment()))
  loop[[last]] <- call("{", turn, loop[[last]])
  call("{", loop, recorded(context, "finish", quote(environment())))
}
