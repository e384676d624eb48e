# A recording, read: the values that a program made, where, and of which other values; twin of
# check/align/recording.py in Python. Nodes count from 1 here.

# The graph of a recording's header and numbers, its operands checked to come before.
make_graph <- function(header, block) {
  if (!identical(header$schema, "twinprop.recording") || header$version != 1) {
    stop("schema ", header$schema, " version ", header$version, ", known is 1")
  }
  nodes <- header$nodes
  n <- length(nodes$op)
  graph <- new.env(parent = emptyenv())
  graph$header <- header
  graph$block <- block
  graph$size <- n
  graph$shape <- lapply(nodes$shape, function(s) as.integer(unlist(s)))
  graph$count <- vapply(graph$shape, function(s) prod(s), 1)
  graph$at <- as.double(unlist(nodes$at))
  graph$move <- as.double(unlist(nodes$move))
  graph$site <- as.integer(unlist(nodes$site)) + 1L
  read_operands(graph, nodes$args)
  graph$kw <- vector("list", n)
  for (key in names(nodes$kw)) {
    graph$kw[[as.integer(key) + 1L]] <- lapply(nodes$kw[[key]], read_operand)
  }
  graph$parents <- lapply(graph$operands, function(p) p[!is.na(p)])
  for (k in which(lengths(graph$kw) > 0L)) {
    graph$parents[[k]] <- c(graph$parents[[k]], as.integer(unlist(Filter(is_node, graph$kw[[k]]))))
  }
  last <- vapply(graph$parents, function(p) if (length(p) > 0L) max(p) else 0L, 0L)
  if (any(last >= seq_len(n))) stop("a node is made of a later one")
  if (any(c(graph$at, graph$move) + graph$count > length(block) & c(graph$at, graph$move) >= 0)) {
    stop("the numbers of a node are missing")
  }
  graph$spelled <- as.character(unlist(nodes$op))
  graph$op <- read_operations(graph)
  for (k in which(graph$op == "einsum" & lengths(graph$args) > 0L)) {
    if (!is_node(graph$args[[k]][[1L]])) { # the letters are no operand
      graph$kw[[k]]$letters <- graph$args[[k]][[1L]]
      graph$args[[k]] <- graph$args[[k]][-1L]
      graph$operands[[k]] <- graph$operands[[k]][-1L]
    }
  }
  graph$has_literal <- vapply(graph$operands, anyNA, NA)
  read_names(graph)
  graph$known <- new.env()
  graph$value <- keep_of_nodes(n, function(k) read_value(graph, k))
  graph$places <- keep_of_nodes(n, function(k) find_places(graph, k))
  take_restored(graph)
  graph
}

# What is asked of nodes again and again, found once for each of them. A list in an environment
# would be copied with each answer; in a closure it is not.
keep_of_nodes <- function(size, find) {
  kept <- vector("list", size)
  function(n) {
    if (is.null(kept[[n]])) {
      found <- find(n)
      if (is.null(found)) {
        return(NULL)
      }
      kept[[n]] <<- found
    }
    kept[[n]]
  }
}

# All operands; and the nodes at their places among them, NA for a literal. Read at once, since
# there are tens of thousands.
read_operands <- function(graph, args) {
  all <- as.list(unlist(args, recursive = FALSE))
  node <- factor(rep(seq_len(graph$size), lengths(args)), levels = seq_len(graph$size))
  literal <- vapply(all, is.list, NA)
  number <- rep(NA_integer_, length(all))
  number[!literal] <- as.integer(unlist(all[!literal])) + 1L
  all[!literal] <- as.list(number[!literal])
  all[literal] <- lapply(all[literal], read_operand)
  graph$args <- unname(split(all, node))
  graph$operands <- unname(split(number, node))
}

# An operand is the number of a node, or a literal in a list.
read_operand <- function(a) if (is.list(a)) list(plain_literal(a)) else as.integer(a) + 1L

plain_literal <- function(a) {
  if (length(a) == 0L || is.null(a[[1L]])) {
    NULL
  } else if (is.list(a[[1L]])) {
    unlist(a[[1L]])
  } else {
    a[[1L]]
  }
}

# The canonical operations; movements of data are all one.
read_operations <- function(graph) {
  op <- canonical_operations(graph$spelled)
  alone <- lengths(graph$args) == 1L
  op[alone & op == "sub"] <- "neg"
  op[alone & op == "add"] <- "pos"
  op[graph$move >= 0] <- "move"
  op
}

read_names <- function(graph) {
  entries <- graph$header$names
  graph$names <- vector("list", graph$size)
  node <- vapply(entries, function(entry) as.integer(entry[[1L]]) + 1L, 1L)
  text <- vapply(entries, function(entry) as.character(entry[[2L]]), "")
  by_node <- split(text, node)
  graph$bound <- split(vapply(entries, function(entry) as.integer(entry[[3L]]) + 1L, 1L), node)
  graph$names[as.integer(names(by_node))] <- by_node
  graph$named <- lengths(graph$names) > 0L
}

# The numbers of a node; NULL where they were not kept.
value_of <- function(graph, n) graph$value(n)

read_value <- function(graph, n) {
  if (graph$at[[n]] >= 0) {
    numbers <- graph$block[graph$at[[n]] + seq_len(graph$count[[n]])]
    shape_rows(numbers, graph$shape[[n]])
  }
}

# The numbers of an operand, which is a node or a literal in a list.
operand_of <- function(graph, a) {
  if (!is.list(a)) {
    return(value_of(graph, a))
  }
  literal <- if (length(a) > 0L) a[[1L]]
  if (is.numeric(literal) || is.logical(literal)) {
    if (length(literal) == 1L) as.double(literal) else array(as.double(literal), length(literal))
  }
}

# For each element the index into the flattened operands, from 0; NULL if data is not moved.
movement_of <- function(graph, n) {
  if (graph$move[[n]] < 0) NULL else graph$block[graph$move[[n]] + seq_len(graph$count[[n]])]
}

# Whether a value that was moved is all numbers of its first operand, in their order.
keeps_order <- function(graph, n) {
  index <- movement_of(graph, n)
  whole <- graph$count[[graph$parents[[n]][[1L]]]]
  is.null(index) || length(index) == whole && all(index == seq_len(whole) - 1)
}

# For each node the nodes that are made of it, in order of time.
users_of <- function(graph) {
  if (is.null(graph$users)) {
    parents <- lapply(graph$parents, unique)
    user <- rep(seq_along(parents), lengths(parents))
    graph$users <- unname(split(user, factor(unlist(parents), levels = seq_len(graph$size))))
  }
  graph$users
}

# The first name that a value was bound to, or nothing.
name_of_node <- function(graph, n) if (graph$named[[n]]) graph$names[[n]][[1L]] else ""

# File, line and columns of a node; of its first operand where it has none of its own.
place_of_node <- function(graph, n) {
  for (k in 1:20) {
    if (graph$site[[n]] > 0L) {
      return(span_of_site(graph, graph$site[[n]]))
    }
    if (length(graph$parents[[n]]) == 0L) break
    n <- graph$parents[[n]][[1L]]
  }
  lapply(span_keys, function(key) 0L)
}

span_keys <- stats::setNames(nm = c("file", "line", "column", "end_line", "end_column"))

# File, lines and columns of a place in the program.
span_of_site <- function(graph, site) {
  lapply(span_keys, function(key) as.integer(graph$header$sites[[key]][[site]]))
}
