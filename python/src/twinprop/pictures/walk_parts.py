"""What a step of an epoch is: its parts, what their cells are made of, where they are computed.

The parameters before the update are called W1, b1, ..., those after it "W1 after" and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from twinprop.pictures.sources import Place
from twinprop.pictures.walk_cells import Maker

AFTER = " after"


class Places(NamedTuple):
    """Where a quantity is computed: a statement in both languages, or a function by its name."""

    python: Place
    r: Place


@dataclass(frozen=True)
class Part:
    """One computed quantity of a step.

    `layout` is the formula with matrices in it: names in brackets, and signs between them.
    """

    name: str
    formula: str
    layout: tuple[str, ...]
    cells: Maker
    places: tuple[Places | str, ...]


@dataclass(frozen=True)
class Step:
    """One step of an epoch; the first two have no parts, they show what is given."""

    key: str
    title: str
    text: str
    parts: tuple[Part, ...] = ()
    given: tuple[str, ...] = ()


def layer_name(layer: int, depth: int) -> str:
    """What a layer is called in a sentence."""
    if layer == depth:
        return "the output layer"
    return "the hidden layer" if depth == 2 else f"hidden layer {layer}"


_SIGNS = {"delta": "δ", "slope": "s", "dW": "∂W", "db": "∂b", "alpha": "α", "dalpha": "∂α"}


def symbol(name: str) -> str:
    """The sign of a quantity in formulas, such as δ_2 for delta2."""
    bare = name.removesuffix(AFTER)
    kind = bare.rstrip("0123456789")
    layer = bare[len(kind) :]
    sign = _SIGNS.get(kind, kind)
    return f"{sign}_{layer}" if layer else sign


def layer_input(layer: int, names: set[str]) -> str:
    """What a layer is given: the samples, or the layer before, after its dropout."""
    if layer == 1:
        return "x"
    dropped = f"dropped{layer - 1}"
    return dropped if dropped in names else f"a{layer - 1}"
