"""L2 and L1 within the gradient: of some elements alone, or before a rule with a past."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.rules import CLOSE, Reading, Row

LARGEST_DECAY = 2.0
LARGEST_BESIDE_COST = 0.5  # a cost of the program's own may have the penalty itself
MOST_RATIOS = 50_000  # of a large network some elements show what all have
FEWEST = 3


class Numbers(NamedTuple):
    """What a change is made of: so many times the derivative, the old value and its sign."""

    rate: float
    old: float
    sign: float = 0.0


def include_penalty(reading: Reading, steps: Iterable[int]) -> bool:
    """Take L2 into the derivatives where each element follows the loss, with it or without.

    One vector may hold weights that decay and biases that do not, so each element is asked alone.
    Nothing changes if any element does neither, or if the penalty is not the same in every step.
    One that is taken away where it should be added is taken in with its sign.

    Returns
    -------
    bool
        Whether the derivatives of all parameters in these steps are now those with L2.
    """
    # Where all begins at 0 there is nothing yet that could decay.
    steps = [s for s in steps if any(np.any(r.old) for r in reading.rows[s])]
    bounds = _bounds_of(reading)
    find_numbers = partial(_find_numbers, least=1 if len(steps) > 1 else FEWEST)
    for find in (find_numbers, _find_with_signs):
        found = [find(reading.rows[s], reading.written[s], bounds) for s in steps]
        numbers = [n for n in found if n is not None]
        if not numbers or len(numbers) < len(found) or not _are_alike(numbers):
            continue
        for s, n in zip(steps, numbers, strict=True):
            _add_penalty(reading, s, reading.rows[s], n)
        return True
    return False


def include_partly(reading: Reading) -> bool:
    """Take L2 into the derivatives of those parameters that follow them so, where others do not.

    Returns
    -------
    bool
        Whether there are such parameters, with one penalty in every step.
    """
    found = []
    bounds = _bounds_of(reading)
    for rows, written in zip(reading.rows, reading.written, strict=True):
        options = []
        for c in written:
            alone = ((i, _find_numbers([r], [c], bounds, FEWEST)) for i, r in enumerate(rows))
            numbers = {i: n for i, n in alone if n is not None}
            if numbers:
                options.append(numbers)
        found.append(max(options, key=len, default={}))
    kinds = {tuple(numbers) for numbers in found}
    if len(kinds) != 1 or not found[0]:
        return False
    if not all(_are_alike([numbers[i] for numbers in found]) for i in found[0]):
        return False
    for s, numbers in enumerate(found):
        for i, n in numbers.items():
            _add_penalty(reading, s, [reading.rows[s][i]], n)
    return True


def _bounds_of(reading: Reading) -> tuple[float, float]:
    """Between which numbers a decay has to be."""
    if reading.family == "own":
        return 0.0, LARGEST_BESIDE_COST
    return -LARGEST_DECAY, LARGEST_DECAY


def _are_alike(numbers: list[Numbers]) -> bool:
    """Whether the penalty is the same in every step."""
    pairs = ([n.old / n.rate for n in numbers], [n.sign / n.rate for n in numbers])
    return all(max(p) - min(p) <= 1e-4 * abs(p[0]) for p in pairs)


def _add_penalty(reading: Reading, s: int, rows: list[Row], n: Numbers) -> None:
    """Take a penalty into the derivatives of the elements that did not move without it."""
    for row in rows:
        if not n.sign and not _plain(row, n.rate).all():
            reading.inside[s, row.k] = n.old
        added = (n.old * row.old + n.sign * np.sign(row.old)) / n.rate
        row.gradient = row.gradient + np.where(_plain(row, n.rate), 0.0, added)


def _find_with_signs(
    rows: list[Row], written: list[float], bounds: tuple[float, float]
) -> Numbers | None:
    """The factors where L1 is taken besides: of the derivative, the old value and its sign."""
    for c in written:
        if c <= 0 or not np.isfinite(c) or not all(r.fits_shape for r in rows):
            continue
        moved = [np.ravel(~_plain(r, c)) for r in rows]
        old = np.concatenate([np.ravel(r.old)[m] for r, m in zip(rows, moved, strict=True)])
        left = [np.ravel(r.change - c * r.gradient) for r in rows]
        rest = np.concatenate([x[m] for x, m in zip(left, moved, strict=True)])
        if len(old) < FEWEST or not np.isfinite(rest).all():
            continue
        (d, e), *_ = np.linalg.lstsq(np.stack([old, np.sign(old)], 1), rest, rcond=None)
        n = Numbers(c, 0.0 if abs(d) < CLOSE * e else float(d), float(e))
        if 0 <= n.old < bounds[1] and n.sign > 0 and all(_fits(r, n) for r in rows):
            return n
    return None


def _find_numbers(
    rows: list[Row], written: list[float], bounds: tuple[float, float], least: int
) -> Numbers | None:
    """The factors of the derivative and of the old value with which every element fits.

    Of a few elements at least so many have to decay, and others to move along the derivative.
    """
    if _are_few_numbers(rows):
        return None
    for c in [*written, *common_ratios(rows)]:
        if c <= 0 or not np.isfinite(c) or not all(r.fits_shape for r in rows):
            continue
        left = [
            (np.ravel(r.change - c * r.gradient) / np.ravel(r.old))[np.ravel(~_plain(r, c))]
            for r in rows
        ]
        ratios = np.concatenate(left)
        moved = sum(int(np.sum(_plain(r, c) & (np.asarray(r.gradient) != 0))) for r in rows)
        if len(ratios) < least or len(ratios) + moved < FEWEST or not np.isfinite(ratios).all():
            continue
        d = float(np.median(ratios))
        n = Numbers(c, d)
        if d and bounds[0] < d < bounds[1] and all(_fits(r, n) for r in rows):
            return n
    return None


def _are_few_numbers(rows: list[Row]) -> bool:
    """Whether parameters are single numbers, and too few of them."""
    sizes = {np.size(x) for r in rows for x in (r.old, r.change, r.gradient)}
    return len(rows) < FEWEST and sizes == {1}


def common_ratios(rows: list[Row]) -> list[float]:
    """The quotients of change and derivative that several elements share."""
    found = [
        np.ravel(r.change) / np.ravel(r.gradient)
        for r in rows
        if np.shape(r.change) == np.shape(r.gradient)
    ]
    ratios = np.concatenate(found) if found else np.zeros(0)
    ratios = ratios[np.isfinite(ratios) & (ratios > 0)]
    ratios = ratios[:: 1 + len(ratios) // MOST_RATIOS]
    kinds, counts = np.unique([float(f"{x:.7g}") for x in ratios], return_counts=True)
    if not len(counts) or counts.max() < FEWEST:
        return []
    usual = kinds[np.argmax(counts)]
    return [float(np.median(ratios[np.abs(ratios - usual) <= 1e-6 * usual]))]


def _plain(row: Row, c: float) -> Any:
    """Which elements moved along the derivative alone."""
    return _near(row, row.change, c * np.asarray(row.gradient))


def _fits(row: Row, n: Numbers) -> bool:
    along = n.rate * np.asarray(row.gradient) + n.old * row.old + n.sign * np.sign(row.old)
    return bool((_plain(row, n.rate) | _near(row, row.change, along)).all())


def _near(row: Row, change: Any, expected: Any) -> Any:
    size = float(np.max(np.abs(expected)))
    return np.abs(np.subtract(change, expected)) <= 0.1 * CLOSE * size + row.lost
