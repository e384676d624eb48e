"""L2 within the gradient: of some elements of a parameter only, or before a rule with a past."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.rules import CLOSE, Reading, Row, lost_digits

MOST_RATIOS = 50_000  # of a large network some elements show what all have
FEWEST = 3


def include_penalty(reading: Reading, steps: range) -> bool:
    """Take L2 into the derivatives where each element follows the loss, with it or without.

    One vector may hold weights that decay and biases that do not, so each element is asked alone.
    Nothing changes if any element does neither, or if the penalty is not the same in every step.

    Returns
    -------
    bool
        Whether the derivatives of all parameters in these steps are now those with L2.
    """
    found = [_find_numbers(reading.rows[s], reading.written[s]) for s in steps]
    numbers = [n for n in found if n is not None]
    if not numbers or len(numbers) < len(found):
        return False
    penalties = [d / c for c, d in numbers]
    if max(penalties) - min(penalties) > 1e-4 * penalties[0]:
        return False
    for s, (c, d) in zip(steps, numbers, strict=True):
        for row in reading.rows[s]:
            row.gradient = row.gradient + np.where(_plain(row, c), 0.0, d / c * row.old)
    return True


def include_partly(reading: Reading) -> bool:
    """Take L2 into the derivatives of those parameters that follow them so, where others do not.

    Returns
    -------
    bool
        Whether there are such parameters, with one penalty in every step.
    """
    found = []
    for rows, written in zip(reading.rows, reading.written, strict=True):
        options = []
        for c in written:
            numbers = {i: n for i, r in enumerate(rows) if (n := _find_numbers([r], [c]))}
            if numbers:
                options.append(numbers)
        found.append(max(options, key=len, default={}))
    kinds = {tuple(numbers) for numbers in found}
    penalties = [d / c for numbers in found for c, d in numbers.values()]
    if len(kinds) != 1 or not penalties or max(penalties) - min(penalties) > 1e-4 * penalties[0]:
        return False
    for rows, numbers in zip(reading.rows, found, strict=True):
        for i, (c, d) in numbers.items():
            row = rows[i]
            row.gradient = row.gradient + np.where(_plain(row, c), 0.0, d / c * row.old)
    return True


def _find_numbers(rows: list[Row], written: list[float]) -> tuple[float, float] | None:
    """The factors of the derivative and of the old value with which every element fits."""
    for c in [*written, *_common_ratios(rows)]:
        if c <= 0 or not np.isfinite(c) or not all(r.fits_shape for r in rows):
            continue
        left = [
            (np.ravel(r.change - c * r.gradient) / np.ravel(r.old))[np.ravel(~_plain(r, c))]
            for r in rows
        ]
        ratios = np.concatenate(left)
        if len(ratios) < FEWEST or not np.isfinite(ratios).all():
            continue
        d = float(np.median(ratios))
        if 0 < d < 0.5 and all(_fits(r, c, d) for r in rows):
            return c, d
    return None


def _common_ratios(rows: list[Row]) -> list[float]:
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


def _fits(row: Row, c: float, d: float) -> bool:
    along = c * np.asarray(row.gradient)
    return bool((_plain(row, c) | _near(row, row.change, along + d * row.old)).all())


def _near(row: Row, change: Any, expected: Any) -> Any:
    size = float(np.max(np.abs(expected)))
    return np.abs(np.subtract(change, expected)) <= 0.1 * CLOSE * size + lost_digits(row)
