"""A mean over the samples that is divided by the number of columns."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.updates import take_apart, touched_by
from twinprop.check.explain.divided import is_divided
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.table import Fault, is_near


def find_counted_columns(graph: Graph, alignment: Alignment) -> Fault | None:
    """Every gradient is that of the program's own loss, but for columns counted in place of rows.

    The loss is a mean over the samples, and all of its gradient is divided by the other number.
    """
    found, steps = alignment.found, [view.step for view in alignment.views]
    numbers = {step.begin: s for s, step in enumerate(steps)}
    for views in find_objectives(graph, found, touched_by(graph, found.owner), steps):
        reading = read_loss(graph, found, views, "own") if views else None
        if reading is None or not reading.is_right:
            continue
        ours = [alignment.views[numbers[view.step.begin]] for view in views]
        faults = [_fault_in(graph, alignment, v, reading, i) for i, v in enumerate(ours)]
        if all(fault is not None for fault in faults):
            return faults[0]
    return None


def _fault_in(graph: Graph, alignment: Alignment, view: View, own: Reading, i: int) -> Fault | None:
    """The first gradient of a step that is divided so, where all are."""
    x = first_data(graph, view, view.pairs[0][0])
    if x is None or len(graph.shape[x]) != 2:
        return None
    rows, columns = graph.shape[x][::-1] if in_columns(graph, view) else graph.shape[x]
    found = []
    for row in own.rows[i]:
        update = next(c for c in view.step.updates if c.k == row.k)
        terms = take_apart(graph, view, alignment.found.owner, update).terms
        way = [n for term in terms for n, _ in term.way] if len(terms) == 1 else []
        divided = [n for n in way if is_divided(graph, view, n, columns)]
        gradient = np.asarray(row.gradient)
        near = (n for n in divided if is_near(graph.value(n), gradient * (rows / columns)))
        n = next(near, None)
        if n is None or rows == columns:
            return None
        found.append(Fault(n, row.gradient, [(n, row.gradient)], update, None, "columns_counted"))
    return min(found, key=lambda fault: fault.node, default=None)
