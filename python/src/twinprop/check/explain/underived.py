"""A penalty that is added to a gradient as it is, and not as its derivative."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.adaptive import root_of_square, split_number
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, row_fits
from twinprop.check.align.steps import View
from twinprop.check.align.updates import take_apart
from twinprop.check.explain.table import Fault


def find_underived_penalty(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The sizes of weights, or their squares, in a gradient that is right but for them.

    In every step the rest of the change is along the derivative, at the rate of the others.
    """
    if best.is_fitting:
        return None
    found: list[Fault] = []
    for s, rows in enumerate(best.rows):
        view, own = alignment.views[s], []
        for row, good in zip(rows, best.good[s], strict=True):
            fault = _of_one(graph, alignment, view, row, best.factors[s])
            if fault is not None:
                own.append(fault)
            elif not good:
                return None
        if not own:
            return None
        found += own[:1]
    return found[0]


def _of_one(
    graph: Graph, alignment: Alignment, view: View, row: Row, factor: float
) -> Fault | None:
    """The term of an update that is a penalty of the parameter itself."""
    updates = [c for c in view.step.updates if c.k == row.k]
    if len(updates) != 1 or not row.fits_shape:
        return None
    for term in take_apart(graph, view, alignment.found.owner, updates[0]).terms:
        n = split_number(graph, view, term.node)[1]
        of = graph.args[n][0] if graph.op[n] == "abs" else root_of_square(graph, n)
        is_own = of != n and isinstance(of, int) and alignment.found.owner.get(of) == row.k
        value = graph.value(term.node)
        if not is_own or not np.any(value):
            continue
        if row_fits(row, factor * row.gradient, row.change + term.factor * value):
            right = np.sign(row.old) if graph.op[n] == "abs" else np.asarray(row.old)
            return Fault(n, right, [(n, right)], updates[0], None, "penalty_not_derived")
    return None
