"""Some parameters are divided by the number of samples, and others are left as a sum."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Parts, plain_number, take_apart
from twinprop.check.explain.network import count_samples
from twinprop.check.explain.table import Fault, Table, is_near

SAME = 1e-6


def is_left_undivided(graph: Graph, alignment: Alignment) -> bool:
    """Whether updates leave out the number of samples that is seen to divide all the others.

    In every step they are as many times too large as there are samples. Without that number in
    the lines of the others a second rate may be meant.
    """
    best = alignment.best
    assert best is not None
    for s, (view, rows) in enumerate(zip(alignment.views, best.rows, strict=True)):
        samples = count_samples(graph, view)
        for row, good in zip(rows, best.good[s], strict=True):
            own = [c for c in view.step.updates if c.k == row.k]
            times = ratio(row.change, row.gradient) / best.factors[s]
            is_times = good or abs(times - samples) <= SAME * samples
            if samples < 2 or len(own) != 1 or not is_times:
                return False
            if _divides(graph, view, alignment.found.owner, own[0], samples) != good:
                return False
    return True


def _divides(graph: Graph, view: View, owner: dict[int, int], update: Update, samples: int) -> bool:
    """Whether this number divides what an update takes, or the rate that it is multiplied by."""
    terms = take_apart(graph, view, owner, update).terms
    way = [n for t in terms for n, _ in t.way]
    made = [*way, *(p for n in way for p in graph.parents[n] if p not in view.moved)]
    return any(is_divided(graph, view, n, samples) for n in made)


def is_divided(graph: Graph, view: View, n: int, samples: int) -> bool:
    """Whether a value is another one divided by this number, or multiplied by 1 over it."""
    args = graph.args[n]
    if graph.op[n] not in ("div", "mul") or len(args) != 2:
        return False
    if graph.op[n] == "div":
        return plain_number(graph, view, args[1]) == samples
    numbers = [x for a in args if (x := plain_number(graph, view, a)) is not None]
    return any(abs(x * samples - 1) <= SAME for x in numbers)


def at_its_gradient(
    graph: Graph, alignment: Alignment, table: Table, fault: Fault, parts: Parts
) -> Fault:
    """A derivative that is as many times too large as there are samples, where others are divided.

    Told where the gradient is made of it, if that is where the gradients of the parameters that
    move rightly are divided.
    """
    view, u = table.view, fault.update.u
    samples, owner = count_samples(graph, view), alignment.found.owner
    ends = {t.node for t in parts.terms}
    at = next((i for i, (n, _) in enumerate(fault.path) if n in ends), -1)
    if samples < 2 or len(ends) != 1 or at < 0 or fault.node in (u, *ends):
        return fault
    if not is_near(graph.value(fault.node), samples * np.asarray(fault.right)):
        return fault
    good = [c for c in view.step.updates if c.u in table.good_updates]
    divided = [_divides(graph, view, owner, c, samples) for c in good]
    if not divided or not all(divided) or _divides(graph, view, owner, fault.update, samples):
        return fault
    n, right = fault.path[at]
    return Fault(n, right, fault.path[: at + 1], fault.update, fault.update.p)
