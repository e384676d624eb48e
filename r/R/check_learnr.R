# A checker for exercises that learners solve in a browser.

#' A checker for exercises of learnr
#'
#' An exercise in which learners write a program that trains a network is judged as check_file()
#' judges it: their code runs behind the wall, as it is and alone, so it has to be whole: what an
#' exercise's setup makes is not there.
#'
#' In the document's setup: `tutorial_options(exercise.checker = learnr_checker())`, and for an
#' exercise a chunk of its name with `-check` at the end, which may be a comment alone. gradethis is
#' such a checker too: where it is in use, an exercise takes this one by its own option,
#' `exercise.checker`.
#'
#' @param case character. NULL, or the network that the exercise asks for, as check_file() takes it.
#' @param hide_values logical. Whether the message says where to look without the right values.
#' @param ... More arguments of check_file().
#' @return function. It takes what learnr hands to a checker, and gives what learnr shows: a list of
#'   message, correct, location and type. The message is text, no HTML.
#' @examples
#' checker <- learnr_checker()
#' \donttest{
#' program <- system.file("fixtures", "scripts", "article.R", package = "twinprop")
#' checker(label = "net", user_code = readLines(program))
#' }
#' @export
learnr_checker <- function(case = NULL, hide_values = TRUE, ...) {
  ask <- function(file) check_file(file, case = case, ...)
  function(label, user_code, ...) {
    folder <- tempfile("exercise-")
    dir.create(folder)
    on.exit(unlink(folder, recursive = TRUE))
    file <- file.path(folder, "exercise.R")
    writeLines(enc2utf8(user_code), file, useBytes = TRUE)
    tryCatch(
      feedback_of(ask(file), isTRUE(hide_values)),
      twinprop_input_error = function(e) feedback(conditionMessage(e), FALSE, "warning")
    )
  }
}

# What learnr shows of an answer.
feedback_of <- function(answer, hides_values) {
  types <- c(right = "success", different = "error", "not followed" = "warning")
  first <- answer$first
  if (hides_values) answer <- hide_values(answer)
  line <- if (!is.null(first$source)) paste0("line ", first$line, ": ", first$source)
  cause <- answer$cause$text
  values <- if (!hides_values && !is.null(first)) {
    utils::tail(format_first_difference(first, NULL), 1L)
  }
  said <- c(answer$sentence, line, trimws(values), cause, unlist(answer$exercise))
  feedback(paste(unique(said), collapse = "\n"), answer$verdict == "right", types[[answer$verdict]])
}

feedback <- function(message, correct, type) {
  list(message = message, correct = correct, location = "append", type = type)
}
