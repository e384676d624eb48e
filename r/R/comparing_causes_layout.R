# The same numbers at other places, and categories coded otherwise.

cause_transposed <- function(a, b) {
  if (is.matrix(a) && is.matrix(b) && identical(dim(a), rev(dim(b))) && gives(a, t(b))) {
    if (is_enough(b)) "A is B transposed"
  }
}

cause_filling <- function(a, b) {
  several <- max(length(dim(a)), length(dim(b))) > 1L
  if (length(a) != length(b) || !several || !is_enough(b)) {
    return(NULL)
  }
  # R keeps arrays column by column, so in rows they are turned.
  if (!same_extent(a, b) && gives(by_row(a), by_row(b))) {
    "the same numbers in the same order, in another shape"
  } else if (gives(as.vector(a), by_row(b))) {
    "A is filled column by column with the numbers that B holds row by row"
  } else if (gives(by_row(a), as.vector(b))) {
    "B is filled column by column with the numbers that A holds row by row"
  }
}

what_of <- function(x) if (is.matrix(x)) "rows" else "elements"

cause_row_order <- function(a, b) {
  if (!same_extent(a, b) || length(dim(a)) > 2L) {
    return(NULL)
  }
  what <- what_of(b)
  x <- in_rows(b)
  if (gives(in_rows(a), x[rev(seq_len(nrow(x))), , drop = FALSE])) {
    return(if (evidence_of_places(b) >= enough_digits) paste(what, "in the reverse order"))
  }
  order <- order_of(in_rows(a), x, evidence_of_places(x))
  if (!is.null(order)) paste0(what, " in another order: A has B's ", what, " ", list_some(order))
}

cause_column_order <- function(a, b) {
  if (!is.matrix(a) || !is.matrix(b) || !same_extent(a, b)) {
    return(NULL)
  }
  order <- order_of(t(a), t(b), evidence_of_places(b))
  if (is.null(order)) {
    return(NULL)
  }
  what <- if (is_one_hot(b)) "levels" else "columns"
  if (is.null(colnames(b))) {
    paste0(what, " in another order: A has B's columns ", list_some(order))
  } else {
    paste0(what, " in another order: ", list_some(colnames(b)[order]))
  }
}

# Which rows of b are a's, if all are there and what they say is more than their order.
order_of <- function(a, b, told) {
  n <- nrow(a)
  if (n < 2L || n > 2e5) {
    return(NULL)
  }
  keys <- utils::head(order(apply(b, 2L, function(v) -length(unique(v)))), 64L)
  sorted <- function(x) {
    do.call(order, unname(as.data.frame(signif(x[, keys, drop = FALSE], 9L))))
  }
  rows <- sorted(a)
  others <- sorted(b)
  moved <- sum(rows != others)
  if (moved == 0L || !gives(a[rows, , drop = FALSE], b[others, , drop = FALSE])) {
    return(NULL)
  }
  # Equal rows may stand anywhere; which of them moved says nothing.
  groups <- tabulate(match(row_keys(b), unique(row_keys(b))))
  choices <- lfactorial(sum(order(rows) != order(others))) - sum(lfactorial(groups))
  order <- integer(n)
  order[rows] <- others
  if (told - max(choices, 0) / log(10) >= enough_digits) order
}

cause_shift <- function(a, b) {
  if (!same_extent(a, b) || length(dim(a)) > 2L) {
    return(NULL)
  }
  turns <- list(list(in_rows(a), in_rows(b), what_of(b)))
  if (is.matrix(a)) turns <- c(turns, list(list(t(a), t(b), "columns")))
  for (turn in turns) {
    x <- turn[[1L]]
    y <- turn[[2L]]
    n <- nrow(x)
    if (n < 3L) next
    for (words in c("later", "earlier")) {
      gone <- if (words == "later") c(1L, n) else c(n, 1L)
      ours <- y[-gone[[2L]], , drop = FALSE]
      if (gives(x[-gone[[1L]], , drop = FALSE], ours) && is_enough(ours)) {
        return(sprintf("one index off: the %s of A are B's, one place %s", turn[[3L]], words))
      }
    }
  }
  NULL
}

# Rows that one side lacks, wherever they stand.
cause_length <- function(a, b) {
  x <- in_rows(a)
  y <- in_rows(b)
  if (length(dim(a)) > 2L || is.matrix(a) != is.matrix(b) || ncol(x) != ncol(y)) {
    return(NULL)
  }
  if (nrow(x) == nrow(y)) {
    return(NULL)
  }
  sides <- if (nrow(x) > nrow(y)) list(x, y, "A", "B") else list(y, x, "B", "A")
  long <- sides[[1L]]
  gone <- rows_left_out(sides[[2L]], long)
  n <- nrow(long)
  if (is.null(gone) || !is_enough(sides[[2L]], choose_digits(n, length(gone)))) {
    return(NULL)
  }
  what <- what_of(b)
  if (length(gone) == 1L && gone %in% c(1L, n)) {
    which <- if (gone == 1L) "first" else "last"
    one <- sub("s$", "", what)
    return(sprintf("%s has one %s more, the %s; all others are the same", sides[[3L]], one, which))
  }
  with_gaps <- which(rowSums(is.na(long)) > 0)
  why <- if (identical(as.double(with_gaps), as.double(gone))) {
    ", which are those with missing values"
  }
  lacks <- paste0(sides[[4L]], " lacks ", sides[[3L]], "'s")
  paste0(lacks, " ", what, " ", list_some(gone), why, "; all others are the same")
}

# Which rows of the long one to leave out for the short one to remain.
rows_left_out <- function(short, long) {
  if (nrow(short) < 3L || nrow(long) > 2e5) {
    return(NULL)
  }
  keys <- row_keys(long)
  theirs <- row_keys(short)
  at <- 1L
  gone <- integer(0)
  for (i in seq_along(keys)) {
    if (at <= length(theirs) && keys[[i]] == theirs[[at]]) at <- at + 1L else gone <- c(gone, i)
    if (length(gone) > nrow(long) - nrow(short)) {
      return(NULL)
    }
  }
  if (gives(short, long[-gone, , drop = FALSE])) gone
}

# Categories --------------------------------------------------------------------------------------

are_codes <- function(x) {
  all(is.finite(x)) && all(x == round(x)) && length(unique(sample_of(x))) <= 30L
}

# Whether codes count from 0 or 1, or are -1 and 1: as ranks and counts seldom are.
are_counted <- function(codes) {
  (codes[[1L]] %in% c(0, 1) && all(diff(codes) == 1)) || identical(as.double(codes), c(-1, 1))
}

cause_renumbering <- function(a, b) {
  if (!same_extent(a, b) || !are_codes(a) || !are_codes(b)) {
    return(NULL)
  }
  a <- as.vector(a)
  b <- as.vector(b)
  pairs <- pairs_of_codes(a, b)
  if (is.null(pairs) || all(pairs[, 1L] == pairs[, 2L])) {
    return(NULL)
  }
  count <- nrow(pairs)
  same <- setequal(a, b)
  if (!same && !(are_counted(pairs[, 1L]) && are_counted(sort(pairs[, 2L])))) {
    return(NULL)
  }
  choices <- lfactorial(count) / log(10) + if (same) 0 else 1
  if ((length(a) - count) * spread_of(b) - choices < enough_digits) {
    return(NULL)
  }
  listed <- utils::head(sprintf("%.0f is %.0f", pairs[, 1L], pairs[, 2L]), 6L)
  what <- if (same) "levels in another order" else "levels coded otherwise"
  paste0(what, ": what B calls ", paste(listed, collapse = ", "), " in A")
}

# What b's codes are in a, in the order of b's, if they stand for each other one to one.
pairs_of_codes <- function(a, b) {
  pairs <- unique(cbind(b, a))
  one_to_one <- !anyDuplicated(pairs[, 1L]) && !anyDuplicated(pairs[, 2L])
  if (one_to_one && nrow(pairs) > 1L) unname(pairs[order(pairs[, 1L]), , drop = FALSE])
}

cause_one_hot <- function(a, b) {
  words <- "%s is a one-hot of %s, a column for each of its classes"
  if (is_one_hot_of(a, b)) {
    sprintf(words, "A", "B")
  } else if (is_one_hot_of(b, a)) {
    sprintf(words, "B", "A")
  }
}

is_one_hot_of <- function(hot, codes) {
  fits <- is.matrix(hot) && is.null(dim(codes)) && nrow(hot) == length(codes) && ncol(hot) > 1L
  if (!fits || !is_one_hot(hot) || !are_codes(codes)) {
    return(FALSE)
  }
  levels <- sort(unique(codes))
  told <- length(codes) * spread_of(codes) >= enough_digits
  told && length(levels) == ncol(hot) && all(levels[max.col(hot, "first")] == codes)
}

# One side lacks one column of the other, as a one-hot whose first level is the base.
cause_dropped_column <- function(a, b) {
  for (sides in list(list(b, a, "A", "B"), list(a, b, "B", "A"))) {
    long <- sides[[1L]]
    short <- sides[[2L]]
    if (!is.matrix(long) || nrow(long) != extent_of(short)[[1L]]) next
    found <- if (is.null(dim(short))) {
      single_column(long, short, sides[[3L]], sides[[4L]])
    } else if (is.matrix(short) && ncol(long) - ncol(short) == 1L) {
      dropped_column(unname(long), unname(short), sides[[3L]], sides[[4L]])
    }
    if (!is.null(found)) return(found)
  }
  NULL
}

single_column <- function(long, short, name, where) {
  same <- which(vapply(seq_len(ncol(long)), function(i) gives(short, unname(long[, i])), NA))
  if (length(same) > 0L && is_enough(short, log10(ncol(long)))) {
    paste(name, "is column", same[[1L]], "of", where)
  }
}

dropped_column <- function(long, short, name, where) {
  count <- ncol(short)
  same <- vapply(seq_len(count), function(i) gives(short[, i], long[, i]), NA)
  gone <- if (all(same)) count + 1L else which(!same)[[1L]]
  if (!gives(short, long[, -gone, drop = FALSE])) {
    return(NULL)
  }
  which <- if (gone == 1L) "first" else if (gone > count) "last" else paste("number", gone)
  if (is_one_hot(long) && nrow(long) * spread_of(row_keys(long)) >= enough_digits) {
    dropped <- paste("a one-hot with its", which, "column dropped in", name)
    return(paste0(dropped, " (all are in ", where, ")"))
  }
  if (is_enough(short, log10(ncol(long)))) {
    sprintf("%s lacks one column of %s, the %s; all others are the same", name, where, which)
  }
}
