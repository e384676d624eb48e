# lapply() and its kin: what goes into the program's functions, and what is made of what they
# return.

# The value of a call that calls a function for each part.
explain_each <- function(store, op, id, operands, value, returns) {
  if (op %in% c("outer", "%o%") && length(returns) == 0L) {
    return(explain_outer(store, id, operands, value))
  }
  if (length(returns) == 0L) {
    return(explain_library_each(store, op, id, operands, value))
  }
  if (is.list(value)) {
    if (length(value) == length(returns)) alias_parts(store, value, returns)
    return(0L)
  }
  last <- returns[[length(returns)]]
  if (op == "Reduce" && identical(last, value)) {
    node <- node_of(store, last)
    if (node > 0L && !is_shared(value)) store$nodes$alias(value, node)
    return(node)
  }
  gather_parts(store, op, id, returns, value)
}

# Numbers in a list are those that were returned, wherever R has copied them to.
alias_parts <- function(store, value, returns) {
  for (i in seq_along(value)) {
    if (is_numbers(value[[i]]) && !is_shared(value[[i]])) {
      node <- node_of(store, returns[[i]])
      if (node > 0L && store$nodes$known(value[[i]]) == 0L) store$nodes$alias(value[[i]], node)
    } else if (is.list(value[[i]]) && length(value[[i]]) == length(returns[[i]])) {
      alias_parts(store, value[[i]], returns[[i]])
    }
  }
}

# One array of all that was returned, one after the other.
gather_parts <- function(store, op, id, returns, value) {
  if (!is_numbers(value) || !all(vapply(returns, is_numbers, NA))) {
    return(0L)
  }
  found <- new_found()
  tags <- lapply(returns, tag_value, function(v) node_of(store, v), found)
  if (length(found$nodes) == 0L) {
    return(0L)
  }
  map <- map_of(unlist(tags), value, found)
  if (is.null(map)) 0L else store$nodes$add(op, id, found$nodes, value, map)
}

# A function of R's own for each part, as in sapply(x, exp), apply(x, 1, max), Reduce(`+`, parts).
explain_library_each <- function(store, op, id, operands, value) {
  known <- switch(op,
    apply = c("X", "MARGIN", "FUN"), Reduce = c("f", "x", "init"), Map = c("f"), mapply = c("FUN"),
    tapply = c("X", "INDEX", "FUN"), c("X", "FUN")
  )
  at <- match_arguments(operands, known)
  f <- operands$values[[at[[intersect(c("FUN", "f"), known)]]]]
  name <- if (is.character(f)) f else name_function(f)
  if (is.null(name)) {
    return(0L)
  }
  kind <- kind_of_record(name)
  if (op == "Reduce") {
    return(explain_chain(store, name, kind, id, operands$values[[at[["x"]]]], value))
  }
  if (op == "apply") {
    return(explain_apply(store, name, id, operands, at, value))
  }
  if (op %in% c("Map", "mapply") && is.list(value)) {
    how <- which(operands$labels %in% c("SIMPLIFY", "USE.NAMES"))
    lists <- operands$values[-c(how, at[[if (op == "Map") "f" else "FUN"]])]
    return(explain_pairs(store, name, kind, id, lists, value))
  }
  if (op %in% c("sapply", "lapply", "vapply") && kind != "counted") {
    return(explain_elements(store, op, name, kind, id, operands, at, value))
  }
  if (kind != "counted" && is_numbers(value)) add_node(store, op, id, operands, value) else 0L
}

# outer(x, y) is a product; outer(x, y, "-") is x - y, where x stands in every column and y in every
# row.
explain_outer <- function(store, id, operands, value) {
  at <- match_arguments(operands, c("X", "Y", "FUN"))
  f <- if (is.na(at[["FUN"]])) "*" else operands$values[[at[["FUN"]]]]
  if (is.function(f)) f <- name_function(f)
  sides <- at[c("X", "Y")]
  if (identical(f, "*")) {
    two <- list(values = operands$values[sides], nodes = operands$nodes[sides],
                state = operands$state[sides], labels = NULL)
    return(add_node(store, "outer", id, two, value))
  }
  if (!is.character(f) || kind_of_record(f) != "elementwise" || !is_numbers(value)) {
    return(if (is_numbers(value)) add_node(store, "outer of it", id, operands, value) else 0L)
  }
  long <- lengths(operands$values[sides])
  spread <- list(function(v) rep(v, times = long[[2L]]), function(v) rep(v, each = long[[1L]]))
  args <- lapply(1:2, function(k) {
    v <- operands$values[[sides[[k]]]]
    node <- operand(store, operands, sides[[k]])
    if (!is.integer(node)) return(node)
    place <- if (length(dim(v)) < 2L) seq_along(v) else order_of_rows(dim(v))
    index <- row_major(array(spread[[k]](place), dim(value)))
    store$nodes$add("recycle", id, node, array(spread[[k]](as.vector(v)), dim(value)), index - 1)
  })
  store$nodes$add(f, id, args, value)
}

explain_apply <- function(store, name, id, operands, at, value) {
  margin <- as.integer(operands$values[[at[["MARGIN"]]]])
  given <- operands$values[[at[["X"]]]]
  data <- operand(store, operands, at[["X"]])
  if (!is_numbers(value) || length(margin) != 1L || !is.integer(data)) {
    return(0L)
  }
  words <- list(axis = list(2L - margin))
  if (length(dim(value)) != 2L || length(dim(given)) != 2L) {
    return(store$nodes$add(name, id, data, value, words = words))
  }
  # What is made of a row stands in a column.
  upright <- if (margin == 1L) t(value) else value
  map <- if (name == "sort") sorted_map(given, margin, upright)
  node <- store$nodes$add(name, id, data, upright, map, words = if (is.null(map)) words)
  if (margin == 2L) {
    return(node)
  }
  places <- matrix(seq_along(value), nrow(upright), byrow = TRUE)
  store$nodes$add("t", id, node, value, as.vector(places) - 1)
}

# Where each number stood, counted by rows, before the rows (1) or columns (2) were sorted; NULL
# where they were sorted in another way.
sorted_map <- function(x, margin, sorted) {
  order <- order(if (margin == 1L) row(x) else col(x), x)
  in_lines <- function(v) matrix(v[order], nrow(x), byrow = margin == 1L)
  by_rows <- matrix(seq_along(x), nrow(x), byrow = TRUE)
  if (identical(as.vector(in_lines(x)), as.vector(sorted))) row_major(in_lines(by_rows)) - 1
}

explain_elements <- function(store, op, name, kind, id, operands, at, value) {
  along <- operands$values[[at[["X"]]]]
  f <- move_function(name)
  if (length(along) > 1000L || is.null(f)) {
    return(0L)
  }
  more <- if (op != "vapply") further_operands(operands, at)
  at_row <- if (length(dim(along)) < 2L) seq_along(along) else order_of_rows(dim(along))
  returns <- lapply(seq_along(along), function(k) {
    part <- element_node(store, id, along, k, at_row[[k]])
    made <- do.call(f, c(list(along[[k]]), more))
    given <- list(
      values = c(list(along[[k]]), unname(more)), nodes = c(part, integer(length(more))),
      state = character(1L + length(more)),
      labels = if (any(nzchar(names(more)))) c("", names(more))
    )
    # lapply(weights, `*`, 0) makes zeros of their shapes, which are data, also of a bias of zeros.
    zeros <- identical(unname(more), list(0))
    if (is_numbers(made) && zeros) store$nodes$add("leaf", 0L, NULL, made)
    if (is_numbers(made) && !zeros) explain_value(store, name, kind, id, given, made, NULL)
    made
  })
  if (is.list(value)) {
    alias_parts(store, value, returns)
    return(0L)
  }
  gather_parts(store, op, id, returns, value)
}

# What lapply(parts, `*`, 2) hands on to the function, after each part.
further_operands <- function(operands, at) {
  further <- seq_along(operands$values)[-unlist(at)]
  labels <- operands$labels
  names <- if (is.null(labels)) character(length(further)) else labels[further]
  own <- names %in% c("simplify", "USE.NAMES")
  stats::setNames(operands$values[further], names)[!own]
}

# Map(`+`, a, b): the operation on each pair of elements.
explain_pairs <- function(store, name, kind, id, lists, value) {
  fits <- vapply(lists, function(x) is.list(x) && length(x) == length(value), NA)
  if (length(lists) != 2L || !all(fits) || length(value) > 1000L) {
    return(0L)
  }
  for (k in seq_along(value)) {
    parts <- list(lists[[1L]][[k]], lists[[2L]][[k]])
    pair <- list(values = parts, nodes = c(0L, 0L), state = c("", ""), labels = NULL)
    if (is_numbers(value[[k]])) explain_value(store, name, kind, id, pair, value[[k]], NULL)
  }
  0L
}

# Element k of a list, or of a vector or matrix, of which it gets a node of its own: that of a place
# by rows.
element_node <- function(store, id, along, k, at_row) {
  if (is.list(along)) {
    return(node_of(store, along[[k]]))
  }
  whole <- node_of(store, along)
  if (whole == 0L) 0L else store$nodes$add("[[", id, whole, along[[k]], at_row - 1)
}

# Reduce(`+`, parts): one operation after the other.
explain_chain <- function(store, name, kind, id, parts, value) {
  f <- move_function(name)
  if (!is.list(parts) || length(parts) < 2L || length(parts) > 1000L || is.null(f)) {
    return(0L)
  }
  sofar <- parts[[1L]]
  node <- node_of(store, sofar)
  for (k in seq_along(parts)[-1L]) {
    made <- if (k == length(parts)) value else f(sofar, parts[[k]])
    pair <- list(values = list(sofar, parts[[k]]), nodes = c(node, 0L), state = c("", ""),
                 labels = NULL)
    node <- explain_value(store, name, kind, id, pair, made, NULL)
    sofar <- made
  }
  node
}

# do.call("rbind", parts) is rbind() of the parts.
explain_do_call <- function(store, site, operands, value) {
  f <- operands$values[[1L]]
  parts <- operands$values[[2L]]
  name <- if (is.character(f)) f else name_function(f)
  if (is.null(name) || !is.list(parts) || is.null(move_function(name))) {
    return(0L)
  }
  n <- length(parts)
  inner <- list(values = unname(as.list(parts)), nodes = integer(n), state = character(n),
                labels = names(parts))
  explain_value(store, name, kind_of_record(name), site$id, inner, value, NULL)
}

# What a function of the program was given by a running lapply(), apply() or the like: the next
# element or slice of what that runs along.
find_slice <- function(store, v) {
  running <- store$calls$inner_each()
  if (is.null(running)) {
    return(0L)
  }
  site <- store$sites$get(running$id)
  k <- length(running$held$returns) + 1L
  operands <- operands_of(store, site, running$held, running$env)
  for (i in seq_along(operands$values)) {
    whole <- operands$values[[i]]
    if (!is_numbers(whole) || length(whole) <= length(v)) next
    index <- slice_index(site$op, operands, whole, k, length(v))
    part <- tryCatch(whole[index], error = function(e) NULL)
    if (!is.null(part) && identical(as.double(part), as.double(v))) {
      node <- if (operands$nodes[[i]] > 0L) operands$nodes[[i]] else store$nodes$known(whole)
      if (node == 0L) node <- store$nodes$add("leaf", 0L, NULL, whole)
      rows <- if (length(dim(whole)) < 2L) seq_along(whole) else order_of_rows(dim(whole))
      return(store$nodes$add("[[", site$id, node, v, rows[index] - 1))
    }
  }
  0L
}

# The elements that the k-th call gets, in R's own order.
slice_index <- function(op, operands, whole, k, n) {
  if (op == "apply" && length(dim(whole)) == 2L) {
    index <- matrix(seq_along(whole), nrow(whole))
    margin <- operands$values[[match_arguments(operands, c("X", "MARGIN", "FUN"))[["MARGIN"]]]]
    margin <- as.integer(margin)
    return(if (identical(margin, 1:2)) k else if (identical(margin, 1L)) index[k, ] else index[, k])
  }
  if (op == "outer") {
    other <- n %/% length(whole)
    first <- identical(operands$values[[1L]], whole)
    return(if (first) rep(seq_along(whole), times = other) else rep(seq_along(whole), each = other))
  }
  if (op == "Reduce") k + 1L else k
}
