# The answer to a program that trains several networks: each is judged, the worst decides; twin of
# check/explain/networks.py in Python.

worst_verdicts <- c("different", "not followed", "right")
fewest_numbers <- 4L # of a network without layers
fewest_trained <- 3L # steps
of_a_network <- c("verdict", "sentence", "network", "seen", "first", "cause", "steps")

# The number of the training of most numbers, and of those that with most steps.
main_training <- function(graph, trainings) {
  sizes <- vapply(trainings, function(training) {
    moved <- vapply(training$steps, function(step) sum(graph$count[step$first]), 1)
    c(max(0, moved), length(moved))
  }, c(1, 1))
  order(-sizes[1L, ], -sizes[2L, ])[[1L]]
}

# Whether it is a network beside the main one: not any sum that is updated from itself.
#
# Beside a network of layers a few numbers that are moved, such as a sum of errors, are none.
is_followed <- function(answer, main) {
  if (is.null(answer$network) || answer$verdict == "not followed") {
    return(FALSE)
  }
  length(answer$network$layers) > 0L || answer$seen$parameters >= fewest_numbers ||
    length(main$network$layers) == 0L
}

# That a network beside the main one is not judged; NULL where it is no network.
#
# It is one where a matrix is updated step after step and multiplied, as weights are.
describe_left_out <- function(graph, training) {
  if (length(training$steps) < fewest_trained) {
    return(NULL)
  }
  step <- training$steps[[2L]]
  is_multiplied <- function(n) {
    shape <- graph$shape[[n]]
    uses <- graph$op[users_of(graph)[[n]]]
    length(shape) == 2L && min(shape) > 1L && any(uses %in% setdiff(product_operations, "mul"))
  }
  if (any(vapply(step$first, is_multiplied, NA))) {
    line <- place_of_node(graph, step$updates[[length(step$updates)]]$u)$line
    paste0("What line ", line, " trains could not be followed: it is not judged.")
  }
}

# One answer for several networks: that of the worst, and the answer to each.
join_answers <- function(answers) {
  verdicts <- vapply(answers, function(answer) answer$verdict, "")
  worst <- worst_answer(answers)
  there <- intersect(rev(worst_verdicts), verdicts)
  counts <- vapply(there, function(verdict) paste(sum(verdicts == verdict), verdict), "")
  what <- kind_of_training(answers)
  said <- paste0(
    length(answers), " ", what, "s are seen: ", paste(counts, collapse = ", "), "."
  )
  if (verdicts[[worst]] != "right") {
    said <- paste0(
      said, " ", with_capital(what), " ", worst, ": ", answers[[worst]]$sentence
    )
  }
  answer <- answers[[worst]]
  answer$sentence <- said
  answer$remarks <- unlist(lapply(answers, function(answer) answer$remarks), FALSE)
  answer$networks <- lapply(answers, function(answer) answer[of_a_network])
  answer
}

# Which of several answers decides.
worst_answer <- function(answers) {
  verdicts <- vapply(answers, function(answer) answer$verdict, "")
  order(match(verdicts, worst_verdicts))[[1L]]
}

# What several answers are of: networks, or trainings where one may be trained twice.
kind_of_training <- function(answers) {
  shapes <- lapply(answers, function(answer) answer$network[c("inputs", "layers")])
  shapes <- Filter(function(shape) !is.null(shape$layers), shapes)
  if (anyDuplicated(shapes) > 0L) "training" else "network"
}

with_capital <- function(text) paste0(toupper(substr(text, 1L, 1L)), substring(text, 2L))
