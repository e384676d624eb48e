"""The operations that are the same in native and in strict arithmetic."""

from typing import Any

import numpy as np

from twinprop.ground.array import Array
from twinprop.ground.array_checks import as_numbers, check_shape

DOUBLE = np.dtype(np.float64)


def as_doubles(x: Any, name: str = "x") -> Array:
    """The numbers of x as an array of float64, missing ones as NaN."""
    return x if type(x) is np.ndarray and x.dtype is DOUBLE else as_numbers(x, name)


def sqrt(x: Array) -> Array:
    """Square root of x, correctly rounded.

    Parameters
    ----------
    x : (n, m) float64
        Any values; NaN where negative.

    Returns
    -------
    (n, m) float64
        The square roots.

    Examples
    --------
    >>> sqrt(np.array([[4.0, 2.0]]))
    array([[2.        , 1.41421356]])
    """
    with np.errstate(all="ignore"):
        return np.asarray(np.sqrt(as_doubles(x)))


def where(condition: Any, yes: Any, no: Any) -> Array:
    """Element of yes where the condition holds, element of no elsewhere.

    Parameters
    ----------
    condition : (n, m) bool
        The choice.
    yes : (n, m) float64
        Or one number.
    no : (n, m) float64
        Or one number.

    Returns
    -------
    (n, m) float64
        The chosen elements.

    Examples
    --------
    >>> where(np.array([[True, False]]), 1.0, np.array([[2.0, 3.0]]))
    array([[1., 3.]])
    """
    return np.where(condition, yes, no)


def add_bias(z: Array, b: Array) -> Array:
    """Add the row b to every row of z.

    Parameters
    ----------
    z : (n, m) float64
        One row per sample.
    b : (1, m) float64
        The row.

    Returns
    -------
    (n, m) float64
        The sums.

    Examples
    --------
    >>> add_bias(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[10.0, 20.0]]))
    array([[11., 22.],
           [13., 24.]])
    """
    if b.shape != (1, z.shape[1]):
        check_shape("b", b.shape, (1, z.shape[1]))
    return z + b
