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


def sum_over(terms: int, term: Callable[[int], list[Piece]]) -> list[Piece]:
    """The terms of a sum, cut where there are many."""
    made: list[Piece] = []
    for k in range(min(terms, MOST_TERMS)):
        made += [" + "] * bool(made) + term(k)
    return [*made, f" + … ({terms - MOST_TERMS} more)"] if terms > MOST_TERMS else made


def softmax_cell(z: str, columns: int) -> Maker:
    """A cell of softmax, which depends on all cells of its row."""

    def pieces(i: int, j: int) -> list[Piece]:
        below = sum_over(columns, lambda k: ["exp(", Cell(z, i, k), ")"])
        return ["exp(", Cell(z, i, j), ") / (", *below, ")"]

    return pieces


def softmax_delta_cell(a: str, e: str, columns: int) -> Maker:
    """A cell of softmax's delta, a (e - the sum of a e over the row)."""

    def pieces(i: int, j: int) -> list[Piece]:
        whole = sum_over(columns, lambda k: [Cell(a, i, k), " · ", Cell(e, i, k)])
        return [Cell(a, i, j), " · (", Cell(e, i, j), " − (", *whole, "))"]

    return pieces


def learned_slope(z: str, e: str, rows: int) -> Maker:
    """A cell of the gradient of a learned slope: e z where z is negative, summed over samples."""

    def pieces(i: int, j: int) -> list[Piece]:
        return sum_over(rows, lambda k: [Cell(e, k, j), " · min(", Cell(z, k, j), ", 0)"])

    return pieces


def followed_by(maker: Maker, *parts: str, bracket: bool = False) -> Maker:
    """What another maker gives, and more in the same place as in same_place."""
    more = same_place(*parts)

    def pieces(i: int, j: int) -> list[Piece]:
        made = ["(", *maker(i, j), ")"] if bracket else maker(i, j)
        return [*made, *more(i, j)]

    return pieces
