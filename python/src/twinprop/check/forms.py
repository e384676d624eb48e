"""The case's values in the form in which a script keeps its own: shape, type, orientation."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.arithmetic import Array


def like_theirs(value: Array, theirs: Any, transposed: bool) -> Any:
    """A matrix of the case in the form of the value that it replaces.

    Parameters
    ----------
    value : (n, m) float64
        Of the case.
    theirs : object
        What the script would have used: an array, a nested list, a number.
    transposed : bool
        Whether the script keeps this kind of matrix transposed; its shape tells more, if it can.

    Returns
    -------
    object
        The same numbers as a list, vector, column or matrix, in single precision where theirs are.
    """
    try:
        own = np.asarray(theirs)
    except ValueError:
        return value.copy()
    shaped = _shape_like(value, own, transposed)
    if own.dtype.kind == "f" and own.dtype.itemsize < 8:
        shaped = shaped.astype(own.dtype)
    elif own.dtype.kind in "iub" and np.array_equal(shaped, np.round(shaped)):
        shaped = shaped.astype(own.dtype if own.dtype.kind != "b" else np.int64)
    if isinstance(theirs, (list, tuple)):
        return shaped.tolist()
    if not isinstance(theirs, np.ndarray) and shaped.size == 1:
        return shaped.reshape(-1)[0].item()
    return shaped


def _shape_like(value: Array, own: np.ndarray, transposed: bool) -> np.ndarray:
    n, m = value.shape
    if own.ndim == 1 and own.size == n != value.size and set(np.unique(value)) <= {0.0, 1.0}:
        return value.argmax(axis=1)  # class numbers where the case has one-hot rows
    if own.ndim <= 1 and 1 in (n, m):
        return value.reshape(-1).copy()
    if own.ndim == 2 and n == 1 and own.shape[1] == m and own.shape[0] > 1:
        return _repeat_rows(value, own)
    if own.ndim == 2 and n != m and own.shape in ((n, m), (m, n)):
        transposed = own.shape == (m, n)
    return np.array(value.T if transposed else value, order="C")


def _repeat_rows(value: Array, own: np.ndarray) -> np.ndarray:
    """A bias in every row, or down the columns where theirs is filled like that."""
    rows = own.shape[0]
    if np.all(own == own[:1]) or np.unique(own).size == own.size:
        return np.repeat(value, rows, axis=0)
    return np.resize(value.reshape(-1), (own.shape[1], rows)).T.copy()


def is_transposed(own: Any, shape: tuple[int, ...]) -> bool | None:
    """Whether a value's shape is the transposed one; None where its shape does not tell."""
    try:
        found = np.shape(own)
    except ValueError:
        return None
    if len(found) != 2 or shape[0] == shape[1]:
        return None
    return True if found == shape[::-1] else False if found == shape else None
