"""Elements of a parameter that decay though the loss that the program computes leaves them free.

As the intercept in one vector with the slopes: the penalty of the loss is without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.penalty import common_ratios
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import CLOSE, Reading, Row, ratio, read_rows
from twinprop.check.align.steps import View
from twinprop.check.align.updates import touched_by
from twinprop.check.explain.decay import fault_of_decay
from twinprop.check.explain.table import Fault, is_near

SAME = 1e-4
Free = tuple[Row, np.ndarray]  # a parameter, and how far its free elements move too far


def find_decay_of_free(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A penalty of all elements where that of the loss is of some, which move as it says."""
    if best.rule["name"] != "gradient_descent" or not best.decays:
        return None
    found, steps = alignment.found, alignment.steps[: len(best.rows)]
    numbers = {step.begin: s for s, step in enumerate(steps)}
    for views in find_objectives(graph, found, touched_by(graph, found.owner), steps):
        moving = [v for v in views if any(np.any(graph.value(n)) for n in v.step.first.values())]
        free = [_find_free(graph, alignment, best, v, numbers[v.step.begin]) for v in moving]
        kinds = {None if x is None else (x[0].k, tuple(np.flatnonzero(x[1]))) for x in free}
        first = free[0] if free and len(kinds) == 1 else None
        if first is not None:
            s = numbers[moving[0].step.begin]
            return fault_of_decay(graph, alignment.views[s], *first, s, "decay_of_free")
    return None


def _find_free(
    graph: Graph, alignment: Alignment, best: Reading, view: View, s: int
) -> Free | None:
    """The elements that move too far by the decay of their parameter, all others being right."""
    adjoint = differentiate(graph, view, {a: 1.0 for a, _ in view.pairs})[0]
    rows = read_rows(graph, view, alignment.found.owner, adjoint)
    if not all(r.fits_shape for r in rows):
        return None
    usual = common_ratios([replace(r, change=r.whole) for r in rows])
    if not usual:
        return None
    free: list[Free] = []
    for row in rows:
        off = np.asarray(row.whole - usual[0] * row.gradient)
        size = float(np.max(np.abs(usual[0] * row.gradient)))
        off = np.where(np.abs(off) > CLOSE * size + row.lost, off, 0.0)
        free += [(row, off)] if np.any(off) else []
    if len(free) != 1 or np.all(free[0][1]):
        return None
    row, off = free[0]
    decay, old = best.decays.get((s, row.k), 0.0), np.where(off, row.old, 0.0)
    is_decay = decay > 0 and np.any(old) and abs(ratio(off, old) / decay - 1) <= SAME
    others = np.where(off, 0.0, row.old)
    return free[0] if is_decay and is_near(off, ratio(off, old) * old) and np.any(others) else None
