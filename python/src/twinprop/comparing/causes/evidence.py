"""When a cause is named: it gives their numbers, and chance would not.

The evidence is counted in decimal digits: those of the distinct numbers that a cause foretells,
less those that were chosen to make it fit. With eight digits over, one pair in 10^8 that differs
for another reason would be explained so by chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
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
BLOCK = 1 << 16  # numbers at a time: what is computed beside them stays in the cache


class Pair(NamedTuple):
    """Two arrays of numbers that differ, and what is known of them.

    `rows` are the counts by which a sum or a variance may have been divided; `columns` the names
    of columns, None where they have none; `labels` texts by name that belong to the rows; `others`
    all arrays of both files.
    """

    a: Array
    b: Array
    grains: tuple[Grain, Grain]
    rows: tuple[int, ...] = ()
    columns: tuple[str, ...] | None = None
    labels: Mapping[str, NDArray[Any]] = MappingProxyType({})
    others: Mapping[str, NDArray[Any]] = MappingProxyType({})


def pair_of(a: NDArray[Any], b: NDArray[Any], rows: tuple[int, ...] = (), **known: Any) -> Pair:
    """A pair with the grain of its numbers found from them."""
    if a.ndim != b.ndim:  # as a vector and a matrix of one row
        a, b = np.squeeze(a), np.squeeze(b)
    own = [x.shape[0] for x in (a, b) if x.ndim]
    counts = tuple(n for n in dict.fromkeys([*own, *rows]) if n > 2)
    grains = grain_of(a), grain_of(b)
    return Pair(
        np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64), grains, counts, **known
    )


def gives(theirs: Array, foretold: Array, by: Callable[[Array], Array] | None = None) -> bool:
    """Whether foretold numbers are theirs: within rounding, NaN at the same places.

    `by` is what makes the foretold ones of `foretold`, element by element; of large arrays it is
    done some rows at a time, so that no copy of them is needed.
    """
    if theirs.shape != foretold.shape:
        return False
    make = by or (lambda part: part)
    some = sample_of if by is None else _some_rows
    if theirs.size > BLOCK and _is_far(some(theirs), make(some(foretold))):
        return False
    if by is None:
        allowed = Allowance(theirs, foretold)
    else:
        allowed = Allowance(theirs, by(_some_rows(foretold)), sizes=(theirs,))
    return everywhere(lambda x, y: _are_near(x, make(y), allowed), theirs, foretold)


def _is_far(theirs: Array, foretold: Array) -> bool:
    """Whether most of some numbers are far beyond rounding, which is seen without all of them."""
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = 100 * Allowance(theirs, foretold)("", theirs, foretold)
        return bool(np.mean(np.abs(theirs - foretold) > allowed) > 0.5)


def everywhere(test: Callable[..., bool], *arrays: Array) -> bool:
    """Whether something holds for all rows of arrays: asked of a few first, then block by block."""
    count = len(arrays[0]) if arrays[0].ndim else 0
    if arrays[0].size <= BLOCK or count < 2:
        return test(*arrays)
    return test(*map(_some_rows, arrays)) and all(test(*parts) for _, *parts in row_blocks(*arrays))


def _some_rows(array: Array) -> Array:
    """Rows from all parts of an array, of some thousand numbers."""
    if array.size <= BLOCK or not array.ndim:
        return array
    rows = max(1, SAMPLE * len(array) // array.size)
    return np.asarray(array[np.linspace(0, len(array) - 1, rows).astype(np.int64)])


def differing_columns(a: Array, b: Array) -> list[int]:
    """The columns of two matrices in which any number differs by more than rounding."""
    allowed = Allowance(a, b)
    differs = np.zeros(a.shape[1], dtype=bool)
    for _, x, y in row_blocks(a, b):
        with np.errstate(invalid="ignore", over="ignore"):
            near = np.abs(x - y) <= allowed("", x, y)
        differs |= ~(near | (x == y) | (np.isnan(x) & np.isnan(y))).all(axis=0)
    return [int(i) for i in np.flatnonzero(differs)]


def row_blocks(*arrays: Array) -> Iterator[tuple[Any, ...]]:
    """Rows of arrays of one shape, some at a time, with the number of the first."""
    count = len(arrays[0]) if arrays[0].ndim else 0
    if arrays[0].size <= BLOCK or count < 2:
        yield 0, *arrays
        return
    rows = max(1, BLOCK * count // arrays[0].size)
    for start in range(0, count, rows):
        yield start, *(each[start : start + rows] for each in arrays)


def place_in(shape: tuple[int, ...], flat: int, start: int) -> tuple[int, ...]:
    """The index of an element of a block whose first row has a number."""
    place = tuple(int(i) for i in np.unravel_index(flat, shape))
    return (place[0] + start, *place[1:]) if place else place


def _are_near(theirs: Array, foretold: Array, allowed: Allowance) -> bool:
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(theirs - foretold) <= allowed("", theirs, foretold)
    if near.all():
        return True
    return bool(np.all(near | (theirs == foretold) | (np.isnan(theirs) & np.isnan(foretold))))


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
    _, counts = np.unique(foretold[: 2 * SAMPLE], axis=0, return_counts=True)
    return max(evidence(foretold), foretold.shape[0] * spread_of(counts))


def spread_of(counts: NDArray[Any]) -> float:
    """How many digits one of some values tells, by how often each of them is there."""
    shares = counts / counts.sum()
    return float(-(shares * np.log10(shares)).sum())


def is_enough(foretold: Array, fitted: float = 0.0) -> bool:
    """Whether a cause foretells more than chance would."""
    return evidence(foretold, fitted) >= ENOUGH


def is_one_hot(x: Array) -> bool:
    """Whether each row has a single one among zeros."""
    return bool(np.isin(x, (0.0, 1.0)).all() and (x.sum(axis=1) == 1).all())
