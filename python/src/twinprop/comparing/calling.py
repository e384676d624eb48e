"""What two files call the same arrays: names that stand in a folder, that count, or that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.causes.evidence import gives, is_enough
from twinprop.comparing.formats.values import Values, rename

# Names by likeness are offered so often; arrays without one are compared with so many others.
_MOST_LIKE = 3
_MOST_SOUGHT = 30
# What R and pandas call the columns of a matrix that has no names.
_COUNTED = re.compile(r"(?:V|X|Var|col|column_?|x|)\d+")


def unite_names(a: Values, b: Values) -> tuple[Values, Values, str]:
    """Two files with names in common, if only a folder or a count sets them apart; and what it was.

    A file of save() that holds one table has its columns as `table/x`; a matrix has V1, V2 in R and
    0, 1 in pandas.
    """
    if not a.arrays.keys().isdisjoint(b.arrays) or not (a.arrays and b.arrays):
        return a, b, ""
    for values, other, side in ((a, b, "A"), (b, a, "B")):
        folder = _folder_of(values)
        short = {name: name.removeprefix(folder) for name in values.arrays}
        if folder and set(short.values()) & set(other.arrays):
            arrays = {short[name]: array for name, array in values.arrays.items()}
            new = rename(values, arrays, short)
            pair = (new, b) if side == "A" else (a, new)
            return *pair, f"the names of {side} stand in {folder[:-1]}, which is left out"
    names = [list(values.arrays) for values in (a, b)]
    counted = any(all(map(_COUNTED.fullmatch, each)) for each in names)
    if counted and a.tables and b.tables and len(names[0]) == len(names[1]):
        called = dict(zip(names[1], names[0], strict=True))
        arrays = {called[name]: array for name, array in b.arrays.items()}
        return a, rename(b, arrays, called), "columns without names are matched by their order"
    return a, b, ""


def hints_of(a: Values, b: Values) -> list[str]:
    """Which arrays without a namesake may be the same: by likeness of names, values or shapes."""
    ours = {name: array for name, array in a.arrays.items() if name not in b.arrays}
    theirs = {name: array for name, array in b.arrays.items() if name not in a.arrays}
    missing = {_plain(name): name for name in ours}
    near = [(missing[_plain(name)], name) for name in theirs if _plain(name) in missing]
    found = [f"perhaps {x} in A is {y} in B: {_option(x, y)}" for x, y in near[:_MOST_LIKE]]
    if near or not ours or max(len(ours), len(theirs)) > _MOST_SOUGHT:
        return found
    pairs = list(_pairs(ours, theirs))
    found += [f"perhaps {x} in A is {y} in B, {why}: {_option(x, y)}" for x, y, why in pairs]
    if len(pairs) > 1:
        found.append("all of these: " + " ".join(_option(x, y) for x, y, _ in pairs))
    return found


def _folder_of(values: Values) -> str:
    folders = {name.partition("/")[0] for name in values.arrays}
    has_one = len(folders) == 1 and all("/" in name for name in values.arrays)
    return f"{folders.pop()}/" if has_one else ""


def _pairs(
    ours: dict[str, NDArray[Any]], theirs: dict[str, NDArray[Any]]
) -> Iterator[tuple[str, str, str]]:
    """Arrays that hold the same numbers, as they are or transposed, or alone have a shape."""
    left = dict(theirs)
    for x, array in ours.items():
        others = [y for y, other in left.items() if _alike(array, other)]
        same = next((y for y in others if _same(array, left[y])), "")
        turned = next((y for y in others if not same and _same(array, left[y].T)), "")
        rivals = [name for name, other in ours.items() if _alike(array, other)]
        if same or turned:
            what = "its numbers transposed" if turned else "its numbers"
            yield x, same or turned, f"which has {what}"
            del left[same or turned]
        elif len(others) == len(rivals) == 1 and array.size > 1:
            yield x, others[0], "which alone is of its size"
            del left[others[0]]


def _alike(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two arrays may be the same: numbers of the same shape but for order and ones."""
    shapes = [sorted(n for n in x.shape if n != 1) for x in (a, b)]
    return a.dtype.kind != "O" and b.dtype.kind != "O" and shapes[0] == shapes[1]


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    x, y = (np.asarray(np.squeeze(each), dtype=np.float64) for each in (a, b))
    return gives(x, y) and is_enough(y)


def _option(x: str, y: str) -> str:
    pair = f"{x}={y}"
    return f"--map {pair}" if re.fullmatch(r"[\w/.=-]+", pair) else f"--map '{pair}'"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
