# Which parameter a value is a version of, and whether it takes the place of another; twin of the
# second half of check/align/parameters.py in Python.

most_decay <- 0.005 # momentum keeps less

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

# A known version, or the term itself and what it is a multiple of, as where weights decay. Or what
# it is the same numbers of in another shape, as where R makes a column of a vector.
possible_roots <- function(graph, found, p, new) {
  root <- find_root(graph, found, p, new)
  roots <- root
  if (found$owner[[root]] == 0L && graph$op[[root]] %in% c("mul", "div")) {
    big <- Filter(function(q) is_near_node(graph, root, q) || is_decayed(graph, root, q),
                  unique(graph$parents[[root]]))
    if (length(big) == 1L && is_used(graph, found, big, root)) roots <- c(roots, big)
  }
  c(roots, in_another_shape(graph, root))
}

# What a value that is only written in another shape was before.
in_another_shape <- function(graph, n) {
  parents <- graph$parents[[n]]
  is_move <- graph$op[[n]] == "move" && length(parents) == 1L
  if (!is_move || identical(graph$shape[[n]], graph$shape[[parents]])) {
    return(integer(0))
  }
  if (keeps_order(graph, n)) parents else integer(0)
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
  q <- p <- base_of(graph, p)
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
    alike <- identical(graph$shape[[user]], graph$shape[[whole]])
    if (graph$op[[user]] == "move" && others && alike) {
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

# Whether zeros are multiplied by a number near 1, as where weights decay that begin at 0.
is_decayed <- function(graph, n, p) {
  zeros <- !any_nonzero(value_of(graph, n)) && !any_nonzero(value_of(graph, p))
  if (!zeros || !identical(graph$shape[[n]], graph$shape[[p]])) {
    return(FALSE)
  }
  args <- graph$args[[n]]
  others <- Filter(function(a) !identical(a, p), args)
  if (!graph$op[[n]] %in% c("mul", "div") || length(args) != 2L || length(others) != 1L) {
    return(FALSE)
  }
  number <- operand_of(graph, others[[1L]])
  length(number) == 1L && abs(as.vector(number)[[1L]] - 1) <= most_decay
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

# Whether a new part is put beside the old one: w[k + 1] <- w[k] - g keeps all that was.
is_put_elsewhere <- function(graph, p, new) {
  cells <- part_cells(graph, p)
  if (is.null(cells)) {
    return(FALSE)
  }
  whole <- graph$parents[[p]][[1L]]
  for (user in users_of(graph)[[new]]) {
    index <- if (graph$op[[user]] == "move") movement_of(graph, user)
    same <- identical(graph$shape[[user]], graph$shape[[whole]])
    if (!is.null(index) && same && length(graph$parents[[user]]) == 2L) {
      put <- which(index >= graph$count[[whole]]) - 1
      return(length(put) == length(cells) && !all(put == cells))
    }
  }
  FALSE
}

# Whether the new value is used, later on, at a place where the old one was used.
takes_place <- function(graph, n, p, root) {
  after <- places_elsewhere(graph, n)
  any(match(after, graph$places(p), 0L) > 0L) ||
    root != p && any(match(after, graph$places(root), 0L) > 0L)
}

# The places at which a value is an operand, but for that at which it is made.
places_elsewhere <- function(graph, n) {
  places <- graph$places(n)
  own <- graph$site[[n]] * 64
  places[places != own & places != own + 1]
}

# The places (64 * site + position) at which a value is an operand, looking through copies.
find_places <- function(graph, n) {
  users <- users_of(graph)
  places <- numeric(0)
  level <- n
  seen <- n
  for (k in 1:5) {
    after <- integer(0)
    for (m in level) {
      for (user in users[[m]][seq_len(min(60L, length(users[[m]])))]) {
        s <- graph$site[[user]]
        if (s > 0L) {
          places <- c(places, s * 64 + which(graph$operands[[user]] == m) - 1)
        }
        if (is_copy(graph, user, m) && !user %in% seen && length(seen) < 80L) {
          seen <- c(seen, user)
          after <- c(after, user)
        }
      }
    }
    level <- after
  }
  unique(places)
}

# Whether a value is another that was moved, or multiplied by a number near 1, or bounded.
is_copy <- function(graph, n, p) {
  graph$op[[n]] %in% c("move", "handed") ||
    graph$op[[n]] %in% c("mul", "div", "clip", "maximum", "minimum") && is_near_node(graph, n, p)
}

# Whether a value is made of a parameter, and of something else that is data.
is_made_of <- function(graph, found, starts, root, known) {
  if (!leads_to(graph, found, starts, root, known)) {
    return(FALSE)
  }
  seen <- logical(graph$size)
  count <- 0L
  stack <- starts
  top <- length(stack)
  hit <- max(starts) < longest_search # else the search may be too long; what leads to it is found
  data <- FALSE
  while (top > 0L && count < longest_search && !shows_update(hit, data, count)) {
    n <- stack[[top]]
    top <- top - 1L
    if (seen[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    origin <- kind_of_origin(graph, found$owner[[n]], n, root, known)
    if (origin == "made" && are_zeros_of(graph, n, root)) origin <- "data"
    if (origin == "sought") {
      hit <- TRUE
    } else if (origin == "data") {
      data <- TRUE
    } else if (origin == "made") {
      data <- data || has_own_number(graph, n)
      parents <- graph$parents[[n]]
      stack[top + seq_along(parents)] <- parents
      top <- top + length(parents)
    }
  }
  shows_update(hit, data, count)
}

# Whether a value may be made of a parameter: of what is older than its first version nothing is.
leads_to <- function(graph, found, starts, root, known) {
  first <- if (known > 0L) min(root, found$roots[[known]]) else root
  owner <- found$owner
  seen <- logical(graph$size)
  stack <- starts[starts >= first]
  top <- length(stack)
  count <- 0L
  while (top > 0L && count < longest_search) {
    n <- stack[[top]]
    top <- top - 1L
    if (seen[[n]]) next
    seen[[n]] <- TRUE
    count <- count + 1L
    if (n == root || known > 0L && owner[[n]] == known) {
      return(TRUE)
    }
    if (owner[[n]] == 0L && !are_zeros_of(graph, n, root)) {
      parents <- graph$parents[[n]]
      parents <- parents[parents >= first]
      stack[top + seq_along(parents)] <- parents
      top <- top + length(parents)
    }
  }
  top > 0L
}

# Whether a parameter is multiplied by a written 0, to have zeros of its shape.
are_zeros_of <- function(graph, n, root) {
  is_zero <- function(a) is.list(a) && length(a) == 1L && identical(as.double(a[[1L]]), 0)
  graph$op[[n]] == "mul" && root %in% graph$parents[[n]] &&
    any(vapply(graph$args[[n]], is_zero, NA))
}

# Whether both were found, and among more values than a plain sum has.
shows_update <- function(hit, data, count) {
  hit && data && count > 4L
}

# What a value is in the search for a parameter: the one that is sought, another, data, or made.
kind_of_origin <- function(graph, owner, n, root, known) {
  if (n == root || owner > 0L && owner == known) {
    "sought"
  } else if (owner > 0L) {
    "another"
  } else if (length(graph$parents[[n]]) == 0L) {
    "data"
  } else {
    "made"
  }
}

has_own_number <- function(graph, n) {
  graph$has_literal[[n]] && graph$op[[n]] %in% c("add", "sub", "mul", "div", "pow")
}
