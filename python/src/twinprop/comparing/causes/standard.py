"""Standardised otherwise: with another set's mean, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.comparing.causes.evidence import Pair, gives, is_enough

_LEAST_ROWS = 5
_MOST_NUMBERS = 1_000_000


def find_standardising(pair: Pair) -> str | None:
    """One side is what standardising the other gives: mean 0 and deviation 1 in each column.

    Whose mean the other side took is named only if that set and the numbers as they were measured
    are among the arrays.
    """
    if pair.a.shape != pair.b.shape or pair.a.ndim not in (1, 2):
        return None
    if not _LEAST_ROWS <= len(pair.a) <= pair.a.size <= _MOST_NUMBERS:
        return None
    for x, y, names in ((pair.a, pair.b, "AB"), (pair.b, pair.a, "BA")):
        divisors = [
            n for n, ddof in (("n - 1", 1), ("n", 0)) if gives(x, _standardised(y, y, ddof))
        ]
        if divisors and is_enough(x, 1.0):
            said = f"{names[0]} is standardised with its own mean and standard deviation"
            return f"{said} ({divisors[0]}), {names[1]} {_other(y, names[0], pair.others)}"
    return None


def _standardised(x: Array, by: Array, ddof: int) -> Array:
    return np.asarray((x - by.mean(axis=0)) / by.std(axis=0, ddof=ddof))


def _other(theirs: Array, side: str, others: Mapping[str, NDArray[Any]]) -> str:
    found = _whose(theirs, others)
    if found:
        return f"with those of {found}"
    mean = float(np.abs(theirs.mean(axis=0)).max())
    return (
        f"is not: its means are up to {mean:.3g}. It may be what {side} is made from, or "
        "standardised with the mean of another set"
    )


def _whose(theirs: Array, others: Mapping[str, NDArray[Any]]) -> str | None:
    """The set whose mean and deviation give theirs of some numbers that are among the arrays."""
    tables = {
        name: np.asarray(each, dtype=np.float64)
        for name, each in others.items()
        if each.dtype.kind != "O" and each.ndim and each.shape[1:] == theirs.shape[1:]
    }
    for raw in tables.values():
        if raw.shape != theirs.shape or gives(theirs, raw):
            continue
        for name, one in tables.items():
            made = (_standardised(raw, one, ddof) for ddof in (0, 1))
            if one is not raw and len(one) > 2 and any(gives(theirs, each) for each in made):
                return name
    return None
