# What this R is, one fact a line: name, tabulator, value. Base R only, since it must also run
# where packages are missing.
say <- function(name, value) cat(name, "\t", value, "\n", sep = "")

say("version", paste(R.version$major, R.version$minor, sep = "."))
say("platform", R.version$platform)
say("blas", extSoftVersion()[["BLAS"]])
say("lapack", La_library())
say("long double", paste(.Machine$sizeof.longdouble, "bytes"))
say("long double digits", paste(c(.Machine$longdouble.digits, "none")[[1L]], "bits"))
for (package in commandArgs(trailingOnly = TRUE)) {
  found <- requireNamespace(package, quietly = TRUE)
  say(package, if (found) as.character(utils::packageVersion(package)) else "not installed")
}
if (requireNamespace("twinprop", quietly = TRUE)) {
  strict <- tryCatch(is.list(twinprop::get_arithmetic("strict")), error = conditionMessage)
  say("strict arithmetic", if (isTRUE(strict)) "works" else strict)
}
