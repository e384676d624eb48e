# What users may give to formulas; twin of formulas/constraints.py in python/src/twinprop.
#
# The formulas themselves check nothing. formulas_constraints.json has, for each of them and for
# each of its arguments, a rule of the table below, and what else the rule needs.

# Evaluated when first used: checks are in files that are loaded later. A rule is given a value and
# its name, and returns the value as the formula takes it or refuses it.
delayedAssign("rules", list(
  "numbers" = as_numbers,
  "outputs" = checked_outputs,
  "number" = check_number,
  "not negative" = check_not_negative,
  "arithmetic" = function(value, name) check_arithmetic(value),
  "one of" = function(value, name, ...) check_name(name, value, c(...)),
  "matrix" = checked_matrix,
  "share" = check_share,
  "whole" = check_integer,
  "generator" = function(value, name) check_generator(value),
  "or null" = function(value, name, rule) if (!is.null(value)) rules[[rule]](value, name),
  "each" = checked_each
))
# These are given another argument and its name, too.
relations <- list(
  "outputs like" = function(value, name, other, named) checked_like(value, name, other),
  "targets of" = function(value, name, other, named) checked_targets(value, name, other),
  "one per row of" = function(value, name, other, named) checked_column(value, name, other),
  "at most" = function(value, name, other, named) check_range(value, other, name, named)
)

# The table of constraints: formulas, arguments, rules.
constraints <- function() {
  path <- system.file("formulas_constraints.json", package = "twinprop", mustWork = TRUE)
  read_json_file(path)
}

# A formula that users call: its arguments are held to its constraints before.
behind_checks <- function(formula, rules_of) {
  force(rules_of) # put_checks gives other ones by the time of a call
  arguments <- names(formals(formula))
  checked_by(function(...) check_given(stats::setNames(list(...), arguments), rules_of), formula)
}

# The arguments of a call, by name, in the form that the formula takes.
check_given <- function(given, rules_of) {
  for (name in names(rules_of)) {
    constraint <- rules_of[[name]]
    rule <- constraint[[1L]]
    more <- as.list(constraint)[-1L]
    if (rule %in% names(relations)) {
      value <- relations[[rule]](given[[name]], name, given[[more[[1L]]]], more[[1L]])
    } else {
      value <- do.call(rules[[rule]], c(list(given[[name]], name), more), quote = TRUE)
    }
    given[name] <- list(value)
  }
  given
}

# A list whose elements keep a rule; they are named by a stem, as W1, or as the list is.
checked_each <- function(values, name, rule, stem = "") {
  if (!is.list(values)) {
    refuse(name, quote_value(values), "a list of arrays")
  }
  names <- if (stem == "") rep(name, length(values)) else paste0(stem, seq_along(values))
  Map(rules[[rule]], values, names, USE.NAMES = FALSE)
}

# Put functions of an environment behind their checks, and formulas behind their constraints.
put_checks <- function(where, checks) {
  rules <- constraints()
  for (name in intersect(c(names(checks), names(rules)), ls(where))) {
    bare <- get(name, envir = where)
    check <- checks[[name]]
    put <- if (is.null(check)) behind_checks(bare, rules[[name]]) else checked_by(check, bare)
    assign(name, put, envir = where)
  }
}
