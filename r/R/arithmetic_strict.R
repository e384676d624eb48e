# Strict arithmetic: the same bits on every machine and in both languages.
#
# It uses only what IEEE 754 rounds correctly, + - * / and the square root, with comparisons,
# selections and tables, in a written order; no function of the platform, no BLAS, no built-in sum.

#' Strict arithmetic: the same bits on every machine and in both languages.
#'
#' It uses only what IEEE 754 rounds correctly, + - * / and the square root, with comparisons,
#' selections and tables, in a written order; no function of the platform, no BLAS, no built-in sum.
#' Numbers of other kinds are taken as double, missing ones as NaN; complex numbers, text and NULL
#' are refused.
#'
#' @format A list of functions: matmul, sigmoid, crossprod, tcrossprod, column_sums, row_sums,
#'   total, row_max, exp, log, log1p, tanh, sqrt, where, add_bias.
#' @name strict
#' @examples
#' strict$exp(1)
#' @export
NULL

# Evaluated when first used, so that the files of the package can be loaded in any order.
delayedAssign("strict", list(
  matmul = strict_matmul,
  sigmoid = strict_sigmoid,
  crossprod = strict_crossprod,
  tcrossprod = strict_tcrossprod,
  column_sums = strict_column_sums,
  row_sums = strict_row_sums,
  total = strict_total,
  row_max = strict_row_max,
  exp = strict_exp,
  log = strict_log,
  log1p = strict_log1p,
  tanh = strict_tanh,
  sqrt = common_sqrt,
  where = common_where,
  add_bias = common_add_bias
))

#' Refuse a machine whose floating point is not IEEE 754 binary64, and damaged constants.
#'
#' Checked are subnormal numbers, rounding to the nearest (ties to even), rounding twice as with
#' extended precision, and multiplication fused with addition.
#'
#' @noRd
strict_self_test <- function() {
  powers <- strict_constants()$powers
  one <- rep(1, 9L) # long enough for the vector loops and for what they leave over
  half_unit <- one * powers[1075L - 53L]
  smallest_normal <- one * powers[1075L - 1022L]
  checks <- list(
    "subnormal numbers" = smallest_normal * 0.5 * 2 == smallest_normal,
    "rounding to even" = one + half_unit == 1 & one + half_unit * 3 == 1 + half_unit * 4,
    "rounding once" = one + (half_unit + half_unit * powers[1075L - 12L]) == 1 + half_unit * 2,
    "products that are not fused" = strict_fused_residue(one + powers[1075L - 27L]) == 0
  )
  for (name in names(checks)) {
    if (!all(checks[[name]])) {
      input_error(
        "strict arithmetic needs ", name, ", which this machine's floating point lacks; ",
        "use native arithmetic"
      )
    }
  }
}

# Zero where a a is rounded before the subtraction; a is 1 + 2^-27.
strict_fused_residue <- function(a) {
  a * a - (a + (a - 1))
}
