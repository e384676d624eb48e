"""The steps of the backward pass: errors, slopes and deltas, from the last layer to the first."""

from __future__ import annotations

from twinprop.cases.case import Case
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.activations import slope_part
from twinprop.pictures.walk.cells import around, product, softmax_delta_cell
from twinprop.pictures.walk.losses import loss_part, output_error_part, paired_delta_part
from twinprop.pictures.walk.parts import Part, Places, Step, layer_name, written_part

_OUTPUT_TEXT = (
    "The loss is one number for all samples; the error is how it moves when an output moves. The "
    "article's E is the same number with the other sign, target minus output."
)
_SLOPE_TEXT = "How much each activation moves when its weighted input moves: the derivative."
_PAIR_TEXT = (
    "The loss is one number for all samples. Activation and loss are a pair here: what they "
    "contribute together is a difference, without a detour over error and slope."
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
    depth = len(case.network)
    slopes = tuple(
        slope_part(case, layer) for layer in range(depth, 0, -1) if f"slope{layer}" in names
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
    depth = len(case.network)
    parts = (loss_part(case, rows, paired=False), output_error_part(case, rows))
    return Step(f"e{depth}", "Error at the output", _OUTPUT_TEXT, parts)


def _paired_step(case: Case, rows: int) -> Step:
    depth = len(case.network)
    parts = (loss_part(case, rows, paired=True), paired_delta_part(case, rows))
    return Step(f"delta{depth}", "Delta at the output", _PAIR_TEXT, parts)


def _delta_step(case: Case, layer: int, names: set[str]) -> Step:
    depth = len(case.network)
    where, e, delta = layer_name(layer, depth), f"e{layer}", f"delta{layer}"
    title = f"Delta of {where}"
    if f"slope{layer}" in names:
        slope = f"slope{layer}"
        place = _delta_place("e_i * slope_i", "e_i * slope_i")
        part = written_part(delta, f"[{e}] · [{slope}]", (place,))
        text = f"Error times slope, cell by cell: what an input of {where} does to the loss."
        return Step(delta, title, text, (part,))
    activation = case.network[layer - 1].activation
    a, units = f"a{layer}", case.network[layer - 1].weights.shape[1]
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
    depth, above = len(case.network), layer + 1
    e, delta, w, mask = f"e{layer}", f"delta{above}", f"W{above}", f"mask{layer}"
    where = layer_name(layer, depth)
    formula = f"e_{layer} = δ_{above} W_{above}^T"
    layout: tuple[str, ...] = (f"[{delta}]", "·", f"[{w}]", "transposed")
    cells = product(delta, w, case.network[layer].weights.shape[1], "tcross")
    places = [
        Places(Place("backward", "e_i", "tcrossprod"), Place("backward", "e_i", "tcrossprod"))
    ]
    if mask in names:
        formula = f"e_{layer} = (δ_{above} W_{above}^T) ∘ mask_{layer}"
        layout = (*layout, "∘", f"[{mask}]")
        cells = around("(", cells, f") · [{mask}]")
        masked = Place("backward", "e_i", "masks")
        places.append(Places(masked, masked))
    text = (
        f"The error travels back through the weights: each unit of {where} is charged with what "
        "it gave to the layer above. The weights are those from before the update."
    )
    part = Part(e, formula, layout, cells, tuple(places))
    return Step(e, f"Error at {where}", text, (part,))
