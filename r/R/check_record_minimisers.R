# optim() and nlminb() with a gradient of the program's own: they take the steps themselves.
#
# Each gradient that a minimiser is given is recorded as a step along it, and what the minimiser
# hands over next is made of where that leads to.

# Their arguments: the start, the function, its gradient.
minimisers <- list(optim = c("par", "fn", "gr"), nlminb = c("start", "objective", "gradient"))

# For each minimiser the function that stands for it in a watched program; `.site` is its call's.
minimisers_recorded <- function(store, flag) {
  stand_in <- function(name) {
    minimise <- get(name, asNamespace("stats"))
    run <- function(.site, ...) {
      if (!flag$on) {
        return(minimise(...))
      }
      store$loops$begin(environment(), sys.nframe())
      result <- do.call(minimise, watched_arguments(store, flag, .site, name, list(...)),
                        quote = TRUE)
      store$loops$end()
      result
    }
    attr(run, "stands_for") <- name
    run
  }
  sapply(names(minimisers), stand_in, simplify = FALSE)
}

# What a minimiser is given, its function and gradient as ones that keep what they are handed.
watched_arguments <- function(store, flag, id, name, given) {
  at <- place_arguments(names(given), length(given), minimisers[[name]])
  if (anyNA(at) || !is.function(given[[at[[3L]]]]) || !is.function(given[[at[[2L]]]])) {
    return(given)
  }
  scale <- given$control$fnscale
  op <- if (name == "optim" && is.numeric(scale) && isTRUE(scale < 0)) "+" else "-"
  given[at[2:3]] <- watched_functions(store, flag, id, op, given[at])
  given
}

# Where the arguments of these names stand: by name, the others in order; NA for one not given.
place_arguments <- function(labels, n, known) {
  if (is.null(labels)) labels <- character(n)
  named <- pmatch(labels, known)
  named[!nzchar(labels)] <- NA
  at <- match(seq_along(known), named)
  free <- which(!nzchar(labels))
  open <- which(is.na(at))
  at[open] <- free[seq_along(open)]
  at
}

# The function and the gradient of these three, watched; `op` takes a step along the gradient.
watched_functions <- function(store, flag, id, op, three) {
  fn <- three[[2L]]
  gr <- three[[3L]]
  nodes <- store$nodes
  last <- three[[1L]] # what was handed over last, and its node
  node <- nodes$known(last)
  if (node > 0L && nodes$op(node) %in% c("+", "-")) node <- 0L # of a training before
  moved <- 0L # where a step along the last gradient leads to
  hand <- function(par) {
    if (node > 0L && identical(par, last)) {
      nodes$alias(par, node)
    } else {
      node <<- if (moved > 0L) nodes$add("handed", id, moved, par) else node_of(store, par)
      last <<- par
    }
  }
  take <- function(par, g) {
    along <- gradient_node(store, id, par, g)
    if (along > 0L) moved <<- nodes$add(op, id, c(node, along), step_along(op, par, g))
  }
  list(
    function(par, ...) {
      if (flag$on) safely(store, hand(par))
      fn(par, ...)
    },
    function(par, ...) {
      if (flag$on) safely(store, hand(par))
      g <- gr(par, ...)
      if (flag$on) {
        safely(store, take(par, g))
        store$loops$turn()
      }
      g
    }
  )
}

step_along <- function(op, par, g) if (op == "+") par + as.vector(g) else par - as.vector(g)

# The node of a gradient in the shape of the parameters; 0 where it was not followed.
gradient_node <- function(store, id, par, g) {
  along <- if (is_numbers(g) && length(g) == length(par)) store$nodes$known(g) else 0L
  if (along == 0L || identical(shape_in_rows(g), shape_in_rows(par))) {
    return(along)
  }
  index <- if (length(dim(g)) < 2L) seq_along(g) else order_of_rows(dim(g))
  store$nodes$add("as.vector", id, along, as.vector(g), index - 1)
}
