"""The same numbers at other places: transposed, filled by column, in another order, shifted."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import (
    ENOUGH,
    Pair,
    evidence_of_places,
    gives,
    is_enough,
    is_one_hot,
)

_MOST_NAMED = 6
_MOST_ROWS = 200_000  # sorting more takes seconds


def find_transposed(pair: Pair) -> str | None:
    """Rows for columns."""
    a, b = pair.a, pair.b
    turned = a.ndim == 2 and a.shape == b.shape[::-1] and gives(a, b.T)
    return "A is B transposed" if turned and is_enough(b) else None


def find_filling(pair: Pair) -> str | None:
    """Filled column by column (R's matrix, order F) where the other is filled row by row."""
    a, b = pair.a, pair.b
    if a.size != b.size or max(a.ndim, b.ndim) < 2 or not is_enough(b):
        return None
    if a.shape != b.shape and gives(a, b.reshape(a.shape)):
        return "the same numbers in the same order, in another shape"
    if gives(a.T, b.reshape(a.shape[::-1])):
        return "A is filled column by column with the numbers that B holds row by row"
    if gives(a.reshape(b.shape[::-1]), b.T):
        return "B is filled column by column with the numbers that A holds row by row"
    return None


def find_row_order(pair: Pair) -> str | None:
    """Rows in another order."""
    what = "rows" if pair.a.ndim > 1 else "elements"
    if pair.a.ndim and gives(pair.a, pair.b[::-1]) and evidence_of_places(pair.b) >= ENOUGH:
        return f"{what} in the reverse order"
    order = _order(pair.a, pair.b)
    if order is None:
        return None
    return f"{what} in another order: A has B's {what} {_list(order.tolist())}"


def find_column_order(pair: Pair) -> str | None:
    """Columns in another order."""
    if pair.a.ndim != 2 or pair.b.ndim != 2:
        return None
    order = _order(pair.a.T, pair.b.T, by_column=True)
    if order is None:
        return None
    what = "levels" if is_one_hot(pair.b) else "columns"
    if pair.columns:
        return f"{what} in another order: {_list([pair.columns[i] for i in order])}"
    return f"{what} in another order: A has B's columns {_list(order.tolist())}"


def find_shift(pair: Pair) -> str | None:
    """One index off: each row is the one before or after."""
    a, b = pair.a, pair.b
    if a.shape != b.shape or not a.ndim:
        return None
    for axis in range(min(2, a.ndim)):
        if a.shape[axis] < 3:
            continue
        x, y = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
        what = "rows" if a.ndim > 1 and axis == 0 else "columns" if a.ndim > 1 else "elements"
        for words, theirs, ours in (("later", x[1:], y[:-1]), ("earlier", x[:-1], y[1:])):
            if gives(theirs, ours) and is_enough(ours):
                return f"one index off: the {what} of A are B's, one place {words}"
    return None


def find_length(pair: Pair) -> str | None:
    """Rows that one side lacks, wherever they stand."""
    a, b = pair.a, pair.b
    if a.ndim != b.ndim or not a.ndim or a.shape[1:] != b.shape[1:] or len(a) == len(b):
        return None
    (long, short), (has, lacks) = ((a, b), "AB") if len(a) > len(b) else ((b, a), "BA")
    gone = _left_out(short.reshape(len(short), -1), long.reshape(len(long), -1))
    if gone is None or not is_enough(short, _choices(len(long), len(gone))):
        return None
    what = "rows" if a.ndim > 1 else "elements"
    if len(gone) == 1 and gone[0] in (0, len(long) - 1):
        which = "first" if gone[0] == 0 else "last"
        return f"{has} has one {what[:-1]} more, the {which}; all others are the same"
    with_gaps = np.flatnonzero(np.isnan(long.reshape(len(long), -1)).any(axis=1))
    why = ""
    if np.array_equal(with_gaps, gone):
        why = ", which are those with missing values"
    return f"{lacks} lacks {has}'s {what} {_list(gone.tolist())}{why}; all others are the same"


def _left_out(short: Array, long: Array) -> NDArray[np.int64] | None:
    """Which rows of the long one to leave out for the short one to remain."""
    if not len(short) > 2 or len(long) > _MOST_ROWS:
        return None
    for rest in (slice(1, None), slice(None, -1)):
        if len(long) - len(short) == 1 and gives(short, long[rest]):
            return np.array([0 if rest.start else len(long) - 1])
    both = _rounded(np.concatenate([long, short]))
    _, codes = np.unique(np.nan_to_num(both, nan=np.inf), axis=0, return_inverse=True)
    theirs = codes.ravel()[len(long) :].tolist()
    gone = []
    at = 0
    for i, code in enumerate(codes.ravel()[: len(long)].tolist()):
        if at < len(theirs) and code == theirs[at]:
            at += 1
        else:
            gone.append(i)
    if at < len(theirs) or not gives(short, np.delete(long, gone, axis=0)):
        return None
    return np.array(gone)


def _choices(count: int, chosen: int) -> float:
    """How many digits tell which of so many rows were chosen."""
    parts = (count + 1, chosen + 1, count - chosen + 1)
    of = [math.lgamma(n) / math.log(10) for n in parts]
    return of[0] - of[1] - of[2]


def _order(a: Array, b: Array, by_column: bool = False) -> NDArray[np.int64] | None:
    """Which rows of b are a's, if all are there and what they say is more than their order."""
    if a.shape != b.shape or not a.ndim or not 2 <= len(a) <= _MOST_ROWS:
        return None
    x, y = a.reshape(len(a), -1), b.reshape(len(b), -1)
    with np.errstate(invalid="ignore", over="ignore"):
        if not all(gives(of(x, axis=0), of(y, axis=0)) for of in (np.min, np.max)):
            return None
    # Sorted by the columns that tell most rows apart; near equals may be swapped by rounding.
    columns = range(min(x.shape[1], 64))
    keys = sorted(columns, key=lambda i: len(np.unique(y[:1000, i])))
    rows_a, rows_b = (np.lexsort([_rounded(z[:, i]) for i in keys]) for z in (x, y))
    if not gives(x[rows_a], y[rows_b]):
        return None
    order = np.empty(len(a), dtype=np.int64)
    order[rows_a] = rows_b
    moved = order != np.arange(len(a))
    if not moved.any():
        return None
    # Equal rows may stand anywhere; which of them moved says nothing.
    _, groups = np.unique(_rounded(y), axis=0, return_counts=True)
    choices = math.lgamma(int(moved.sum()) + 1) - sum(math.lgamma(n + 1) for n in groups if n > 1)
    told = evidence_of_places(y.T if by_column else y)
    return order if told - max(choices, 0.0) / math.log(10) >= ENOUGH else None


def _rounded(values: Array) -> Array:
    """To nine digits, so that rounding does not sort equals apart."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mantissa, exponent = np.frexp(values)
        return np.asarray(np.ldexp(np.round(mantissa * 2.0**30), exponent - 30))


def _list(items: list[object]) -> str:
    more = ", ..." if len(items) > _MOST_NAMED else ""
    return ", ".join(str(item) for item in items[:_MOST_NAMED]) + more
