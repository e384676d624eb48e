# The sites of a recording: the places in the text at which something is recorded.

new_sites <- function() {
  n <- 0L
  sites <- list()
  add <- function(op, kind, position, file, up, name = "") {
    n <<- n + 1L
    sites[[n]] <<- list(
      id = n, op = op, kind = kind, position = position, file = file, up = up, name = name,
      spec = list(), labels = NULL
    )
    n
  }
  list(
    add = add,
    get = function(id) sites[[id]],
    set = function(id, field, value) sites[[id]][field] <<- list(value),
    position = function(id) sites[[id]]$position,
    all = function() sites
  )
}

is_expression_token <- function(token) {
  token %in% c("expr", "expr_or_assign_or_help", "equal_assign", "expr_or_help")
}

# A program as R reads it: its expressions, and where each part stands.
read_program <- function(file) {
  lines <- readLines(file, warn = FALSE, encoding = "UTF-8")
  if (length(lines) > 0L) lines[[1L]] <- sub("^\ufeff", "", lines[[1L]])
  if (grepl("[.][RrQq]md$", file)) lines <- chunk_lines(lines)
  expressions <- parse(text = lines, keep.source = TRUE, encoding = "UTF-8")
  data <- utils::getParseData(expressions)
  if (is.null(data)) data <- no_parse_data
  data <- data[data$token != "COMMENT", names(no_parse_data)]
  data <- count_characters(data, lines)
  # Rscript does not keep the text: a program that looks at itself sees none.
  list(
    expressions = parse(text = lines, keep.source = FALSE, encoding = "UTF-8"), data = data,
    places = lapply(attr(expressions, "srcref"), as.integer),
    kids = split(seq_len(nrow(data)), data$parent),
    top = which(data$parent == 0L & is_expression_token(data$token))
  )
}

no_parse_data <- data.frame(
  line1 = integer(0), col1 = integer(0), line2 = integer(0), col2 = integer(0), id = integer(0),
  parent = integer(0), token = character(0)
)

# The R chunks of a document; all other lines are empty, so that the numbers of the lines hold.
chunk_lines <- function(lines) {
  keep <- logical(length(lines))
  fence <- NULL
  code <- FALSE
  for (i in seq_along(lines)) {
    if (is.null(fence)) {
      m <- regmatches(lines[[i]], regexec("^[\t >]*(`{3,}|~{3,})\\s*(\\{.*)?", lines[[i]]))[[1L]]
      if (length(m) > 0L && nzchar(m[[2L]])) {
        fence <- m[[2L]]
        code <- grepl("^\\{[rR]([ ,}]|$)", m[[3L]]) && !grepl("eval\\s*=\\s*F", m[[3L]])
      }
    } else if (grepl(paste0("^[\t >]*", fence, substr(fence, 1L, 1L), "*\\s*$"), lines[[i]])) {
      fence <- NULL
    } else {
      if (grepl("^\\s*#\\|\\s*eval:\\s*false", lines[[i]])) code <- FALSE
      keep[[i]] <- code
    }
  }
  ifelse(keep, lines, "")
}

# Parse data count a tab as the way to the next multiple of 8; here it is one character.
count_characters <- function(data, lines) {
  for (side in c("1", "2")) {
    line <- data[[paste0("line", side)]]
    for (i in which(grepl("\t", lines[line], fixed = TRUE))) {
      signs <- strsplit(lines[[line[[i]]]], "")[[1L]]
      step <- function(column, sign) if (sign == "\t") (column %/% 8L + 1L) * 8L else column + 1L
      starts <- Reduce(step, signs, 0L, accumulate = TRUE)
      at <- paste0("col", side)
      data[[at]][[i]] <- findInterval(data[[at]][[i]] - 1L, starts)
    }
  }
  data
}

# The rows of the parse data for the parts of a call, in the order of the call; 0 where not known.
find_parts <- function(e, row, program) {
  none <- integer(length(e))
  kids <- if (row > 0L) program$kids[[as.character(program$data$id[[row]])]]
  if (is.null(kids)) {
    return(none)
  }
  token <- program$data$token[kids]
  found <- parts_by_token(e, kids, token, row, program)
  if (length(found) == length(e)) found else none
}

prefix_tokens <- c("IF", "WHILE", "REPEAT", "'{'", "'('", "'-'", "'+'", "'!'", "'~'", "UNARY_NOT")

parts_by_token <- function(e, kids, token, row, program) {
  expressions <- kids[is_expression_token(token)]
  second <- if (length(token) > 1L) token[[2L]] else ""
  if (token[[1L]] %in% prefix_tokens) {
    return(c(0L, expressions))
  }
  if (token[[1L]] == "FOR") {
    condition <- kids[token == "forcond"]
    inner <- program$kids[[as.character(program$data$id[[condition]])]]
    return(c(0L, 0L, inner[is_expression_token(program$data$token[inner])], expressions))
  }
  if (token[[1L]] %in% c("FUNCTION", "'\\\\'")) {
    return(c(0L, 0L, expressions[length(expressions)], 0L)[seq_along(e)])
  }
  if (second == "RIGHT_ASSIGN") {
    return(c(0L, expressions[2:1]))
  }
  if (second == "PIPE") {
    return(piped_parts(expressions, program))
  }
  if (second %in% c("'('", "'['", "LBB")) {
    return(argument_parts(row, program))
  }
  if (length(kids) == 3L) {
    side <- function(k) if (is_expression_token(token[[k]])) kids[[k]] else 0L
    return(c(0L, side(1L), side(3L)))
  }
  integer(0)
}

# x |> f(y) is the call f(x, y).
piped_parts <- function(expressions, program) {
  inner <- argument_parts(expressions[[2L]], program)
  holds <- vapply(inner, function(k) {
    k > 0L && "PLACEHOLDER" %in%
      program$data$token[program$kids[[as.character(program$data$id[[k]])]]]
  }, NA)
  if (any(holds)) {
    replace(inner, which(holds), expressions[[1L]])
  } else {
    append(inner, expressions[[1L]], 1L)
  }
}

# f(a, , b = c): the rows of f, a, a gap, c.
argument_parts <- function(row, program) {
  kids <- program$kids[[as.character(program$data$id[[row]])]]
  token <- program$data$token[kids]
  square <- token[[2L]] != "'('"
  closing <- c(if (token[[2L]] == "LBB") length(kids) - 1L, length(kids))
  inside <- setdiff(seq_along(kids), c(1L, 2L, closing))
  group <- cumsum(token[inside] == "','")
  one <- function(g) {
    k <- kids[inside[group == g]]
    k <- k[is_expression_token(program$data$token[k])]
    if (length(k) > 0L) k[[length(k)]] else 0L
  }
  found <- if (length(inside) > 0L || square) vapply(0:max(0L, group), one, 0L) else integer(0)
  if (square) c(0L, kids[[1L]], found) else c(kids[[1L]], found)
}
