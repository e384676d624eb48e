# A file that defines sigmoid, forward, backward or train: each is called with right arguments; twin
# of check/functions.py in Python. The results become notes of a recording.

checked_functions <- c("sigmoid", "sigmoid_grad", "forward", "backward", "train")

returned_fields <- list(
  forward = c(z = "z", a = "a"),
  backward = c(e = "e", slope = "slope", delta = "delta", weights = "dW", biases = "db",
    dW = "dW", db = "db"
  ),
  train = c(weights = "W", biases = "b", W = "W", b = "b")
)

# Steps of a recording; empty where the file defines none of the functions.
call_functions <- function(frame, job, lines) {
  present <- Filter(function(name) exists(name, frame, mode = "function", inherits = FALSE),
    checked_functions
  )
  if (length(present) == 0L) {
    return(list())
  }
  functions <- mget(present, envir = frame)
  notes <- list()
  add <- function(name, parts) {
    line <- lines[[name]]
    new <- Map(function(q, v) list(name = q, line = line, scope = name, value = v),
      names(parts), unname(parts)
    )
    notes <<- c(notes, unname(new))
  }
  for (name in intersect(c("sigmoid", "sigmoid_grad"), present)) {
    for (i in which(job$activations == "sigmoid")) {
      value <- call_with_pool(functions[[name]], name, argument_pool(job, i))
      quantity <- paste0(if (name == "sigmoid") "a" else "slope", i)
      add(name, stats::setNames(list(value), quantity))
    }
  }
  for (name in intersect(c("forward", "backward"), present)) {
    value <- call_with_pool(functions[[name]], name, argument_pool(job, 1L))
    add(name, name_parts(value, returned_fields[[name]], job$depth))
  }
  before <- job$values[grepl("^[Wb][0-9]+$", names(job$values))]
  steps <- list(list(step = "1", before = before, after = list(), notes = notes))
  if ("train" %in% present) {
    steps <- call_train(functions$train, job, steps, lines$train)
  }
  steps
}

call_train <- function(train, job, steps, line) {
  for (epoch in sort(job$record)) {
    pool <- argument_pool(job, 1L)
    pool$epochs <- epoch
    pool$plan <- new_plan(job$loss, job$reduction, learning_rate = job$numbers$lr, epochs = epoch)
    value <- call_with_pool(train, "train", pool)
    if (is.list(value) && "network" %in% names(value)) value <- value$network
    if (inherits(value, "twinprop_network")) {
      value <- list(weights = lapply(value, `[[`, "weights"), biases = lapply(value, `[[`, "bias"))
    }
    parts <- name_parts(value, returned_fields$train, job$depth)
    notes <- unname(Map(function(q, v) list(name = q, line = line, scope = "train", value = v),
      names(parts), unname(parts)
    ))
    if (epoch == 1L) {
      steps[[1L]]$after <- parts
      steps[[1L]]$notes <- c(steps[[1L]]$notes, notes)
    } else {
      step <- list(step = as.character(epoch), before = list(), after = parts, notes = notes)
      steps[[length(steps) + 1L]] <- step
    }
  }
  steps
}

# What a function returned, part by part, each named by its quantity.
name_parts <- function(value, fields, depth) {
  kinds <- utils::tail(unique(unname(fields)), 2L)
  if (is.numeric(value)) {
    return(stats::setNames(list(value), paste0(kinds[[length(kinds)]], depth)))
  }
  if (!is.list(value)) {
    return(list())
  }
  found <- field_parts(value, fields, seq_len(depth))
  if (length(found) == 0L && !is.null(names(value))) {
    found <- value
  } else if (length(found) == 0L && length(value) == 2L * depth) {
    found <- stats::setNames(value, paste0(kinds, rep(seq_len(depth), each = 2L)))
  }
  Filter(is_array, found)
}

# Fields that are lists with an array for each layer.
field_parts <- function(value, fields, layers) {
  found <- list()
  for (field in names(fields)) {
    items <- value[[field, exact = TRUE]]
    if (is.list(items)) {
      shift <- length(items) - length(layers) # the list of activations begins with x
      kept <- stats::setNames(items[layers + shift], paste0(fields[[field]], layers))
      found <- c(found, kept)
    }
  }
  found
}

# Everything that a function may ask for, by the names that the twins use.
argument_pool <- function(job, layer) {
  right <- job$reference
  layers <- seq_len(job$depth)
  part <- function(kind) unname(right[paste0(kind, layers)])
  network <- new_network(part("W"), part("b"), job$activations)
  a <- c(list(right$x), part("a"))
  numbers <- job$numbers
  # The loss is its name here, and not its value, which `right` has.
  c(right[names(right) != "loss"], list(
    network = network,
    cache = list(z = part("z"), a = a, fed = a),
    X = right$x, Y = right$y,
    z = right[[paste0("z", layer)]], a = right[[paste0("a", layer)]],
    loss = job$loss, reduction = job$reduction, optimizer = "gradient_descent",
    learning_rate = numbers$lr, lr = numbers$lr, epochs = numbers$epochs,
    weights = part("W"), biases = part("b")
  ))
}

# Call a function with what it asks for; a lone unknown argument of sigmoid is z.
call_with_pool <- function(fun, name, pool) {
  arguments <- setdiff(names(formals(fun)), "...")
  needed <- Filter(function(a) is_missing(formals(fun)[[a]]), arguments)
  if (length(needed) == 1L && grepl("sigmoid", name)) {
    return(fun(if (needed == "a") pool$a else pool$z))
  }
  unknown <- setdiff(needed, names(pool))
  if (length(unknown) > 0L) {
    stop(name, " asks for ", unknown[[1L]], ", which is no argument of the twin's", call. = FALSE)
  }
  do.call(fun, pool[intersect(arguments, names(pool))], quote = TRUE)
}
