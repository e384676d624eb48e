"""Which activation gives these values: known by the values alone."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from twinprop.check.align.knowledge import (
    compile_for_numbers,
    evaluate,
    read_knowledge,
)

FEW = 8


def recognise_activation(z: Any, a: Any) -> tuple[str, Any] | None:
    """The known activation that gives these values, and its slope there."""
    z, a = np.asarray(z, dtype=np.float64), np.asarray(a, dtype=np.float64)
    if z.shape != a.shape or not np.isfinite(a).all() or not np.isfinite(z).all():
        return None
    if z.size > FEW:  # most values are no function of one another: a few numbers show it
        some = np.linspace(0, z.size - 1, FEW).astype(np.int64)
        if recognise_activation(z.ravel()[some], a.ravel()[some]) is None:
            return None
    for entry in _possible(float(z.flat[0]), float(a.flat[0])) if z.size else _all():
        names = {"z": z, "a": a, "k": _slope_below_zero(entry["name"], z, a)}
        with np.errstate(all="ignore"):
            if is_close(evaluate(entry["value"], names), a):
                return entry["name"], evaluate(entry["slope"], names)
    return None


def _all() -> list[dict[str, Any]]:
    return list(read_knowledge()["activations"])


@functools.cache
def _ready() -> list[tuple[dict[str, Any], Callable[[dict[str, float]], float]]]:
    """The known activations, each with what it gives for a plain number."""
    return [(entry, compile_for_numbers(entry["value"])) for entry in _all()]


def _possible(z: float, a: float) -> Iterator[dict[str, Any]]:
    """The activations that one pair of numbers does not exclude: few, and quickly found."""
    for entry, value in _ready():
        low = z if entry["name"] == "leaky_relu" else math.expm1(min(z, 0.0))
        names = {"z": z, "a": a, "k": a / low if z < 0 else 1.0}
        try:
            if abs(value(names) - a) <= 1e-8 * abs(a) + 1e-12:
                yield entry
        except ArithmeticError:  # such a number excludes nothing
            yield entry


def is_close(x: Any, y: Any) -> bool:
    """Whether two arrays are the same but for rounding, element by element."""
    return bool((np.abs(x - y) <= 1e-9 * np.abs(y) + 1e-13).all())


def _slope_below_zero(name: str, z: np.ndarray, a: np.ndarray) -> float:
    """The option of leaky relu or elu that fits the most negative input.

    One negative number fits any option, so alone it has to be a usual one.
    """
    usual = (0.01, 0.1, 0.2, 0.05, 0.3, 0.001, 0.02) if name == "leaky_relu" else (1.0,)
    if name not in ("leaky_relu", "elu") or not (z < 0).any():
        return usual[0]
    at = np.argmin(z.ravel())
    low = z.ravel()[at] if name == "leaky_relu" else np.expm1(z.ravel()[at])
    k = float(a.ravel()[at] / low)
    if np.sum(z < 0) > 2 and 0 < k < 0.999:
        return k
    return min(usual, key=lambda u: abs(u - k))
