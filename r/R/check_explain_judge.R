# The verdict: right, different with the line where it begins, or not followed; twin of
# check/explain/judge.py in Python.

most_faults <- 40L
shown_by_another <- c("never_updated", "standardised_by_sample") # numbers not of its line
unknown_rule <- paste(
  "Could not be followed: the gradients of all parameters are right, but the rule by which they",
  "move the parameters is none that is known here."
)
nothing_moves <- paste(
  "Could not be followed: every derivative of the loss is 0 and no parameter moves, as where the",
  "output is rounded, divided as a whole number, or has reached its bound."
)

# Whether what a recorded program did is right: the answer as answer.schema.json describes it.
# `sources` has the text of each of its files, for quoting lines; `loss` is that which an exercise
# asks for: without one, or where the program cannot be followed with it, any that fits.
judge_graph <- function(graph, sources, loss = NULL) {
  if (!is.null(loss) && loss %in% loss_families) {
    answer <- judge_with(graph, sources, loss)
    if (answer$verdict != "not followed") {
      return(answer)
    }
  }
  judge_with(graph, sources, loss_families)
}

judge_with <- function(graph, sources, families) {
  suppressWarnings({
    alignment <- align_recording(graph, families)
    answer <- empty_answer(graph)
    if (length(alignment$readings) == 0L) {
      answer$sentence <- say_not_followed(graph, alignment)
      return(answer)
    }
    best <- alignment$readings[[1L]]
    answer$network <- describe_network(graph, alignment)
    answer$seen <- say_seen(alignment, best)
    if (is_right_reading(best)) {
      hidden <- find_hidden_fault(graph, alignment, best)
      if (!is.null(hidden) && hidden$kind == "wrong_sign") {
        forward <- find_forward_fault(graph, alignment)
        if (!is.null(forward)) hidden <- forward
      }
      still <- !any(vapply(unlist(best$rows, FALSE), function(r) any(r$gradient != 0), NA))
      if (is.null(hidden) && (still || best$rule$name == "unknown")) {
        answer$sentence <- if (still) nothing_moves else unknown_rule
        return(answer)
      }
      if (is.null(hidden)) {
        return(answer_right(graph, alignment, best, answer))
      }
      table <- table_of_step(graph, alignment, best, hidden$step)
      found <- list(fault = hidden, step = hidden$step, table = table)
    } else {
      found <- first_fault(graph, alignment)
    }
    if (is.null(found)) {
      answer$sentence <- say_not_followed(graph, alignment)
      return(answer)
    }
    cause <- find_cause(graph, alignment, found$fault, found$step)
    doubt <- find_doubt(graph, alignment, found$fault, found$step, !is.null(cause))
    if (is.null(doubt) && is.null(cause) && was_right(best, found$fault, found$step)) {
      # A mistake in the text of a program is there from the first step on.
      doubt <- paste(
        "step", found$step, "is another than those before it, and its values do not say why"
      )
    }
    if (!is.null(doubt)) {
      alignment$why <- doubt
      answer$sentence <- say_not_followed(graph, alignment)
      return(answer)
    }
    answer$verdict <- "different"
    answer$first <- describe_fault(graph, found$fault, found$step, sources)
    answer["cause"] <- list(cause)
    answer$steps <- list_steps(graph, found$table, alignment$found$owner, found$fault)
    answer$sentence <- paste0(
      "Different: the first difference is ", answer$first$name, " on line ", answer$first$line, "."
    )
    answer
  })
}

# Whether the parameter of a fault moved rightly before; where a rule begins, nothing shows.
was_right <- function(best, fault, s) {
  last <- best$rows[[length(best$rows)]]
  began <- any(!vapply(last, function(r) is.null(r$source), NA))
  before <- setdiff(seq_len(s - 1L), if (began) 1L)
  any(vapply(best$rows[before], function(rows) {
    row <- row_of(rows, fault$update$k)
    !is.null(row) && any_nonzero(row$gradient)
  }, NA))
}

empty_answer <- function(graph) {
  files <- unlist(graph$header$files)
  list(
    schema = "twinprop.check", version = 1L, file = if (length(files) > 0L) files[[1L]] else "",
    language = graph$header$language, verdict = "not followed", sentence = "", network = NULL,
    seen = list(steps = 0L, of = 0L, parameters = 0L, text = "no step"), first = NULL,
    cause = NULL, steps = list(), remarks = list()
  )
}

say_not_followed <- function(graph, alignment) {
  if (graph$size == 0L) {
    return("Could not be followed: no number was computed.")
  }
  if (length(alignment$steps) == 0L) {
    return(paste(
      "Could not be followed: no weight is updated from itself and from a gradient that is made of",
      "it, so nothing was seen to be trained."
    ))
  }
  step <- alignment$steps[[1L]]
  last <- step$updates[[length(step$updates)]]$u
  why <- if (nzchar(alignment$why)) alignment$why else "the way back was not understood"
  paste0(
    "Could not be followed: ", length(step$keys), " parameters are updated (line ",
    place_of_node(graph, last)$line, "), but ", why, "."
  )
}

say_seen <- function(alignment, best) {
  looked <- length(best$rows)
  of <- length(alignment$steps)
  text <- if (looked == of) paste("all", of, "steps") else paste(looked, "of", of, "steps")
  list(steps = looked, of = of, parameters = length(best$rows[[1L]]), text = text)
}

answer_right <- function(graph, alignment, best, answer) {
  answer$verdict <- "right"
  table <- table_of_step(graph, alignment, best, 1L)
  answer$steps <- list_steps(graph, table, alignment$found$owner, NULL)
  answer$sentence <- paste0(
    "Right: every parameter moved as the derivative of the loss says, ", answer$seen$text,
    " looked at."
  )
  answer
}

bad_parameters <- function(best, s) {
  vapply(best$rows[[s]][!best$good[[s]]], function(r) r$k, 1L)
}

table_of_step <- function(graph, alignment, best, s) {
  view <- alignment$views[[s]]
  table <- make_table(graph, view, best$adjoints[[s]], find_activations(graph, view))
  good <- Filter(function(c) !c$k %in% bad_parameters(best, s), view$step$updates)
  table$good_updates <- vapply(good, function(c) c$u, 1L)
  table
}

# The earliest fault of the first step in which something is wrong, that step, and its table.
first_fault <- function(graph, alignment) {
  best <- alignment$readings[[1L]]
  if (is_fitting(best)) {
    return(odd_fault(graph, alignment, best))
  }
  forward <- find_forward_fault(graph, alignment)
  if (!is.null(forward)) {
    table <- table_of_step(graph, alignment, best, 1L)
    return(list(fault = forward, step = 1L, table = table))
  }
  s <- which(!vapply(best$good, all, NA))[[1L]]
  view <- alignment$views[[s]]
  rate <- best$factors[[s]]
  table <- table_of_step(graph, alignment, best, s)
  found <- list()
  owner <- alignment$found$owner
  usual <- usual_factors(graph, view, owner, bad_parameters(best, s))
  for (c in view$step$updates) {
    if (c$k %in% bad_parameters(best, s) && length(found) < most_faults) {
      row <- row_of(best$rows[[s]], c$k)
      parts <- take_apart(graph, view, owner, c, keep_sums = TRUE)
      if (is.null(c$cells) || !cells_fit(graph, row, c$cells, rate, parts)) {
        one <- find_fault(table, c, row, rate, parts)
        found[[length(found) + 1L]] <- fault_at_update(graph, one, parts, usual)
      }
    }
  }
  if (length(found) == 0L) {
    return(NULL)
  }
  fault <- found[[which.min(vapply(found, function(f) as.double(f$node), 1))]]
  value <- value_of(graph, fault$node)
  goal <- if (!is.null(value)) find_goal(table, value, 1)
  fault$other_role <- !is.null(goal) && !identical(as.double(goal), as.double(fault$wanted)) &&
    length(value) > 1L
  list(fault = fault, step = s, table = table)
}

# The numbers by which the right updates multiply the first value that has a name.
usual_factors <- function(graph, view, owner, bad) {
  right <- Filter(function(c) !c$k %in% bad && is.null(c$cells), view$step$updates)
  unique(vapply(right, function(c) {
    round(outer_factor(graph, take_apart(graph, view, owner, c, keep_sums = TRUE)), 12L)
  }, 1))
}

outer_factor <- function(graph, parts) {
  if (length(parts$terms) != 1L) {
    return(0)
  }
  term <- parts$terms[[1L]]
  named <- which(graph$named[term$way[1L, -1L]])
  if (length(named) > 0L) term$way[[2L, named[[1L]] + 1L]] else term$factor
}

# A gradient that is right but for a number, in an update with another number than all others: then
# the update is wrong, and not what it is made of.
fault_at_update <- function(graph, fault, parts, usual) {
  theirs <- value_of(graph, fault$node)
  known <- fault$node != fault$update$u && length(usual) == 1L && all(usual != 0)
  if (!known || !identical(shape_now(theirs), shape_now(fault$right))) {
    return(fault)
  }
  r <- factor_between(theirs, fault$right)
  own <- outer_factor(graph, parts)
  if (r != 0 && is_near(theirs, r * fault$right) && abs(own / usual - r) <= 1e-7 * abs(r)) {
    first <- fault$path[[1L]]
    return(new_fault(first[[1L]], first[[2L]], list(first), fault$update, fault$wanted))
  }
  fault
}

# The first parameter that keeps something odd of its old value or of the step before.
odd_fault <- function(graph, alignment, best) {
  odd <- best$odd[order(vapply(best$odd, `[[`, 1, "s"), vapply(best$odd, `[[`, 1, "k"))]
  for (entry in odd) {
    s <- entry$s
    row <- row_of(best$rows[[s]], entry$k)
    update <- Find(function(c) c$k == entry$k, alignment$views[[s]]$step$updates)
    if (is.null(row$parts)) next
    if (entry$kind == "growth") {
      terms <- Filter(function(t) !is.null(t$way), row$parts$own)
      terms <- terms[order(-vapply(terms, function(t) t$factor, 1))]
      off <- 2 * row$parts$decay * value_of(graph, update$p)
    } else {
      share <- if (is.null(best$rule$momentum)) 0 else best$rule$momentum
      before <- row_of(best$rows[[s - 1L]], entry$k)$whole
      kept <- switch(entry$kind, past = share, accumulated = 0, "past sign" = -share)
      terms <- row$parts$past
      off <- minus(row$past, kept * before)
    }
    way <- if (length(terms) > 0L) terms[[1L]]$way else rbind(update$u, 1)
    named <- way[, graph$named[way[1L, ]], drop = FALSE]
    if (ncol(named) == 0L) named <- way[, 1L, drop = FALSE]
    path <- lapply(seq_len(ncol(named)), function(i) {
      list(named[[1L, i]], plus(value_of(graph, named[[1L, i]]), off / named[[2L, i]]))
    })
    last <- path[[length(path)]]
    fault <- new_fault(last[[1L]], last[[2L]], path, update, NULL, entry$kind)
    return(list(fault = fault, step = s, table = table_of_step(graph, alignment, best, s)))
  }
  NULL
}

cells_fit <- function(graph, row, cells, rate, parts) {
  want <- ravel(rate * row$gradient)[cells + 1]
  did <- ravel(total_of(graph, parts$terms))
  isTRUE(max(abs(did - want)) <= 1e-6 * max(abs(want)) + 1e-300)
}

# Where a fault is, its line of source, and one element of both values.
describe_fault <- function(graph, fault, s, sources) {
  named <- Filter(function(step) graph$named[[step[[1L]]]], fault$path)
  last <- if (length(named) > 0L) named[[length(named)]] else list(fault$node, fault$right)
  if (graph$named[[fault$node]]) last <- list(fault$node, fault$right)
  if (fault$kind %in% shown_by_another) last <- fault$path[[1L]]
  span <- place_of_node(graph, fault$node)
  name <- name_of_node(graph, last[[1L]])
  bound <- graph$bound[[as.character(fault$node)]]
  if (fault$other_role && length(bound) > 1L) {
    # It is right as what it is first called, and wrong as what it is called after.
    other <- graph$names[[fault$node]][[2L]]
    if (bound[[2L]] > 0L && other != name) {
      span <- span_of_site(graph, bound[[2L]])
      name <- other
    }
  }
  text <- source_line(sources, span$file, span$line)
  theirs <- value_of(graph, last[[1L]])
  first <- list(
    name = if (nzchar(name)) name else "this value", file = graph$header$files[[span$file + 1L]],
    line = if (span$line > 0L) span$line,
    span = span[c("line", "column", "end_line", "end_column")],
    source = if (nzchar(text)) escape_line(trimws(text)),
    indent = nchar(text) - nchar(sub("^\\s+", "", text)), step = s, row = NULL, column = NULL,
    yours = NULL, right = NULL, your_shape = say_shape(theirs), right_shape = say_shape(last[[2L]]),
    ratio = NULL
  )
  utils::modifyList(first, compare_values(theirs, last[[2L]]), keep.null = TRUE)
}

source_line <- function(sources, file, line) {
  lines <- if (file < length(sources)) split_lines(sources[[file + 1L]])
  if (line >= 1L && line <= length(lines)) lines[[line]] else ""
}

say_shape <- function(value) {
  if (is.null(dim(value))) "1 number" else paste(dim(value), collapse = " x ")
}

# The element that differs most, and the ratio where it is the same everywhere.
compare_values <- function(theirs, right) {
  if (!identical(shape_now(theirs), shape_now(right))) {
    return(list())
  }
  width <- if (length(dim(theirs)) < 2L) length(theirs) else utils::tail(dim(theirs), 1L)
  x <- ravel(theirs)
  y <- ravel(right)
  off <- abs(x - y)
  off[is.na(off)] <- Inf
  at <- which.max(off)
  values <- list(yours = plain_or_text(x[[at]]), right = plain_or_text(y[[at]]))
  values["ratio"] <- list(say_ratio(x, y))
  if (!is.null(dim(theirs))) {
    values$row <- (at - 1L) %/% width + 1L
    values$column <- (at - 1L) %% width + 1L
  }
  values
}

say_ratio <- function(x, y) {
  kept <- abs(y) > 1e-9 * largest(y)
  if (!any(kept) || !all_finite(x)) {
    return(NULL)
  }
  ratios <- x[kept] / y[kept]
  if (diff(range(ratios)) > 1e-7 * max(abs(ratios)) || all(ratios == 0)) {
    return(NULL)
  }
  r <- stats::median(ratios)
  known <- c("-1" = "the opposite", "2" = "twice the right one", "0.5" = "half the right one")
  word <- known[as.character(round(r, 9))]
  if (is.na(word)) paste(sprintf("%.6g", r), "times the right one") else word[[1L]]
}

plain_or_text <- function(value) {
  if (is.finite(value)) value else if (is.na(value)) "nan" else if (value > 0) "inf" else "-inf"
}

# A line that somebody's program printed, with every control character written out.
escape_line <- function(line) {
  codes <- utf8ToInt(enc2utf8(line))
  control <- codes < 32L | codes >= 127L & codes < 160L
  shown <- vapply(seq_along(codes), function(i) {
    if (control[[i]]) sprintf("\\x%02x", codes[[i]]) else intToUtf8(codes[[i]])
  }, "")
  shown <- paste(shown, collapse = "")
  if (nchar(shown) <= 200L) shown else paste0(substr(shown, 1L, 197L), "...")
}
