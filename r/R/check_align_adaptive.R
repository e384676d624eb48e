# RMSprop, Adam and their kin: where the gradient enters, and whether the rule is kept; twin of
# check/align/adaptive.py in Python.

most_numbers <- 14L
small_number <- 0.011

# The value of this step that is mixed with the past, as in m = b m + (1 - b) g.
#
# Where it is mixed squared, as in s = b s + (1 - b) g^2, it is what was squared; the absolute value
# is no gradient either. Where nothing is mixed but a sign taken, it is what has the sign, or what
# is divided by the root of its own square.
mixed_gradient <- function(graph, view, update) {
  key <- paste("gradient of", update$u)
  mixed <- function() {
    n <- find_gradient(graph, view, update$u, update$p)
    if (is.null(n)) n <- find_signed(graph, view, update)
    if (is.null(n)) find_own_square(graph, view, update)$of else n
  }
  known_of(view, key, mixed())
}

# The square whose root an update is divided by where no past is in it, and what it is of; or NULL.
find_own_square <- function(graph, view, update) {
  for (n in which(rule_nodes(graph, view, update$u, update$p))) {
    if (!is_root(graph, n) || length(graph$parents[[n]]) == 0L) next
    m <- graph$parents[[n]][[1L]]
    if (graph$op[[m]] == "add") { # epsilon under the root
      of_weights <- Find(function(a) view$moved[[a]], graph$parents[[m]])
      if (!is.null(of_weights)) m <- of_weights
    }
    bare <- split_number(graph, view, filled_with(graph, m))$node
    of <- root_of_square(graph, bare)
    own <- of != bare && view$moved[[of]] && of > view$step$begin
    if (own && identical(graph$shape[[of]], graph$shape[[update$u]])) {
      return(list(square = m, of = of))
    }
  }
  NULL
}

# Whether a gradient has the shape of its parameter, or is one number where that is an array of one.
has_shape_of <- function(graph, m, update) {
  is_one <- graph$count[[update]] == 1 && length(graph$shape[[m]]) == 0L
  is_one || identical(graph$shape[[m]], graph$shape[[update]])
}

find_gradient <- function(graph, view, update, p) {
  found <- integer(0)
  nodes <- which(rule_nodes(graph, view, update, p))
  for (n in nodes) {
    if (n == update || !is_mixed(graph, view, n)) next
    m <- root_of_square(graph, mixed_value(graph, view, n))
    if (graph$op[[m]] == "abs" && length(graph$parents[[m]]) > 0L) m <- graph$args[[m]][[1L]]
    if (m == p) { # squares of the weights are kept: what is divided by their root
      found <- c(found, unlist(lapply(nodes, function(u) numerator_of(graph, view, u))))
    } else if (view$moved[[m]] && !is_mixed(graph, view, m)) {
      found <- c(found, m)
    }
  }
  plain <- Filter(function(m) has_shape_of(graph, m, update), found)
  if (length(plain) == 0L) {
    return(NULL)
  }
  # A mean over the samples that is squared is the gradient, and not the sum that it is made of.
  least <- min(plain)
  means <- Filter(function(m) m != least && split_number(graph, view, m)$node == least, plain)
  as.integer(if (length(means) > 0L) min(means) else least)
}

# What of this step is divided by another value of it, without its number; NULL for none.
numerator_of <- function(graph, view, n) {
  args <- graph$args[[n]]
  own <- vapply(args, function(a) is_node(a) && view$moved[[a]], NA)
  if (graph$op[[n]] == "div" && all(own)) split_number(graph, view, args[[1L]])$node
}

# What an update makes of its gradient and of the past: the values of the rule.
rule_nodes <- function(graph, view, update, p) {
  cone <- logical(graph$size)
  stack <- update
  begin <- view$step$begin
  while (length(stack) > 0L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (cone[[n]] || n <= begin || view$forward[[n]] || view$meets[[n]]) next
    if (n != update && (view$cut[[n]] || n == p)) next
    cone[[n]] <- TRUE
    stack <- c(stack, graph$parents[[n]])
  }
  cone
}

# Of a sum of this step and the past the part of this step, then that of the past.
current_parts <- function(graph, view, n) {
  parts <- as.integer(unlist(graph$args[[n]]))
  if (is_past(graph, view, parts[[1L]])) rev(parts) else parts
}

# Whether a value is the sum of what belongs to this step and what was left of the past.
is_mixed <- function(graph, view, n) {
  args <- graph$args[[n]]
  added <- graph$op[[n]] %in% c("add", "sub") && length(args) == 2L
  if (!added || !all(vapply(args, is_node, NA))) {
    return(FALSE)
  }
  past <- vapply(args, function(a) is_past(graph, view, a), NA)
  past[[1L]] != past[[2L]]
}

# Whether a value is what was left from the step before, or a multiple of it.
is_past <- function(graph, view, n) {
  n <- split_number(graph, view, n)$node
  n <= view$step$begin && view$touched[[n]] && !view$cut[[n]]
}

# What is mixed with the past: the part of this step, without the number that is its share.
#
# In m = b m + (1 - b) (g / n) it is g / n. Where no number of it is 1 - b, all are left out.
mixed_value <- function(graph, view, n) {
  parts <- current_parts(graph, view, n)
  share <- split_number(graph, view, parts[[2L]])$number
  split_number(graph, view, parts[[1L]], 1 - share)$node
}

# A value as a number times another value; no more than `until`, where that is reached.
split_number <- function(graph, view, n, until = 0) {
  number <- 1
  for (k in 1:8) {
    if (abs(number - until) <= 1e-12) break
    inner <- if (n > view$step$begin && graph$op[[n]] != "move") split_linear(graph, view, n)
    if (is.null(inner) || ncol(inner) != 1L) break
    number <- number * inner[[1L, 1L]]
    n <- as.integer(inner[[2L, 1L]])
  }
  list(number = number, node = n)
}

# What a square is the square of, however it is written: g * g, g ^ 2, and 0.1 * g * g.
root_of_square <- function(graph, n) {
  args <- graph$args[[n]]
  op <- graph$op[[n]]
  squared <- op == "square" || op == "pow" && !is_node(args[[2L]]) && isTRUE(args[[2L]][[1L]] == 2)
  if (squared || op == "mul" && identical(args[[1L]], args[[2L]])) {
    return(args[[1L]])
  }
  if (op == "mul" && all(vapply(args, is_node, NA))) {
    for (pair in list(args, rev(args))) {
      if (pair[[2L]] %in% graph$parents[[pair[[1L]]]]) return(pair[[2L]])
    }
  }
  n
}

# Take for each parameter's change the gradient that enters its rule; whether there is one for every
# parameter in the steps after the first.
read_gradients <- function(graph, views, reading) {
  found <- Map(function(view, rows) gradients_of_step(graph, view, rows), views, reading$rows)
  whole <- lengths(found) == lengths(reading$rows)
  if (length(views) < 3L || !all(whole[-1L])) {
    return(FALSE)
  }
  if (!whole[[1L]]) found[[1L]] <- like_the_next(graph, views, found[[2L]])
  for (s in seq_along(views)) {
    rows <- if (length(found[[s]]) == length(reading$rows[[s]])) reading$rows[[s]]
    for (i in seq_along(rows)) {
      take_gradient(graph, reading, s, i, found[[s]][[as.character(rows[[i]]$k)]])
    }
  }
  TRUE
}

# For each parameter of a step the gradient that enters its rule, where there is one.
gradients_of_step <- function(graph, view, rows) {
  nodes <- integer(0)
  for (row in rows) {
    own <- Filter(function(c) c$k == row$k, view$step$updates)
    node <- if (length(own) == 1L) mixed_gradient(graph, view, own[[1L]])
    if (!is.null(node)) nodes[[as.character(row$k)]] <- node
  }
  nodes
}

# What a row is compared with the derivative is now this gradient.
take_gradient <- function(graph, reading, s, i, n) {
  reading$rows[[s]][[i]]$source <- n
  old <- reading$rows[[s]][[i]]$old
  value <- value_of(graph, n)
  is_one <- length(value) == 1L && length(old) == 1L
  reading$rows[[s]][[i]]$change <- if (is_one) shape_rows(value, shape_now(old)) else value
}

# The gradients of the first step, which has no past: at the places of those of the next.
like_the_next <- function(graph, views, nodes) {
  alike <- function(step, n) {
    made <- seq.int(step$begin + 1L, step$end)
    made[graph$site[made] == graph$site[[n]] & graph$op[made] == graph$op[[n]]]
  }
  like <- integer(0)
  for (k in names(nodes)) {
    n <- nodes[[k]]
    own <- alike(views[[1L]]$step, n)
    others <- alike(views[[2L]]$step, n)
    after <- length(others) - match(n, others)
    if (is.na(after) || after >= length(own)) next
    m <- own[[length(own) - after]]
    if (identical(graph$shape[[m]], graph$shape[[n]])) like[[k]] <- m
  }
  like
}

# The plain numbers that updates of a step are made with, but for those of the gradient.
written_numbers <- function(graph, view) {
  numbers <- numeric(0)
  seen <- logical(graph$size)
  count <- 0L
  own <- utils::head(view$step$updates, 2L)
  seen[unlist(lapply(own, function(c) mixed_gradient(graph, view, c)))] <- TRUE
  stack <- vapply(own, function(c) c$u, 1L)
  while (length(stack) > 0L && count < 400L) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]] || view$forward[[n]] || n <= view$step$begin && view$touched[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    for (a in graph$args[[n]]) numbers <- c(numbers, plain_number(graph, view, a))
    parents <- graph$parents[[n]]
    stack <- c(stack, parents[view$cone[parents] | graph$op[parents] != "leaf"])
  }
  numbers <- unique(numbers)
  between <- numbers[numbers > 0 & numbers < 1]
  utils::head(unique(c(numbers, round(1 - between, 15), sqrt(between))), 3L * most_numbers)
}

few_steps <- 3L # which tell nearly all rules apart
# Epsilon is added to the root, or under it, or there is no root.
places_of_epsilon <- list(
  list(inside = 0, no_root = 0), list(inside = 1, no_root = 0), list(inside = 0, no_root = 1)
)

# Find the adaptive rule that all parameters keep in all steps; its name goes into `rule`.
fit_adaptive <- function(graph, views, reading) {
  written <- lapply(views, function(view) written_numbers(graph, view))
  first <- reading$rows[[1L]]
  sample <- first[[which.max(vapply(first, function(r) length(r$old), 1L))]]$k
  history <- history_of(reading, sample)
  few <- lapply(history, utils::head, few_steps)
  histories <- lapply(first, function(r) history_of(reading, r$k))
  for (place in places_of_epsilon) {
    choices <- adaptive_choices(written[[2L]], place)
    for (i in possible_choices(choices, place, few)) {
      name <- choices$name[[i]]
      form <- c(as.list(choices[i, if (name %in% first_and_second) 2:4 else 3:4]), place)
      made <- function(h) directions_of(name, h$gradients, form)
      if (is.null(find_rates(few$rows, made(few), written))) next
      rates <- find_rates(history$rows, made(history), written)
      fits <- !is.null(rates) &&
        all(vapply(histories, function(h) fits_all(h$rows, made(h), rates), NA))
      if (fits) {
        reading$rule <- c(list(name = name, rate = rates[[1L]]), form)
        return(TRUE)
      }
    }
  }
  FALSE
}

# Gradients as the program has them, and what its parameter did, step by step.
history_of <- function(reading, k) {
  rows <- lapply(reading$rows, row_of, k)
  # Both are alike but for rounding, which tells where a number is what is left of a sum of 0.
  own <- function(f, r) if (is.null(r$source)) f * r$gradient else r$change
  list(gradients = Map(own, reading$factors, rows), rows = rows)
}

# The rates with which steps are the directions of a rule; NULL if they are not.
#
# They are one rate, or each is a number that the program multiplies by in that step: a mistaken
# rule is often the right one but for another number in each step.
find_rates <- function(rows, made, written) {
  rate_of <- function(s) factor_between(step_of_row(rows[[s]]), made[[s]])
  rates <- vapply(utils::head(seq_along(made), 2L), rate_of, 1)
  if (all(abs(rates - rates[[1L]]) <= 1e-6 * abs(rates[[1L]]))) {
    rates <- rep(rates[[1L]], length(made))
  } else {
    rates <- vapply(seq_along(made), rate_of, 1)
    stand <- vapply(seq_along(made), function(s) {
      any(abs(abs(rates[[s]]) - written[[s]]) <= 1e-7 * abs(rates[[s]]))
    }, NA)
    if (!all(stand)) {
      return(NULL)
    }
  }
  alike <- min(rates) > 0 || max(rates) < 0 # a turned gradient is added
  if (alike && fits_all(rows, made, rates)) rates
}

fits_all <- function(rows, made, rates) {
  for (s in seq_along(made)) {
    row <- rows[[s]]
    if (!row$is_noise && !row_fits(row, rates[[s]] * made[[s]], step_of_row(row))) {
      return(FALSE)
    }
  }
  TRUE
}

# What was taken away besides the decay of the weights.
step_of_row <- function(row) row$whole - if (is.null(row$parts)) 0 else row$parts$decay * row$old
