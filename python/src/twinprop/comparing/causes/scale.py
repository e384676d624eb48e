"""Sign, a constant factor, an offset."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import (
    FITTED,
    Pair,
    everywhere,
    gives,
    is_enough,
    place_in,
    row_blocks,
)
from twinprop.comparing.precision import SAMPLE

LN2, LN10 = math.log(2), math.log(10)
_MOST_COUNTED = 100_000  # of more, n and n - 1 are too near to tell them from a factor
_FACTORS = {
    2.0: "2: a half is there or not, as in 1/2 of a sum of squares",
    1 / LN2: "1/ln 2: log2 for ln",
    LN2: "ln 2: ln for log2",
    1 / LN10: "1/ln 10: log10 for ln",
    LN10: "ln 10: ln for log10",
    LN10 / LN2: "log2 10: log2 for log10",
    LN2 / LN10: "log10 2: log10 for log2",
    180 / math.pi: "180/pi: degrees for radians",
    math.pi / 180: "pi/180: radians for degrees",
    100.0: "100: per cent for shares",
    0.01: "1/100: shares for per cent",
    0.5: "1/2: a half is there or not, as in 1/2 of a sum of squares",
}


def find_sign(pair: Pair) -> str | None:
    """The other sign, everywhere or in whole columns."""
    a, b = pair.a, pair.b
    if a.shape != b.shape:
        return None
    if gives(a, b, np.negative):
        return "the sign is the other one everywhere" if is_enough(b) else None
    if a.ndim != 2 or min(a.shape) < 2:
        return None
    rows = np.argmax(np.abs(np.nan_to_num(b[:SAMPLE])), axis=0)
    columns = np.arange(b.shape[1])
    turned = a[rows, columns] * b[rows, columns] < 0
    if not turned.any() or not gives(a, b, lambda part: np.where(turned, -part, part)):
        return None
    if not is_enough(b[:, turned], fitted=0.3 * a.shape[1]):
        return None
    names = _name_columns(np.flatnonzero(turned).tolist(), pair.columns)
    return f"the sign of {names} is the other one, as of eigenvectors, whose sign is free"


def find_factor(pair: Pair) -> str | None:
    """A constant factor: a named one if it fits, else the number."""
    a, b = pair.a, pair.b
    places = _places(a, b)
    if places is None:
        return None
    ratio = float(a[places[1]] / b[places[1]])
    if not math.isfinite(ratio) or ratio == 0 or abs(ratio - 1) < 1e-9:
        return None
    # Coarse numbers tell the factor only roughly; all that are near are tried.
    counts = [*pair.rows, *(n for n in _counts_in(ratio) if n not in pair.rows)]
    near = [
        (value, words)
        for value, words in _named_factors(counts)
        if abs(value / ratio - 1) < 0.05 and gives(a, b, partial(np.multiply, value))
    ]
    # A count that is not that of any rows was chosen to fit.
    if near and is_enough(b, 0.0 if len(counts) == len(pair.rows) else math.log10(max(counts)) + 1):
        words = list(dict.fromkeys(words for _, words in near))
        return f"a constant factor, {' or '.join(words[:2])}" if len(words) < 3 else None
    if not near and gives(a, b, partial(np.multiply, ratio)) and is_enough(b, FITTED):
        return f"a constant factor, {ratio:.6g}"
    return None


def find_offset(pair: Pair) -> str | None:
    """A constant that is added."""
    a, b = pair.a, pair.b
    places = _places(a, b)
    if places is None:
        return None
    first, largest = places
    offset = float(a[first] - b[first])
    for one in (1.0, -1.0):
        if abs(offset - one) < 0.05 and gives(a, b, partial(np.add, one)) and is_enough(b):
            whole = everywhere(_are_whole, b)
            why = ": counted from 1 and from 0" if whole else ""
            return f"an offset of {'one' if one > 0 else 'minus one'}{why}"
    apart = abs(offset) > 1e-6 * abs(float(b[largest]))
    if apart and gives(a, b, partial(np.add, offset)) and is_enough(b, FITTED):
        return f"a constant is added, {offset:.6g}"
    return None


def _are_whole(x: Array) -> bool:
    return bool(np.all((x == np.rint(x)) | ~np.isfinite(x)))


def _named_factors(rows: Sequence[int]) -> Iterator[tuple[float, str]]:
    yield from _FACTORS.items()
    for n in rows:
        yield float(n), f"n = {n}: a sum for a mean"
        yield 1 / n, f"1/n, n = {n}: a mean for a sum"
        yield n / (n - 1), f"n/(n - 1), n = {n}: divided by n - 1 for n, as in a variance"
        yield (n - 1) / n, f"(n - 1)/n, n = {n}: divided by n for n - 1, as in a variance"
        yield (
            math.sqrt(n / (n - 1)),
            f"sqrt(n/(n - 1)), n = {n}: n - 1 and n in a standard deviation",
        )
        yield (
            math.sqrt((n - 1) / n),
            f"sqrt((n - 1)/n), n = {n}: n and n - 1 in a standard deviation",
        )


def _counts_in(ratio: float) -> list[int]:
    """A whole n for which a ratio is n/(n - 1), its inverse, or the root of either."""
    found = []
    for power in (ratio, ratio**2):
        n = 1 / abs(1 - min(power, 1 / power)) if power > 0 and power != 1 else 0.0
        if 2 < n < _MOST_COUNTED and abs(n - round(n)) < 1e-10 * n * n:
            found.append(round(n))
    return found


def _places(a: Array, b: Array) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Where both are finite first, and where b is largest then; None where b is zero."""
    if a.shape != b.shape or not a.size:
        return None
    first: tuple[int, ...] | None = None
    largest: tuple[int, ...] = ()
    most = 0.0
    for start, x, y in row_blocks(a, b):
        size = np.where(np.isfinite(x) & np.isfinite(y), np.abs(y), -1.0)
        here = int(np.argmax(size))
        if size.flat[here] > most:
            most, largest = float(size.flat[here]), place_in(size.shape, here, start)
        if first is None and size.flat[here] >= 0:
            first = place_in(size.shape, int(np.argmax(size.ravel() >= 0)), start)
    return (first, largest) if first is not None and most > 0 else None


def _name_columns(indices: list[int], names: tuple[str, ...] | None) -> str:
    listed = [names[i] if names else str(i) for i in indices]
    more = f" and {len(listed) - 6} more" if len(listed) > 6 else ""
    return f"column{'s' if len(listed) > 1 else ''} {', '.join(listed[:6])}{more}"
