# An R script's expressions, rewritten so that a recorder sees every assignment; twin of
# check/python_script.py in Python.
#
# `wh <- f()` becomes `wh <- recorder$assign("wh", line, scope, f())`, which returns what the
# variable is to hold; of `wh[i, j] <- d` the whole variable is shown. The training loop, the
# outermost loop that computes or updates known quantities, by itself or in functions that it calls,
# begins each turn with `recorder$epoch_turn(...)`.

recorder_name <- as.name(".twinprop_recorder")
assignment_signs <- c("<-", "=", "<<-")
loop_words <- c("for", "while", "repeat")

# The expressions of a script with the recorder's calls in them, the line on which each begins, and
# the names assigned in the training loop (NULL where there is no such loop).
rewrite_script <- function(source, known) {
  parsed <- parse(text = source, keep.source = TRUE)
  lines <- vapply(attr(parsed, "srcref"), function(place) place[[1L]], 1L)
  expressions <- as.list(parsed)
  functions <- find_functions(expressions)
  touched <- touched_by_functions(functions, known)
  loops <- find_training_loops(expressions, functions, known, touched)
  context <- list(known = known, loops = loops, scope = "")
  rewritten <- Map(function(e, line) rewrite(e, line, context), expressions, lines)
  inside <- if (!is.null(loops$epoch)) {
    called <- intersect(called_names(loops$epoch), names(functions))
    c(assigned_names(loops$epoch), unlist(lapply(functions[called], assigned_names)))
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

# All names, fields and constant keys to which something in an expression is assigned.
assigned_names <- function(expression) {
  found <- lapply(walk(expression), function(part) {
    if (is_call_to(part, assignment_signs) && length(part) == 3L) {
      return(c(built_key(part[[2L]]), target_name(target_base(part[[2L]]))))
    }
    if (is_call_to(part, c("list", "c"))) {
      return(names(part)[nzchar(names(part))])
    }
    NULL
  })
  as.character(unlist(found))
}

# A key such as paste0("W", layer), for its first layer.
built_key <- function(target) {
  key <- if (is_call_to(target, "[[") && length(target) == 3L) target[[3L]]
  if (is_call_to(key, c("paste0", "sprintf")) && is.character(key[[2L]])) {
    paste0(sub("%.*$", "", key[[2L]]), "1")
  }
}

called_names <- function(expression) {
  heads <- lapply(walk(expression), function(part) if (is.call(part)) target_name(part[[1L]]))
  as.character(unlist(heads))
}

# Functions that a script defines, by name.
find_functions <- function(expressions) {
  found <- list()
  for (part in unlist(lapply(expressions, walk), recursive = FALSE)) {
    is_definition <- is_call_to(part, assignment_signs) && length(part) == 3L &&
      is_call_to(part[[3L]], "function")
    name <- if (is_definition) target_name(part[[2L]])
    if (!is.null(name)) found[[name]] <- part[[3L]][[3L]]
  }
  found
}

kinds_of <- function(names, known) {
  # An unnumbered name such as W may be a list of all layers.
  quantities <- unlist(lapply(unique(names), function(name) {
    quantity <- known(name)
    if (is.null(quantity)) list_kind(name) else quantity
  }))
  unique(quantity_kind(as.character(quantities)))
}

# Which kinds of quantities each function assigns, by itself or through others.
touched_by_functions <- function(functions, known) {
  touched <- lapply(functions, function(body) kinds_of(assigned_names(body), known))
  for (round in seq_along(functions)) {
    touched <- lapply(functions, quantities_in, known = known, touched = touched)
  }
  touched
}

quantities_in <- function(expression, known, touched) {
  called <- intersect(called_names(expression), names(touched))
  unique(c(kinds_of(assigned_names(expression), known), unlist(touched[called], use.names = FALSE)))
}

# The training loop, and the loop over batches in it.
find_training_loops <- function(expressions, functions, known, touched) {
  for (scope in c(list(expressions), lapply(unname(functions), list))) {
    for (loop in outermost_loops(scope)) {
      found <- quantities_in(loop, known, touched)
      steps <- c("z", "a", "product", "e", "delta")
      if (any(c("W", "b") %in% found) && any(steps %in% found)) {
        return(list(epoch = loop, batch = find_batch_loop(loop, known, touched)))
      }
    }
  }
  list()
}

find_batch_loop <- function(loop, known, touched) {
  for (part in walk(loop)[-1L]) {
    if (is_call_to(part, loop_words)) {
      found <- quantities_in(part, known, touched)
      if (any(c("W", "b") %in% found) && any(c("z", "a", "product") %in% found)) return(part)
    }
  }
  NULL
}

# Loops of a list of expressions that are in no other loop, and in no function.
outermost_loops <- function(expressions) {
  found <- list()
  for (expression in expressions) {
    if (is_call_to(expression, loop_words)) {
      found <- c(found, list(expression))
    } else if (is.call(expression) && !is_call_to(expression, "function")) {
      parts <- as.list(expression)[-1L]
      parts <- parts[vapply(parts, is.call, TRUE)]
      found <- c(found, outermost_loops(parts))
    }
  }
  found
}

recorder_call <- function(method, ...) {
  as.call(c(list(call("$", recorder_name, as.name(method))), list(...)))
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
    "for" = , "while" = , "repeat" = rewrite_loop
  )
  if (!is.null(special)) {
    return(special(expression, line, context))
  }
  for (i in seq_along(expression)[-1L]) {
    part <- expression[[i]]
    if (!missing(part) && is.call(part)) expression[[i]] <- rewrite(part, line, context)
  }
  expression
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
  arguments <- names(definition[[2L]])
  settings <- Filter(function(name) {
    any(c("lr", "epochs", "batch_size") %in% context$known(name))
  }, arguments)
  given <- lapply(settings, function(name) {
    value <- recorder_call("setting", name, line, context$scope, as.name(name))
    call("if", call("!", call("missing", as.name(name))), call("<-", as.name(name), value))
  })
  # A default that is missing is replaced in the list of arguments itself.
  for (name in settings) {
    default <- definition[[2L]][[name]]
    if (!is_missing(default)) {
      definition[[2L]][[name]] <- recorder_call("setting", name, line, context$scope, default)
    }
  }
  definition[[3L]] <- as.call(c(list(as.name("{")), given, list(body)))
  if (length(definition) > 3L) definition[[4L]] <- NULL
  definition
}

rewrite_assignment <- function(expression, line, context) {
  target <- expression[[2L]]
  name <- target_name(target)
  if (is_call_to(expression[[3L]], "function") && !is.null(name)) {
    context$scope <- name
    expression[[3L]] <- rewrite(expression[[3L]], line, context)
    return(expression)
  }
  if (is.call(expression[[3L]])) expression[[3L]] <- rewrite(expression[[3L]], line, context)
  if (!is.null(name)) {
    expression[[3L]] <- recorder_call("assign", name, line, context$scope, expression[[3L]])
    return(expression)
  }
  base <- target_base(target)
  name <- target_name(base)
  if (is.null(name)) {
    return(expression)
  }
  whole <- if (is.character(base)) as.name(base) else base
  expression[[1L]] <- as.name(sub("=", "<-", as.character(expression[[1L]]), fixed = TRUE))
  recorder_call("show", name, line, context$scope, expression, whole)
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
    return(rewrite_epochs(loop, line, literal))
  }
  if (is_batch) {
    turn <- recorder_call("batch_turn", quote(environment()))
    loop[[last]] <- call("{", turn, loop[[last]])
  }
  loop
}

rewrite_epochs <- function(loop, line, literal) {
  last <- length(loop)
  if (literal) loop[[3L]] <- recorder_call("turns", line, loop[[3L]])
  loop[[last]] <- call("{", recorder_call("epoch_turn", quote(environment())), loop[[last]])
  call("{", loop, recorder_call("finish", quote(environment())))
}
