"""The steps that end an epoch: gradients of weights and biases, and the update."""

from __future__ import annotations

from twinprop.cases.case import Case
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.cells import around, column_sum, learned_slope, product
from twinprop.pictures.walk.parts import Part, Places, Step, layer_input, symbol
from twinprop.pictures.walk.states import moved_part, state_steps

_GRADIENT_TEXT = (
    "The gradient of a weight is the sum, over the samples, of what came in times the delta that "
    "came back. "
)
_WEIGHTS_TEXT = "Each weight takes a small step against its gradient."
_BIASES_TEXT = (
    "A bias has one for its input, so its gradient is the sum of a column of deltas: one bias for "
    "each unit, never one for each sample."
)
_ALPHAS_TEXT = "The slope for negative inputs is learned too, one for each unit."
_MOVED_TEXT = "The step is made of what the optimizer remembers."


def update_steps(case: Case, names: set[str], rows: int) -> list[Step]:
    """The updates of weights, of biases and of learned slopes, the last layer first.

    Parameters
    ----------
    case : case
        Of read_case.
    names : set of str
        The quantities that a run recorded for a step.
    rows : int
        Samples of the step.

    Returns
    -------
    list of Step
        Two, or three where slopes are learned. Where the optimizer remembers something, the
        gradients and what it remembers have steps of their own before them. Without a training
        plan the gradients alone.
    """
    gradients: dict[str, list[Part]] = {"W": [], "b": [], "alpha": []}
    for layer in range(len(case.network), 0, -1):
        gradients["W"].append(_weight_gradient(case, layer, names, rows))
        gradients["b"].append(_bias_gradient(layer, rows))
        if f"dalpha{layer}" in names:
            gradients["alpha"].append(_slope_gradient(layer, rows))
    everything = [part for parts in gradients.values() for part in parts]
    text = f"{_GRADIENT_TEXT}{_BIASES_TEXT}"
    gradient_step = Step("gradients", "Gradients", text, tuple(everything))
    if case.plan.epochs == 0:
        return [gradient_step]
    remembered = state_steps(case, [part.name[1:] for part in everything])
    steps = []
    for kind, key, title, text in (
        ("W", "weights", "Update of the weights", _GRADIENT_TEXT + _WEIGHTS_TEXT),
        ("b", "biases", "Update of the biases", _BIASES_TEXT),
        ("alpha", "alphas", "Update of the learned slopes", _ALPHAS_TEXT),
    ):
        parts: list[Part] = []
        for part in gradients[kind]:
            parts += [*([] if remembered else [part]), moved_part(case, part.name[1:])]
        if parts:
            steps.append(Step(key, title, _MOVED_TEXT if remembered else text, tuple(parts)))
    return [gradient_step, *remembered, *steps] if remembered else steps


def _weight_gradient(case: Case, layer: int, names: set[str], rows: int) -> Part:
    before, delta, w = layer_input(layer, names), f"delta{layer}", f"W{layer}"
    formula = f"∂W_{layer} = {symbol(before)}^T δ_{layer}"
    layout: tuple[str, ...] = (f"[{before}]", "transposed ·", f"[{delta}]")
    cells = product(before, delta, rows, "cross")
    places = [
        Places(
            Place("backward", "weights[i]", "crossprod"),
            Place("backward", "weights[[i]]", "crossprod"),
        )
    ]
    if case.plan.l2:
        formula += f" + {case.plan.l2:.15g} W_{layer}"
        layout = (*layout, f"+ {case.plan.l2:.15g} ·", f"[{w}]")
        cells = around("", cells, f" + {case.plan.l2:.15g} · [{w}]")
        places.append(
            Places(
                Place("backward", "weights", "l2"),
                Place("backward", "weights", "l2"),
            )
        )
    return Part(f"dW{layer}", formula, layout, cells, tuple(places))


def _bias_gradient(layer: int, rows: int) -> Part:
    delta = f"delta{layer}"
    place = Places(Place("backward", "biases[i]"), Place("backward", "biases[[i]]"))
    layout = ("columns of", f"[{delta}]", "summed")
    return Part(
        f"db{layer}", f"∂b_{layer} = Σ δ_{layer}", layout, column_sum(delta, rows), (place,)
    )


def _slope_gradient(layer: int, rows: int) -> Part:
    z, e = f"z{layer}", f"e{layer}"
    place = Places(Place("backward", "alpha[i]"), Place("backward", "alpha[[i]]"))
    return Part(
        f"dalpha{layer}",
        f"∂α_{layer} = Σ e_{layer} ∘ min(z_{layer}, 0)",
        (f"[{e}]", "and", f"[{z}]"),
        learned_slope(z, e, rows),
        (place, "prelu_alpha_grad"),
    )
