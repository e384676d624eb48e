"""One side is a function of the other: probabilities and logits, a variance and its root."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import Pair, everywhere, gives, is_enough

_MOST_NUMBERS = 1_000_000  # of those that need all numbers at once


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def _softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _one_less(x: Array) -> Array:
    return np.asarray(1 - x)


# Element by element, in words of a side and the other one.
_ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "{0} is 1 - {1}: the share of the other class": _one_less,
    "{0} is the sigmoid of {1}: probabilities and their logits, a response and its link": _sigmoid,
    "{0} is the exponential of {1}, {1} the natural logarithm of {0}": np.exp,
    "{0} is log1p of {1}, the logarithm of 1 + x": np.log1p,
    "{0} is the square of {1}, as a variance of a standard deviation": np.square,
    "{0} is 1 over {1}": np.reciprocal,
    "{0} is {1} without signs": np.abs,
}
_OF_ALL: dict[str, Callable[[Array], Array]] = {
    "{0} is {1} less the means of its columns": lambda x: x - x.mean(axis=0),
    "{0} is {1} scaled from 0 to 1, by the least and largest of each column": (
        lambda x: (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))
    ),
    "{0} is {1} as shares of its sum": lambda x: x / x.sum(),
    "{0} is the running sum of {1}": lambda x: np.cumsum(x, axis=0),
}
_OF_ROWS: dict[str, Callable[[Array], Array]] = {
    "{0} is the softmax of {1}, row by row: probabilities and their logits": _softmax,
    "{0} is {1} as shares of the sum of each row": lambda x: x / x.sum(axis=1, keepdims=True),
}
# One of so many ways was chosen.
_CHOSEN = math.log10(2 * (len(_ELEMENTWISE) + len(_OF_ALL) + len(_OF_ROWS)))


def find_function(pair: Pair) -> str | None:
    """One side is a well-known function of the other."""
    if pair.a.shape != pair.b.shape or not pair.a.ndim:
        return None
    for theirs, other, names in ((pair.a, pair.b, ("A", "B")), (pair.b, pair.a, ("B", "A"))):
        if not is_enough(theirs, _CHOSEN) or not is_enough(other, _CHOSEN):
            continue
        for words, function in _ELEMENTWISE.items():
            if _is_told(words, other) and gives(theirs, other, function):
                return words.format(*names)
        small = len(theirs) > 2 and theirs.size <= _MOST_NUMBERS
        by_rows = _OF_ROWS if theirs.ndim == 2 and theirs.shape[1] > 1 else {}
        for words, function in {**_OF_ALL, **by_rows}.items() if small else ():
            if gives(theirs, function(other)):
                return words.format(*names)
    return None


def _is_told(words: str, other: Array) -> bool:
    """Whether a function does more than leave the numbers as they are."""
    return "without signs" not in words or not everywhere(lambda x: bool((x >= 0).all()), other)
