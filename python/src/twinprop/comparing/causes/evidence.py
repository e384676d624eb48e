"""When a cause is named: it gives their numbers, and chance would not.

The evidence is counted in decimal digits: those of the distinct numbers that a cause foretells,
less those that were chosen to make it fit. With eight digits over, one pair in 10^8 that differs
for another reason would be explained so by chance.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.comparing.precision import (
    SAMPLE,
    Allowance,
    Grain,
    count_digits,
    grain_of,
    sample_of,
)

ENOUGH = 8.0
# A number that was fitted takes away all that one number can foretell.
FITTED = 11.0
_LOOKED_AT = 60  # more distinct numbers are not needed


class Pair(NamedTuple):
    """Two arrays of numbers that differ, and what is known of them.

    `rows` are the counts by which a sum or a variance may have been divided; `columns` the names
    of columns, None where they have none; `labels` texts by name that belong to the rows.
    """

    a: Array
    b: Array
    grains: tuple[Grain, Grain]
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] | None = None
    labels: dict[str, NDArray[Any]] = {}  # noqa: RUF012 - of a tuple, never changed


def pair_of(a: NDArray[Any], b: NDArray[Any], rows: tuple[int, ...] = (), **known: Any) -> Pair:
    """A pair with the grain of its numbers found from them."""
    own = [x.shape[0] for x in (a, b) if x.ndim]
    counts = tuple(n for n in dict.fromkeys([*own, *rows]) if n > 2)
    grains = grain_of(a), grain_of(b)
    return Pair(
        np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64), grains, counts, **known
    )


def gives(theirs: Array, foretold: Array) -> bool:
    """Whether foretold numbers are theirs: within rounding, NaN at the same places."""
    if theirs.shape != foretold.shape or _is_far(theirs, foretold):
        return False
    allowed = Allowance(theirs, foretold)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(theirs - foretold) <= allowed("", theirs, foretold)
    return bool(np.all(near | (theirs == foretold) | (np.isnan(theirs) & np.isnan(foretold))))


def _is_far(theirs: Array, foretold: Array) -> bool:
    """A quick look at large arrays: whether most of some numbers are far beyond rounding."""
    if theirs.size <= 2 * SAMPLE:
        return False
    places = np.linspace(0, theirs.size - 1, SAMPLE).astype(np.int64)
    index = np.unravel_index(places, theirs.shape)
    x, y = theirs[index], foretold[index]
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.mean(np.abs(x - y) > 100 * Allowance(x, y)("", x, y)) > 0.5)


def evidence(foretold: Array, fitted: float = 0.0) -> float:
    """How many digits of theirs a cause foretells, less what was chosen to make it fit.

    Zeros tell nothing: they are zero whatever they are multiplied by.
    """
    values = sample_of(foretold)
    values = values[np.isfinite(values) & (values != 0)]
    distinct, counts = np.unique(np.abs(values), return_counts=True)
    if not distinct.size:
        return -fitted
    each = (count_digits(distinct[i : i + 1])[0] for i in range(min(_LOOKED_AT, len(distinct))))
    digits = sum(min(FITTED, count) for count in each)
    return digits + float((counts - 1).sum()) * math.log10(len(distinct)) - fitted


def evidence_of_places(foretold: Array) -> float:
    """As evidence, for causes that move rows and change no value: zeros tell as much as others."""
    _, counts = np.unique(foretold, axis=0, return_counts=True)
    return max(evidence(foretold), foretold.shape[0] * spread_of(counts))


def spread_of(counts: NDArray[Any]) -> float:
    """How many digits one of some values tells, by how often each of them is there."""
    shares = counts / counts.sum()
    return float(-(shares * np.log10(shares)).sum())


def is_enough(foretold: Array, fitted: float = 0.0) -> bool:
    """Whether a cause foretells more than chance would."""
    return evidence(foretold, fitted) >= ENOUGH
