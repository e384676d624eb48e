# Places that hold values: a variable, a slot, an attribute, an element; read without side effects.

# Functions that an index may call when it is read once more.
pure_functions <- c(
  "+", "-", "*", "/", "(", ":", "%%", "%/%", "length", "nrow", "ncol", "NROW", "NCOL", "dim",
  "seq_len", "seq_along", "seq", "c", "rev", "max", "min", "as.character", "paste0", "paste",
  "which", "which.max", "which.min", "names", "order", "toString", "sprintf", "==", "!=", "<", ">",
  "<=", ">=", "!", "&", "|", "rep", "as.integer", "round", "floor", "ceiling"
)

is_pure <- function(e) {
  if (!is.call(e)) {
    return(!is.language(e) || is.name(e))
  }
  if (!is.name(e[[1L]])) {
    return(FALSE)
  }
  word <- as.character(e[[1L]])
  rest <- if (word %in% c("$", "@")) list(e[[2L]]) else as.list(e)[-1L]
  word %in% c(pure_functions, "$", "@", "[[", "[") &&
    all(vapply(rest, function(part) is_gap(part) || is_pure(part), NA))
}

is_gap <- function(e) missing(e) || identical(e, quote(expr = )) # nolint: spaces_inside_linter.

# net$W, self$par$b, object@W: read again at no risk, and the element itself, not a copy.
is_field <- function(e) {
  while (is.call(e) && length(e) == 3L && is_call_to(e, c("$", "@"))) e <- e[[2L]]
  is.name(e)
}

# x$a, x[[k]]$a or x[["a"]]: a place that can be looked up again without computing anything.
is_still_place <- function(e) {
  while (is_call_to(e, c("$", "@", "[[")) && length(e) == 3L) {
    if (is_call_to(e, "[[") && is.call(e[[3L]])) {
      return(FALSE)
    }
    e <- e[[2L]]
  }
  is.name(e)
}

# What a place holds, or NULL. `home` is where the variable at its beginning is looked for.
read_place <- function(e, env, home = env) {
  tryCatch(read_part(e, env, home), error = function(err) NULL)
}

read_part <- function(e, env, home) {
  if (is.name(e) || is.character(e)) {
    return(get0(as.character(e), home))
  }
  holder <- read_part(e[[2L]], env, home)
  word <- as.character(e[[1L]])
  if (word %in% c("$", "@")) {
    field <- if (is.name(e[[3L]])) as.character(e[[3L]]) else e[[3L]]
    return(if (word == "@") methods::slot(holder, field) else read_field(holder, field))
  }
  index <- lapply(as.list(e)[-(1:2)], function(part) if (is_gap(part)) part else eval(part, env))
  do.call(word, c(list(holder), index), quote = TRUE)
}

read_field <- function(holder, field) {
  if (is.environment(holder)) {
    get0(field, holder, inherits = FALSE)
  } else {
    holder[[field, exact = FALSE]]
  }
}

# How a place is written with the values of its indices, as in "net$W[[2]]"; and the environment at
# its end, where one is: that is its home, whatever the variables are called that lead there.
describe_place <- function(e, env, home) {
  if (is.name(e) || is.character(e)) {
    return(list(text = as.character(e), home = home, path = as.name(as.character(e))))
  }
  word <- as.character(e[[1L]])
  inner <- describe_place(e[[2L]], env, home)
  holder <- read_place(e[[2L]], env, home)
  base <- if (is.environment(holder)) NULL else inner$path
  if (is.environment(holder)) inner$home <- holder
  if (word %in% c("$", "@")) {
    field <- as.character(e[[3L]])
    path <- if (is.null(base)) as.name(field) else call(word, base, as.name(field))
    return(list(text = paste0(inner$text, word, field), home = inner$home, path = path))
  }
  index <- lapply(as.list(e)[-(1:2)], function(part) if (is_gap(part)) part else eval(part, env))
  shown <- vapply(index, function(part) {
    if (is.integer(part)) part <- as.double(part) # 2, not 2L
    if (is_gap(part)) "" else paste(deparse(part, width.cutoff = 60L), collapse = "")
  }, "")
  marks <- if (word == "[[") c("[[", "]]") else c("[", "]")
  path <- if (is.null(base) && is.character(index[[1L]])) {
    as.name(index[[1L]])
  } else {
    as.call(c(list(as.name(word), base), index))
  }
  text <- paste0(inner$text, marks[[1L]], paste(shown, collapse = ", "), marks[[2L]])
  list(text = text, home = inner$home, path = path)
}

# The environment in which `<<-` finds a variable.
find_home <- function(name, env) {
  while (!identical(env, emptyenv())) {
    if (exists(name, envir = env, inherits = FALSE)) return(env)
    env <- parent.env(env)
  }
  globalenv()
}
