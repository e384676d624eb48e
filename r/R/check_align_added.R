# Targets that are added to the output, where they are to be taken away; twin of
# check/align/added.py in Python.

# The steps cut where a target is added to the output, as if it were one of the other sign: at the
# first sum, or at the last one; NULL where there is a step without one.
find_added <- function(graph, found, steps, choice) {
  touched <- touched_by(graph, found$owner)
  views <- lapply(steps, function(step) {
    view <- look_at_step(graph, found, touched, step)
    nodes <- which(view$cone & view$moved)
    meets <- Filter(Negate(is.null), lapply(nodes, function(n) read_added(graph, view, n)))
    choices <- if (length(meets) > 0L) list_choices(graph, view, meets)
    if (choice <= length(choices)) {
      use_meetings(graph, view, choices[[choice]])
      if (length(view$outputs) > 0L) view
    }
  })
  if (length(views) > 0L && !any(vapply(views, is.null, NA))) views
}

# a + y of an output and data that are nowhere below 0, or labels -1 and 1.
read_added <- function(graph, view, n) {
  pair <- if (graph$op[[n]] == "add" && !view$cut[[n]]) split_operands(graph, view, n)
  if (is.null(pair) || !is_node(pair[[2L]])) {
    return(NULL)
  }
  a <- pair[[1L]]
  y <- pair[[2L]]
  target <- value_of(graph, y)
  known <- !is.null(target) && !is.null(value_of(graph, a)) && !view$cut[[a]] && !view$touched[[y]]
  fits <- known && may_be_target(graph, y) && length(target) == graph$count[[a]]
  if (fits) list(n, a, -target)
}

# Whether data are nowhere below 0, or labels -1 and 1, and not the 0 that a sum begins with.
may_be_target <- function(graph, y) {
  target <- value_of(graph, y)
  begins <- graph$op[[y]] == "constant" && !any_nonzero(target)
  !begins && (!any(target < 0) || all(abs(target) == 1))
}

# Take a target that is added for one of the other sign, where all parameters follow it.
read_with_added <- function(graph, found, result) {
  steps <- utils::head(result$steps, most_steps)
  for (choice in 1:2) {
    views <- find_added(graph, found, steps, choice)
    for (family in if (!is.null(views)) loss_families) {
      reading <- read_family(graph, found, views, family)
      if (!is.null(reading) && is_added_target(views, reading)) {
        result$views <- views
        result$readings <- list(reading)
        return(result)
      }
    }
  }
  result
}

# Whether what is added is a target that all follow: taken away from the target it may have been,
# which turns the sign of the update. Labels below 0 may be those of the other class, unless the
# loss grows with them, too.
is_added_target <- function(views, reading) {
  added <- unlist(lapply(views, function(view) view$targets))
  one_sign <- length(unique(sign(reading$factors))) == 1L
  is_right_reading(reading) && one_sign && (reading$factors[[1L]] < 0 || !any(added > 0))
}

# A target that is added in the first step, as if it were one of the other sign.
find_added_target <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  n <- utils::head(which(view$meets), 1L)
  data <- unlist(graph$parents[n])
  data <- data[!view$moved[data]]
  is_sum <- length(n) == 1L && graph$op[[n]] == "add" && length(data) == 1L
  if (!is_sum || has_other_sign(graph, data)) {
    return(NULL)
  }
  target <- shape_rows(ravel(value_of(graph, data)), graph$shape[[n]])
  right <- value_of(graph, n) - 2 * target
  if (best$factors[[1L]] < 0) right <- -right # the output is to be taken away
  new_fault(n, right, list(list(n, right)), last_update(view), NULL, "target_added")
}
