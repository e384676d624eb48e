"""Mistakes to plant: id, the first quantity that differs, the change in Python and in R.

A plant is written as a learner would write it, not from the catalogue's formula. Where `needs` is
given, the mistake shows only in cases of such a shape; elsewhere it stops with an error of shapes.
"""

from __future__ import annotations

from typing import NamedTuple


class Plant(NamedTuple):
    """A mistake in both languages."""

    id: str
    first: str
    python: dict[str, str]
    r: dict[str, str]
    needs: str = ""


PLANTS: list[Plant] = []


def plant(id: str, first: str, slot: str, python: str, r: str, needs: str = "") -> None:
    """Add a mistake in one slot."""
    PLANTS.append(Plant(id, first, {slot: python}, {slot: r}, needs))


FILL = "matrix({b}, nrow({prev}), ncol({W}), byrow = TRUE)"
# products and z
plant("bias_left_out", "z1", "z", "{prev} @ {W}", "{prev} %*% {W}")
plant("bias_left_out", "z2", "z2", "{prev} @ {W}", "{prev} %*% {W}")
plant("bias_subtracted", "z1", "z", "{prev} @ {W} - {b}", "{prev} %*% {W} - " + FILL)
plant(
    "bias_added_twice",
    "z1",
    "z",
    "{prev} @ {W} + {b} + {b}",
    "{prev} %*% {W} + " + FILL + " + " + FILL,
)
plant(
    "bias_filled_by_column",
    "z1",
    "z",
    "{prev} @ {W} + np.resize({b}, ({W}.shape[1], n)).T",
    "{prev} %*% {W} + rep(c({b}), length.out = n * ncol({W}))",
    "n1 > 1",
)
plant(
    "weights_transposed",
    "z1",
    "z1",
    "{prev} @ {W}.T + {b}",
    "{prev} %*% t({W}) + " + FILL,
    "n == n0 == n1 == n2",
)
plant(
    "elementwise_product",
    "z1",
    "z1",
    "{prev} * {W} + {b}",
    "{prev} * {W} + " + FILL,
    "n == n0 == n1 == n2",
)
plant(
    "product_averaged",
    "z1",
    "z1",
    "{prev} @ {W} / {prev}.shape[1] + {b}",
    "{prev} %*% {W} / ncol({prev}) + " + FILL,
    "n0 > 1",
)
plant("one_row_only", "z1", "z1", "{prev}[:1] @ {W} + {b}", "{prev}[1, ] %*% {W} + {b}", "n > 1")
plant(
    "last_row_left_out",
    "z1",
    "z1",
    "\n{z} = np.zeros((n, {W}.shape[1]))\nfor i in range(n - 1):\n    {z}[i] = {prev}[i] @ {W} + {b}[0]",
    "\n{z} <- matrix(0, n, ncol({W}))\nfor (i in 1:(n - 1)) {z}[i, ] <- {prev}[i, ] %*% {W} + {b}",
    "n > 1",
)
plant(
    "first_row_left_out",
    "z1",
    "z1",
    "\n{z} = np.zeros((n, {W}.shape[1]))\nfor i in range(1, n):\n    {z}[i] = {prev}[i] @ {W} + {b}[0]",
    "\n{z} <- matrix(0, n, ncol({W}))\nfor (i in 2:n) {z}[i, ] <- {prev}[i, ] %*% {W} + {b}",
    "n > 1",
)
plant(
    "last_input_left_out",
    "z1",
    "z1",
    "\n{z} = np.zeros((n, {W}.shape[1])) + {b}\nfor k in range({W}.shape[0] - 1):\n"
    "    {z} = {z} + {prev}[:, [k]] * {W}[[k], :]",
    "\n{z} <- " + FILL + "\nfor (k in seq_len(nrow({W}) - 1)) "
    "{z} <- {z} + {prev}[, k] %o% {W}[k, ]",
    "n0 > 1",
)
plant(
    "last_unit_left_out",
    "z1",
    "z1",
    "\n{z} = np.zeros((n, {W}.shape[1]))\nfor j in range({W}.shape[1] - 1):\n"
    "    {z}[:, j] = {prev} @ {W}[:, j] + {b}[0, j]",
    "\n{z} <- matrix(0, n, ncol({W}))\nfor (j in seq_len(ncol({W}) - 1)) "
    "{z}[, j] <- {prev} %*% {W}[, j] + {b}[1, j]",
    "n1 > 1",
)
plant(
    "rows_shuffled",
    "z1",
    "z1",
    "{prev}[np.roll(np.arange(n), 1)] @ {W} + {b}",
    "{prev}[c(n, seq_len(n - 1)), , drop = FALSE] %*% {W} + " + FILL,
    "n > 1",
)
# activations
plant("activation_left_out", "a1", "a", "{z}", "{z}")
plant("activation_left_out", "a2", "a2", "{z}", "{z}")
plant("sigmoid_sign", "a1", "a", "1 / (1 + np.exp({z}))", "1 / (1 + exp({z}))")
plant("sigmoid_brackets", "a1", "a", "1 / 1 + np.exp(-{z})", "1 / 1 + exp(-{z})")
plant("sigmoid_without_one", "a1", "a", "1 / np.exp(-{z})", "1 / exp(-{z})")
plant("sigmoid_twice", "a1", "a", "sigmoid(sigmoid({z}))", "sigmoid(sigmoid({z}))")
plant("tanh_for_sigmoid", "a1", "a", "np.tanh({z})", "tanh({z})")
plant("relu_for_sigmoid", "a1", "a1", "np.maximum(0, {z})", "pmax({z}, 0)")
plant("softmax_for_sigmoid", "a1", "a1", "softmax({z})", "exp({z}) / rowSums(exp({z}))", "n1 > 1")
plant(
    "softmax_over_columns",
    "a1",
    "a1",
    "softmax({z}, axis=0)",
    "apply(exp({z}), 2, function(v) v / sum(v))",
    "n > 1",
)
plant("integer_division", "a2", "a2", "1 // (1 + np.exp(-{z}))", "1 %/% (1 + exp(-{z}))")
plant("output_rounded", "a2", "a2", "np.round(sigmoid({z}))", "round(sigmoid({z}))")
# error
plant("error_doubled", "e2", "e2", "2 * ({err}){mean}", "2 * ({err}){mean}")
plant("error_halved", "e2", "e2", "0.5 * ({err}){mean}", "0.5 * ({err}){mean}")
plant("samples_averaged", "e2", "e2", "({err}) / n", "({err}) / n", "not mean and n > 2")
plant("samples_not_averaged", "e2", "e2", "{err}", "{err}", "mean")
plant(
    "features_averaged",
    "e2",
    "e2",
    "({err}) / {X}.shape[1]",
    "({err}) / ncol({X})",
    "n0 not in (1, 2, n)",
)
plant(
    "features_averaged",
    "W2",
    "W",
    "{W} {s} {lr} * {dW} / len({X}[0])",
    "{W} {s} {lr} * {dW} / length({X}[1, ])",
    "n0 not in (1, 2, n)",
)
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
    "target_not_one_hot",
    "e2",
    "e2",
    "{a2} - {y}.argmax(axis=1)[:, None]",
    "{a2} - (max.col({y}) - 1)",
    "n2 > 1",
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
plant("learning_rate_in_delta", "delta2", "delta2", "{e} * {slope} * {lr}", "{e} * {slope} * {lr}")
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
# updates
plant("learning_rate_left_out", "W2", "W", "{W} {s} {dW}", "{W} {s} {dW}", "lr != 1")
plant("learning_rate_left_out", "b2", "b", "{b} {s} {db}", "{b} {s} {db}", "lr != 1")
plant(
    "learning_rate_twice",
    "W2",
    "W",
    "{W} {s} {lr} * {lr} * {dW}",
    "{W} {s} {lr}^2 * {dW}",
    "lr != 1",
)
plant("wrong_sign", "W2", "e2", "-({err}){mean}", "-({err}){mean}")
plant("wrong_sign", "e1", "e1", "-{delta2} @ {W2}.T", "-{delta2} %*% t({W2})")
plant("never_updated", "b2", "b", "", "")
plant("never_updated", "W1", "W1", "", "")
plant(
    "updated_twice",
    "W2",
    "W2",
    "\n{W} = {W} {s} {lr} * {dW}\n{W} = {W} {s} {lr} * {dW}",
    "\n{W} <- {W} {s} {lr} * {dW}\n{W} <- {W} {s} {lr} * {dW}",
    "lr != 2",
)
plant("replaced_by_step", "W2", "W2", "{lr} * {dW}", "{lr} * {dW}")
plant(
    "divided_by_learning_rate", "W2", "W2", "{W} {s} {dW} / {lr}", "{W} {s} {dW} / {lr}", "lr != 1"
)
plant(
    "weight_decay",
    "W2",
    "W",
    "{W} {s} {lr} * {dW} - 0.01 * {lr} * {W}",
    "{W} {s} {lr} * {dW} - 0.01 * {lr} * {W}",
)
plant(
    "weight_decay_on_biases",
    "b2",
    "b",
    "{b} {s} {lr} * {db} - 0.01 * {b}",
    "{b} {s} {lr} * {db} - 0.01 * {b}",
)
for _id, _sign in (("momentum", "+"), ("momentum_sign", "-")):
    plant(
        _id,
        "2/W2",
        "W2",
        "\nmove = {lr} * {dW} " + _sign + " 0.5 * memory.get('v', 0)\nmemory['v'] = move\n"
        "{W} = {W} {s} move",
        "\nmove <- {lr} * {dW}\nif (!is.null(memory$v)) move <- move "
        + _sign
        + " 0.5 * memory$v\nmemory$v <- move\n{W} <- {W} {s} move",
    )
plant(
    "epsilon_in_place_of_gradient",
    "W2",
    "W2",
    "{W} {s} 0.01 * {dW} / (np.sqrt({dW} ** 2) + 1e-12)",
    "{W} {s} 0.01 * {dW} / (sqrt({dW}^2) + 1e-12)",
    "n1 > 1",
)
plant("other_learning_rate", "W2", "W", "{W} {s} 0.043 * {dW}", "{W} {s} 0.043 * {dW}")
plant(
    "learning_rate_decays",
    "W2",
    "W",
    "{W} {s} {lr} / (turn + 1.5) * {dW}",
    "{W} {s} {lr} / (turn + 0.5) * {dW}",
)
# loss
plant("loss_not_halved", "loss", "loss", "np.sum(({err}) ** 2){mean}", "sum(({err})^2){mean}")
plant(
    "loss_averaged",
    "loss",
    "loss",
    "np.mean(({err}) ** 2)",
    "mean(({err})^2)",
    "not mean and n > 2",
)
plant(
    "loss_not_averaged",
    "loss",
    "loss",
    "0.5 * np.sum(({err}) ** 2)",
    "0.5 * sum(({err})^2)",
    "mean",
)
plant("loss_not_squared", "loss", "loss", "np.sum({err})", "sum({err})", "not mean")
plant("loss_absolute", "loss", "loss", "np.sum(np.abs({err}))", "sum(abs({err}))", "not mean")
# of structure
PLANTS.append(
    Plant(
        "float32",
        "0/W1",
        {"head": "{W1} = {W1}.astype(np.float32)\n{W2} = {W2}.astype(np.float32)\n"},
        {
            "head": "single <- function(v) {{ v[] <- readBin(writeBin(c(v), raw(), size = 4), 'numeric', "
            "length(v), size = 4); v }}\nwith_single <- list(v = single({W1}))\n"
            "assign('{W1}', with_single$v)\n"
        },
    )
)
plant(
    "rounded",
    "z1",
    "z1",
    "np.round({prev} @ {W} + {b}, 3)",
    "round({prev} %*% {W} + " + FILL + ", 3)",
)
PLANTS.append(
    Plant(
        "one_epoch_short", "", {"range": "range(1, {epochs})"}, {"range": "seq_len({epochs} - 1)"}
    )
)
PLANTS.append(
    Plant("one_epoch_more", "", {"range": "range({epochs} + 1)"}, {"range": "0:{epochs}"})
)
plant("stopped_early", "", "end", "\nif turn == 4:\n    break", "\nif (turn == 5) break")
PLANTS.append(
    Plant(
        "unseeded_start",
        "0/W1",
        {"head": "np.add({W1}, np.random.normal(size={W1}.shape), out={W1})\n"},
        {"head": "assign('{W1}', {W1} + rnorm(length({W1})))\n"},
    )
)
PLANTS.append(
    Plant(
        "other_start",
        "0/W1",
        {"head": "np.multiply({W1}, 0.01, out={W1})\n"},
        {"head": "assign('{W1}', {W1} * 0.01)\n"},
    )
)
PLANTS.append(
    Plant(
        "start_filled_by_column",
        "0/b1",
        {
            "head": "bias_in = np.random.rand({n1})\n{b1} = np.resize(bias_in, ({n1}, n)).T\n",
            "b1": "{b1} {s} {lr} * {db1}",
        },
        {
            "head": "{b1} <- matrix(rep(runif({n1}), n), nrow = n, byrow = FALSE)\n",
            "z1": "{X} %*% {W1} + {b1}",
            "b1": "{b1} {s} {lr} * matrix({db1}, n, {n1}, byrow = TRUE)",
        },
        "n > 1 and n1 > 1",
    )
)
plant(
    "changed_between_epochs",
    "z1",
    "begin",
    "\n{W1} = np.random.rand({n0}, {n1})",
    "\n{W1} <- matrix(runif({n0} * {n1}), {n0})",
)
PLANTS.append(
    Plant(
        "updated_after_each_sample",
        "",
        {"order": "each"},
        {"order": "each"},
        "n > 1",
    )
)
