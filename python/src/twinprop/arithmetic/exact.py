"""Exact arithmetic: every number is a ball, a midpoint with a proved radius around the true value.

The formulas of the network run unchanged on arrays of balls (python-flint's `arb`), inside
`with exact(bits) as arithmetic:`. What comes out is the value that the formulas have in real
numbers, from the float64 numbers that went in:

>>> with exact(128) as arithmetic:
...     third = 1.0 / arithmetic.lift(np.array([[3.0]]))
...     value, proved = arithmetic.round(third)
>>> value.tolist(), proved.tolist()
([[0.3333333333333333]], [[True]])

A comparison such as `z > 0` is decided by the midpoint. Where the ball lies on both sides, the
arithmetic counts it in `undecided`, and nothing that is computed afterwards is called proved.

Balls can grow much faster than the error of their midpoints, and in the end they say nothing.
`exact(bits, points=True)` computes with points alone: a value that is the same at two precisions to
many bits is known with good evidence, though without proof. A function whose ball says nothing, as
that of exp(1e300) at 128 bits, gives NaN there, which agrees with nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat
from numpy.typing import ArrayLike, NDArray

_Balls = NDArray[Any]

_ELEMENTWISE = {
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.absolute, np.square,
}  # fmt: skip
_CHOICES = {np.maximum: arb.max, np.minimum: arb.min}
_COMPARISONS = {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}


class ExactArray(np.ndarray[Any, np.dtype[Any]]):
    """Array of balls; numpy's operators work on it, and comparisons are watched."""

    arithmetic: Any  # Exact; None only until lift has set it
    undecided: int | None  # comparisons that were undecided when the array was made

    def __array_finalize__(self, parent: Any) -> None:
        """Every view and copy belongs to the same arithmetic."""
        self.arithmetic = getattr(parent, "arithmetic", None)
        self.undecided = getattr(parent, "undecided", None)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Evaluate an operator or function on balls."""
        if method != "__call__" or options:
            raise TypeError(
                f"exact arithmetic has no {ufunc.__name__}.{method} with {sorted(options)}: use "
                "the sums and products of the arithmetic, and no operation in place"
            )
        return self.arithmetic.evaluate(ufunc, *inputs)

    def argmax(self, axis: Any = None, *_: Any, **__: Any) -> Any:
        """Column of the largest element of each row, the first of equals."""
        if self.ndim != 2 or axis not in (1, -1):
            raise TypeError("exact arithmetic has argmax along the rows of a matrix only")
        best, largest = np.zeros(self.shape[0], dtype=np.intp), self[:, 0]
        for column in range(1, self.shape[1]):
            larger = self[:, column] > largest
            best = np.where(larger, column, best)
            largest = self.arithmetic.where(larger, self[:, column], largest)
        return best


class Exact:
    """The operations on balls at one precision, to be used in a `with` block.

    The precision of python-flint is global: the block sets it and puts the caller's back.
    """

    def __init__(self, precision_bits: int, points: bool = False) -> None:
        self.precision_bits = precision_bits
        self.points = points
        self.undecided = 0
        self._callers_precision: list[int] = []

    def __enter__(self) -> Exact:
        """Set the precision."""
        self._callers_precision.append(flint.ctx.prec)
        flint.ctx.prec = self.precision_bits
        return self

    def __exit__(self, *_: object) -> None:
        """Put the caller's precision back."""
        flint.ctx.prec = self._callers_precision.pop()

    def lift(self, values: Any) -> _Balls:
        """Balls of radius 0 around float64 numbers; balls stay what they are."""
        if _is_lifted(values):
            return values
        lifted = self._own(_balls(values))
        if np.asarray(values).dtype != object:
            lifted.undecided = 0  # data: no comparison had a part in it
        return lifted

    def round(self, values: Any) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The nearest float64 numbers, ties to even, and whether each is proved to be that.

        It is proved where both ends of the ball round to the same number of the same sign. A ball
        around 0 that is not exactly 0 is not proved: its sign is not known. Nor is a point.
        """
        self._check_precision()
        balls = _balls(values)
        low = np.array([float(x.lower()) for x in balls.flat]).reshape(balls.shape)
        high = np.array([float(x.upper()) for x in balls.flat]).reshape(balls.shape)
        middle = np.array([float(x.mid()) for x in balls.flat]).reshape(balls.shape)
        undecided = values.undecided if isinstance(values, ExactArray) else self.undecided
        certain = undecided == 0 and not self.points
        return middle, (low == high) & (np.signbit(low) == np.signbit(high)) & certain

    def evaluate(self, ufunc: Any, *inputs: Any) -> Any:
        """Apply one of numpy's elementwise operations to balls."""
        self._check_precision()
        balls = [_balls(x) for x in inputs]
        if ufunc in _COMPARISONS:
            return ufunc(np.frompyfunc(self._sign, 1, 1)(np.subtract(*balls)), 0)
        if ufunc in _CHOICES:
            return self._own(np.frompyfunc(_CHOICES[ufunc], 2, 1)(*balls))
        if ufunc not in _ELEMENTWISE:
            raise TypeError(f"exact arithmetic has no {ufunc.__name__}")
        return self._own(ufunc(*balls))

    def matmul(self, a: ArrayLike, b: ArrayLike) -> _Balls:
        """Product a b."""
        self._check_precision()
        left, right = _balls(a), _balls(b)
        product = arb_mat(left.tolist()) * arb_mat(right.tolist())
        return self._own(np.array(product.entries(), dtype=object)).reshape(
            left.shape[0], right.shape[1]
        )

    def crossprod(self, a: ArrayLike, b: ArrayLike) -> _Balls:
        """Product a' b."""
        return self.matmul(np.transpose(a), b)

    def tcrossprod(self, a: ArrayLike, b: ArrayLike) -> _Balls:
        """Product a b'."""
        return self.matmul(a, np.transpose(b))

    def add_bias(self, z: ArrayLike, b: ArrayLike) -> _Balls:
        """The row b added to every row of z."""
        return self.lift(z) + self.lift(b)

    def column_sums(self, a: ArrayLike) -> _Balls:
        """Sum of each column, as a row."""
        self._check_precision()
        return self._own(np.add.reduce(_balls(a), axis=0, keepdims=True))

    def row_sums(self, a: ArrayLike) -> _Balls:
        """Sum of each row, as a column."""
        self._check_precision()
        return self._own(np.add.reduce(_balls(a), axis=1, keepdims=True))

    def row_max(self, a: ArrayLike) -> _Balls:
        """Largest element of each row, as a column."""
        columns = self.lift(a).T[:, :, np.newaxis]
        return reduce(np.maximum, columns)

    def total(self, a: ArrayLike) -> Any:
        """Sum of all elements, without dimensions."""
        self._check_precision()
        return self._own(np.add.reduce(_balls(a), axis=None))

    def exp(self, x: ArrayLike) -> _Balls:
        """Exponential function."""
        return self._function(arb.exp, x)

    def log(self, x: ArrayLike) -> _Balls:
        """Natural logarithm."""
        return self._function(arb.log, x)

    def log1p(self, x: ArrayLike) -> _Balls:
        """Natural logarithm of 1 + x."""
        return self._function(arb.log1p, x)

    def tanh(self, x: ArrayLike) -> _Balls:
        """Hyperbolic tangent."""
        return self._function(arb.tanh, x)

    def sigmoid(self, x: ArrayLike) -> _Balls:
        """1 / (1 + exp(-x))."""
        return 1 / (1 + self.exp(-self.lift(x)))

    def sqrt(self, x: ArrayLike) -> _Balls:
        """Square root."""
        return self._function(arb.sqrt, x)

    def where(self, condition: ArrayLike, yes: ArrayLike, no: ArrayLike) -> _Balls:
        """Yes where the condition holds, no elsewhere."""
        return self._own(np.where(condition, _balls(yes), _balls(no)))

    def _function(self, function: Callable[[arb], arb], x: ArrayLike) -> _Balls:
        self._check_precision()
        known = (lambda ball: _nan_if_unknown(function(ball))) if self.points else function
        return self._own(np.frompyfunc(known, 1, 1)(_balls(x)))

    def _sign(self, difference: arb) -> int:
        if difference > 0:
            return 1
        if difference < 0:
            return -1
        if not difference.is_zero():
            self.undecided += 1
        return int(difference.mid() > 0) - int(difference.mid() < 0)

    def _own(self, balls: Any) -> ExactArray:
        if self.points:
            balls = np.frompyfunc(arb.mid, 1, 1)(balls)
        array = np.asarray(balls, dtype=object).view(ExactArray)
        array.arithmetic = self
        array.undecided = self.undecided
        return array

    def _check_precision(self) -> None:
        if flint.ctx.prec != self.precision_bits:
            raise RuntimeError(
                f"exact arithmetic of {self.precision_bits} bits is used at {flint.ctx.prec} "
                "bits: put the computation inside `with exact(bits) as arithmetic:`"
            )


def exact(precision_bits: int, points: bool = False) -> Exact:
    """Exact arithmetic at a precision.

    Parameters
    ----------
    precision_bits : int
        Bits of a ball's midpoint, from 64 to 65536; more bits make smaller balls.
    points : bool
        Compute without radius.

    Returns
    -------
    arithmetic
        Its operations, for use inside a `with` block.
    """
    if not 64 <= precision_bits <= 65536:
        raise ValueError(f"the precision is {precision_bits} bits; wanted from 64 to 65536")
    return Exact(precision_bits, points)


def _balls(values: ArrayLike) -> _Balls:
    """An object array of balls; a float64 number becomes a ball of radius 0."""
    array = np.asarray(values)
    if _is_lifted(values):
        return array
    return np.asarray(np.frompyfunc(arb, 1, 1)(array.astype(object)), dtype=object)


def _nan_if_unknown(ball: arb) -> arb:
    """The ball, or NaN where it has no leading bit of the true value."""
    return ball if ball.rel_accuracy_bits() > 0 else arb("nan")


def _is_lifted(values: Any) -> bool:
    """Whether all elements are balls; np.ones_like puts integers into an array of balls."""
    return isinstance(values, ExactArray) and all(type(x) is arb for x in values.flat)
