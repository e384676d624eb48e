"""The derivative of another loss than the one that the program computes."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.entropy import computes_entropy
from twinprop.check.align.heads import follow_error
from twinprop.check.align.losses import find_input
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.settled import list_losses
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault

SAME = 1e-9


def find_other_loss(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A squared error whose 2 begins the way back, from a sigmoid whose slope is left out.

    The error alone is the derivative of the cross-entropy, which many train with and show the
    squared error of. But it has no 2, and where a program computes no logarithm, and twice the
    error over the number that its own squared error is divided by, it means that one.
    """
    view = alignment.views[0]
    if best.family != "binary_cross_entropy" or computes_entropy(graph, view):
        return None
    ends = [_end_of_error(graph, v) for v in alignment.views]
    if any(end is None for end in ends):
        return None
    computed = [x for v in alignment.views for _, x in list_losses(graph, v, "squared_error")]
    weights = {round(abs(w), 12) for _, w, _ in filter(None, ends)}
    if len(weights) > 1 or not any(abs(w - x) <= SAME * w for w in weights for x in computed):
        return None
    node, _, out = next(filter(None, ends))
    right = graph.value(node) * out * (1 - out)
    return Fault(node, right, [(node, right)], view.step.updates[-1], None, "slope_left_out")


def _end_of_error(graph: Graph, view: View) -> tuple[int, float, np.ndarray] | None:
    """The error times the numbers that it begins the way back with, these, and the output.

    Only where the number is none that a cross-entropy has, as a sum or as a mean.
    """
    if len(view.pairs) != 1:
        return None
    a = view.pairs[0][0]
    n, weight = follow_error(graph, view, a)
    out = np.asarray(graph.value(a))
    usual = [1 / m for m in (1, *graph.shape[a], count(graph.shape[a]))]
    if n < 0 or out.size < 2 or any(abs(abs(weight) - u) <= SAME * u for u in usual):
        return None
    return (n, weight, out) if find_input(graph, a, "sigmoid") is not None else None
