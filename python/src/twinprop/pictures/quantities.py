"""Quantities of a step and how they are made, in signs, in matrices and in numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from twinprop.arithmetic import Array
from twinprop.arithmetic.writing import Cell, Piece, Whole
from twinprop.pictures.numbers import short_number

# The parameters before the update are called W1, b1, ..., those after it "W1 after" and so on.
AFTER = " after"
_SIGNS = {
    "delta": "δ",
    "slope": "s",
    "dW": "∂W",
    "db": "∂b",
    "alpha": "α",
    "dalpha": "∂α",
    "largest": "t",
}


def symbol(name: str) -> str:
    """The sign of a quantity in formulas, such as δ_2 for delta2, v(W_1) for v(W1)."""
    bare = name.removesuffix(AFTER)
    if bare.startswith("power_"):
        return f"β_{bare[6:]}^{'t' if name.endswith(AFTER) else '{t-1}'}"
    head, _, inner = bare.rstrip(")").partition("(")
    if inner:
        return f"{head}({symbol(inner)})"
    kind = bare.rstrip("0123456789")
    layer = bare[len(kind) :]
    sign = _SIGNS.get(kind, kind)
    return f"{sign}_{layer}" if layer else sign


def to_formula(pieces: list[Piece]) -> str:
    """The pieces of a formula in the notation of pictures/formulas.py."""
    text = "".join(symbol(p.name) if isinstance(p, Whole) else str(p) for p in pieces)
    text = re.sub(r"(Σ|max)_[ij] ", r"\1 ", text)
    return re.sub(r"\b1e−(\d+)", r"10^{−\1}", text)


_WORDS = {
    "Σ_i": "sum of each column of",
    "Σ_j": "sum of each row of",
    "max_j": "largest of each row of",
    "^T ": " transposed · ",
    "^T": " transposed ",
    "^2": "²",
}


def to_layout(pieces: list[Piece], said: str) -> tuple[str, ...]:
    """A formula with matrices in it; where there is too much in it, what it is made of."""
    names = [piece.name for piece in pieces if isinstance(piece, Whole)]
    signs = "".join(piece for piece in pieces if isinstance(piece, str))
    if not names:
        return (signs,)
    if len(set(names)) < len(names) or re.search(r"[{|]|[a-z]\(| if ", signs):
        first, *others = (f"[{name}]" for name in dict.fromkeys(names))
        return (f"{said} of", first, *(item for other in others for item in ("and", other)))
    for sign, words in _WORDS.items():
        pieces = [p.replace(sign, words) if isinstance(p, str) else p for p in pieces]
    text = "".join(piece if isinstance(piece, str) else f"[{piece.name}]" for piece in pieces)
    text = text.replace(" )", ")")
    before, *items, after = (item.strip() for item in re.split(r"(\[[^]]+\])", text))
    return (*filter(None, [before]), *(item or "·" for item in items), *filter(None, [after]))


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
        Negative numbers stand in brackets, except those that begin it or follow a bracket.
    """
    written: list[str] = []
    for piece in pieces:
        if not isinstance(piece, Cell):
            written.append(str(piece))
            continue
        text = short_number(float(values[piece.name][piece.row, piece.column]))
        follows = written and not written[-1].endswith(("(", "|"))
        written.append(f"({text})" if text.startswith("−") and follows else text)
    return "".join(written)
