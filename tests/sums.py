"""What a sum that is written out comes to, by Python's own rules."""

import re

import numpy as np

from twinprop.arithmetic.writing import Cell

# All that a sum may hold, besides numbers and signs.
FUNCTIONS = {
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "tanh": np.tanh,
    "sqrt": np.sqrt,
    "max": max,
    "min": min,
    "abs": abs,
}
SIGNS = {"·": "*", "−": "-", "²": "**2", ", else": " else", "≤": "<=", " = ": " == "}


def value_of(pieces, numbers):
    """The number that pieces of a cell come to; `numbers` are matrices by name."""
    text = "".join(
        f"({numbers[p.name][p.row, p.column].item()!r})" if isinstance(p, Cell) else p
        for p in pieces
    )
    for sign, operator in SIGNS.items():
        text = text.replace(sign, operator)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    words = set(re.findall(r"[a-z]\w*", re.sub(r"\de[-+]?\d", "", text)))
    assert words <= {*FUNCTIONS, "if", "else"}, text
    with np.errstate(all="ignore"):
        return eval(text, dict(FUNCTIONS))
