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
they expect. In memory that axis is the first, so that matrices are contiguous. How large an error
may be, and where there is none, the first run says for all: they differ by rounding alone. All
matrices that an optimizer moves are moved as one row.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic.noisy_exact import (
    LARGEST_EXACT_INTEGER,
    find_exact,
    is_integer,
    is_never_0,
    is_noisy,
    may_be_exact,
    roundings_of,
)
from twinprop.ground.array import Array

_U = 2.0**-53
_LARGEST = np.finfo(np.float64).max
_POOL = 2**18  # random numbers, of which each operation takes some from a place drawn at random

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


def _operators(ufunc: Any) -> tuple[Callable[..., Array], Callable[..., Array]]:
    """An operator and its reflected form, which need no dispatch by numpy."""

    def of_left(self: NoisyArray, other: Any) -> Array:
        return self.arithmetic.evaluate(ufunc, self, other)

    def of_right(self: NoisyArray, other: Any) -> Array:
        return self.arithmetic.evaluate(ufunc, other, self)

    return of_left, of_right


class NoisyArray(np.ndarray[Any, np.dtype[np.float64]]):
    """Array of float64 numbers; numpy's operators and functions on it add noise.

    Each arithmetic has two such classes, of arrays with noise in every element and of others, so
    that views and copies belong to it, too.
    """

    arithmetic: Any = None  # Noisy
    noisy: bool = False

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Evaluate an operator or function with noise."""
        if ufunc in _EXACT and not options.get("out"):
            plain = [self.arithmetic.lower(x) for x in inputs]
            result = getattr(ufunc, method)(*plain, **options)
            if result.dtype != np.float64:
                return result
            return self.arithmetic.mark(result, ufunc in _KEEPING and all(map(is_noisy, inputs)))
        if ufunc not in _ERRORS or method != "__call__" or options:
            raise TypeError(
                f"noisy arithmetic has no {ufunc.__name__}.{method} with {sorted(options)}: use "
                "the sums and products of the arithmetic, and no operation in place"
            )
        return self.arithmetic.evaluate(ufunc, *inputs)

    __add__, __radd__ = _operators(np.add)  # type: ignore[assignment]
    __sub__, __rsub__ = _operators(np.subtract)  # type: ignore[assignment]
    __mul__, __rmul__ = _operators(np.multiply)  # type: ignore[assignment]
    __truediv__, __rtruediv__ = _operators(np.divide)  # type: ignore[assignment]


@cache
def _pools(seed: int) -> tuple[dict[int, Array], Any]:
    """The pools of a seed, by errors as in _scale, and the state of the generator behind them."""
    generator = np.random.Generator(np.random.SFC64(seed))
    drawn = generator.uniform(-1.0, 1.0, _POOL)
    pools = {errors: _scale(drawn, errors) for errors in (0, *_ERRORS.values())}
    return pools, generator.bit_generator.state


def _scale(drawn: Array, errors: int) -> Array:
    """Random numbers from -1 to 1, or 1 and so many errors."""
    return 1.0 + 2.0 * _U * errors * drawn if errors else drawn


class Noisy:
    """The operations, with errors drawn from one seed; for several runs at once, or for one."""

    def __init__(self, seed: int, runs: int | None) -> None:
        self._pools, state = _pools(seed)
        self._generator = np.random.Generator(np.random.SFC64(seed))
        self._generator.bit_generator.state = state
        self._places: list[float] = []
        self._windows: dict[tuple[Any, ...], Array] = {}
        self._runs = runs
        lifted: Any = type("NoisyArray", (NoisyArray,), {"arithmetic": self})
        self._lifted: type[NoisyArray] = lifted
        self._marked: type[NoisyArray] = type("NoisyArray", (lifted,), {"noisy": True})

    def lift(self, values: ArrayLike) -> NoisyArray:
        """The same numbers, on which operations add noise."""
        return self.mark(self.lower(values))

    def mark(self, array: Array, has_noise: bool = False) -> NoisyArray:
        """An array that has its axis of runs, if there are several, as one that gets noise."""
        return array.view(self._marked if has_noise else self._lifted)

    def lower(self, values: Any) -> Array:
        """The same numbers as an ordinary array, a matrix with an axis of runs if there are."""
        if isinstance(values, NoisyArray):
            return values.view(np.ndarray)
        array = np.asarray(values)
        array = array if array.dtype == bool else np.asarray(array, dtype=np.float64)
        return array[..., np.newaxis] if self._runs and array.ndim == 2 else array

    def evaluate(self, ufunc: Any, *inputs: Any) -> Array:
        """Apply one of numpy's elementwise operations and add its noise."""
        plain: Any = [x if type(x) is float else self.lower(x) for x in inputs]
        result = np.asarray(ufunc(*plain))
        if not may_be_exact(ufunc, inputs):
            return self._multiply_noise(result, _ERRORS[ufunc], all(map(is_never_0, inputs)))
        first = [x if type(x) is float else _first(x) for x in plain]
        exact = find_exact(ufunc, _first(result), *first)
        # An exact sum or difference has the noise of what is summed.
        keeps = ufunc in _SUMS and any(map(is_noisy, inputs))
        size = 2.0 * _U * _ERRORS[ufunc] * np.abs(_first(result))
        return self._add_noise(result, np.where(exact, 0.0, size), keeps)

    def matmul(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a b."""
        return self._matmul(self.lower(a), self.lower(b), is_noisy(a) and is_noisy(b))

    def crossprod(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a' b."""
        transposed = np.swapaxes(self.lower(a), 0, 1)
        return self._matmul(transposed, self.lower(b), is_noisy(a) and is_noisy(b))

    def tcrossprod(self, a: ArrayLike, b: ArrayLike) -> Array:
        """Product a b'."""
        transposed = np.swapaxes(self.lower(b), 0, 1)
        return self._matmul(self.lower(a), transposed, is_noisy(a) and is_noisy(b))

    def add_bias(self, z: ArrayLike, b: ArrayLike) -> Array:
        """The row b added to every row of z."""
        return self.evaluate(np.add, z, b)

    def column_sums(self, a: ArrayLike) -> Array:
        """Sum of each column, as a row."""
        return self._sum(self.lower(a), 0, is_noisy(a))

    def row_sums(self, a: ArrayLike) -> Array:
        """Sum of each row, as a column."""
        return self._sum(self.lower(a), 1, is_noisy(a))

    def row_max(self, a: ArrayLike) -> Array:
        """Largest element of each row, as a column."""
        return self.mark(self.lower(a).max(axis=1, keepdims=True), is_noisy(a))

    def total(self, a: ArrayLike) -> Any:
        """Sum of all elements, without dimensions but that of the runs."""
        terms = self.lower(a)
        total = self._sum(terms.reshape(-1, 1, *terms.shape[2:]), 0, is_noisy(a))
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
        return self.mark(chosen, is_noisy(yes) and is_noisy(no))

    def at_once(self, move: Callable[..., Any]) -> Callable[..., Any]:
        """A rule of an optimizer that moves all matrices as one row, elementwise as it is."""

        def moved(parameters: list[Array], gradients: list[Array], *rest: Any) -> Any:
            (row,), state = move([self._join(parameters)], [self._join(gradients)], *rest)
            return _split(row, [matrix.shape[:2] for matrix in parameters]), state

        return moved

    def _join(self, matrices: list[Array]) -> Array:
        """All numbers of some matrices in one row, with as many runs as one of them has."""
        has_noise = all(map(is_noisy, matrices))
        rows = [m.reshape(1, -1, *m.shape[2:]) for m in map(self.lower, matrices)]
        if not self._runs:
            return self.mark(np.concatenate(rows, axis=1), has_noise)
        turned = [row.transpose(2, 0, 1) for row in rows]
        runs = max(map(len, turned))
        whole = [x if len(x) == runs else np.repeat(x, runs, axis=0) for x in turned]
        return self.mark(_behind(np.concatenate(whole, axis=2)), has_noise)

    def _matmul(self, a: Array, b: Array, are_noisy: bool) -> Array:
        product = _product(_matrices(a), _matrices(b))
        a, b = _first_matrix(a), _first_matrix(b)
        size = np.abs(a).dot(np.abs(b))
        if are_noisy:
            roundings: Array | float = 2.0 * a.shape[1] - 1.0
        elif is_integer(a) and is_integer(b) and size.max() < LARGEST_EXACT_INTEGER:
            return self.mark(product)
        else:
            roundings = roundings_of(a, b)
        size *= 2.0 * _U * np.sqrt(roundings)
        return self._add_noise(product, size[..., np.newaxis] if product.ndim == 3 else size)

    def _sum(self, terms: Array, axis: int, are_noisy: bool) -> Array:
        result = np.add.reduce(terms, axis=axis, keepdims=True)
        terms = _first(terms)
        size = np.add.reduce(np.abs(terms), axis=axis, keepdims=True)
        if are_noisy:
            additions: Array | float = terms.shape[axis] - 1.0
        elif is_integer(terms) and size.max() < LARGEST_EXACT_INTEGER:
            return self.mark(result)
        else:
            additions = np.maximum(np.count_nonzero(terms, axis=axis, keepdims=True) - 1.0, 0.0)
        return self._add_noise(result, size * (2.0 * _U * np.sqrt(additions)))

    def _multiply_noise(self, result: Array, errors: int, has_noise: bool) -> Array:
        """Noise relative to each element; the result is not needed any more."""
        factors = self._draw_for(result, errors)
        out = result if result.shape == factors.shape else None
        return self.mark(np.multiply(result, factors, out=out), has_noise)

    def _add_noise(self, result: Array, size: Array, keeps: bool = False) -> Array:
        """Noise of a size for each element, the same in all runs; `keeps` if it has some already.

        The result is not needed any more.
        """
        least, most = size.min(), size.max()
        if not most < np.inf:  # infinite noise would make infinity NaN
            size = np.where(np.isfinite(size), size, 0.0)
        elif most == 0.0:
            return self.mark(result, keeps)
        noise = np.multiply(size, self._draw_for(result))
        noise += result
        return self.mark(noise, keeps or bool(least > 0.0))

    def _draw_for(self, result: Array, errors: int = 0) -> Array:
        """Numbers of a pool; one for all rows where all rows are alike, which are rounded alike."""
        drawn = self._draw(result.shape, errors)
        alike = _columns_alike(_first_matrix(result))
        if alike is None:
            return drawn
        drawn = np.array(drawn)
        drawn[:, alike] = drawn[:1, alike]
        return drawn

    def _draw(self, shape: tuple[int, ...], errors: int = 0) -> Array:
        """Numbers of a pool, in the shape with all runs."""
        windows = self._windows.get((shape, errors))
        if windows is None:
            in_memory = (self._runs, *shape[:-1]) if self._runs else shape
            n = math.prod(in_memory)
            if n > _POOL:
                drawn = _scale(self._generator.uniform(-1.0, 1.0, n), errors)
                return _behind(drawn.reshape(in_memory))
            first = self._pools[errors][:n]
            windows = _windows(self._pools[errors], _behind(first.reshape(in_memory)))
            self._windows[shape, errors] = windows
        # To draw all anew would take a fifth of the time.
        return windows[int(self._place() * len(windows))]

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


def _split(row: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    """The matrices of a row."""
    matrices, first = [], 0
    for n_in, n_out in shapes:
        last = first + n_in * n_out
        matrices.append(row[:, first:last].reshape(n_in, n_out, *row.shape[2:]))
        first = last
    return matrices


def _behind(x: Array) -> Array:
    """Where the axis of runs is the first in memory, it is the last in shape."""
    return x.transpose(1, 2, 0) if x.ndim == 3 else x


def _windows(pool: Array, first: Array) -> Array:
    """All places of a pool from which an array as the first one can be taken."""
    count = len(pool) - first.size + 1
    strides = (pool.itemsize, *first.strides)
    return np.lib.stride_tricks.as_strided(pool, (count, *first.shape), strides, writeable=False)


def _first(x: Array) -> Array:
    """What the first run has, with an axis of runs if there is one."""
    return x[..., :1] if x.ndim in (1, 3) else x


def _first_matrix(x: Array) -> Array:
    """The matrix of the first run."""
    return x[..., 0] if x.ndim == 3 else x


def _columns_alike(x: Array) -> Array | None:
    """Whether each column is one number, as where no sample reaches a unit; None where none is."""
    if x.ndim != 2 or len(x) < 2 or not (x[0] == x[1]).any():
        return None
    alike: Array = (x[1:] == x[0]).all(axis=0)
    return alike if alike.any() else None


def _matrices(x: Array) -> Array:
    """A matrix, or one for each run, the axis of runs first."""
    return x if x.ndim == 2 else x.transpose(2, 0, 1)


def _product(left: Array, right: Array) -> Array:
    """Product of what _matrices gave, with the axis of runs last."""
    return _behind(np.asarray(left @ right))
