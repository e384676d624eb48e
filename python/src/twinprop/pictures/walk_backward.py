"""The steps of the backward pass: errors, slopes and deltas, from the last layer to the first."""

from __future__ import annotations

from twinprop.activations import ACTIVATIONS
from twinprop.cases import Case
from twinprop.losses import LOSSES
from twinprop.pictures.sources import Place
from twinprop.pictures.walk_cells import followed_by, product, same_place, softmax_delta_cell
from twinprop.pictures.walk_parts import Part, Places, Step, layer_name

_OUTPUT_TEXT = (
    "How the loss moves when an output moves. The article's E is the same number with the other "
    "sign, target minus output."
)
_SLOPE_TEXT = "How much each activation moves when its weighted input moves: the derivative."
_PAIR_TEXT = (
    "Activation and loss are a pair here: what they contribute together is this difference, "
    "without a detour over error and slope."
)


def backward_steps(case: Case, names: set[str], rows: int) -> list[Step]:
    """The steps from the loss back to the delta of the first layer.

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
        Where activation and loss are paired, the output's delta comes at once.
    """
    depth = len(case.network.weights)
    slopes = tuple(
        _slope_part(layer, case.network.activations[layer - 1])
        for layer in range(depth, 0, -1)
        if f"slope{layer}" in names
    )
    slope_step = [Step("slopes", "Slopes", _SLOPE_TEXT, slopes)] if slopes else []
    if f"e{depth}" in names:
        steps = [_output_step(case, rows), *slope_step, _delta_step(case, depth, names)]
    else:
        steps = [_paired_step(case, rows), *slope_step]
    for layer in range(depth - 1, 0, -1):
        steps += [_error_step(case, layer, names), _delta_step(case, layer, names)]
    return steps


def _output_step(case: Case, rows: int) -> Step:
    depth, name = len(case.network.weights), case.loss
    a, e, grad = f"a{depth}", f"e{depth}", LOSSES[name].grad.__name__
    rule = Places(Place("backward", "e_i", "rule.grad"), Place("backward", "e_i", "rule$grad"))
    if name == "squared_error":
        part = _difference_part(e, f"e_{depth}", case, rows, (rule, grad))
    else:
        formula = f"e_{depth} = ∂ {name.replace('_', ' ')} / ∂ a_{depth}"
        cells = same_place(f"{grad}(", f"[{a}]", ", ", "[y]", ")")
        part = Part(e, formula, (f"[{a}]", "and", "[y]"), cells, (rule, grad))
    return Step(e, "Error at the output", _OUTPUT_TEXT, (part,))


def _paired_step(case: Case, rows: int) -> Step:
    depth = len(case.network.weights)
    delta, rule = f"delta{depth}", LOSSES[case.loss].delta
    places: tuple[Places | str, ...] = (
        Places(
            Place("backward", "delta_i", "rule.delta"), Place("backward", "delta_i", "rule$delta")
        ),
        *([rule.__name__] if rule is not None else []),
    )
    part = _difference_part(delta, f"δ_{depth}", case, rows, places)
    return Step(delta, "Delta at the output", _PAIR_TEXT, (part,))


def _difference_part(
    name: str, sign: str, case: Case, rows: int, places: tuple[Places | str, ...]
) -> Part:
    """Output minus target, divided by the number of samples where the loss is a mean."""
    depth = len(case.network.weights)
    a = f"[a{depth}]"
    if case.reduction == "sum":
        formula, cells = f"{sign} = a_{depth} - y", same_place(a, " − ", "[y]")
        return Part(name, formula, (a, "−", "[y]"), cells, places)
    formula = f"{sign} = (a_{depth} - y) / {rows}"
    cells = same_place("(", a, " − ", "[y]", f") / {rows}")
    return Part(name, formula, ("(", a, "−", "[y]", f") / {rows}"), cells, places)


def _slope_part(layer: int, activation: str) -> Part:
    z, a, slope = f"z{layer}", f"a{layer}", f"slope{layer}"
    grad = ACTIVATIONS[activation].grad.__name__
    places = (Places(Place("backward", "slope[i]"), Place("backward", "slope_i")), grad)
    if activation == "sigmoid":
        formula = f"s_{layer} = a_{layer} ∘ (1 - a_{layer})"
        cells = same_place(f"[{a}]", " · (1 − ", f"[{a}]", ")")
        return Part(slope, formula, ("a ∘ (1 − a) of", f"[{a}]"), cells, places)
    if activation == "identity":
        return Part(slope, f"s_{layer} = 1", ("1 for each of", f"[{z}]"), same_place("1"), places)
    plain = activation.replace("_", " ")
    cells = same_place(f"{plain}′(", f"[{z}]", ")")
    formula = f"s_{layer} = {plain}′(z_{layer})"
    return Part(slope, formula, (f"{plain}′ of", f"[{z}]"), cells, places)


def _delta_step(case: Case, layer: int, names: set[str]) -> Step:
    depth = len(case.network.weights)
    where, e, delta = layer_name(layer, depth), f"e{layer}", f"delta{layer}"
    title = f"Delta of {where}"
    if f"slope{layer}" in names:
        slope = f"slope{layer}"
        part = Part(
            delta,
            f"δ_{layer} = e_{layer} ∘ s_{layer}",
            (f"[{e}]", "∘", f"[{slope}]"),
            same_place(f"[{e}]", " · ", f"[{slope}]"),
            (_delta_place("e_i * slope_i", "e_i * slope_i"),),
        )
        text = f"Error times slope, cell by cell: what an input of {where} does to the loss."
        return Step(delta, title, text, (part,))
    activation = case.network.activations[layer - 1]
    a, units = f"a{layer}", case.network.weights[layer - 1].shape[1]
    part = Part(
        delta,
        f"δ_{layer} = a_{layer} ∘ (e_{layer} - Σ a_{layer} ∘ e_{layer})",
        (f"{activation} of", f"[{a}]", "and", f"[{e}]"),
        softmax_delta_cell(a, e, units),
        (_delta_place("function.grad", "$grad("), ACTIVATIONS[activation].grad.__name__),
    )
    text = f"Each output of {activation} depends on its whole row, and so does its slope."
    return Step(delta, title, text, (part,))


def _delta_place(python: str, r: str) -> Places:
    return Places(Place("backward", "delta_i", python), Place("backward", "delta_i", r))


def _error_step(case: Case, layer: int, names: set[str]) -> Step:
    depth, above = len(case.network.weights), layer + 1
    e, delta, w, mask = f"e{layer}", f"delta{above}", f"W{above}", f"mask{layer}"
    where = layer_name(layer, depth)
    formula = f"e_{layer} = δ_{above} W_{above}^T"
    layout: tuple[str, ...] = (f"[{delta}]", "·", f"[{w}]", "transposed")
    cells = product(delta, w, case.network.weights[layer].shape[1], "tcross")
    places = [
        Places(Place("backward", "e_i", "tcrossprod"), Place("backward", "e_i", "tcrossprod"))
    ]
    if mask in names:
        formula = f"e_{layer} = (δ_{above} W_{above}^T) ∘ mask_{layer}"
        layout = (*layout, "∘", f"[{mask}]")
        cells = followed_by(cells, " · ", f"[{mask}]", bracket=True)
        masked = Place("backward", "e_i", "masks")
        places.append(Places(masked, masked))
    text = (
        f"The error travels back through the weights: each unit of {where} is charged with what "
        "it gave to the layer above. The weights are those from before the update."
    )
    part = Part(e, formula, layout, cells, tuple(places))
    return Step(e, f"Error at {where}", text, (part,))
