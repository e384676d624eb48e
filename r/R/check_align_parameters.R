# Parameters: what is replaced by itself and something that is made of it; twin of
# check/align/parameters.py in Python.
#
# No loop is searched for and no name believed: U = P - G is an update where G is made of P and U
# takes P's place, in that it is used where P was used.

longest_search <- 20000L
deepest_sum <- 6L
most_ends <- 40L
fewest_unused <- 3L

# All updates of a recording, looked for after node `begin` up to node `until`: a list of updates,
# and for each node which parameter it is a version of (0 for none). `gates` are comparisons that
# may decide whether something is updated.
find_parameters_in <- function(graph, until, begin = 0, gates = integer(0)) {
  users <- users_of(graph)
  found <- drop_constants(graph, users, walk_updates(graph, users, integer(0), begin, until, gates))
  if (length(found$updates) == 0L && length(gates) == 0L) {
    unused <- unused_sums(graph, users, begin, until)
    found <- drop_constants(graph, users, walk_updates(graph, users, unused, begin, until))
  }
  # The last step's new values are used nowhere: what was made at the same place is the same. Of one
  # step alone nothing is used again, only names are left.
  sites <- vapply(found$updates, function(c) graph$site[[c$u]], 1L)
  sites <- unique(sites[sites > 0L])
  if (length(sites) == 0L) sites <- -1L
  found <- drop_constants(graph, users, walk_updates(graph, users, sites, begin, until, gates))
  other <- other_sums(graph, found, begin, until)
  if (length(other) > 0L) {
    sites <- setdiff(sites, other)
    found <- walk_updates(graph, users, sites, begin, until, gates, other)
    found <- drop_constants(graph, users, found)
  }
  drop_states(graph, users, found)
}

# The places whose sums are never used: new values that a program makes and throws away.
unused_sums <- function(graph, users, begin, until) {
  sums <- which(seq_len(until) > begin & graph$op[seq_len(until)] %in% c("add", "sub"))
  sums <- sums[graph$site[sums] > 0L]
  used <- graph$site[sums[lengths(users[sums]) > 0L]]
  places <- setdiff(graph$site[sums], used)
  places[tabulate(match(graph$site[sums], places), length(places)) >= fewest_unused]
}

# The places whose sums of single numbers are hardly ever updates, where others mostly are.
#
# A class of numbers adds all that is added at one place, so that being used there says nothing.
other_sums <- function(graph, found, begin, until) {
  updated <- vapply(found$updates, function(c) c$u, 1L)
  if (length(updated) == 0L || any(lengths(graph$shape[updated]) > 0L)) {
    return(integer(0))
  }
  sums <- which(seq_len(until) > begin & graph$op[seq_len(until)] %in% c("add", "sub"))
  sums <- sums[lengths(graph$shape[sums]) == 0L]
  places <- unique(graph$site[updated])
  updates <- tabulate(match(graph$site[updated], places), length(places))
  made <- tabulate(match(graph$site[sums], places), length(places))
  if (any(2 * updates > made)) places[places > 0L & 2 * updates < made] else integer(0)
}

walk_updates <- function(graph, users, sites, begin, until, gates = integer(0),
                         other = integer(0)) {
  found <- list2env(
    list(updates = list(), owner = integer(graph$size), roots = integer(0), latest = integer(0),
         gates = gates),
    parent = emptyenv()
  )
  op <- graph$op
  for (n in which(seq_len(until) > begin & op[seq_len(until)] %in%
                    c("add", "sub", "move", "handed", "clip", "maximum", "minimum"))) {
    if (op[[n]] %in% c("add", "sub")) {
      own <- !graph$site[[n]] %in% other
      update <- if (own && may_replace(graph, n, sites)) read_update(graph, users, found, n, sites)
      if (!is.null(update)) {
        found$updates[[length(found$updates) + 1L]] <- update
        found$owner[[update$u]] <- update$k
        found$latest[[update$k]] <- update$u
      }
    } else {
      follow_copy(graph, found, n)
    }
  }
  found
}

# Whether a sum may take the place of another value. Most are used nowhere but in the next of their
# kind.
may_replace <- function(graph, n, sites) {
  any(c(graph$site[[n]], -1L) %in% sites) || length(places_elsewhere(graph, n)) > 0L
}

# A part put into a parameter, a clipped copy of one: it is that parameter still. What a minimiser
# hands over next is as well, however far that is.
follow_copy <- function(graph, found, n) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] == "handed") {
    found$owner[[n]] <- found$owner[[parents[[1L]]]]
  } else if (graph$op[[n]] == "move") {
    # x[i] = x[i] - g is two things: the new part, and the whole with that part in it.
    if (length(parents) > 1L && identical(graph$shape[[parents[[1L]]]], graph$shape[[n]])) {
      known <- vapply(parents, function(p) found$owner[[find_root(graph, found, p)]], 1L)
      same <- known[[1L]] > 0L && all(known == known[[1L]])
      if (same && graph$bases[[n]] == 0L) found$owner[[n]] <- known[[1L]]
    }
  } else if (length(parents) > 0L) {
    p <- parents[[1L]]
    same <- identical(graph$shape[[p]], graph$shape[[n]])
    if (found$owner[[p]] > 0L && same && is_near_node(graph, n, p)) {
      found$owner[[n]] <- found$owner[[p]]
    }
  }
}

# The terms that a value adds up, with their signs, a matrix of two rows; literals are left out.
sum_terms <- function(graph, found, n) {
  nodes <- integer(0)
  signs <- numeric(0)
  add <- function(n, sign, depth) {
    op <- graph$op[[n]]
    is_whole <- depth > 0L && (graph$named[[n]] || found$owner[[n]] > 0L)
    if (is_whole || depth == deepest_sum || op != "add" && op != "sub") {
      nodes[[length(nodes) + 1L]] <<- n
      signs[[length(signs) + 1L]] <<- sign
      return(invisible(NULL))
    }
    args <- graph$args[[n]]
    for (i in seq_len(min(2L, length(args)))) {
      s <- if (i == 2L && op == "sub") -sign else sign
      if (is_node(args[[i]])) add(args[[i]], s, depth + 1L)
    }
  }
  add(n, 1, 0L)
  rbind(nodes, signs)
}

# The update that a sum is, if it is one.
read_update <- function(graph, users, found, n, sites) {
  terms <- sum_terms(graph, found, n)
  if (ncol(terms) < 2L) {
    return(NULL)
  }
  for (i in seq_len(ncol(terms))) {
    p <- as.integer(terms[1L, i])
    others <- terms[, terms[1L, ] != p, drop = FALSE]
    if (terms[2L, i] < 0 || ncol(others) == 0L || !may_hold(graph, n, p)) next
    for (root in possible_roots(graph, found, p, n)) {
      made <- if (replaces_root(graph, found, n, p, root, sites)) {
        terms_of_update(graph, users, found, others, n, p, root)
      }
      if (is.null(made)) next
      owned <- own_root(graph, found, n, p, root)
      cells <- if (!is_put_elsewhere(graph, p, n)) part_cells(graph, p)
      return(list(u = n, p = p, k = owned$k, terms = made, cells = cells, root = owned$root))
    }
  }
  NULL
}

# The terms of an update, a comparison that has decided about it as one without a sign; NULL where
# it is none.
terms_of_update <- function(graph, users, found, others, n, p, root) {
  if (length(found$gates) > 0L) {
    gate <- find_gate(graph, found, n, p, root)
    return(if (!is.null(gate)) cbind(others, c(gate, 0)))
  }
  if (are_made_of(graph, users, found, others, n, p, root)) others
}

# Whether the other terms of a sum are made of the version of a parameter that it begins with.
are_made_of <- function(graph, users, found, others, n, p, root) {
  made_of <- as.integer(others[1L, ])
  if (length(made_of) < 2L && length(graph$shape[[n]]) > 0L) {
    made_of <- known_of(graph, paste("ends of", n, p, made_of),
                        linear_ends(graph, users, made_of, p, n))
  }
  # A part may be made of an earlier version of the whole, a whole only of its own.
  versions <- if (p == root) 0L else found$owner[[root]]
  is_made_of(graph, found, made_of, root, versions)
}

# Whether a sum takes the place of a version of a parameter, or is made where updates are.
replaces_root <- function(graph, found, n, p, root, sites) {
  known <- found$owner[[root]]
  may_be_root <- length(found$gates) == 0L && graph$op[[root]] != "add" # gates are made of data
  named <- -1L %in% sites && any(graph$names[[n]] %in% graph$names[[root]])
  takes_place(graph, n, p, root) ||
    graph$site[[n]] %in% sites && (known > 0L || may_be_root) || named
}

# The parameter that a root is a version of, a new one where it is of none, and its root.
own_root <- function(graph, found, n, p, root) {
  k <- found$owner[[root]]
  if (k == 0L) k <- found$owner[[root]] <- length(found$roots) + 1L
  if (is_replaced(graph, found, k, root, n)) { # two began with one value: a <- b <- 0
    k <- length(found$roots) + 1L
    root <- p
    if (!p %in% found$roots) found$owner[[p]] <- k
  }
  if (k > length(found$roots)) found$roots[[k]] <- root
  list(k = k, root = root)
}

# What a change is made of, without the old value itself: in m + 0.1 (g - m) it is g.
linear_ends <- function(graph, users, starts, p, u) {
  ends <- integer(0)
  inner <- u
  stack <- starts
  while (length(stack) > 0L && length(ends) < most_ends) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (n == p) next # as where weights decay; what it was made of is no part of the change
    args <- graph$operands[[n]]
    args <- args[!is.na(args)]
    alike <- vapply(graph$shape[args], identical, NA, graph$shape[[n]])
    op <- graph$op[[n]]
    scaled <- sum(alike) == 1L && op %in% c("mul", "div")
    if (scaled && !any(vapply(args[!alike], function(a) is_computed(graph, a), NA))) {
      stack <- c(stack, args[alike])
      inner <- c(inner, n)
    } else if (all(alike) && op %in% c("add", "sub", "neg")) {
      stack <- c(stack, args)
      inner <- c(inner, n)
    } else {
      ends <- c(ends, n)
    }
  }
  holding <- p
  for (n in sort(unique(inner[-1L]))) {
    made <- any(graph$parents[[n]] %in% holding) && any_nonzero(value_of(graph, n)) # 0 W is no W
    if (made) holding <- c(holding, n)
  }
  if (all(unlist(users[holding[-1L]]) %in% inner)) ends else c(ends, p)
}

# Whether a number is made of arrays, and not of plain numbers alone.
is_computed <- function(graph, n) {
  level <- n
  for (k in 1:3) level <- unlist(graph$parents[level])
  length(level) > 0L || graph$count[[n]] > 1
}

# Whether an old value has been replaced by another update already.
is_replaced <- function(graph, found, k, root, n) {
  latest <- if (k <= length(found$latest)) found$latest[[k]] else root
  if (latest == root || found$roots[[k]] != root) {
    return(FALSE)
  }
  mine <- graph$names[[n]]
  others <- graph$names[[latest]]
  # Of one list several elements may begin with one value, and be made by one line.
  listed <- length(mine) > 0L && length(others) > 0L && all(grepl("\\[\\d+\\]$", c(mine, others)))
  (listed || graph$site[[latest]] != graph$site[[n]]) && !any(mine %in% others)
}
