# What an accusation has to stand on: without it a program is not followed, but not wrong; twin of
# check/explain/doubt.py in Python.

bent_operations <- c("clip", "minimum")
from_root <- 7L
most_heads <- 6L
fewest_elements <- 12L
fewest_fitting <- 4L
straight_operations <- c(product_operations, "div", "add", "sub", "neg", "sum", "mean", "move")

# Why a difference may be the program's own right way: the end of a sentence that begins with what
# was understood; NULL where it is a fault. `is_explained` says whether one mistake is known that
# gives their value.
find_doubt <- function(graph, alignment, fault, s, is_explained) {
  best <- alignment$readings[[1L]]
  view <- alignment$views[[s]]
  if (!is.null(best$stopped)) {
    return(best$stopped)
  }
  if (nzchar(fault$kind)) {
    odd <- sum(vapply(best$odd, function(o) o$s == s && o$kind == "past", NA))
    if (fault$kind == "past" && 2 * odd > length(best$rows[[s]])) {
      return("what they keep of the step before is no momentum known here")
    }
    return(NULL)
  }
  doubt <- thin_ground(graph, alignment, fault, s)
  if (is.null(doubt) && !is_explained && is_beside_loss(best, fault$update$k)) {
    line <- place_of_node(graph, fault$update$u)$line
    doubt <- paste("line", line, "moves what their output is not made of")
  }
  if (is.null(doubt)) doubt <- doubt_of_way(graph, view, alignment$found$owner, fault, best)
  if (is.null(doubt)) doubt <- doubt_of_rule(graph, alignment, fault, s, is_explained)
  if (is.null(doubt)) doubt <- doubt_of_loss(graph, alignment, view, fault$node, is_explained)
  doubt
}

# What is blamed has no line, is data, or was seen too little of.
thin_ground <- function(graph, alignment, fault, s) {
  view <- alignment$views[[s]]
  line <- place_of_node(graph, fault$node)$line
  if (is.null(line) || line == 0) {
    return("the value that differs first has no line of its own")
  }
  if (!view$touched[[fault$node]] && !view$meets[[fault$node]] && is.null(fault$swapped)) {
    return(paste("line", line, "weighs the samples in a way that is not known here"))
  }
  rows <- alignment$readings[[1L]]$rows[[s]]
  if (length(alignment$views) == 1L && all(vapply(rows, function(r) length(r$old) == 1L, NA))) {
    "one step of single numbers shows too little"
  }
}

# What lies between the update and the fault is cut off, or no derivative alone.
#
# Where what is judged is the gradient before it is cut off, nothing on its way is.
doubt_of_way <- function(graph, view, owner, fault, best) {
  terms <- take_apart(graph, view, owner, fault$update)$terms
  terms <- vapply(terms, function(t) as.integer(t$node), 1L)
  way <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  if (is.null(best$rule$cut_off)) way <- c(way, terms)
  bent <- Find(function(n) is_cut(graph, view, n) || has_length(graph, view, n), way)
  if (!is.null(bent)) {
    paste0("their gradients are cut off on line ", place_of_node(graph, bent)$line)
  } else if (has_penalty(graph, view, terms)) {
    paste0("what line ", place_of_node(graph, fault$node)$line, " adds to a gradient is no L2")
  }
}

# What differs is in the update's own expression, and the parameters do not move by a known rule.
doubt_of_rule <- function(graph, alignment, fault, s, is_explained) {
  best <- alignment$readings[[1L]]
  view <- alignment$views[[s]]
  way <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  known <- any(vapply(best$rows[[s]], function(r) !is.null(r$source), NA))
  own <- !any(graph$named[way[-1L]]) && !known
  follows <- is_explained || follows_any(best) || fits_one_part(graph, alignment)
  if (own && (has_root(graph, view, fault$update) || !follows)) {
    "the rule by which they are moved is none that is known here"
  } else if (fault$node == fault$update$u && has_other_rate(graph, alignment, best)) {
    "they are moved at more than one rate"
  }
}

# What is trained may be another loss, or more than one.
doubt_of_loss <- function(graph, alignment, view, node, is_explained) {
  best <- alignment$readings[[1L]]
  known <- alignment$asked || is_rate_known(best) || fits_one_part(graph, alignment)
  is_own <- best$family == "own" && !is_minimised(graph, alignment$views)
  if (!known && !is_explained && bends_error(graph, view, node)) {
    paste0("line ", place_of_node(graph, node)$line, " belongs to a loss that is not known here")
  } else if (length(unique(graph$shape[view$outputs])) > 1L || has_two_heads(graph, view)) {
    "more than one kind of output meets a target"
  } else if (!is_explained) {
    known <- known || is_stated_entropy(graph, best, view)
    stands <- if (is_own) is_partly_followed(best) else known
    if (!stands) "none of them moves as the derivative of a loss that is known here"
  }
}

# Whether the loss is the cross-entropy that the program itself computes of its output.
is_stated_entropy <- function(graph, best, view) {
  best$family == "cross_entropy" && computes_entropy(graph, view)
}

# Whether the loss hangs on a parameter in no step: it may be what a rule keeps of the past.
is_beside_loss <- function(best, k) {
  !any(vapply(unlist(best$rows, recursive = FALSE), function(r) {
    r$k == k && any_nonzero(r$gradient)
  }, NA))
}

# Whether a step is divided by a root, as it is in RMSprop and its kin.
has_root <- function(graph, view, update) {
  level <- update$u
  for (k in seq_len(from_root)) {
    level <- unique(unlist(graph$parents[level]))
    level <- level[level > view$step$begin & graph$count[level] == graph$count[[update$u]]]
    if (any(vapply(level, function(n) is_root(graph, n), NA))) {
      return(TRUE)
    }
  }
  FALSE
}

# Whether a parameter moves along its derivative in some step.
follows_any <- function(best) {
  any(unlist(Map(function(rows, good) {
    any(vapply(rows, function(r) any_nonzero(r$gradient), NA) & good)
  }, best$rows, best$good)))
}

# Whether values are kept between two bounds, and some of them reach these.
is_cut <- function(graph, view, n) {
  if (!is.null(unbounded(graph, view, n))) {
    return(FALSE)
  }
  inner <- graph$op[graph$parents[[n]]]
  graph$op[[n]] %in% bent_operations || graph$op[[n]] == "maximum" && "minimum" %in% inner
}

# Whether a gradient is multiplied by a number that is made of the gradients.
has_length <- function(graph, view, n) {
  args <- unlist(Filter(is_node, graph$args[[n]]))
  if (!graph$op[[n]] %in% c("mul", "div") || length(args) != 2L) {
    return(FALSE)
  }
  args <- args[order(graph$count[args])]
  sizes <- graph$count[args]
  sizes[[1L]] == 1 && sizes[[2L]] > 1 && all(view$after[args]) && is_length(graph, view, args[[1L]])
}

# Whether something that is made of parameters alone is added to the gradient.
has_penalty <- function(graph, view, terms) {
  own <- view$moved[terms] & !view$after[terms] & !view$cut[terms]
  own[own] <- vapply(terms[own], function(n) any_nonzero(value_of(graph, n)), NA)
  any(own) && any(view$after[terms])
}

# Whether more than one parameter moved along its derivative at one other rate, all the time. One
# that is as many times larger as there are samples is no rate where others divide by them.
has_other_rate <- function(graph, alignment, best) {
  odd <- which(!best$good[[1L]])
  if (length(odd) < 2L || length(odd) == length(best$good[[1L]])) {
    return(FALSE)
  }
  rates <- unlist(Map(function(rows, c) {
    vapply(odd, function(i) {
      if (i > length(rows)) {
        return(0)
      }
      row <- rows[[i]]
      r <- factor_between(row$change, row$gradient)
      left <- largest(minus(row$change, r * row$gradient))
      if (r != 0 && isTRUE(left <= 1e-6 * largest(row$change))) r / c else 0
    }, 1)
  }, best$rows, best$factors))
  is_one <- min(rates) > 0 && diff(range(rates)) <= 1e-5 * max(rates)
  is_one && !is_left_undivided(graph, alignment)
}

# Whether at least one whole parameter moves as the derivative says in every step.
is_rate_known <- function(best) {
  any(vapply(seq_along(best$rows[[1L]]), function(i) {
    any_nonzero(best$rows[[1L]][[i]]$gradient) &&
      all(vapply(best$good, function(good) i <= length(good) && good[[i]], NA))
  }, NA)) || fits_in_part(best)
}

# Whether a good part of a parameter moves rightly in every step: one may hold all weights.
fits_in_part <- function(best) {
  counts <- unlist(Map(function(rows, c) {
    near <- vapply(rows, function(r) {
      if (!r$fits_shape || length(r$old) < fewest_elements) {
        return(0)
      }
      right <- c * ravel(r$gradient)
      sum(abs(ravel(r$change) - right) <= 1e-6 * abs(right) & abs(right) > 0, na.rm = TRUE)
    }, 1)
    max(near, 0)
  }, best$rows, best$factors))
  min(counts) >= fewest_fitting
}

# Whether of a parameter with several updates one moves its part rightly in every step. Or one of
# the parts that its gradient is put together of.
fits_one_part <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  owner <- alignment$found$owner
  all(vapply(seq_along(alignment$views), function(s) {
    view <- alignment$views[[s]]
    any(vapply(view$step$updates, function(c) {
      row <- row_of(best$rows[[s]], c$k)
      if (is.null(row) || !row$fits_shape || !any_nonzero(row$gradient)) {
        return(FALSE)
      }
      parts <- take_apart(graph, view, owner, c, keep_sums = TRUE)
      if (is.null(c$cells)) {
        return(any(graph$count[right_parts(graph, row, best$factors[[s]], parts)] > 1))
      }
      length(c$cells) > 1L && cells_fit(graph, row, c$cells, best$factors[[s]], parts)
    }, NA))
  }, NA))
}

# Whether a value is the error, bent or weighted by data as in a loss of another kind.
bends_error <- function(graph, view, n) {
  near <- unique(c(n, graph$parents[[n]]))
  near <- unique(c(near, unlist(graph$parents[near])))
  if (!any(view$meets[near])) {
    return(FALSE)
  }
  beside <- near[!view$meets[near]]
  bent <- any(view$after[beside] & !graph$op[beside] %in% straight_operations)
  parents <- graph$parents[[n]]
  plain <- parents[!view$moved[parents] & !view$touched[parents]]
  bent || graph$op[[n]] %in% c("mul", "div") && any(graph$count[plain] > 1)
}

# Whether outputs are of two kinds, as a number and a probability, each with its own loss.
has_two_heads <- function(graph, view) {
  outputs <- unique(unlist(view$outputs))
  outputs <- outputs[graph$count[outputs] > 1]
  if (length(outputs) < 2L || length(outputs) > most_heads) {
    return(FALSE)
  }
  likely <- vapply(outputs, function(a) {
    found <- find_activation(graph, view, a)
    !is.null(found) && found$name %in% c("sigmoid", "softmax")
  }, NA)
  any(likely) && !all(likely)
}
