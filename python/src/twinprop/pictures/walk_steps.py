"""The steps of one epoch, for a network of any depth: what is computed, from what, and where."""

from __future__ import annotations

from twinprop.activations import ACTIVATIONS
from twinprop.cases import Case
from twinprop.losses import LOSSES
from twinprop.optimizers import OPTIMIZERS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk_cells import column_sum, plus_bias, product, same_place
from twinprop.pictures.walk_parts import AFTER, Part, Places, Step, layer_name, symbol

def epoch_steps(case: Case, trace_names: set[str], rows: int) -> list[Step]:
    """The steps of an epoch in order; twelve for two layers.

    Parameters
    ----------
    case : case
        Of read_case.
    trace_names : set of str
        The quantities that a run recorded for a step, without the step: "z1", "e2", ...
    rows : int
        Samples of the step.

    Returns
    -------
    list of Step
        Given quantities first, then forward, backward, update.
    """
    depth = len(case.network.weights)
    layers = range(1, depth + 1)
    parameters = tuple(f"{kind}{layer}" for layer in layers for kind in "Wb")
    steps = [
        Step("data", "Samples and targets", _DATA_TEXT, given=("x", "y")),
        Step("parameters", "Weights and biases", _PARAMETERS_TEXT, given=parameters),
    ]
    for layer in layers:
        steps += _forward_steps(case, layer)
    steps += _output_steps(case, trace_names, rows)
    for layer in range(depth - 1, 0, -1):
        steps += [_error_step(case, layer), _delta_step(layer, depth)]
    if case.training is not None:
        steps += _update_steps(case, case.training.optimizer, rows)
    return steps


_DATA_TEXT = "Each row of x is a sample, each row of y the answer wanted for it."
_PARAMETERS_TEXT = (
    "W holds a column of weights for each unit of a layer, b one bias for each unit. "
    "These are the values with which this epoch starts."
)


def _forward_steps(case: Case, layer: int) -> list[Step]:
    depth, activation = len(case.network.weights), case.network.activations[layer - 1]
    where = layer_name(layer, depth)
    before = "x" if layer == 1 else f"a{layer - 1}"
    w, b, z, a = f"W{layer}", f"b{layer}", f"z{layer}", f"a{layer}"
    terms = case.network.weights[layer - 1].shape[0]
    weighted = Part(
        z,
        f"z_{layer} = {symbol(before)} W_{layer} + b_{layer}",
        (f"[{before}]", "·", f"[{w}]", "+", f"[{b}]"),
        plus_bias(product(before, w, terms), b),
        (Places(Place("forward", "z.append"), Place("forward", "z[[i]]")),),
    )
    active = _activation_part(a, z, activation)
    weighted_text = (
        f"Each unit of {where} weighs what comes in: a row times a column, and the unit's bias."
    )
    active_text = f"The activation of {where}, {activation}, is applied to each number alone."
    if layer < depth:
        return [
            Step(z, f"Weighted input of {where}", weighted_text, (weighted,)),
            Step(a, f"Activation of {where}", active_text, (active,)),
        ]
    return [Step(a, "Output", f"{weighted_text} {active_text}", (weighted, active))]


def _activation_part(a: str, z: str, activation: str) -> Part:
    value = ACTIVATIONS[activation].value.__name__
    places: tuple[Places | str, ...] = (
        Places(Place("forward", "a.append"), Place("forward", "a[[i + 1L]]")),
        value,
    )
    za, aa = symbol(z), symbol(a)
    parts: tuple[str, ...]
    if activation == "sigmoid":
        formula, parts = f"{aa} = 1 / (1 + e^{{-{za}}})", ("1 / (1 + exp(−", f"[{z}]", "))")
        places = (*places, "native_sigmoid")
    elif activation == "identity":
        formula, parts = f"{aa} = {za}", (f"[{z}]",)
    else:
        formula, parts = f"{aa} = {activation}({za})", (f"{activation}(", f"[{z}]", ")")
    return Part(a, formula, (f"{activation} of", f"[{z}]"), same_place(*parts), places)


def _output_steps(case: Case, trace_names: set[str], rows: int) -> list[Step]:
    depth = len(case.network.weights)
    a, z, e = (f"{kind}{depth}" for kind in ("a", "z", "e"))
    slopes = tuple(
        _slope_part(layer, case.network.activations[layer - 1])
        for layer in range(depth, 0, -1)
        if f"slope{layer}" in trace_names
    )
    slope_text = "How much each activation moves when its weighted input moves: the derivative."
    slope_step = [Step("slopes", "Slopes", slope_text, slopes)] if slopes else []
    if e not in trace_names:
        return [*slope_step, _paired_step(case, z, a)]
    name = case.loss
    grad = LOSSES[name].grad.__name__
    places = (Places(Place("backward", "e"), Place("backward", "e_i")), grad)
    over = f" / {rows}" if case.reduction == "mean" else ""
    if name == "squared_error":
        formula = f"e_{depth} = (a_{depth} - y){over}" if over else f"e_{depth} = a_{depth} - y"
        cells = (
            same_place("(", f"[{a}]", " − ", "[y]", ")", over)
            if over
            else same_place(f"[{a}]", " − ", "[y]")
        )
        layout = (f"[{a}]", "−", "[y]", *((over,) if over else ()))
    else:
        formula = f"e_{depth} = ∂ {name} / ∂ a_{depth}".replace("_error", " error")
        cells = same_place(f"{grad}(", f"[{a}]", ", ", "[y]", ")")
        layout = (f"[{a}]", "and", "[y]")
    text = (
        "How the loss moves when an output moves. The article's E is the same number with the "
        "other sign, target minus output."
    )
    return [
        Step(e, "Error at the output", text, (Part(e, formula, layout, cells, places),)),
        *slope_step,
        _delta_step(depth, depth),
    ]


def _slope_part(layer: int, activation: str) -> Part:
    z, a, slope = f"z{layer}", f"a{layer}", f"slope{layer}"
    grad = ACTIVATIONS[activation].grad.__name__
    places = (Places(Place("backward", "slope"), Place("backward", "slope_i")), grad)
    if activation == "sigmoid":
        formula = f"s_{layer} = a_{layer} ∘ (1 - a_{layer})"
        cells = same_place(f"[{a}]", " · (1 − ", f"[{a}]", ")")
        return Part(slope, formula, ("a ∘ (1 − a) of", f"[{a}]"), cells, places)
    if activation == "identity":
        return Part(slope, f"s_{layer} = 1", ("1 for each of", f"[{z}]"), same_place("1"), places)
    formula = f"s_{layer} = {activation}′(z_{layer})"
    cells = same_place(f"{activation}′(", f"[{z}]", ")")
    return Part(slope, formula, (f"{activation}′ of", f"[{z}]"), cells, places)


def _paired_step(case: Case, z: str, a: str) -> Step:
    """Where activation and loss are paired, delta is computed at once, without e and slope."""
    depth = len(case.network.weights)
    delta = f"delta{depth}"
    part = Part(
        delta,
        f"δ_{depth} = a_{depth} - y",
        (f"[{a}]", "−", "[y]"),
        same_place(f"[{a}]", " − ", "[y]"),
        (Places(Place("backward", "delta"), Place("backward", "delta_i")),),
    )
    text = "Activation and loss are a pair here: what they contribute together is this difference."
    return Step(delta, "Delta at the output", text, (part,))


def _delta_step(layer: int, depth: int) -> Step:
    e, slope, delta = f"e{layer}", f"slope{layer}", f"delta{layer}"
    where = layer_name(layer, depth)
    part = Part(
        delta,
        f"δ_{layer} = e_{layer} ∘ s_{layer}",
        (f"[{e}]", "∘", f"[{slope}]"),
        same_place(f"[{e}]", " · ", f"[{slope}]"),
        (Places(Place("backward", "delta"), Place("backward", "delta_i")),),
    )
    text = (
        "Error times slope, cell by cell: how the loss moves when a weighted input of "
        f"{where} moves."
    )
    return Step(delta, f"Delta of {where}", text, (part,))


def _error_step(case: Case, layer: int) -> Step:
    depth, above = len(case.network.weights), layer + 1
    e, delta, w = f"e{layer}", f"delta{above}", f"W{above}"
    where = layer_name(layer, depth)
    part = Part(
        e,
        f"e_{layer} = δ_{above} W_{above}^T",
        (f"[{delta}]", "·", f"[{w}]", "transposed"),
        product(delta, w, case.network.weights[layer].shape[1], "tcross"),
        (Places(Place("backward", "e", 1), Place("backward", "e_i", 1)),),
    )
    text = (
        f"The error travels back through the weights: each unit of {where} is charged with what "
        "it gave to the layer above. The weights are those from before the update."
    )
    return Step(e, f"Error at {where}", text, (part,))


def _update_steps(case: Case, optimizer: str, rows: int) -> list[Step]:
    depth = len(case.network.weights)
    weights: list[Part] = []
    biases: list[Part] = []
    for layer in range(depth, 0, -1):
        before = "x" if layer == 1 else f"a{layer - 1}"
        delta, dw, db = f"delta{layer}", f"dW{layer}", f"db{layer}"
        weights.append(
            Part(
                dw,
                f"∂W_{layer} = {symbol(before)}^T δ_{layer}",
                (f"[{before}]", "transposed ·", f"[{delta}]"),
                product(before, delta, rows, "cross"),
                (_in_backward("weights"),),
            )
        )
        weights.append(_moved_part(case, optimizer, f"W{layer}", dw))
        biases.append(
            Part(
                db,
                f"∂b_{layer} = Σ δ_{layer}",
                ("columns of", f"[{delta}]", "summed"),
                column_sum(delta, rows),
                (_in_backward("biases"),),
            )
        )
        biases.append(_moved_part(case, optimizer, f"b{layer}", db))
    return [
        Step("weights", "Update of the weights", _WEIGHTS_TEXT, tuple(weights)),
        Step("biases", "Update of the biases", _BIASES_TEXT, tuple(biases)),
    ]


_WEIGHTS_TEXT = (
    "The gradient of a weight is the sum, over the samples, of what came in times the delta that "
    "came back. Each weight takes a small step against it."
)
_BIASES_TEXT = (
    "A bias has one for its input, so its gradient is the sum of a column of deltas: one bias for "
    "each unit, never one for each sample."
)


def _in_backward(kind: str) -> Places:
    return Places(Place("backward", f"gradients.{kind}[i]"), Place("backward", f"{kind}[[i]]"))


def _moved_part(case: Case, optimizer: str, name: str, gradient: str) -> Part:
    rule = OPTIMIZERS[optimizer].__name__
    sign, change = symbol(name), symbol(gradient)
    if optimizer == "gradient_descent" and case.training is not None:
        rate = f"{case.training.learning_rate:g}"
        formula = f"{sign} ← {sign} - {rate} {change}"
        layout = (f"[{name}]", f"− {rate} ·", f"[{gradient}]")
        cells = same_place(f"[{name}]", f" − {rate} · ", f"[{gradient}]")
        place = Places(Place(rule, "return"), Place(rule, "parameters[[i]]"))
        return Part(name + AFTER, formula, layout, cells, (place,))
    formula = f"{sign} ← {rule}({sign}, {change})".replace("_descent", " descent")
    cells = same_place(f"{rule}(", f"[{name}]", ", ", f"[{gradient}]", ")")
    return Part(name + AFTER, formula, (f"[{name}]", "and", f"[{gradient}]"), cells, (rule,))
