# L2 that is not the same for all weights, told by the loss that the program computes itself; twin
# of check/explain/decay.py in Python.

same_decay <- 1e-6

# A weight that decays otherwise than the program's own loss says, or than the others do.
find_wrong_decay <- function(graph, alignment, best) {
  decays <- c(best$decays, best$inside)
  if (best$rule$name != "gradient_descent" || length(decays) == 0L) {
    return(NULL)
  }
  found <- decay_against_loss(graph, alignment, best)
  if (is.null(found)) decay_against_others(graph, alignment, best) else found
}

# The loss has a penalty that one weight follows, decay included, and another does not.
decay_against_loss <- function(graph, alignment, best) {
  steps <- utils::head(alignment$steps, length(best$rows))
  decays <- c(names(best$decays), names(best$inside))
  begins <- vapply(steps, function(step) step$begin, 1L)
  for (views in find_objectives(graph, alignment$found, steps)) {
    wrong <- integer(0)
    faults <- list()
    decaying <- FALSE
    for (view in views) {
      s <- match(view$step$begin, begins)
      adjoint <- differentiate(graph, view, seed_loss(graph, view, "own"))$adjoint
      rows <- rows_of_step(graph, view, alignment$found$owner, adjoint)
      c <- factor_of_most(rows)
      fits <- vapply(rows, function(r) row_fits(r, c * r$gradient, r$whole), NA)
      keys <- vapply(rows, function(r) r$k, 1L)
      known <- setdiff(keys, keys[!fits])
      decaying <- decaying || any(paste(s, known) %in% decays)
      wrong <- union(wrong, keys[!fits])
      faults <- c(faults, lapply(rows[!fits], function(r) {
        fault_of_decay(graph, alignment, r, r$whole - c * r$gradient, s)
      }))
    }
    one <- length(wrong) == 1L && length(faults) == length(views)
    if (decaying && one && !is.null(faults[[1L]])) {
      return(faults[[1L]])
    }
  }
  NULL
}

# What a weight moves too far: at what is added to its gradient, or where it decays.
#
# Within a gradient some elements alone may have a penalty, as where a column is that of the bias.
fault_of_decay <- function(graph, alignment, row, off, s) {
  inside <- alignment$readings[[1L]]$inside[paste(s, row$k)]
  if (is.na(inside)) {
    return(decay_fault(graph, alignment$views[[s]], row, off, s))
  }
  old <- row$old * (abs(off) > row$lost)
  times <- 1 - sum(off * old) / sum(old * old) / unname(inside)
  fault_inside(graph, alignment, s, row, times, "decay_of_one")
}

# The factor by which most parameters moved along the derivative.
factor_of_most <- function(rows) {
  large <- Filter(function(r) length(r$old) > 1L, rows)
  usual <- vapply(large, function(r) factor_between(r$whole, r$gradient), 1)
  usual <- usual[usual > 0]
  if (length(usual) == 0L) {
    return(0)
  }
  counts <- vapply(usual, function(c) {
    sum(vapply(rows, function(r) row_fits(r, c * r$gradient, r$whole), NA))
  }, 1L)
  usual[[which.max(counts)]]
}

# Of two decays one is twice the other, or as many times as there are samples in a step.
decay_against_others <- function(graph, alignment, best) {
  view <- alignment$views[[1L]]
  rows <- best$rows[[1L]]
  keys <- vapply(rows, function(r) r$k, 1L)
  decays <- best$decays[paste(1L, keys)]
  keys <- keys[!is.na(decays) & decays > 0]
  decays <- unname(best$decays[paste(1L, keys)])
  kept <- outer(seq_along(best$rows), keys, paste)
  if (length(decays) < 2L || !all(kept %in% names(best$decays))) {
    return(NULL)
  }
  least <- min(decays)
  most <- max(decays)
  samples <- as.double(count_samples(graph, view))
  if (samples < 2 || abs(most / least - samples) > same_decay * samples) {
    return(NULL)
  }
  # Where the errors of a step are added up, a penalty that is divided is the odd one.
  rates <- abs(unlist(best$written))
  rates <- rates[rates != 0]
  mean <- any(abs(best$factors[[1L]] * samples - rates) <= same_decay * rates)
  wrong <- abs(decays - (if (mean) most else least)) <= same_decay * decays
  if (sum(wrong) != 1L || all(wrong)) {
    return(NULL)
  }
  row <- row_of(rows, keys[wrong])
  right <- if (mean) least else most
  decay_fault(graph, view, row, (decays[wrong] - right) * row$old, 1L)
}

# The last value with a name between a weight and its decay, or its gradient if it has none.
#
# Where only the new weight has a name it is the decay itself, unless its place makes others, too.
decay_fault <- function(graph, view, row, off, s, kind = "decay_of_one") {
  own <- Filter(function(c) c$k == row$k, view$step$updates)
  if (is.null(row$parts) || length(own) != 1L) {
    return(NULL)
  }
  terms <- Filter(function(t) !is.null(t$way), row$parts$own)
  terms <- terms[order(-vapply(terms, function(t) ncol(t$way), 1L))]
  way <- if (length(terms) > 0L && row$parts$decay != 0) terms[[1L]]$way
  first <- 1L
  if (is.null(way)) {
    kind <- "decay_left_out"
    term <- row$parts$terms[[1L]]
    way <- cbind(term$way, c(term$node, term$factor))
  } else if (is_alone_at_place(graph, view, as.integer(way[[1L, ncol(way)]]))) {
    first <- ncol(way)
  }
  named <- which(graph$named[way[1L, ]])
  chosen <- if (all(way[1L, named] == own[[1L]]$u)) first else named
  for (at in list(chosen, if (length(named) > 0L) named else 1L)) {
    path <- path_of_decay(graph, way[, at, drop = FALSE], off)
    if (length(path) == 0L) next
    last <- path[[length(path)]]
    fault <- new_fault(last[[1L]], last[[2L]], path, own[[1L]], NULL, kind)
    fault$step <- s
    return(fault)
  }
  NULL
}

# What values on the way to a decay should be, of those that have its shape.
path_of_decay <- function(graph, way, off) {
  nodes <- as.integer(way[1L, ])
  fits <- vapply(graph$shape[nodes], identical, NA, shape_now(off))
  lapply(which(fits), function(i) {
    value <- value_of(graph, nodes[[i]])
    right <- plus(value, off / way[[2L, i]])
    right[abs(right) <= cancelled_share * abs(value)] <- 0 # what rounding alone leaves
    list(nodes[[i]], right)
  })
}

# Whether a place of the program makes one value in a step.
is_alone_at_place <- function(graph, view, n) {
  nodes <- seq(view$step$begin + 1L, view$step$end)
  graph$site[[n]] > 0L && sum(graph$site[nodes] == graph$site[[n]]) == 1L
}
