"""Learning rate and momentum in each other's place: their names and their sizes both say so."""

from __future__ import annotations

import re

from twinprop.check.align.adaptive import current_parts, is_mixed
from twinprop.check.align.align import Alignment
from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.table import Fault


def find_swapped_rate(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A velocity that keeps the learning rate of itself and takes the momentum of the gradient.

    Any two numbers train, so numbers alone say nothing. Told only where what multiplies the
    velocity is called a rate and is the smaller one, and what multiplies the gradient is called
    momentum.
    """
    if best.rule["name"] != "momentum" or len(alignment.views) < 2:
        return None
    view = alignment.views[1]
    for n in sorted(view.cone):
        if n <= view.step.begin or not is_mixed(graph, view, n):
            continue
        now, past = current_parts(graph, view, n)
        small, large = _factor(graph, view, past, "rate"), _factor(graph, view, now, "momentum")
        if small is None or large is None or not 0 < small < large:
            continue
        kept = graph.value(past) * (large / small)
        right = kept - (graph.value(past) - graph.value(n)) * (small / large)
        if graph.op[n] == "sub" and graph.args[n][0] == now:
            right = -kept + (graph.value(past) + graph.value(n)) * (small / large)
        update = view.step.updates[0]
        kind = "momentum_and_rate_swapped"
        return Fault(n, right, [(n, right)], update, None, kind, step=1)
    return None


def _factor(graph: Graph, view: View, n: int, what: str) -> float | None:
    """The number by which something is multiplied, where it is called what is asked for."""
    if graph.op[n] != "mul":
        return None
    for a in graph.args[n]:
        number = plain_number(graph, view, a) if isinstance(a, int) else None
        if number is not None and any(is_called(x, what) for x in graph.names.get(a, ())):
            return number
    return None


def is_called(name: str, what: str) -> bool:
    """Whether the last part of a name, as in self.learning_rate or cfg$lr, is a known one."""
    parts = [part for part in re.split(r"[^a-z_]+", name.lower()) if part]
    return bool(parts) and parts[-1].replace("_", "") in read_knowledge()["called"][what]
