"""Hidden units that begin alike and stay so: no training makes them different."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.align.steps import View
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 3


def find_alike_units(graph: Graph, alignment: Alignment) -> Fault | None:
    """A hidden layer of which all units have the same value, in the first step and in the last.

    Their weights began as one number, and so did those after them: each gets the derivative that
    the others get.
    """
    if len(alignment.views) < FEWEST_STEPS:
        return None
    found = [_alike_layers(graph, view) for view in (alignment.views[0], alignment.views[-1])]
    # Weights that begin alike are the reason, and biases that do are as they should be.
    for k, first in sorted(found[0].items(), key=lambda item: -len(graph.shape[item[1]])):
        if k in found[1]:
            right = np.full(graph.shape[first], np.nan)
            update = next(c for c in alignment.views[0].step.updates if c.k == k)
            fault = Fault(first, right, [(first, right)], update, None, "units_alike")
            fault.shown = (float(np.ravel(graph.value(first))[0]), "another number for each unit")
            return fault
    return None


def _alike_layers(graph: Graph, view: View) -> dict[int, int]:
    """The weights that lead into a layer of like units, by their parameter, as they are now."""
    outputs = {a for a, _ in view.pairs}
    axis = 0 if in_columns(graph, view) else 1
    weights = {first: k for k, first in view.step.first.items()}
    found = {}
    for x in find_activations(graph, view):
        a = graph.value(x.a)
        if x.a in outputs or np.ndim(a) != 2 or np.shape(a)[axis] < 2 or np.shape(a)[1 - axis] < 2:
            continue
        if np.any(a != np.take(a, [0], axis=axis)) or np.ptp(a) == 0:
            continue
        stack = [x.z]
        while stack:
            n = stack.pop()
            for p in graph.parents[n] if graph.op[n] in (*PRODUCTS, "add", "move", "sweep") else ():
                if p in weights and min(graph.shape[p], default=0) > 1:
                    found[weights[p]] = p
                elif p in view.moved and p not in view.cut:
                    stack.append(p)
    return found
