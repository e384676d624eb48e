"""A penalty that is added to a gradient as it is, and not as its derivative."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.adaptive import root_of_square, split_number
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio, row_fits
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
        rates = [best.factors[s], *(ratio(row.change, row.gradient) for row in rows)]
        options = (_in_step(graph, alignment, s, rows, c) for c in rates if c > 0)
        own = next((option for option in options if option is not None), None)
        if own is None:
            return None
        found += own[:1]  # of weights that are 0 there is none
    return found[0] if found and len(found) >= len(best.rows) - 1 else None


def _in_step(
    graph: Graph, alignment: Alignment, s: int, rows: list[Row], rate: float
) -> list[Fault] | None:
    """The penalties in a step whose other parameters follow one rate; None where one does not."""
    found = []
    for row in rows:
        fault = _of_one(graph, alignment, alignment.views[s], row, rate)
        if fault is not None:
            found.append(replace(fault, step=s))
        elif not row_fits(row, rate * row.gradient):
            return None
    return found


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
