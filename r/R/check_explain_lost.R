# Samples that no step of an epoch takes, counted over the batches of whole epochs; twin of
# check/explain/lost.py in Python.

fewest_epochs <- 2L
most_batches <- 2000L

# A batch, or a part of one, that is left out at the end of every epoch.
#
# Told only where all epochs have as many batches of one size, and what is left out is no set of
# samples that is kept apart: it is the end of the table, or other samples in each epoch.
find_lost_samples <- function(graph, alignment) {
  view <- alignment$views[[1L]]
  x <- first_data(graph, view, view$outputs[[1L]])
  axis <- if (is_in_columns(graph, view)) 2L else 1L
  tables <- if (is.null(x)) list() else find_rows(graph, x, axis)
  for (table in tables) {
    same <- has_same_rows(graph, table, view$targets[[1L]], axis)
    fault <- if (same) lost_of(graph, view, x, table, axis)
    if (!is.null(fault)) {
      return(fault)
    }
  }
  NULL
}

# What is left out of one of the tables that a batch was taken out of.
lost_of <- function(graph, view, x, table, axis) {
  total <- graph$shape[[table$table]][[table$axis]]
  left <- rows_left(graph, table, batches_of(graph, x, table$table, axis), total)
  if (length(left) == 0L) {
    return(NULL)
  }
  right <- value_of(graph, table$table)
  fault <- new_fault(x, right, list(list(x, right)), view$step$updates[[1L]], NULL, "samples_lost")
  used <- paste(total - length(left), "samples in an epoch")
  fault$shown <- list(yours = used, right = paste("all", total))
  fault$loop <- list(node = x, after = 0L)
  fault
}

# The rows that no batch of the first epoch has, where every epoch leaves out as many.
rows_left <- function(graph, table, batches, total) {
  epochs <- cut_epochs(batches)
  counts <- unique(lengths(epochs))
  sizes <- unique(unlist(lapply(epochs, lengths)))
  if (length(epochs) < fewest_epochs || length(counts) > 1L || length(sizes) > 1L || counts < 2L) {
    return(NULL)
  }
  left <- lapply(epochs, function(own) setdiff(seq_len(total) - 1, unlist(own)))
  apart <- all(vapply(left, identical, NA, left[[1L]]))
  if (length(left[[1L]]) > sizes ||
        apart && (are_shuffled(epochs[[1L]]) || are_taken(graph, table, left[[1L]]))) {
    return(NULL)
  }
  left[[1L]]
}

# Whether the targets are the same rows of a table of as many.
has_same_rows <- function(graph, place, y, axis) {
  targets <- if (is.integer(y)) find_rows(graph, y, axis) else list()
  total <- graph$shape[[place$table]][[place$axis]]
  any(vapply(targets, function(t) {
    graph$shape[[t$table]][[t$axis]] == total && identical(as.double(t$rows), as.double(place$rows))
  }, NA))
}

are_shuffled <- function(batches) {
  rows <- unlist(batches)
  !all(rows == seq_along(rows) - 1)
}

# Whether something else is made of just the samples that are left out, as a test is.
are_taken <- function(graph, place, left) {
  for (n in users_of(graph)[[place$table]]) {
    own <- if (graph$op[[n]] == "move") find_rows(graph, n, place$axis) else list()
    if (length(own) > 0L && own[[1L]]$table == place$table && all(own[[1L]]$rows %in% left)) {
      return(TRUE)
    }
  }
  FALSE
}

# The rows of all values that were taken at one place of the program out of a table.
batches_of <- function(graph, x, table, axis) {
  same <- which(graph$site == graph$site[[x]] & graph$site > 0L & graph$op == "move")
  same <- same[lengths(graph$shape[same]) == length(graph$shape[[x]])]
  found <- lapply(utils::head(same, most_batches), function(n) {
    Find(function(place) place$table == table, find_rows(graph, n, axis))$rows
  })
  Filter(Negate(is.null), found)
}

# Whole epochs: one ends where a row comes again.
cut_epochs <- function(batches) {
  epochs <- list()
  own <- list()
  for (rows in batches) {
    if (any(rows %in% unlist(own))) {
      epochs[[length(epochs) + 1L]] <- own
      own <- list()
    }
    own[[length(own) + 1L]] <- rows
  }
  epochs
}
