"""The steps of one epoch, for a network of any depth: what is given, and the forward pass."""

from __future__ import annotations

from twinprop.activations import ACTIVATIONS
from twinprop.cases import Case
from twinprop.pictures.sources import Place
from twinprop.pictures.walk_backward import backward_steps
from twinprop.pictures.walk_cells import plus_bias, product, same_place, softmax_cell
from twinprop.pictures.walk_parts import Part, Places, Step, layer_input, layer_name, symbol
from twinprop.pictures.walk_updates import update_steps

_DATA_TEXT = "Each row of x is a sample, each row of y the answer wanted for it."
_PARAMETERS_TEXT = (
    "W holds a column of weights for each unit of a layer, b one bias for each unit. "
    "These are the values with which this epoch starts."
)


def epoch_steps(case: Case, names: set[str], rows: int) -> list[Step]:
    """The steps of an epoch in order; twelve for two layers.

    Parameters
    ----------
    case : case
        Of read_case.
    names : set of str
        The quantities that a run recorded for a step, without the step: "z1", "e2", ...
    rows : int
        Samples of the step.

    Returns
    -------
    list of Step
        Given quantities first, then forward, backward, update.
    """
    layers = range(1, len(case.network.weights) + 1)
    kinds = ("W", "b", "alpha")
    parameters = (f"{kind}{layer}" for layer in layers for kind in kinds)
    given = tuple(name for name in parameters if name in names)
    steps = [
        Step("data", "Samples and targets", _DATA_TEXT, given=("x", "y")),
        Step("parameters", "Weights and biases", _PARAMETERS_TEXT, given=given),
    ]
    for layer in layers:
        steps += _forward_steps(case, layer, names)
    steps += backward_steps(case, names, rows)
    if case.training is not None:
        steps += update_steps(case, names, rows)
    return steps


def _forward_steps(case: Case, layer: int, names: set[str]) -> list[Step]:
    depth, activation = len(case.network.weights), case.network.activations[layer - 1]
    where, before = layer_name(layer, depth), layer_input(layer, names)
    w, b, z, a = f"W{layer}", f"b{layer}", f"z{layer}", f"a{layer}"
    weights = case.network.weights[layer - 1]
    weighted = Part(
        z,
        f"z_{layer} = {symbol(before)} W_{layer} + b_{layer}",
        (f"[{before}]", "·", f"[{w}]", "+", f"[{b}]"),
        plus_bias(product(before, w, weights.shape[0]), b),
        (Places(Place("forward", "z_i"), Place("forward", "z_i")),),
    )
    active = [_activation_part(a, z, activation, weights.shape[1])]
    weighted_text = (
        f"Each unit of {where} weighs what comes in: a row times a column, and the unit's bias."
    )
    active_text = f"The activation of {where}, {activation}, is applied to each number alone."
    if not ACTIVATIONS[activation].elementwise:
        active_text = f"The activation of {where}, {activation}, is applied to each row."
    if f"mask{layer}" in names:
        active.append(_dropout_part(layer))
        active_text += " Dropout then takes some away; a mask from the shared generator says which."
    if layer < depth:
        return [
            Step(z, f"Weighted input of {where}", weighted_text, (weighted,)),
            Step(a, f"Activation of {where}", active_text, tuple(active)),
        ]
    return [Step(a, "Output", f"{weighted_text} {active_text}", (weighted, *active))]


def _activation_part(a: str, z: str, activation: str, units: int) -> Part:
    value = ACTIVATIONS[activation].value.__name__
    places: tuple[Places | str, ...] = (
        Places(Place("forward", "a_i"), Place("forward", "a_i")),
        value,
    )
    za, aa = symbol(z), symbol(a)
    cells = same_place(f"{activation}(", f"[{z}]", ")")
    formula = f"{aa} = {activation.replace('_', ' ')}({za})"
    if activation == "sigmoid":
        formula = f"{aa} = 1 / (1 + e^{{-{za}}})"
        cells = same_place("1 / (1 + exp(−", f"[{z}]", "))")
        places = (*places, "native_sigmoid")
    elif activation == "identity":
        formula, cells = f"{aa} = {za}", same_place(f"[{z}]")
    elif activation == "softmax":
        formula, cells = f"{aa} = e^{{{za}}} / Σ e^{{{za}}}", softmax_cell(z, units)
    return Part(a, formula, (f"{activation} of", f"[{z}]"), cells, places)


def _dropout_part(layer: int) -> Part:
    a, mask = f"a{layer}", f"mask{layer}"
    return Part(
        f"dropped{layer}",
        f"dropped_{layer} = a_{layer} ∘ mask_{layer}",
        (f"[{a}]", "∘", f"[{mask}]"),
        same_place(f"[{a}]", " · ", f"[{mask}]"),
        (Places(Place("forward", "fed.append"), Place("forward", "fed[[i + 1L]]")),),
    )
