# Where a training goes wrong: from a wrong update back to the value that is wrong in itself; twin
# of check/explain/fault.py in Python.
#
# Each value is judged by what it is made of: of a wrong value the operand is asked for which the
# right derivative would make it right. Where there is one, that operand is wrong; where there is
# none, the value itself is made in a wrong way.

deepest_walk <- 60L

# A wrong value, what it should be, and the way from the update to it.
new_fault <- function(node, right, path, update, wanted = NULL, kind = "") {
  list(
    node = node, right = right, path = path, update = update,
    wanted = wanted, # the forward value whose derivative it should be
    kind = kind,
    swapped = NULL, # forward values: the one taken, the one meant
    alone = FALSE, # it is one sample's share where a sum is wanted
    other_role = FALSE, # it is right as another derivative than the one asked for
    step = 1L, # the step that shows it
    seen_in = NULL, # steps that show it, where they are later than those that are looked at
    loop = NULL, # a value whose loop is wrong, and a line that it begins after
    shown = NULL # what is shown as theirs and right in place of elements
  )
}

# Walk from a wrong update to the value at which the fault begins; it is at the update itself where
# nothing before it is wrong. `rate` is the factor between the right change and the derivative.
find_fault <- function(table, update, row, rate, parts) {
  graph <- table$graph
  change <- rate * row$gradient
  if (!is.null(row$source)) {
    start <- list(list(row$source, change))
    found <- descend(table, row$source, change, rate, start, 0L)
    if (is.null(found)) found <- list(row$source, change, start, NULL)
    return(new_fault(found[[1L]], found[[2L]], found[[3L]], update, found[[4L]]))
  }
  if (!is.null(update$cells)) {
    change <- ravel(change)[update$cells + 1]
    change <- array(change, length(change))
  }
  shape <- graph$shape[[update$p]]
  if (length(change) == prod(shape)) change <- shape_rows(change, shape)
  terms <- Filter(function(t) any_nonzero(value_of(graph, t$node)), parts$terms)
  if (length(terms) == 0L) terms <- parts$terms
  off <- if (row$fits_shape) minus(total_of(graph, terms), change) else 0
  wanted <- plus(value_of(graph, update$u), off)
  found <- NULL
  if (length(terms) == 1L && identical(shape_now(off), graph$shape[[terms[[1L]]$node]])) {
    found <- fault_of_term(table, update, terms[[1L]], off, rate)
  }
  if (is.null(found) && length(terms) == 1L && is.null(update$cells)) {
    found <- fault_of_shape(table, update, terms[[1L]], change, wanted)
  }
  if (!is.null(found)) {
    return(found)
  }
  new_fault(update$u, wanted, list(list(update$u, wanted)), update, update$p)
}

# The fault of an update that has one term, or of what that term is made of; NULL where all that is
# right.
fault_of_term <- function(table, update, term, off, rate) {
  graph <- table$graph
  t <- term$node
  theirs <- value_of(graph, t)
  path <- lapply(seq_len(max(0L, ncol(term$way))), function(i) {
    m <- term$way[[1L, i]]
    list(m, plus(value_of(graph, m), off / term$way[[2L, i]]))
  })
  right <- plus(theirs, off / term$factor)
  shares <- contributions(graph, table$view, table$adjoint, update$p)
  scale <- -rate / term$factor
  alone <- vapply(shares, function(share) is_near(theirs, scale * share[[2L]]), NA)
  if (length(shares) > 1L && any(alone)) {
    same <- Filter(function(m) {
      graph$named[[m]] && is_near(value_of(graph, m), theirs)
    }, as.integer(term$way[1L, ]))
    if (length(same) > 0L) t <- same[[length(same)]] # 0 + g is g
    fault <- new_fault(t, right, c(path, list(list(t, right))), update, update$p)
    fault$alone <- TRUE
    return(fault)
  }
  if (table$good_cone[[t]] && !is_near(theirs, right)) {
    # What is multiplied is right, and used rightly elsewhere: the multiplication is wrong.
    outside <- Filter(function(step) !table$good_cone[[step[[1L]]]], path)
    path <- if (length(outside) > 0L) outside else path
    last <- path[[length(path)]]
    return(new_fault(last[[1L]], last[[2L]], path, update, update$p))
  }
  found <- descend(table, t, right, scale, c(path, list(list(t, right))), 0L)
  if (!is.null(found)) new_fault(found[[1L]], found[[2L]], found[[3L]], update, found[[4L]])
}

# The fault of an update whose one term has not its parameter's size; NULL where it has.
fault_of_shape <- function(table, update, term, change, wanted) {
  graph <- table$graph
  t <- term$node
  shape <- graph$shape[[update$p]]
  if (table$good_cone[[t]] || graph$count[[t]] == prod(shape) || length(term$way) == 0L) {
    return(NULL)
  }
  own <- unspread(change, shape)
  inner <- lapply(seq_len(ncol(term$way))[-1L], function(i) {
    list(term$way[[1L, i]], -own / term$way[[2L, i]])
  })
  right <- -own / term$factor
  path <- c(list(list(update$u, wanted)), inner, list(list(t, right)))
  new_fault(t, right, path, update, update$p)
}

# A derivative that was spread to a wrong shape, in its parameter's own.
unspread <- function(g, shape) {
  own <- shape_now(g)
  more <- length(own) - length(shape)
  if (more < 0L || length(own) == 0L) {
    return(g)
  }
  index <- lapply(seq_along(own), function(k) {
    if (k <= more || shape[[k - more]] == 1L) 1L else seq_len(own[[k]])
  })
  kept <- do.call(`[`, c(list(g), index, list(drop = FALSE)))
  like(as.vector(kept), dim(kept)[seq_along(own) > more])
}

# The deepest wrong value below a node that should have a right one, as list(node, right, path,
# goal); NULL if it is right.
descend <- function(table, n, right, factor, path, depth) {
  graph <- table$graph
  value <- value_of(graph, n)
  if (is.null(value) || is_near(value, right)) {
    return(NULL)
  }
  goal <- find_goal(table, right, factor)
  here <- list(n, right, path, goal)
  if (depth > deepest_walk || !identical(shape_now(value), shape_now(right))) {
    return(here)
  }
  for (operand in wanted_operands(table, n, right, factor, goal)) {
    p <- operand[[1L]]
    wanted <- operand[[2L]]
    if (is_without_fault(table, n, p, wanted, operand[[3L]])) next
    more <- c(path, list(list(p, wanted)))
    found <- descend(table, p, wanted, operand[[3L]], more, depth + 1L)
    if (!is.null(found)) {
      # 0 + x is x, and it is the sum that has a name.
      is_term <- found[[1L]] == p && is_first_term(graph, n, p)
      return(if (is_term) here else found)
    }
  }
  here
}

# Whether an operand of a wrong value is not what is wrong.
is_without_fault <- function(table, n, p, wanted, factor) {
  graph <- table$graph
  if (is_near(value_of(graph, p), wanted)) {
    return(TRUE)
  }
  if (may_be_meeting(table, n) && !table$view$moved[[p]]) {
    return(TRUE) # what an output is compared with is what is asked for
  }
  exact <- is_exact(table, p, factor)
  if (exact && (!graph$named[[p]] || is_behind_mask(table, p, wanted, factor))) {
    return(TRUE)
  }
  if (stands_right(table, p, n) && (exact || !is_scaled(table, p, wanted))) {
    return(TRUE)
  }
  # What was put into a right value is wrong.
  graph$op[[n]] == "move" && is_masked(graph, n) && matches_some(table, p)
}

# Whether output and target meet; beside a loss of the program's own any difference may.
may_be_meeting <- function(table, n) {
  table$view$meets[[n]] || !any(table$view$meets) && table$graph$op[[n]] == "sub"
}

is_masked <- function(graph, n) any(movement_of(graph, n) < 0)

to_the_mask <- 2L # operations from z, or what it is activated to

# Whether a value is the derivative of what the meant one makes when data multiply it. Then it is
# right, and the mask of the dropout is what its user leaves out. Not where it is made of what has
# come back already, as where it is divided by the share that is kept.
is_behind_mask <- function(table, p, wanted, factor) {
  graph <- table$graph
  view <- table$view
  straight <- graph$op[[p]] %in% product_operations
  level <- if (straight) find_goal(table, wanted, factor)
  for (k in seq_len(to_the_mask)) {
    level <- unique(unlist(users_of(graph)[level]))
    level <- level[view$forward[level]]
    if (any(vapply(level, function(u) is_masked_goal(table, u, p, factor), NA))) {
      return(TRUE)
    }
  }
  FALSE
}

# Whether data multiply a value to another, of which a third is the derivative.
is_masked_goal <- function(table, u, p, factor) {
  graph <- table$graph
  view <- table$view
  g <- if (graph$op[[u]] == "mul") table$adjoint$at(u)
  operands <- graph$parents[[u]]
  if (is.null(g) || !any(!view$moved[operands] & !view$touched[operands])) {
    return(FALSE)
  }
  made <- forms_of(g, graph$shape[[p]])
  any(vapply(c(factor, table$factors), function(f) {
    any(vapply(made, function(form) is_near(value_of(graph, p), f * form), NA))
  }, NA))
}
