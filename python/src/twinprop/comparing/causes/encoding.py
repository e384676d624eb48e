"""Categories coded otherwise: levels renumbered, a one-hot without one of its columns."""

from __future__ import annotations

import math

import numpy as np

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import ENOUGH, Pair, gives, is_enough, spread_of
from twinprop.comparing.precision import sample_of

_MOST_LEVELS = 30


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
    if not np.array_equal(codes, np.unique(a)):
        return None
    choices = math.lgamma(len(codes) + 1) / math.log(10)
    if (a.size - len(codes)) * _spread(b) - choices < ENOUGH:
        return None
    names = _level_names(pair, pairs)
    if names:
        return f"levels in another order: {names[0]} in A, {names[1]} in B"
    listed = ", ".join(f"{int(old)} is {int(new)}" for old, new in pairs[:6].tolist())
    return f"levels in another order: what B calls {listed} in A"


def find_dropped_column(pair: Pair) -> str | None:
    """One side lacks one column of the other, as a one-hot whose first level is the base."""
    for long, short, name, where in ((pair.b, pair.a, "A", "B"), (pair.a, pair.b, "B", "A")):
        if long.ndim != 2 or short.ndim != 2 or long.shape[1] - short.shape[1] != 1:
            continue
        if len(long) != len(short):
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


def is_one_hot(x: Array) -> bool:
    """Whether each row has a single one among zeros."""
    return bool(np.isin(x, (0.0, 1.0)).all() and (x.sum(axis=1) == 1).all())


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
