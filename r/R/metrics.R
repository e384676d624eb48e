# How good predictions are, twin of python/src/twinprop/metrics.py.

#' Class of each sample, the column of its largest output (0 or 1 for a single output).
#'
#' Ties go to the first column. A single output is class 1 from 1/2 on. A row with NaN is of class
#' -1, which no target is.
#'
#' @param a (n, m) double. Output of the network.
#' @return (n) integer. Classes, counted from 0 in both languages, as labels in files are.
#' @examples
#' predicted_class(rbind(c(0.2, 0.7, 0.7), c(0.9, 0.0, 0.1)))
#' @export
predicted_class <- function(a) {
  single <- ncol(a) == 1L
  classes <- if (single) as.integer(a[, 1L] >= 0.5) else max.col(a, ties.method = "first") - 1L
  classes[is.na(classes)] <- -1L
  classes
}

#' Accuracy, the share of samples whose predicted class is the target's.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Targets: one-hot rows, or one column of 0 and 1.
#' @return scalar double. Between 0 and 1.
#' @examples
#' accuracy(matrix(c(0.2, 0.7), 2), matrix(0, 2, 1))
#' @export
accuracy <- function(a, y) {
  correct <- length(which(predicted_class(a) == predicted_class(y)))
  correct / nrow(a)
}
