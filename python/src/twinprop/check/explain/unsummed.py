"""A gradient that keeps one share, though the loss that the program computes is made of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Term, take_apart, touched_by
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.table import Fault, is_near

SAME = 1e-7


def find_unsummed(graph: Graph, alignment: Alignment) -> Fault | None:
    """Each gradient is one share of those that the program's own loss gives, in every step.

    The loss is made of the output that the gradient is made of, and of others of the same step.
    """
    views = alignment.views
    if len(views[0].pairs) != 1:
        return None
    steps = [view.step for view in views]
    touched = touched_by(graph, alignment.found.owner)
    for own in find_objectives(graph, alignment.found, touched, steps):
        if len(own) == len(views):
            faults = [_only_one(graph, alignment, s, view) for s, view in enumerate(own)]
            if all(fault is not None for fault in faults):
                return faults[0]
    return None


def _only_one(graph: Graph, alignment: Alignment, s: int, own: View) -> Fault | None:
    """The first gradient of a step that is one share where there are several."""
    best, view = alignment.best, alignment.views[s]
    assert best is not None
    a = view.pairs[0][0]
    others = {n for n in own.forward - view.cone if graph.site[n] == graph.site[a] >= 0}
    if a not in own.forward or not others:
        return None
    adjoint, stopped = differentiate(graph, own, {n: 1.0 for n, _ in own.pairs})
    faults = []
    for update in view.step.updates:
        shares = [g for _, g in contributions(graph, own, adjoint, update.p)]
        terms = take_apart(graph, view, alignment.found.owner, update).terms
        t = _gradient(terms[0], best.factors[s]) if len(terms) == 1 else None
        if stopped or t is None or not any(is_near(graph.value(t), g) for g in shares):
            return None
        if not is_near(graph.value(t), right := sum(shares)):
            faults.append(_fault_at(t, right, update))
    return min(faults, key=lambda f: f.node, default=None)


def _gradient(term: Term, rate: float) -> int | None:
    """What the rate alone is still to multiply."""
    way = [*term.way, (term.node, term.factor)]
    return next((n for n, f in reversed(way) if abs(f + rate) <= SAME * abs(rate)), None)


def _fault_at(t: int, right: Any, update: Update) -> Fault:
    right = right if np.ndim(right) else float(right)
    return Fault(t, right, [(t, right)], update, None, "gradient_not_added")
