"""einsum: products and sums of any axes, named by letters."""

from __future__ import annotations

from typing import Any

import numpy as np


def read_letters(text: str, dimensions: list[int]) -> list[str] | None:
    """The letters of each operand and, last, of the result; None if they do not fit.

    Where the text names no result, it has the letters that stand once, in the alphabet's order.
    """
    before, arrow, after = text.replace(" ", "").partition("->")
    letters = before.split(",")
    if not arrow:
        once = [c for c in sorted(set(before) - {","}) if before.count(c) == 1]
        after = "".join(once)
    known = set("".join(letters))
    plain = all(c.isascii() and c.isalpha() for c in known | set(after))
    fits = [len(own) for own in letters] == dimensions and set(after) <= known
    return [*letters, after] if plain and fits else None


def multiply(letters: list[str], values: list[Any]) -> np.ndarray:
    """The value of einsum."""
    text = ",".join(letters[:-1]) + "->" + letters[-1]
    return np.asarray(np.einsum(text, *(np.asarray(v, dtype=np.float64) for v in values)))


def pull_einsum(letters: list[str], values: list[Any], g: Any) -> list[np.ndarray] | None:
    """The derivative at each operand; None where an operand names one axis twice."""
    if any(len(set(own)) < len(own) for own in letters[:-1]):
        return None
    pulled = []
    for i, own in enumerate(letters[:-1]):
        others = [x for j, x in enumerate(letters[:-1]) if j != i]
        kept = "".join(c for c in own if c in "".join([*others, letters[-1]]))
        rest = [v for j, v in enumerate(values) if j != i]
        part = multiply([letters[-1], *others, kept], [g, *rest])
        # An axis that is summed away at once gets the same derivative everywhere.
        spread = [1 if c not in kept else np.shape(values[i])[k] for k, c in enumerate(own)]
        order = [kept.index(c) for c in own if c in kept]
        turned = np.transpose(part, order).reshape(spread)
        pulled.append(np.broadcast_to(turned, np.shape(values[i])).astype(np.float64))
    return pulled
