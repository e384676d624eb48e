"""Random numbers equal to R's, from one seed in both languages.

The generator is the Mersenne Twister of Matsumoto and Nishimura (1998) with R's seeding. Normal
numbers are R's inversion: the algorithm AS241 of Wichura (1988), evaluated in strict arithmetic.
"""

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic.strict_constants import constants
from twinprop.arithmetic.strict_log import log
from twinprop.ground.array import Array
from twinprop.ground.case_checks import (
    LARGEST_INTEGER,
    check_not_negative,
    check_number,
    check_range,
)
from twinprop.ground.errors import quote_value, refuse

Generator = np.random.MT19937

_STATE_WORDS = 624
# R never returns 0: it puts half of its 1 / (2^32 - 1) there, the decimal as in R's source.
_SMALLEST_UNIFORM = 0.5 * 2.328306437080797e-10
_FIRST_DRAW = 134217728.0  # 2^27: how many values the first draw of a normal number selects among
_BITS_PER_PIECE = 16


def new_generator(seed: int) -> Generator:
    """Generator of random numbers that starts from a seed.

    The numbers are those that R draws after set.seed(seed) with its default kinds (R 3.6 and
    later). Each drawing function moves the generator on. The generator has its own stream: R's
    own random numbers and kinds stay as they are.

    Parameters
    ----------
    seed : int
        A whole number from -2147483647 to 2147483647.

    Returns
    -------
    generator
        Argument of random_uniform, random_normal and random_permutation.

    Examples
    --------
    >>> generator = new_generator(1)
    >>> random_uniform(generator, 3).round(4)
    array([0.2655, 0.3721, 0.5729])
    """
    word = _checked_seed(seed) % 2**32
    words = []
    for step in range(50 + 1 + _STATE_WORDS):
        word = (69069 * word + 1) % 2**32
        if step > 50:
            words.append(word)
    generator = np.random.MT19937()
    key = np.array(words, dtype=np.uint32)
    generator.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": _STATE_WORDS}}
    return generator


def random_uniform(generator: Generator, n: int, low: float = 0, high: float = 1) -> Array:
    """Random numbers between two bounds, low + (high - low) u.

    u is uniform on (0, 1) in steps of 2^-32, R's runif.

    Parameters
    ----------
    generator : generator
        From new_generator; it moves on by n draws.
    n : int
        How many numbers.
    low : float64
        Lower bound.
    high : float64
        Upper bound.

    Returns
    -------
    (n,) float64
        The numbers, in the order of drawing.

    Examples
    --------
    >>> random_uniform(new_generator(42), 3, low=-1, high=1).round(4)
    array([ 0.8296,  0.8742, -0.4277])
    """
    check_generator(generator)
    check_range(low, high, "low", "high")
    return draw_uniform(generator, _checked_count(n), low, high)


def draw_uniform(generator: Generator, n: int, low: float = 0, high: float = 1) -> Array:
    """What random_uniform draws, for callers who checked what they give."""
    uniform = generator.random_raw(n).astype(np.float64) * 2.0**-32
    uniform[uniform == 0.0] = _SMALLEST_UNIFORM
    return low + (high - low) * uniform


def random_normal(generator: Generator, n: int, mean: float = 0, sd: float = 1) -> Array:
    """Normal random numbers, mean + sd q.

    q is the standard normal quantile of a uniform number made of two draws, R's rnorm. Some six in
    a million differ from R's in their last bits: R takes the logarithm of the platform, which is
    not always the correctly rounded one.

    Parameters
    ----------
    generator : generator
        From new_generator; it moves on by 2 n draws.
    n : int
        How many numbers.
    mean : float64
        Mean of the distribution.
    sd : float64
        Standard deviation of the distribution.

    Returns
    -------
    (n,) float64
        The numbers, in the order of drawing.

    Examples
    --------
    >>> random_normal(new_generator(1), 3).round(4)
    array([-0.6265,  0.1836, -0.8356])
    """
    check_generator(generator)
    check_number(mean, "mean")
    check_not_negative(sd, "sd")
    uniform = draw_uniform(generator, 2 * _checked_count(n))
    p = (np.floor(_FIRST_DRAW * uniform[0::2]) + uniform[1::2]) / _FIRST_DRAW
    return mean + sd * normal_quantile(p)


def random_permutation(generator: Generator, n: int) -> NDArray[np.int64]:
    """Indices of n things in random order.

    Each index is one draw without replacement by rejection, R's sample.int. Indices are those of
    the language: from 0 in Python, from 1 in R.

    Parameters
    ----------
    generator : generator
        From new_generator; it moves on by the draws made, rejected ones included.
    n : int
        How many things.

    Returns
    -------
    (n,) int
        The indices.

    Examples
    --------
    >>> random_permutation(new_generator(1), 5) + 1
    array([1, 4, 3, 5, 2])
    """
    check_generator(generator)
    left = list(range(_checked_count(n)))
    chosen = []
    while left:
        bits = (len(left) - 1).bit_length()
        smaller = (1 << bits) >> 1  # the next power of 2: from there on one bit less is drawn
        for position in _positions_below(generator, len(left), smaller, bits):
            chosen.append(left[position])
            last = left.pop()
            if position < len(left):
                left[position] = last
    return np.array(chosen, dtype=np.int64)


def normal_quantile(p: Array) -> Array:
    """Quantile of the standard normal distribution.

    Wichura (1988), Algorithm AS241, routine PPND16: three ratios of polynomials of degree 7, the
    first for p from 0.075 to 0.925. The logarithm is the strict one in every arithmetic, so that
    the same numbers are drawn everywhere.

    Parameters
    ----------
    p : (n,) float64
        Probabilities above 0 and not above 1.

    Returns
    -------
    (n,) float64
        The quantiles; infinity for 1.

    Examples
    --------
    >>> normal_quantile(np.array([0.025, 0.5, 0.999])).round(4)
    array([-1.96  ,  0.    ,  3.0902])
    """
    q = p - 0.5
    quantile = np.empty_like(q)
    central = np.abs(q) <= 0.425
    r = 0.180625 - q[central] * q[central]
    quantile[central] = q[central] * _polynomial("a", r) / _polynomial("b", r)
    tail = ~central
    upper = q[tail] > 0.0
    r = np.sqrt(-log(np.where(upper, 0.5 - p[tail] + 0.5, p[tail])))
    finite = np.minimum(r, 28.0)  # r is infinite where p is 1, otherwise below 28
    near = _polynomial("c", finite - 1.6) / _polynomial("d", finite - 1.6)
    far = _polynomial("e", finite - 5.0) / _polynomial("f", finite - 5.0)
    size = np.where(r <= 5.0, near, np.where(np.isinf(r), r, far))
    quantile[tail] = np.where(upper, size, -size)
    return quantile


def _polynomial(name: str, x: Array) -> Array:
    """Polynomial of AS241, by Horner's rule from the highest power, the order of R's source."""
    highest, *others = constants()["as241_" + name]
    value = highest * np.ones_like(x)
    for coefficient in others:
        value = value * x + coefficient
    return value


def _positions_below(generator: Generator, high: int, low: int, bits: int) -> list[int]:
    """One position below each of high, high - 1, ..., low + 1, all drawn with as many bits.

    R draws one piece of 16 bits at a time and asks for one bit more than it uses. Here as many are
    drawn at once as are needed at least, until all positions are found.
    """
    pieces = bits // _BITS_PER_PIECE + 1
    positions: list[int] = []
    while high > low:
        attempts = high - low
        drawn = np.floor(draw_uniform(generator, attempts * pieces) * 2.0**_BITS_PER_PIECE)
        value = np.zeros(attempts, dtype=np.int64)
        for piece in drawn.astype(np.int64).reshape(attempts, pieces).T:
            value = (value << _BITS_PER_PIECE) + piece
        for position in (value & ((1 << bits) - 1)).tolist():
            if position < high:
                positions.append(position)
                high -= 1
    return positions


def check_generator(generator: Any) -> Generator:
    """Refuse what is no generator."""
    if not isinstance(generator, Generator):
        refuse("generator", quote_value(generator), "one of new_generator")
    return generator


def _checked_seed(seed: int) -> int:
    whole = _whole(seed)
    if whole is None or abs(whole) > LARGEST_INTEGER:
        wanted = f"a whole number from -{LARGEST_INTEGER} to {LARGEST_INTEGER}"
        refuse("seed", quote_value(seed), wanted)
    return whole


def _checked_count(n: int) -> int:
    whole = _whole(n)
    if whole is None or whole < 0:
        refuse("the number of draws", quote_value(n), "a whole number of at least 0")
    return whole


def _whole(value: Any) -> int | None:
    """The value as an int, None where it is not a whole number (True is not one)."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    try:
        return operator.index(value)
    except TypeError:
        return None
