# Mistakes of updates that a comparison alone decides about, as a perceptron's do; twin of
# check/explain/gated.py in Python.
#
# Each is told only where it explains every step that was looked at: other factors, as a rate of its
# own for the bias has, are no mistakes.

steady_share <- 1e-6
fewest_gated <- 2L
against_gates <- "what the condition before them asks for is none of what is known here"

# Whether comparisons decide about updates, and these do not do what they ask for.
is_against_gates <- function(alignment, best) {
  right <- is_right_reading(best) && min(best$factors) > 0
  length(alignment$found$gates) > 0L && !right
}

# The first update that does not do what its condition asks for; NULL where none is known.
find_gated_fault <- function(graph, alignment, best) {
  if (length(best$rows) < fewest_gated) {
    return(NULL)
  }
  keys <- vapply(best$rows[[1L]], function(r) r$k, 1L)
  factors <- lapply(keys, function(k) factors_along(best, k))
  for (i in seq_along(keys)) {
    s <- first_at_other_place(graph, alignment, keys[[i]], factors[[i]])
    if (!is.null(s)) {
      size <- abs(factors[[i]][[s]])
      return(fault_of_gated(graph, alignment, best, keys[[i]], s, size, "gated_sign"))
    }
  }
  steady <- vapply(factors, stays_the_same, NA)
  first <- vapply(factors, function(f) f[[1L]], 1)
  right <- which(steady & first > 0)
  turned <- which(steady & first < 0)
  all_turned <- length(turned) == length(keys)
  if (all_turned && length(keys) > 1L && may_be_reversed(graph, alignment, keys[[turned[[1L]]]])) {
    return(fault_of_condition(graph, alignment, keys[[turned[[1L]]]]))
  }
  if (all_turned || length(right) > 0L && length(turned) > 0L) {
    size <- abs(first[[turned[[1L]]]])
    return(fault_of_gated(graph, alignment, best, keys[[turned[[1L]]]], 1L, size, "gated_sign"))
  }
  size <- if (length(right) > 0L) first[[right[[1L]]]] else 0
  find_named_gated(graph, alignment, best, keys, factors, right, size)
}

# The first parameter whose mistake has a name, with that.
find_named_gated <- function(graph, alignment, best, keys, factors, right, size) {
  for (i in setdiff(seq_along(keys), right)) {
    found <- factors[[i]]
    kind <- name_gated_mistake(graph, alignment, best, keys[[i]], found, size)
    if (nzchar(kind)) {
      wanted <- if (size != 0) size else abs(found)
      wrong <- which(abs(found - wanted) > steady_share * abs(found))
      s <- if (length(wrong) > 0L) wrong[[1L]] else 1L
      size <- if (size != 0) size else abs(found[[1L]])
      return(fault_of_gated(graph, alignment, best, keys[[i]], s, size, kind))
    }
  }
  NULL
}

# The first step that goes the wrong way, where one line always does and another never.
first_at_other_place <- function(graph, alignment, k, factors) {
  if (any(factors == 0) || !stays_the_same(abs(factors))) {
    return(NULL)
  }
  sites <- vapply(seq_along(factors), function(s) {
    graph$site[[own_update(alignment, s, k)$u]]
  }, 1L)
  up <- sites[factors > 0]
  down <- sites[factors < 0]
  if (length(up) > 0L && length(down) > 0L && !any(up %in% down)) which(factors < 0)[[1L]]
}

own_update <- function(alignment, s, k) {
  Find(function(c) c$k == k, alignment$views[[s]]$step$updates)
}

# How far a parameter moved along what is asked for, in each step; 0 where it did not.
factors_along <- function(best, k) {
  vapply(best$rows, function(rows) {
    row <- row_of(rows, k)
    found <- if (is.null(row)) 0 else factor_between(row$change, row$gradient)
    if (found != 0 && is_near(row$change, found * row$gradient)) found else 0
  }, 1)
}

stays_the_same <- function(factors) {
  factors[[1L]] != 0 && diff(range(factors)) <= steady_share * abs(factors[[1L]])
}

# What is wrong about an update that goes neither along nor against what is asked for.
name_gated_mistake <- function(graph, alignment, best, k, found, size) {
  if (all(found != 0) && stays_the_same(abs(found))) {
    return("label_left_out")
  }
  rows <- lapply(best$rows, function(step) row_of(step, k))
  if (size == 0 || any(vapply(rows, is.null, NA))) {
    return("")
  }
  if (all(vapply(rows, function(r) length(r$old) == 1L, NA))) {
    shares <- Map(function(r, step) is_times_input(r, step, size), rows, best$rows)
    return(if (all(unlist(shares))) "bias_times_input" else "")
  }
  wrong <- alignment$views[abs(found - size) > steady_share * size]
  other <- all(vapply(wrong, function(view) takes_other_rows(graph, view, k), NA))
  if (other) "gradient_of_other_input" else ""
}

# Whether a bias moved as one of the weights beside it should.
is_times_input <- function(row, step, size) {
  others <- Filter(function(q) length(q$old) > 1L, step)
  goals <- size * unlist(lapply(others, function(q) as.vector(q$gradient)))
  any(vapply(goals, function(x) is_near(as.vector(row$change)[[1L]], x), NA))
}

# Whether an update takes another part of the data than the output did.
takes_other_rows <- function(graph, view, k) {
  own <- Find(function(c) c$k == k, view$step$updates)
  if (is.null(own)) {
    return(FALSE)
  }
  taken <- Filter(function(n) is_part_of_one(graph, n), made_for(graph, view, own))
  seen <- unique(unlist(graph$parents[which(view$forward)]))
  seen <- Filter(function(n) is_part_of_one(graph, n), seen)
  wholes <- vapply(seen, function(n) graph$parents[[n]], 1L)
  size <- max(graph$count[seen], 0)
  any(vapply(taken, function(n) {
    index <- movement_of(graph, n)
    beside <- seen[wholes == graph$parents[[n]]]
    same <- vapply(beside, function(m) identical(movement_of(graph, m), index), NA)
    length(beside) > 0L && graph$count[[n]] == size && !any(same)
  }, NA))
}

is_part_of_one <- function(graph, n) {
  graph$op[[n]] == "move" && length(graph$parents[[n]]) == 1L && graph$move[[n]] >= 0
}

# What the change of an update is made of, data beside it too.
made_for <- function(graph, view, own) {
  seen <- logical(graph$size)
  stack <- as.integer(own$terms[1L, own$terms[2L, ] != 0])
  while (length(stack) > 0L) {
    stack <- unique(stack[!seen[stack] & !view$cut[stack]])
    seen[stack] <- TRUE
    stack <- unlist(graph$parents[stack[stack > view$step$begin]])
  }
  which(seen)
}

# Whether the comparison asks which of two is larger.
may_be_reversed <- function(graph, alignment, k) {
  gate <- gate_of(alignment, k)
  length(gate) > 0L && graph$spelled[[gate]] %in% c(rising_questions, falling_questions)
}

gate_of <- function(alignment, k) {
  own <- own_update(alignment, 1L, k)
  as.integer(own$terms[1L, own$terms[2L, ] == 0])
}

fault_of_condition <- function(graph, alignment, k) {
  gate <- gate_of(alignment, k)
  right <- 1 - value_of(graph, gate)
  new_fault(gate, right, list(list(gate, right)), own_update(alignment, 1L, k), NULL,
            "condition_reversed")
}

fault_of_gated <- function(graph, alignment, best, k, s, size, kind) {
  own <- own_update(alignment, s, k)
  row <- row_of(best$rows[[s]], k)
  wanted <- ravel(row$old - size * row$gradient)
  cells <- if (is.null(own$cells)) seq_along(wanted) else own$cells + 1
  right <- shape_rows(wanted[cells], graph$shape[[own$u]])
  fault <- new_fault(own$u, right, list(list(own$u, right)), own, NULL, kind)
  fault$step <- s
  fault
}
