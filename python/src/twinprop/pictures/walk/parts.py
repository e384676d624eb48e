"""What a step of an epoch is: its parts, what their cells are made of, where they are computed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from twinprop.pictures.sources import Place
from twinprop.pictures.walk.cells import AFTER, Maker, same_place


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


def written_part(
    name: str, template: str, places: tuple[Places | str, ...], layout: tuple[str, ...] = ()
) -> Part:
    """A part each of whose cells is made of cells in the same place.

    Parameters
    ----------
    name : str
        What is computed.
    template : str
        How, as in same_place; formula and layout are made from it too.
    places : tuple
        Where it is computed.
    layout : tuple of str
        The formula with matrices in it, where the template has too much in it for that.

    Returns
    -------
    Part
        Of a step.
    """
    pieces = re.split(r"(\[[^]]+\])", _for_matrices(template))
    pieces = [piece.strip() for piece in pieces if piece.strip()]
    arrow = "←" if name.endswith(AFTER) else "="
    formula = f"{symbol(name)} {arrow} {to_formula(template)}"
    return Part(name, formula, layout or tuple(pieces), same_place(template), places)


def to_formula(template: str) -> str:
    """A template of cells as a formula: signs for names, powers raised."""
    text = _for_matrices(template).replace("−", "-")
    text = re.sub(r"\[([^]]+)\]", lambda found: symbol(found[1]), text)
    text = re.sub(r"\b1e-(\d+)", r"10^{-\1}", text)
    return re.sub(r"\bexp\(((?:[^()]|\([^()]*\))*)\)", r"e^{\1}", text)


def _for_matrices(template: str) -> str:
    """A template for whole matrices: their product cell by cell has a sign of its own."""
    return template.replace("] · [", "] ∘ [").replace("] · (", "] ∘ (").replace("sqrt", "√")


def layer_input(layer: int, names: set[str]) -> str:
    """What a layer is given: the samples, or the layer before, after its dropout."""
    if layer == 1:
        return "x"
    dropped = f"dropped{layer - 1}"
    return dropped if dropped in names else f"a{layer - 1}"
