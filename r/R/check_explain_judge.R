# The verdict: right, different with the line where it begins, or not followed; twin of
# check/explain/judge.py in Python.

unknown_rule <- paste(
  "Could not be followed: the gradients of all parameters are right, but the rule by which they",
  "move the parameters is none that is known here."
)
give_training <- paste(
  "A program is judged by the updates that it makes: give the one in which the training runs."
)
nothing_moves <- paste(
  "Could not be followed: every derivative of the loss is 0 and no parameter moves, as where the",
  "output is rounded, divided as a whole number, or has reached its bound."
)

# Whether what a recorded program did is right: the answer as answer.schema.json describes it.
# `sources` has the text of each of its files, for quoting lines; `loss` is that which an exercise
# asks for: without one, or where the program cannot be followed with it, any that fits. `evidence`
# is filled with what the answer stands on: alignment, and where a difference is told, table, fault
# and step.
judge_graph <- function(graph, sources, loss = NULL, evidence = new.env()) {
  tryCatch(
    {
      trainings <- find_trainings(graph)
      if (!is.null(loss) && loss %in% loss_families) {
        answer <- judge_all(graph, sources, loss, trainings, evidence)
        if (answer$verdict != "not followed") {
          return(answer)
        }
      }
      judge_all(graph, sources, loss_families, trainings, evidence)
    },
    error = function(e) {
      answer <- empty_answer(graph)
      answer$sentence <- paste0(
        "Could not be followed: the recording holds something that is not expected (",
        in_one_line(conditionMessage(e)), ")."
      )
      answer
    }
  )
}

# The answer to each network that is trained, as one.
judge_all <- function(graph, sources, families, trainings, evidence) {
  found <- lapply(trainings, function(training) new.env())
  answers <- Map(function(training, own) {
    judge_with(graph, sources, families, training, own)
  }, trainings, found)
  main <- if (length(trainings) > 1L) main_training(graph, trainings) else 1L
  followed <- vapply(answers, is_followed, NA, main = answers[[main]])
  followed[[main]] <- TRUE
  kept <- which(followed)
  answer <- if (length(kept) > 1L) join_answers(answers[kept]) else answers[[main]]
  list2env(as.list(found[[kept[[worst_answer(answers[kept])]]]]), evidence)
  left <- lapply(trainings[!followed], function(training) describe_left_out(graph, training))
  answer$remarks <- c(answer$remarks, Filter(Negate(is.null), left))
  answer
}

judge_with <- function(graph, sources, families, training, evidence) {
  suppressWarnings({
    alignment <- align_recording(graph, families, training)
    alignment <- look_at_others(graph, alignment, training)
    alignment <- hold_to_loss(graph, hold_to_rate(graph, alignment))
    evidence$alignment <- alignment
    answer <- empty_answer(graph)
    if (length(alignment$readings) == 0L) {
      answer$sentence <- say_not_followed(graph, alignment)
      return(answer)
    }
    best <- alignment$readings[[1L]]
    answer$network <- describe_network(graph, alignment)
    answer$seen <- say_seen(graph, alignment, best)
    hidden <- find_hidden(graph, alignment, best)
    if (is.null(hidden)) hidden <- find_by_text(graph, alignment, sources)
    if (is.null(hidden) && is_against_gates(alignment, best)) {
      alignment$why <- against_gates
      answer$sentence <- say_not_followed(graph, alignment)
      return(answer)
    }
    if (is.null(hidden) && is_right_reading(best)) {
      return(judge_right(graph, alignment, best, answer))
    }
    if (is.null(hidden)) {
      found <- first_fault(graph, alignment)
    } else {
      table <- table_of_step(graph, alignment, best, hidden$step)
      found <- list(fault = hidden, step = hidden$step, table = table)
    }
    told <- tell_fault(graph, alignment, best, found)
    if (is.character(told)) {
      own <- find_own_slopes(graph, alignment)
      if (is.null(own)) {
        alignment$why <- told
        answer$sentence <- say_not_followed(graph, alignment)
        return(answer)
      }
      table <- table_of_step(graph, alignment, best, 1L)
      cause <- find_cause(graph, alignment, own, 1L)
      told <- list(fault = own, cause = cause, step = 1L, table = table)
    }
    told$fault <- at_other_name(told$table, told$fault, told$cause, sources)
    list2env(told[c("table", "fault", "step")], evidence)
    answer$verdict <- "different"
    answer$first <- describe_fault(graph, told$fault, told$step, sources)
    answer["cause"] <- list(told$cause)
    owner <- alignment$found$owner
    name <- answer$first$name
    answer$steps <- list_steps(graph, told$table, owner, best$rows[[1L]], told$fault, name)
    answer$sentence <- paste0(
      "Different: the first difference is ", answer$first$name, " on line ", answer$first$line, "."
    )
    answer
  })
}

# A fault with its cause, its step and what is right there; or why none can be told.
tell_fault <- function(graph, alignment, best, found) {
  if (is.null(found)) {
    return(alignment$why)
  }
  explained <- explain_fault(graph, alignment, found$fault, found$step)
  found$fault <- explained$fault
  found["cause"] <- list(explained$cause)
  doubt <- find_doubt(graph, alignment, found$fault, found$step, !is.null(explained$cause))
  if (!is.null(doubt)) {
    return(doubt)
  }
  if (is.null(explained$cause) && was_right(best, found$fault, found$step)) {
    # A mistake in the text of a program is there from the first step on.
    return(paste(
      "step", found$step, "is another than those before it, and its values do not say why"
    ))
  }
  if (is.null(explained$cause)) {
    found$fault <- at_own_function(graph, found$table, found$fault)
    found$fault <- at_loop_of_sum(graph, found$table, found$fault)
    cause <- if (nzchar(found$fault$kind)) cause_of_kind(graph, alignment, found$fault)
    found["cause"] <- list(cause)
  }
  found
}

# A training in which nothing differs: right, where something moves by a rule that is known.
judge_right <- function(graph, alignment, best, answer) {
  still <- !any(vapply(unlist(best$rows, FALSE), function(r) any(r$gradient != 0), NA))
  if (still || best$rule$name == "unknown") {
    answer$sentence <- if (still) nothing_moves else unknown_rule
    return(answer)
  }
  unseen <- describe_unseen(graph, alignment)
  if (!is.null(unseen)) {
    alignment$why <- unseen
    answer$sentence <- say_not_followed(graph, alignment)
    return(answer)
  }
  answer$remarks <- find_remarks(graph, alignment, best)
  answer_right(graph, alignment, best, answer)
}

# A fault that is told before a derivative is looked for that does not fit.
find_beside_derivatives <- function(graph, alignment, best) {
  found <- if (!is_fitting(best)) find_rate_twice(graph, alignment, best)
  asked <- list(graph, alignment, best)
  for (look in list(
    find_unlike_gradient, find_underived_penalty, find_turned_update, find_uneven_labels,
    find_wrong_half, find_turned_output, find_piled_up, find_slope_of_entropy,
    find_forgotten_slope
  )) {
    if (is.null(found)) found <- do.call(look, asked[seq_along(formals(look))])
  }
  found
}

# A fault that derivatives do not show, or that would show in all of them.
find_hidden <- function(graph, alignment, best) {
  if (is_against_gates(alignment, best)) {
    return(find_gated_fault(graph, alignment, best))
  }
  alike <- find_cut_numbers(graph, alignment)
  if (is.null(alike)) alike <- find_alike_units(graph, alignment)
  if (is.null(alike)) alike <- find_recycled_weights(graph, alignment)
  if (!is.null(alike)) {
    return(alike)
  }
  if (!is_right_reading(best)) {
    return(find_beside_derivatives(graph, alignment, best))
  }
  hidden <- find_hidden_fault(graph, alignment, best)
  if (!is.null(hidden) && hidden$kind == "wrong_sign") {
    forward <- find_forward_fault(graph, alignment)
    if (!is.null(forward)) hidden <- forward
  }
  if (is.null(hidden) && best$rule$name == "unknown") {
    hidden <- find_rule_fault(graph, alignment, best)
  }
  hidden
}

# Whether the parameter of a fault moved rightly before; where a rule begins, nothing shows.
was_right <- function(best, fault, s) {
  is_known <- function(rows) !vapply(rows, function(r) is.null(r$source), NA)
  began <- any(is_known(best$rows[[length(best$rows)]])) && !all(is_known(best$rows[[1L]]))
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
    return(paste("Could not be followed: no number was computed.", give_training))
  }
  if (length(alignment$steps) == 0L) {
    unused <- describe_unused(graph)
    return(paste(
      "Could not be followed: no weight is updated from itself and from a gradient that is made of",
      "it, so nothing was seen to be trained.", if (is.null(unused)) give_training else unused
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

# How much was looked at, of what was read: a long training is not read to its end.
say_seen <- function(graph, alignment, best) {
  looked <- length(best$rows)
  of <- length(alignment$steps)
  is_whole <- looked == of && of < most_steps && is.null(graph$header$cut)
  text <- if (looked < of) {
    paste(looked, "of the first", of, "steps")
  } else if (of == 1L) {
    "one step"
  } else {
    paste(if (is_whole) "all" else "the first", of, "steps")
  }
  list(steps = looked, of = of, parameters = length(best$rows[[1L]]), text = text)
}

answer_right <- function(graph, alignment, best, answer) {
  answer$verdict <- "right"
  table <- table_of_step(graph, alignment, best, 1L)
  answer$steps <- list_steps(graph, table, alignment$found$owner, best$rows[[1L]])
  answer$sentence <- paste0(
    "Right: every parameter moved as the derivative of the loss says, ", answer$seen$text,
    " looked at."
  )
  answer
}
