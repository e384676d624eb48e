# A rule with a past that is kept wrongly, in what its means are of and how they are corrected; twin
# of check/explain/means.py in Python.

fewest_steps_rule <- 3L

# Where a rule that is not known is one that is known but for one mistake.
#
# Asked only where the gradients of all parameters are right. The mistake is one of the program's
# text, so it has to be there in every step after the first, which may have no past.
find_rule_fault <- function(graph, alignment, best) {
  if (length(best$rows) < fewest_steps_rule) {
    return(NULL)
  }
  found <- find_lost_squares(graph, alignment, best)
  if (is.null(found)) found <- find_adadelta_fault(graph, alignment, best)
  if (!is.null(found)) {
    return(found)
  }
  in_squares <- function(graph, view, rows, t) of_weights(best$factors[[t]], graph, view, rows)
  looks <- list(
    share_of_past, share_left_out, share_of_other, in_squares, of_another, corrected_wrongly,
    counted_wrongly, both_corrected_wrongly
  )
  for (look in looks) {
    found <- in_every_step(graph, alignment, best, look)
    if (!is.null(found)) {
      return(found)
    }
  }
  kept <- find_kept_fault(graph, alignment, best)
  if (is.null(kept)) kept <- other_momentum(graph, alignment, best)
  if (is.null(kept)) find_odd_rule(graph, alignment, best) else kept
}

# What a rule that is known does not show: a count of steps that stays 1, another share.
find_hidden_rule_fault <- function(graph, alignment, best) {
  found <- NULL
  for (look in list(counted_wrongly, share_left_out, share_of_other)) {
    if (is.null(found)) found <- in_every_step(graph, alignment, best, look)
  }
  if (!is.null(found) && found$kind == "steps_not_counted") {
    lost <- past_of_nothing(graph, alignment) # all is lost, and not the count
    if (!is.null(lost)) found <- lost
  }
  found
}

# A mistake that is there in every step after the first.
in_every_step <- function(graph, alignment, best, look) {
  if (length(best$rows) < fewest_steps_rule) {
    return(NULL)
  }
  found <- lapply(seq_along(best$rows)[-1L], function(s) {
    look(graph, alignment$views[[s]], best$rows[[s]], s)
  })
  kinds <- vapply(found, function(f) if (is.null(f)) "" else f$kind, "")
  if (!nzchar(kinds[[1L]]) || any(kinds != kinds[[1L]])) {
    return(NULL)
  }
  found[[1L]]$step <- 2L
  found[[1L]]
}

# A mean of the squares of the weights, where those of their gradient belong.
of_weights <- function(factor, graph, view, rows) {
  for (row in rows) {
    own <- Filter(function(c) c$k == row$k, view$step$updates)
    first <- view$step$first[[match(row$k, view$step$keys)]]
    for (mean in if (length(own) == 1L) find_means(graph, view, own[[1L]])) {
      if (mean$is_square && mean$of == first && any_nonzero(row$gradient)) {
        of <- value_of(graph, mean$of)
        part <- value_of(graph, mean$part)
        new <- factor_between(part, of * of) * (factor * row$gradient)^2
        right <- value_of(graph, mean$node) + new - part
        path <- list(list(mean$node, right))
        return(new_fault(mean$node, right, path, own[[1L]], NULL, "second_moment_of_weights"))
      }
    }
  }
  NULL
}

# A mean of squares that is no mean of the gradient's squares, or a mean of them in its place.
of_another <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    means <- find_means(graph, view, own$update)
    rooted <- vapply(means, function(m) !is.null(root_of_mean(graph, view, cone, m$node)), NA)
    gradient <- own$row$change # what enters the rule
    for (i in seq_along(means)) {
      mean <- means[[i]]
      of <- value_of(graph, mean$of)
      kind <- kind_of_mean(graph, means, rooted, i, is_near(of, gradient))
      if (is.null(of) || is.null(kind)) next
      part <- value_of(graph, mean$part)
      number <- factor_between(part, if (mean$is_square) of * of else of)
      wanted <- if (kind == "first_moment_squared") gradient else gradient * gradient
      right <- value_of(graph, mean$node) + number * wanted - part
      path <- list(list(mean$node, right))
      return(new_fault(mean$node, right, path, own$update, NULL, kind))
    }
  }
  NULL
}

# What is wrong with what a mean is of; NULL where nothing is.
kind_of_mean <- function(graph, means, rooted, i, is_own) {
  mean <- means[[i]]
  if (mean$is_square && mean$of %in% vapply(means[-i], function(m) m$node, 1L)) {
    if (mean$share < 1 && !is_own) "second_moment_of_mean"
  } else if (mean$is_square) {
    if (is_own && !rooted[[i]] && length(means) == 2L && any(rooted)) "first_moment_squared"
  } else if (if (is_own) rooted[[i]] else graph$op[[mean$of]] == "abs") {
    "second_moment_without_square"
  }
}

# A mean divided by what corrects the other mean, or one of the two not corrected at all.
corrected_wrongly <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    means <- both_means(graph, view, own$update)
    if (length(means) == 0L) next
    wanted <- vapply(means, function(m) 1 - m$share^t, 1)
    divided <- Map(function(m, w) divided_by(graph, view, cone, m$node, w), means, wanted)
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
      return(fault_left_out(graph, view, own, mean$node, wanted[[i]]))
    }
  }
  NULL
}

# The mean of the gradient and that of its square; none where it is not these two.
both_means <- function(graph, view, update) {
  means <- Filter(function(m) m$share < 1, find_means(graph, view, update))
  is_both <- length(means) == 2L && means[[1L]]$is_square != means[[2L]]$is_square
  if (is_both) means else list()
}

# Two means that are divided by what corrects neither, of which none is as of another step.
both_corrected_wrongly <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    means <- both_means(graph, view, own$update)
    found <- lapply(means, function(m) divided_by(graph, view, cone, m$node))
    known <- Map(function(m, d) d$node == 0L || !is.null(steps_corrected(d, m$share)), means, found)
    if (length(means) == 0L || any(unlist(known))) next
    wanted <- vapply(means, function(m) 1 - m$share^t, 1)
    numbers <- vapply(found, function(d) d$number, 1)
    other <- all(abs(numbers - rev(wanted)) <= same_number)
    node <- found[[1L]]$node
    value <- value_of(graph, node) * numbers[[1L]] / wanted[[1L]]
    kind <- if (other) "correction_of_other" else "correction_wrong"
    return(new_fault(node, value, list(list(node, value)), own$update, NULL, kind))
  }
  NULL
}

# A mean that is not corrected: told at the update where the corrected one is there unused.
fault_left_out <- function(graph, view, own, node, wanted) {
  made <- seq_len(graph$size) > view$step$begin
  value <- value_of(graph, node) / wanted
  is_alone <- divided_by(graph, view, made, node)$node == 0L
  if (!is_alone) {
    node <- own$update$u
    value <- value_of(graph, node) - step_of_row(own$row) * (1 / wanted - 1)
  }
  path <- list(list(node, value))
  fault <- new_fault(node, value, path, own$update, NULL, "correction_left_out")
  fault$alone <- is_alone
  fault
}

# The past has the share that belongs to this step, as the correction of the start shows.
shares_swapped <- function(graph, update, mean) {
  new <- value_of(graph, mean$part)
  past <- value_of(graph, mean$node) - new
  times <- (1 - mean$share) / mean$share
  right <- past * times + new / times
  new_fault(mean$node, right, list(list(mean$node, right)), update, NULL, "shares_swapped")
}

# Means corrected as of another step: the count goes on with each parameter, or not at all.
counted_wrongly <- function(graph, view, rows, t) {
  counts <- numeric(0)
  first <- NULL
  for (own in own_updates(view, rows)) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    for (mean in find_means(graph, view, own$update)) {
      divided <- divided_by(graph, view, cone, mean$node)
      steps <- steps_corrected(divided, mean$share)
      if (is.null(steps)) {
        return(NULL)
      }
      counts <- c(counts, steps)
      off <- (1 - mean$share^t) / divided$number
      if (is.null(first)) first <- list(update = own$update, node = divided$node, off = off)
    }
  }
  expected <- (t - 1) * length(rows) + seq_along(rows)
  twice <- length(rows) > 1L && identical(as.double(unique(counts)), as.double(expected))
  if (!twice && !identical(as.double(unique(counts)), 1)) {
    return(NULL)
  }
  fault_of_count(graph, first, t, if (twice) "steps_counted_twice" else "steps_not_counted")
}

# The number of steps that a mean is corrected for; NULL where it is divided by no such number.
steps_corrected <- function(divided, share) {
  if (divided$node == 0L || divided$number <= 0 || divided$number >= 1 || share == 1) {
    return(NULL)
  }
  steps <- log1p(-divided$number) / log(share)
  if (abs(steps - round(steps)) <= 1e-4) round(steps)
}

# A count of steps that is wrong, told where it is counted where it has no place of its own.
fault_of_count <- function(graph, first, t, kind) {
  at <- exponent_of(graph, first$node)
  placed <- at > 0L && place_of_node(graph, at)$line > 0L
  right <- if (placed) as.double(t) else value_of(graph, first$node) / first$off
  node <- if (placed) at else first$node
  path <- list(list(node, right))
  fault <- new_fault(node, right, path, first$update, NULL, kind)
  if (at > 0L && !placed) fault$counted <- name_of_node(graph, at)
  fault
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
      if (kind == "wrong_sign" && is_turned_update(graph, alignment$views[[s]], own$update, odd)) {
        path <- path[1L] # the velocity is as those of the others, which are added
      }
      last <- path[[length(path)]]
      fault <- new_fault(last[[1L]], last[[2L]], path, own$update, NULL, kind)
      fault$step <- s
      return(fault)
    }
  }
  NULL
}

# Whether an update takes away what all updates add that are not odd, or the other way.
is_turned_update <- function(graph, view, update, odd) {
  others <- Filter(function(c) !c$k %in% odd, view$step$updates)
  others <- unique(vapply(others, function(c) graph$op[[c$u]], ""))
  length(others) == 1L && graph$op[[update$u]] != others
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
