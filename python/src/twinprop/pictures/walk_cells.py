"""How one cell of a matrix is made: the sum with its numbers, as pieces of text and references."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# A sum over more terms than this is cut; so are the matrices on a page.
MOST_TERMS = 10


class Cell(NamedTuple):
    """One cell of a quantity, counted from 0."""

    name: str
    row: int
    column: int


Piece = str | Cell
Maker = Callable[[int, int], list[Piece]]


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
        made: list[Piece] = []
        for k in range(min(terms, MOST_TERMS)):
            a = Cell(left, k, i) if kind == "cross" else Cell(left, i, k)
            b = Cell(right, j, k) if kind == "tcross" else Cell(right, k, j)
            made += [" + "] * bool(made) + [a, " · ", b]
        if terms > MOST_TERMS:
            made.append(f" + … ({terms - MOST_TERMS} more)")
        return made

    return pieces


def column_sum(name: str, rows: int) -> Maker:
    """A cell of the sums of the columns of a quantity."""

    def pieces(i: int, j: int) -> list[Piece]:
        made: list[Piece] = []
        for k in range(min(rows, MOST_TERMS)):
            made += [" + "] * bool(made) + [Cell(name, k, j)]
        if rows > MOST_TERMS:
            made.append(f" + … ({rows - MOST_TERMS} more)")
        return made

    return pieces


def plus_bias(maker: Maker, bias: str) -> Maker:
    """What another maker gives, and the bias of the column."""
    return lambda i, j: [*maker(i, j), " + ", Cell(bias, 0, j)]


def same_place(*parts: str) -> Maker:
    """A cell made of cells in its own place: parts in brackets are names, others are text.

    Parameters
    ----------
    *parts : str
        Such as "1 / (1 + exp(−", "[z1]", "))".

    Returns
    -------
    callable
        Gives the pieces for a row and a column.
    """

    def pieces(i: int, j: int) -> list[Piece]:
        return [Cell(p[1:-1], i, j) if p.startswith("[") else p for p in parts]

    return pieces


def whole_row(text: str, name: str, columns: int) -> Maker:
    """A cell that depends on all cells of its row, such as one of softmax."""

    def pieces(i: int, j: int) -> list[Piece]:
        made: list[Piece] = [text, "("]
        for k in range(min(columns, MOST_TERMS)):
            made += [", "] * (k > 0) + [Cell(name, i, k)]
        return [*made, ", …)" if columns > MOST_TERMS else ")"]

    return pieces
