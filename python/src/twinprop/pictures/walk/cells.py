"""How one cell of a matrix is made: the sum with its numbers, as pieces of text and references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from twinprop.ground.array import Array
from twinprop.pictures.numbers import MOST_TERMS, short_number

# The parameters before the update are called W1, b1, ..., those after it "W1 after" and so on.
AFTER = " after"


class Cell(NamedTuple):
    """One cell of a quantity, counted from 0."""

    name: str
    row: int
    column: int


Piece = str | Cell
Maker = Callable[[int, int], list[Piece]]

_NAME = re.compile(r"\[([^]]+)\]")


def product(left: str, right: str, terms: int, kind: str = "plain") -> Maker:
    """A cell of a matrix product, with one of its factors transposed or none.

    Parameters
    ----------
    left, right : str
        Names of the factors as they are stored.
    terms : int
        How many products are summed.
    kind : str
        "plain" a b, "cross" a' b, "tcross" a b'.

    Returns
    -------
    callable
        Gives the pieces for a row and a column.
    """

    def pieces(i: int, j: int) -> list[Piece]:
        def term(k: int) -> list[Piece]:
            a = Cell(left, k, i) if kind == "cross" else Cell(left, i, k)
            b = Cell(right, j, k) if kind == "tcross" else Cell(right, k, j)
            return [a, " · ", b]

        return sum_over(terms, term)

    return pieces


def column_sum(name: str, rows: int) -> Maker:
    """A cell of the sums of the columns of a quantity."""

    return lambda i, j: sum_over(rows, lambda k: [Cell(name, k, j)])


def plus_bias(maker: Maker, bias: str) -> Maker:
    """What another maker gives, and the bias of the column."""
    return around("", maker, f" + [{bias}]")


def same_place(template: str) -> Maker:
    """A cell made of cells in its own place.

    Parameters
    ----------
    template : str
        Such as "1 / (1 + exp(−[z1]))": names stand in brackets.

    Returns
    -------
    callable
        Gives the pieces for a row and a column.
    """
    parts = _NAME.split(template)

    def pieces(i: int, j: int) -> list[Piece]:
        return [cell_at(p, i, j) if n % 2 else p for n, p in enumerate(parts) if p]

    return pieces


def cell_at(name: str, i: int, j: int) -> Cell:
    """The cell of a quantity that stands for a row and a column.

    A bias and a learned slope have one row for all samples, the largest of each row one column,
    the loss and the powers of Adam one cell.
    """
    kind = name.removesuffix(AFTER).rstrip("0123456789")
    if kind in ("b", "alpha"):
        return Cell(name, 0, j)
    if kind == "largest":
        return Cell(name, i, 0)
    return Cell(name, 0, 0) if kind in ("loss", "power_") else Cell(name, i, j)


def sum_over(terms: int, term: Callable[[int], list[Piece]], between: str = " + ") -> list[Piece]:
    """The terms of a sum, cut where there are many."""
    made: list[Piece] = []
    for k in range(min(terms, MOST_TERMS)):
        made += [between] * bool(made) + term(k)
    more = f"{between}… ({terms - MOST_TERMS} more)"
    return [*made, more] if terms > MOST_TERMS else made


def softmax_cell(z: str, largest: str, columns: int) -> Maker:
    """A cell of softmax, which depends on all cells of its row."""

    def pieces(i: int, j: int) -> list[Piece]:
        above = exponential(z, largest)(i, j)
        return [*above, " / (", *sum_over(columns, lambda k: exponential(z, largest)(i, k)), ")"]

    return pieces


def exponential(z: str, largest: str) -> Maker:
    """The power of e in softmax: of a cell less the largest of its row."""
    return same_place(f"exp([{z}] − [{largest}])")


def largest_cell(z: str, columns: int) -> Maker:
    """The largest cell of a row."""

    def pieces(i: int, j: int) -> list[Piece]:
        return ["max(", *sum_over(columns, lambda k: [Cell(z, i, k)], ", "), ")"]

    return pieces


def softmax_delta_cell(a: str, e: str, columns: int) -> Maker:
    """A cell of softmax's delta, a (e - the sum of a e over the row)."""

    def pieces(i: int, j: int) -> list[Piece]:
        whole = sum_over(columns, lambda k: [Cell(a, i, k), " · ", Cell(e, i, k)])
        return [Cell(a, i, j), " · (", Cell(e, i, j), " − (", *whole, "))"]

    return pieces


def cross_entropy_delta_cell(a: str, columns: int) -> Maker:
    """A cell of the delta of softmax with cross-entropy, a (the sum of y over the row) - y."""

    def pieces(i: int, j: int) -> list[Piece]:
        whole = sum_over(columns, lambda k: [Cell("y", i, k)])
        return [Cell(a, i, j), " · (", *whole, ") − ", Cell("y", i, j)]

    return pieces


def learned_slope(z: str, e: str, rows: int) -> Maker:
    """A cell of the gradient of a learned slope: e z where z is negative, summed over samples."""

    def pieces(i: int, j: int) -> list[Piece]:
        return sum_over(rows, lambda k: [Cell(e, k, j), " · min(", Cell(z, k, j), ", 0)"])

    return pieces


def over_all(maker: Maker, shape: tuple[int, int]) -> Maker:
    """The sum of another maker's cells over all rows and columns."""

    def pieces(i: int, j: int) -> list[Piece]:
        return sum_over(shape[0] * shape[1], lambda k: maker(*divmod(k, shape[1])))

    return pieces


def around(before: str, maker: Maker, after: str) -> Maker:
    """What another maker gives, between two templates as in same_place."""
    head, tail = same_place(before), same_place(after)
    return lambda i, j: [*head(i, j), *maker(i, j), *tail(i, j)]


def write_sum(pieces: list[Piece], values: Mapping[str, Array]) -> str:
    """The sum that makes a cell, with its numbers, as text.

    Parameters
    ----------
    pieces : list
        Of a part's `cells`.
    values : dict of arrays
        Quantities by name.

    Returns
    -------
    str
        Negative numbers stand in brackets, except the first.
    """
    written = []
    for position, piece in enumerate(pieces):
        if isinstance(piece, str):
            written.append(piece)
            continue
        text = short_number(float(values[piece.name][piece.row, piece.column]))
        written.append(f"({text})" if text.startswith("−") and position else text)
    return "".join(written)
