# How good predictions are, twin of formulas/metrics.py in python/src/twinprop.

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

#' Confusion matrix: how often a class (row) was predicted as which (column).
#'
#' A class that is none of these, as -1 of an output with NaN, is refused with its row.
#'
#' @param predicted (n) integer. Predicted classes, counted from 0.
#' @param target (n) integer. TRUE classes, counted from 0.
#' @param classes integer. Number of classes.
#' @return (classes, classes) integer. Counts; the diagonal holds what is right.
#' @examples
#' confusion_matrix(c(0, 1, 1), c(0, 1, 0), 2)
#' @export
confusion_matrix <- function(predicted, target, classes) {
  predicted <- checked_labels(predicted, classes, "predicted")
  target <- checked_labels(target, classes, "target")
  check_shape("target", length(target), length(predicted))
  cells <- target * classes + predicted + 1
  matrix(tabulate(cells, classes * classes), classes, classes, byrow = TRUE)
}

#' Precision, recall, F1 and support of each class, and their averages.
#'
#' Precision is the share of right ones among those predicted as a class, recall among those that
#' are of the class, F1 = 2 right / (predicted + support). A quotient 0 / 0 counts as 0. Macro is
#' the plain mean over the classes, weighted the mean weighted by support. Sums are strict, so both
#' languages have the same figures.
#'
#' @param predicted (n) integer. Predicted classes, counted from 0.
#' @param target (n) integer. TRUE classes, counted from 0.
#' @param classes integer. Number of classes.
#' @return report. Precision, recall, f1 and support (one number per class), accuracy, macro and
#'   weighted (three numbers each) and total, the number of samples.
#' @examples
#' report <- classification_report(c(0, 1, 1), c(0, 1, 0), 2)
#' report[c("precision", "recall")]
#' @export
classification_report <- function(predicted, target, classes) {
  counts <- confusion_matrix(predicted, target, classes)
  right <- diag(counts)
  support <- rowSums(counts)
  found <- colSums(counts)
  total <- sum(support)
  scores <- list(
    precision = quotients(right, found),
    recall = quotients(right, support),
    f1 = quotients(2 * right, found + support)
  )
  sums <- function(weights) {
    vapply(scores, function(score) strict$total(matrix(score * weights, 1L)), 1, USE.NAMES = FALSE)
  }
  c(scores, list(
    support = as.integer(support),
    accuracy = sum(right) / total,
    macro = sums(1) / classes,
    weighted = sums(support) / total,
    total = as.integer(total)
  ))
}

#' A classification report as text, laid out as scikit-learn does.
#'
#' @param report report. Of classification_report.
#' @param names list of character or NULL. One name per class; NULL numbers them from 0.
#' @return character. Lines of text, each with a line end.
#' @examples
#' report <- classification_report(c(0, 1, 1), c(0, 1, 0), 2)
#' cat(format_report(report))
#' @export
format_report <- function(report, names = NULL) {
  labels <- if (is.null(names)) as.character(seq_along(report$support) - 1L) else names
  if (length(labels) != length(report$support)) {
    wanted <- paste0(length(report$support), ", one per class")
    refuse("names", paste("of", length(labels), "names"), wanted)
  }
  width <- max(nchar(c(labels, "weighted avg")))
  titles <- c("precision", "recall", "f1-score", "support")
  head <- paste0(strrep(" ", width + 1L), paste(sprintf(" %9s", titles), collapse = ""))
  rows <- vapply(seq_along(labels), function(i) {
    scores <- c(report$precision[[i]], report$recall[[i]], report$f1[[i]])
    score_line(labels[[i]], width, scores, report$support[[i]])
  }, "")
  accuracy <- sprintf("%*s %20s %9.2f %9d", width, "accuracy", "", report$accuracy, report$total)
  averages <- c(
    score_line("macro avg", width, report$macro, report$total),
    score_line("weighted avg", width, report$weighted, report$total)
  )
  paste0(paste(c(head, "", rows, "", accuracy, averages), collapse = "\n"), "\n")
}

#' Coefficient of determination R2, 1 - sum (y - a)^2 / sum (y - mean of y)^2.
#'
#' With several outputs it is the mean over them. For a target that is constant it is 1 where all is
#' right and else 0.
#'
#' @param a (n, m) double. Output of the network.
#' @param y (n, m) double. Target.
#' @param arithmetic arithmetic. How the formula is evaluated.
#' @return scalar double. At most 1.
#' @examples
#' r_squared(matrix(c(1, 2, 3)), matrix(c(1, 2, 4)))
#' @export
r_squared <- function(a, y, arithmetic = native) {
  n <- nrow(y)
  m <- ncol(y)
  error <- y - a
  centred <- arithmetic$add_bias(y, -(arithmetic$column_sums(y) / n))
  left <- arithmetic$column_sums(error * error)
  whole <- arithmetic$column_sums(centred * centred)
  constant <- arithmetic$where(left == 0, 1, 0)
  share <- left / arithmetic$where(whole == 0, 1, whole)
  arithmetic$total(arithmetic$where(whole == 0, constant, 1 - share)) / m
}

# Quotients in which 0 / 0 is 0.
quotients <- function(numerators, denominators) {
  numerators / native$where(denominators == 0, 1, denominators)
}

# One line of a report: label, three scores, support.
score_line <- function(label, width, scores, support) {
  paste0(
    sprintf("%*s ", width, label), paste(sprintf(" %9.2f", scores), collapse = ""),
    sprintf(" %9d", support)
  )
}
