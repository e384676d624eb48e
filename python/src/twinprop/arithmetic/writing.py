"""How a written matrix is made, as a formula of whole matrices or as the sum of one of its cells.

Both are pieces: texts, and between them what has a name. A sum is `Σ` in a formula (`Σ_i` over each
column, `Σ_j` over each row), in a cell it has all its terms. Brackets stand where the order of
computation asks for them: `a · (b / c)` may be another number than `a · b / c`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic.written import GIVEN, SAME, Written
from twinprop.ground.errors import EngineError


class Whole(NamedTuple):
    """A matrix in a formula."""

    name: str


class Cell(NamedTuple):
    """One cell of a matrix, counted from 0."""

    name: str
    row: int
    column: int


Piece = str | Whole | Cell
Place = tuple[int, int] | None  # None stands for whole matrices

# How tightly a term holds together.
CHOICE, SUM, MATMUL, PRODUCT, POWER, ATOM = range(6)
_SIGNS = {
    "add": (" + ", SUM),
    "add_bias": (" + ", SUM),
    "subtract": (" − ", SUM),
    "multiply": (" · ", PRODUCT),
    "divide": (" / ", PRODUCT),
    "less_equal": (" ≤ ", SUM),
    "greater": (" > ", SUM),
    "equal": (" = ", SUM),
}


class Term(NamedTuple):
    """Pieces, and how tightly they hold together."""

    pieces: list[Piece]
    rank: int = ATOM

    def held(self, rank: int) -> list[Piece]:
        """The pieces, in brackets if they hold together less than that."""
        return self.pieces if self.rank >= rank else ["(", *self.pieces, ")"]


def write_number(number: float) -> str:
    """A number in full, as in 0.001 or 1e−8."""
    return f"{number:.15g}".replace("e-0", "e-").replace("-", "−")


class Writer:
    """Writes formulas and sums; of a sum over more than `most` terms the first ones."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rules: dict[str, Callable[..., Term]] = {
            GIVEN: self._given,
            SAME: lambda matrix, place: self._term(matrix.operands[0], place),
            **dict.fromkeys(_SIGNS, self._operator),
            "negative": self._negative,
            "where": self._choice,
            **dict.fromkeys(("exp", "log", "log1p", "tanh", "sqrt"), self._function),
            "sigmoid": self._sigmoid,
            **dict.fromkeys(("matmul", "crossprod", "tcrossprod"), self._product),
            **dict.fromkeys(("column_sums", "row_sums", "total"), self._sums),
            "row_max": self._largest,
        }

    def formula(self, matrix: Written) -> list[Piece]:
        """How a matrix is made of whole matrices."""
        return self._made(matrix, None).pieces

    def cell(self, matrix: Written, row: int, column: int) -> list[Piece]:
        """How a cell of a matrix is made of cells."""
        return self._made(matrix, (row, column)).pieces

    def _made(self, matrix: Written, place: Place) -> Term:
        return self._rules[matrix.operation](matrix, place)

    def _term(self, operand: Any, place: Place) -> Term:
        """An operand: its name, or how it is made."""
        if not isinstance(operand, Written):
            return self._given(np.asarray(operand), place)
        if not operand.name:
            return self._made(operand, place)
        if place is None:
            return Term([Whole(operand.name)])
        return Term([Cell(operand.name, *(*_within(operand, place), 0, 0)[:2])])

    def _given(self, matrix: Any, place: Place) -> Term:
        """A number, or a matrix of the same number everywhere."""
        if place is None and np.unique(matrix).size != 1:
            raise EngineError("a formula has a matrix without a name in it")
        number = float(np.asarray(matrix)[_within(matrix, place or (0, 0))])
        return Term([write_number(number)], SUM if number < 0 else ATOM)

    def _operator(self, matrix: Written, place: Place) -> Term:
        left, right = matrix.operands
        sign, rank = _SIGNS[matrix.operation]
        if matrix.operation in ("add", "subtract") and _is_number(left, 0.0):
            return self._negative(matrix, place) if "−" in sign else self._term(right, place)
        if matrix.operation == "multiply":
            for one, other in ((left, right), (right, left)):
                if _is_number(one, 1.0):
                    return self._term(other, place)
            if left is right and (place is None or not left.name):
                raised = "²" if place else "^2"
                return Term([*self._term(left, place).held(ATOM), raised], POWER)
            if place is None and np.ndim(left) == np.ndim(right) == 2:
                sign = " ∘ "
        closer = rank if sign == " + " else rank + 1
        pieces = self._term(left, place).held(rank), self._term(right, place).held(closer)
        return Term([*pieces[0], sign, *pieces[1]], rank)

    def _negative(self, matrix: Written, place: Place) -> Term:
        return Term(["−", *self._term(matrix.operands[-1], place).held(MATMUL)], SUM)

    def _choice(self, matrix: Written, place: Place) -> Term:
        """A choice in words, or as the maximum, minimum or absolute value that it is."""
        condition, yes, no = matrix.operands
        asked, limit = condition.operands
        if condition.operation == "less_equal" and _is_number(limit, 0.0):
            inner = self._term(asked, place).pieces
            if no is asked and _is_number(yes, 0.0):
                return Term(["max(", *inner, ", 0)"])
            if yes is asked and _is_number(no, 0.0):
                return Term(["min(", *inner, ", 0)"])
            is_turned = getattr(no, "operation", "") == "negative"
            if yes is asked and is_turned and no.operands[0] is asked:
                return Term(["−|", *inner, "|"], SUM)
        pieces = [self._term(operand, place).held(SUM) for operand in (yes, condition, no)]
        return Term([*pieces[0], " if ", *pieces[1], ", else ", *pieces[2]], CHOICE)

    def _function(self, matrix: Written, place: Place) -> Term:
        inner = self._term(matrix.operands[0], place).pieces
        if place is None and matrix.operation == "exp":
            return Term(["e^{", *inner, "}"])
        word = "√" if place is None and matrix.operation == "sqrt" else matrix.operation
        return Term([f"{word}(", *inner, ")"])

    def _sigmoid(self, matrix: Written, place: Place) -> Term:
        opened, closed = ("exp(−", "))") if place else ("e^{−", "})")
        inner = self._term(matrix.operands[0], place).held(MATMUL)
        return Term(["1 / (1 + ", opened, *inner, closed], PRODUCT)

    def _product(self, matrix: Written, place: Place) -> Term:
        """A product of matrices, of which a factor may be transposed."""
        left, right = matrix.operands
        turned = matrix.operation == "crossprod", matrix.operation == "tcrossprod"
        if place is None:
            whole = [self._term(factor, None).held(ATOM) for factor in (left, right)]
            after = ["^T " if turned[0] else " ", "^T" if turned[1] else ""]
            return Term([*whole[0], after[0], *whole[1], *filter(None, after[1:])], MATMUL)
        i, j = place

        def term(k: int) -> Term:
            factors = (
                self._term(left, (k, i) if turned[0] else (i, k)).held(PRODUCT),
                self._term(right, (j, k) if turned[1] else (k, j)).held(POWER),
            )
            return Term([*factors[0], " · ", *factors[1]], PRODUCT)

        return self._terms(left.shape[0 if turned[0] else 1], term)

    def _sums(self, matrix: Written, place: Place) -> Term:
        """Sums of columns, of rows, or of everything."""
        inner = matrix.operands[0]
        if place is None:
            sign = {"column_sums": "Σ_i ", "row_sums": "Σ_j ", "total": "Σ "}[matrix.operation]
            return Term([sign, *self._term(inner, None).held(POWER)], POWER)
        (i, j), (rows, columns) = place, inner.shape
        if matrix.operation == "column_sums":
            return self._terms(rows, lambda k: self._term(inner, (k, j)))
        if matrix.operation == "row_sums":
            return self._terms(columns, lambda k: self._term(inner, (i, k)))
        return self._terms(rows * columns, lambda k: self._term(inner, divmod(k, columns)))

    def _largest(self, matrix: Written, place: Place) -> Term:
        inner = matrix.operands[0]
        if place is None:
            return Term(["max_j ", *self._term(inner, None).held(POWER)], POWER)
        i = place[0]
        found = self._terms(inner.shape[1], lambda k: self._term(inner, (i, k)), ", ")
        return Term(["max(", *found.pieces, ")"])

    def _terms(self, count: int, term: Callable[[int], Term], between: str = " + ") -> Term:
        """The terms of a sum, cut where there are many."""
        if count == 1:
            return term(0)
        pieces: list[Piece] = []
        for k in range(min(count, self._most)):
            pieces += [between] * bool(k) + term(k).held(MATMUL)
        more = f"{between}… ({count - self._most} more)"
        return Term([*pieces, more] if count > self._most else pieces, SUM)


def _within(matrix: Any, place: tuple[int, int]) -> tuple[int, ...]:
    """A place in a matrix of which one row or one column may stand for all."""
    return tuple(min(k, n - 1) for k, n in zip(place, matrix.shape, strict=False))


def _is_number(operand: Any, number: float) -> bool:
    """Whether an operand is this number, or a matrix of it alone, and no quantity."""
    is_made = isinstance(operand, Written) and (operand.name or operand.operation != GIVEN)
    return not is_made and bool(np.all(np.asarray(operand) == number))
