# Lines that a wrong one may have meant, by its cause; whether one is right only a run can say; twin
# of check/explain/corrections.py in Python, for programs of R.
#
# An edit takes an expression and `known`: what the program calls the values around its mistake, the
# likeliest names first.

rows_taken <- paste0(
  "\\[(?:-1|0|1|i|n)?:(?:-1|1)?\\]|\\[(?:1|-1|n|-n|seq_len\\(n - 1\\)), ?, ?drop = FALSE\\]"
)
product_sign <- "%*%"

# What may have been meant by an expression, the likeliest first.
corrected_expressions <- function(text, cause, known) {
  edits <- unlist(read_knowledge()$corrections[[cause]])
  unlist(lapply(code_edits[edits], function(edit) edit(text, known)), use.names = FALSE)
}

join_code <- function(parts) paste(parts, collapse = " ")

slope_factor <- function(slope) {
  if (length(split_top(slope, "*")) == 1L) as_factor_of(slope) else slope
}

edit_with_slope <- function(text, known) {
  vapply(known$slope, function(x) paste(as_factor_of(text), "*", slope_factor(x)), "")
}

# The slope in place of the expression, or of the last factors of it.
edit_own_slope <- function(text, known) {
  parts <- split_top(text, c("*", "/"))
  ends <- 2L * seq_len(length(parts) %/% 2L) - 1L
  made <- lapply(utils::head(known$slope, 2L), function(slope) {
    kept <- vapply(ends, function(i) join_code(utils::head(parts, i)), "")
    c(paste0(kept, rep(" * ", length(kept)), rep(slope_factor(slope), length(kept))), slope)
  })
  own <- unique(names_in_code(text))
  own <- own[!endsWith(own, "T")]
  c(unlist(made), if (nzchar(known$form)) vapply(own, fill_form, "", form = known$form))
}

# A formula with {} for its value, with the value's name.
fill_form <- function(name, form) gsub("{}", name, form, fixed = TRUE)

# A product in place of a sum or a quotient.
edit_product <- function(text, known) {
  unlist(lapply(c("+", "/"), function(sign) {
    parts <- split_top(text, sign)
    if (length(parts) == 3L) paste(as_factor_of(parts[[1L]]), "*", as_factor_of(parts[[3L]]))
  }))
}

# One factor or divisor less, the last ones first; then only the first ones.
edit_shorter <- function(text, known) {
  parts <- split_top(text, c("*", "/"))
  n <- length(parts)
  signs <- rev(2L * seq_len(n %/% 2L))
  c(
    vapply(signs, function(i) join_code(parts[-c(i, i + 1L)]), ""),
    if (n > 1L && parts[[2L]] == "*") join_code(parts[-(1:2)]),
    vapply(signs[-1L] - 1L, function(i) join_code(utils::head(parts, i)), "")
  )
}

edit_averaged <- function(text, known) {
  vapply(known$count, function(n) paste(as_factor_of(text), "/", n), "")
}

edit_other_sign <- function(text, known) {
  parts <- split_top(text, c("+", "-"))
  less <- length(parts) == 3L && parts[[2L]] == "-"
  c(
    if (startsWith(text, "-")) trimws(substring(text, 2L)),
    if (length(parts) == 3L) paste(parts[[1L]], if (less) "+" else "-", parts[[3L]]),
    if (less) paste(parts[[3L]], "-", parts[[1L]]),
    paste0("-", as_factor_of(text))
  )
}

# The target taken away: the sign that is right is that which the update wants.
edit_minus_target <- function(text, known) {
  parts <- split_top(text, "+")
  if (length(parts) == 3L) paste(parts[c(1L, 3L)], "-", parts[c(3L, 1L)])
}

# Without the square, the absolute value or the rounding around it.
edit_plain_error <- function(text, known) {
  around <- c("\\s*(?:\\*\\*|\\^)\\s*2\\b", "\\b(?:square|abs|fabs|round)(?=\\()")
  unlist(lapply(around, function(pattern) {
    if (grepl(pattern, text, perl = TRUE)) gsub(pattern, "", text, perl = TRUE)
  }))
}

# One name of the expression replaced by one of those that belong there.
edit_renamed <- function(kind) {
  force(kind)
  function(text, known) {
    unlist(lapply(utils::head(known[[kind]], 2L), function(meant) {
      found <- setdiff(names_in_code(text), meant)
      vapply(found, function(name) replace_name(text, name, meant), "")
    }))
  }
}

# One operand of a matrix product the other way round.
edit_transposed <- function(text, known) {
  parts <- split_top(text, product_sign)
  turned <- "^t\\((.+)\\) %\\*% (\\S+)$"
  c(
    if (grepl(turned, text)) sub(turned, "t(\\2) %*% \\1", text),
    if (length(parts) == 3L) {
      a <- parts[[1L]]
      b <- parts[[3L]]
      c(paste0(a, " %*% t(", b, ")"), paste0("t(", a, ") %*% ", b), paste0("t(", text, ")"))
    }
  )
}

# A bias's gradient is the sum over the samples.
edit_sum_of_columns <- function(text, known) {
  c(
    if (grepl("rowSums", text, fixed = TRUE)) gsub("rowSums", "colSums", text, fixed = TRUE),
    gsub("(*UCP)(?<![\\w.])sum\\(", "colSums(", text, perl = TRUE),
    gsub("(*UCP)(?<![\\w.])sum\\((\\w[\\w.$]*)\\)", "matrix(colSums(\\1), 1)", text, perl = TRUE)
  )
}

edit_summed <- function(text, known) {
  unlist(lapply(utils::head(known$delta, 2L), function(delta) {
    whole <- paste0("colSums(", delta, ")")
    found <- replace_name(text, delta, whole)
    c(found, gsub(whole, paste0("matrix(", whole, ", 1)"), found, fixed = TRUE))
  }))
}

edit_all_samples <- function(text, known) {
  if (grepl(rows_taken, text, perl = TRUE)) gsub(rows_taken, "", text, perl = TRUE)
}

edit_with_rate <- function(text, known) {
  parts <- split_top(text, c("+", "-"))
  unlist(lapply(known$rate, function(rate) {
    inside <- if (length(parts) == 3L) {
      paste(parts[[1L]], parts[[2L]], rate, "*", as_factor_of(parts[[3L]]))
    }
    c(inside, paste(rate, "*", as_factor_of(text)))
  }))
}

edit_with_bias <- function(text, known) {
  vapply(known$bias, function(bias) paste0("sweep(", text, ", 2, ", bias, ", \"+\")"), "")
}

# The sigmoid's brackets and sign, and one of two.
edit_sigmoid <- function(text, known) {
  inner <- regmatches(text, regexec("exp\\(\\s*(-?)\\s*(.*)\\)", text, perl = TRUE))[[1L]]
  twice <- "(*UCP)^(\\w[\\w.]*)\\(\\1\\((.*)\\)\\)$"
  powers <- if (length(inner) > 0L) {
    rest <- inner[[3L]]
    count <- function(sign) length(matches_in(sign, rest))
    if (count("\\)") > count("\\(")) rest <- sub("\\)+$", "", rest)
    power <- paste0("exp(-", as_factor_of(rest), ")")
    if (grepl("/", text, fixed = TRUE)) paste0("1 / (1 + ", power, ")") else power
  }
  c(powers, if (grepl(twice, text, perl = TRUE)) sub(twice, "\\1(\\2)", text, perl = TRUE))
}

# A softmax over the outputs of each sample.
edit_by_sample <- function(text, known) gsub("/ sum\\(", "/ rowSums(", text)

code_edits <- list(
  own_slope = edit_own_slope, with_slope = edit_with_slope, shorter = edit_shorter,
  product = edit_product, minus_target = edit_minus_target, plain_error = edit_plain_error,
  to_activation = edit_renamed("activation"), to_above = edit_renamed("above"),
  to_delta = edit_renamed("delta"), to_given = edit_renamed("given"),
  transposed = edit_transposed, sum_of_columns = edit_sum_of_columns, summed = edit_summed,
  all_samples = edit_all_samples, averaged = edit_averaged, other_sign = edit_other_sign,
  with_rate = edit_with_rate, with_bias = edit_with_bias, sigmoid = edit_sigmoid,
  by_sample = edit_by_sample
)
