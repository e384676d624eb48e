"""Digits that were lost: float32, rounding to some decimals; and values that are missing."""

from __future__ import annotations

from functools import partial

import numpy as np

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import Pair, everywhere, gives, is_enough
from twinprop.comparing.formats.values import is_na
from twinprop.comparing.precision import FLOAT32, FLOAT64, MOST_DIGITS, Grain, unit_of


def find_float32(pair: Pair) -> str | None:
    """One side is the other in float32, or near it and nothing but float32."""
    if pair.a.shape != pair.b.shape:
        return None
    for side, other, name in ((pair.a, pair.b, "A"), (pair.b, pair.a, "B")):
        grains = pair.grains if name == "A" else pair.grains[::-1]
        if grains[0] is FLOAT64:
            continue
        with np.errstate(over="ignore", under="ignore"):
            if not everywhere(_are_float32, side, side):
                continue
            if everywhere(_are_float32, side, other) and is_enough(other):
                return f"float32 somewhere: {name} is the other one, rounded to float32"
        is_near = grains[0] is FLOAT32 and grains[1].digits == 0 and grains[1] is not FLOAT32
        if is_near and gives(side, other) and is_enough(other):
            return f"float32 somewhere: {name} holds float32 numbers, within their rounding"
    return None


def find_rounding(pair: Pair) -> str | None:
    """One side is the other, rounded to some digits."""
    if pair.a.shape != pair.b.shape:
        return None
    a, b = pair.grains
    if a.words == b.words:
        return None
    sides = ((pair.a, pair.b, a, b, "A"), (pair.b, pair.a, b, a, "B"))
    for side, other, grain, finer, name in sides:
        coarse = grain if grain.words != "whole numbers" else grain._replace(digits=16, decimals=0)
        fine = finer.digits or 17
        if coarse.decimals is None or ((coarse.digits or 17) >= fine and coarse.digits != 16):
            continue
        rounded = partial(_is_rounded, grain=coarse)
        if not everywhere(rounded, side, other) or not is_enough(side):
            continue
        return f"{name} is the other one, rounded to {_words(side, other, coarse)}"
    return None


def _are_float32(theirs: Array, x: Array) -> bool:
    return np.array_equal(theirs, x.astype(np.float32).astype(np.float64), equal_nan=True)


def _words(side: Array, other: Array, grain: Grain) -> str:
    """Decimals if they give their numbers, else digits."""
    if grain.decimals == 0:
        return "whole numbers"

    def by_decimals(theirs: Array, x: Array) -> bool:
        near = np.round(x, grain.decimals or 0)
        return np.allclose(theirs, near, rtol=1e-14, atol=0, equal_nan=True)

    if grain.digits < MOST_DIGITS and everywhere(by_decimals, side, other):
        return f"{grain.decimals} decimals"
    return f"{grain.digits} digits"


def _is_rounded(side: Array, other: Array, grain: Grain) -> bool:
    unit = np.where(
        np.isfinite(other), unit_of(np.maximum(np.abs(side), np.abs(other)), grain), 0.0
    )
    with np.errstate(invalid="ignore"):
        near = np.abs(side - other) <= unit / 2 * (1 + 1e-9) + 1e-15 * np.abs(other)
    return bool(np.all(near | (side == other) | (np.isnan(side) & np.isnan(other))))


def find_missing(pair: Pair) -> str | None:
    """NA on one side where the other has NaN, 0 or one other number, and all else is the same."""
    a, b = pair.a, pair.b
    if a.shape != b.shape:
        return None
    for side, other, names in ((a, b, ("A", "B")), (b, a, ("B", "A"))):
        gaps = np.isnan(side)
        if not gaps.any():
            continue
        gaps &= ~(np.isnan(other) & (is_na(side) == is_na(other)))
        if not gaps.any() or not gives(side[~gaps], other[~gaps]):
            continue
        word = "NA" if is_na(side)[gaps].all() else "NaN"
        instead = other[gaps]
        if np.isnan(instead).all():
            found = "NA" if is_na(other)[gaps].all() else "NaN"
        elif np.all(instead == instead[0]) and (instead[0] == 0 or len(instead) > 1):
            found = f"{instead[0]:.6g}"
        else:
            continue
        return f"{names[0]} has {word} where {names[1]} has {found}; all else is the same"
    return None
