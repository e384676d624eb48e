"""Strict exp, sigmoid and tanh: the same bits on every machine, from + - * / and tables.

exp(x) = 2^(n / 256) exp(r) with n the integer nearest to 256 x / ln 2. The first factor comes from
a table in two parts, the second from its Taylor polynomial. After Tang (1989), Table-driven
implementation of the exponential function in IEEE floating-point arithmetic.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic.strict_blocks import in_blocks
from twinprop.arithmetic.strict_constants import constants, powers
from twinprop.ground.array import Array

Indices = NDArray[np.intp]

# Ufuncs take 0-d arrays faster than Python's floats, which matters on small networks.
ONE, TWO, HALF, MINUS_TWO = map(np.array, (1.0, 2.0, 0.5, -2.0))
LARGEST, SMALLEST = map(np.array, (710.0, -745.5))  # exp is infinite and 0 beyond
LAST_STEP, STEP_BITS, LOWEST = map(np.array, (255, 8, -1076))

SMALLEST_NORMAL = powers[1074 - 1022]

# 2^m for m from -1076 to 1024 as two factors, so that a subnormal result is rounded only once.
exponents = np.arange(-1076, 1025)
FIRST_FACTOR = powers[1074 + np.clip(exponents, -1000, 1000)]
SECOND_FACTOR = powers[1074 + exponents - np.clip(exponents, -1000, 1000)]


def exp(x: Array) -> Array:
    """Exponential of x, within 0.51 ULP.

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        The exponentials.

    Examples
    --------
    >>> exp(np.array([[0.0, 1.0]]))
    array([[1.        , 2.71828183]])
    """
    return in_blocks(exp_block, x)


def sigmoid(x: Array) -> Array:
    """Logistic function 1 / (1 + exp(-x)), within 2 ULP.

    With e = exp(-|x|) it is 1 / (1 + e) or e / (1 + e), which loses nothing at either end.

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        From 0 to 1.

    Examples
    --------
    >>> sigmoid(np.array([[0.0, 1.0]]))
    array([[0.5       , 0.73105858]])
    """
    return in_blocks(sigmoid_block, x)


def tanh(x: Array) -> Array:
    """Hyperbolic tangent of x, within 2 ULP.

    Below 0.625 it is Lambert's continued fraction, cut after nine levels; above,
    1 - 2 e / (1 + e) with e = exp(-2 |x|).

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        From -1 to 1.

    Examples
    --------
    >>> tanh(np.array([[0.0, 1.0]]))
    array([[0.        , 0.76159416]])
    """
    return in_blocks(tanh_block, x)


@cache
def tables() -> tuple[Array, ...]:
    """What exp_parts reads: inverse and two parts of a step, both tables, the polynomial."""
    names = ("exp_inverse_step", "exp_step")
    steps = [np.array(value) for name in names for value in constants()[name]]
    taylor = [np.array(value) for value in constants()["exp_polynomial"]]
    return (*steps, constants()["exp_high"], constants()["exp_low"], *taylor)


def exp_block(x: Array) -> Array:
    """Exponential of one block."""
    x = np.maximum(np.minimum(x, LARGEST), SMALLEST)
    value = exp_clipped(x)
    subnormal = value < SMALLEST_NORMAL
    if subnormal.any():
        value[subnormal] = exp_subnormal(x[subnormal])
    return value


def exp_subnormal(x: Array) -> Array:
    """Exponential of values below -708.4, rounded only once, within 0.51 ULP.

    Adding 2^(-1022 - m) moves the last place of exp(x) 2^-m to where the result has it.
    """
    t, p, m = exp_parts(x)
    high = t + p
    low = p - (high - t)
    unit = powers[1074 - 1022 - (m + LOWEST)]
    kept = unit + high
    kept = (kept + ((high - (kept - unit)) + low)) - unit
    return (kept * FIRST_FACTOR[m]) * SECOND_FACTOR[m]


def sigmoid_block(x: Array) -> Array:
    """Logistic function of one block."""
    e = np.negative(np.abs(x))
    e = exp_clipped(np.maximum(e, SMALLEST, out=e))
    s = ONE + e
    a = np.where(x >= 0.0, ONE, e)
    np.divide(a, s, a)
    # What 1 + e lost in rounding would otherwise cost up to half a unit.
    np.subtract(s, ONE, s)
    np.subtract(e, s, s)
    np.multiply(a, s, s)
    return np.subtract(a, s, a)


def tanh_block(x: Array) -> Array:
    """Hyperbolic tangent of one block."""
    a = np.abs(x)
    e = exp_clipped(np.maximum(a * MINUS_TWO, SMALLEST))
    far = ONE - (TWO * e) / (ONE + e)
    z = x * x
    above = 11486475.0 + z * (810810.0 + z * (12870.0 + z * 44.0))
    below = 34459425.0 + z * (16216200.0 + z * (945945.0 + z * (13860.0 + z * 45.0)))
    near = x - x * ((z * above) / below)
    y = np.where(a < 0.625, near, np.where(x < 0.0, -far, far))
    return np.where(x == 0.0, x, y)  # keeps the sign of zero


def exp_clipped(x: Array) -> Array:
    """Exponential of values from -745.5 to 710."""
    t, p, m = exp_parts(x)
    np.add(t, p, p)
    np.multiply(p, FIRST_FACTOR.take(m, None, t, "clip"), p)
    return np.multiply(p, SECOND_FACTOR.take(m, None, t, "clip"), p)


def exp_parts(x: Array) -> tuple[Array, Array, Indices]:
    """t, p and m + 1076 with exp(x) = 2^m (t + p), t from the table and p small."""
    inverse_step, step_high, step_low, table_high, table_low, fifth, fourth, third = tables()
    n = x * inverse_step
    np.add(n, HALF, n)
    np.floor(n, n)
    # n = 256 m + j, in integers; R computes the same with floor.
    m = n.astype(np.intp)
    j = m & LAST_STEP
    np.right_shift(m, STEP_BITS, m)
    np.subtract(m, LOWEST, m)
    # r = x - n ln(2) / 256 as r + low: the first product and both differences are exact.
    r = n * step_high
    low = np.subtract(x, r)
    np.multiply(n, step_low, n)
    np.subtract(low, n, r)
    np.subtract(low, r, low)
    np.subtract(low, n, low)
    # exp(r) - 1 = r + (low + r^2 (1/2 + r (1/6 + r (1/24 + r / 120))))
    p = r * fifth
    for coefficient in (fourth, third, HALF):
        np.add(p, coefficient, p)
        np.multiply(p, r, p)
    np.multiply(p, r, p)
    np.add(low, p, p)
    np.add(r, p, p)
    # Only NaN has an index outside the tables, and NaN times any entry stays NaN.
    t = table_high.take(j, None, low, "clip")
    np.multiply(p, t, p)
    np.add(table_low.take(j, None, n, "clip"), p, p)
    return t, p, m
