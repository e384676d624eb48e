"""Sign, a constant factor, an offset, and standardising with another mean."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import FITTED, Pair, gives, is_enough

LN2, LN10 = math.log(2), math.log(10)
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
    if gives(a, -b):
        return "the sign is the other one everywhere" if is_enough(b) else None
    if a.ndim != 2 or min(a.shape) < 2:
        return None
    turned = np.nansum(a * b, axis=0) < 0
    if not turned.any() or turned.all() or not gives(a, np.where(turned, -b, b)):
        return None
    if not is_enough(b[:, turned], fitted=0.3 * a.shape[1]):
        return None
    names = _name_columns(np.flatnonzero(turned).tolist(), pair.columns)
    return f"the sign of {names} is the other one, as of eigenvectors, whose sign is free"


def find_factor(pair: Pair) -> str | None:
    """A constant factor: a named one if it fits, else the number."""
    a, b = pair.a, pair.b
    place = _largest_place(a, b)
    if a.shape != b.shape or place is None:
        return None
    ratio = float(a[place] / b[place])
    if not math.isfinite(ratio) or ratio == 0 or abs(ratio - 1) < 1e-9:
        return None
    # Coarse numbers tell the factor only roughly; all that are near are tried.
    near = [
        (value, words)
        for value, words in _named_factors(pair.rows)
        if abs(value / ratio - 1) < 0.05 and gives(a, value * b)
    ]
    if near and is_enough(b):
        words = list(dict.fromkeys(words for _, words in near))
        return f"a constant factor, {' or '.join(words[:2])}" if len(words) < 3 else None
    if not near and gives(a, ratio * b) and is_enough(b, FITTED):
        return f"a constant factor, {ratio:.6g}"
    return None


def find_offset(pair: Pair) -> str | None:
    """A constant that is added."""
    a, b = pair.a, pair.b
    if a.shape != b.shape:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        finite = np.isfinite(a - b)
    if not finite.any():
        return None
    offset = float(a[finite].flat[0] - b[finite].flat[0])
    for one in (1.0, -1.0):
        if abs(offset - one) < 0.05 and gives(a, b + one) and is_enough(b):
            whole = bool(np.all(b[finite] == np.rint(b[finite])))
            why = ": counted from 1 and from 0" if whole else ""
            return f"an offset of {'one' if one > 0 else 'minus one'}{why}"
    apart = abs(offset) > 1e-6 * float(np.abs(b[finite]).max())
    if apart and gives(a, b + offset) and is_enough(b, FITTED):
        return f"a constant is added, {offset:.6g}"
    return None


def find_standardising(pair: Pair) -> str | None:
    """Columns that are standardised with their own mean on one side, with another's on the other.

    Each column of theirs is then a straight line of the other's, and one of the two has mean 0.
    """
    a, b = pair.a, pair.b
    if a.shape != b.shape or a.ndim not in (1, 2) or a.shape[0] < 5:
        return None
    a, b = a.reshape(len(a), -1), b.reshape(len(b), -1)
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return None
    slopes, starts = _lines(a, b)
    if not (slopes > 0).all() or not gives(a, b * slopes + starts):
        return None
    if not is_enough(b, 2 * FITTED * a.shape[1]):
        return None
    own = [_is_standard(x) for x in (a, b)]
    if own[0] == own[1]:
        return None
    sides = ("A", "B") if own[0] else ("B", "A")
    mean = float(np.abs((b if own[0] else a).mean(axis=0)).max())
    return (
        f"{sides[0]} is standardised with its own mean and standard deviation, {sides[1]} with "
        f"those of another set (its means are up to {mean:.3g}, not 0)"
    )


def _named_factors(rows: tuple[int, ...]) -> Iterator[tuple[float, str]]:
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


def _largest_place(a: Array, b: Array) -> tuple[int, ...] | None:
    if a.shape != b.shape or not a.size:
        return None
    size = np.where(np.isfinite(a) & np.isfinite(b), np.abs(b), 0.0)
    place = np.unravel_index(int(np.argmax(size)), size.shape)
    return tuple(int(i) for i in place) if size[place] > 0 else None


def _lines(a: Array, b: Array) -> tuple[Array, Array]:
    """Slope and start of the line through the rows where each column of b is least and largest."""
    columns = np.arange(a.shape[1])
    low, high = np.argmin(b, axis=0), np.argmax(b, axis=0)
    width = b[high, columns] - b[low, columns]
    width = np.where(width > 0, width, np.nan)
    slopes = (a[high, columns] - a[low, columns]) / width
    return slopes, a[low, columns] - slopes * b[low, columns]


def _is_standard(x: Array) -> bool:
    """Mean 0 and standard deviation 1, divided by n or by n - 1, in all columns."""
    deviations = (x.std(axis=0, ddof=0), x.std(axis=0, ddof=1))
    return bool(np.all(np.abs(x.mean(axis=0)) < 1e-9)) and any(
        bool(np.all(np.abs(each - 1) < 1e-9)) for each in deviations
    )


def _name_columns(indices: list[int], names: tuple[str, ...] | None) -> str:
    listed = [names[i] if names else str(i) for i in indices]
    more = f" and {len(listed) - 6} more" if len(listed) > 6 else ""
    return f"column{'s' if len(listed) > 1 else ''} {', '.join(listed[:6])}{more}"
