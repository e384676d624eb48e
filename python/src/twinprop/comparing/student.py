"""Student's distribution: how many spreads a difference may be, where the spread is an estimate."""

from __future__ import annotations

import math
from functools import cache


def student_tail(t: float, freedom: int) -> float:
    """The chance that a number is more than so many estimated spreads from 0, on either side.

    Parameters
    ----------
    t : float
        How many spreads, at least 0.
    freedom : int
        One less than the number of runs that the spread was estimated from.

    Returns
    -------
    float
        From 0 to 1, with an absolute error of about 1e-16.

    Notes
    -----
    For whole degrees of freedom it is a finite sum (Abramowitz and Stegun 1964, 26.7.3, 26.7.4).

    Examples
    --------
    >>> round(student_tail(1.0, 1), 12)
    0.5
    """
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, inside = cosine if odd else 1.0, 0.0
    for k in range(2 + odd, freedom + 1, 2):
        inside += term
        term *= cosine * cosine * (k - 1) / k
    return 1.0 - (2.0 / math.pi * (angle + sine * inside) if odd else sine * inside)


@cache
def student_quantile(alpha: float, freedom: int) -> float:
    """How many estimated spreads a number of the same spread leaves with the chance alpha.

    Parameters
    ----------
    alpha : float
        The rate, on both sides together, from 1e-12 to 1.
    freedom : int
        One less than the number of runs that the spread was estimated from.

    Returns
    -------
    float
        The multiple of the spread.

    Examples
    --------
    >>> [round(student_quantile(1e-4, runs - 1), 2) for runs in (4, 12, 32)]
    [28.0, 5.92, 4.46]
    """
    low, high = 0.0, 1.0
    while student_tail(high, freedom) > alpha:
        low, high = high, 2.0 * high
    while (middle := (low + high) / 2.0) not in (low, high):
        low, high = (middle, high) if student_tail(middle, freedom) > alpha else (low, middle)
    return high
