"""Written arithmetic: native's numbers, and beside each matrix how it was made.

The formulas of the network run unchanged on these matrices, which keep the operation and the
operands that they were made of. A name ends a formula, so what is made of a named matrix says its
name, and the named matrix says itself how it was made. How that is put into words is in writing.py.

>>> z = given([[0.0, 2.0]], "z1")
>>> a = sigmoid(z)
>>> a.operation, a.operands[0].name, a.tolist() == native.sigmoid(np.array([[0.0, 2.0]])).tolist()
('sigmoid', 'z1', True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import native

GIVEN, SAME = "given", "same"


class Written(np.ndarray[Any, np.dtype[Any]]):
    """Array that knows what it was made of; numpy's operators on it keep that."""

    arithmetic: Any = None  # by which checks know an array that they leave as it is
    name: str
    operation: str
    operands: tuple[Any, ...]

    def __array_finalize__(self, parent: Any) -> None:
        """What comes from no operation that is kept stands for itself."""
        self.name, self.operation, self.operands = "", GIVEN, ()

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Evaluate an operator as native does, and keep its operands."""
        if method == "__call__" and not options:
            return _make(ufunc, inputs)
        result = getattr(ufunc, method)(*_numbers(inputs), **options)
        if np.asarray(result).dtype == np.float64:
            raise TypeError(
                f"written arithmetic has no {ufunc.__name__}.{method} with {sorted(options)}: use "
                "the sums and products of the arithmetic, and no operation in place"
            )
        return result  # whether something holds, or how often, is no matrix


def given(values: ArrayLike, name: str) -> Written:
    """A matrix that is made of nothing, under its name."""
    matrix = np.array(values, dtype=np.float64).view(Written)
    matrix.name = name
    return matrix


def name_all(quantities: Mapping[str, Written]) -> dict[str, Written]:
    """Name matrices; what has a name already is the same as what has it, as the identity's a is z.

    Parameters
    ----------
    quantities : dict of Written
        In the order in which they were computed.

    Returns
    -------
    dict of Written
        The same, each by its own name; what was made of one with two names says the later name.
    """
    found = {}
    for name, matrix in quantities.items():
        if matrix.name:
            before: Written = matrix.copy()
            before.name, before.operation = matrix.name, matrix.operation
            before.operands = matrix.operands
            found[matrix.name] = before
            matrix.operation, matrix.operands = SAME, (before,)
        matrix.name = name
        found[name] = matrix
    return found


def made_within(matrix: Written) -> Iterator[Written]:
    """The matrices that a matrix is made of, itself first; a name ends the search."""
    yield matrix
    for operand in matrix.operands:
        if isinstance(operand, Written):
            if operand.name:
                yield operand
            else:
                yield from made_within(operand)


def _numbers(operands: tuple[Any, ...]) -> list[Any]:
    return [np.asarray(x) if isinstance(x, Written) else x for x in operands]


def _make(operation: Callable[..., Any], operands: tuple[Any, ...]) -> Written:
    matrix = np.asarray(operation(*_numbers(operands))).view(Written)
    matrix.operation, matrix.operands = operation.__name__, operands
    return matrix


def _kept(operation: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *operands: _make(operation, operands)


matmul = _kept(native.matmul)
crossprod = _kept(native.crossprod)
tcrossprod = _kept(native.tcrossprod)
add_bias = _kept(native.add_bias)
column_sums = _kept(native.column_sums)
row_sums = _kept(native.row_sums)
row_max = _kept(native.row_max)
total = _kept(native.total)
exp = _kept(native.exp)
log = _kept(native.log)
log1p = _kept(native.log1p)
tanh = _kept(native.tanh)
sigmoid = _kept(native.sigmoid)
sqrt = _kept(native.sqrt)
where = _kept(native.where)
