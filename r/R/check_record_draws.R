# Random draws: each is noted in units of its own, and may be answered from another program's.

# The calls of random generators of one run, in order of time; `given` has for some of them the
# units that another program drew.
new_draws <- function(given) {
  made <- list()
  room <- 2e6
  list(
    # What the program gets: its own value, or one that is made of the units that were handed over.
    answer = function(op, id, operands, value) {
      draw <- tryCatch(describe_draw(op, operands, value), error = function(e) NULL)
      if (is.null(draw)) draw <- list(kind = "other", unit = numeric(0))
      units <- given[[as.character(length(made))]]
      if (!is.null(units) && draw$kind != "other" && length(units) == length(draw$unit)) {
        value <- make_draw(draw, units, value)
        draw$unit <- units
      }
      room <<- room - length(draw$unit)
      if (room < 0) draw <- list(kind = "other", unit = numeric(0))
      draw <- draw[c("kind", "unit", "population", "scale")]
      made[[length(made) + 1L]] <<- c(draw, list(site = id))
      value
    },
    # The node of the value that was drawn last.
    note = function(node) if (length(made) > 0L) made[[length(made)]]$node <<- node,
    all = function() made
  )
}

# A call of a random generator has returned; the list has what the program gets.
take_draw <- function(store, id, held, value, env) {
  site <- store$sites$get(id)
  list(value = store$draws$answer(site$op, id, operands_of(store, site, held, env), value))
}

# Draws that another program made: on each line the number of a call and its units.
read_draws <- function(path) {
  if (!nzchar(path)) {
    return(list())
  }
  parts <- strsplit(readLines(path), " ", fixed = TRUE)
  units <- lapply(parts, function(part) as.numeric(part[-1L]))
  stats::setNames(units, vapply(parts, function(part) part[[1L]], ""))
}

describe_draw <- function(op, operands, value) {
  given <- function(known) {
    at <- match_arguments(operands, known)
    function(name, default) if (is.na(at[[name]])) default else operands$values[[at[[name]]]]
  }
  if (op == "rnorm") {
    get <- given(c("n", "mean", "sd"))
    return(in_own_units("normal", value, get("mean", 0), get("sd", 1)))
  }
  if (op == "runif") {
    get <- given(c("n", "min", "max"))
    low <- get("min", 0)
    return(in_own_units("uniform", value, low, get("max", 1) - low))
  }
  if (op == "rbinom" && identical(as.double(given(c("n", "size", "prob"))("size", 0)), 1)) {
    return(list(kind = "binary", unit = as.double(value), low = 0, wide = 1))
  }
  if (op %in% c("sample", "sample.int")) {
    of <- if (op == "sample") "x" else "n"
    describe_sample(given(c(of, "size", "replace", "prob"))(of, NULL), value)
  }
}

describe_sample <- function(of, value) {
  # sample(x) of one number draws from 1 to x.
  if (is.numeric(of) && length(of) == 1L && of >= 1) {
    return(list(kind = "order", unit = as.double(value) - 1, low = 1, wide = 1, population = of))
  }
  # An order of the numbers from 1 on is drawn anew each time, whichever order they had.
  if (is.numeric(of) && length(of) > 1L && setequal(of, seq_along(of))) of <- seq_along(of)
  unit <- match(value, of) - 1
  if (!anyNA(unit) && !anyDuplicated(of)) {
    list(kind = "order", unit = unit, of = of, population = length(of))
  }
}

# Both parameters are numbers, or vectors that have one for each draw.
in_own_units <- function(kind, value, low, wide) {
  stopifnot(is.numeric(low), length(low) > 0L, is.numeric(wide), length(wide) > 0L)
  n <- length(value)
  scale <- if (length(low) == 1L && length(wide) == 1L) c(low, wide)
  low <- rep_len(as.double(low), n)
  wide <- rep_len(as.double(wide), n)
  list(kind = kind, unit = (as.double(value) - low) / wide, low = low, wide = wide, scale = scale)
}

make_draw <- function(draw, units, value) {
  if (!is.null(draw$of)) {
    places <- units + 1
    return(if (all(places %in% seq_along(draw$of))) draw$of[places] else value)
  }
  numbers <- draw$low + draw$wide * units
  value[] <- if (is.integer(value)) as.integer(numbers) else numbers
  value
}

# Draws as JSON has them.
format_draws <- function(draws) {
  bracket(vapply(draws, function(draw) {
    node <- if (is.null(draw$node)) 0L else draw$node
    numbers <- function(v) bracket(vapply(as.double(v), format_literal, ""))
    parts <- c(kind = quote_texts(draw$kind), unit = numbers(draw$unit), site = draw$site - 1L,
               node = node - 1L)
    if (!is.null(draw$population)) parts[["population"]] <- format_literal(draw$population)
    if (!is.null(draw$scale)) parts[["scale"]] <- numbers(draw$scale)
    format_object(parts)
  }, ""))
}
