"""Noisy arithmetic: native evaluation with a random rounding error added to each operation.

Repeating a run with other errors shows how far rounding alone can carry a result (Monte Carlo
arithmetic: Parker, Pierce and Eggert 2000; Vignes 2004). u is 2^-53, half the distance from 1 to
the next number. What is added:

- `+ - * /`, square and sqrt: up to 2 u of the result. Each is rounded by at most u; noise of u
  alone would mostly be rounded away again, as it is less than half a unit in the last place.
- exp, log and log1p: up to 4 u, tanh: up to 8 u. Platforms differ by 1 and by 3 units in the last
  place there.
- products of matrices and sums: up to 2 u sqrt(r) S, where S is the sum of the absolute terms and
  r the number of roundings: the additions of terms that are not 0, and the products that are not
  exact. Whatever the order, with fused operations or longer registers or without, each rounding is
  at most u S, and r of them add up like a random walk: two orders differ by about 0.8 u sqrt(r) S
  (root mean square), the noise has 1.2. A worst case of r u S would need errors of one sign.

No noise where every implementation gives the same bits from the same numbers, so that a
difference there is told apart from rounding: sign, absolute value, comparison, choice, maximum;
products with, and quotients by, 0 or a power of 2; sums without a remainder; matrix products and
sums with at most one term that is not 0, such as a weight picked out by a 0/1 input; sums of
integers. A product that leaves the normal range counts as exact where a power of 2 made it. It is
not looked for where every element of all operands has noise already: no two implementations have
the same numbers there, and none is 0 or a power of 2.

Many runs can be evaluated at once, which for small networks takes hardly longer than one: each
array then has the run as its last axis, behind rows and columns, so that formulas see the shapes
they expect. In memory that axis is the first, so that matrices are contiguous.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinprop.ground.array import Array

_U = 2.0**-53
_LARGEST_EXACT_INTEGER = 2.0**53
_LARGEST = np.finfo(np.float64).max
_POOL = 2**18  # random numbers, of which each operation takes some from a place drawn at random
_FRACTION_BITS = np.int64(2**52 - 1)

# The largest relative error added, in units of 2 u.
_ERRORS = {
    np.add: 1, np.subtract: 1, np.multiply: 1, np.divide: 1, np.square: 1, np.sqrt: 1,
    np.exp: 2, np.log: 2, np.log1p: 2, np.tanh: 4,
}  # fmt: skip
_EXACT = {
    np.negative, np.positive, np.absolute, np.sign, np.maximum, np.minimum, np.isfinite, np.isnan,
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal,
}  # fmt: skip
_SUMS = {np.add, np.subtract}
_KEEPING = {np.negative, np.positive, np.absolute, np.maximum, np.minimum}  # noise of their inputs


class NoisyArray(np.ndarray[Any, np.dtype[np.float64]]):
    """Array of float64 numbers; numpy's operators and functions on it add noise."""

    arithmetic: Any = None  # Noisy; None only until lift has set it
    noisy: bool = False  # whether every element has noise, see _is_noisy

    def __array_finalize__(self, parent: Any) -> None:
        """Every view and copy belongs to the same arithmetic."""
        if type(parent) is NoisyArray:
            self.arithmetic = parent.arithmetic
            self.noisy = parent.noisy

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Evaluate an operator or function with noise."""
        if ufunc in _EXACT and not options.get("out"):
            plain = [self.arithmetic.lower(x) for x in inputs]
            result = getattr(ufunc, method)(*plain, **options)
            if result.dtype != np.float64:
                return result
            return self.arithmetic.mark(result, ufunc in _KEEPING and all(map(_is_noisy, inputs)))
        if ufunc not in _ERRORS or method != "__call__" or options:
            raise TypeError(
                f"noisy arithmetic has no {ufunc.__name__}.{method} with {sorted(options)}: use "
                "the sums and products of the arithmetic, and no operation in place"
            )
        return self.arithmetic.evaluate(ufunc, *inputs)


class Noisy:
    """The operations, with errors drawn from one seed; for several runs at once, or for one."""

    def __init__(self, seed: int, runs: int | None) -> None:
        self._generator = np.random.Generator(np.random.SFC64(seed))
        pool = self._generator.uniform(-1.0, 1.0, _POOL)
        factors = {errors: 1.0 + 2.0 * _U * errors * pool for errors in set(_ERRORS.values())}
        self._pools = {0: pool, **factors}
        self._places: list[float] = []
        self._runs = runs

    def lift(self, values: ArrayLike) -> NoisyArray:
        """The same numbers, on which operations add noise."""
        return self.mark(self.lower(values))

    def mark(self, array: Array, has_noise: bool = False) -> NoisyArray:
        """An array that has its axis of runs, if there are several, as one that gets noise."""
        marked = array.view(NoisyArray)
        marked.arithmetic = self
        marked.noisy = has_noise
        return marked

    def lower(self, values: ArrayLike) -> Array:
        """The same numbers as an ordinary array, a matrix with an axis of runs if there are."""
        if type(values) is NoisyArray:
            return values.view(np.ndarray)
        array = np.asarray(values)
        array = array if array.dtype == bool else np.asarray(array, dtype=np.float64)
        return array[..., np.newaxis] if self._runs and array.ndim == 2 else array

    def evaluate(self, ufunc: Any, *inputs: ArrayLike) -> Array:
        """Apply one of numpy's elementwise operations and add its noise."""
        plain = [self.lower(x) for x in inputs]
        result = np.asarray(ufunc(*plain))
        if not _may_be_exact(ufunc, inputs):
            return self._multiply_noise(result, _ERRORS[ufunc], all(map(_is_never_0, inputs)))
        exact = _is_exact(ufunc, result, *plain)
        size = np.absolute(result, out=np.empty_like(result))
        size *= 2.0 * _U * _ERRORS[ufunc]
        np.copyto(size, 0.0, where=exact)
        # An exact sum or difference has the noise of what is summed.
        return self._add_noise(result, size, ufunc in _SUMS and any(map(_is_noisy, inputs)))

    def matmul(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a b."""
        return self._matmul(self.lower(a), self.lower(b), _is_noisy(a) and _is_noisy(b))

    def crossprod(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a' b."""
        transposed = np.swapaxes(self.lower(a), 0, 1)
        return self._matmul(transposed, self.lower(b), _is_noisy(a) and _is_noisy(b))

    def tcrossprod(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a b'."""
        transposed = np.swapaxes(self.lower(b), 0, 1)
        return self._matmul(self.lower(a), transposed, _is_noisy(a) and _is_noisy(b))

    def add_bias(self, z: ArrayLike, b: ArrayLike) -> Array:
        """The row b added to every row of z."""
        return self.evaluate(np.add, z, b)

    def column_sums(self, a: ArrayLike) -> Array:
        """Sum of each column, as a row."""
        return self._sum(self.lower(a), 0, _is_noisy(a))

    def row_sums(self, a: ArrayLike) -> Array:
        """Sum of each row, as a column."""
        return self._sum(self.lower(a), 1, _is_noisy(a))

    def row_max(self, a: ArrayLike) -> Array:
        """Largest element of each row, as a column."""
        return self.mark(self.lower(a).max(axis=1, keepdims=True), _is_noisy(a))

    def total(self, a: ArrayLike) -> Any:
        """Sum of all elements, without dimensions but that of the runs."""
        terms = self.lower(a)
        total = self._sum(terms.reshape(-1, 1, *terms.shape[2:]), 0, _is_noisy(a))
        # The noise gives runs to a sum of terms that were alike in all of them.
        return total.reshape(total.shape[2:])

    def exp(self, x: ArrayLike) -> Array:
        """Exponential function."""
        return self.evaluate(np.exp, x)

    def log(self, x: ArrayLike) -> Array:
        """Natural logarithm."""
        return self.evaluate(np.log, x)

    def log1p(self, x: ArrayLike) -> Array:
        """Natural logarithm of 1 + x."""
        return self.evaluate(np.log1p, x)

    def tanh(self, x: ArrayLike) -> Array:
        """Hyperbolic tangent."""
        return self.evaluate(np.tanh, x)

    def sigmoid(self, x: ArrayLike) -> Array:
        """1 / (1 + exp(-x))."""
        return 1.0 / (1.0 + self.exp(np.negative(x)))

    def sqrt(self, x: ArrayLike) -> Array:
        """Square root."""
        return self.evaluate(np.sqrt, x)

    def where(self, condition: ArrayLike, yes: ArrayLike, no: ArrayLike) -> Array:
        """Yes where the condition holds, no elsewhere."""
        chosen = np.where(*(self.lower(x) for x in (condition, yes, no)))
        return self.mark(chosen, _is_noisy(yes) and _is_noisy(no))

    def _matmul(self, a: Array, b: Array, are_noisy: bool) -> Array:
        left, right = _matrices(a), _matrices(b)
        product = _product(left, right)
        size = _product(np.abs(left), np.abs(right))
        if are_noisy:
            roundings: Array | float = 2.0 * left.shape[-1] - 1.0
        elif _integers(left) and _integers(right) and size.max() < _LARGEST_EXACT_INTEGER:
            return self.mark(product)
        else:
            roundings = _roundings(left, right)
        size *= 2.0 * _U * np.sqrt(roundings)
        return self._add_noise(product, size)

    def _sum(self, terms: Array, axis: int, are_noisy: bool) -> Array:
        result = terms.sum(axis=axis, keepdims=True)
        size = np.abs(terms).sum(axis=axis, keepdims=True)
        if are_noisy:
            additions: Array | float = terms.shape[axis] - 1.0
        elif _integers(terms) and size.max() < _LARGEST_EXACT_INTEGER:
            return self.mark(result)
        else:
            additions = np.maximum(np.count_nonzero(terms, axis=axis, keepdims=True) - 1.0, 0.0)
        size *= 2.0 * _U * np.sqrt(additions)
        return self._add_noise(result, size)

    def _multiply_noise(self, result: Array, errors: int, has_noise: bool) -> Array:
        """Noise relative to each element; the result is not needed any more."""
        factors = self._draw(result.shape, errors)
        out = result if result.shape == factors.shape else None
        return self.mark(np.multiply(result, factors, out=out), has_noise)

    def _add_noise(self, result: Array, size: Array, has_noise: bool = False) -> Array:
        """Noise of a size for each element, which is not needed any more."""
        has_noise = has_noise or bool(size.min() > 0.0)
        # Infinite noise would make infinity NaN.
        finite = np.fmin(size, _LARGEST, out=size)
        noise = np.asarray(self._draw(result.shape) * finite)
        noise += result
        return self.mark(noise, has_noise)

    def _draw(self, shape: tuple[int, ...], errors: int = 0) -> Array:
        """Random numbers from -1 to 1, or one and so many errors; in the shape with all runs."""
        in_memory = (self._runs, *shape[:-1]) if self._runs else shape
        n = math.prod(in_memory)
        if n > _POOL:
            drawn = self._generator.uniform(-1.0, 1.0, n)
            drawn = 1.0 + 2.0 * _U * errors * drawn if errors else drawn
        else:  # to draw all anew would take a fifth of the time
            first = int(self._place() * (_POOL - n + 1))
            drawn = self._pools[errors][first : first + n]
        drawn = drawn.reshape(in_memory)
        return drawn.transpose(1, 2, 0) if drawn.ndim == 3 else drawn

    def _place(self) -> float:
        """A random number from 0 to 1; many are drawn at once, which takes a tenth of the time."""
        if not self._places:
            self._places = self._generator.random(1024).tolist()
        return self._places.pop()


def noisy(seed: int, runs: int | None = None) -> Noisy:
    """Native arithmetic with a random rounding error added to each operation.

    Parameters
    ----------
    seed : int
        Seed of the errors, at least 0: the same seed gives the same errors.
    runs : int or None
        So many runs at once, each with its own errors: every result has one more axis, the last,
        of that length, or of length 1 where no error was added yet. None is one run without it.

    Returns
    -------
    arithmetic
        Its operations.
    """
    return Noisy(seed, runs)


def _matrices(x: Array) -> Array:
    """A matrix, or one for each run, the axis of runs first."""
    # A copy is made where a view would keep BLAS from working.
    return x if x.ndim == 2 else np.ascontiguousarray(x.transpose(2, 0, 1))


def _product(left: Array, right: Array) -> Array:
    """Product of what _matrices gave, with the axis of runs last."""
    product = np.asarray(left @ right)
    return product if product.ndim == 2 else product.transpose(1, 2, 0)


def _is_noisy(x: Any) -> bool:
    """Whether every element of an array has noise, so that none is 0 or a power of 2."""
    return type(x) is NoisyArray and x.noisy


def _may_be_exact(ufunc: Any, inputs: tuple[Any, ...]) -> bool:
    """Whether an operation may have no rounding error in some element."""
    if ufunc in _SUMS:
        return not all(map(_is_never_0, inputs))
    if ufunc is np.multiply:
        return not all(map(_is_general, inputs))
    return ufunc is np.divide and not _is_general(inputs[1])


def _is_never_0(x: Any) -> bool:
    return x != 0.0 if isinstance(x, float) else _is_noisy(x)


def _is_general(x: Any) -> bool:
    """Whether no element is 0 or a power of 2: by its noise, or since it is one such number."""
    return abs(math.frexp(x)[0]) not in (0.0, 0.5) if isinstance(x, float) else _is_noisy(x)


def _is_exact(ufunc: Any, result: Array, *inputs: Array) -> NDArray[np.bool_]:
    """Where a product, quotient, sum or difference has no rounding error."""
    if ufunc is np.multiply:
        return _power_of_two(inputs[0]) | _power_of_two(inputs[1])
    if ufunc is np.divide:
        return _power_of_two(inputs[1])
    first, second = inputs
    with np.errstate(invalid="ignore"):  # the remainder of an infinite sum
        other = np.asarray(result - first)  # Knuth's TwoSum
        lost = first - (result - other)
        return np.equal(lost, other - second if ufunc is np.add else other + second)


def _roundings(a: Array, b: Array) -> Array | float:
    """How many roundings each element of the product a b has, whatever the order."""
    if _general(a).all() and _general(b).all():
        return 2.0 * a.shape[-1] - 1.0
    terms = _product((a != 0.0).astype(np.float64), (b != 0.0).astype(np.float64))
    inexact = _product((_general(a) != 0).astype(np.float64), (_general(b) != 0).astype(np.float64))
    return np.asarray(np.maximum(terms - 1.0, 0.0) + inexact)


def _power_of_two(x: Array) -> NDArray[np.bool_]:
    """Whether a number is 0 or a power of 2, by its fraction bits."""
    return _general(x) == 0


def _general(x: Array) -> NDArray[np.int64]:
    """The fraction bits: not 0 for all numbers but 0 and the powers of 2."""
    return np.asarray(x, dtype=np.float64).view(np.int64) & _FRACTION_BITS


def _integers(x: Array) -> bool:
    # Most arrays end at their first row.
    return all(bool((each == np.rint(each)).all()) for each in (x[:1], x[1:]))
