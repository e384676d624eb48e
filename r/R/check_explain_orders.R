# Samples and targets that were put into different orders before a batch was taken of them; twin of
# check/explain/orders.py in Python.

lines_apart <- 2L # between the shuffling of the samples and of the targets

# Tables of samples and of targets that belonged together, and were shuffled apart; `same` are those
# of which a batch has the same rows.
#
# What they were made of was there before either was shuffled, so that neither can have been made of
# the other's new order.
find_two_orders <- function(graph, view, same) {
  if (length(same) == 0L) {
    return(NULL)
  }
  pair <- same[[length(same)]]
  samples <- order_of_table(graph, pair$x)
  targets <- order_of_table(graph, pair$t)
  turned <- c(samples$turned, targets$turned)
  if (length(turned) == 0L || !are_apart(graph, samples, targets)) {
    return(NULL)
  }
  if (max(samples$source$table, targets$source$table) > min(turned)) {
    return(NULL)
  }
  node <- max(turned)
  is_samples <- node %in% samples$turned
  own <- if (is_samples) samples else targets
  other <- if (is_samples) targets else samples
  place <- if (is_samples) pair$x else pair$t
  if (node != own$turned[[1L]] || !identical(graph$shape[[node]], graph$shape[[place$table]])) {
    return(NULL)
  }
  beside <- lapply(same, function(pair) if (is_samples) pair$t else pair$x)
  left <- named_again(graph, beside, place_of_node(graph, node)$line)
  if (!is.null(left)) {
    n <- left$table$table
    right <- take_rows(value_of(graph, n), left$table$axis, own$source$rows + 1)
    fault <- new_fault(n, right, list(list(n, right)), last_update(view), NULL, "rows_shuffled")
    fault$told_at <- left$site
    return(fault)
  }
  right <- take_rows(value_of(graph, own$source$table), own$source$axis, other$source$rows + 1)
  if (length(right) != graph$count[[node]]) { # a column of ones was put beside it since
    rows <- order(own$source$rows)[other$source$rows + 1]
    right <- take_rows(value_of(graph, node), place$axis, rows)
  }
  right <- shape_rows(right, graph$shape[[node]])
  new_fault(node, right, list(list(node, right)), last_update(view), NULL, "rows_shuffled")
}

# The table that gets a second name beside a line, in the order that it has, and the site; or NULL.
named_again <- function(graph, tables, line) {
  for (table in tables) {
    own <- graph$bound[[as.character(table$table)]]
    own <- own[own > 0L]
    lines <- vapply(own, function(site) as.double(span_of_site(graph, site)$line), 1)
    beside <- abs(lines - line)
    near <- own[beside > 0 & beside <= lines_apart & lines - lines[1L] > lines_apart]
    if (length(near) > 0L) {
      return(list(table = table, site = near[[1L]]))
    }
  }
  NULL
}

# Whether samples and targets are of two tables of one length, and have different rows of them.
are_apart <- function(graph, samples, targets) {
  length_of <- function(o) graph$shape[[o$source$table]][[o$source$axis]]
  first <- samples$source$rows
  second <- targets$source$rows
  samples$source$table != targets$source$table && length_of(samples) == length_of(targets) &&
    length(first) == length(second) && !all(first == second)
}

# The farthest table of as many rows that a table has the rows of, and the values, from the table
# on, that are in another order than what they had.
order_of_table <- function(graph, place) {
  n <- graph$shape[[place$table]][[place$axis]]
  before <- find_rows(graph, place$table, place$axis)
  tables <- Filter(function(r) graph$shape[[r$table]][[r$axis]] == n, before)
  whole <- list(table = place$table, taken = place$taken, axis = place$axis, rows = seq_len(n) - 1)
  way <- c(list(whole), tables)
  turned <- integer(0)
  for (i in seq_along(tables)) {
    here <- way[[i]]
    own <- find_rows(graph, here$table, here$axis)
    moved <- length(own) > 0L && own[[1L]]$table == way[[i + 1L]]$table
    if (moved && any(diff(own[[1L]]$rows) <= 0)) turned <- c(turned, here$table)
  }
  list(source = way[[length(way)]], turned = turned)
}
