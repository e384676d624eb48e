"""A gradient that keeps one share, though the loss that the program computes is made of several."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Term, take_apart, touched_by
from twinprop.check.explain.shares import contributions, long_sum
from twinprop.check.explain.table import Fault, Table, is_near

PARTS = (1.0, 0.5)  # of e e, whose derivative is overwritten itself, the half is left


def find_unsummed(graph: Graph, alignment: Alignment) -> Fault | None:
    """Each gradient is one share of those that the program's own loss gives, in every step.

    The loss is made of the output that the gradient is made of, and of others of the same step.
    """
    views = alignment.views
    if len(views[0].pairs) != 1:
        return None
    steps = [view.step for view in views]
    touched = touched_by(graph, alignment.found.owner)
    losses = find_objectives(graph, alignment.found, touched, steps)
    for own, part in product((own for own in losses if len(own) == len(views)), PARTS):
        if (fault := _only_one_in_all(graph, alignment, own, part)) is not None:
            return fault
    return None


def _only_one_in_all(
    graph: Graph, alignment: Alignment, own: list[View], part: float
) -> Fault | None:
    first = None
    for s, view in enumerate(own):
        fault = _only_one(graph, alignment, s, view, part)
        if fault is None:
            return None
        first = first or fault
    return first


def _only_one(graph: Graph, alignment: Alignment, s: int, own: View, part: float) -> Fault | None:
    """The first gradient of a step that is one share, or a part of one, where there are several."""
    view = alignment.views[s]
    a = view.pairs[0][0]
    beside = own.forward - view.cone - {a}
    others = {n for n in beside if graph.site[n] == graph.site[a] >= 0}
    if a not in own.forward or not others:
        return None
    adjoint, stopped = differentiate(graph, own, {n: 1.0 for n, _ in own.pairs})
    faults = []
    for update in view.step.updates:
        shares = [g for _, g in contributions(graph, own, adjoint, update.p)]
        terms = take_apart(graph, view, alignment.found.owner, update).terms
        right = sum(shares)
        if stopped or len(terms) != 1:
            return None
        if _share_in(graph, terms[0], [right]) is not None:
            continue
        t = _share_in(graph, terms[0], [part * g for g in shares])
        if t is None:
            return None
        faults.append(_fault_at(graph, t, right, update))
    return min(faults, key=lambda f: f.node, default=None)


def find_lost_share(table: Table, fault: Fault) -> Fault | None:
    """A share of a derivative that took the place of the others, which were made and are not used.

    As where one operation of a tape stores what it goes back with, and all others add it.
    """
    graph, view = table.graph, table.view
    terms = long_sum(graph, view, fault.node)
    if fault.wanted is None or len(terms) != 1:
        return None
    t, value = terms[0][0], graph.value(terms[0][0])
    shares = [g for _, g in contributions(graph, view, table.adjoint, fault.wanted)]
    factors = [ratio(value, g) if np.shape(g) == np.shape(value) else 0.0 for g in shares]
    own = [i for i, f in enumerate(factors) if f and is_near(value, f * shares[i])]
    if len(shares) < 2 or np.size(value) < 2 or len(own) != 1:
        return None
    f = factors[own[0]]
    nodes = range(view.step.begin + 1, view.step.end + 1)
    lost = [n for n in nodes if n not in view.cone and graph.shape[n] == np.shape(value)]
    for i, g in enumerate(shares):
        if i not in own and not any(is_near(graph.value(n), f * g) for n in lost):
            return None
    return _fault_at(graph, t, f * np.sum(shares, axis=0), fault.update)


def _share_in(graph: Graph, term: Term, shares: list[Any]) -> int | None:
    """What of a change is one of the shares of its derivative, before a rate multiplies it."""
    way = [*term.way, (term.node, term.factor)]
    near = (n for n, _ in reversed(way) if any(is_near(graph.value(n), g) for g in shares))
    return next(near, None)


def _fault_at(graph: Graph, t: int, right: Any, update: Update) -> Fault:
    """Told where the share is stored last in something: it takes the place of another there."""
    right = right if np.ndim(right) else float(right)
    fault = Fault(t, right, [(t, right)], update, None, "gradient_not_added")
    pairs = list(zip(graph.names.get(t, ()), graph.bound.get(t, ()), strict=True))
    stored = [x for name, x in pairs if x >= 0 and any(c in name for c in ".[$@")]
    fault.told_at = next((x for x in (stored or [x for _, x in pairs])[::-1] if x >= 0), -1)
    return fault
