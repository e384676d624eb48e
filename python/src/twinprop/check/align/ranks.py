"""Which of several losses explains most of what the parameters did."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.rules import Reading
from twinprop.check.align.votes import count_near, is_even

FEWEST_STEPS = 3
FEWEST_GOOD = 3
FAMILIES = ("squared_error", "binary_cross_entropy", "cross_entropy", "absolute_error")


def count_good(reading: Reading) -> int:
    """How many parameters fit in all steps; a single number fits any loss, so it counts alone."""
    pairs = [
        (np.size(r.old) > 1, g)
        for rows, good in zip(reading.rows, reading.good, strict=True)
        for r, g in zip(rows, good, strict=True)
    ]
    alone = not any(several for several, _ in pairs)
    return sum(g for several, g in pairs if several or alone)


def is_partly_followed(reading: Reading) -> bool:
    """Whether some parameters follow a loss in every step, by one factor, which hangs on all.

    Or, where one vector holds all of them, some of its numbers.
    """
    if len(reading.rows) < FEWEST_STEPS or not is_even(reading.factors):
        return False
    if all(len(rows) == 1 and np.size(rows[0].old) > 1 for rows in reading.rows):
        return all(
            count_near(rows, c, 2) for rows, c in zip(reading.rows, reading.factors, strict=True)
        )
    for rows, goods in zip(reading.rows, reading.good, strict=True):
        pairs = list(zip(rows, goods, strict=True))
        if sum(good and bool(np.any(r.gradient)) for r, good in pairs) < FEWEST_GOOD:
            return False
        if not all(good or np.any(r.gradient) for r, good in pairs):
            return False
    return True


def _count_last(reading: Reading) -> int:
    """In how many steps the weights nearest to the output fit: a fault is passed on backwards.

    A single number fits any loss, so it says nothing.
    """
    found = 0
    for rows, good in zip(reading.rows, reading.good, strict=True):
        pairs = [
            (r.order, g)
            for r, g in zip(rows, good, strict=True)
            if np.size(r.old) > 1 and np.any(r.gradient)
        ]
        found += max(pairs, default=(0, False))[1]
    return found


def _count_elements(reading: Reading) -> float:
    """How many elements fit where no parameter does: one vector may hold all weights."""
    if count_good(reading):
        return 0.0
    pairs = zip(reading.rows, reading.factors, strict=True)
    return sum(count_near(rows, c) for rows, c in pairs)


def count_written(reading: Reading) -> int:
    """In how many steps the factor is one that the program is written with."""
    return sum(
        any(abs(c - w) <= 1e-9 * abs(c) for w in written)
        for c, written in zip(reading.factors, reading.written, strict=True)
    )


def _is_steady(reading: Reading) -> bool:
    """Whether of single numbers some fit in every step by a factor that the program has written.

    All weights of one unit fit any factor that a mistake in its derivative makes.
    """
    if any(np.size(r.old) > 1 for rows in reading.rows for r in rows):
        return False
    pairs = zip(reading.rows, reading.good, strict=True)
    fitting = (
        any(g and np.any(r.gradient) for r, g in zip(rows, good, strict=True))
        for rows, good in pairs
    )
    return all(fitting) and count_written(reading) == len(reading.factors)


def rank_reading(reading: Reading) -> tuple[float, ...]:
    """What a reading is sorted by: the more of the training it explains, the higher."""
    right, even = reading.is_fitting, is_even(reading.factors)
    positive = all(c > 0 for c in reading.factors)
    return (
        right and even and positive,
        right and positive,
        even and positive and _is_steady(reading),
        _count_last(reading),
        count_good(reading),
        _count_elements(reading),
        count_written(reading),
        even and positive,
        reading.suits and reading.family == "cross_entropy",
        -FAMILIES.index(reading.family),
    )
