# A running mean whose two shares do not add up to 1: that of the past, and that of this step; twin
# of check/explain/mean_shares.py in Python.

longest_way <- 8L

# A mean that keeps of its past the small share that belongs to this step.
share_of_past <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    for (mean in find_means(graph, view, own$update)) {
      share <- share_of_step(graph, mean, own$row)
      if (mean$share < 0.5 && abs(share - mean$share) <= same_number) {
        kept <- (1 - 2 * share) * value_of(graph, mean$past)
        right <- plus(value_of(graph, mean$node), kept)
        path <- list(list(mean$node, right))
        return(new_fault(mean$node, right, path, own$update, NULL, "share_of_past"))
      }
    }
  }
  NULL
}

# A mean that takes all of this step, though it is corrected as one that takes a share.
share_left_out <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    cone <- rule_nodes(graph, view, own$update$u, own$update$p)
    for (mean in find_means(graph, view, own$update)) {
      wanted <- 1 - mean$share^t
      share <- 1 - mean$share
      number <- divided_by(graph, view, cone, mean$node, wanted)$number
      whole <- abs(share_of_step(graph, mean, own$row) - 1) <= same_number
      if (share == 0 || !whole || abs(number - wanted) > same_number) next
      after <- numbers_after(graph, view, cone, mean$node)
      if (!any(abs(outer(after, c(share, sqrt(share)), "-")) <= same_number)) {
        right <- value_of(graph, mean$node) * share
        path <- list(list(mean$node, right))
        return(new_fault(mean$node, right, path, own$update, NULL, "share_left_out"))
      }
    }
  }
  NULL
}

# The past has one mean's share, and this step that which belongs to the other's past.
share_of_other <- function(graph, view, rows, t) {
  for (own in own_updates(view, rows)) {
    means <- find_means(graph, view, own$update)
    if (length(means) != 2L) next
    for (i in 1:2) {
      mean <- means[[i]]
      other <- means[[3L - i]]$share
      share <- share_of_step(graph, mean, own$row)
      is_own <- abs(mean$share - other) <= same_number
      if (mean$share < 1 && !is_own && abs(share - 1 + other) <= same_number) {
        times <- (1 - mean$share) / share - 1
        right <- value_of(graph, mean$node) + times * value_of(graph, mean$part)
        path <- list(list(mean$node, right))
        return(new_fault(mean$node, right, path, own$update, NULL, "share_of_other"))
      }
    }
  }
  NULL
}

# By what the gradient, or its square, is multiplied in a mean; 0 where it is of another.
share_of_step <- function(graph, mean, row) {
  of <- if (mean$is_square) row$change^2 else row$change
  part <- value_of(graph, mean$part)
  if (!identical(shape_now(part), shape_now(of)) || !any_nonzero(of)) {
    return(0)
  }
  share <- factor_between(part, of)
  if (is_near(part, share * of)) share else 0
}

# The numbers by which a mean is multiplied on its way to the update.
numbers_after <- function(graph, view, cone, n) {
  numbers <- numeric(0)
  level <- n
  for (k in seq_len(longest_way)) {
    level <- as.integer(unlist(users_of(graph)[level]))
    level <- level[cone[level]]
    factors <- unlist(graph$args[level[graph$op[level] == "mul"]], recursive = FALSE)
    inner <- unlist(Filter(function(a) is_node(a) && graph$op[[a]] == "mul", factors))
    factors <- c(factors, unlist(graph$args[inner], recursive = FALSE)) # a rate times the share
    numbers <- c(numbers, unlist(lapply(factors, function(a) plain_number(graph, view, a))))
  }
  numbers
}
