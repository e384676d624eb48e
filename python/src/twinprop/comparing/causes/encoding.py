"""Categories coded otherwise: levels renumbered, a one-hot without one of its columns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import (
    ENOUGH,
    Pair,
    gives,
    is_enough,
    is_one_hot,
    spread_of,
)
from twinprop.comparing.precision import sample_of

_MOST_LEVELS = 30
_MOST_LISTED = 6


def find_renumbering(pair: Pair) -> str | None:
    """Codes that stand for each other one to one: the levels are in another order."""
    a, b = pair.a, pair.b
    if a.shape != b.shape or not _are_codes(a) or not _are_codes(b):
        return None
    codes = np.unique(b)
    if not 2 <= len(codes) <= _MOST_LEVELS or len(codes) != len(np.unique(a)):
        return None
    pairs = np.unique(np.stack([b.ravel(), a.ravel()], axis=1), axis=0)
    if len(pairs) != len(codes) or np.array_equal(pairs[:, 0], pairs[:, 1]):
        return None
    same = np.array_equal(codes, np.unique(a))
    if not same and not (_are_counted(codes) and _are_counted(np.unique(a))):
        return None
    choices = math.lgamma(len(codes) + 1) / math.log(10) + (0 if same else 1)
    if (a.size - len(codes)) * _spread(b) - choices < ENOUGH:
        return None
    names = _level_names(pair, pairs)
    if names:
        return f"levels in another order: {names[0]} in A, {names[1]} in B"
    listed = ", ".join(f"{int(old)} is {int(new)}" for old, new in pairs[:_MOST_LISTED].tolist())
    what = "levels in another order" if same else "levels coded otherwise"
    return f"{what}: what B calls {listed} in A"


def _are_counted(codes: Array) -> bool:
    """Whether codes count from 0 or 1, or are -1 and 1: as ranks and counts seldom are."""
    steps = np.diff(codes)
    counted = codes[0] in (0, 1) and bool((steps == 1).all())
    return counted or codes.tolist() == [-1, 1]


def find_one_hot(pair: Pair) -> str | None:
    """A column for each class on one side, the number of the class on the other."""
    for hot, codes, names in ((pair.a, pair.b, "AB"), (pair.b, pair.a, "BA")):
        if hot.ndim != 2 or codes.ndim != 1 or len(hot) != len(codes) or hot.shape[1] < 2:
            continue
        if not is_one_hot(hot) or not _are_codes(codes):
            continue
        classes = hot.argmax(axis=1)
        levels = np.unique(codes)
        told = len(codes) * _spread(codes) >= ENOUGH
        if told and len(levels) == hot.shape[1] and np.array_equal(levels[classes], codes):
            return f"{names[0]} is a one-hot of {names[1]}, a column for each of its classes"
    return None


def find_names_of_codes(texts: NDArray[Any], codes: NDArray[Any], sides: str) -> str | None:
    """Texts on one side, which stand for the numbers of the other one to one."""
    if texts.shape != codes.shape or codes.dtype.kind == "O" or None in texts.ravel().tolist():
        return None
    numbers = np.asarray(codes, dtype=np.float64)
    if not _are_codes(numbers):
        return None
    pairs = sorted(set(zip(numbers.ravel().tolist(), map(str, texts.ravel()), strict=True)))
    levels = {number for number, _ in pairs}
    if not 2 <= len(pairs) == len(levels) == len({text for _, text in pairs}):
        return None
    choices = math.lgamma(len(pairs) + 1) / math.log(10)
    if (numbers.size - len(pairs)) * _spread(numbers) - choices < ENOUGH:
        return None
    listed = ", ".join(f"{text} is {int(number)}" for number, text in pairs[:_MOST_LISTED])
    return f"{sides[0]} has the names of what {sides[1]} has the numbers of: {listed}"


def find_dropped_column(pair: Pair) -> str | None:
    """One side lacks one column of the other, as a one-hot whose first level is the base."""
    for long, short, name, where in ((pair.b, pair.a, "A", "B"), (pair.a, pair.b, "B", "A")):
        if long.ndim != 2 or not short.ndim or len(long) != len(short):
            continue
        if short.ndim == 1:
            found = [i for i in range(long.shape[1]) if gives(short, long[:, i])]
            if found and is_enough(short, math.log10(long.shape[1])):
                return f"{name} is column {found[0]} of {where}"
            continue
        if short.ndim != 2 or long.shape[1] - short.shape[1] != 1:
            continue
        same = [gives(short[:, i], long[:, i]) for i in range(short.shape[1])]
        gone = same.index(False) if False in same else short.shape[1]
        if not gives(short, np.delete(long, gone, axis=1)):
            continue
        if not is_enough(short, math.log10(long.shape[1])) and not _are_codes(short):
            continue
        which = "first" if gone == 0 else "last" if gone == short.shape[1] else f"number {gone}"
        if is_one_hot(long) and len(long) * _spread(long) >= ENOUGH:
            return f"a one-hot with its {which} column dropped in {name} (all are in {where})"
        if is_enough(short, math.log10(long.shape[1])):
            return f"{name} lacks one column of {where}, the {which}; all others are the same"
    return None


def _are_codes(x: Array) -> bool:
    """Whole numbers, of which there are few; some of them tell most arrays apart at once."""
    for some in (sample_of(x), x):
        if not bool(np.isfinite(some).all()) or not bool(np.all(some == np.rint(some))):
            return False
        if some is not x and len(np.unique(some)) > _MOST_LEVELS:
            return False
    return True


def _spread(codes: Array) -> float:
    """How many digits one code tells, by its frequency."""
    return spread_of(np.unique(codes, return_counts=True, axis=0)[1])


def _level_names(pair: Pair, pairs: Array) -> tuple[str, str] | None:
    """The levels by name in the order of either side, if texts of the same rows tell them."""
    for texts in pair.labels.values():
        if texts.shape != pair.b.shape:
            continue
        named: dict[float, set[str]] = {}
        for code, text in zip(pair.b.tolist(), texts.tolist(), strict=True):
            named.setdefault(code, set()).add(str(text))
        if all(len(each) == 1 for each in named.values()) and len(named) == len(pairs):
            word = {code: next(iter(each)) for code, each in named.items()}
            in_b = [word[old] for old, _ in pairs.tolist()]
            in_a = [word[old] for old, _ in sorted(pairs.tolist(), key=lambda each: each[1])]
            if len(set(in_b)) == len(in_b):
                return ", ".join(in_a), ", ".join(in_b)
    return None
