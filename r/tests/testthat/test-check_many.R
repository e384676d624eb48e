# A class: many programs, one line each; and the same judge as a checker of learnr.

right_net <- c(
  "set.seed(4)", "x <- matrix(rnorm(15), 5, 3)", "y <- matrix(runif(10), 5, 2)",
  "w <- matrix(rnorm(12), 3, 4)", "v <- matrix(rnorm(8), 4, 2)",
  "for (k in 1:20) {", "  h <- tanh(x %*% w)", "  o <- 1 / (1 + exp(-(h %*% v)))",
  "  d <- (o - y) * o * (1 - o)", "  e <- d %*% t(v) * (1 - h^2)", "  v <- v - 0.2 * t(h) %*% d",
  "  w <- w - 0.2 * t(x) %*% e", "}"
)
wrong_net <- sub("(1 - h^2)", "(1 - h)", right_net, fixed = TRUE)

new_class <- function(...) {
  folder <- tempfile("class-")
  dir.create(folder)
  programs <- list(...)
  for (name in names(programs)) writeLines(programs[[name]], file.path(folder, name))
  folder
}

check_class <- function(folder, ...) {
  table <- NULL
  printed <- utils::capture.output(table <- check_files(folder, trust = TRUE, ...))
  list(table = table, printed = printed)
}

test_that("a class has a line and a row for each program, and says how many are what", {
  folder <- new_class(b.R = wrong_net, a.R = right_net, c.R = "x <- (1", "=d.R" = "print(1)")
  csv <- file.path(tempfile("results-"), "class.csv")
  dir.create(dirname(csv))
  done <- check_class(folder, jobs = 2, csv = csv)
  expect_identical(done$table$verdict, c("not followed", "right", "different", "not followed"))
  expect_identical(done$table$line, c(NA, NA, 10L, NA))
  expect_identical(done$table$cause[[3L]], "slope_square_left_out")
  line <- "b.R  different  line 10: e  [slope_square_left_out]"
  expect_true(any(endsWith(done$printed, line)))
  expect_true("4 programs: 1 right, 1 different, 2 not followed." %in% done$printed)
  rows <- utils::read.csv(csv)
  expect_identical(names(rows), names(done$table))
  expect_identical(rows$sentence, done$table$sentence)
  expect_identical(list.files(dirname(csv)), "class.csv")
})

test_that("what was done when a class was stopped is not done again", {
  folder <- new_class(a.R = right_net, b.R = right_net)
  csv <- tempfile("class-", fileext = ".csv")
  limits <- twinprop:::default_limits
  plan <- list(limits = limits, trust = TRUE, arguments = character(), asked = NULL)
  journal <- twinprop:::open_journal(paste0(csv, ".part"), plan)
  journal$keep(file.path(folder, "a.R"), twinprop:::not_judged("a.R", "done before"))
  cat("{\"key\": \"cut o", file = paste0(csv, ".part"), append = TRUE)
  done <- check_class(folder, csv = csv)
  expect_identical(done$table$sentence[[1L]], "done before")
  expect_identical(done$table$verdict, c("not followed", "right"))
  expect_false(file.exists(paste0(csv, ".part")))
  writeLines(wrong_net, file.path(folder, "a.R")) # another program now
  expect_null(journal$done(file.path(folder, "a.R")))
})

test_that("of one person's files the main one counts, and no module", {
  folder <- new_class()
  for (name in c("ann", "bob")) dir.create(file.path(folder, name))
  writeLines("source('net.R')", file.path(folder, "ann", "train.R"))
  writeLines("1", file.path(folder, "ann", "net.R"))
  for (name in c("main.R", "other.R")) writeLines("1", file.path(folder, "bob", name))
  found <- twinprop:::find_programs(folder)
  expect_identical(basename(found), c("train.R", "main.R"))
  expect_error(check_files(new_class()), "has no program in it: no .R, .Rmd or .qmd")
  nowhere <- "no/such/class.csv"
  expect_error(check_files(found, csv = nowhere), "wanted a file in a folder that is there")
})

test_that("learners are told where to look, and not what is right", {
  folder <- new_class(a.R = wrong_net)
  done <- check_class(folder, hide_values = TRUE)
  expect_identical(done$table$sentence, "Different: look at e on line 10.")
})

# A checker as learnr has it: from its text, in another environment.
kept_by_learnr <- function(checker) {
  kept <- eval(parse(text = utils::capture.output(dput(checker))))
  environment(kept) <- new.env(parent = globalenv())
  kept
}

test_that("learnr shows what its checker says", {
  checker <- kept_by_learnr(learnr_checker(trust = TRUE))
  right <- checker(label = "net", user_code = right_net, check_code = "")
  expect_identical(right[c("correct", "location", "type")],
                   list(correct = TRUE, location = "append", type = "success"))
  wrong <- checker(label = "net", user_code = paste(wrong_net, collapse = "\n"))
  expect_false(wrong$correct)
  expect_match(wrong$message, "look at e on line 10[.]\nline 10: e <- d")
  expect_no_match(wrong$message, "right [-0-9]")
  shown <- kept_by_learnr(learnr_checker(hide_values = FALSE, trust = TRUE))(
    label = "net", user_code = wrong_net
  )
  expect_match(shown$message, "yours [-.0-9]+, right [-.0-9]+")
  expect_match(shown$message, "\nCorrected: e <- ")
  expect_no_match(wrong$message, "Corrected")
  empty <- checker(label = "net", user_code = "")
  expect_identical(empty[c("correct", "type")], list(correct = FALSE, type = "warning"))
  asked <- check_exercise(right_net, "article-4-3-1", trust = TRUE)
  expect_match(asked$message, "it asks for 4-3-1 units, this is 3-4-2")
})
