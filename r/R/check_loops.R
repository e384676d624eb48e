# Which loop of an R script is the training, and which names are assigned in it; twin of
# check/loops.py in Python.

loop_words <- c("for", "while", "repeat")
forward_kinds <- c("z", "a", "product")
backward_kinds <- c("e", "delta", "dW", "db")

# All names, fields and constant keys to which something in an expression is assigned.
assigned_names <- function(expression) {
  found <- lapply(walk(expression), function(part) {
    if (is_call_to(part, assignment_signs) && length(part) == 3L) {
      base <- target_name(target_base(part[[2L]]))
      return(c(built_key(part[[2L]]), key_name(part[[2L]]), base))
    }
    if (is_call_to(part, "assign") && length(part) >= 3L) {
      return(if (is.character(part[[2L]])) part[[2L]] else built_name(part[[2L]]))
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
  if (is_call_to(target, "[[") && length(target) == 3L) built_name(target[[3L]])
}

built_name <- function(key) {
  if (is_call_to(key, c("paste0", "sprintf")) && is.character(key[[2L]])) {
    paste0(sub("%.*$", "", key[[2L]]), "1")
  }
}

# The field of a layer in a list, as in layers[[i]]$W.
key_name <- function(target) {
  if (is_call_to(target, "$") && is_call_to(target[[2L]], "[[")) target_name(target)
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
    for (i in named_functions(part)) found[[names(part)[[i]]]] <- part[[i]][[3L]]
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
  called <- lapply(functions, function(body) intersect(called_names(body), names(functions)))
  for (round in seq_along(functions)) {
    before <- touched
    touched <- Map(function(own, others) {
      unique(c(own, unlist(before[others], use.names = FALSE)))
    }, touched, called)
    if (identical(lengths(before), lengths(touched))) break
  }
  touched
}

quantities_in <- function(expression, known, touched) {
  called <- intersect(called_names(expression), names(touched))
  unique(c(kinds_of(assigned_names(expression), known), unlist(touched[called], use.names = FALSE)))
}

# The training loop, and the loop over batches in it. It updates parameters and computes steps; or,
# where the parameters have no names of their own, it computes steps forward and back, or forward
# and makes its parameters anew.
find_training_loops <- function(expressions, functions, known, touched) {
  scopes <- c(list(expressions), lapply(unname(functions), list))
  loops <- unlist(lapply(scopes, outermost_loops), recursive = FALSE)
  found <- lapply(loops, quantities_in, known = known, touched = touched)
  tests <- list(
    function(i) {
      any(c("W", "b") %in% found[[i]]) && any(c(forward_kinds, "e", "delta") %in% found[[i]])
    },
    function(i) any(forward_kinds %in% found[[i]]) && any(backward_kinds %in% found[[i]]),
    function(i) any(forward_kinds %in% found[[i]]) && renews_parameters(loops[[i]])
  )
  for (test in tests) {
    for (i in seq_along(loops)) {
      if (test(i)) {
        return(list(epoch = loops[[i]], batch = find_batch_loop(loops[[i]], known, touched)))
      }
    }
  }
  list()
}

# Whether it has a line such as `params <- step(params, x, y)`.
renews_parameters <- function(loop) {
  renews <- function(part) {
    is_call_to(part, assignment_signs) && length(part) == 3L && is.name(part[[2L]]) &&
      is_whole_network(as.character(part[[2L]])) &&
      as.character(part[[2L]]) %in% all.vars(part[[3L]])
  }
  any(vapply(walk(loop), renews, TRUE))
}

# The loop over batches; after a forward pass a loop is rather one over layers.
find_batch_loop <- function(loop, known, touched) {
  body <- loop[[length(loop)]]
  for (statement in if (is_call_to(body, "{")) as.list(body)[-1L] else list(body)) {
    for (part in Filter(function(part) is_call_to(part, loop_words), walk(statement))) {
      found <- quantities_in(part, known, touched)
      if (any(c("W", "b") %in% found) && any(forward_kinds %in% found)) {
        return(part)
      }
    }
    if (any(forward_kinds %in% quantities_in(statement, known, touched))) break
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

# All names assigned in functions that a loop calls, by itself or through others.
assigned_by_functions <- function(loop, functions) {
  reached <- character(0)
  called <- intersect(called_names(loop), names(functions))
  while (length(setdiff(called, reached)) > 0L) {
    reached <- called
    more <- unlist(lapply(functions[called], called_names))
    called <- union(called, intersect(more, names(functions)))
  }
  as.character(unlist(lapply(functions[called], assigned_names)))
}
