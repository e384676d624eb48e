# What both languages know of operations, activations and mistakes: one file of data; twin of
# check/align/knowledge.py in Python.

knowledge_cache <- new.env(parent = emptyenv())

# The content of check_knowledge.json.
read_knowledge <- function() {
  if (is.null(knowledge_cache$content)) {
    path <- system.file("check_knowledge.json", package = "twinprop", mustWork = TRUE)
    knowledge_cache$content <- read_json_file(path)
  }
  knowledge_cache$content
}

operation_spellings <- function() {
  if (is.null(knowledge_cache$spellings)) {
    operations <- lapply(read_knowledge()$operations, unlist)
    names <- rep(names(operations), lengths(operations))
    knowledge_cache$spellings <- stats::setNames(names, unlist(operations))
  }
  knowledge_cache$spellings
}

# The operations that a language spells so, whatever module they are of; else the spelling.
canonical_operations <- function(spelled) {
  known <- operation_spellings()
  last <- sub("^.*[.](.)", "\\1", spelled)
  last[endsWith(spelled, ".")] <- spelled[endsWith(spelled, ".")]
  whole <- known[spelled]
  part <- known[last]
  unname(ifelse(!is.na(whole), whole, ifelse(!is.na(part), part, last)))
}

known_functions <- list(
  neg = function(a) -a, exp = exp, expm1 = expm1, log = log, log1p = log1p, sqrt = sqrt,
  square = function(a) a * a, sin = sin, cos = cos, atan = atan, tanh = tanh, abs = abs,
  sign = sign, normal_cdf = function(a) like(stats::pnorm(a), shape_now(a)),
  sigmoid = function(a) 1 / (1 + exp(-a)), transpose = t, total = sum,
  row_sums = function(a) reduce_axis("sum", a, 2L),
  column_sums = function(a) reduce_axis("sum", a, 1L),
  first_row = function(a) a[1L, , drop = FALSE], last_row = function(a) a[nrow(a), , drop = FALSE]
)

formula_pairs <- list(
  add = `+`, sub = `-`, mul = `*`, div = `/`, pow = `^`,
  greater = function(a, b) (a > b) * 1,
  maximum = function(a, b) ifelse(a >= b, a, b), minimum = function(a, b) ifelse(a <= b, a, b)
)

# The value of a formula written as nested lists: list("mul", "g", "y").
evaluate_written <- function(formula, values) {
  if (is.character(formula)) {
    return(values[[formula]])
  }
  if (!is.list(formula)) {
    return(as.double(formula))
  }
  parts <- lapply(formula[-1L], evaluate_written, values)
  word <- formula[[1L]]
  suppressWarnings(
    if (word == "matmul") {
      parts[[1L]] %*% parts[[2L]]
    } else if (is.null(formula_pairs[[word]])) {
      known_functions[[word]](parts[[1L]])
    } else if (word %in% c("maximum", "minimum")) {
      spread_both(function(a, b) {
        made <- if (word == "maximum") pmax(a, b) else pmin(a, b)
        like(made, shape_now(if (is.null(dim(a))) b else a))
      }, parts[[1L]], parts[[2L]])
    } else {
      spread_both(formula_pairs[[word]], parts[[1L]], parts[[2L]])
    }
  )
}

# A formula of plain numbers as R's own call, made ready to be asked for often. For a name stands
# what `given` has for it.
call_written <- function(formula, given = list()) {
  if (is.character(formula)) {
    return(if (is.null(given[[formula]])) as.name(formula) else given[[formula]])
  }
  if (!is.list(formula)) {
    return(as.double(formula))
  }
  word <- formula[[1L]]
  pair <- formula_pairs[[word]]
  known <- if (is.null(pair)) known_functions[[word]] else pair
  as.call(c(known, lapply(formula[-1L], call_written, given)))
}
