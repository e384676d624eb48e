# A rule with a past that is kept wrongly, in what its means are of and how they are corrected; twin
# of check/explain/means.py in Python.

fewest_steps_rule <- 3L
same_number <- 1e-9

# Where a rule that is not known is one that is known but for one mistake.
#
# Asked only where the gradients of all parameters are right. The mistake is one of the program's
# text, so it has to be there in every step after the first, which may have no past.
find_rule_fault <- function(graph, alignment, best) {
  if (length(best$rows) < fewest_steps_rule) {
    return(NULL)
  }
  for (look in list(of_another, corrected_wrongly, counted_wrongly)) {
    found <- lapply(seq_along(best$rows)[-1L], function(s) {
      look(graph, alignment$views[[s]], best$rows[[s]], s)
    })
    kinds <- vapply(found, function(f) if (is.null(f)) "" else f$kind, "")
    if (nzchar(kinds[[1L]]) && all(kinds == kinds[[1L]])) {
      found[[1L]]$step <- 2L
      return(found[[1L]])
    }
  }
  other_momentum(graph, alignment, best)
}

# A mean of squares that is no mean of the gradient's squares.
of_another <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    means <- find_means(graph, view, own$update)
    gradient <- own$row$change # what enters the rule
    for (i in seq_along(means)) {
      mean <- means[[i]]
      of <- value_of(graph, mean$of)
      kind <- if (!mean$is_square && graph$op[[mean$of]] == "abs") {
        "second_moment_without_square"
      } else if (mean$is_square && mean$of %in% vapply(means[-i], function(m) m$node, 1L)) {
        "second_moment_of_mean"
      }
      if (is.null(kind) || is.null(of) || is_near(of, gradient)) next
      part <- value_of(graph, mean$part)
      number <- factor_between(part, if (mean$is_square) of * of else of)
      right <- value_of(graph, mean$node) + number * gradient * gradient - part
      path <- list(list(mean$node, right))
      return(new_fault(mean$node, right, path, own$update, NULL, kind))
    }
  }
  NULL
}

# A mean divided by what corrects the other mean, or one of the two not corrected at all.
corrected_wrongly <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    means <- find_means(graph, view, own$update)
    if (length(means) != 2L || means[[1L]]$is_square == means[[2L]]$is_square) next
    wanted <- vapply(means, function(m) 1 - m$share^t, 1)
    divided <- lapply(means, function(m) divided_by(graph, view, m$node))
    numbers <- vapply(divided, function(d) d$number, 1)
    right <- abs(numbers - wanted) <= same_number
    if (sum(right) != 1L) next
    i <- which(!right)
    node <- divided[[i]]$node
    mean <- means[[i]]
    if (node > 0L && abs(numbers[[i]] - 1 + (1 - mean$share)^t) <= same_number) {
      return(shares_swapped(graph, own$update, mean))
    }
    if (node > 0L) {
      value <- value_of(graph, node) * numbers[[i]] / wanted[[i]]
      other <- abs(numbers[[i]] - wanted[[3L - i]]) <= same_number
      kind <- if (other) "correction_of_other" else "correction_wrong"
      return(new_fault(node, value, list(list(node, value)), own$update, NULL, kind))
    }
    used <- written_numbers(graph, view)
    known <- c(wanted[[i]], sqrt(wanted[[i]]))
    if (!any(abs(outer(used, known, `-`)) <= same_number)) {
      value <- value_of(graph, mean$node) / wanted[[i]]
      path <- list(list(mean$node, value))
      fault <- new_fault(mean$node, value, path, own$update, NULL, "correction_left_out")
      fault$alone <- TRUE
      return(fault)
    }
  }
  NULL
}

# The past has the share that belongs to this step, as the correction of the start shows.
shares_swapped <- function(graph, update, mean) {
  new <- value_of(graph, mean$part)
  past <- value_of(graph, mean$node) - new
  times <- (1 - mean$share) / mean$share
  right <- past * times + new / times
  new_fault(mean$node, right, list(list(mean$node, right)), update, NULL, "shares_swapped")
}

# Means corrected as of a later step: the count goes on with each parameter, not each step.
counted_wrongly <- function(graph, view, rows, t) {
  counts <- numeric(0)
  first <- NULL
  for (own in own_updates(view, rows)) {
    for (mean in find_means(graph, view, own$update)) {
      divided <- divided_by(graph, view, mean$node)
      if (divided$node == 0L || divided$number <= 0 || divided$number >= 1) {
        return(NULL)
      }
      steps <- log1p(-divided$number) / log(mean$share)
      if (abs(steps - round(steps)) > 1e-4) {
        return(NULL)
      }
      counts <- c(counts, round(steps))
      off <- (1 - mean$share^t) / divided$number
      if (is.null(first)) first <- list(update = own$update, node = divided$node, off = off)
    }
  }
  expected <- (t - 1) * length(rows) + seq_along(rows)
  if (length(rows) < 2L || !identical(as.double(unique(counts)), as.double(expected))) {
    return(NULL)
  }
  fault_of_count(graph, first, t)
}

# A count of steps that is wrong, told where it is counted where it has no place of its own.
fault_of_count <- function(graph, first, t) {
  at <- exponent_of(graph, first$node)
  placed <- at > 0L && place_of_node(graph, at)$line > 0L
  right <- if (placed) as.double(t) else value_of(graph, first$node) / first$off
  node <- if (placed) at else first$node
  path <- list(list(node, right))
  fault <- new_fault(node, right, path, first$update, NULL, "steps_counted_twice")
  if (at > 0L && !placed) fault$counted <- name_of_node(graph, at)
  fault
}

own_updates <- function(view, rows) {
  Filter(Negate(is.null), lapply(rows, function(row) {
    own <- Filter(function(c) c$k == row$k, view$step$updates)
    if (length(own) == 1L && !is.null(row$source)) list(update = own[[1L]], row = row)
  }))
}

# The sums of a share of the past and of something of this step, which may enter squared.
find_means <- function(graph, view, update) {
  means <- list()
  for (n in which(rule_nodes(graph, view, update$u, update$p))) {
    if (n == update$u || !is_mixed(graph, view, n)) next
    parts <- current_parts(graph, view, n)
    share <- split_number(graph, view, parts[[2L]])$number
    bare <- split_number(graph, view, parts[[1L]])$node
    of <- root_of_square(graph, bare)
    if (share > 0 && share < 1 && identical(graph$shape[[n]], graph$shape[[update$u]])) {
      means[[length(means) + 1L]] <- list(
        node = n, share = share, part = parts[[1L]], of = of, is_square = of != bare
      )
    }
  }
  means
}

# The quotient of a mean and a plain number, and the number; 0 and 1 where it is used as it is.
divided_by <- function(graph, view, n) {
  for (u in users_of(graph)[[n]]) {
    if (graph$op[[u]] == "div" && identical(graph$args[[u]][[1L]], n) && u <= view$step$end) {
      number <- plain_number(graph, view, graph$args[[u]][[2L]])
      if (!is.null(number)) {
        return(list(node = u, number = number))
      }
    }
  }
  list(node = 0L, number = 1)
}

# The count of steps in 1 - b^t, where it was made by a sum; else 0.
exponent_of <- function(graph, node) {
  stack <- as.integer(unlist(Filter(is_node, graph$args[[node]][-1L])))
  while (length(stack) > 0L) {
    n <- stack[[1L]]
    stack <- stack[-1L]
    if (graph$op[[n]] == "pow") {
      t <- graph$args[[n]][[2L]]
      return(if (is_node(t)) t else 0L)
    }
    stack <- c(stack, graph$parents[[n]])
  }
  0L
}

# Velocities that take their gradient with another number than those of the others.
other_momentum <- function(graph, alignment, best) {
  keys <- vapply(best$rows[[1L]], function(r) r$k, 1L)
  fits <- lapply(keys, function(k) fit_velocity(best, k))
  if (any(vapply(fits, is.null, NA))) {
    return(NULL)
  }
  is_like <- function(f, g) all(abs(f - g) <= 1e-6 * abs(g))
  counts <- vapply(fits, function(f) sum(vapply(fits, function(g) is_like(f, g), NA)), 1L)
  positive <- vapply(fits, function(f) f[[1L]] > 0, NA)
  usual <- fits[[order(-counts, -positive)[[1L]]]]
  odd <- which(!vapply(fits, is_like, NA, usual))
  rate <- usual[[1L]]
  share <- usual[[2L]]
  if (length(odd) == 0L || length(odd) > length(fits) / 2 || rate <= 0) {
    return(NULL)
  }
  if (any(vapply(fits[odd], function(f) abs(f[[2L]] - share) > 1e-6, NA))) {
    return(NULL)
  }
  others <- vapply(fits[odd], function(f) f[[1L]] / rate, 1)
  for (kind in c("velocity_brackets", "wrong_sign")) {
    number <- if (kind == "wrong_sign") -1 else share
    if (all(abs(others - number) <= 1e-6)) {
      return(velocity_fault(graph, alignment, best, keys[odd], (number - 1) * rate, kind))
    }
  }
  NULL
}

# The first odd velocity, and what it would be with the number that the others have.
velocity_fault <- function(graph, alignment, best, odd, off, kind) {
  for (s in seq_along(best$rows)[-1L]) {
    for (own in own_updates(alignment$views[[s]], best$rows[[s]])) {
      row <- own$row
      if (!row$k %in% odd || length(row$parts$past) == 0L) next
      way <- row$parts$past[[1L]]$way
      named <- way[, graph$named[way[1L, ]], drop = FALSE]
      if (ncol(named) == 0L) named <- way[, 1L, drop = FALSE]
      path <- lapply(seq_len(ncol(named)), function(i) {
        m <- as.integer(named[[1L, i]])
        list(m, plus(value_of(graph, m), off * row$change / named[[2L, i]]))
      })
      last <- path[[length(path)]]
      fault <- new_fault(last[[1L]], last[[2L]], path, own$update, NULL, kind)
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# The rate and the share of its last step with which a parameter moves in every step, or NULL.
fit_velocity <- function(best, k) {
  rows <- lapply(best$rows, row_of, k)
  later <- seq_along(rows)[-1L]
  design <- do.call(rbind, lapply(later, function(s) {
    cbind(ravel(rows[[s]]$change), ravel(rows[[s - 1L]]$whole))
  }))
  target <- unlist(lapply(later, function(s) ravel(rows[[s]]$whole)))
  if (nrow(design) < 4L || !all_finite(design)) {
    return(NULL)
  }
  scale <- apply(abs(design), 2L, max)
  if (any(scale == 0)) {
    return(NULL)
  }
  found <- least_squares(sweep(design, 2L, scale, "/"), target) / scale
  left <- max(abs(as.vector(design %*% found) - target))
  if (left <= 1e-7 * max(abs(target)) && found[[2L]] > 0 && found[[2L]] < 1) found
}
