"""Distance between two doubles, counted in representable numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ulp_distance(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """How many steps from one double to the next lead from a to b, element by element.

    Zero and minus zero are the same place, the steps count across zero, and infinity is one
    step beyond the largest finite number. Two NaN are 0 apart, a NaN and a number infinitely
    far. Distances of 2^53 and more are rounded, as they are given as doubles.

    Parameters
    ----------
    a, b : array_like
        Of one shape.

    Returns
    -------
    float64
        Of the same shape.

    Examples
    --------
    >>> float(ulp_distance(1.0, 1.0 + 2**-52))
    1.0
    >>> float(ulp_distance(-5e-324, 5e-324))
    2.0
    """
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    place_a, place_b = _place_on_line(a), _place_on_line(b)
    # The difference of two int64 can need 64 bits: subtracting as uint64 wraps to the right value.
    larger = np.maximum(place_a, place_b).astype(np.uint64)
    smaller = np.minimum(place_a, place_b).astype(np.uint64)
    with np.errstate(over="ignore"):
        distance = (larger - smaller).astype(np.float64)
    nan_a, nan_b = np.isnan(a), np.isnan(b)
    if nan_a.any() or nan_b.any():
        distance = np.where(nan_a & nan_b, 0.0, np.where(nan_a | nan_b, np.inf, distance))
    return np.asarray(distance)


def same_bits(a: ArrayLike, b: ArrayLike) -> NDArray[np.bool_]:
    """Whether two doubles are the same, element by element, minus zero set apart from zero.

    All NaN count as the same, since their payload is no part of any promise.

    Parameters
    ----------
    a, b : array_like
        Of one shape.

    Returns
    -------
    bool
        Of the same shape.
    """
    a = np.asarray(a, dtype=np.float64)
    b = np.asarray(b, dtype=np.float64)
    equal = a.view(np.int64) == b.view(np.int64)
    return np.asarray(equal | (np.isnan(a) & np.isnan(b)))


def _place_on_line(x: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rank of a double among all doubles: 0 for both zeros, negative below."""
    bits = x.view(np.int64)
    # The bits of a negative double, read as an integer, grow with its magnitude.
    return np.where(bits < 0, np.iinfo(np.int64).min - bits, bits)
