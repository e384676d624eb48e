# What came back from a watched program: a recording, and how the program ended, as one; twin of
# check/received.py in Python.

longest_header <- 64 * 1024^2
largest_block <- 400 * 1024^2

# Read a recording that was written by either language: raw bytes, or the path of an ordinary file.
#
# The program may be ended at any time, and could have written the bytes itself: they are data. They
# are a header and a block; then all once more, as it was later, and at the program's end the same
# for what was known at the end.
read_recording_file <- function(source, name = "the recording") {
  bytes <- source
  if (!is.raw(source)) {
    bytes <- readBin(source, "raw", min(file.size(source), longest_header + largest_block))
  }
  tryCatch(
    {
      section <- take_section(bytes)
      header <- section$header
      block <- section$block
      if (identical(header$status, "running")) {
        received <- read_sent_later(header, block, section$rest)
        header <- received$header
        block <- received$block
      }
      make_graph(header, block)
    },
    error = function(e) {
      input_error(
        "The recording of ", name, " was cut off or changed on its way; run check again."
      )
    }
  )
}

# What was sent after a recording of a program that was still running: all once more, as often as
# that, or how it ended. A section that is cut off is none.
read_sent_later <- function(header, block, rest) {
  header$status <- "killed"
  while (length(rest) > 0L) {
    section <- tryCatch(take_section(rest), error = function(e) NULL)
    if (is.null(section)) break
    rest <- section$rest
    if (is.null(section$header$nodes)) {
      header <- join_end(header, length(block), section$header)
      block <- c(block, section$block)
      break
    }
    header <- section$header
    block <- section$block
    if (!identical(header$status, "running")) break
    header$status <- "killed"
  }
  list(header = header, block = block)
}

# One header with its block, and the bytes that follow.
take_section <- function(bytes) {
  end <- grepRaw(as.raw(10L), bytes, fixed = TRUE)
  if (length(end) == 0L || end > longest_header) stop("no header")
  header <- json_values(rawToChar(bytes[seq_len(end - 1L)]))
  left <- length(bytes) - end
  size <- if (is.null(header$block)) left else 8 * header$block
  if (size < 0 || size > left || size %% 8 != 0) stop("the block is cut off")
  block <- readBin(bytes[end + seq_len(size)], "double", size / 8, endian = "little")
  list(header = header, block = block, rest = bytes[end + size + seq_len(left - size)])
}

# The header with the values at the end as nodes, and how the program ended.
join_end <- function(header, at, end) {
  for (key in c("status", "message", "seconds", "processor")) header[key] <- list(end[[key]])
  nodes <- header$nodes
  n <- length(nodes$op)
  more <- length(end$names)
  if (length(end$shape) != more) stop("names and shapes at the end do not fit")
  sizes <- vapply(end$shape, function(shape) prod(unlist(shape)), 1)
  header$names <- c(header$names, lapply(seq_len(more), function(i) {
    list(n + i - 1L, end$names[[i]], -1L)
  }))
  header$nodes$op <- c(nodes$op, rep(list("final"), more))
  header$nodes$site <- c(nodes$site, rep(list(-1L), more))
  header$nodes$args <- c(nodes$args, rep(list(list()), more))
  header$nodes$shape <- c(nodes$shape, end$shape)
  header$nodes$at <- c(nodes$at, as.list(at + cumsum(sizes) - sizes))
  header$nodes$move <- c(nodes$move, rep(list(-1L), more))
  header
}
