"""Weights that R recycles down the samples, where they should be multiplied with each sample."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.operations import reduced_axis
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault
from twinprop.check.explain.unmoved import origin_of


def find_recycled_weights(graph: Graph, alignment: Alignment) -> Fault | None:
    """A product of a table and of one weight for each of its columns, which run down the columns.

    Told only where the rows of the product are summed up, so that a product of matrices is meant.
    """
    for s, view in enumerate(alignment.views):
        for n in sorted(view.cone):
            right = _meant_product(graph, view, n)
            if right is not None and np.any(right != graph.value(n)):
                last = view.step.updates[-1]
                return Fault(n, right, [(n, right)], last, None, "weights_recycled", step=s)
    return None


def _meant_product(graph: Graph, view: View, n: int) -> np.ndarray | None:
    """Each column times its weight, where a product is something else."""
    own, args = graph.shape[n], graph.args[n]
    if graph.op[n] != "mul" or len(own) != 2 or len(args) != 2 or own[0] == own[1]:
        return None
    sums = [u for u in graph.users()[n] if graph.op[u] == "sum" and reduced_axis(graph, u) == 1]
    nodes = [a for a in args if isinstance(a, int) and graph.shape[a] == own]
    spread = [a for a in nodes if origin_of(graph, a) in view.cut]
    data = [a for a in nodes if a not in view.moved]
    if not sums or len(spread) != 1 or len(data) != 1:
        return None
    weights = graph.value(origin_of(graph, spread[0]))
    if graph.op[spread[0]] != "move" or count(np.shape(weights)) != own[1]:
        return None
    index = np.asarray(graph.movement(spread[0])).reshape(own)
    if not np.array_equal(index, np.resize(np.arange(own[1]), count(own)).reshape(own, order="F")):
        return None
    made: np.ndarray = graph.value(data[0]) * np.ravel(weights)
    return made
