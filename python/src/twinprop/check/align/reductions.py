"""What a function makes of an array along an axis, or of all of it, known by its values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def pull_unknown_reduction(z: Numbers, y: Numbers, g: Any) -> Numbers | None:
    """The derivative at the array of which an unknown function made fewer numbers.

    Parameters
    ----------
    z : array
        What the function was given.
    y : array
        What it gave.
    g : array
        The derivative at `y`.

    Returns
    -------
    array or None
        The derivative at `z`; None where `y` is none of what is known.
    """
    if y.size == 1 and z.size > 1 and z.min() < z.max():
        slope = _slope_of(z.reshape(-1, 1), y, 0)
        return None if slope is None else slope.reshape(z.shape) * np.ravel(g)[0]
    for axis in range(z.ndim) if z.ndim > 1 else ():
        slope = _slope_of(z, y, axis)
        if slope is not None:
            kept = tuple(1 if k == axis else n for k, n in enumerate(z.shape))
            return slope * np.reshape(g, kept)
    return None


def pull_unknown_share(z: Any, y: Any, g: Any) -> Numbers | None:
    """The derivative at an array of which an unknown function gave shares of their sum, softmax, or
    its logarithm, along an axis or of all; None where `y` is none of these.
    """
    z, y = np.asarray(z, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if z.size < 2 or not z.min() < z.max():
        return None
    for axis in (None, *range(z.ndim)) if z.ndim > 1 else (None,):

        def total(v: Numbers, axis: int | None = axis) -> Numbers:
            return np.asarray(v.sum(axis=axis, keepdims=True))

        powers = np.exp(z - z.max(axis=axis, keepdims=True))
        softmax = powers / total(powers)
        if np.allclose(y, softmax, 1e-10, 1e-12):
            return y * (g - total(g * y))
        if np.allclose(y, np.log(softmax), 1e-10, 1e-12):
            return np.asarray(g - softmax * total(np.asarray(g)))
        whole = total(z)
        if np.all(whole) and np.allclose(y, z / whole, 1e-10, 1e-12):
            return (g - total(g * y)) / whole
    return None


def _slope_of(z: Numbers, y: Numbers, axis: int) -> Numbers | None:
    """The slope of a sum, mean, maximum, minimum, norm, product, log-sum-exp, variance or
    deviation along an axis, whichever gives the values.
    """
    n = z.shape[axis]

    def gives(kept: Any) -> bool:
        return bool(kept.size == y.size and np.allclose(np.ravel(y), kept.ravel(), 1e-12))

    def along(name: str, v: Numbers) -> Numbers:
        return np.asarray(getattr(np, name)(v, axis=axis, keepdims=True))

    for name in ("sum", "mean"):
        if gives(along(name, z)):
            return np.full(z.shape, 1.0 if name == "sum" else 1 / n)
    for name in ("max", "min"):
        if gives(along(name, z)):
            return (z == along(name, z)) * 1.0
    norm = np.sqrt(along("sum", z * z))
    if np.all(norm) and gives(norm):
        return z / norm
    product = along("prod", z)
    if np.all(z) and gives(product):
        return product / z
    top = along("max", z)
    whole = top + np.log(along("sum", np.exp(z - top)))
    if gives(whole):
        return np.exp(z - whole)
    return _slope_of_spread(z - along("mean", z), axis, gives)


def _slope_of_spread(off: Numbers, axis: int, gives: Callable[[Numbers], bool]) -> Numbers | None:
    """The same of a variance or a deviation, which is divided by n or by n - 1."""
    n = off.shape[axis]
    for less in (0, 1) if n > 1 else (0,):
        variance = np.sum(off * off, axis=axis, keepdims=True) / (n - less)
        slope = 2 * off / (n - less)
        if gives(variance):
            return slope
        if np.all(variance) and gives(np.sqrt(variance)):
            return slope / (2 * np.sqrt(variance))
    return None
