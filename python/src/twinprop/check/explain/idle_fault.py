"""What a weight or a bias that is never moved should have become, and where that is told."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate, seed_loss
from twinprop.check.align.recording import Graph, count, place, span_of
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.explain.around import forms
from twinprop.check.explain.table import Fault, is_near
from twinprop.check.explain.unmoved import before_output, holders_of, origin_of, trains_weights

LISTED = re.compile(r"[\[$@]")
NODES_AFTER = 200  # the updates looked at end where the first wrong one would be


def fault_of_idle(
    graph: Graph, alignment: Alignment, best: Reading, n: int, is_sure: bool, step: int = 0
) -> Fault | None:
    """What a weight that stays should have become; sure of a bias, or where an exercise asks."""
    view = alignment.views[step]
    moved = view.moved | {n}
    for m in sorted(before_output(graph, view)):
        if any(p in moved for p in graph.parents[m]):
            moved = moved | {m}
    wider = replace(view, moved=moved, forward=view.forward | (moved & before_output(graph, view)))
    seeds = seed_loss(graph, wider, best.family)
    adjoint = differentiate(graph, wider, seeds)[0] if seeds else {}
    if n not in adjoint or not np.any(adjoint[n]):
        return None
    delta = next((adjoint[u] for u in graph.users()[n] if u in wider.forward and u in adjoint), 0.0)
    shown = [adjoint[n], delta][: 2 if trains_weights(graph, view) else 1]
    shown = [g for g in shown if step == 0 or np.count_nonzero(g) > 1]
    if not is_sure and not any(_has_gradient(graph, view, g) for g in shown):
        return None  # weights that stay as they were drawn, while the last layer learns
    right = graph.value(n) - best.factors[step] * adjoint[n]
    near = _update_beside(graph, wider, n)
    lost = _lost_update(graph, view, n, right)
    node = near.u if lost is None else lost
    fault = Fault(node, right, [(n, right)], near, n, "never_updated", step=step)
    if lost is None:
        fault.told_at = _named_among_updates(graph, view, n)
        beside = fault.told_at >= 0 or _is_in_own_list(graph, view, n, near)
        fault.loop = None if beside else _loop_of_updates(graph, view, near.u)
    return fault


def _is_in_own_list(graph: Graph, view: View, n: int, near: Update) -> bool:
    """Whether a single number is in a list, and the updated value near it in none of that name."""
    own = holders_of(graph, [n]) if count(graph.shape[n]) == 1 else set()
    return bool(own) and not own & holders_of(graph, [view.step.first[near.k]])


def _named_among_updates(graph: Graph, view: View, n: int) -> int:
    """Where a value is given a name beside the updates of others, as it is; -1 if nowhere.

    Not where the list that it is in is written anew.
    """
    spans = [place(graph, c.u) for c in view.step.updates]
    lines = [span["line"] for span in spans]
    for name, site in zip(graph.names.get(n, ()), graph.bound.get(n, ()), strict=True):
        at = span_of(graph, site) if site >= 0 and not LISTED.search(name) else None
        if at is None or at["file"] != spans[0]["file"]:
            continue
        if min(lines) - 1 <= at["line"] <= max(lines) + 1:
            return site
    return -1


def _lost_update(graph: Graph, view: View, n: int, right: Any) -> int | None:
    """Where the right new value is made and not kept.

    Beside a bias of 0 a velocity is as large: what is made of the parameter itself comes first, and
    of a single number nothing else counts.
    """
    lost = [m for m in made_in_step(graph, view) if is_near(graph.value(m), right)]
    own = [m for m in lost if {n, origin_of(graph, n)} & set(graph.parents[m])]
    return next(iter(own or (lost if np.size(right) > 1 else [])), None)


def leave_gradient_out(graph: Graph, fault: Fault, made: int) -> Fault:
    """What is moved by the same number in all its elements: at the first such update."""
    first = fault.path[0][0]
    while first not in graph.parents[made]:
        made = graph.parents[made][0]
    path = [(made, fault.right)]
    return replace(fault, node=made, path=path, kind="gradient_left_out", loop=None)


def _update_beside(graph: Graph, view: View, n: int) -> Update:
    """The update of what is added to the same sum or product; of one number, of its list.

    Else that of the first weight, or the last bias.
    """
    updates = [(c, view.step.first[c.k]) for c in view.step.updates]
    lists = holders_of(graph, [n]) if count(graph.shape[n]) == 1 else set()
    numbers = [(c, first) for c, first in updates if count(graph.shape[first]) == 1]
    listed = [c for c, first in numbers if lists & holders_of(graph, [first])]
    beside = {p for u in graph.users()[n] if u in view.forward for p in _partners(graph, view, u)}
    added = [c for c, first in updates if first in beside]
    other = view.step.updates[0 if len(graph.shape[n]) == 2 else -1]
    return next(iter((*added, *listed)), other)


def _partners(graph: Graph, view: View, u: int) -> set[int]:
    """What stands in the product that a value makes, and what is added to it at once."""
    sums = [s for s in graph.users()[u] if s in view.forward and graph.op[s] == "add"]
    ways = [p for s in (u, *sums) for p in graph.parents[s]]
    return {origin_of(graph, p) if p not in view.cut else p for p in ways}


def made_in_step(graph: Graph, view: View) -> range:
    """The values of a step and of its updates."""
    return range(view.step.begin + 1, min(view.step.end + NODES_AFTER, graph.size))


def _has_gradient(graph: Graph, view: View, right: Any) -> bool:
    """Whether the program computes a derivative, and does nothing with it."""
    made = (m for m in made_in_step(graph, view) if graph.value(m) is not None)
    return any(is_multiple(graph, m, right) for m in made)


def is_multiple(graph: Graph, m: int, right: Any) -> bool:
    """Whether a value is as many times another as its first element is, turned or not."""
    value = graph.value(m)
    if value is None or np.size(value) != np.size(right) or np.size(right) < 2:
        return False
    made = ((form, ratio(value, form)) for form in forms(right, np.shape(value)))
    return any(f and is_near(value, f * form) for form, f in made)


def _loop_of_updates(graph: Graph, view: View, u: int) -> tuple[int, int] | None:
    """The place of an update, where more than one parameter is updated."""
    there = {c.k for c in view.step.updates if graph.line(c.u) == graph.line(u)}
    return (u, 0) if len(there) > 1 else None
