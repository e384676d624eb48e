"""A weight or bias whose old value is lost: what should be taken from it stands in its place.

As in `b =- rate * g`, which is `b = -(rate * g)`. Such a value is no parameter that moves, and all
others move rightly beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.operations import pull_back
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault, is_near

SAME = 1e-7
Place = tuple[int, int, int]  # the site of an operation, which one of a step, which operand


def find_overwritten(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """What the way forward takes that is the derivative there, in the step before, times the rate.

    Where it began with a value that was made of no weights, as a parameter does, and it is so in
    every step.
    """
    views = alignment.views
    users = [dict(_list_users(graph, view, s > 0)) for s, view in enumerate(views)]
    for place in users[0] if len(users) > 2 else ():
        if not all(place in known for known in users):
            continue
        taken = [
            _derivative(graph, best.adjoints[s], known[place], place[2])
            for s, known in enumerate(users)
        ]
        values, slopes = [n for n, _ in taken], [g for _, g in taken]
        if len(set(values)) < len(values):
            continue
        times = [_times(graph, n, g) for n, g in zip(values[1:], slopes, strict=False)]
        pairs = zip(times, best.factors, strict=False)
        if all(abs(abs(x) - c) <= SAME * c for x, c in pairs):
            return _fault_at(graph, alignment, best, values, slopes)
    return None


def _list_users(graph: Graph, view: View, touched: bool) -> Iterator[tuple[Place, int]]:
    """Where a step's way forward takes what is no parameter and not made of one in that step.

    Only what is made of one in a step before, or what is made of none. What is added to a parameter
    moves it, as an update does, or looks ahead.
    """
    seen: dict[int, int] = {}
    for n in sorted(view.forward):
        k = seen[graph.site[n]] = seen.get(graph.site[n], -1) + 1
        moves = graph.op[n] in ("add", "sub") and any(p in view.cut for p in graph.parents[n])
        if moves or n in view.cut:
            continue
        for i, a in enumerate(graph.args[n]):
            is_own = isinstance(a, int) and a not in view.moved and view.touched[a] == touched
            if is_own and graph.site[n] >= 0:
                yield (graph.site[n], k, i), n


def _derivative(graph: Graph, adjoint: dict[int, Any], user: int, i: int) -> tuple[int, Any]:
    """An operand of the way forward as it was before it was moved, and the derivative there.

    None in its place where it is not known.
    """
    n, g = graph.args[user][i], adjoint.get(user)
    g = None if g is None else dict(pull_back(graph, user, g) or ()).get(n)
    while graph.op[n] == "move" and len(graph.parents[n]) == 1:
        g = None if g is None else dict(pull_back(graph, n, g) or ()).get(graph.parents[n][0])
        n = graph.parents[n][0]
    return n, g


def _times(graph: Graph, n: int, g: Any) -> float:
    """How many times a derivative a value is; 0 where it is no multiple of it."""
    value = graph.value(n)
    if g is None or value is None or np.shape(value) != np.shape(g) or not np.any(g):
        return 0.0
    r = ratio(np.asarray(value), np.asarray(g))
    return r if is_near(value, r * np.asarray(g)) else 0.0


def _fault_at(
    graph: Graph, alignment: Alignment, best: Reading, values: list[int], slopes: list[Any]
) -> Fault | None:
    """The first of the values that lost something, which 0 does not."""
    for s, (old, new) in enumerate(pairwise(values)):
        if np.any(graph.value(old)):
            right = graph.value(old) - best.factors[s] * np.asarray(slopes[s])
            update = alignment.views[s].step.updates[-1]
            return Fault(new, right, [(new, right)], update, None, "overwritten", step=s)
    return None
