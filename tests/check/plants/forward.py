"""Mistakes on the way forward: products, biases, activations."""

from __future__ import annotations

from plants.base import FILL, Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


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
    "\n{z} = np.zeros((n, {W}.shape[1]))\nfor i in range(n - 1):\n"
    "    {z}[i] = {prev}[i] @ {W} + {b}[0]",
    "\n{z} <- matrix(0, n, ncol({W}))\nfor (i in 1:(n - 1)) {z}[i, ] <- {prev}[i, ] %*% {W} + {b}",
    "n > 1",
)
plant(
    "first_row_left_out",
    "z1",
    "z1",
    "\n{z} = np.zeros((n, {W}.shape[1]))\nfor i in range(1, n):\n"
    "    {z}[i] = {prev}[i] @ {W} + {b}[0]",
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
