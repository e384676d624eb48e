# What a weight or a bias that is never moved should have become, and where that is told; twin of
# check/explain/idle_fault.py in Python.

nodes_after <- 200L # the updates looked at end where the first wrong one would be

# What a weight that stays should have become; sure of a bias, or where an exercise asks.
fault_of_idle <- function(graph, alignment, best, n, is_sure, step = 1L) {
  view <- alignment$views[[step]]
  ahead <- before_output(graph, view)
  moved <- view$moved
  moved[[n]] <- TRUE
  for (m in which(ahead)) if (any(moved[graph$parents[[m]]])) moved[[m]] <- TRUE
  wider <- copy_view(view)
  wider$moved <- moved
  wider$forward <- view$forward | moved & ahead
  seeds <- seed_loss(graph, wider, best$family)
  adjoint <- if (!is.null(seeds)) differentiate(graph, wider, seeds)$adjoint
  g <- if (!is.null(adjoint)) adjoint$at(n)
  if (is.null(g) || !any_nonzero(g)) {
    return(NULL)
  }
  if (!is_sure && !shows_gradient(graph, view, wider, adjoint, n, step)) {
    return(NULL) # weights that stay as they were drawn, while the last layer learns
  }
  right <- minus(value_of(graph, n), best$factors[[step]] * g)
  near <- update_beside(graph, wider, n)
  lost <- lost_update(graph, view, n, right)
  node <- if (is.null(lost)) near$u else lost
  fault <- new_fault(node, right, list(list(n, right)), near, n, "never_updated")
  if (step > 1L) fault$step <- step
  if (is.null(lost)) {
    fault["told_at"] <- list(named_among_updates(graph, view, n))
    beside <- !is.null(fault$told_at) || is_in_own_list(graph, view, n, near)
    loop <- if (!beside) loop_of_updates(graph, view, near$u)
    fault["loop"] <- list(loop)
  }
  fault
}

# Whether a single number is in a list, and the updated value near it in none of that name.
is_in_own_list <- function(graph, view, n, near) {
  own <- if (graph$count[[n]] == 1) holders_of(graph, n)
  first <- view$step$first[[match(near$k, view$step$keys)]]
  length(own) > 0L && !any(own %in% holders_of(graph, first))
}

# Whether the program computes the derivative of a value, or that of what is made of it at once.
shows_gradient <- function(graph, view, wider, adjoint, n, step) {
  uses <- Filter(function(u) wider$forward[[u]] && !is.null(adjoint$at(u)), users_of(graph)[[n]])
  beside <- length(uses) > 0L && trains_weights(graph, view)
  known <- c(list(adjoint$at(n)), if (beside) list(adjoint$at(uses[[1L]])))
  if (step > 1L) known <- Filter(function(x) sum(x != 0) > 1L, known)
  any(vapply(known, function(x) has_gradient(graph, view, x), NA))
}

# Where a value is given a name beside the updates of others, as it is; NULL if nowhere.
#
# Not where the list that it is in is written anew.
named_among_updates <- function(graph, view, n) {
  spans <- lapply(view$step$updates, function(c) place_of_node(graph, c$u))
  lines <- vapply(spans, function(span) span$line, 1L)
  sites <- graph$bound[[as.character(n)]]
  sites <- sites[!grepl("[[$@]", graph$names[[n]])]
  Find(function(x) {
    at <- span_of_site(graph, x)
    at$file == spans[[1L]]$file && at$line >= min(lines) - 1L && at$line <= max(lines) + 1L
  }, sites[sites > 0L])
}

# Where the right new value is made and not kept.
#
# Beside a bias of 0 a velocity is as large: what is made of the parameter itself comes first, and
# of a single number nothing else counts.
lost_update <- function(graph, view, n, right) {
  lost <- Filter(function(m) is_near(value_of(graph, m), right), made_in_step(graph, view))
  old <- c(n, origin_of(graph, n))
  own <- Filter(function(m) any(old %in% graph$parents[[m]]), lost)
  found <- c(own, if (length(right) > 1L) lost)
  if (length(found) > 0L) found[[1L]]
}

# What is moved by the same number in all its elements: at the first such update.
leave_gradient_out <- function(graph, fault, made) {
  first <- fault$path[[1L]][[1L]]
  while (!first %in% graph$parents[[made]]) made <- graph$parents[[made]][[1L]]
  fault$node <- made
  fault$path <- list(list(made, fault$right))
  fault$kind <- "gradient_left_out"
  fault["loop"] <- list(NULL)
  fault
}

# The update of what is added to the same sum or product; of one number, of its list; else that of
# the first weight, or the last bias.
update_beside <- function(graph, view, n) {
  updates <- view$step$updates
  first <- lapply(updates, function(c) view$step$first[[match(c$k, view$step$keys)]])
  lists <- if (graph$count[[n]] == 1) holders_of(graph, n)
  listed <- vapply(first, function(m) {
    graph$count[[m]] == 1 && any(holders_of(graph, m) %in% lists)
  }, NA)
  beside <- unlist(lapply(forward_users(graph, view, n), partners_of, graph = graph, view = view))
  added <- vapply(first, function(m) m %in% beside, NA)
  last <- if (length(graph$shape[[n]]) == 2L) 1L else length(updates)
  updates[[c(which(added), which(listed), last)[[1L]]]]
}

# What stands in the product that a value makes, and what is added to it at once.
partners_of <- function(graph, view, u) {
  sums <- forward_users(graph, view, u)
  ways <- unlist(graph$parents[c(u, sums[graph$op[sums] == "add"])])
  vapply(ways, function(p) if (view$cut[[p]]) p else as.integer(origin_of(graph, p)), 1L)
}

# The values of a step and of its updates.
made_in_step <- function(graph, view) {
  seq.int(view$step$begin + 1L, min(view$step$end + nodes_after, graph$size))
}

# Whether the program computes a derivative, and does nothing with it.
has_gradient <- function(graph, view, right) {
  nodes <- made_in_step(graph, view)
  nodes <- nodes[graph$count[nodes] == length(right) & graph$at[nodes] >= 0]
  any(vapply(nodes, function(m) is_multiple_of(graph, m, right), NA))
}

# Whether a value is as many times another as its first element is, turned or not.
is_multiple_of <- function(graph, m, right) {
  value <- value_of(graph, m)
  if (is.null(value) || length(value) != length(right) || length(right) < 2L) {
    return(FALSE)
  }
  any(vapply(forms_alike(right, shape_now(value)), function(form) {
    f <- factor_between(value, form)
    f != 0 && is_near(value, f * form)
  }, NA))
}

# The place of an update, where more than one parameter is updated.
loop_of_updates <- function(graph, view, u) {
  line <- place_of_node(graph, u)$line
  there <- Filter(function(c) place_of_node(graph, c$u)$line == line, view$step$updates)
  keys <- unique(vapply(there, function(c) c$k, 1L))
  if (length(keys) > 1L) list(node = u, after = 0L)
}
