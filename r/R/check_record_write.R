# A recording as a file: one line of JSON, then numbers; the format is the same in both languages.

# The header and the block of a recording as bytes.
format_recording_file <- function(store, ending, status) {
  nodes <- store$nodes$all()
  names <- store$names$all()
  finals <- final_values(store$names$updated())
  sites <- site_table(store$sites$all(), ending$files)
  block <- new_block()
  n <- length(nodes$op)
  at <- vapply(nodes$value, function(v) block$put(row_major(v)), 0)
  move <- vapply(nodes$move, function(v) if (is.null(v)) -1 else block$put(v), 0)
  more <- length(finals)
  final_at <- vapply(finals, function(place) block$put(row_major(place$value)), 0)
  values <- c(nodes$value, lapply(finals, function(place) place$value))
  shape <- lapply(values, shape_in_rows)
  header <- c(
    schema = "\"twinprop.recording\"", version = "1", language = "\"r\"",
    runtime = quote_texts(paste(R.version$major, R.version$minor, sep = ".")),
    files = bracket(quote_texts(ending$files)), status = quote_texts(status),
    message = format_message(ending$message),
    cut = if (is.null(ending$cut)) "null" else quote_texts(ending$cut),
    sites = sites,
    nodes = format_object(c(
      op = bracket(c(quote_texts(nodes$op), rep("\"final\"", more))),
      site = bracket(c(nodes$site, integer(more)) - 1L),
      args = bracket(c(bracket_each(nodes$args, 1L, format_args), rep("[]", more))),
      kw = format_words(nodes$kw), shape = bracket(bracket_each(shape, 0L, bracket)),
      at = bracket(whole(c(at, final_at))), move = bracket(whole(c(move, rep(-1, more))))
    )),
    names = bracket(c(
      sprintf("[%d,%s,%d]", names$node - 1L, quote_texts(names$text), names$site - 1L),
      sprintf("[%d,%s,-1]", n + seq_len(more) - 1L,
        quote_texts(vapply(finals, function(place) place$text, "")))
    )),
    random = bracket(store$random_nodes() - 1L), printed = format_printed(store$printed_numbers()),
    draws = format_draws(store$draws$all()),
    used = format_object(vapply(ending$used, as.character, "")),
    seconds = format_numbers(ending$seconds),
    processor = format_numbers(sum(proc.time()[c("user.self", "sys.self")])),
    trouble = bracket(quote_texts(ending$trouble)),
    block = whole(block$size())
  )
  c(charToRaw(enc2utf8(format_object(header))), charToRaw("\n"), block$bytes())
}

# Numbers one after the other, as little-endian bytes in the end.
new_block <- function() {
  parts <- list()
  filled <- 0
  list(
    put = function(v) {
      parts[[length(parts) + 1L]] <<- v
      filled <<- filled + length(v)
      filled - length(v)
    },
    size = function() filled,
    bytes = function() writeBin(as.double(unlist(parts)), raw(), endian = "little")
  )
}

# Texts as JSON has them; most come many times.
quote_texts <- function(texts) {
  known <- unique(texts)
  quote_json(known)[match(texts, known)]
}

format_object <- function(items) {
  if (length(items) == 0L) {
    return("{}")
  }
  paste0("{", paste0(quote_texts(names(items)), ":", items, collapse = ","), "}")
}

whole <- function(numbers) format(numbers, scientific = FALSE, trim = TRUE)

format_message <- function(message) {
  if (is.null(message)) {
    return("null")
  }
  format_object(c(file = message$file, line = message$line, text = quote_texts(message$text)))
}

# Of tens of thousands of vectors of whole numbers each, less a number, in brackets. Those of none,
# one or two are written at once, the others as `format` does it.
bracket_each <- function(vectors, less, format) {
  whole <- vapply(vectors, is.integer, NA)
  one <- whole & lengths(vectors) == 1L
  two <- whole & lengths(vectors) == 2L
  text <- rep("[]", length(vectors))
  other <- lengths(vectors) > 0L & !one & !two
  pairs <- matrix(as.integer(unlist(vectors[two])), 2L) - less
  text[one] <- sprintf("[%d]", as.integer(unlist(vectors[one])) - less)
  text[two] <- sprintf("[%d,%d]", pairs[1L, ], pairs[2L, ])
  text[other] <- vapply(vectors[other], format, "")
  text
}

# Operands: nodes count from 0, literals stand in brackets.
format_args <- function(args) {
  if (is.integer(args)) {
    return(bracket(args - 1L))
  }
  bracket(vapply(args, function(a) {
    if (is.list(a)) bracket(format_literal(a[[1L]])) else as.character(a - 1L)
  }, ""))
}

format_literal <- function(v) {
  if (is.null(v) || length(v) == 0L) {
    return("null")
  }
  items <- if (is.character(v)) {
    quote_texts(v)
  } else if (is.logical(v)) {
    ifelse(is.na(v), "null", tolower(as.character(v)))
  } else {
    ifelse(is.finite(v), format_numbers(as.double(v)), "null")
  }
  if (length(items) == 1L) items else bracket(items)
}

format_words <- function(kw) {
  format_object(vapply(stats::setNames(kw, as.integer(names(kw)) - 1L), function(words) {
    format_object(vapply(words, function(w) bracket(format_literal(w[[1L]])), ""))
  }, ""))
}

format_printed <- function(printed) {
  bracket(vapply(printed, function(entry) {
    numbers <- bracket(vapply(entry$numbers, format_literal, ""))
    node <- if (entry$node > 0L) as.character(entry$node - 1L) else "null"
    paste0("[", entry$site - 1L, ",", numbers, ",", node, "]")
  }, ""))
}

site_table <- function(sites, files) {
  column <- function(get) bracket(as.character(vapply(sites, get, 0L)))
  format_object(c(
    file = column(function(site) site$file),
    line = column(function(site) site$position[[1L]]),
    column = column(function(site) max(site$position[[2L]] - 1L, 0L)),
    end_line = column(function(site) site$position[[3L]]),
    end_column = column(function(site) site$position[[4L]])
  ))
}

# What the updated names hold at the end.
final_values <- function(places) {
  for (i in seq_along(places)) {
    place <- places[[i]]
    v <- read_place(place$path, place$home)
    if (is.double(v) && length(v) > 0L && length(v) <= 1e6) places[[i]]$value <- v
  }
  unname(Filter(function(place) !is.null(place$value), places))
}
