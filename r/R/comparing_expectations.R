# For your own tests: expectations for testthat, told so that the fault is found.

#' Expect two values to be the same, or to differ by no more than rounding.
#'
#' Each number is compared with its own: waldo and all.equal compare means, and let one wrong number
#' among 10,000 pass. A failure tells the first difference, both values, the likely cause, and a
#' command that repeats the comparison.
#'
#' @param object list. A vector, matrix, array, data frame or list of them.
#' @param expected list. What it is to be; the reference.
#' @param rtol,atol double or NULL. What is allowed, rtol times the expected value and atol; by
#'   default it follows from what the numbers are.
#' @return list. The object, invisibly.
#' @examples
#' \dontrun{
#' expect_same(predict(fit), c(0.97, 0.96))
#' }
#' @export
expect_same <- function(object, expected, rtol = NULL, atol = NULL) {
  said <- first_difference(object, expected, rtol, atol)
  if (!is.null(said)) {
    options <- c(rtol = rtol, atol = atol)
    options <- paste0(" --", names(options), " ", format(options), recycle0 = TRUE)
    said <- c(said, repeat_command(object, expected, paste(options, collapse = "")))
  }
  tell_expectation(said)
  invisible(object)
}

#' Expect a value to be what a function of a Python file gives.
#'
#' Python runs in a process of its own, that of TWINPROP_PYTHON or python3. Arguments and value go
#' over as JSON with every digit: matrices as arrays of numpy, data frames as dicts of columns.
#'
#' @param object list. What R gave.
#' @param file character. A file of Python.
#' @param name character. A function in it.
#' @param args list. Its arguments; those with names are given by name.
#' @param ... double. rtol and atol, as for expect_same.
#' @return list. The object, invisibly.
#' @examples
#' \dontrun{
#' expect_same_as_python(forward(x, w), "port.py", "forward", list(x, w = w))
#' }
#' @export
expect_same_as_python <- function(object, file, name, args = list(), ...) {
  expect_same(object, call_python(file, name, args), ...)
}

#' Expect a function to give the derivatives of another.
#'
#' In a few random directions the slope of f, by central differences of two widths, is compared with
#' the projection of the gradient.
#'
#' @param f function. Of an array; gives a number.
#' @param df function. Of an array; gives the derivatives, in its shape.
#' @param x double. Where; not at a kink.
#' @param seed integer. Of the directions.
#' @return double. The gradient, invisibly.
#' @examples
#' \dontrun{
#' expect_gradients(function(x) sum(x^2), function(x) 2 * x, c(1, 2, 3))
#' }
#' @export
expect_gradients <- function(f, df, x, seed = 1) {
  gradient <- df(x)
  said <- NULL
  if (!identical(extent_of(gradient), extent_of(x))) {
    shapes <- vapply(list(extent_of(gradient), extent_of(x)), paste, "", collapse = " x ")
    said <- paste0("df gives the shape ", shapes[[1L]], "; wanted that of x, ", shapes[[2L]])
  } else {
    draw <- new_generator(seed)
    for (i in 1:3) {
      direction <- x
      direction[] <- random_normal(draw, length(x))
      slope <- slope_along(f, x, direction)
      found <- sum(gradient * direction)
      allowed <- slope$doubt + 1e-6 * sqrt(sum((gradient * direction)^2))
      if (!isTRUE(abs(found - slope$value) <= allowed)) {
        said <- gradient_failure(f, x, gradient, found, slope$value)
        break
      }
    }
  }
  tell_expectation(said)
  invisible(gradient)
}

slope_along <- function(f, x, direction) {
  width <- 1e-4 * max(1, abs(x))
  ends <- vapply(c(1, -1, 0.5, -0.5), function(step) as.double(f(x + step * width * direction)), 0)
  slopes <- c((ends[[1L]] - ends[[2L]]) / (2 * width), (ends[[3L]] - ends[[4L]]) / width)
  better <- (4 * slopes[[2L]] - slopes[[1L]]) / 3
  doubt <- abs(better - slopes[[2L]]) + 8 * .Machine$double.eps * max(abs(ends)) / width
  list(value = better, doubt = doubt)
}

gradient_failure <- function(f, x, gradient, found, slope) {
  slopes <- vapply(seq_along(x), function(i) {
    direction <- 0 * x
    direction[[i]] <- 1
    slope_along(f, x, direction)$value
  }, 0)
  worst <- which.max(abs(slopes - as.vector(gradient)))
  # Central differences know no more digits than float32 has, so they are compared as such.
  sides <- lapply(list(gradient, slopes), function(side) replace(gradient, TRUE, in_float32(side)))
  c(
    sprintf(
      paste(
        "df is not the gradient of f: along a random direction it has %.17g, central differences",
        "%.17g; most at element %d: %.17g against %.17g"
      ),
      found, slope, worst, gradient[[worst]], slopes[[worst]]
    ),
    likely(explain_values(sides[[1L]], sides[[2L]])), repeat_command(sides[[1L]], sides[[2L]], "")
  )
}

# What is wrong with a value, in lines, or NULL; `where` leads to it in a list.
first_difference <- function(object, expected, rtol, atol, where = "") {
  if (identical(object, expected)) { # the quick way, for a list may hold a million
    return(NULL)
  }
  called <- if (where == "") "the value" else where
  if (is.list(expected) || is.list(object)) {
    if (!is.list(object) || !is.list(expected)) {
      return(paste0(called, " is a list on one side only"))
    }
    if (!identical(names(object), names(expected)) || length(object) != length(expected)) {
      return(paste0(
        called, " has the names ", paste(names(object), collapse = ", "), "; expected ",
        paste(names(expected), collapse = ", ")
      ))
    }
    for (i in which(!same_parts(object, expected))) {
      name <- names(expected)[i]
      own <- if (is.null(name)) sprintf("[[%d]]", i) else paste0("$", name)
      said <- first_difference(object[[i]], expected[[i]], rtol, atol, paste0(where, own))
      if (!is.null(said)) return(said)
    }
    return(NULL)
  }
  compare_vectors(object, expected, rtol, atol, called)
}

same_parts <- function(object, expected) {
  vapply(seq_along(expected), function(i) identical(object[[i]], expected[[i]]), NA)
}

compare_vectors <- function(object, expected, rtol, atol, called) {
  is_other <- function(x) inherits(x, c("factor", "integer64"))
  if (is_other(object)) object <- plain_part(object)
  if (is_other(expected)) expected <- plain_part(expected)
  if (is.character(object) != is.character(expected)) {
    return(paste0(called, " is text on one side, numbers on the other"))
  }
  if (is.complex(object) || is.complex(expected)) {
    said <- compare_vectors(Re(object), Re(expected), rtol, atol, paste("the real part of", called))
    if (!is.null(said)) {
      return(said)
    }
    called <- paste("the imaginary part of", called)
    return(compare_vectors(Im(object), Im(expected), rtol, atol, called))
  }
  shapes <- list(extent_of(object), extent_of(expected))
  if (!identical(shapes[[1L]][shapes[[1L]] != 1L], shapes[[2L]][shapes[[2L]] != 1L])) {
    said <- vapply(shapes, paste, "", collapse = " x ")
    cause <- if (is.numeric(object)) explain_values(object, expected)
    return(c(paste0(called, " is ", said[[1L]], "; expected ", said[[2L]]), likely(cause)))
  }
  wrong <- which(differing(object, expected, rtol, atol))
  if (length(wrong) == 0L) {
    return(NULL)
  }
  place <- if (length(dim(object)) > 1L) arrayInd(wrong[[1L]], dim(object)) else wrong[[1L]]
  c(
    sprintf(
      "%s[%s] is %s, expected %s; %.0f of %.0f differ by more than is allowed", called,
      paste(place, collapse = ", "), show_one(object, wrong[[1L]]), show_one(expected, wrong[[1L]]),
      length(wrong), length(object)
    ),
    if (is.numeric(object)) likely(explain_values(object, expected))
  )
}

# One of some values, of a date the number with what it means.
show_one <- function(x, place) {
  if (is.character(x)) {
    return(encodeString(x[[place]], quote = "\""))
  }
  means <- if (inherits(x, c("Date", "POSIXct"))) paste0(" (", format(x[place]), ")")
  paste0(sprintf("%.17g", as.double(x[[place]])), means)
}

likely <- function(cause) if (!is.null(cause)) paste0("likely cause: ", cause)

# Where two vectors differ by more than is allowed; NA is no NaN.
differing <- function(object, expected, rtol, atol) {
  if (is.character(object)) {
    return(is.na(object) != is.na(expected) | (!is.na(object) & object != expected) %in% TRUE)
  }
  allowed <- if (is.null(rtol) && is.null(atol)) {
    as.vector(allowed_difference(like_numbers(object, expected), like_numbers(expected, object)))
  } else {
    sum(atol) + sum(rtol) * ifelse(is.finite(expected), abs(expected), 0)
  }
  object <- as.double(object)
  expected <- as.double(expected)
  same <- object == expected | abs(object - expected) <= allowed
  gone <- is.na(object) & is.na(expected) & is.nan(object) == is.nan(expected)
  !(same %in% TRUE | gone)
}

# Numbers in their own shape if both have one, else as a vector.
like_numbers <- function(x, other) {
  if (same_extent(x, other)) plain_part(x) else as.vector(plain_part(x))
}

# Of more parts than these only those that differ are written.
most_written <- 1000L

repeat_command <- function(object, expected, options) {
  folder <- tempfile("twinprop-", tmpdir = dirname(tempdir()))
  dir.create(folder)
  is_long <- is.list(object) && length(object) > most_written
  if (is_long && is.list(expected) && identical(names(object), names(expected))) {
    same <- same_parts(object, expected)
    object <- object[!same]
    expected <- expected[!same]
  }
  sides <- lapply(list(a = object, b = expected), function(value) {
    split_complex(flatten_list(if (is.list(value)) value else list(values = value), ""))
  })
  for (side in names(sides)) {
    write_values(sides[[side]], file.path(folder, paste0(side, ".json")))
  }
  paste0("again: twinprop compare ", folder, "/a.json ", folder, "/b.json", options)
}

tell_expectation <- function(said) {
  if (!requireNamespace("testthat", quietly = TRUE)) {
    if (!is.null(said)) stop(paste(said, collapse = "\n"), call. = FALSE)
    return(invisible(NULL))
  }
  testthat::expect(is.null(said), paste(said, collapse = "\n"))
}

call_python <- function(file, name, args) {
  if (!file.exists(file)) {
    input_error(file, " cannot be read; wanted a file of Python")
  }
  if (!is_text(name) || !grepl("^[A-Za-z_][A-Za-z0-9_]*$", name)) {
    refuse("the function", quote_value(name), "its name")
  }
  folder <- tempfile("twinprop-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  own <- if (is.null(names(args))) rep("", length(args)) else names(args)
  # The place comes first, so that two arguments may have one name, or none.
  names(args) <- sprintf("%d:%s", seq_along(args), own)
  flat <- flatten_list(args, "")
  write_values(if (length(flat)) flat else list("0:" = 0), file.path(folder, "in.json"))
  python <- Sys.getenv("TWINPROP_PYTHON", "python3")
  runner <- system.file("python", "call_function.py", package = "twinprop")
  words <- c(runner, normalizePath(file), name, file.path(folder, c("in.json", "out.json")))
  said <- suppressWarnings(system2(python, shQuote(words), stdout = TRUE, stderr = TRUE))
  out <- file.path(folder, "out.json")
  if (!file.exists(out)) {
    last <- if (length(said)) said[[length(said)]] else "it said nothing"
    input_error(python, " could not call ", name, " of ", file, ": ", last)
  }
  found <- read_values(out)
  if (identical(names(found), "values")) found$values else found
}
