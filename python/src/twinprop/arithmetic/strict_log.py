"""Strict log and log1p: the same bits on every machine, from + - * / and tables.

x = 2^n z with z near 1, and log(x) = n log(2) - log(c) + log(1 + r) with r = c z - 1, where c is an
inverse of few bits from a table. After Tang (1990), Table-driven implementation of the logarithm
function in IEEE floating-point arithmetic.
"""

import numpy as np

from twinprop.arithmetic.strict_blocks import in_blocks
from twinprop.arithmetic.strict_constants import constants, powers
from twinprop.ground.array import Array

SMALLEST_NORMAL = powers[1074 - 1022]
SMALL = powers[1074 - 30]
SPLITTER = 134217729.0  # 2^27 + 1, halves a significand (Veltkamp)


def log(x: Array) -> Array:
    """Natural logarithm of x, within 0.51 ULP.

    Parameters
    ----------
    x : (n, m) float64
        Any values; NaN where negative.

    Returns
    -------
    (n, m) float64
        The logarithms.

    Examples
    --------
    >>> log(np.array([[1.0, 10.0]]))
    array([[0.        , 2.30258509]])
    """
    return in_blocks(log_block, x)


def log1p(x: Array) -> Array:
    """Natural logarithm of 1 + x, within 0.51 ULP.

    Parameters
    ----------
    x : (n, m) float64
        Any values; NaN where less than -1.

    Returns
    -------
    (n, m) float64
        The logarithms.

    Examples
    --------
    >>> log1p(np.array([[0.0, 1.0]]))
    array([[0.        , 0.69314718]])
    """
    return in_blocks(log1p_block, x)


def log_block(x: Array) -> Array:
    """Logarithm of one block."""
    usual = (x > 0.0) & (x < np.inf)
    y = np.where(usual, x, 1.0)
    subnormal = y < SMALLEST_NORMAL
    y = np.where(subnormal, y * 18014398509481984.0, y)  # 2^54
    value = log_sum(y, 0.0 * y, np.where(subnormal, 54.0, 0.0))
    return np.where(usual, value, np.where(x == 0.0, -np.inf, np.where(x > 0.0, x, np.nan)))


def log1p_block(x: Array) -> Array:
    """Logarithm of 1 + one block."""
    usual = (x > -1.0) & (x < np.inf)
    y = np.where(usual, x, 0.0)
    high, low = two_sum(np.array(1.0), y)
    small = y - (y * y) * 0.5  # the next term, y^3 / 3, is below 2^-60 y
    value = np.where(np.abs(y) < SMALL, small, log_sum(high, low, 0.0 * high))
    return np.where(usual, value, np.where(x == -1.0, -np.inf, np.where(x > 0.0, x, np.nan)))


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded sum and its rounding error, exactly (Knuth)."""
    s = a + b
    b_found = s - a
    return s, (a - (s - b_found)) + (b - b_found)


def log_sum(x: Array, low: Array, shift: Array) -> Array:
    """Logarithm of (x + low) 2^-shift for normal x and low at most half a unit of x."""
    tables = constants()
    two_high, two_low = tables["log_of_two"]
    ninth, *others = tables["log_polynomial"]
    e = np.searchsorted(powers, x, side="right") - 1075
    scale = powers.take(1074 - e)
    z, z_low = x * scale, low * scale
    upper = z > 1.4140625  # 181 / 128, near sqrt(2)
    z = np.where(upper, z * 0.5, z)
    z_low = np.where(upper, z_low * 0.5, z_low)
    n = np.where(upper, e + 1.0, e) - shift
    i = np.floor(z * 128.0 + 0.5).astype(np.intp) - 90
    c = tables["log_inverse"].take(i)
    # z in two halves, so that both products with c are exact.
    wide = SPLITTER * z
    z_high = wide - (wide - z)
    r, r_low = two_sum(z_high * c - 1.0, (z - z_high) * c)
    r_low = r_low + z_low * c
    square = r * r
    series = ninth
    for coefficient in others:
        series = coefficient + r * series
    curve = square * -0.5 + (square * r) * series
    s, s_low = two_sum(n * two_high + tables["log_high"].take(i), r)
    tail = curve + (n * two_low + tables["log_low"].take(i))
    return s + (s_low + ((r_low - r * r_low) + tail))
