"""How likely a false alarm is: bounds from counts, without any assumption on the errors.

Right pairs of random networks are exchangeable with the next one that is drawn like them. So with N
of them the chance of a share as large as yours is at most (1 + k) / (N + 1), where k were as large.
"""

from __future__ import annotations

import math

CONFIDENCE = 0.95


def largest_rate(seen: int, of: int) -> float:
    """The largest rate at which so few are still seen with a chance of 5 %.

    Parameters
    ----------
    seen : int
        How many there were.
    of : int
        Of how many, at least 1.

    Returns
    -------
    float
        The upper end of an interval of 95 % (Clopper and Pearson 1934): for none 1 - 0.05^(1/of).

    Examples
    --------
    >>> round(largest_rate(0, 100), 4)
    0.0295
    """
    if seen >= of:
        return 1.0
    low, high = seen / of, 1.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if _at_most(seen, of, middle) > 1.0 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def share_of_pairs(as_large: int, of: int) -> float:
    """The chance that a right pair has a share as large as one that so many reached.

    Parameters
    ----------
    as_large : int
        How many of the right pairs had one as large.
    of : int
        All of them.

    Returns
    -------
    float
        At most 1.
    """
    return (1 + as_large) / (of + 1)


def rate_in_words(rate: float) -> str:
    """A rate rounded up, as so many in a power of ten.

    Parameters
    ----------
    rate : float
        Above 0, at most 1.

    Returns
    -------
    str
        Such as "3 in 100,000".

    Examples
    --------
    >>> rate_in_words(2.9957e-5)
    '3 in 100,000'
    """
    power = math.ceil(-math.log10(rate) - 1e-12)
    number = math.ceil(rate * 10**power * (1 - 1e-12))
    return f"{number} in {10**power:,}"


def _at_most(seen: int, of: int, rate: float) -> float:
    """The chance of so many or fewer."""
    log_rate, log_rest = math.log(rate), math.log1p(-rate) if rate < 1.0 else -math.inf
    chance = 0.0
    for k in range(seen + 1):
        ways = math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1)
        chance += math.exp(ways + k * log_rate + (of - k) * log_rest)
    return chance
