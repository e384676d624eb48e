"""Is it the same number? Values brought into the case's shape, and compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.catalogue import read_catalogue

SIGNED = ("e", "delta", "dW", "db")
WEIGHT_LIKE = ("W", "dW")


def read_array(plain: Any) -> Array:
    """An array of a recording, of one of the dimensions 0 to 2."""
    values = np.array([float(v) for v in plain["values"]], dtype=np.float64)
    return values.reshape(plain["shape"])


def fit_shape(value: Array, shape: tuple[int, int], kind: str, transposed: bool) -> Array:
    """A value in the wanted shape if it holds these numbers in another one, else as a matrix.

    Parameters
    ----------
    value : float64
        A number, a vector or a matrix.
    shape : (int, int)
        That of the case.
    kind : str
        Such as "b": a bias may stand in every row.
    transposed : bool
        Whether the script keeps such matrices transposed; a shape that tells is believed more.

    Returns
    -------
    float64
        A matrix.
    """
    if value.ndim < 2:
        if value.size == shape[0] * shape[1] and 1 in shape:
            return value.reshape(shape)
        return value.reshape(1, -1)
    if kind == "b":
        turned = value if value.shape[1] == shape[1] else value.T
        if turned.shape[1] == shape[1] and np.all(turned == turned[:1]):
            return turned[:1]
    if value.shape == shape and not (transposed and value.T.shape == shape):
        return value
    return value.T if value.T.shape == shape else value


def agrees(theirs: Array | None, right: Array | None) -> bool:
    """Whether two values are the same but for rounding, by the catalogue's tolerance."""
    if theirs is None or right is None or theirs.shape != right.shape:
        return False
    tolerance = read_catalogue()["tolerance"]
    with np.errstate(all="ignore"):
        near = np.abs(theirs - right) <= tolerance["absolute"] + tolerance["relative"] * abs(right)
    return bool(np.all(near | (theirs == right) | (np.isnan(theirs) & np.isnan(right))))


def sign_of(theirs: Array | None, right: Array | None, kind: str) -> int:
    """1 where two values agree, -1 where one is minus the other and its kind may be, else 0."""
    if agrees(theirs, right):
        return 1
    if kind in SIGNED and theirs is not None and agrees(-theirs, right):
        return -1
    return 0


def ratio_of(theirs: Array, right: Array) -> float | None:
    """The one number by which all of a value's elements are too large, or None."""
    if theirs.shape != right.shape:
        return None
    square = float((right * right).sum())
    if not np.isfinite(theirs).all() or square == 0:
        return None
    ratio = float((theirs * right).sum()) / square
    return ratio if ratio != 0 and agrees(theirs / ratio, right) else None


def same_rows(theirs: Array | None, right: Array | None) -> bool:
    """Whether two matrices have the same rows in another order."""
    if theirs is None or right is None or theirs.shape != right.shape or agrees(theirs, right):
        return False
    return agrees(theirs[np.lexsort(theirs.T)], right[np.lexsort(right.T)])


def is_single_precision(theirs: Array, right: Array) -> bool:
    """Whether a value is right but for having been computed in float32."""
    with np.errstate(all="ignore"):
        exact = theirs.astype(np.float32).astype(np.float64) == theirs
    near = theirs.shape == right.shape and np.abs(theirs - right).max() <= 1e-5 * scale_of(right)
    return bool(near and exact.all())


def is_rounded(theirs: Array, right: Array) -> bool:
    """Whether a value is the right one, rounded to 1 to 8 digits."""
    if theirs.shape != right.shape or not np.isfinite(theirs).all():
        return False
    for digits in range(1, 9):
        cut = np.abs(theirs * 10**digits - np.round(theirs * 10**digits)).max() < 1e-6
        if cut and np.abs(theirs - right).max() <= 0.51 * 10.0**-digits:
            return True
    return False


def scale_of(value: Array) -> float:
    """The largest magnitude, at least a little above 0."""
    return max(float(np.abs(value).max(initial=0.0)), 1e-300)


def matches(theirs: Array | None, predicted: Array | None, kind: str) -> bool:
    """Whether a mistaken formula gives their value, up to the sign where the kind has none."""
    if theirs is None or predicted is None or theirs.shape != predicted.shape:
        return False
    if not np.isfinite(predicted).all():
        alike = [np.array_equal(f(theirs), f(predicted)) for f in (np.isnan, np.isposinf)]
        return all(alike) and np.array_equal(np.isfinite(theirs), np.isfinite(predicted))
    with np.errstate(all="ignore"):
        limit = 1e-9 * scale_of(predicted)
        if np.abs(theirs - predicted).max() <= limit:
            return True
        return kind in SIGNED and bool(np.abs(theirs + predicted).max() <= limit)
