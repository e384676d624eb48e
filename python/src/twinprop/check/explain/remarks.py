"""What is told of a right program beside its verdict: facts that are seen, and no faults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.entropy import computes_entropy
from twinprop.check.align.losses import shape_target
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.rules import Reading
from twinprop.check.align.settled import list_losses
from twinprop.check.align.steps import View
from twinprop.check.explain.idle import remark_on_biases

LOSSES = {
    "squared_error": "squared error",
    "absolute_error": "absolute error",
    "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
}
NEAR = 1e-9  # a number that is printed is a loss, and not by chance near to one
SCALES = ("mul", "div")
FARTHEST = 4  # operations from a draw to the mask that is made of it


def find_remarks(graph: Graph, alignment: Alignment, best: Reading) -> list[str]:
    """Remarks on a program that is right: none of them says that something is wrong."""
    remarks = [
        _other_loss(graph, alignment, best),
        _unscaled_mask(graph, alignment),
        _changed_at_the_end(graph, alignment),
        remark_on_biases(graph, alignment),
    ]
    return [remark for remark in remarks if remark is not None]


def _other_loss(graph: Graph, alignment: Alignment, best: Reading) -> str | None:
    """The loss that is printed is another than the one whose gradient is followed."""
    values = [v for view in alignment.views for v in _loss_values(graph, view)]
    if best.family not in LOSSES or not values:
        return None
    for site, numbers, _ in graph.header.get("printed", ()):
        if len(numbers) != 1 or site < 0 or not isinstance(numbers[0], float):
            continue
        x = numbers[0]
        same = {family for family, v in values if abs(v - x) <= NEAR * abs(x) and x}
        if len(same) == 1 and best.family not in same:
            return (
                f"Line {span_of(graph, site)['line']} prints the {LOSSES[same.pop()]}; the "
                f"gradients that are followed are those of the {LOSSES[best.family]}."
            )
    return _computed_loss(graph, alignment, best)


def _computed_loss(graph: Graph, alignment: Alignment, best: Reading) -> str | None:
    """A squared error is the only loss that is computed, and the training is by cross-entropy."""
    view = alignment.views[0]
    entropy = best.family in ("binary_cross_entropy", "cross_entropy")
    if not entropy or len(view.pairs) != 1 or computes_entropy(graph, view):
        return None
    found = next((n for n, _ in list_losses(graph, view, "squared_error") if graph.line(n)), None)
    if found is None:
        return None
    return (
        f"Line {graph.line(found)} computes the squared error; the gradients that are followed are "
        f"those of the {LOSSES[best.family]}."
    )


def _loss_values(graph: Graph, view: View) -> Iterator[tuple[str, float]]:
    """Each loss of a step's output, as a sum and as the usual parts of it."""
    if len(view.pairs) != 1:
        return
    a, y = view.pairs[0]
    out, target = graph.value(a), graph.operand(y)
    target = None if out is None or target is None else shape_target(target, np.shape(out))
    if target is None:
        return
    e = out - target
    sums: dict[str, Any] = {
        "squared_error": np.sum(e * e),
        "absolute_error": np.sum(np.abs(e)),
        "cross_entropy": -np.sum(target * np.log(out)),
        "binary_cross_entropy": -np.sum(target * np.log(out) + (1 - target) * np.log(1 - out)),
    }
    for family, total in sums.items():
        for n in {1, *np.shape(out), np.size(out)}:
            yield family, float(total / n)
            yield family, float(total / n / 2)


def _unscaled_mask(graph: Graph, alignment: Alignment) -> str | None:
    """Dropout that does not divide by the share of what is kept."""
    drawn = set(graph.header.get("random", ()))
    view = alignment.views[0]
    for n in sorted(view.forward):
        parents = graph.parents[n]
        if graph.op[n] != "mul" or len(parents) != 2 or n not in view.moved:
            continue
        masks = [p for p in parents if p not in view.moved]
        if len(masks) != 1 or not _is_mask(graph, masks[0], drawn):
            continue
        kept = parents[0] if parents[1] == masks[0] else parents[1]
        after = [u for u in graph.users()[n] if u in view.forward]
        if not any(_is_scaled(graph, view, m) for m in (kept, *after)):
            return (
                f"The mask on line {graph.line(n)} drops values and does not divide by the share "
                "that is kept: without the mask, the outputs have to be multiplied by it."
            )
    return None


def _is_mask(graph: Graph, n: int, drawn: set[int]) -> bool:
    """Whether a value holds zeros and ones, both of them, and is made of a random draw."""
    value = graph.value(n)
    if value is None or np.size(value) < 2 or set(np.unique(value).tolist()) != {0.0, 1.0}:
        return False
    level = {n}
    for _ in range(FARTHEST):
        if level & drawn:
            return True
        level = {p for m in level for p in graph.parents[m]}
    return False


def _is_scaled(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is a multiple of another one by a number."""
    args = graph.args[n]
    others = [a for a in args if not (isinstance(a, int) and a in view.moved)]
    sizes = [np.size(graph.operand(a)) for a in others]
    return graph.op[n] in SCALES and len(args) == 2 and sizes == [1]


def _changed_at_the_end(graph: Graph, alignment: Alignment) -> str | None:
    """A parameter that ends as nothing that was seen, though all was watched."""
    header = graph.header
    if header.get("cut") or header.get("status") != "ok" or not alignment.steps:
        return None
    finals = {graph.name(n): n for n in range(graph.size) if graph.op[n] == "final"}
    for last in alignment.steps[-1].last.values():
        end = next((finals[name] for name in graph.names.get(last, ()) if name in finals), None)
        if end is None or graph.shape[end] != graph.shape[last]:
            continue
        held, shape = graph.value(end), graph.shape[end]
        seen = (graph.value(n) for n in range(end) if graph.shape[n] == shape)
        if held is not None and not any(np.array_equal(v, held) for v in seen if v is not None):
            return (
                f"At the end {graph.name(end)} is another than its last update made it: something "
                "that was not seen changes it."
            )
    return None
