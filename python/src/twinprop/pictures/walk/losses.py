"""How the loss, the error at the output and a paired delta are made, as templates of cells."""

from __future__ import annotations

from twinprop.cases.case import Case
from twinprop.formulas.losses import LOSSES
from twinprop.pictures.sources import Place
from twinprop.pictures.walk.cells import (
    Cell,
    Maker,
    Piece,
    around,
    cross_entropy_delta_cell,
    exponential,
    over_all,
    same_place,
    sum_over,
)
from twinprop.pictures.walk.parts import Part, Places, to_formula, written_part

# What a cell of output and target adds to the loss, before the sum.
_TERMS = {
    "squared_error": "([a] − [y])²",
    "sum_squared_error": "([a] − [y])²",
    "mean_squared_error": "([a] − [y])²",
    "binary_cross_entropy": "−([y] · log([a]) + (1 − [y]) · log(1 − [a]))",
    "cross_entropy": "−[y] · log([a])",
}
_PAIRED_BINARY = "max([z], 0) − [z] · [y] + log1p(exp(−|[z]|))"
_ERRORS = {
    "squared_error": "[a] − [y]",
    "sum_squared_error": "2 · ([a] − [y])",
    "mean_squared_error": "2 · ([a] − [y])",
    "binary_cross_entropy": "(1 − [y]) / (1 − [a]) − [y] / [a]",
    "cross_entropy": "−[y] / [a]",
}


def loss_part(case: Case, rows: int, paired: bool) -> Part:
    """The part that makes the loss of a step, the L2 penalty included."""
    depth, name, rule = len(case.network), case.plan.loss, LOSSES[case.plan.loss]
    shape = (rows, case.network[-1].weights.shape[1])
    template = _of_layer(_PAIRED_BINARY if paired else _TERMS[name], depth)
    term, formula = same_place(template), f"({to_formula(template)})"
    if paired and name == "cross_entropy":
        term = _softmax_entropy(depth, shape[1])
        formula = f"y ∘ (log Σ e^{{z_{depth} - t_{depth}}} - (z_{depth} - t_{depth}))"
    before = "0.5 · (" if name == "squared_error" else "("
    after = _divided(case, rows)
    maker = around(before, over_all(term, shape), f"){after}")
    formula = f"loss = {before[:-1].replace('·', '')}Σ {formula}{after}"
    values = ("value_of_z", rule.value_of_z) if paired else ("value", rule.value)
    line = Places(
        Place("loss_value", "value", f"rule.{values[0]}"),
        Place("loss_value", "value", f"rule${values[0]}"),
    )
    assert values[1] is not None
    places: tuple[Places | str, ...] = (line, values[1].__name__)
    if case.plan.l2:
        maker, formula = _with_penalty(case, maker, formula)
        places = (*places, "l2_penalty")
    source = f"z{depth}" if paired else f"a{depth}"
    more = (f"[largest{depth}]",) if paired and name == "cross_entropy" else ()
    layout = (f"{name.replace('_', ' ')} of", f"[{source}]", "and", "[y]")
    weights = [f"[W{layer}]" for layer in range(1, depth + 1)] if case.plan.l2 else []
    extra = [item for other in (*more, *weights) for item in ("and", other)]
    return Part("loss", formula, (*layout, *extra), maker, places)


def output_error_part(case: Case, rows: int) -> Part:
    """The part that makes the error at the output, where it is not paired."""
    depth, name = len(case.network), case.plan.loss
    template = _divide(_of_layer(_ERRORS[name], depth), _divided(case, rows))
    rule = Places(Place("backward", "e_i", "rule.grad"), Place("backward", "e_i", "rule$grad"))
    return written_part(f"e{depth}", template, (rule, LOSSES[name].grad.__name__))


def paired_delta_part(case: Case, rows: int) -> Part:
    """The part that makes the delta of a pair of activation and loss."""
    depth, rule = len(case.network), LOSSES[case.plan.loss].delta
    delta, a, divisor = f"delta{depth}", f"a{depth}", _divided(case, rows)
    assert rule is not None
    line = Places(
        Place("backward", "delta_i", "rule.delta"), Place("backward", "delta_i", "rule$delta")
    )
    places = (line, rule.__name__)
    if case.plan.loss != "cross_entropy":
        return written_part(delta, _divide(f"[{a}] − [y]", divisor), places)
    cells = cross_entropy_delta_cell(a, case.network[-1].weights.shape[1])
    if divisor:
        cells = around("(", cells, f"){divisor}")
    formula = f"δ_{depth} = {_divide(f'a_{depth} ∘ Σ y - y', divisor)}"
    layout = (f"[{a}]", "· row sums of y −", "[y]", *([divisor.strip()] if divisor else []))
    return Part(delta, formula, layout, cells, places)


def _of_layer(template: str, layer: int) -> str:
    return template.replace("[a]", f"[a{layer}]").replace("[z]", f"[z{layer}]")


def _divide(text: str, divisor: str) -> str:
    return f"({text}){divisor}" if divisor else text


def _divided(case: Case, rows: int) -> str:
    """What the sum is divided by: samples, or samples times outputs."""
    if case.plan.loss == "mean_squared_error":
        return f" / {rows * case.network[-1].weights.shape[1]}"
    return "" if case.plan.reduction == "sum" else f" / {rows}"


def _softmax_entropy(layer: int, units: int) -> Maker:
    """A cell's share of softmax with cross-entropy, computed from z as the program does."""
    z, largest = f"z{layer}", f"largest{layer}"

    def pieces(i: int, j: int) -> list[Piece]:
        shifted = same_place(f"[{z}] − [{largest}]")(i, j)
        powers = sum_over(units, lambda k: exponential(z, largest)(i, k))
        return [Cell("y", i, j), " · (log(", *powers, ") − (", *shifted, "))"]

    return pieces


def _with_penalty(case: Case, maker: Maker, formula: str) -> tuple[Maker, str]:
    for layer, w in enumerate([layer.weights for layer in case.network], start=1):
        squares = over_all(same_place(f"[W{layer}]²"), w.shape)
        maker = _added(maker, around(f" + {0.5 * case.plan.l2:.15g} · (", squares, ")"))
        formula += f" + {0.5 * case.plan.l2:.15g} Σ W_{layer}^2"
    return maker, formula


def _added(first: Maker, second: Maker) -> Maker:
    return lambda i, j: [*first(i, j), *second(i, j)]
