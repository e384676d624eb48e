# The floors of the house, from the ground up: what a file may use lies on its own floor or below.
# The first word of a file's name is its floor, the same as the folders of the Python half.
floors <- c(
  "ground", "arithmetic", "formulas", "network", "cases", "engines", "comparing", "check"
)

# The statements of the package's files with the name that each assigns to, and its file. An
# installed package keeps them, in one text with a mark where each file begins.
read_package <- function() {
  source <- attr(attr(getFromNamespace("run_case", "twinprop"), "srcref"), "srcfile")
  lines <- source$original$lines
  marks <- which(startsWith(lines, "#line 1 "))
  ends <- c(marks[-1L] - 1L, length(lines))
  found <- list()
  for (i in seq_along(marks)) {
    file <- basename(gsub("^#line 1 |\"", "", lines[[marks[[i]]]]))
    for (statement in parse(text = lines[seq(marks[[i]] + 1L, ends[[i]])], keep.source = FALSE)) {
      if (is.call(statement) && identical(statement[[1L]], as.name("<-"))) {
        found[[length(found) + 1L]] <-
          list(name = as.character(statement[[2L]])[[1L]], file = file, value = statement[[3L]])
      }
    }
  }
  found
}

# What the value of a statement mentions of the package.
uses <- function(statement, names) {
  value <- as.function(list(statement$value))
  intersect(codetools::findGlobals(value, merge = TRUE), names)
}

test_that("no function uses one of a higher floor", {
  package <- read_package()
  names <- vapply(package, `[[`, "", "name")
  files <- vapply(package, `[[`, "", "file")
  floor_of <- match(sub("[_.].*", "", files), floors)
  # What is made when the package is built stands above all floors.
  expect_identical(unique(files[is.na(floor_of)]), "zzz.R")
  expect_gt(length(names), 500L)
  expect_identical(names[duplicated(names)], character()) # the later file would win
  upwards <- character()
  for (i in which(!is.na(floor_of))) {
    used <- match(uses(package[[i]], names), names)
    higher <- used[!is.na(floor_of[used]) & floor_of[used] > floor_of[[i]]]
    upwards <- c(upwards, sprintf(
      "%s in %s uses %s of %s", names[[i]], files[[i]], names[higher], files[higher]
    ))
  }
  expect_identical(upwards, character())
})
