# Grid search with cross-validation over any fields of a case; twin of cases/grid_search.py
# in python/src/twinprop.

#' All combinations of a grid's values; those of the last field change fastest.
#'
#' @param grid dict. Fields of a case, such as training.epochs, each with a list of values.
#' @return list of dict. One value for each field.
#' @examples
#' grid_points(list(training.epochs = list(5, 10), training.batch_size = list(128)))[[2]]
#' @export
grid_points <- function(grid) {
  points <- list(list())
  for (field in names(grid)) {
    if (length(grid[[field]]) == 0L) {
      refuse(field, "an empty list", "a list with at least one element")
    }
    longer <- lapply(points, function(point) {
      lapply(as.list(grid[[field]]), function(value) {
        point[field] <- list(value)
        point
      })
    })
    points <- unlist(longer, recursive = FALSE)
  }
  points
}

#' A case's document with another value of a field, such as training.optimizer.name.
#'
#' A number is a position in a list, counted from 0, as in layers.0.units. The last name may be new,
#' the others are there.
#'
#' @param document dict. The case as its JSON file has it.
#' @param field character. Names and positions with dots between them.
#' @param value object. The value, as JSON has it.
#' @return dict. Changed; what was given stays as it was.
#' @examples
#' set_field(list(training = list(epochs = 5)), "training.epochs", 10)
#' @export
set_field <- function(document, field, value) {
  set_part(document, strsplit(paste0(field, "."), ".", fixed = TRUE)[[1L]], value, field)
}

# What set_field does, by the parts of the field; the whole of it is named if it is refused.
set_part <- function(document, parts, value, field) {
  rest <- parts[-1L]
  key <- key_of_field(document, parts[[1L]], length(rest) > 0L)
  if (is.null(key)) {
    input_error(field, " is no field of the case; wanted one such as layers.0.units")
  }
  inner <- if (length(rest) > 0L) set_part(document[[key]], rest, value, field) else value
  document[key] <- list(inner)
  document
}

# Where a part of a document is kept: its name, or its position in a list; NULL if it has none. What
# has parts of its own has to be there already.
key_of_field <- function(document, name, has_parts) {
  if (is.null(names(document))) {
    key <- if (grepl("^[0-9]{1,9}$", name)) as.integer(name) + 1L else Inf
    return(if (is.list(document) && key <= length(document)) key)
  }
  if (is.list(document) && (!has_parts || name %in% names(document))) name
}

#' Scores of one point of a grid, one for each fold.
#'
#' Of the rows that the case trains on, each fold in turn is judged by a network that was trained on
#' the others: accuracy where all targets are 0 or 1, else R2. Scaling is learned anew from the rows
#' of each training. Rows that the case holds out have no part in it.
#'
#' @param path character. The file of the case.
#' @param point dict. Fields and their values, as of grid_points.
#' @param folds integer. Number of folds.
#' @param seed integer. Seed of the folds, the same in both languages.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @return list of double. One score for each fold.
#' @examples
#' path <- system.file("fixtures", "cases", "logistic-3-1.json", package = "twinprop")
#' score_point(path, list(training.epochs = 20), folds = 2)
#' @export
score_point <- function(path, point, folds = 3, seed = 1, arithmetic = native) {
  check_path(path)
  where <- paste0(basename(path), ":")
  document <- read_json(path, where)
  if (is.list(document) && is.list(document[["training"]])) {
    document$training$record <- NULL # it may name later epochs than the point has
  }
  for (field in names(point)) {
    document <- set_field(document, field, point[[field]])
  }
  check_document(document, where)
  table <- read_table(document$data, paste(where, "data"), path)
  if (length(table$train) == 1L) {
    refuse(paste(where, "data"), "of 1 row to train on", "at least 2, for folds")
  }
  parts <- k_folds(length(table$train), folds, seed)
  vapply(seq_along(parts), function(i) {
    others <- table$train[unlist(parts[-i])]
    data <- prepare_data(table, paste(where, "data"), others, table$train[parts[[i]]])
    case <- case_of_document(document, where, data)
    a <- forward(train_case(case, arithmetic, integer())$network, data$held_out_x, arithmetic)$a
    held_out_score(a[[length(a)]], data$held_out_y, arithmetic)$value
  }, 1)
}

#' Cross-validated scores of all points of a grid.
#'
#' @param path character. The file of the case.
#' @param grid dict. Fields of the case, such as training.epochs, each with a list of values.
#' @param folds integer. Number of folds.
#' @param seed integer. Seed of the folds, the same in both languages.
#' @param arithmetic arithmetic. How the formulas are evaluated.
#' @param on_point function or NULL. Called with the number of points that are done.
#' @return list of rows. For each point its fields (point), the scores of the folds, their mean, and
#'   the rank of the mean (1 is best; equal ones share it, and what is no number is last).
#' @examples
#' path <- system.file("fixtures", "cases", "logistic-3-1.json", package = "twinprop")
#' grid_search(path, list(training.epochs = list(5, 20)), folds = 2)[[1]]$mean
#' @export
grid_search <- function(path, grid, folds = 3, seed = 1, arithmetic = native, on_point = NULL) {
  points <- grid_points(grid)
  rows <- lapply(seq_along(points), function(i) {
    scores <- score_point(path, points[[i]], folds, seed, arithmetic)
    if (!is.null(on_point)) {
      on_point(i)
    }
    mean <- strict$total(matrix(scores, 1L)) / length(scores)
    list(point = points[[i]], scores = scores, mean = mean)
  })
  means <- vapply(rows, function(row) row$mean, 1)
  means[is.nan(means)] <- -Inf
  Map(function(row, mean) c(row, list(rank = 1L + sum(means > mean))), rows, means)
}

#' A grid search as text, the best point first.
#'
#' @param rows list of rows. Of grid_search.
#' @return character. A line for each point, with a line end: its fields, the mean of its scores,
#'   its rank.
#' @examples
#' row <- list(point = list(training.epochs = 5), mean = 0.875, rank = 1)
#' cat(format_grid(list(row)))
#' @export
format_grid <- function(rows) {
  ranks <- vapply(rows, function(row) as.numeric(row$rank), 1)
  lines <- lapply(rows[order(ranks)], function(row) {
    mean <- if (is.finite(row$mean)) sprintf("%.4f", row$mean) else "diverged"
    c(vapply(row$point, show_setting, ""), mean, as.character(row$rank))
  })
  align_columns(c(list(c(names(rows[[1L]]$point), "mean", "rank")), lines))
}

# A value of a field as it stands in a table: texts and numbers plainly, the rest as JSON.
show_setting <- function(value) {
  if (is.character(value) && length(value) == 1L) {
    return(value)
  }
  if (is.numeric(value) && length(value) == 1L) {
    return(sprintf("%.15g", value))
  }
  format_json(value)
}

# Rows of texts as lines, each column as wide as its longest text.
align_columns <- function(table) {
  cells <- do.call(rbind, lapply(table, unname))
  widths <- apply(nchar(cells), 2L, max)
  form <- paste0("%", widths, "s", collapse = "  ")
  lines <- apply(cells, 1L, function(line) do.call(sprintf, c(form, as.list(line))))
  paste0(paste(lines, collapse = "\n"), "\n")
}
