# What stands in a rewritten program: functions that return what they are given, and keep it.

# The functions that rewritten calls hold; `flag$on` says whether anything is kept.
new_watch <- function(store, flag) {
  calls <- store$calls
  sites <- store$sites
  # The value of a call: rec(id, f(x)) is f(x).
  rec <- function(id, v) {
    if (!flag$on) {
      return(v)
    }
    env <- parent.frame()
    is_each <- sites$get(id)$kind == "each"
    k <- calls$open(id, env, is_each)
    if (is_each) store$loops$begin(env, sys.nframe())
    r <- withVisible(v)
    held <- calls$close(k)
    if (flag$on) r$value <- drawn_value(store, id, held, own_value(store, id, r$value), env)
    if (flag$on) safely(store, finish_call(store, id, held, r$value, env))
    if (is_each) store$loops$end()
    if (r$visible) r$value else invisible(r$value)
  }
  # The value that a variable gets. In a <- b <- 1 it is copied, so that each variable has a value
  # of its own.
  bind <- function(id, v) {
    force(v)
    if (!flag$on) {
      return(v)
    }
    if (is_copied(sites$get(id), v)) v[1L] <- v[1L]
    safely(store, finish_binding(store, id, v, parent.frame()))
    v
  }
  # x[i] <- v happens in the program's frame; its new value is read afterwards.
  put <- function(id, assignment) {
    if (!flag$on) {
      return(invisible(assignment))
    }
    env <- parent.frame()
    k <- calls$open(id, env)
    v <- assignment
    held <- calls$close(k)
    if (flag$on) safely(store, finish_put(store, id, held, v, env))
    invisible(v)
  }
  # The right side of x[i] <- v, which R computes before it takes the old x.
  put_value <- function(id, v) {
    force(v)
    if (flag$on) safely(store, keep_old(store, id, v, parent.frame()))
    v
  }
  # The value that a function of the program gives back.
  give_back <- function(v) {
    r <- withVisible(v)
    if (flag$on) {
      calls$returned(r$value)
      if (calls$in_each()) store$loops$turn()
    }
    if (r$visible) r$value else invisible(r$value)
  }
  c(
    list(rec = rec, bind = bind, put = put, put_value = put_value, give_back = give_back),
    new_loop_watch(store, flag), new_choice_watch(store, flag)
  )
}

# Of one number ifelse() gives back what it was given, as a constant: a value of its own instead.
own_value <- function(store, id, value) {
  if (store$sites$get(id)$op == "ifelse" && is_numbers(value) && length(value) == 1L) {
    value[1L] <- value[1L]
  }
  value
}

# What a random generator has drawn, or what it is to give instead.
drawn_value <- function(store, id, held, value, env) {
  if (store$sites$get(id)$kind != "random") {
    return(value)
  }
  drawn <- safely(store, take_draw(store, id, held, value, env))
  if (is.list(drawn)) drawn$value else value
}

is_copied <- function(site, v) {
  !is.null(site$copied) && is_numbers(v) && length(v) > 0L && length(v) <= 1e5
}

# The beginning of a loop, what it runs along, each of its turns, and its end.
new_loop_watch <- function(store, flag) {
  list(
    begin = function() store$loops$begin(parent.frame(), sys.nframe()),
    along = function(v) {
      if (flag$on) store$loops$set_along(v)
      v
    },
    turn = function(id) {
      if (flag$on) {
        store$loops$turn()
        name <- if (id > 0L) store$sites$get(id)$name
        if (id > 0L) safely(store, finish_turn(store, id, get0(name, parent.frame())))
      }
      invisible(NULL)
    },
    end = function() store$loops$end()
  )
}

# Nothing that goes wrong here is the program's: it is noted, and a value goes without a node.
safely <- function(store, expr) {
  tryCatch(expr, error = store$trouble, warning = store$trouble)
}

# The node of numbers; a new one where nobody saw them made. 0 for what is no numbers.
node_of <- function(store, v, site = 0L, name = NULL, env = NULL) {
  if (!is_numbers(v) || length(v) == 0L || length(v) > store$limits$largest) {
    return(0L)
  }
  node <- store$nodes$known(v)
  if (node > 0L) {
    return(node)
  }
  if (is_shared(v)) {
    return(0L)
  }
  lone <- is.integer(v) && length(v) == 1L
  node <- if (lone) 0L else find_alias(store, v)
  if (node == 0L) node <- find_slice(store, v)
  if (node > 0L || lone) {
    return(node)
  }
  node <- store$nodes$add("leaf", 0L, NULL, v)
  if (!is.null(name)) store$names$add(node, name, site, env, as.name(name))
  node
}

# The node of the same numbers, from now on theirs too; 0 where there is none.
find_alias <- function(store, v) {
  node <- if (length(v) > 1L || is_peculiar(v)) find_copy(store, v) else 0L
  if (node > 0L) store$nodes$alias(v, node)
  node
}

# A number with so many digits that it hardly comes twice.
is_peculiar <- function(v) is.finite(v) && v * 1e6 != trunc(v * 1e6)

# A value that R has copied, or a part of what a running lapply() or its kin hands over.
find_copy <- function(store, v) {
  node <- store$nodes$alike(v)
  alike <- node > 0L && identical(shape_in_rows(store$nodes$value(node)), shape_in_rows(v))
  if (alike) node else 0L
}

# The operands of a call: values, and the nodes of those that were computed for it (else 0).
operands_of <- function(store, site, held, env) {
  n <- length(site$spec)
  values <- vector("list", n)
  found <- integer(n)
  state <- character(n)
  for (i in seq_len(n)) {
    part <- site$spec[[i]]
    if (is.null(part)) {
      state[[i]] <- "unknown"
    } else if (is.integer(part)) {
      at <- which(held$from == part)
      if (length(at) == 0L) {
        state[[i]] <- "unknown"
        next
      }
      values[i] <- list(held$value[[max(at)]])
      found[[i]] <- held$node[[max(at)]]
    } else if (is.name(part)) {
      values[i] <- list(get0(as.character(part), env))
      state[[i]] <- as.character(part)
    } else if (is.list(part)) {
      values[i] <- list(read_special(part, env))
      state[[i]] <- part$state
    }
  }
  list(values = values, nodes = found, state = state, labels = site$labels)
}

# A constant, a gap, a field that is read again, or an argument that may not have been needed.
read_special <- function(part, env) {
  switch(part$state,
    constant = part$value,
    gap = quote(expr = ), # nolint: spaces_inside_linter.
    field = read_place(part$place, env),
    argument = tryCatch(get0(as.character(part$name), env), error = function(e) NULL)
  )
}

# The end of a call: the nodes of its value, the name that it is bound to, the call that waits.
finish_call <- function(store, id, held, value, env) {
  site <- store$sites$get(id)
  node <- 0L
  if (is_numbers(value)) node <- store$nodes$known(value)
  if (site$kind == "printed") note_printed(store, site, held, env)
  if (node == 0L && !site$kind %in% c("through", "counted") && !is.null(value)) {
    node <- explain_call(store, site, held, value, env)
  }
  if (site$up > 0L) store$calls$give(site$up, env, id, node, value)
  if (store$nodes$is_full()) store$stop_watching(store$why_full())
  invisible(node)
}

finish_binding <- function(store, id, value, env) {
  site <- store$sites$get(id)
  if (!is.null(site$copied)) name_copy(store, id, value)
  bind_name(store, id, value, 0L, as.name(site$name), env, env)
  if (site$up > 0L) store$calls$give(site$up, env, id, store$nodes$known(value), value)
}

# A constant, or in a <- b <- x the value of b, as a value of its own.
name_copy <- function(store, id, value) {
  if (!is_numbers(value) || length(value) == 0L || store$nodes$known(value) > 0L) {
    return(invisible(NULL))
  }
  from <- find_copy(store, value)
  constant <- identical(store$sites$get(id)$copied, "constant")
  if (constant || from == 0L) {
    store$nodes$add("leaf", id, NULL, value)
  } else {
    store$nodes$add("<-", id, from, value, seq_along(value) - 1)
  }
}

# A name, or a place such as net$W, now holds a value; of a list its numbers are named, too.
bind_name <- function(store, id, value, node, target, env, from) {
  site <- store$sites$get(id)
  home <- from
  if (isTRUE(site$outer) && is.name(target)) {
    home <- find_home(as.character(target), parent.env(env))
  }
  place <- tryCatch(describe_place(target, env, home), error = function(e) NULL)
  if (is.null(place)) {
    return(invisible(NULL))
  }
  if (is_numbers(value)) {
    if (node == 0L) node <- node_of(store, value)
    if (node > 0L) store$names$add(node, place$text, id, place$home, place$path)
  } else if (is.list(value) && is_plain_list(value) && length(value) <= 100L) {
    name_list_parts(store, id, value, place)
  }
  invisible(NULL)
}

# The place of a part of a list, by its name or its number.
place_in_list <- function(place, labels, i) {
  if (length(labels) >= i && !is.na(labels[[i]]) && nzchar(labels[[i]])) {
    text <- paste0(place$text, "$", labels[[i]])
    path <- call("$", place$path, as.name(labels[[i]]))
  } else {
    text <- paste0(place$text, "[[", i, "]]")
    path <- call("[[", place$path, i)
  }
  list(text = text, home = place$home, path = path)
}

name_list_parts <- function(store, id, value, place, deep = 3L) {
  for (i in seq_along(value)) {
    part <- value[[i]]
    inner <- place_in_list(place, names(value), i)
    if (is_numbers(part)) {
      node <- node_of(store, part)
      if (node > 0L) store$names$add(node, inner$text, id, inner$home, inner$path)
    } else if (is.list(part) && is_plain_list(part) && deep > 0L && length(part) <= 100L) {
      name_list_parts(store, id, part, inner, deep - 1L)
    }
  }
}
