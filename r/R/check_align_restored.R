# Values that were nudged and set back: they are again what they were made of; twin of
# check/align/restored.py in Python.
#
# A derivative by differences moves a weight a little, in its place, and sets it back. What it is
# then is read as the weight itself; where it is not set back, as a version of it.

least_nudge <- 1e-9
most_nudge <- 0.05
plain_operations <- c("leaf", "constant", "mul", "div", "neg", "pow")

# Put in the place of a value that was set back, wherever it is used, what it was before; `bases` of
# the graph name for each nudged value the one that was nudged, 0 for all others.
take_restored <- function(graph) {
  graph$bases <- integer(graph$size)
  same <- integer(graph$size)
  replaced <- FALSE
  added <- graph$op %in% c("add", "sub")
  put <- graph$op == "move" & lengths(graph$parents) == 2L
  for (n in seq_len(graph$size)) {
    if (replaced && any(same[graph$parents[[n]]] > 0L)) use_restored(graph, n, same)
    if (!added[[n]] && !put[[n]]) next
    from <- if (added[[n]]) nudged_node(graph, n)
    base <- if (added[[n]]) base_of(graph, from) else put_into(graph, n)
    if (is.null(base)) next
    again <- put[[n]] || graph$bases[[from]] > 0L
    if (again && is_same_value(value_of(graph, n), value_of(graph, base))) {
      same[[n]] <- base
      replaced <- TRUE
    } else {
      graph$bases[[n]] <- base
    }
  }
}

# What was nudged, of a value or of what it was; NULL of nothing.
base_of <- function(graph, n) {
  if (is.null(n) || graph$bases[[n]] == 0L) n else graph$bases[[n]]
}

use_restored <- function(graph, n, same) {
  taken <- function(a) if (is_node(a) && same[[a]] > 0L) same[[a]] else a
  all_taken <- function(nodes) {
    known <- !is.na(nodes)
    nodes[known] <- ifelse(same[nodes[known]] > 0L, same[nodes[known]], nodes[known])
    nodes
  }
  put_in_place(graph, "args", n, lapply(graph$args[[n]], taken))
  put_in_place(graph, "operands", n, all_taken(graph$operands[[n]]))
  put_in_place(graph, "parents", n, all_taken(graph$parents[[n]]))
  if (length(graph$kw[[n]]) > 0L) put_in_place(graph, "kw", n, lapply(graph$kw[[n]], taken))
}

# Change what a list of the graph has of one node. R copies a list that has a second name, which of
# tens of thousands of nodes takes most of a minute: for the while the graph has none.
put_in_place <- function(graph, part, n, value) {
  force(value)
  all <- graph[[part]]
  graph[[part]] <- NULL
  all[[n]] <- value
  graph[[part]] <- all
}

# What a small number is added to or taken from; NULL where a value is no such sum.
nudged_node <- function(graph, n) {
  args <- graph$args[[n]]
  for (i in if (length(args) == 2L) seq_len(if (graph$op[[n]] == "add") 2L else 1L)) {
    if (is_nudge(graph, n, args[[i]], args[[3L - i]])) {
      return(args[[i]])
    }
  }
  NULL
}

# Whether a sum is one of its shape, and of a small number.
is_nudge <- function(graph, n, a, c) {
  if (!is_node(a) || !identical(graph$shape[[a]], graph$shape[[n]]) ||
        !is_plain_operand(graph, c)) {
    return(FALSE)
  }
  number <- abs(as.vector(operand_of(graph, c)))
  length(number) == 1L && isTRUE(number > least_nudge && number <= most_nudge)
}

# Whether an operand is a number that is written, or made of such numbers alone.
is_plain_operand <- function(graph, c) {
  level <- if (is_node(c)) c
  for (k in 1:3) {
    if (any(lengths(graph$shape[level]) > 0L) || !all(graph$op[level] %in% plain_operations)) {
      return(FALSE)
    }
    level <- unlist(graph$parents[level])
  }
  length(level) == 0L
}

# What a part was put into that was taken out of it, and perhaps nudged; NULL for others.
put_into <- function(graph, n) {
  whole <- graph$parents[[n]][[1L]]
  part <- base_of(graph, graph$parents[[n]][[2L]])
  is_part <- graph$op[[part]] == "move" && length(graph$parents[[part]]) == 1L
  if (!is_part || !identical(graph$shape[[whole]], graph$shape[[n]]) || graph$at[[n]] < 0) {
    return(NULL)
  }
  origin <- graph$parents[[part]]
  base <- base_of(graph, whole)
  if (base_of(graph, origin) != base || !identical(graph$shape[[origin]], graph$shape[[n]])) {
    return(NULL)
  }
  index <- movement_of(graph, n)
  cells <- which(index >= length(index)) - 1
  if (identical(as.double(cells), as.double(movement_of(graph, part)))) base
}

is_same_value <- function(x, y) {
  if (is.null(x) || is.null(y)) {
    return(FALSE)
  }
  all_true(abs(x - y) <= 2 * rounding_share * pmax(abs(y), most_nudge))
}
