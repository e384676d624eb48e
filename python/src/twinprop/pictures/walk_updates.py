"""The steps that end an epoch: gradients of weights and biases, and the update."""

from __future__ import annotations

from twinprop.cases import Case
from twinprop.optimizers import OPTIMIZERS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk_cells import (
    column_sum,
    followed_by,
    learned_slope,
    product,
    same_place,
)
from twinprop.pictures.walk_parts import AFTER, Part, Places, Step, layer_input, symbol

_WEIGHTS_TEXT = (
    "The gradient of a weight is the sum, over the samples, of what came in times the delta that "
    "came back. Each weight takes a small step against it."
)
_BIASES_TEXT = (
    "A bias has one for its input, so its gradient is the sum of a column of deltas: one bias for "
    "each unit, never one for each sample."
)
_SLOPES_TEXT = "The slope for negative inputs is learned too, one for each unit."


def update_steps(case: Case, names: set[str], rows: int) -> list[Step]:
    """The updates of weights, of biases and of learned slopes, the last layer first.

    Parameters
    ----------
    case : case
        With a training plan.
    names : set of str
        The quantities that a run recorded for a step.
    rows : int
        Samples of the step.

    Returns
    -------
    list of Step
        Two, or three where slopes are learned.
    """
    weights: list[Part] = []
    biases: list[Part] = []
    slopes: list[Part] = []
    for layer in range(len(case.network.weights), 0, -1):
        weights += [
            _weight_gradient(case, layer, names, rows),
            _moved_part(case, f"W{layer}", f"dW{layer}"),
        ]
        biases += [_bias_gradient(layer, rows), _moved_part(case, f"b{layer}", f"db{layer}")]
        if f"dalpha{layer}" in names:
            moved = _moved_part(case, f"alpha{layer}", f"dalpha{layer}")
            slopes += [_slope_gradient(layer, rows), moved]
    steps = [
        Step("weights", "Update of the weights", _WEIGHTS_TEXT, tuple(weights)),
        Step("biases", "Update of the biases", _BIASES_TEXT, tuple(biases)),
    ]
    learned = Step("alphas", "Update of the learned slopes", _SLOPES_TEXT, tuple(slopes))
    return [*steps, learned] if slopes else steps


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
    if case.l2:
        formula += f" + {case.l2:g} W_{layer}"
        layout = (*layout, f"+ {case.l2:g} ·", f"[{w}]")
        cells = followed_by(cells, f" + {case.l2:g} · ", f"[{w}]")
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


def _moved_part(case: Case, name: str, gradient: str) -> Part:
    plan = case.training
    assert plan is not None
    rule = OPTIMIZERS[plan.optimizer].__name__
    sign, change = symbol(name), symbol(gradient)
    if plan.optimizer == "gradient_descent":
        rate = f"{plan.learning_rate:g}"
        formula = f"{sign} ← {sign} - {rate} {change}"
        layout = (f"[{name}]", f"− {rate} ·", f"[{gradient}]")
        cells = same_place(f"[{name}]", f" − {rate} · ", f"[{gradient}]")
        place = Places(Place(rule, "return"), Place(rule, "parameters[[i]]"))
        return Part(name + AFTER, formula, layout, cells, (place,))
    formula = f"{sign} ← {rule}({sign}, {change})"
    cells = same_place(f"{rule}(", f"[{name}]", ", ", f"[{gradient}]", ")")
    layout = (f"[{name}]", "and", f"[{gradient}]")
    return Part(name + AFTER, formula, layout, cells, (rule,))
