"""What numbers of unknown origin are, found from the numbers, and how far rounding carries them."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array

# How many numbers are looked at to tell what all of them are.
SAMPLE = 2000
# Fewer digits than these are not enough to take the rest for cut off: 5.1 may be all there is.
FEWEST_DIGITS = 4
MOST_DIGITS = 15  # of which each float64 keeps all


class Grain(NamedTuple):
    """How fine numbers are.

    `relative` is what rounding may do to a value, `floor` to a zero beside large values, as a part
    of the largest; `digits` and `decimals` are those of numbers written in decimals, else 0 and
    None.
    """

    words: str
    relative: float
    floor: float
    digits: int = 0
    decimals: int | None = None


# Of 16 digits a long computation may lose five (numbers of a fit or a decomposition differ by 1e-13
# to 1e-12 between two libraries), and 64 roundings of the largest term stay where terms cancel.
FLOAT64 = Grain("float64", 1e-11, 64 * 2.0**-53)
# The same of 7 digits: two are lost.
FLOAT32 = Grain("float32", 1e-5, 64 * 2.0**-24)
WHOLE = Grain("whole numbers", 1e-11, 64 * 2.0**-53)


def grain_of(array: NDArray[Any]) -> Grain:
    """What the numbers of an array are: whole, float32, decimals of k digits, or float64.

    Parameters
    ----------
    array : float64, float32, integer or bool
        Any shape.

    Returns
    -------
    Grain
        Found from at most 2000 of its numbers.
    """
    if array.dtype.kind in "iub":
        return WHOLE
    if array.dtype == np.float32:
        return FLOAT32
    values = sample_of(array)
    values = values[np.isfinite(values)]
    if values.size == 0 or np.all(values == np.rint(values)):
        return WHOLE if values.size and np.abs(values).max() < 2**53 else FLOAT64
    digits, decimals = count_digits(values)
    if digits <= MOST_DIGITS:
        words = f"decimals of {digits} digits"
        return Grain(words, FLOAT64.relative, FLOAT64.floor, digits, decimals)
    with np.errstate(over="ignore"):
        if np.array_equal(values.astype(np.float32).astype(np.float64), values):
            return FLOAT32
    return FLOAT64


def sample_of(array: NDArray[Any], count: int = SAMPLE) -> Array:
    """Some numbers of an array, from all its parts, as a vector."""
    if array.size <= 2 * count:
        return np.asarray(array, dtype=np.float64).ravel()
    step = array.size // count
    while math.gcd(step, array.shape[-1]) > 1:  # else all were of one column
        step += 1
    places = np.unravel_index(np.arange(0, array.size, step), array.shape)
    return np.asarray(array[places], dtype=np.float64)


def count_digits(values: Array) -> tuple[int, int]:
    """The most digits, and the most decimals, with which the shortest decimals are written."""
    most_digits = most_decimals = 0
    for value in values.tolist():
        mantissa, _, exponent = f"{value!r}e0".partition("e")
        exponent = exponent.removesuffix("e0") or "0"
        whole, _, fraction = mantissa.lstrip("-").partition(".")
        fraction = fraction.rstrip("0")
        digits = len((whole + fraction).lstrip("0")) if fraction else len(whole.rstrip("0"))
        most_digits = max(most_digits, digits)
        most_decimals = max(most_decimals, len(fraction) - int(exponent))
    return most_digits, most_decimals


def unit_of(values: Array, grain: Grain) -> Array:
    """One unit of the last place of numbers that are written in decimals."""
    with np.errstate(divide="ignore"):
        exponent = np.floor(np.log10(np.abs(np.where(np.isfinite(values), values, 0.0))))
    exponent = np.where(np.isfinite(exponent), exponent, -400.0)
    last = np.maximum(exponent - grain.digits + 1, -float(grain.decimals or 0))
    return np.asarray(10.0 ** np.maximum(last, -320.0))


class Allowance:
    """What rounding may make of the difference of two arrays, element by element.

    Numbers that one side wrote with k digits may be off by half a unit of the last one; where both
    wrote the same k, and those are many, a rounding before may have tipped it over: a whole unit.
    """

    def __init__(
        self, a: NDArray[Any], b: NDArray[Any], sizes: tuple[NDArray[Any], ...] = ()
    ) -> None:
        self._arrays = a, b
        self._sizes = sizes or (a, b)
        # Of a type that has whole numbers alone, none is rounded.
        self._exact = all(each.dtype.kind in "iub" for each in (a, b))

    @cached_property
    def grains(self) -> tuple[Grain, Grain]:
        """What the numbers of both sides are."""
        a, b = self._arrays
        return grain_of(a), grain_of(b)

    @cached_property
    def relative(self) -> float:
        """The part of a value that rounding may change."""
        return max(grain.relative for grain in self.grains)

    @cached_property
    def floor(self) -> Array:
        """What rounding may leave of a zero, beside the largest of its column."""
        part = max(grain.floor for grain in self.grains)
        return np.asarray(part * np.max([_largest(each) for each in self._sizes], axis=0))

    @cached_property
    def written(self) -> tuple[Grain, float] | None:
        """The grain of the side that was cut off to decimals, and how many units that explains."""
        a, b = self.grains
        cut = [grain for grain in self.grains if _is_cut(grain)]
        if not cut:
            return None
        if a.digits == b.digits:
            # Of data with few digits one unit is a difference like any other.
            return (a, 1.0) if a.digits >= 6 else None
        return min(cut, key=lambda grain: grain.digits), 0.5

    def __call__(self, name: str, a: Array, b: Array) -> Array:
        """The allowed differences; one signature with the bounds of traces."""
        if self._exact:
            return np.zeros(np.shape(b))
        size = np.where(np.isfinite(b), np.abs(b), 0.0)
        allowed = self.relative * size + self.floor
        if self.written is not None:
            grain, units = self.written
            allowed = allowed + units * unit_of(np.maximum(np.abs(a), size), grain)
        return np.asarray(allowed)

    @property
    def words(self) -> str:
        """What the numbers are, and what is allowed for that."""
        if self._exact:
            return "rounding may do to integers"
        a, b = (grain.words for grain in self.grains)
        what = a if a == b else f"{a} against {b}"
        more = ""
        if self.written is not None:
            more = f" and {'a' if self.written[1] == 1 else 'half a'} unit of the last digit"
        return f"rounding may do to {what} of unknown origin ({self.relative:.0e} of a value{more})"


class Given:
    """The tolerances that somebody chose, as numpy.testing.assert_allclose has them."""

    def __init__(self, relative: float, absolute: float) -> None:
        self.relative, self.absolute = relative, absolute

    def __call__(self, name: str, a: Array, b: Array) -> Array:
        """The allowed differences."""
        size = np.where(np.isfinite(b), np.abs(b), 0.0)
        return np.asarray(self.absolute + self.relative * size)

    @property
    def words(self) -> str:
        """The tolerances."""
        return f"rtol {self.relative:g} and atol {self.absolute:g} allow"


def _is_cut(grain: Grain) -> bool:
    return FEWEST_DIGITS <= grain.digits <= MOST_DIGITS


def _largest(array: NDArray[Any]) -> Array:
    """The largest finite magnitude, by columns where there are rows enough to tell them apart."""
    by_column = array.ndim == 2 and array.shape[0] >= FEWEST_DIGITS
    axis = 0 if by_column else None
    if array.size == 0:
        return np.zeros(())
    with np.errstate(invalid="ignore"):
        extremes = (np.max(array, axis=axis), np.min(array, axis=axis))
    size = np.maximum(*(np.abs(np.asarray(each, dtype=np.float64)) for each in extremes))
    if np.isfinite(size).all():
        return np.asarray(size)
    magnitude = np.abs(np.asarray(array, dtype=np.float64))
    return np.asarray(np.max(np.where(np.isfinite(magnitude), magnitude, 0.0), axis=axis))
