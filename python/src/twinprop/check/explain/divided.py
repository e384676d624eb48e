"""Some parameters are divided by the number of samples, and others are left as a sum."""

from __future__ import annotations

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import plain_number, take_apart
from twinprop.check.explain.network import count_samples

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
    return any(
        graph.op[n] == "div" and plain_number(graph, view, graph.args[n][1]) == samples
        for n in made
        if len(graph.args[n]) == 2
    )
