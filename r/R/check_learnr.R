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
#' `exercise.checker`. learnr runs the code itself before it asks, without a wall and within its
#' `exercise.timelimit`.
#'
#' @param case character. NULL, or the network that the exercise asks for, as check_file() takes it.
#' @param hide_values logical. Whether the message says where to look without the right values.
#' @param ... More arguments of check_file().
#' @return function. It takes what learnr hands to a checker, and gives what check_exercise() gives.
#'   learnr keeps a checker as text, so it holds nothing but the call of check_exercise().
#' @examples
#' learnr_checker("article-4-3-1")
#' @export
learnr_checker <- function(case = NULL, hide_values = TRUE, ...) {
  ask <- as.call(c(
    quote(twinprop::check_exercise), quote(user_code),
    list(case = case, hide_values = hide_values, ...)
  ))
  checker <- function(label, user_code, ...) NULL
  body(checker) <- ask
  environment(checker) <- globalenv()
  checker
}

#' What a learner's code does, as learnr shows it
#'
#' @param user_code character. The lines of the program.
#' @param case character. NULL, or the network that is asked for, as check_file() takes it.
#' @param hide_values logical. Whether the message says where to look without the right values.
#' @param ... More arguments of check_file().
#' @return list. Message, correct, location and type. The message is text, no HTML.
#' @examples
#' \donttest{
#' program <- system.file("fixtures", "scripts", "article.R", package = "twinprop")
#' check_exercise(readLines(program))
#' }
#' @export
check_exercise <- function(user_code, case = NULL, hide_values = TRUE, ...) {
  folder <- tempfile("exercise-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  file <- file.path(folder, "exercise.R")
  writeLines(enc2utf8(user_code), file, useBytes = TRUE)
  tryCatch(
    feedback_of(
      check_file(file, case = case, corrected = !isTRUE(hide_values), ...), isTRUE(hide_values)
    ),
    twinprop_input_error = function(e) feedback(conditionMessage(e), FALSE, "warning")
  )
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
  corrected <- if (!is.null(answer$cause$corrected)) paste("Corrected:", answer$cause$corrected)
  said <- c(answer$sentence, line, trimws(values), cause, corrected, unlist(answer$exercise))
  feedback(paste(unique(said), collapse = "\n"), answer$verdict == "right", types[[answer$verdict]])
}

feedback <- function(message, correct, type) {
  list(message = message, correct = correct, location = "append", type = type)
}
