# Losses of outputs of several kinds, and losses of labels -1 and 1, which no error has; twin of
# check/align/heads.py in Python.
#
# Each output has a loss of its own: the program multiplies each error by a weight. Labels of -1 and
# 1 multiply their output: loss and derivative are functions of that product, the margin.

most_outputs_of_heads <- 4L
head_kinds <- c("", "sigmoid", "softmax", "exp")

# The derivative of a loss of the margin m = y s at s, without its factor y.
margin_slopes <- list(
  logistic = function(m) -1 / (1 + exp(m)),
  hinge = function(m) -1 * (m < 1),
  squared_hinge = function(m) -2 * (1 - m) * (m < 1),
  perceptron = function(m) -1 * (m <= 0),
  exponential = function(m) -exp(-m)
)

# The steps with the derivatives that outputs have, for each choice of their losses: NULL where one
# does not fit.
#
# At an output, or at what it is the sigmoid, the softmax or the exponential of, it is the
# difference from the target, times the weight that the program gives it.
list_heads <- function(graph, views) {
  sites <- unique(graph$site[views[[1L]]$outputs])
  if (length(sites) > most_outputs_of_heads) {
    return(list())
  }
  choices <- expand.grid(rep(list(head_kinds), length(sites)), stringsAsFactors = FALSE)
  choices <- lapply(seq_len(nrow(choices)), function(i) rev(unlist(choices[i, ])))
  lapply(Filter(function(kinds) any(nzchar(kinds)), choices), function(kinds) {
    give_all(views, function(view) give_heads(graph, view, sites, kinds))
  })
}

# The steps with what is given in each; NULL where that is nothing in one of them.
give_all <- function(views, give) {
  given <- lapply(views, give)
  if (!any(vapply(given, is.null, NA))) Map(with_given, views, given)
}

# A step with the derivatives that are given at its outputs; the other one stays as it is.
with_given <- function(view, given) {
  known <- view$known # what does not hang on the loss
  view <- copy_view(view)
  view$known <- known
  view$given <- given
  view
}

give_heads <- function(graph, view, sites, kinds) {
  given <- list()
  first <- NULL
  for (i in seq_along(view$outputs)) {
    a <- view$outputs[[i]]
    kind <- match(graph$site[[a]], sites)
    target <- target_of(graph, view$targets[[i]])
    target <- if (!is.null(target)) shape_target(target, graph$shape[[a]])
    at <- if (!is.na(kind)) {
      if (nzchar(kinds[[kind]])) find_input(graph, a, kinds[[kind]]) else a
    }
    if (is.null(at) || !view$moved[[at]] || is.null(target)) {
      return(NULL)
    }
    if (kinds[[kind]] == "softmax" && !adds_up(graph, a, at, target)) {
      return(NULL)
    }
    weight <- if (length(sites) > 1L) follow_error(graph, view, a)$weight else 1
    if (is.null(weight)) {
      return(NULL)
    }
    if (is.null(first)) first <- weight
    given[[i]] <- list(node = at, value = weight * minus(value_of(graph, a), target))
  }
  lapply(given, function(g) list(node = g$node, value = sign(first) * g$value))
}

# Whether targets are shares, of what the output's shares are of: else a - y is no slope.
adds_up <- function(graph, a, z, target) {
  axis <- softmax_axis(value_of(graph, z), value_of(graph, a))
  is.null(axis) || all(abs(reduce_axis("sum", target, axis) - 1) <= 1e-9)
}

# A difference from the target times the plain numbers that follow on the way back, and these; NULL
# where there is no difference from the target.
follow_error <- function(graph, view, a) {
  n <- Filter(function(m) a %in% graph$parents[[m]], which(view$meets))
  if (length(n) == 0L) {
    return(NULL)
  }
  n <- n[[1L]]
  args <- graph$args[[n]]
  weight <- if (graph$op[[n]] == "sub" && identical(args[[2L]], a)) -1 else 1
  repeat {
    onward <- scaled_user(graph, view, n)
    if (is.null(onward)) {
      return(list(node = n, weight = weight))
    }
    weight <- weight * onward[[1L]]
    n <- as.integer(onward[[2L]])
  }
}

# The first multiple of a value on the way back: its number, and the multiple.
scaled_user <- function(graph, view, n) {
  for (user in users_of(graph)[[n]]) {
    inner <- if (view$after[[user]]) split_linear(graph, view, user)
    if (!is.null(inner) && ncol(inner) == 1L && inner[[2L, 1L]] == n) {
      return(c(inner[[1L, 1L]], user))
    }
  }
  NULL
}

# The steps cut where labels of -1 and 1 multiply an output, for each loss of the margin.
list_margins <- function(graph, looked) {
  for (view in looked) {
    meets <- lapply(which(view$cone & view$moved), function(n) read_margin(graph, view, n))
    meets <- Filter(Negate(is.null), meets)
    use_meetings(graph, view, first_meetings(graph, view, meets))
    if (length(view$outputs) == 0L) {
      return(list())
    }
  }
  lapply(margin_slopes, function(slope) {
    give_all(looked, function(view) give_margins(graph, view, slope))
  })
}

give_margins <- function(graph, view, slope) {
  Map(function(s, y) {
    label <- shape_target(target_of(graph, y), graph$shape[[s]])
    list(node = s, value = label * slope(label * value_of(graph, s)))
  }, view$outputs, view$targets)
}

read_margin <- function(graph, view, n) {
  args <- graph$args[[n]]
  if (graph$op[[n]] != "mul" || length(args) != 2L || !all(vapply(args, is_node, NA))) {
    return(NULL)
  }
  args <- unlist(args)
  moved <- view$moved[args]
  if (moved[[1L]] == moved[[2L]]) {
    return(NULL)
  }
  s <- args[moved]
  y <- args[!moved]
  fits <- !view$cut[[s]] && !view$touched[[y]] && are_labels(graph, y, graph$shape[[s]])
  if (fits && identical(graph$shape[[n]], graph$shape[[s]])) list(n, s, y)
}

# Whether a value holds labels of -1 and 1 for an output of this shape.
are_labels <- function(graph, y, shape) {
  label <- operand_of(graph, y)
  if (is.null(label) || !all_true(abs(label) == 1)) {
    return(FALSE)
  }
  (length(label) == 1L || min(label) < max(label)) && !is.null(shape_target(label, shape))
}
