"""The steps of one epoch, for a network of any depth: what is given, and the forward pass."""

from __future__ import annotations

from twinprop.cases.case import Case
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.activations import activation_parts
from twinprop.pictures.walk.backward import backward_steps
from twinprop.pictures.walk.cells import plus_bias, product
from twinprop.pictures.walk.parts import (
    Part,
    Places,
    Step,
    layer_input,
    layer_name,
    symbol,
    written_part,
)
from twinprop.pictures.walk.updates import update_steps

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
    layers = range(1, len(case.network) + 1)
    kinds = ("W", "b", "alpha")
    parameters = (f"{kind}{layer}" for layer in layers for kind in kinds)
    given = tuple(name for name in parameters if name in names)
    steps = [
        Step("data", "Samples and targets", _DATA_TEXT, given=("x", "y")),
        Step("parameters", "Weights and biases", _PARAMETERS_TEXT, given=given),
    ]
    for layer in layers:
        steps += _forward_steps(case, layer, names)
    return [*steps, *backward_steps(case, names, rows), *update_steps(case, names, rows)]


def _forward_steps(case: Case, layer: int, names: set[str]) -> list[Step]:
    depth, activation = len(case.network), case.network[layer - 1].activation
    where, before = layer_name(layer, depth), layer_input(layer, names)
    w, b, z, a = f"W{layer}", f"b{layer}", f"z{layer}", f"a{layer}"
    weights = case.network[layer - 1].weights
    weighted = Part(
        z,
        f"z_{layer} = {symbol(before)} W_{layer} + b_{layer}",
        (f"[{before}]", "·", f"[{w}]", "+", f"[{b}]"),
        plus_bias(product(before, w, weights.shape[0]), b),
        (Places(Place("forward", "z_i"), Place("forward", "z_i")),),
    )
    active = activation_parts(case, layer)
    weighted_text = (
        f"Each unit of {where} weighs what comes in: a row times a column, and the unit's bias."
    )
    applied = "each number alone" if ACTIVATIONS[activation].elementwise else "each row"
    said = activation.replace("_", " ")
    active_text = f"The activation of {where}, {said}, is applied to {applied}."
    if f"drawn{layer}" in names:
        active_text += " The slopes below nought are drawn anew in each step."
    if f"mask{layer}" in names:
        active.append(_dropout_part(layer))
        active_text += " Dropout then takes some away; a mask from the shared generator says which."
    if layer < depth:
        return [
            Step(z, f"Weighted input of {where}", weighted_text, (weighted,)),
            Step(a, f"Activation of {where}", active_text, tuple(active)),
        ]
    return [Step(a, "Output", f"{weighted_text} {active_text}", (weighted, *active))]


def _dropout_part(layer: int) -> Part:
    line = Places(Place("forward", "fed.append"), Place("forward", "fed[[i + 1L]]"))
    template = f"[a{layer}] · [mask{layer}]"
    return written_part(f"dropped{layer}", template, (line, "dropout_mask"))
