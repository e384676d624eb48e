# The two halves of a cross-entropy's derivative with one sign, where they have opposite ones; twin
# of check/explain/halves.py in Python.
#
# It is -y / a + (1 - y) / (1 - a). Brackets that are lost, as in -y / a - (1 - y) / (1 - a), turn
# the second half; told only where everything after it is right, as derivatives of what it makes.

nearly_one <- 1e-5 # a number as small as this may be added to what is divided by

# The sum of two halves of which one has the wrong sign, in every step: that of the first.
find_wrong_half <- function(graph, alignment) {
  views <- give_all(alignment$views, function(view) give_half(graph, view))
  reading <- if (!is.null(views)) read_family(graph, alignment$found, views, "own")
  one_way <- !is.null(reading) && length(unique(reading$factors > 0)) == 1L
  if (!one_way || !is_right_reading(reading)) {
    return(NULL)
  }
  view <- alignment$views[[1L]]
  halves <- sum_of_halves(graph, view)
  turn <- if (reading$factors[[1L]] > 0) 1 else -1 # the update adds what others subtract
  right <- turn * (2 * halves$rest$value - abs(value_of(graph, halves$node)))
  last <- view$step$updates[[length(view$step$updates)]]
  new_fault(halves$node, right, list(list(halves$node, right)), last, NULL, "half_reversed")
}

# Their sum as the derivative at the output; NULL where there is none.
give_half <- function(graph, view) {
  halves <- sum_of_halves(graph, view)
  output <- if (!is.null(halves)) output_of_rest(graph, view, halves$rest$divisor)
  if (!is.null(output)) list(list(node = output, value = value_of(graph, halves$node)))
}

# The sum of y / a and (1 - y) / (1 - a) with one sign, and its second half.
sum_of_halves <- function(graph, view) {
  for (n in which(view$after)) {
    args <- graph$args[[n]]
    if (!graph$op[[n]] %in% c("add", "sub") || length(args) != 2L) next
    one <- read_half(graph, view, args[[1L]], 1)
    two <- read_half(graph, view, args[[2L]], if (graph$op[[n]] == "add") 1 else -1)
    if (is.null(one) || is.null(two) || one$sign != two$sign || !fill_one(graph, one, two)) next
    rest <- Filter(function(half) is_rest(graph, half$divisor), list(one, two))
    if (length(rest) == 1L) {
      return(list(node = n, rest = rest[[1L]]))
    }
  }
  NULL
}

# A quotient of a target and an output: its sign in the sum, its numbers without it, the target, and
# what it is divided by.
read_half <- function(graph, view, a, sign) {
  quotient <- without_sign(graph, a, sign)
  a <- quotient$a
  if (!is_node(a) || !view$meets[[a]] || graph$op[[a]] != "div") {
    return(NULL)
  }
  share <- without_sign(graph, graph$args[[a]][[1L]], quotient$sign)
  divisor <- graph$args[[a]][[2L]]
  value <- operand_of(graph, share$a)
  if (!is.null(value) && is_node(divisor) && !any(value < 0)) {
    list(sign = share$sign, value = abs(value_of(graph, a)), share = value, divisor = divisor)
  }
}

without_sign <- function(graph, a, sign) {
  while (is_node(a) && graph$op[[a]] == "neg") {
    a <- graph$args[[a]][[1L]]
    sign <- -sign
  }
  list(a = a, sign = sign)
}

# Whether the targets of two halves add up to 1, and what they are divided by nearly does.
fill_one <- function(graph, one, two) {
  if (!identical(shape_now(one$value), shape_now(two$value)) ||
        length(one$share) != length(two$share)) {
    return(FALSE)
  }
  divisors <- ravel(value_of(graph, one$divisor)) + ravel(value_of(graph, two$divisor))
  shares <- ravel(one$share) + ravel(two$share)
  all_true(abs(shares - 1) <= near_enough) && all_true(abs(divisors - 1) <= nearly_one)
}

# A value before a small number was added to it.
unpadded <- function(graph, n) {
  args <- graph$args[[n]]
  own <- as.integer(unlist(Filter(is_node, args)))
  own <- own[vapply(own, function(a) identical(graph$shape[[a]], graph$shape[[n]]), NA)]
  if (graph$op[[n]] != "add" || length(own) != 1L || length(args) != 2L) {
    return(n)
  }
  near <- all_true(abs(value_of(graph, n) - value_of(graph, own)) <= nearly_one)
  if (near) own else n
}

# Whether a value is what another one lacks of 1.
is_rest <- function(graph, n) {
  n <- unpadded(graph, n)
  first <- if (graph$op[[n]] == "sub") graph$args[[n]][[1L]]
  is.list(first) && isTRUE(as.numeric(first[[1L]])[[1L]] == 1)
}

# The output of which a value is what it lacks of 1.
output_of_rest <- function(graph, view, rest) {
  n <- graph$args[[unpadded(graph, rest)]][[2L]]
  if (is_node(n) && view$forward[[n]]) n
}
