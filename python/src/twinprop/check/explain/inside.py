"""A penalty within a gradient, where it is not the right one."""

from __future__ import annotations

from typing import Any

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Row
from twinprop.check.align.steps import View
from twinprop.check.explain.network import owner_of
from twinprop.check.explain.table import Fault

DEEPEST_PENALTY = 5


def fault_inside(
    graph: Graph, alignment: Alignment, s: int, row: Row, times: float, kind: str
) -> Fault | None:
    """The last value that is made of weights alone and added to a gradient; it should be so large.

    Of one that is taken away it is the sum that is wrong. None where there is no such value.
    """
    view, owner = alignment.views[s], alignment.found.owner
    update = next(c for c in view.step.updates if c.k == row.k)
    users = graph.users()
    for n in sorted(view.cone & view.moved - view.after - view.forward - view.cut, reverse=True):
        sums = [u for u in users[n] if u in view.after and graph.op[u] in ("add", "sub")]
        if sums and _is_made_of_weights(graph, owner, n, row.k):
            if kind == "growth":
                n, right = sums[0], 2 * _without(graph, sums[0], n) - graph.value(sums[0])
            else:
                n = _unmoved(graph, view, n)
                right = times * graph.value(n)
            return Fault(n, right, [(n, right)], update, None, kind, step=s)
    return None


def _unmoved(graph: Graph, view: View, n: int) -> int:
    """What was multiplied, before its part of the biases was set to 0, or it was transposed."""
    while graph.op[n] == "move":
        p = graph.parents[n][0]
        if p in view.cut or graph.shape[p] != graph.shape[n]:
            break
        n = p
    return n


def _without(graph: Graph, n: int, part: int) -> Any:
    """A sum or difference without one of its terms."""
    first, second = graph.args[n][:2]
    other = graph.operand(second if first == part else first)
    return -other if graph.op[n] == "sub" and first == part else other


def _is_made_of_weights(graph: Graph, owner: dict[int, int], n: int, k: int) -> bool:
    level = [n]
    for _ in range(DEEPEST_PENALTY):
        if any(owner_of(graph, owner, p) == k for p in level):
            return True
        level = [p for m in level for p in graph.parents[m]]
    return False
