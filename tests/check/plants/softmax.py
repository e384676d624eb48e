"""Mistakes with a softmax output and the cross-entropy, and right programs with them."""

from __future__ import annotations

from plants.base import Plant

Pair = tuple[dict[str, str], dict[str, str]]

MINUS = {"W": "{W} - {lr} * {dW}", "b": "{b} - {lr} * {db}"}
# What a right program has, in Python and in R: no slope of the output, delta is the error itself.
RIGHT: Pair = (
    {"a2": "softmax({z})", "loss": "-np.sum({y} * np.log({a2})){mean}",
     "slope2": "", "delta2": "{e}"},
    {"a2": "softmax({z})", "loss": "-sum({y} * log({a2})){mean}", "slope2": "", "delta2": "{e}",
     "head": "softmax <- function(v) {{\n  e <- exp(v - apply(v, 1, max))\n  e / rowSums(e)\n}}\n"},
)  # fmt: skip

PLANTS: list[Plant] = []


def with_softmax(python: dict[str, str], r: dict[str, str]) -> Pair:
    """Changes of a right program with softmax."""
    return {**RIGHT[0], **python}, {**RIGHT[1], **r}


def plant(id: str, first: str, slot: str, python: str, r: str, needs: str = "") -> None:
    """Add a mistake in one slot."""
    PLANTS.append(Plant(id, first, *with_softmax({slot: python}, {slot: r}), needs))


SOFTMAX_VARIANTS = {
    "plain": with_softmax({}, {}),
    "without the shift": with_softmax(
        {"a2": "np.exp({z}) / np.exp({z}).sum(axis=1, keepdims=True)"},
        {"a2": "exp({z}) / rowSums(exp({z}))"},
    ),
    "through the Jacobian": with_softmax(
        {**MINUS, "e2": "-{y} / {a2}{mean}",
         "delta2": "\n{delta} = {a} * ({e} - ({e} * {a}).sum(axis=1, keepdims=True))"},
        {**MINUS, "e2": "-{y} / {a2}{mean}",
         "delta2": "\n{delta} <- {a} * ({e} - rowSums({e} * {a}))"},
    ),
    "one sample at a time": with_softmax(
        {"a2": "np.array([np.exp(row) / np.exp(row).sum() for row in {z}])"},
        {"a2": "t(apply({z}, 1, function(row) exp(row) / sum(exp(row))))"},
    ),
}  # fmt: skip

plant("softmax_over_columns", "a2", "a2", "softmax({z}, axis=0)",
      "apply(exp({z}), 2, function(v) v / sum(v))")  # fmt: skip
plant("softmax_over_everything", "a2", "a2", "np.exp({z}) / np.exp({z}).sum()",
      "exp({z}) / sum(exp({z}))")  # fmt: skip
plant("softmax_over_columns", "a2", "a2",
      "np.exp({z} - {z}.max(axis=1, keepdims=True)) / "
      "np.exp({z} - {z}.max(axis=1, keepdims=True)).sum(axis=0)",
      "t(t(exp({z} - apply({z}, 1, max))) / colSums(exp({z} - apply({z}, 1, max))))")  # fmt: skip
plant("slope_with_cross_entropy", "delta2", "delta2", "{e} * {a} * (1 - {a})",
      "{e} * {a} * (1 - {a})")  # fmt: skip
plant("bias_left_out", "z2", "z2", "{prev} @ {W}", "{prev} %*% {W}")
