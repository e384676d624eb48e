# Parameters: what is replaced by itself and something that is made of it; twin of
# check/align/parameters.py in Python.
#
# No loop is searched for and no name believed: U = P - G is an update where G is made of P and U
# takes P's place, in that it is used where P was used.

longest_search <- 20000L
deepest_sum <- 6L
most_ends <- 40L

# All updates of a recording, looked for before node `until`: a list of updates, and for each node
# which parameter it is a version of (0 for none). `extra` is the last key of `roots`.
find_parameters_in <- function(graph, until) {
  users <- users_of(graph)
  found <- drop_constants(graph, users, walk_updates(graph, users, integer(0), until))
  # The last step's new values are used nowhere: what was made at the same place is the same. Of one
  # step alone nothing is used again, only names are left.
  sites <- vapply(found$updates, function(c) graph$site[[c$u]], 1L)
  sites <- unique(sites[sites > 0L])
  if (length(sites) == 0L) sites <- -1L
  found <- drop_constants(graph, users, walk_updates(graph, users, sites, until))
  drop_states(graph, users, found)
}

walk_updates <- function(graph, users, sites, until) {
  found <- list2env(
    list(updates = list(), owner = integer(graph$size), roots = integer(0), latest = integer(0)),
    parent = emptyenv()
  )
  op <- graph$op
  for (n in which(seq_len(until) > 0L & op[seq_len(until)] %in%
                    c("add", "sub", "move", "clip", "maximum", "minimum"))) {
    if (op[[n]] %in% c("add", "sub")) {
      update <- read_update(graph, users, found, n, sites)
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

# A part put into a parameter, a clipped copy of one: it is that parameter still.
follow_copy <- function(graph, found, n) {
  parents <- graph$parents[[n]]
  if (graph$op[[n]] == "move") {
    # x[i] = x[i] - g is two things: the new part, and the whole with that part in it.
    if (length(parents) > 1L && identical(graph$shape[[parents[[1L]]]], graph$shape[[n]])) {
      known <- vapply(parents, function(p) found$owner[[find_root(graph, found, p)]], 1L)
      if (known[[1L]] > 0L && all(known == known[[1L]])) found$owner[[n]] <- known[[1L]]
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
sum_terms <- function(graph, n, sign = 1, depth = 0L) {
  splits <- graph$op[[n]] %in% c("add", "sub") && depth < deepest_sum &&
    !(depth > 0L && graph$named[[n]])
  if (!splits) {
    return(rbind(n, sign))
  }
  terms <- NULL
  args <- graph$args[[n]]
  for (i in seq_len(min(2L, length(args)))) {
    if (is_node(args[[i]])) {
      s <- if (i == 2L && graph$op[[n]] == "sub") -sign else sign
      terms <- cbind(terms, sum_terms(graph, args[[i]], s, depth + 1L))
    }
  }
  terms
}

# The update that a sum is, if it is one.
read_update <- function(graph, users, found, n, sites) {
  terms <- sum_terms(graph, n)
  if (is.null(terms) || ncol(terms) < 2L) {
    return(NULL)
  }
  for (i in seq_len(ncol(terms))) {
    p <- as.integer(terms[1L, i])
    others <- terms[, terms[1L, ] != p, drop = FALSE]
    if (terms[2L, i] < 0 || ncol(others) == 0L || !may_hold(graph, n, p)) next
    for (root in possible_roots(graph, found, p, n)) {
      known <- found$owner[[root]]
      named <- -1L %in% sites && any(graph$names[[n]] %in% graph$names[[root]])
      replaces <- takes_place(graph, users, n, p, root) ||
        graph$site[[n]] %in% sites && (known > 0L || graph$op[[root]] != "add") || named
      # A part may be made of an earlier version of the whole, a whole only of its own.
      versions <- if (p == root) 0L else known
      made_of <- as.integer(others[1L, ])
      if (length(made_of) < 2L && length(graph$shape[[n]]) > 0L) {
        made_of <- linear_ends(graph, made_of, p)
      }
      if (replaces && is_made_of(graph, found, made_of, root, versions)) {
        if (known == 0L) known <- found$owner[[root]] <- length(found$roots) + 1L
        if (is_replaced(graph, found, known, root, n)) { # two began with one value: a <- b <- 0
          known <- length(found$roots) + 1L
          root <- p
          if (!p %in% found$roots) found$owner[[p]] <- known
        }
        if (known > length(found$roots)) found$roots[[known]] <- root
        return(list(u = n, p = p, k = known, terms = others, cells = part_cells(graph, p),
                    root = root))
      }
    }
  }
  NULL
}

# What a change is made of, without the old value itself: in m + 0.1 (g - m) it is g.
linear_ends <- function(graph, starts, p) {
  ends <- integer(0)
  stack <- starts
  while (length(stack) > 0L && length(ends) < most_ends) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (n == p) next # as where weights decay; what it was made of is no part of the change
    args <- as.integer(unlist(Filter(is_node, graph$args[[n]])))
    big <- args[vapply(graph$shape[args], identical, NA, graph$shape[[n]])]
    small <- setdiff(args, big)
    scaled <- graph$op[[n]] %in% c("mul", "div") && length(big) == 1L
    if (scaled && !any(vapply(small, function(a) is_computed(graph, a), NA))) {
      stack <- c(stack, big)
    } else if (graph$op[[n]] %in% c("add", "sub", "neg") && length(big) == length(args)) {
      stack <- c(stack, args)
    } else {
      ends <- c(ends, n)
    }
  }
  ends
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
  graph$site[[latest]] != graph$site[[n]] && !any(graph$names[[n]] %in% graph$names[[latest]])
}

# Whether a term can be the old value: of the same shape, or a smaller one that is spread.
may_hold <- function(graph, n, p) {
  new <- graph$shape[[n]]
  old <- graph$shape[[p]]
  if (identical(new, old)) {
    return(graph$at[[p]] >= 0)
  }
  k <- length(old)
  ends <- utils::tail(new, k)
  k <= length(new) && all(old == 1L | old == ends) && prod(old) > 1
}

# A known version, or the term itself and what it is a multiple of, as where weights decay.
possible_roots <- function(graph, found, p, new) {
  root <- find_root(graph, found, p, new)
  roots <- root
  if (found$owner[[root]] == 0L && graph$op[[root]] %in% c("mul", "div")) {
    big <- Filter(function(q) is_near_node(graph, root, q), unique(graph$parents[[root]]))
    if (length(big) == 1L && is_used(graph, found, big, root)) roots <- c(roots, big)
  }
  roots
}

# Whether a value is used otherwise than momentum is: as a multiple, and to move a weight.
is_used <- function(graph, found, n, but) {
  users <- utils::head(users_of(graph)[[n]], 60L)
  users <- users[users != but & found$owner[users] == 0L]
  has_two <- function(u) sum(graph$count[graph$parents[[u]]] > 1) > 1L
  any(vapply(users, function(u) !graph$op[[u]] %in% c("mul", "div") || has_two(u), NA))
}

# The version of a parameter that a value is a copy, a part or a multiple of.
#
# A value that no parameter is known of is its own root, but for a part that is put back.
find_root <- function(graph, found, p, new = NULL) {
  q <- p
  for (k in 1:8) {
    if (found$owner[[q]] > 0L) {
      return(q)
    }
    parents <- unique(graph$parents[[q]])
    if (graph$op[[q]] == "move" && length(parents) == 1L) {
      q <- parents
    } else if (graph$op[[q]] %in% c("mul", "div")) {
      near <- Filter(function(r) is_near_node(graph, q, r), parents)
      owned <- near[found$owner[near] > 0L]
      if (length(owned) > 0L) near <- owned
      if (length(near) != 1L) break
      q <- near
    } else {
      break
    }
  }
  parents <- unique(graph$parents[[p]])
  put_back <- !is.null(new) && graph$op[[p]] == "move" && length(parents) == 1L &&
    is_put_back(graph, new, parents)
  if (put_back) parents else p
}

# Whether a new value is put into the whole that the old one was a part of.
is_put_back <- function(graph, new, whole) {
  for (user in utils::head(users_of(graph)[[new]], 20L)) {
    others <- any(graph$parents[[user]] != new)
    if (graph$op[[user]] == "move" && others && identical(graph$shape[[user]], graph$shape[[whole]])) {
      return(TRUE)
    }
  }
  FALSE
}

# Whether a value is not far from another of its shape: 0 * W begins a sum, and is not W.
is_near_node <- function(graph, n, p) {
  if (!identical(graph$shape[[n]], graph$shape[[p]])) {
    return(FALSE)
  }
  x <- value_of(graph, n)
  y <- value_of(graph, p)
  if (is.null(x) || is.null(y) || !any_nonzero(x)) {
    return(FALSE)
  }
  all_true(abs(x - y) <= 0.5 * abs(y) + 1e-300)
}

# Which elements of the whole a part is, where a value is a part.
part_cells <- function(graph, p) {
  whole <- unique(graph$parents[[p]])
  if (graph$op[[p]] != "move" || length(whole) != 1L) {
    return(NULL)
  }
  index <- movement_of(graph, p)
  if (is.null(index) || length(index) >= graph$count[[whole]]) NULL else index
}

# Whether the new value is used, later on, at a place where the old one was used.
takes_place <- function(graph, users, n, p, root) {
  after <- places_of_use(graph, users, n)
  if (length(after) == 0L) {
    return(FALSE)
  }
  before <- places_of_use(graph, users, p)
  if (root != p) before <- c(before, places_of_use(graph, users, root))
  own <- graph$site[[n]] * 64 + c(0, 1)
  any(setdiff(after, own) %in% before)
}

# The places (64 * site + position) at which a value is an operand, looking through copies.
places_of_use <- function(graph, users, n) {
  places <- numeric(0)
  level <- n
  seen <- n
  for (k in 1:5) {
    after <- integer(0)
    for (m in level) {
      for (user in utils::head(users[[m]], 60L)) {
        s <- graph$site[[user]]
        if (s > 0L) {
          at <- which(vapply(graph$args[[user]], function(a) is_node(a) && a == m, NA)) - 1L
          places <- c(places, s * 64 + at)
        }
        through <- graph$op[[user]] == "move" ||
          graph$op[[user]] %in% c("mul", "div", "clip", "maximum", "minimum") &&
            is_near_node(graph, user, m)
        if (through && !user %in% seen && length(seen) < 80L) {
          seen <- c(seen, user)
          after <- c(after, user)
        }
      }
    }
    level <- after
  }
  unique(places)
}

# Whether a value is made of a parameter, and of something else that is data.
is_made_of <- function(graph, found, starts, root, known) {
  seen <- logical(graph$size)
  count <- 0L
  stack <- starts
  hit <- data <- FALSE
  while (length(stack) > 0L && count < longest_search && !(hit && data)) {
    n <- stack[[length(stack)]]
    stack <- stack[-length(stack)]
    if (seen[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    owner <- found$owner[[n]]
    if (n == root || owner > 0L && owner == known) {
      hit <- TRUE
    } else if (owner > 0L) {
      next
    } else if (length(graph$parents[[n]]) == 0L) {
      data <- TRUE
    } else {
      literal <- any(vapply(graph$args[[n]], is.list, NA))
      data <- data || literal && graph$op[[n]] %in% c("add", "sub", "mul", "div", "pow")
      stack <- c(stack, graph$parents[[n]])
    }
  }
  hit && data && count > 4L
}

# Cut the updates into steps: one ends where a parameter, or a part of it, is updated again. A step
# has its updates, and of each parameter the first and the last version in it.
cut_steps <- function(graph, found) {
  groups <- group_updates(found$updates)
  versions <- split(which(found$owner > 0L), found$owner[found$owner > 0L])
  ends <- c(vapply(groups[-1L], function(group) group[[1L]]$u, 1L), graph$size + 1L)
  begin <- 0L
  steps <- list()
  for (g in seq_along(groups)) {
    step <- list(updates = groups[[g]], begin = begin, keys = integer(0), first = integer(0),
                 last = integer(0))
    for (c in groups[[g]]) {
      key <- match(c$k, step$keys)
      if (is.na(key)) {
        key <- length(step$keys) + 1L
        step$keys[[key]] <- c$k
        step$first[[key]] <- c$root
      }
      whole <- graph$count[[step$first[[key]]]]
      later <- versions[[as.character(c$k)]]
      later <- later[later >= c$u & later < ends[[g]]]
      later <- later[graph$count[later] >= whole]
      step$last[[key]] <- if (length(later) > 0L) max(later) else c$u
    }
    step$end <- max(vapply(groups[[g]], function(c) c$u, 1L))
    begin <- step$end
    steps[[g]] <- step
  }
  steps
}

group_updates <- function(updates) {
  groups <- list()
  seen <- character(0)
  for (c in updates) {
    whole <- paste(c$k, "")
    cells <- paste(c$k, paste(c$cells, collapse = ","))
    if (length(groups) == 0L || whole %in% seen || cells %in% seen) {
      groups[[length(groups) + 1L]] <- list()
      seen <- character(0)
    }
    seen <- c(seen, cells)
    groups[[length(groups)]] <- c(groups[[length(groups)]], list(c))
  }
  groups
}
