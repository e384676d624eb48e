"""How each activation and its slope make a number, as templates of cells."""

from __future__ import annotations

import inspect
from typing import NamedTuple

from twinprop.cases.case import Case
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.cells import largest_cell, softmax_cell
from twinprop.pictures.walk.parts import Part, Places, symbol, written_part


class Form(NamedTuple):
    """The value and the slope of an activation; {slope} and the like are its options."""

    value: str
    grad: str = ""


_SIGMOID = "1 / (1 + exp(−{z}))"
FORMS = {
    "sigmoid": Form(_SIGMOID, "{a} · (1 − {a})"),
    "identity": Form("{z}", "1"),
    "step": Form("1 if {z} > 0, else 0", "0"),
    "tanh": Form("tanh({z})", "1 − {a} · {a}"),
    "relu": Form("{z} if {z} > 0, else 0", "1 if {z} > 0, else 0"),
    "leaky_relu": Form("{z} if {z} > 0, else {slope} · {z}", "1 if {z} > 0, else {slope}"),
    "prelu": Form("{z} if {z} > 0, else {alpha} · {z}", "1 if {z} > 0, else {alpha}"),
    "rrelu": Form("{z} if {z} > 0, else {drawn} · {z}", "1 if {z} > 0, else {drawn}"),
    "elu": Form(
        "{z} if {z} > 0, else {alpha} · (exp({z}) − 1)", "1 if {z} > 0, else {a} + {alpha}"
    ),
    "swish": Form(
        "{z} / (1 + exp(−{beta} · {z}))",
        "{beta} · {a} + 1 / (1 + exp(−{beta} · {z})) · (1 − {beta} · {a})",
    ),
    "softplus": Form("max({z}, 0) + log1p(exp(−|{z}|))", _SIGMOID),
}
# The functions of the arithmetic that an activation hands its work to.
_EVALUATED = {
    "sigmoid": "native_sigmoid",
    "swish": "native_sigmoid",
    "tanh": "native_tanh",
    "rrelu": "rrelu_slopes",
}


def activation_parts(case: Case, layer: int) -> list[Part]:
    """The parts that make a layer's activation.

    Parameters
    ----------
    case : case
        Of read_case.
    layer : int
        Counted from 1.

    Returns
    -------
    list of Part
        One; two for softmax, which begins with the largest of each row.
    """
    name = case.network[layer - 1].activation
    z, a = f"z{layer}", f"a{layer}"
    function = ACTIVATIONS[name].value.__name__
    line = Places(Place("forward", "a_i"), Place("forward", "a_i"))
    if name == "softmax":
        largest, units = f"largest{layer}", case.network[layer - 1].weights.shape[1]
        top = Part(
            largest,
            f"{symbol(largest)} = max z_{layer}",
            ("largest in each row of", f"[{z}]"),
            largest_cell(z, units),
            ("native_row_max",),
        )
        power = f"e^{{z_{layer} - {symbol(largest)}}}"
        whole = Part(
            a,
            f"a_{layer} = {power} / Σ {power}",
            ("softmax of", f"[{z}]", "with", f"[{largest}]"),
            softmax_cell(z, largest, units),
            (line, function),
        )
        return [top, whole]
    evaluated = (_EVALUATED[name],) if name in _EVALUATED else ()
    template = _filled(case, layer, FORMS[name].value)
    return [written_part(a, template, (line, function, *evaluated), _layout(case, layer, ""))]


def slope_part(case: Case, layer: int) -> Part:
    """The part that makes the slope of a layer's activation; softmax has none."""
    name = case.network[layer - 1].activation
    place = Places(Place("backward", "slope[i]"), Place("backward", "slope_i"))
    template = _filled(case, layer, FORMS[name].grad)
    grad = ACTIVATIONS[name].grad.__name__
    return written_part(f"slope{layer}", template, (place, grad), _layout(case, layer, "′"))


def _filled(case: Case, layer: int, template: str) -> str:
    """A template with the names of a layer's quantities and the numbers of its options."""
    name, given = case.network[layer - 1].activation, case.network[layer - 1].options
    words = {key: f"[{key}{layer}]" for key in ("z", "a", "drawn")}
    parameters = inspect.signature(ACTIVATIONS[name].value).parameters
    for option in ACTIVATIONS[name].options:
        number = given.get(option, parameters[option].default)
        words[option] = f"[alpha{layer}]" if name == "prelu" else f"{number:.15g}"
    filled = template.format(**words)
    return filled.replace("1 · ", "") if words.get("beta") == "1" else filled


def _layout(case: Case, layer: int, prime: str) -> tuple[str, ...]:
    """Sigmoid and the like of a matrix; what else the cells are made of follows."""
    name, z = case.network[layer - 1].activation, f"[z{layer}]"
    form = FORMS[name].grad if prime else FORMS[name].value
    others = {"{a}": "a", "{alpha}": "alpha", "{drawn}": "drawn"}
    more = [f"[{key}{layer}]" for word, key in others.items() if word in form]
    if name == "elu":
        more = [item for item in more if "alpha" not in item]
    needed = ([z] if "{z}" in form else []) + more or [z]
    said = f"{name.replace('_', ' ')}{prime} of"
    return (said, needed[0], *(item for other in needed[1:] for item in ("and", other)))
