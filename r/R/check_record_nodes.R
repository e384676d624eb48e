# The nodes of a recording, in the order in which they were made; each is one value of one
# expression.
#
# A node is found again by the address of its value: the value is kept, so that R neither changes it
# in place nor gives its place in memory to another one.

# Watched are at least `most` turns of a loop, in the hundredth of which a loss may be printed,
# unless they make some nodes; then `turns`, unless they make more, and fewer if they make many.
record_limits <- list(
  nodes = 40000L, numbers = 5e6, largest = 1e6, most = 100L, few = 600L, turns = 12L,
  some = 2500L, more = 4000L, many = 20000L
)

# A list of functions over vectors that only they can change, so that R changes them in place.
new_nodes <- function(limits) {
  n <- 0L
  room <- limits$numbers
  by_address <- utils::hashtab("address")
  op <- character(limits$nodes)
  site <- integer(limits$nodes)
  args <- value <- move <- vector("list", limits$nodes)
  kw <- list()
  add <- function(new_op, new_site, operands, made, map = NULL, words = NULL) {
    n <<- n + 1L
    op[[n]] <<- new_op
    site[[n]] <<- new_site
    if (length(operands) > 0L) args[[n]] <<- operands
    if (length(words) > 0L) kw[[as.character(n)]] <<- words
    if (!is.null(map)) move[[n]] <<- map
    room <<- room - length(made) - length(map)
    value[[n]] <<- made
    if (!is_shared(made)) utils::sethash(by_address, made, n)
    n
  }
  list(
    add = add,
    known = function(v) if (is_shared(v)) 0L else utils::gethash(by_address, v, 0L),
    alias = function(v, node) utils::sethash(by_address, v, node),
    value = function(node) value[[node]],
    op = function(node) op[[node]],
    count = function() n,
    is_full = function() n >= limits$nodes - 100L || room < 0,
    # Nodes with just these values, the newest first.
    alike = function(v) find_alike(v, value, n),
    all = function() {
      seen <- seq_len(n)
      list(op = op[seen], site = site[seen], args = args[seen], value = value[seen], kw = kw,
           move = move[seen])
    },
    forget = function() utils::clrhash(by_address)
  )
}

# R has one TRUE, one FALSE and one NULL for all.
is_shared <- function(v) is.null(v) || is.logical(v) && length(v) == 1L

# The newest of the last nodes whose value is the same, though it stands elsewhere in memory.
find_alike <- function(v, values, n, most = 400L) {
  for (k in seq.int(n, length.out = min(n, most), by = -1L)) {
    if (length(values[[k]]) == length(v) && identical(as.vector(values[[k]]), as.vector(v))) {
      return(k)
    }
  }
  0L
}

is_numbers <- function(v) is.numeric(v) || is.logical(v)

# The shape of numbers: a single number has none, a vector its length.
shape_in_rows <- function(v) {
  if (!is.null(dim(v))) dim(v) else if (length(v) == 1L) integer(0) else length(v)
}

# Numbers in the order of rows.
row_major <- function(v) {
  d <- dim(v)
  if (length(d) == 2L) {
    v <- t(unclass(v))
  } else if (length(d) > 2L) {
    v <- aperm(v, rev(seq_along(d)))
  }
  as.double(v)
}

# The names that values were bound to, in order; and where to look for their last values.
new_names <- function() {
  node <- site <- integer(0)
  text <- character(0)
  places <- new.env(parent = emptyenv())
  frames <- utils::hashtab("address")
  add <- function(new_node, new_text, new_site, home, path) {
    k <- length(node) + 1L
    node[[k]] <<- new_node
    text[[k]] <<- new_text
    site[[k]] <<- new_site
    frame <- utils::gethash(frames, home)
    if (is.null(frame)) utils::sethash(frames, home, frame <- utils::numhash(frames))
    key <- paste(frame, new_text)
    seen <- places[[key]]
    places[[key]] <- list(
      home = home, path = path, text = new_text, node = new_node, site = new_site,
      times = if (is.null(seen)) 1L else seen$times + 1L
    )
  }
  list(
    add = add,
    all = function() list(node = node, text = text, site = site),
    # Bound at least twice, so that its last value says where it ended.
    updated = function() Filter(function(place) place$times > 1L, mget(sort(ls(places)), places))
  )
}
