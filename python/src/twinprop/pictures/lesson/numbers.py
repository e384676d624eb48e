"""How often, and how far, the two languages disagree on this machine, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array, native, strict
from twinprop.arithmetic.ulp import ulp_distance
from twinprop.engines.r_session import call_r
from twinprop.formulas.random_numbers import new_generator, random_normal, random_uniform

COUNT = 100_000
_SIDE = 60


class Disagreement(NamedTuple):
    """One operation on the same inputs in both languages."""

    operation: str
    numbers: int
    differing: int
    largest: float
    strict_differing: int
    example: tuple[str, str, str] | None


def find_disagreements() -> Iterator[Disagreement]:
    """Every operation of the arithmetic, native and strict, in both languages.

    Yields
    ------
    Disagreement
        For exp, log, log1p, tanh, sigmoid, sqrt, sums and products.
    """
    generator = new_generator(1)
    wide = random_uniform(generator, COUNT, -10.0, 10.0).reshape(-1, 100)
    positive = np.abs(wide) + 1e-3
    matrix = random_normal(generator, COUNT).reshape(-1, 100)
    left = random_normal(generator, _SIDE * 100).reshape(_SIDE, 100)
    for operation in ("exp", "tanh", "sigmoid"):
        yield compare_operation(operation, wide)
    for operation in ("log", "log1p", "sqrt"):
        yield compare_operation(operation, positive)
    for operation in ("column_sums", "row_sums"):
        yield compare_operation(operation, matrix)
    yield compare_operation("matmul", left, left.T.copy())


def compare_operation(operation: str, *inputs: Array) -> Disagreement:
    """One operation on the same inputs in both languages, native and strict.

    Parameters
    ----------
    operation : str
        Such as "exp".
    *inputs : arrays
        Its arguments.

    Returns
    -------
    Disagreement
        Counts, and the first element that differs.
    """
    python = _call(native, operation, inputs)
    r = np.asarray(call_r(f"native.{operation}", *inputs))
    apart = ulp_distance(python, r)
    strict_apart = ulp_distance(
        _call(strict, operation, inputs), np.asarray(call_r(f"strict.{operation}", *inputs))
    )
    example = None
    if apart.any():
        place = np.unravel_index(int(np.argmax(apart > 0)), apart.shape)
        given = repr(float(inputs[0][place])) if inputs[0].shape == apart.shape else ""
        example = (given, repr(float(python[place])), repr(float(r[place])))
    return Disagreement(
        operation,
        apart.size,
        int(np.count_nonzero(apart)),
        float(apart.max()),
        int(np.count_nonzero(strict_apart)),
        example,
    )


def _call(arithmetic: Any, operation: str, inputs: tuple[Array, ...]) -> Array:
    function: Callable[..., Array] = getattr(arithmetic, operation)
    return np.asarray(function(*inputs))
