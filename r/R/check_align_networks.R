# The trainings of a program: parameters whose gradients are made of one another are one network;
# twin of check/align/networks.py in Python.
#
# Networks may be trained one after the other, or in turns within one loop.

most_steps <- 6L
prefixes <- c(3000, 8000, 20000, 60000)
turns_without <- 3L # as long as so many steps in which nothing is updated any more
most_trainings <- 6L
steps_of_a_kind <- 3L # in which is looked who is made of whom

# All that is updated in the first part of a recording, as if it were one network.
find_training <- function(graph) {
  find_steps(graph, 0)$training
}

# Each network that is trained, in order of time: lists of `found` and `steps`. At least one, which
# is empty where nothing is trained.
find_trainings <- function(graph) {
  all <- list()
  begin <- 0
  while (!is.null(begin) && length(all) < most_trainings) {
    found <- find_steps(graph, begin)
    until <- found$until
    parts <- split_networks(graph, found$training)
    if (length(parts) > 1L && until < graph$size) {
      # The later ones may have hardly begun.
      until <- graph$size
      whole <- find_parameters_in(graph, until, begin)
      parts <- split_networks(graph, steps_of(graph, whole, FALSE))
    }
    all <- c(all, Filter(function(part) {
      length(part$steps) > 0L && !goes_on(graph, part, all, begin)
    }, parts))
    begin <- begin_of_new(graph, until_it_ended(found$training, until))
    if (is.null(begin) && has_idle_factor(graph, found$training$steps)) {
      begin <- begin_of_next(graph, found$training$steps)
    }
  }
  if (length(all) == 0L) {
    return(list(found$training))
  }
  all <- utils::head(all, most_trainings)
  lapply(seq_along(all), function(k) with_own_begin(all[[k]], all[seq_len(k - 1L)]))
}

# Where what was looked at goes on with something else: as where data were simulated first.
until_it_ended <- function(training, until) {
  steps <- training$steps
  if (length(steps) == 0L) {
    return(until)
  }
  begins <- vapply(steps[-1L], function(step) step$begin, 1L)
  longest <- if (length(begins) > 1L) max(diff(begins)) else until
  last <- steps[[length(steps)]]$end
  if (until - last + 1L > turns_without * longest) last else until
}

# Whether a training begins with what lines of an earlier one made: it is still that one. Those are
# updates, and sums such as momentum.
goes_on <- function(graph, part, earlier, begin) {
  before <- seq_len(begin)
  made <- graph$site[before[graph$op[before] %in% c("add", "sub")]]
  for (training in earlier) {
    versions <- which(training$found$owner > 0L)
    made <- c(made, graph$site[setdiff(versions, training$found$roots)])
  }
  any(graph$site[part$steps[[1L]]$first] %in% setdiff(made, 0L))
}

# A training whose first step begins where those before it have ended. In turns with another one it
# begins somewhere in what is done before, and is left out.
with_own_begin <- function(training, earlier) {
  if (length(earlier) == 0L) {
    return(training)
  }
  ended <- max(vapply(unlist(lapply(earlier, function(other) other$steps), recursive = FALSE),
                      function(step) step$end, 1L))
  if (training$steps[[1L]]$updates[[1L]]$u > ended) {
    training$steps[[1L]]$begin <- ended
  } else if (length(training$steps) > 2L) {
    training$steps <- training$steps[-1L]
  }
  training
}

# Parameters and steps; where none is made of itself, those that a comparison decides about.
find_steps <- function(graph, begin) {
  found <- find_few_steps(graph, begin, integer(0))
  gates <- if (length(found$training$steps) == 0L) list_gates(graph, begin)
  if (length(gates) > 0L) find_few_steps(graph, begin, gates) else found
}

# Parameters and steps, of no more of a recording than there are steps looked at in.
find_few_steps <- function(graph, begin, gates) {
  for (length in c(prefixes, graph$size)) {
    until <- min(begin + length, graph$size)
    found <- find_parameters_in(graph, until, begin, gates)
    training <- steps_of(graph, found, until < graph$size)
    enough <- length(training$steps) >= most_steps && !runs_into_next(training$steps)
    if (until >= graph$size || enough) break
  }
  list(training = training, until = until)
}

# Whether the last step alone has parameters beside those that the usual one has.
runs_into_next <- function(steps) {
  kinds <- vapply(steps, function(step) paste(sort(step$keys), collapse = " "), "")
  counts <- tabulate(match(kinds, unique(kinds)))
  last <- length(steps)
  usual <- match(unique(kinds)[[which.max(counts)]], kinds)
  alone <- sum(kinds == kinds[[last]]) == 1L && usual != last
  alone && all(steps[[usual]]$keys %in% steps[[last]]$keys)
}

steps_of <- function(graph, found, is_part) {
  steps <- if (length(found$updates) > 0L) cut_steps(graph, found) else list()
  if (length(steps) > 2L && (!is.null(graph$header$cut) || is_part)) {
    steps <- steps[-length(steps)] # watching ended within it
  }
  list(found = found, steps = steps)
}

# Before which node sums begin to be made by lines that were not seen before; NULL where there are
# none.
begin_of_new <- function(graph, until) {
  later <- seq_len(graph$size) > until
  site <- graph$site
  sums <- later & graph$op %in% c("add", "sub") & site > 0L
  new <- which(sums & !site %in% site[!later])
  again <- new[site[new] %in% site[new][duplicated(site[new])]]
  if (length(again) > 0L) again[[1L]] - 1L
}

# Whether a factor is 0 in every step, as the first of several penalties or momenta is.
#
# Then the same lines say more where they train again, with another factor.
has_idle_factor <- function(graph, steps) {
  sites <- lapply(utils::head(steps[-1L], steps_of_a_kind), function(step) {
    nodes <- seq(step$begin + 1L, step$end)
    nodes <- nodes[graph$op[nodes] == "mul"]
    idle <- vapply(nodes, function(n) {
      any(vapply(graph$args[[n]], function(a) is_number_zero(graph, a), NA))
    }, NA)
    setdiff(graph$site[nodes[idle]], graph$site[nodes[!idle]]) # where every product is so
  })
  length(sites) == steps_of_a_kind && length(Reduce(intersect, sites)) > 0L
}

is_number_zero <- function(graph, a) {
  if (is_node(a)) {
    return(length(graph$shape[[a]]) == 0L && all_true(value_of(graph, a) == 0))
  }
  identical(as.double(unlist(a)), 0)
}

# After which update the same lines begin with other values than those that they made.
begin_of_next <- function(graph, steps) {
  last <- steps[[length(steps)]]
  sites <- graph$site[vapply(last$updates, function(c) as.integer(c$u), 1L)]
  before <- last$end
  later <- seq_len(graph$size) > before
  for (n in which(later & graph$site %in% sites & graph$op %in% c("add", "sub"))) {
    if (!any(graph$site[graph$parents[[n]]] %in% sites)) {
      return(before)
    }
    before <- n
  }
  NULL
}

# The networks of a training.
split_networks <- function(graph, training) {
  found <- training$found
  keys <- lapply(training$steps, function(step) sort(step$keys))
  text <- vapply(keys, paste, "", collapse = " ")
  kinds <- whole_kinds(keys)
  ks <- unique(unlist(kinds))
  group <- stats::setNames(ks, ks)
  for (kind in vapply(kinds, paste, "", collapse = " ")) {
    for (step in utils::head(training$steps[text == kind], steps_of_a_kind)) {
      for (pair in belonging(graph, found, step)) {
        joined <- group[as.character(pair)]
        group[group == joined[[2L]]] <- joined[[1L]]
      }
    }
  }
  if (length(unique(group)) < 2L) {
    return(list(training))
  }
  parts <- lapply(unique(group), function(g) part_of_training(graph, found, ks[group == g]))
  ends <- vapply(parts, function(part) {
    as.numeric(if (length(part$steps) > 0L) part$steps[[1L]]$end else graph$size)
  }, 1)
  parts[order(ends)]
}

# Pairs of parameters of one network: one's update is made of the other, or by its line.
belonging <- function(graph, found, step) {
  own <- found$owner
  made <- list() # for each value the parameters that it is made of
  made[step$end] <- list(NULL)
  of <- function(n) if (own[[n]] > 0L) own[[n]] else made[[n]]
  for (n in seq(step$begin + 1L, step$end)) {
    if (own[[n]] == 0L) {
      from <- unique(unlist(lapply(graph$parents[[n]], of)))
      if (length(from) > 0L) made[[n]] <- from
    }
  }
  first_of_line <- list()
  pairs <- list()
  for (c in step$updates) {
    from <- intersect(unlist(lapply(c$terms[1L, ], of)), step$keys)
    line <- as.character(graph$site[[c$u]])
    if (is.null(first_of_line[[line]])) first_of_line[[line]] <- c$k
    pairs <- c(pairs, lapply(c(from, first_of_line[[line]]), function(k) c(c$k, k)))
  }
  pairs
}

# What belongs to some of the parameters alone.
part_of_training <- function(graph, found, ks) {
  part <- list2env(as.list(found), parent = emptyenv())
  part$updates <- Filter(function(c) c$k %in% ks, found$updates)
  part$owner[!found$owner %in% ks] <- 0L
  steps_of(graph, part, FALSE)
}
