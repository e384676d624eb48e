"""Where noisy arithmetic adds no noise, since every implementation gives the same bits there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.ground.array import Array

LARGEST_EXACT_INTEGER = 2.0**53
_FRACTION_BITS = np.int64(2**52 - 1)


def is_noisy(x: Any) -> bool:
    """Whether every element of an array has noise, so that none is 0 or a power of 2."""
    return getattr(x, "noisy", False)


def is_never_0(x: Any) -> bool:
    """Whether no element is 0: by its noise, or since it is one such number."""
    return x != 0.0 if isinstance(x, float) else is_noisy(x)


def is_general(x: Any) -> bool:
    """Whether no element is 0 or a power of 2: by its noise, or since it is one such number."""
    return abs(math.frexp(x)[0]) not in (0.0, 0.5) if isinstance(x, float) else is_noisy(x)


def may_be_exact(ufunc: Any, inputs: tuple[Any, ...]) -> bool:
    """Whether an operation may have no rounding error in some element."""
    if ufunc is np.multiply:
        return not all(map(is_general, inputs))
    if ufunc is np.divide:
        return not is_general(inputs[1])
    return ufunc in (np.add, np.subtract) and not all(map(is_never_0, inputs))


def find_exact(ufunc: Any, result: Array, first: Any, second: Any) -> NDArray[np.bool_]:
    """Where a product, quotient, sum or difference has no rounding error."""
    if ufunc is np.multiply:
        known = [fraction_bits(x) == 0 for x in (first, second) if not _is_one_general(x)]
        return known[0] if len(known) == 1 else known[0] | known[1]
    if ufunc is np.divide:
        return fraction_bits(second) == 0
    # The remainder of an infinite sum is invalid, but who trains has silenced that.
    with np.errstate(invalid="ignore"):
        other = np.subtract(result, first)  # Knuth's TwoSum
        lost = np.subtract(result, other)
        np.subtract(first, lost, out=lost)
        rest = np.subtract if ufunc is np.add else np.add
        return np.equal(lost, rest(other, second, out=other))


def roundings_of(a: Array, b: Array) -> Array | float:
    """How many roundings each element of the product a b has, whatever the order."""
    general_a, general_b = fraction_bits(a) != 0, fraction_bits(b) != 0
    if general_a.all() and general_b.all():
        return 2.0 * a.shape[1] - 1.0
    terms = _count_terms(a != 0.0, b != 0.0)
    return np.maximum(terms - 1.0, 0.0) + _count_terms(general_a, general_b)


def _count_terms(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> Array:
    """How many terms of each element of a product have two such factors."""
    return a.astype(np.float64).dot(b.astype(np.float64))


def is_integer(x: Array) -> bool:
    """Whether all numbers are integers."""
    # Most arrays end at their first row.
    return all(bool((each == np.rint(each)).all()) for each in (x[:1], x[1:]))


def fraction_bits(x: Any) -> NDArray[np.int64]:
    """The fraction bits: not 0 for all numbers but 0 and the powers of 2."""
    return np.asarray(x, dtype=np.float64).view(np.int64) & _FRACTION_BITS


def _is_one_general(x: Any) -> bool:
    return isinstance(x, float) and is_general(x)
