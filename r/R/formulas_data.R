# Data made ready: split, scaled, encoded, cut into folds; twin of formulas/data.py
# in python/src/twinprop.

scalings <- c("min_max", "standard")

#' Rows to learn from and rows held out, drawn by the shared generator.
#'
#' The rows are put in a random order; the first n held_out of them, rounded, are held out.
#'
#' @param n integer. Number of rows.
#' @param held_out double. Share that is held out, above 0 and below 1.
#' @param seed integer. Seed of the generator, the same rows in both languages.
#' @return two vectors of row numbers. Those to learn from and those held out, as indices of the
#'   language (Python counts from 0, R from 1).
#' @examples
#' split_rows(5, 0.4, 1)
#' @export
split_rows <- function(n, held_out = 0.3, seed = 42) {
  n <- check_integer(n, "n", 0)
  first <- floor(n * check_number(held_out, "held_out") + 0.5)
  if (first <= 0 || first >= n) {
    input_error(
      "held_out of ", n, " rows is ", sprintf("%.15g", held_out),
      "; wanted a share that leaves rows on both sides"
    )
  }
  order <- random_permutation(new_generator(seed), n)
  list(order[-seq_len(first)], order[seq_len(first)])
}

#' Rows in a random order, cut into folds of the same size; the first are one row longer.
#'
#' @param n integer. Number of rows.
#' @param folds integer. Number of folds, from 2 to n.
#' @param seed integer. Seed of the generator, the same folds in both languages.
#' @return list of vectors of row numbers. One for each fold, as indices of the language (Python
#'   counts from 0, R from 1).
#' @examples
#' k_folds(5, 2, 1)
#' @export
k_folds <- function(n, folds = 5, seed = 1) {
  n <- check_integer(n, "n", 2)
  folds <- check_integer(folds, "folds", 2, n)
  order <- random_permutation(new_generator(seed), n)
  sizes <- n %/% folds + (seq_len(folds) <= n %% folds)
  unname(split(order, rep(seq_len(folds), sizes)))
}

#' Shift and scale of each column, learned from the rows to learn from and no others.
#'
#' min_max brings each column to 0 to 1: shift is its smallest value, scale the distance to its
#' largest. standard gives it mean 0 and standard deviation 1 (dividing by the number of rows). A
#' constant column gets the scale 1, so it becomes 0. Sums are strict: both languages scale alike.
#'
#' @param x (n, m) double. Rows to learn from.
#' @param method character. "min_max" or "standard".
#' @return scaling. Shift and scale, (1, m) each.
#' @examples
#' scaling <- fit_scaling(rbind(c(1, 5), c(3, 5)))
#' apply_scaling(scaling, matrix(c(2, 6), 1))
#' @export
fit_scaling <- function(x, method = "min_max") {
  x <- checked_matrix(x, "x")
  check_name("scaling", method, scalings)
  smallest <- matrix(apply(x, 2L, min), 1L)
  largest <- matrix(apply(x, 2L, max), 1L)
  if (method == "min_max") {
    shift <- smallest
    scale <- largest - smallest
  } else {
    shift <- strict$column_sums(x) / nrow(x)
    deviation <- strict$add_bias(x, -shift)
    scale <- strict$sqrt(strict$column_sums(deviation * deviation) / nrow(x))
    # The mean of equal values may be rounded, which would leave a tiny deviation.
    scale[smallest == largest] <- 0
  }
  scale[scale == 0] <- 1
  list(shift = shift, scale = scale)
}

#' Columns shifted and scaled, (x - shift) / scale.
#'
#' @param scaling scaling. Of fit_scaling.
#' @param x (n, m) double. Any rows; those that were held out may fall outside the range.
#' @return (n, m) double. The scaled rows.
#' @examples
#' apply_scaling(fit_scaling(matrix(c(0, 4))), matrix(c(1, 8)))
#' @export
apply_scaling <- function(scaling, x) {
  x <- checked_matrix(x, "x")
  check_shape("x", dim(x), c(nrow(x), ncol(scaling$shift)))
  (x - rep(scaling$shift, each = nrow(x))) / rep(scaling$scale, each = nrow(x))
}

#' Labels 0, 1, ... as rows with a 1 in the column of the label and 0 elsewhere.
#'
#' The number of classes is given, not found, so that a class which some part of the data has not
#' still has its column; a label outside is refused.
#'
#' @param labels (n) double. Whole numbers from 0 to classes - 1.
#' @param classes integer. Number of classes.
#' @param what character. What an error calls them.
#' @return (n, classes) double. Zeros and ones.
#' @examples
#' one_hot(c(2, 0), 3)
#' @export
one_hot <- function(labels, classes, what = "labels") {
  codes <- checked_labels(labels, classes, what)
  y <- matrix(0, length(codes), classes)
  y[cbind(seq_along(codes), codes + 1)] <- 1
  y
}
