"""The formulas of one step, as text that Python and R both read, and their evaluation.

A mistake of the catalogue replaces some of them. Names: x y n n_features lr, and for each layer
n_in W b a_prev z_prev product z a e slope delta dW db, with those of the layer above as
W_next delta_next e_next W_next_new; `_right` is the right formula's value, `_previous` that of the
step before, `_all` the gradients of all steps until now, t their number, `k` a number that is
fitted. The right updates are the catalogue's, one for each optimizer. Operators work element by
element, with rows, columns and single numbers repeated as needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, native
from twinprop.formulas.activations import ACTIVATIONS

RIGHT = {
    "product": "matmul(a_prev, W)",
    "z": "product + b",
    "e_last": "(a - y) / divisor",
    "e_hidden": "tcrossprod(delta_next, W_next)",
    "delta": "e * slope",
    "dW": "crossprod(a_prev, delta)",
    "db": "column_sums(delta)",
}
RIGHT_LOSSES = {
    "squared_error": "0.5 * total((a - y) * (a - y)) / divisor",
    "cross_entropy": "0 - total(y * log(a)) / divisor",
    "binary_cross_entropy": "0 - total(y * log(a) + (1 - y) * log(1 - a)) / divisor",
}


def _without(row: int) -> Callable[[Array], Array]:
    def change(a: Array) -> Array:
        changed = a.copy()
        changed[row] = 0
        return changed

    return change


def _fill_by_column(b: Array, n: int) -> Array:
    return np.resize(b.reshape(-1), (b.shape[1], int(n))).T


def _checked_matmul(a: Array, b: Array) -> Array:
    if a.shape[1] != b.shape[0]:
        raise ValueError("shapes do not fit")
    return a @ b


def _sigmoid(z: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-z))


def _decayed(values: list[Array], share: float) -> Array:
    total = np.zeros(values[0].shape)
    for value in values:
        total = share * total + value
    return total


FUNCTIONS: dict[str, Any] = {
    "__builtins__": {},
    "matmul": _checked_matmul,
    "crossprod": lambda a, b: _checked_matmul(a.T, b),
    "tcrossprod": lambda a, b: _checked_matmul(a, b.T),
    "transpose": np.transpose,
    "row": lambda a, i: a[[int(i) - 1]],
    "without_last_row": _without(-1),
    "without_first_row": _without(0),
    "without_last_column": lambda a: _without(-1)(a.T).T,
    "fill_by_column": _fill_by_column,
    "column_sums": lambda a: a.sum(axis=0, keepdims=True),
    "row_max": lambda a: a.max(axis=1, keepdims=True),
    "row_sums": lambda a: a.sum(axis=1, keepdims=True),
    "total": lambda a: np.array([[a.sum()]]),
    "labels": lambda y: y.argmax(axis=1)[:, None] if y.shape[1] > 1 else 1 / np.zeros((0, 1)),
    "sigmoid": _sigmoid,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "round": np.round,
    "sign": np.sign,
    "power": lambda base, exponent: base**exponent,
    "decayed": _decayed,
    "decayed_squares": lambda values, share: _decayed([v * v for v in values], share),
}


def evaluate(formula: str, values: Mapping[str, Any]) -> Array | None:
    """The value of a formula, or None where it can't be evaluated.

    Parameters
    ----------
    formula : str
        Such as "e * slope".
    values : dict
        What its names stand for.

    Returns
    -------
    float64 or None
        None where a name has no value, or shapes do not fit.
    """
    # A name without a value is None, on which every operation fails.
    try:
        with np.errstate(all="ignore"):
            found = eval(_compiled(formula), FUNCTIONS, values)
    except (NameError, ValueError, IndexError, TypeError, AttributeError):
        return None
    if found is None:
        return None
    value = np.asarray(found, dtype=np.float64)
    value = value.reshape(1, 1) if value.ndim == 0 else value
    return value if value.ndim == 2 and value.size > 0 else None


_CODE: dict[str, Any] = {}


def _compiled(formula: str) -> Any:
    if formula not in _CODE:
        _CODE[formula] = compile(formula, "<catalogue>", "eval")
    return _CODE[formula]


def activation_value(name: str, z: Array | None) -> Array | None:
    """The activation of z, in native arithmetic."""
    with np.errstate(all="ignore"):
        return None if z is None else ACTIVATIONS[name].value(z, native)


def activation_slope(name: str, z: Array | None, a: Array | None) -> Array | None:
    """The derivative of the activation; of the sigmoid it needs a alone."""
    if a is None or (z is None and name != "sigmoid"):
        return None
    with np.errstate(all="ignore"):
        return ACTIVATIONS[name].grad(z, a, native)
