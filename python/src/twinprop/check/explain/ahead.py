"""Nesterov's look ahead, turned round: the derivative is taken behind the parameter."""

from __future__ import annotations

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Term, split_linear, take_apart
from twinprop.check.explain.table import Fault


def find_reversed_look(graph: Graph, alignment: Alignment) -> Fault | None:
    """A share of the last step is taken away to look ahead, and added to move, or vice versa."""
    owner, faults = alignment.found.owner, []
    for s, view in enumerate(alignment.views[1:], start=1):
        for update in view.step.updates:
            past = take_apart(graph, view, owner, update).past
            turned = _find_turned(graph, view, owner, update, past)
            if turned is None:
                return None
            n, off = turned
            right = graph.value(n) + off
            fault = Fault(n, right, [(n, right)], update, None, "look_reversed", step=s)
            faults.append(fault)
    return min(faults, key=lambda f: f.node, default=None)


def _find_turned(
    graph: Graph, view: View, owner: dict[int, int], update: Update, past: list[Term]
) -> tuple[int, object] | None:
    """Where the derivative is taken, and how far that is from where it should be taken."""
    shares = {t.node: t.factor for t in past}
    for n in sorted(view.forward):
        inner = split_linear(graph, view, n) if graph.op[n] in ("add", "sub") else None
        if inner is None or len(inner) != 2 or (1.0, update.p) not in inner:
            continue
        share, m = next(t for t in inner if t != (1.0, update.p))
        while m not in shares and (more := split_linear(graph, view, m)) and len(more) == 1:
            share, m = share * more[0][0], more[0][1]
        if m in shares and share * shares[m] < 0 and owner.get(update.p) == update.k:
            return n, -2 * share * graph.value(m)
    return None
