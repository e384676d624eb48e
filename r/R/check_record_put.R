# Assignments to parts: x[i] <- v is a movement of (old x, v), net$W <- v a name for v.

# Before x[i] <- v changes it: what holds the numbers that are about to be changed.
keep_old <- function(store, id, v, env) {
  site <- store$sites$get(id)
  holder <- holder_of(site$target)
  home <- home_of(site, env)
  old <- if (!is.null(holder) && is_pure(holder)) read_place(holder, env, home)
  store$calls$give(id, env, 0L, 0L, old)
}

# Of x$a[i] the place x$a, whose numbers change; NULL where something is put in as a whole.
holder_of <- function(target) {
  if (is_call_to(target, c("$", "@"))) NULL else target[[2L]]
}

home_of <- function(site, env) {
  base <- site$target
  while (is.call(base)) base <- base[[2L]]
  if (isTRUE(site$outer)) find_home(as.character(base), parent.env(env)) else env
}

finish_put <- function(store, id, held, v, env) {
  site <- store$sites$get(id)
  home <- if (isTRUE(site$outer)) home_of(site, env) else env
  at <- which(held$from == 0L)
  old <- if (length(at) > 0L) held$value[[at[[1L]]]]
  holder <- holder_of(site$target)
  if (!is.null(holder) && is_numbers(old)) {
    put_elements(store, site, held, old, v, env, home)
  } else if (is_pure(site$target)) {
    now <- read_place(site$target, env, home)
    if (is_numbers(v) && !identical(now, v)) now <- v
    alias_value(store, now, v)
    bind_name(store, id, now, 0L, site$target, env, home)
  }
  if (site$up > 0L) store$calls$give(site$up, env, id, store$nodes$known(v), v)
}

alias_value <- function(store, now, v) {
  if (is_numbers(now) && is_numbers(v) && !is_shared(now) && store$nodes$known(now) == 0L) {
    node <- node_of(store, v)
    if (node > 0L) store$nodes$alias(now, node)
  }
}

# The numbers of which some elements were replaced.
put_elements <- function(store, site, held, old, v, env, home) {
  holder <- holder_of(site$target)
  now <- read_place(holder, env, home)
  if (!is_numbers(now) || store$nodes$known(now) > 0L || is_shared(now)) {
    return(invisible(NULL))
  }
  word <- as.character(site$target[[1L]])
  index <- put_index(site, held, env)
  f <- get0(paste0(word, "<-"), baseenv(), mode = "function")
  values <- c(list(old), index, list(value = v))
  constant <- is.list(site$value_spec) && identical(site$value_spec$state, "constant")
  node_for <- function(part, i) if (i > 1L && constant) 0L else node_of(store, part)
  tagged <- c(TRUE, rep(FALSE, length(index)), word %in% c("[", "[[", "diag"))
  moved <- if (!is.null(f) && !is.null(index)) move_tags(f, values, tagged, node_for)
  node <- if (is.null(moved)) {
    0L
  } else {
    record_moved(store, paste0(word, "<-"), site$id, moved$tags, moved$found, now)
  }
  if (node == 0L) {
    from <- node_of(store, old)
    node <- store$nodes$add(paste0(word, "<-"), site$id, if (from > 0L) from, now)
  }
  bind_name(store, site$id, now, node, holder, env, home)
}

# The values of x's indices in x[i, j] <- v; of a replacement such as dim(x) <- v there are none.
put_index <- function(site, held, env) {
  index <- as.list(site$target)[-(1:2)]
  for (i in seq_along(index)) {
    if (is_gap(index[[i]])) next
    from <- site$index[[i]]
    at <- if (is.integer(from)) which(held$from == from)
    value <- if (length(at) > 0L) {
      held$value[[max(at)]]
    } else if (is_pure(index[[i]])) {
      tryCatch(eval(index[[i]], env), error = function(e) NULL)
    }
    if (is.null(value)) return(NULL)
    index[[i]] <- value
  }
  index
}

# The value of a loop's variable, where the loop runs along a vector of numbers.
finish_turn <- function(store, id, v) {
  along <- store$loops$along()
  if (!is.double(along) || length(along) < 2L || is.null(v)) {
    return(invisible(NULL))
  }
  whole <- store$nodes$known(along)
  if (whole > 0L && store$nodes$known(v) == 0L) {
    store$nodes$add("[[", id, whole, v, match(v, along) - 1)
  }
}

# The numbers that the program prints, or makes text of.
note_printed <- function(store, site, held, env) {
  operands <- operands_of(store, site, held, env)
  for (i in seq_along(operands$values)) {
    v <- operands$values[[i]]
    if (is.double(v) && length(v) > 0L && length(v) <= 20L && operands$state[[i]] != "constant") {
      node <- max(operands$nodes[[i]], store$nodes$known(v))
      store$printed(site$id, row_major(v), node)
    }
  }
}
