# The calls that are open: what their operands were, until they end.

# A stack of calls; of each the site, its frame, and the sites, nodes and values of the operands
# that were computed for it so far. A jump out of calls leaves them open; the next end closes them,
# too.
new_calls <- function() {
  top <- 0L
  ids <- integer(0)
  frames <- list()
  kids <- list()
  eaches <- integer(0)
  find <- function(id, env) {
    k <- top
    while (k > 0L && !(ids[[k]] == id && identical(frames[[k]], env))) k <- k - 1L
    k
  }
  give <- function(id, env, from, node, value) {
    k <- find(id, env)
    if (k > 0L) {
      held <- kids[[k]]
      kids[[k]] <<- list(
        from = c(held$from, from), node = c(held$node, node), value = c(held$value, list(value)),
        returns = held$returns, given = held$given
      )
    }
  }
  list(
    open = function(id, env, each = FALSE) {
      top <<- top + 1L
      if (each) eaches <<- c(eaches[eaches < top], top)
      ids[[top]] <<- id
      frames[[top]] <<- env
      kids[[top]] <<- list()
      top
    },
    close = function(k) {
      top <<- k - 1L
      if (length(eaches) > 0L) eaches <<- eaches[eaches < k]
      kids[[k]]
    },
    give = give,
    # The innermost call of lapply() or its kin.
    inner_each = function() {
      if (length(eaches) > 0L) {
        k <- eaches[[length(eaches)]]
        list(id = ids[[k]], held = kids[[k]], env = frames[[k]])
      }
    },
    in_each = function() length(eaches) > 0L && eaches[[length(eaches)]] == top,
    # A function of the program that the innermost call has called gave this back.
    returned = function(value) {
      if (top > 0L) kids[[top]]$returns <<- c(kids[[top]]$returns, list(value))
    },
    clear = function() {
      top <<- 0L
      eaches <<- integer(0)
    },
    current = function() if (top > 0L) ids[[top]] else 0L
  )
}

# Whether so many turns of the outermost loop, or so many values made in them, show the training.
shows_training <- function(turns, made, limits) {
  made > limits$many || turns > 3L && made > limits$more ||
    turns > limits$turns && made > limits$some || turns > limits$most && made > limits$few
}

# The loops that are running, so that the turns of the outermost are counted.
new_loops <- function(nodes, limits, flag, stop_watching) {
  running <- list()
  drop_left <- function(env, depth) {
    while (length(running) > 0L) {
      last <- running[[length(running)]]
      if (last$depth < depth || last$depth == depth && identical(last$env, env)) break
      running[[length(running)]] <<- NULL
    }
  }
  list(
    begin = function(env, depth) {
      drop_left(env, depth)
      loop <- list(env = env, depth = depth, turns = 0L, from = nodes$count(), along = NULL)
      running[[length(running) + 1L]] <<- loop
    },
    # What the innermost loop runs along.
    set_along = function(v) if (length(running) > 0L) running[[length(running)]]$along <<- v,
    along = function() if (length(running) > 0L) running[[length(running)]]$along,
    turn = function() {
      if (length(running) == 0L) return(invisible(NULL))
      made <- nodes$count() - running[[1L]]$from
      turns <- 0L
      if (length(running) == 1L) {
        turns <- running[[1L]]$turns + 1L
        running[[1L]]$turns <<- turns
      }
      if (shows_training(turns, made, limits)) stop_watching("steps")
    },
    end = function() {
      if (length(running) > 0L) running[[length(running)]] <<- NULL
      if (length(running) == 0L && !nodes$is_full()) flag$on <- TRUE
      invisible(NULL)
    },
    is_running = function() length(running) > 0L,
    clear = function() running <<- list()
  )
}
