"""Nesterov's look ahead gone wrong: the derivative is taken behind the parameter, or at it."""

from __future__ import annotations

from collections.abc import Container
from itertools import takewhile

import numpy as np

from twinprop.check.align.align import Alignment, prepare_step
from twinprop.check.align.networks import STEPS_LOOKED_AT
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Term, origin, split_linear, take_apart, touched_by
from twinprop.check.explain.table import Fault


def find_reversed_look(graph: Graph, alignment: Alignment) -> Fault | None:
    """A share of the last step is taken away to look ahead, and added to move, or vice versa."""
    owner, faults = alignment.found.owner, []
    for s, view in enumerate(_views_with_past(graph, alignment), start=1):
        for update in view.step.updates:
            past = take_apart(graph, view, owner, update).past
            turned = _find_turned(graph, view, owner, update, past)
            if turned is None:
                return None
            n, off = turned
            right = graph.value(n) + off
            fault = Fault(n, right, [(n, right)], update, None, "look_reversed")
            if s < len(alignment.views):
                fault.step = s
            else:
                fault.seen_in = [s]
            faults.append(fault)
    return min(faults, key=lambda f: f.node, default=None)


def _views_with_past(graph: Graph, alignment: Alignment) -> list[View]:
    """The steps after the first, those after it where it is the only one that was looked at."""
    views, found = alignment.views, alignment.found
    if len(views) > 1:
        return views[1:]
    touched = touched_by(graph, found.owner)
    later = [step for step in alignment.steps if step.begin > views[0].step.begin]
    made = [prepare_step(graph, found, touched, step, 0) for step in later[:STEPS_LOOKED_AT]]
    return [view for view in made if view is not None] if all(made) else []


def find_unused_look(graph: Graph, alignment: Alignment) -> Fault | None:
    """A look ahead that nothing is made of, beside a derivative at the parameter itself."""
    owner, faults = alignment.found.owner, []
    for s, view in enumerate(alignment.views[1:], start=1):
        for update in view.step.updates:
            parts = take_apart(graph, view, owner, update)
            look = _find_unused(graph, view, update, parts.past)
            if look < 0 or not parts.terms:
                return None
            old, right = graph.value(update.p), graph.value(look)
            fault = Fault(update.p, right, [(update.p, right)], update, None, "look_unused", step=s)
            fault.told_at = _given_back_at(graph, parts.terms[0])
            if fault.told_at < 0:
                first = min(n for n in view.forward if update.p in graph.parents[n])
                fault.told_at = graph.site[first]
            faults += [fault] if np.any(old != right) else []
    return faults[0] if faults else None


def _find_unused(graph: Graph, view: View, update: Update, past: list[Term]) -> int:
    """What a step makes of a parameter and a share of its last step, and uses nowhere; or -1."""
    shares = {t.node: t.factor for t in past}
    for n in range(view.step.begin + 1, update.u):
        if graph.op[n] not in ("add", "sub") or graph.users()[n]:
            continue
        inner = split_linear(graph, view, n) or []
        own = [m for f, m in inner if f == 1 and origin(graph, m) == update.p]
        other = [(f, m) for f, m in inner if origin(graph, m) != update.p]
        if len(own) == 1 and len(other) == 1:
            share, m = _without_share(graph, view, *other[0], shares)
            if m in shares and share * shares[m] > 0:
                return n
    return -1


def _without_share(
    graph: Graph, view: View, share: float, m: int, ends: Container[int]
) -> tuple[float, int]:
    """What a value is a multiple of, where the last step is reached, and how many times it."""
    while m not in ends and (more := split_linear(graph, view, m)) and len(more) == 1:
        share, m = share * more[0][0], more[0][1]
    return share, m


def _given_back_at(graph: Graph, term: Term) -> int:
    """The site at which the gradient that a function has made gets its name; -1 for none."""
    way = [m for m, _ in reversed(term.way)]
    for n in (term.node, *takewhile(lambda m: graph.op[m] not in ("add", "sub"), way)):
        own = graph.line(n)
        sites = (x for x in graph.bound.get(n, ()) if x >= 0 and span_of(graph, x)["line"] != own)
        site = next(sites, -1)
        if site >= 0:
            return site
    return -1


def _find_turned(
    graph: Graph, view: View, owner: dict[int, int], update: Update, past: list[Term]
) -> tuple[int, object] | None:
    """Where the derivative is taken, and how far that is from where it should be taken."""
    shares = {t.node: t.factor for t in past}
    for n in sorted(view.forward):
        inner = split_linear(graph, view, n) if graph.op[n] in ("add", "sub") else None
        if inner is None or len(inner) != 2 or (1.0, update.p) not in inner:
            continue
        other = next(t for t in inner if t != (1.0, update.p))
        share, m = _without_share(graph, view, *other, shares)
        if m in shares and share * shares[m] < 0 and owner.get(update.p) == update.k:
            return n, -2 * share * graph.value(m)
    return None
