# A program's text is written to a folder of its own and recorded there, without a wall.
record_text <- function(lines, name = "program.R", arguments = character(), beside = list()) {
  folder <- tempfile("recorded-")
  given <- file.path(folder, "given")
  dir.create(given, recursive = TRUE)
  on.exit(unlink(folder, recursive = TRUE))
  writeLines(lines, file.path(folder, name))
  for (file in names(beside)) writeLines(beside[[file]], file.path(folder, file))
  out <- file.path(folder, "recording")
  start <- twinprop:::recorder_start(name, paste(lines, collapse = "\n"), out, arguments)
  writeLines(start$given[[1L]], file.path(given, name))
  words <- sub("{given}", given, start$command, fixed = TRUE)
  variables <- paste0(names(start$variables), "=", start$variables)
  done <- run_in(folder, variables, words)
  c(done, read_test_recording(out))
}

run_in <- function(folder, variables, words) {
  said <- file.path(folder, "said")
  line <- paste("cd", shQuote(folder), "&& env", paste(shQuote(variables), collapse = " "),
                paste(shQuote(words), collapse = " "), ">", said, "2>", paste0(said, "2"))
  status <- suppressWarnings(system(line))
  list(status = status, out = readLines(said), err = readLines(paste0(said, "2")))
}

run_alone <- function(lines, name = "program.R", arguments = character(), beside = list()) {
  folder <- tempfile("alone-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  writeLines(lines, file.path(folder, name))
  for (file in names(beside)) writeLines(beside[[file]], file.path(folder, file))
  run_in(folder, "A=1", c(file.path(R.home("bin"), "Rscript"), name, arguments))
}

# What was written last: a program that stopped being watched has written what was seen before.
read_test_recording <- function(path) {
  bytes <- readBin(path, "raw", file.size(path))
  while (length(bytes) > 0L) {
    section <- twinprop:::take_section(bytes)
    bytes <- section$rest
  }
  list(header = section$header, numbers = section$block)
}

# The values of a node, its operation, its operands, and the map of a movement.
node_values <- function(recording, node) {
  nodes <- recording$header$nodes
  shape <- unlist(nodes$shape[[node + 1L]])
  recording$numbers[nodes$at[[node + 1L]] + seq_len(max(1, prod(shape)))]
}

node_move <- function(recording, node) {
  nodes <- recording$header$nodes
  recording$numbers[nodes$move[[node + 1L]] + seq_len(prod(unlist(nodes$shape[[node + 1L]])))]
}

# The node of a name, the last one that it was bound to.
named_node <- function(recording, name) {
  texts <- vapply(recording$header$names, function(entry) entry[[2L]], "")
  nodes <- vapply(recording$header$names, function(entry) entry[[1L]], 1L)
  finals <- unlist(recording$header$nodes$op)[nodes + 1L] == "final"
  nodes[[max(which(texts == name & !finals))]]
}

node_op <- function(recording, node) recording$header$nodes$op[[node + 1L]]

# Every movement agrees with the values: the elements are those of the operands.
check_movements <- function(recording) {
  nodes <- recording$header$nodes
  for (k in which(unlist(nodes$move) >= 0)) {
    operands <- unlist(lapply(nodes$args[[k]], function(a) node_values(recording, a)))
    from <- node_move(recording, k - 1L)
    moved <- from >= 0
    expect_identical(operands[from[moved] + 1], node_values(recording, k - 1L)[moved])
  }
}
