# A class: many programs, each judged in a process of its own; twin of check/many.py in Python.

grace_seconds <- 240 # for judging, beside what a program may run

#' Check a class: many R programs, one line each
#'
#' Prints a line for each program as check_file() judges it, and in the end how many are what. What
#' was done when it was stopped is not done again, where a table is written: until all is done, the
#' answers stand in a file beside it that ends in .part.
#'
#' @param paths character. Programs, and folders of them: in a folder each program counts; where a
#'   folder has folders, each of those is one person's.
#' @param case character. NULL, or the network that an exercise asks for, as check_file() takes it.
#' @param jobs integer. How many programs are judged at once.
#' @param csv character. NULL, or the file to which the table is written.
#' @param hide_values logical. Whether the lines say where to look without the right values, for
#'   learners.
#' @param seconds double. How long each may run.
#' @param memory_mb integer. Memory that each may use, in MB.
#' @param printed_kb integer. Text that each may print, in KB.
#' @param file_mb integer. The largest file that each may write, in MB.
#' @param trust logical. Whether they run even where no wall can be built, since you trust them.
#' @param arguments character. What commandArgs(TRUE) is to give each program.
#' @return data.frame. A row for each program: file, verdict, name, line, cause, sentence, seconds
#'   (of processor time); not printed.
#' @examples
#' \donttest{
#' folder <- tempfile()
#' dir.create(folder)
#' scripts <- system.file("fixtures", "scripts", package = "twinprop")
#' file.copy(file.path(scripts, c("article.R", "published.R")), folder)
#' check_files(folder)
#' }
#' @export
check_files <- function(paths, case = NULL, jobs = 1, csv = NULL, hide_values = FALSE, seconds = 60,
                        memory_mb = 2048, printed_kb = 1024, file_mb = 64, trust = FALSE,
                        arguments = character()) {
  asked <- if (!is.null(case)) describe_case(find_case(case))
  limits <- utils::modifyList(default_limits, list(
    seconds = seconds, memory_mb = memory_mb, printed_kb = printed_kb, file_mb = file_mb
  ))
  files <- find_programs(paths)
  plan <- list(limits = limits, trust = isTRUE(trust), arguments = arguments, asked = asked)
  if (!is.null(csv)) check_folder_of(csv)
  journal <- open_journal(if (!is.null(csv)) paste0(csv, ".part"), plan)
  answers <- vector("list", length(files))
  names <- escape_lines(files)
  on_answer <- function(number, answer) {
    answer$file <- names[[number]]
    answer$sentence <- escape_lines(answer$sentence)
    if (isTRUE(hide_values)) answer <- hide_values(answer)
    answers[[number]] <<- answer
    cat(names[[number]], "  ", one_line(answer), "\n", sep = "")
  }
  check_many(files, plan, jobs, journal, on_answer)
  if (!is.null(csv)) write_whole(csv, as_csv(answers))
  journal$remove()
  cat(class_summary(answers), "\n", sep = "")
  invisible(as_table(answers))
}

# A place to write is refused at once where it cannot be.
check_folder_of <- function(path) {
  if (!is_text(path) || !dir.exists(dirname(path))) {
    refuse("csv", quote_value(path), "a file in a folder that is there")
  }
}

# A file with one answer a line: what is in it need not be done again.
#
# A program counts as done where its bytes, and what was asked of it, are the same as then.
open_journal <- function(path, plan) {
  asked <- sha256(serialize(plan, NULL))
  key_of <- function(file) {
    is_file <- file.exists(file) && !dir.exists(file)
    bytes <- if (is_file) sha256(readBin(file, "raw", file.size(file)))
    sha256(serialize(c(file, asked, bytes), NULL))
  }
  known <- list()
  lines <- if (!is.null(path) && file.exists(path)) readLines(path, warn = FALSE)
  for (line in lines) {
    entry <- tryCatch(json_values(line), error = function(e) NULL) # one that was cut off
    if (is.character(entry$key)) known[[entry$key]] <- entry$answer
  }
  list(
    done = function(file) known[[key_of(file)]],
    keep = function(file, answer) {
      if (!is.null(path)) {
        entry <- list(key = key_of(file), answer = unclass(answer))
        text <- format_json(entry)
        cat(text, "\n", sep = "", file = path, append = TRUE)
      }
    },
    remove = function() if (!is.null(path)) unlink(path)
  )
}

# Check many programs; each answer is handed on, and written down, when it is there.
check_many <- function(files, plan, jobs, journal, on_answer) {
  left <- integer(0)
  for (number in seq_along(files)) {
    answer <- journal$done(files[[number]])
    if (is.null(answer)) left <- c(left, number) else on_answer(number, answer)
  }
  on_new <- function(number, answer) {
    journal$keep(files[[number]], answer)
    on_answer(number, answer)
  }
  if (jobs < 2 || .Platform$OS.type == "windows") {
    for (number in left) on_new(number, check_safely(files[[number]], plan))
  } else {
    check_at_once(files, left, plan, jobs, on_new)
  }
}

# So many at once, each in a copy of this process; the answers come in the order in which they are
# there.
check_at_once <- function(files, left, plan, jobs, on_new) {
  running <- list()
  on.exit(for (one in running) tools::pskill(one$job$pid, tools::SIGKILL))
  while (length(left) > 0L || length(running) > 0L) {
    while (length(left) > 0L && length(running) < jobs) {
      file <- files[[left[[1L]]]]
      job <- parallel::mcparallel(check_safely(file, plan), mc.set.seed = FALSE)
      until <- proc.time()[["elapsed"]] + plan$limits$seconds + grace_seconds
      running[[as.character(job$pid)]] <- list(job = job, number = left[[1L]], until = until)
      left <- left[-1L]
    }
    now <- proc.time()[["elapsed"]]
    for (one in running) if (now > one$until) tools::pskill(one$job$pid, tools::SIGKILL)
    done <- parallel::mccollect(lapply(running, function(one) one$job), wait = FALSE, timeout = 1)
    for (pid in names(done)) {
      number <- running[[pid]]$number
      answer <- done[[pid]]
      if (is.null(answer)) answer <- broken_answer(files[[number]])
      running[[pid]] <- NULL
      on_new(number, answer)
    }
  }
}

# The answer to a program whose judge took too long, or needed more memory than there is.
broken_answer <- function(file) {
  name <- basename(file)
  not_judged(name, paste0(
    name, " could not be judged: judging it took too long, or needed more memory than there is; ",
    "check it alone."
  ))
}

# The answer to one program of many: what cannot be judged says why.
check_safely <- function(file, plan) {
  name <- basename(file)
  began <- processor_time()
  answer <- tryCatch(
    {
      check_path(file)
      watched <- watch_program(file, plan$arguments, plan$limits, plan$trust)
      judge_watched(watched, name, plan$limits, plan$asked)
    },
    twinprop_input_error = function(e) not_judged(name, conditionMessage(e)),
    error = function(e) {
      what <- in_one_line(conditionMessage(e))
      not_judged(name, paste0(name, " could not be judged: an error in twinprop itself, ", what))
    }
  )
  answer$seconds <- round(processor_time() - began, 3)
  answer
}

# Of this process and of what ran behind the wall, which it has waited for.
processor_time <- function() sum(proc.time()[c("user.self", "sys.self", "user.child", "sys.child")])

# The answer to a program of which nothing is known but why.
not_judged <- function(name, sentence) {
  list(
    schema = "twinprop.check", version = 1L, file = name, verdict = "not followed",
    sentence = sentence, network = NULL, seen = NULL, first = NULL, cause = NULL, steps = list(),
    remarks = list(), printed = list()
  )
}
