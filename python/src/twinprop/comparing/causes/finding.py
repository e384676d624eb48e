"""The causes in the order in which they are tried, from the plainest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.causes import cut, encoding, functions, layout, scale, standard
from twinprop.comparing.causes.evidence import Pair, differing_columns
from twinprop.comparing.precision import grain_of

CAUSES = (
    cut.find_missing,
    cut.find_float32,
    cut.find_rounding,
    layout.find_transposed,
    layout.find_filling,
    scale.find_sign,
    scale.find_factor,
    scale.find_offset,
    layout.find_column_order,
    layout.find_row_order,
    encoding.find_renumbering,
    encoding.find_one_hot,
    layout.find_shift,
    layout.find_length,
    encoding.find_dropped_column,
    standard.find_standardising,
    functions.find_function,
)
# What may come on top of another place of the numbers.
_SECOND = (scale.find_sign, scale.find_factor, cut.find_float32, cut.find_rounding)
# Of more columns it is not told that each differs for a reason of its own.
_MOST_COLUMNS = 6


def find_loss(pair: Pair) -> str | None:
    """How digits were lost, where two arrays differ by no more than that."""
    with np.errstate(all="ignore"):
        return cut.find_float32(pair) or cut.find_rounding(pair)


def find_cause(pair: Pair) -> str | None:
    """The plainest cause that gives their numbers.

    Parameters
    ----------
    pair : Pair
        Two arrays that differ.

    Returns
    -------
    str or None
        In words, such as "A is B transposed"; None where none gives all the numbers.
    """
    if not pair.a.size or not pair.b.size:
        return None
    with np.errstate(all="ignore"):  # infinities, and the NaN that signals, which is NA
        return _first(pair) or _in_columns(pair) or _moved_and(pair)


def _first(pair: Pair) -> str | None:
    return next((found for cause in CAUSES if (found := cause(pair))), None)


def _in_columns(pair: Pair) -> str | None:
    """A cause in some columns alone, where the others are the same."""
    if pair.a.ndim != 2 or pair.a.shape != pair.b.shape or pair.a.shape[1] < 2:
        return None
    columns = differing_columns(pair.a, pair.b)
    if not 0 < len(columns) < min(pair.a.shape[1], _MOST_COLUMNS + 1):
        return None
    names = pair.columns and tuple(pair.columns[i] for i in columns)
    part = _of(pair, pair.a[:, columns], pair.b[:, columns])._replace(columns=names)
    found = _first(part)
    if found is None:
        return None
    listed = ", ".join(names or map(str, columns))
    return f"in column{'s' if len(columns) > 1 else ''} {listed} alone: {found}"


def _moved_and(pair: Pair) -> str | None:
    """Transposed or with columns reversed, and something more, as other eigenvectors are."""
    a, b = pair.a, pair.b
    if a.ndim != 2 or b.ndim != 2:
        return None
    views = [("columns in the reverse order", a, b[:, ::-1])] if a.shape == b.shape else []
    if a.shape == b.shape[::-1]:
        views += [("A is B transposed", a, b.T), ("A is B transposed", a.T, b)]
    for words, x, y in views:
        part = _of(pair, x, y)._replace(columns=None)
        found = next((more for cause in _SECOND if (more := cause(part))), None)
        if found:
            return f"{words}, and {found}"
    return None


def _of(pair: Pair, a: NDArray[np.float64], b: NDArray[np.float64]) -> Pair:
    return pair._replace(a=a, b=b, grains=(grain_of(a), grain_of(b)), labels={})
