# One step: its forward and backward half, and where its output meets its target; twin of
# check/align/steps.py in Python. Sets of nodes are logical vectors.

turning_operations <- c("neg", "move", "mul", "div")

# The values that a step's updates are made of.
#
# Values of the step before that depend on parameters (as momentum's are) are its past, not its own:
# the search ends at them.
look_at_step <- function(graph, found, touched, step) {
  owned <- found$owner > 0L
  cone <- logical(graph$size)
  stack <- unlist(lapply(step$updates, function(c) c$terms[1L, ]))
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (cone[[n]]) next
    cone[[n]] <- TRUE
    if (!owned[[n]] && n > step$begin) stack <- c(stack, graph$parents[[n]])
  }
  moved <- logical(graph$size)
  firsts <- cone
  firsts[step$first] <- TRUE
  for (n in which(firsts)) {
    parents <- graph$parents[[n]]
    own <- owned[[n]] || any(moved[parents[cone[parents]]])
    if (own && (n > step$begin || owned[[n]])) moved[[n]] <- TRUE
  }
  none <- logical(graph$size)
  list2env(list(
    step = step, cone = cone, moved = moved, cut = firsts & owned, touched = touched, after = none,
    forward = none, meets = none, outputs = integer(0), targets = list(), known = new.env(),
    read = list()
  ), parent = emptyenv())
}

# A copy of a step that is to be cut in another way: of it nothing is known yet.
copy_view <- function(view) {
  view <- list2env(as.list(view), parent = emptyenv())
  view$known <- new.env()
  view$read <- list()
  view
}

# What hangs on a step and its cut alone, whatever its loss: found once.
known_of <- function(view, key, found) {
  if (is.null(view$known[[key]])) view$known[[key]] <- list(found)
  view$known[[key]][[1L]]
}

# Where output and target meet: the first difference or quotient of what moves and what stays. A
# list of possible sets of meetings, the earliest ones first; a meeting is list(node, output,
# target).
find_meetings <- function(graph, view) {
  nodes <- which(view$cone & view$moved)
  all_of <- function(read) {
    Filter(Negate(is.null), lapply(nodes, function(n) read(graph, view, n)))
  }
  classes <- all_of(read_class_meeting)
  # What is taken from a class is the meeting, and not what is subtracted after it.
  after <- made_of(graph, view, vapply(classes, function(m) m[[1L]], 1L))
  meets <- Filter(function(m) !after[[m[[2L]]]], all_of(read_meeting))
  if (length(meets) == 0L) meets <- classes
  if (length(meets) == 0L) meets <- all_of(read_literal_meeting)
  if (length(meets) == 0L) list() else list_choices(graph, view, meets)
}

# The first of the meetings, and the last where these are others.
list_choices <- function(graph, view, meets) {
  places <- vapply(meets, function(m) m[[1L]], 1L)
  outputs <- vapply(meets, function(m) m[[2L]], 1L)
  first <- first_meetings(graph, view, meets)
  # A constant that is taken away on the way forward looks like a target: then the last ones are.
  ahead <- ancestors_of(graph, outputs, view) & view$moved
  last <- !ahead[places]
  if (!any(last) || setequal(vapply(first, function(m) m[[1L]], 1L), places[last])) {
    return(list(first))
  }
  list(first, meets[last])
}

# The meetings whose output is made of no other meeting.
first_meetings <- function(graph, view, meets) {
  after <- made_of(graph, view, vapply(meets, function(m) m[[1L]], 1L))
  Filter(function(m) !after[[m[[2L]]]], meets)
}

# Cut a step into forward and backward at its meetings.
use_meetings <- function(graph, view, meets) {
  view$known <- new.env()
  view$read <- list()
  view$meets <- logical(graph$size)
  view$meets[vapply(meets, function(m) m[[1L]], 1L)] <- TRUE
  view$after <- made_of(graph, view, which(view$meets))
  all_outputs <- vapply(meets, function(m) m[[2L]], 1L)
  view$outputs <- integer(0)
  view$targets <- list()
  for (m in meets) {
    a <- m[[2L]]
    turned <- graph$op[[a]] == "sub" && any(graph$parents[[a]] %in% all_outputs)
    if (!turned && !view$after[[a]] && !a %in% view$outputs) {
      view$outputs <- c(view$outputs, a)
      view$targets[[length(view$outputs)]] <- m[[3L]]
    }
  }
  view$forward <- ancestors_of(graph, view$outputs, view) & view$moved
}

read_meeting <- function(graph, view, n) {
  op <- graph$op[[n]]
  pair <- if (op %in% c("sub", "div") && !view$cut[[n]]) split_operands(graph, view, n)
  if (is.null(pair)) {
    return(NULL)
  }
  a <- pair[[1L]]
  y <- pair[[2L]]
  if (view$cut[[a]] || !is_node(y) || view$touched[[y]]) {
    return(NULL)
  }
  if (graph$at[[y]] < 0 || graph$at[[a]] < 0) {
    return(NULL)
  }
  if (op != "div") {
    return(list(n, a, y))
  }
  divides <- identical(graph$args[[n]][[2L]], a) && graph$count[[y]] == graph$count[[a]]
  if (divides) list(n, a, without_minus(graph, y))
}

# The two operands of a value: what moves, then what stays; NULL where both do, or neither.
split_operands <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (length(args) != 2L) {
    return(NULL)
  }
  moved <- vapply(args, function(a) is_node(a) && view$moved[[a]], NA)
  if (moved[[1L]] == moved[[2L]]) {
    return(NULL)
  }
  if (moved[[1L]]) args else rev(args)
}

# The target itself where -y / a begins the way back, written as -y, (-1) y or 0 - y.
without_minus <- function(graph, y) {
  args <- graph$args[[y]]
  nodes <- Filter(is_node, args)
  literal <- vapply(args, function(a) if (is_node(a)) NA_real_ else as.numeric(a[[1L]])[[1L]], 0)
  turned <- switch(graph$op[[y]],
    neg = TRUE,
    mul = any(literal == -1, na.rm = TRUE),
    sub = isTRUE(literal[[1L]] == 0),
    FALSE
  )
  if (turned && length(nodes) == 1L) nodes[[1L]] else y
}

# Whether a value has been given the other sign: by a minus, or by a number below 0.
has_other_sign <- function(graph, n) {
  n <- uncopied(graph, n)
  if (graph$op[[n]] != "mul") {
    return(graph$op[[n]] == "neg")
  }
  any(vapply(graph$args[[n]], function(a) {
    v <- operand_of(graph, a)
    length(v) == 1L && is.numeric(v) && isTRUE(as.vector(v) < 0)
  }, NA))
}

uncopied <- function(graph, n) {
  while (graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L) {
    p <- graph$parents[[n]][[1L]]
    if (!identical(graph$shape[[p]], graph$shape[[n]])) break
    n <- p
  }
  n
}

# p[rows, labels] -= 1, and y * -1 + a: a target that is no operand of a difference.
read_class_meeting <- function(graph, view, n) {
  switch(graph$op[[n]],
    add = read_added_target(graph, view, n),
    move = read_lowered_class(graph, view, n)
  )
}

read_added_target <- function(graph, view, n) {
  pair <- split_operands(graph, view, n)
  if (is.null(pair) || !is_node(pair[[2L]])) {
    return(NULL)
  }
  a <- pair[[1L]]
  y <- pair[[2L]]
  turned <- has_other_sign(graph, y)
  if (!view$cut[[a]] && !view$touched[[y]] && turned) list(n, a, -value_of(graph, y))
}

read_lowered_class <- function(graph, view, n) {
  parents <- graph$parents[[n]]
  index <- if (length(parents) == 2L) movement_of(graph, n)
  if (is.null(index) || !identical(graph$shape[[parents[[1L]]]], graph$shape[[n]])) {
    return(NULL)
  }
  base <- parents[[1L]]
  changed <- index >= graph$count[[base]]
  one <- lowered_by_one(graph, parents[[2L]])
  if (!any(changed) || is.null(one) || view$cut[[base]] || !view$moved[[base]]) {
    return(NULL)
  }
  list(n, base, shape_rows(changed * one, graph$shape[[n]]))
}

# a - y where y is a plain number.
read_literal_meeting <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "sub" || length(args) != 2L || view$cut[[n]]) {
    return(NULL)
  }
  if (is_node(args[[1L]]) && view$moved[[args[[1L]]]] && !is_node(args[[2L]])) {
    return(list(n, args[[1L]], args[[2L]]))
  }
  if (is_node(args[[2L]]) && !is_node(args[[1L]]) && !isTRUE(args[[1L]][[1L]] == 1)) {
    return(list(n, args[[2L]], args[[1L]]))
  }
  NULL
}

lowered_by_one <- function(graph, n) {
  args <- graph$args[[n]]
  one <- graph$op[[n]] %in% c("sub", "add") && length(args) == 2L && !is_node(args[[2L]]) &&
    isTRUE(abs(as.double(args[[2L]][[1L]])) == 1)
  if (one) as.double(args[[2L]][[1L]]) * if (graph$op[[n]] == "sub") 1 else -1
}

made_of <- function(graph, view, starts) {
  after <- logical(graph$size)
  is_start <- logical(graph$size)
  is_start[starts] <- TRUE
  for (n in which(view$cone & view$moved & !view$cut)) {
    if (is_start[[n]] || any(after[graph$parents[[n]]])) after[[n]] <- TRUE
  }
  after
}

ancestors_of <- function(graph, starts, view) {
  seen <- logical(graph$size)
  stack <- starts
  begin <- view$step$begin
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]]) next
    seen[[n]] <- TRUE
    if (!view$cut[[n]] && (n > begin || view$moved[[n]])) stack <- c(stack, graph$parents[[n]])
  }
  seen
}
