"""The factor between what parameters did and the derivatives, as most of them have it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from twinprop.check.align.rules import CLOSE, ROUNDING, Reading, Row, ratio, row_fits


def vote_factor(
    rows: list[Row], written: list[float], before: float = 0.0, others: list[float] | None = None
) -> tuple[float, list[bool]]:
    """The factor between changes and derivatives that fits most parameters.

    A single number fits any factor, so it does not vote alone. A factor that the program is
    written with goes before one that comes out of a fault. Of ties it is the factor of the
    step before, else the one that fits the weights nearest to the output: a fault is passed on
    backwards. Where nothing fits, the numbers that the program multiplies by on the way back are
    the factor. Of two opposite factors that each fit some it is the one that goes downhill.
    """
    alone = all(np.size(r.old) == 1 for r in rows)
    best: tuple[tuple[float, ...], float, list[bool]] = ((-1.0,), 0.0, [False] * len(rows))
    tried: list[float] = []
    others = [ratio(r.change, r.gradient) for r in rows] if others is None else others
    numbers = _gather(rows) if alone else None
    moving = [_tells(r) for r in rows]
    for i, c in enumerate([before, *written, *others]):
        if c == 0 or any(abs(c - t) <= 1e-9 * abs(t) for t in tried):
            continue
        tried.append(c)
        if len(tried) > 40:
            break
        good = _which_fit(rows, c, numbers)
        real = [r for g, m, r in zip(good, moving, rows, strict=True) if g and m]
        voting = [r for r in real if alone or np.size(r.old) > 1]
        if alone and i > len(written) and len(voting) < 2 < len(rows):
            voting = []  # a factor that was taken from a number fits that number
        votes = len(voting)
        nearest = max((r.order for r in voting), default=0)
        score = (
            float(i <= len(written) and votes > 0),
            float(votes),
            0.0 if votes else count_near(rows, c, 2 if i <= len(written) else 3),
            float(c == before),
            float(nearest),
            float(c > 0),
            float(i <= len(written)),
            float(len(real)),
        )
        if score > best[0]:
            best = (score, c, good)
    if best[1] < 0:
        good = _which_fit(rows, -best[1], numbers)
        all_three = zip(good, moving, rows, strict=True)
        if any(g and m and (alone or np.size(r.old) > 1) for g, m, r in all_three):
            return -best[1], good
    return best[1], best[2]


def _tells(row: Row) -> bool:
    """Whether a row says something of the factor: 0, and what rounding leaves of it, fits any."""
    return bool(np.any(row.gradient)) and not row.is_noise


def _which_fit(rows: list[Row], c: float, numbers: Numbers | None) -> list[bool]:
    if numbers is None:
        return [row_fits(r, c * r.gradient) for r in rows]
    return _fit_numbers(numbers, c)


def count_near(rows: list[Row], c: float, least: int = 3) -> float:
    """How many elements fit: one vector may hold all weights, and one part of it be wrong.

    At least so many have to: one element or two fit any factor that was taken from them. Of one
    matrix among others half must fit: a row of it may follow a single sample, whose slope
    is then a factor like any other.
    """
    found, share = 0, 4 if len(rows) == 1 else 2
    for row in rows:
        if row.fits_shape and np.size(row.old) > 1:
            expected = c * np.asarray(row.gradient)
            near = np.abs(row.change - expected) <= CLOSE * np.abs(expected)
            fitting = int(np.sum(near & (expected != 0)))
            found += fitting if fitting >= max(least, np.size(row.old) / share) else 0
    return float(found)


class Numbers(NamedTuple):
    """Parameters that are single numbers, gathered once for all factors that are tried."""

    change: np.ndarray
    gradient: np.ndarray
    lost: np.ndarray
    fits_shape: np.ndarray


def _gather(rows: list[Row]) -> Numbers:
    old = np.abs([float(np.ravel(r.old)[0]) for r in rows])
    return Numbers(
        np.array([float(np.ravel(r.change)[0]) for r in rows]),
        np.array([float(np.ravel(r.gradient)[0]) for r in rows]),
        ROUNDING * old + np.array([r.noise for r in rows]),
        np.array([r.fits_shape for r in rows], dtype=bool),
    )


def _fit_numbers(numbers: Numbers, c: float) -> list[bool]:
    """`row_fits` for parameters that are single numbers, all at once."""
    expected = c * numbers.gradient
    near = np.abs(numbers.change - expected) <= CLOSE * np.abs(expected) + numbers.lost + 1e-300
    return [bool(f) for f in near & numbers.fits_shape]


def fit_descent(reading: Reading) -> None:
    """Gradient descent: one factor in each step."""
    reading.factors, reading.good = [], []
    for rows, written in zip(reading.rows, reading.written, strict=True):
        c, good = vote_factor(rows, written, reading.factors[-1] if reading.factors else 0.0)
        reading.factors.append(c)
        reading.good.append(good)
    if _fits_once(reading) or _fits_one_layer(reading):
        pairs = zip(reading.rows, reading.written, strict=True)
        voted = [vote_factor(rows, written, written[0], []) for rows, written in pairs]
        reading.factors, reading.good = [c for c, _ in voted], [good for _, good in voted]
    reading.rule = {"name": "gradient_descent", "rate": reading.factors[0]}


def follow_whole_cost(reading: Reading) -> None:
    """Take the decay of weights as a part of their change where their own cost has it: all fit so.

    Of a loss that is known by its output alone it is none.
    """
    whole = replace(reading, rows=[[_with_decay(r) for r in own] for own in reading.rows])
    fit_descent(whole)
    if whole.is_right:
        reading.rows, reading.good, reading.decays = whole.rows, whole.good, {}
        reading.factors, reading.rule = whole.factors, whole.rule


def _with_decay(row: Row) -> Row:
    decay = row.parts.decay if row.parts is not None else 0.0
    return replace(row, change=row.change + decay * row.old) if decay else row


def _fits_once(reading: Reading) -> bool:
    """Whether a rate that nobody wrote fits the first step, and nothing follows it later.

    Where weights begin near 0 all outputs are alike, and a wrong slope is a factor like any other.
    """
    written, c = reading.written[0], reading.factors[0]
    if len(reading.good) < 2 or not all(reading.written):
        return False
    fitting = [
        any(g and _tells(r) for r, g in zip(rows, good, strict=True))
        for rows, good in zip(reading.rows, reading.good, strict=True)
    ]
    once = fitting[0] and not any(fitting[1:])
    return once and all(abs(c - w) > 1e-9 * abs(w) for w in written)


def _fits_one_layer(reading: Reading) -> bool:
    """Whether rates that nobody wrote, another one in each step, fit what is nearest to the output.

    Of one sample with one output the slope is a number, so that a wrong one is in the rate alone.
    """
    if len(reading.good) < 3 or not all(reading.written) or is_even(reading.factors):
        return False
    for rows, good, c, written in zip(
        reading.rows, reading.good, reading.factors, reading.written, strict=True
    ):
        fitting = [r.order for r, g in zip(rows, good, strict=True) if g and _tells(r)]
        others = [r.order for r, g in zip(rows, good, strict=True) if not g and _tells(r)]
        if not others or not fitting or min(fitting) < max(others):
            return False
        if any(abs(c - w) <= 1e-9 * abs(w) for w in written):
            return False
    return True


def is_even(factors: list[float]) -> bool:
    """Whether a rate stays, or falls or rises evenly."""
    if any(c == 0 for c in factors):
        return False
    if len(factors) < 2:
        return True
    steps = [b / a for a, b in pairwise(factors)]
    inverse, fallen = np.diff(1 / np.array(factors)), np.diff(factors)
    return bool(
        max(abs(s - steps[0]) for s in steps) <= 1e-4 * abs(steps[0])
        or (len(factors) > 2 and np.ptp(fallen) <= 1e-4 * np.max(np.abs(fallen)))
        or (len(factors) > 2 and np.ptp(inverse) <= 1e-4 * np.max(np.abs(inverse)))
        or len(set(np.round(np.log(np.abs(factors)), 5))) <= max(2, len(factors) // 3)
    )
