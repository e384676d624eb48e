# How a value came about: the nodes that a call of a library function makes.

# The node of a call's value. `held` has what was computed for it.
explain_call <- function(store, site, held, value, env) {
  kind <- site$kind
  op <- site$op
  if (kind == "own") {
    library <- library_name(site, env)
    if (is.null(library)) {
      return(0L)
    }
    op <- library
    kind <- kind_of_record(op)
    if (kind == "counted") {
      return(0L)
    }
  }
  operands <- operands_of(store, site, held, env)
  if (op == "do.call") return(explain_do_call(store, site, operands, value))
  node <- explain_value(store, op, kind, site$id, operands, value, held$returns)
  node
}

# The library function that a name of the program stands for, such as tanh for `act`, or a place,
# such as layers[[k]]$act.
library_name <- function(site, env) {
  if (!is.null(site$head)) return(name_function(read_place(site$head, env)))
  if (is.null(site$call_name)) return(NULL)
  f <- tryCatch(get0(site$call_name, env, mode = "function"), error = function(e) NULL)
  name_function(f)
}

name_function <- function(f) {
  if (is.primitive(f)) {
    return(sub("^.Primitive\\(\"(.*)\"\\)$", "\\1", deparse(f)[[1L]]))
  }
  home <- if (is.function(f)) environment(f)
  if (is.null(home) || !isNamespace(home)) {
    return(NULL)
  }
  for (name in ls(home)) {
    if (identical(get0(name, home, inherits = FALSE), f)) return(name)
  }
  NULL
}

explain_value <- function(store, op, kind, id, operands, value, returns) {
  if (kind == "random") {
    return(if (is_numbers(value)) add_random(store, op, id, operands, value) else 0L)
  }
  if (kind == "each") {
    return(explain_each(store, op, id, operands, value, returns))
  }
  if (kind %in% c("move", "join")) {
    node <- explain_move(store, op, kind, id, operands, value)
    if (node != 0L || !is_numbers(value)) return(max(node, 0L))
  }
  if (!is_recorded(store, kind, value)) {
    return(0L)
  }
  if (kind == "elementwise") return(explain_elementwise(store, op, id, operands, value))
  if (kind == "product") return(explain_product(store, op, id, operands, value))
  switch(op,
    sweep = explain_sweep(store, id, operands, value),
    plogis = explain_logistic(store, id, operands, value),
    sort = explain_sort(store, id, operands, value),
    add_node(store, op, id, operands, value)
  )
}

# Whether a value is numbers of a size that is recorded; a lone integer is one if it was computed.
is_recorded <- function(store, kind, value) {
  if (!is_numbers(value) || length(value) == 0L || length(value) > store$limits$largest) {
    return(FALSE)
  }
  !is.integer(value) || length(value) != 1L || kind == "elementwise"
}

# An operand as the recording has it: a node, or a literal in a list.
operand <- function(store, operands, i) {
  v <- operands$values[[i]]
  if (operands$nodes[[i]] > 0L) {
    return(operands$nodes[[i]])
  }
  state <- operands$state[[i]]
  if (state != "constant" && is_numbers(v)) {
    node <- node_of(store, v)
    if (node > 0L) return(node)
  }
  list(literal_of(v))
}

literal_of <- function(v) {
  if ((is.character(v) || is_numbers(v)) && length(v) <= 20L) as.vector(v) else NULL
}

add_node <- function(store, op, id, operands, value) {
  n <- length(operands$values)
  labels <- if (is.null(operands$labels)) character(n) else operands$labels
  args <- lapply(seq_len(n), function(i) operand(store, operands, i))
  words <- args[nzchar(labels)]
  names(words) <- labels[nzchar(labels)]
  literal <- vapply(words, is.list, NA)
  store$nodes$add(op, id, c(args[!nzchar(labels)], unname(words[!literal])), value,
    words = words[literal])
}

add_random <- function(store, op, id, operands, value) {
  node <- add_node(store, op, id, operands, value)
  store$random(node)
  store$draws$note(node)
  node
}

explain_elementwise <- function(store, op, id, operands, value) {
  args <- lapply(seq_along(operands$values), function(i) {
    v <- operands$values[[i]]
    part <- operand(store, operands, i)
    if (is.integer(part) && needs_recycling(v, value)) {
      spread <- array(rep_len(as.vector(v), length(value)), shape_or_one(value))
      part <- store$nodes$add("recycle", id, part, spread, recycle_map(v, value))
    }
    part
  })
  if (op == "ifelse") args <- in_order(args, operands$labels, c("test", "yes", "no"))
  store$nodes$add(op, id, args, value)
}

# plogis(z, lower.tail = FALSE) is plogis(-z), and with log.p its logarithm.
explain_logistic <- function(store, id, operands, value) {
  known <- c("q", "location", "scale", "lower.tail", "log.p")
  at <- match_arguments(operands, known)
  z <- operands$values[[at[["q"]]]]
  node <- operand(store, operands, at[["q"]])
  given <- lapply(at[known[-1L]], function(i) if (is.na(i)) NULL else operands$values[[i]])
  is_plain <- (is.null(given$location) || identical(as.double(given$location), 0)) &&
    (is.null(given$scale) || identical(as.double(given$scale), 1))
  if (!is_plain) {
    return(add_node(store, "plogis(location, scale)", id, operands, value))
  }
  if (isFALSE(given$lower.tail)) {
    z <- -z
    node <- store$nodes$add("-", id, list(node), z)
  }
  if (!isTRUE(given$log.p)) {
    return(store$nodes$add("plogis", id, list(node), value))
  }
  node <- store$nodes$add("plogis", id, list(node), stats::plogis(z))
  store$nodes$add("log", id, list(node), value)
}

# Arguments that were given by name, in the order of the function's own.
in_order <- function(args, labels, known) {
  if (is.null(labels) || length(args) > length(known)) {
    return(args)
  }
  at <- match(labels, known)
  at[is.na(at)] <- setdiff(seq_along(known), at)[seq_len(sum(is.na(at)))]
  args[order(at)]
}

explain_product <- function(store, op, id, operands, value) {
  x <- operands$values[[1L]]
  y <- if (length(operands$values) > 1L) operands$values[[2L]] else x
  wanted <- product_dims(op, x, y, value)
  args <- lapply(seq_along(operands$values), function(i) {
    v <- operands$values[[i]]
    part <- operand(store, operands, i)
    if (is.integer(part) && is.null(dim(v))) {
      made <- array(as.vector(v), wanted[[i]])
      part <- store$nodes$add("promote", id, part, made, seq_along(v) - 1)
    }
    part
  })
  store$nodes$add(op, id, args, value)
}

# sort(x) is x[order(x)].
explain_sort <- function(store, id, operands, value) {
  x <- operands$values[[1L]]
  node <- operand(store, operands, 1L)
  if (!is.integer(node) || length(operands$values) > 1L || !is.null(dim(x)) || anyNA(x)) {
    return(add_node(store, "sort", id, operands, value))
  }
  store$nodes$add("sort", id, node, value, order(x) - 1)
}

# sweep(x, 2, b, "+") is x + b, where b stands in every row.
explain_sweep <- function(store, id, operands, value) {
  at <- match_arguments(operands, c("x", "MARGIN", "STATS", "FUN"))
  x <- operands$values[[at[["x"]]]]
  margin <- operands$values[[at[["MARGIN"]]]]
  given <- operands$values[[at[["STATS"]]]]
  f <- if (is.na(at[["FUN"]])) "-" else operands$values[[at[["FUN"]]]]
  if (is.function(f)) f <- name_function(f)
  if (!is.character(f) || !is_numbers(given)) {
    return(add_node(store, "sweep", id, operands, value))
  }
  first <- operand(store, operands, at[["x"]])
  second <- operand(store, operands, at[["STATS"]])
  if (is.integer(second)) {
    spread <- function(v) {
      axes <- c(margin, seq_along(dim(x))[-margin])
      aperm(array(v, dim(x)[axes]), order(axes))
    }
    index <- if (length(dim(given)) < 2L) seq_along(given) else order_of_rows(dim(given))
    second <- store$nodes$add("recycle", id, second, spread(as.vector(given)),
      row_major(spread(index)) - 1)
  }
  store$nodes$add(f, id, list(first, second), value)
}

# Where each argument of a function stands among the operands; NA where it was not given.
match_arguments <- function(operands, known) {
  n <- length(operands$values)
  labels <- if (is.null(operands$labels)) character(n) else operands$labels
  named <- pmatch(labels, known)
  named[!nzchar(labels)] <- NA
  free <- setdiff(seq_along(known), named)
  named[is.na(named)] <- free[seq_len(sum(is.na(named)))]
  stats::setNames(match(seq_along(known), named), known)
}

# A movement of data: one node, or one for each number of the list that came out.
explain_move <- function(store, op, kind, id, operands, value) {
  if (!(is_numbers(value) || is.list(value)) || any(operands$state == "unknown")) {
    return(0L)
  }
  n <- length(operands$values)
  values <- operands$values
  labels <- operands$labels
  if (!is.null(labels)) names(values) <- labels
  tagged <- if (kind == "join") rep(TRUE, n) else c(TRUE, rep(FALSE, n - 1L))
  if (kind == "move" && !is.null(labels)) {
    data <- match(c("x", "data", "object"), labels)
    data <- data[!is.na(data)]
    if (length(data) > 0L) tagged <- seq_len(n) == data[[1L]]
  }
  node_for <- function(v, i) {
    if (operands$nodes[[i]] > 0L && is_numbers(operands$values[[i]])) return(operands$nodes[[i]])
    if (operands$state[[i]] == "constant") 0L else node_of(store, v)
  }
  moved <- move_tags(move_function(op), values, tagged, node_for)
  if (is.null(moved)) {
    return(0L)
  }
  record_moved(store, op, id, moved$tags, moved$found, value)
}

move_function <- function(op) {
  get0(op, baseenv(), mode = "function", ifnotfound = get0(op, asNamespace("utils"),
    mode = "function", ifnotfound = get0(op, asNamespace("stats"), mode = "function")))
}

# Nodes for numbers that were moved, also for those inside of lists.
record_moved <- function(store, op, id, tags, found, value) {
  if (is_numbers(value)) {
    if (store$nodes$known(value) > 0L) return(store$nodes$known(value))
    map <- map_of(tags, value, found)
    if (is.null(map)) return(0L)
    return(store$nodes$add(op, id, found$nodes, value, map))
  }
  fits <- is.list(value) && is.list(tags) && length(value) == length(tags)
  if (fits && is_plain_list(value)) {
    for (i in which(vapply(value, function(v) is_numbers(v) || is.list(v), NA))) {
      record_moved(store, op, id, tags[[i]], found, value[[i]])
    }
  }
  0L
}
