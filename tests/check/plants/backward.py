"""Mistakes on the way back: errors, slopes, deltas, gradients."""

from __future__ import annotations

from plants.base import Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


# error
plant("error_squared", "e2", "e2", "({err}) ** 2", "({err})^2", "not mean")
plant("error_absolute", "e2", "e2", "np.abs({err}){mean}", "abs({err}){mean}")
plant("error_of_z", "e2", "e2", "({y} - {z2}){mean}", "({y} - {z2}){mean}", "not mean")
plant(
    "error_of_rounded_output",
    "e2",
    "e2",
    "({y} - np.round({a2})){mean}",
    "({y} - round({a2})){mean}",
    "not mean",
)
plant(
    "target_broadcast",
    "e2",
    "e2",
    "{a2} - {y}.reshape(-1)",
    'outer(c({a2}), c({y}), "-")',
    "n2 == 1 and n > 1 and not mean",
)
# slopes
plant("slope_of_z", "slope2", "slope", "{z} * (1 - {z})", "{z} * (1 - {z})")
plant(
    "slope_of_sigmoid_of_a",
    "slope2",
    "slope",
    "sigmoid({a}) * (1 - sigmoid({a}))",
    "sigmoid({a}) * (1 - sigmoid({a}))",
)
plant(
    "slope_of_sigmoid_of_a",
    "slope1",
    "slope1",
    "sigmoid({a}) * (1 - sigmoid({a}))",
    "sigmoid({a}) * (1 - sigmoid({a}))",
)
plant("slope_plus", "slope2", "slope", "{a} * (1 + {a})", "{a} * (1 + {a})")
plant("slope_of_tanh", "slope1", "slope1", "1 - {a} ** 2", "1 - {a}^2")
plant("slope_is_activation", "slope2", "slope", "{a}", "{a}")
plant("slope_one_minus_a", "slope2", "slope", "1 - {a}", "1 - {a}")
# delta
plant("slope_left_out", "delta2", "delta2", "{e}", "{e}")
plant("slope_left_out", "delta1", "delta1", "{e}", "{e}")
plant("delta_added", "delta2", "delta2", "{e} + {slope}", "{e} + {slope}")
plant("delta_divided", "delta2", "delta", "{e} / {slope}", "{e} / {slope}")
plant(
    "delta_matrix_product",
    "delta1",
    "delta1",
    "{e} @ {slope}",
    "{e} %*% {slope}",
    "n == n0 == n1 == n2",
)
# hidden error
PLANTS.append(
    Plant(
        "updated_weights_used",
        "e1",
        {"order": "z1 a1 z2 a2 e2 slope2 slope1 delta2 dW2 db2 W2 b2 e1 delta1 dW1 db1 W1 b1"},
        {"order": "z1 a1 z2 a2 e2 slope2 slope1 delta2 dW2 db2 W2 b2 e1 delta1 dW1 db1 W1 b1"},
    )
)
plant(
    "next_weights_not_transposed",
    "e1",
    "e1",
    "{delta2} @ {W2}",
    "{delta2} %*% {W2}",
    "n == n0 == n1 == n2",
)
plant("error_without_delta", "e1", "e1", "{e2} @ {W2}.T", "{e2} %*% t({W2})")
plant(
    "hidden_error_unweighted",
    "e1",
    "e1",
    "{delta2}.sum(axis=1, keepdims=True) * np.ones_like({a1})",
    "matrix(rowSums({delta2}), n, ncol({a1}))",
)
plant(
    "hidden_error_averaged",
    "e1",
    "e1",
    "{delta2} @ {W2}.T / {W2}.shape[1]",
    "{delta2} %*% t({W2}) / ncol({W2})",
    "n2 not in (1, n)",
)
plant(
    "hidden_error_by_samples",
    "e1",
    "e1",
    "{delta2} @ {W2}.T / n",
    "{delta2} %*% t({W2}) / n",
    "n not in (1, n2)",
)
# gradients
plant(
    "gradient_transposed",
    "dW1",
    "dW1",
    "{delta}.T @ {prev}",
    "t({delta}) %*% {prev}",
    "n == n0 == n1 == n2",
)
plant(
    "gradient_not_transposed",
    "dW1",
    "dW1",
    "{prev} @ {delta}",
    "{prev} %*% {delta}",
    "n == n0 == n1 == n2",
)
plant(
    "gradient_elementwise",
    "dW1",
    "dW1",
    "{prev} * {delta}",
    "{prev} * {delta}",
    "n == n0 == n1 == n2",
)
plant("gradient_of_z", "dW2", "dW2", "{prev_z}.T @ {delta}", "t({prev_z}) %*% {delta}")
plant(
    "gradient_of_own_activation", "dW2", "dW2", "{a}.T @ {delta}", "t({a}) %*% {delta}", "n1 == n2"
)
plant("gradient_of_error", "dW2", "dW2", "{prev}.T @ {e}", "t({prev}) %*% {e}")
plant(
    "gradient_of_last_sample",
    "dW2",
    "dW",
    "\nfor i in range(n):\n    {dW} = np.outer({prev}[i], {delta}[i])",
    "\nfor (i in seq_len(n)) {dW} <- {prev}[i, ] %o% {delta}[i, ]",
    "n > 1",
)
plant(
    "gradient_of_first_sample",
    "dW2",
    "dW",
    "{prev}[:1].T @ {delta}[:1]",
    "{prev}[1, ] %o% {delta}[1, ]",
    "n > 1",
)
plant(
    "last_sample_left_out",
    "dW2",
    "dW",
    "{prev}[:-1].T @ {delta}[:-1]",
    "t({prev}[seq_len(n - 1), , drop = FALSE]) %*% {delta}[seq_len(n - 1), , drop = FALSE]",
    "n > 2",
)
plant(
    "first_sample_left_out",
    "dW2",
    "dW",
    "{prev}[1:].T @ {delta}[1:]",
    "t({prev}[-1, , drop = FALSE]) %*% {delta}[-1, , drop = FALSE]",
    "n > 2",
)
plant(
    "gradient_accumulated",
    "dW2",
    "dW",
    "\n{dW} = memory.get('{dW}', 0) + {prev}.T @ {delta}\nmemory['{dW}'] = {dW}",
    "\nif (is.null(memory[['{dW}']])) memory[['{dW}']] <- 0 * {W}\n"
    "{dW} <- memory[['{dW}']] + t({prev}) %*% {delta}\nmemory[['{dW}']] <- {dW}",
)
plant(
    "gradient_normalised",
    "dW2",
    "dW",
    "\n{dW} = {prev}.T @ {delta}\n{dW} /= np.linalg.norm({dW})",
    "\n{dW} <- t({prev}) %*% {delta}\n{dW} <- {dW} / sqrt(sum({dW}^2))",
    "n1 > 1",
)
plant(
    "gradient_sign_only",
    "dW2",
    "dW",
    "np.sign({prev}.T @ {delta})",
    "sign(t({prev}) %*% {delta})",
    "n1 > 1",
)
plant(
    "rows_summed", "db1", "db1", "np.sum({delta}, axis=1)", "matrix(rowSums({delta}), 1)", "n == n1"
)
plant("bias_not_summed", "db1", "db1", "{delta}", "{delta}", "python and n > 1")
plant("bias_gradient_total", "db1", "db1", "np.sum({delta})", "sum({delta})", "n1 > 1")
