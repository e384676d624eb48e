"""Two arrays of any size compared, some rows at a time, so that memory stays bounded."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.comparing.comparison import VERDICTS, Bound, Difference, Quantity, compare_arrays
from twinprop.comparing.formats.values import LARGEST_WHOLE, is_na

BLOCK = 1 << 15  # numbers at a time: what is computed beside them stays in the cache


def compare_blocks(
    name: str, a: NDArray[Any], b: NDArray[Any], bound: Bound, knows_na: bool
) -> tuple[Quantity, Difference | None]:
    """As compare_arrays, for arrays of numbers of any type and size.

    `knows_na` sets NA apart from NaN. Whole numbers that float64 has not are compared as they are.
    """
    are_whole = a.dtype.kind in "iu" and b.dtype.kind in "iu"
    if are_whole and (_beyond_float64(a) or _beyond_float64(b)):
        return _compare_whole(name, a, b)
    if a.size <= BLOCK:
        return _compare_piece(name, _in_float64(a), _in_float64(b), bound, knows_na)
    found = Quantity(name, 0, 0.0, None, 0.0, None, 0.0, None, 0.0, "identical")
    first = None
    for start, part_a, part_b in _pieces(a, b):
        quantity, difference = _compare_piece(name, part_a, part_b, bound, knows_na)
        found = _join(found, quantity, start)
        if difference is not None and first is None:
            first = replace(difference, index=_shift(difference.index, start) or ())
    return found, first


def _compare_piece(
    name: str, a: Array, b: Array, bound: Bound, knows_na: bool
) -> tuple[Quantity, Difference | None]:
    quantity, difference = compare_arrays(name, a, b, bound)
    return _mind_na(quantity, difference, a, b) if knows_na else (quantity, difference)


def _pieces(a: NDArray[Any], b: NDArray[Any]) -> Iterator[tuple[int, Array, Array]]:
    """Rows of both as float64, with the number of the first."""
    rows = max(1, BLOCK * a.shape[0] // a.size)
    for start in range(0, a.shape[0], rows):
        some = slice(start, start + rows)
        yield start, _in_float64(a[some]), _in_float64(b[some])


def _in_float64(array: NDArray[Any]) -> Array:
    """The same shape, even of a single number."""
    return np.ascontiguousarray(array, dtype=np.float64).reshape(array.shape)


def _beyond_float64(array: NDArray[Any]) -> bool:
    return bool(array.size) and (
        int(array.max()) > LARGEST_WHOLE or int(array.min()) < -LARGEST_WHOLE
    )


def _compare_whole(
    name: str, a: NDArray[Any], b: NDArray[Any]
) -> tuple[Quantity, Difference | None]:
    """Whole numbers beyond 2^53, which only the same bits make equal."""
    differs = np.flatnonzero(a.ravel() != b.ravel())
    if not differs.size:
        return Quantity(name, a.size, 0.0, None, 0.0, None, 0.0, None, 0.0, "identical"), None
    pairs = ((int(a.flat[i]), int(b.flat[i])) for i in differs[:BLOCK])
    apart = [float(abs(x - y)) for x, y in pairs]
    place = tuple(int(i) for i in np.unravel_index(differs[int(np.argmax(apart))], a.shape))
    index = tuple(int(i) for i in np.unravel_index(differs[0], a.shape))
    most = max(apart)
    quantity = Quantity(
        name, a.size, most, place, most, place, float("inf"), place, most, "different"
    )
    return quantity, Difference(name, index, int(a[index]), int(b[index]), apart[0], 0.0)


def _mind_na(
    quantity: Quantity, difference: Difference | None, a: Array, b: Array
) -> tuple[Quantity, Difference | None]:
    """Both know NA and NaN, which compare_arrays takes for one."""
    na_a, na_b = is_na(a), is_na(b)
    differs = np.isnan(a) & np.isnan(b) & (na_a != na_b)
    if not differs.any():
        return quantity, difference
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(differs)), a.shape))
    if difference is None or index < difference.index:
        difference = Difference(
            quantity.name, index, float(a[index]), float(b[index]), math.inf, 0.0
        )
    return replace(
        quantity, share=math.inf, share_at=index, share_ulp=math.inf, verdict="different"
    ), difference


def _join(one: Quantity, two: Quantity, start: int) -> Quantity:
    """Two parts of a quantity as one; the rows of the second are counted from `start`."""
    parts: dict[str, Any] = {"count": one.count + two.count}
    for measure in ("max_abs", "max_ulp", "share"):
        if getattr(two, measure) > getattr(one, measure):
            parts[measure] = getattr(two, measure)
            parts[f"{measure}_at"] = _shift(getattr(two, f"{measure}_at"), start)
            if measure == "share":
                parts["share_ulp"] = two.share_ulp
    parts["verdict"] = max(one.verdict, two.verdict, key=VERDICTS.index)
    return replace(one, **parts)


def _shift(index: tuple[int, ...] | None, start: int) -> tuple[int, ...] | None:
    return (index[0] + start, *index[1:]) if index and start else index
