"""Updates that a comparison alone decides about, as a perceptron's: w += y x where y (w x) <= 0.

The change is made of no parameter. What is compared is where the loss begins: it is to move so far
that the comparison comes out otherwise (Rosenblatt 1958), or output and target are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.roots import is_made_of
from twinprop.check.align.steps import View, use_meetings, with_given
from twinprop.check.align.thresholds import FALLING, RISING, find_jump, seed_jump
from twinprop.check.align.trained import Parameters

EQUAL = ("==", "!=")
MOST_GATES = 200


def list_gates(graph: Graph, begin: int) -> list[int]:
    """The comparisons of a recording that gave one answer."""
    return [n for n in range(begin, graph.size) if is_question(graph, n) and _is_one(graph, n)]


def is_question(graph: Graph, n: int) -> bool:
    """Whether a value is the answer to a comparison."""
    return graph.spelled[n] in (*EQUAL, *RISING, *FALLING)


def _is_one(graph: Graph, n: int) -> bool:
    return count(graph.shape[n]) == 1 and graph.value(n) is not None


def find_gate(graph: Graph, found: Parameters, n: int, p: int, root: int) -> int | None:
    """The last comparison before an update that is made of what is updated; None without one."""
    known = None if p == root else found.owner.get(root)
    if _stays(graph, root, n):
        return None
    first = found.latest[known] if known is not None and known in found.latest else root
    at = int(np.searchsorted(found.gates, n))
    for gate in list(found.gates[max(0, at - MOST_GATES) : at])[::-1]:
        if gate < first:
            break
        if is_made_of(graph, found, [gate], root, known):
            return gate
    return None


def _stays(graph: Graph, root: int, n: int) -> bool:
    """Whether a value is used after an update where it was used before, as data are."""
    users = graph.users()[root]
    before = {graph.site[u] for u in users if u < n}
    return any(u > n and graph.site[u] in before for u in users)


def cut_gated(graph: Graph, looked: Sequence[View]) -> list[View]:
    """The steps cut where something is compared, with what the comparison asks for."""
    given = [_cut_at_gates(graph, view) for view in looked]
    return [with_given(v, g) for v, g in zip(looked, given, strict=True) if g]


def _cut_at_gates(graph: Graph, view: View) -> dict[int, Any] | None:
    gates = sorted({t for c in view.step.updates for t, sign in c.terms if not sign})
    meets, seeds = [], {}
    for gate in gates:
        pair = _moved_first(graph, view, gate)
        own = None if pair is None else _ask(graph, view, gate, *pair)
        if pair is None or own is None:
            return None
        meets.append((gate, *pair))
        seeds.update(own)
    use_meetings(graph, view, meets)
    return seeds


def _moved_first(graph: Graph, view: View, gate: int) -> tuple[int, Any] | None:
    """What is compared: the output, and what it is compared with."""
    sides = graph.args[gate]
    moved = [isinstance(a, int) and a in view.moved for a in sides]
    if len(sides) != 2 or moved[0] == moved[1]:
        return None
    a, y = sides if moved[0] else sides[::-1]
    return (a, y) if graph.value(a) is not None and graph.operand(y) is not None else None


def _ask(graph: Graph, view: View, gate: int, a: int, y: Any) -> dict[int, Any] | None:
    """The derivative at what is compared: the error of an output, or what turns the answer."""
    jump = find_jump(graph, view, a)
    spelled, target = graph.spelled[gate], graph.operand(y)
    if jump is not None:
        error = np.sign(graph.value(a) - np.reshape(target, graph.shape[a]))
        return seed_jump(graph, a, jump, error if graph.shape[a] else float(error))
    if spelled in EQUAL:
        return None
    rises = (spelled in RISING) == bool(np.all(graph.value(gate)))
    rises = rises == (graph.args[gate][0] == a)
    one = np.ones(graph.shape[a]) if graph.shape[a] else 1.0
    return {a: one if rises else -one}
