"""Derivatives by nudging: differences of a loss that is computed twice, with a weight moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.nothing import is_made_zero
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.restored import MOST_NUDGE
from twinprop.check.align.steps import View, ancestors, look_at_step
from twinprop.check.align.trained import Parameters, Step

DEEPEST_ZEROS = 3  # operations from what is added to a weight to zeros of its shape


class Difference(NamedTuple):
    """Two losses taken from one another, and by how much which element of which weight moved."""

    node: int
    k: int
    cell: int
    moved: float


def find_nudged(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step]
) -> list[View] | None:
    """The steps that end at the losses whose differences they go by; None where one has none.

    What a weight was moved by is known, so the quotient of the two is its derivative.
    """
    views: list[View] = []
    for step in steps:
        whole = look_at_step(graph, found, touched, step)
        view = _end_at_losses(graph, whole) if _list_pairs(graph, whole) else None
        if view is None:
            return None
        views.append(view)
    return views or None


def list_differences(graph: Graph, view: View) -> list[Difference]:
    """The differences of losses in a step between which one number alone was moved."""
    nudges = _find_nudges(graph, view)
    points: dict[int, dict[int, Any] | None] = {}
    found = []
    for n in _list_pairs(graph, view):
        pair = [points.setdefault(a, _point(graph, view, nudges, a)) for a in graph.args[n]]
        if pair[0] is None or pair[1] is None:
            continue
        moved = [(k, np.ravel(d)) for k, d in _between(pair[0], pair[1])]
        cells = [(k, int(i), float(d[i])) for k, d in moved for i in np.flatnonzero(d)]
        if len(cells) == 1:
            found.append(Difference(n, *cells[0]))
    return found


def _between(one: dict[int, Any], other: dict[int, Any]) -> Iterator[tuple[int, Any]]:
    for k in dict.fromkeys([*one, *other]):
        yield k, np.subtract(one.get(k, 0.0), other.get(k, 0.0))


def _list_pairs(graph: Graph, view: View) -> list[int]:
    """The differences of two numbers that were made at one place, both of them of weights."""
    found = []
    for n in sorted(view.cone & view.moved):
        args = graph.args[n]
        if graph.op[n] != "sub" or len(args) != 2 or count(graph.shape[n]) != 1:
            continue
        if not all(isinstance(a, int) and a in view.moved for a in args):
            continue
        same = graph.op[args[0]] == graph.op[args[1]] and graph.site[args[0]] == graph.site[args[1]]
        if same and graph.site[args[0]] >= 0:
            found.append(n)
    return found


def _find_nudges(graph: Graph, view: View) -> dict[int, tuple[int, Any]]:
    """The versions of weights that were moved a little: of which, and by how much."""
    firsts = {n: k for k, n in view.step.first.items()}
    nudges: dict[int, tuple[int, Any]] = {n: (k, 0.0) for n, k in firsts.items()}
    for n in sorted(view.moved - nudges.keys()):
        parents = graph.parents[n]
        base = parents[0] if parents and parents[0] in nudges else None
        if base is None and graph.op[n] == "add" and parents and parents[-1] in nudges:
            base = parents[-1]
        if base is None or graph.shape[base] != graph.shape[n]:
            continue
        added = graph.op[n] in ("add", "sub") and not any(
            _is_of_weights(graph, view, p) for p in parents if p != base
        )
        copied = graph.op[n] == "move" and (len(parents) == 2 or graph.keeps_order(n))
        k = nudges[base][0]
        by = np.subtract(graph.value(n), graph.value(view.step.first[k]))
        if (added or copied) and np.max(np.abs(by)) <= MOST_NUDGE:
            nudges[n] = (k, by)
    return nudges


def _is_of_weights(graph: Graph, view: View, n: int) -> bool:
    """Whether a value hangs on weights, not on zeros of their shape as in replace(w * 0, k, h)."""
    level = [n]
    for _ in range(DEEPEST_ZEROS):
        level = [m for m in level if m in view.moved and not is_made_zero(graph, m)]
        if any(m in view.step.first.values() for m in level):
            return True
        level = list(dict.fromkeys(p for m in level for p in graph.parents[m]))
    return bool(level)


def _point(
    graph: Graph, view: View, nudges: dict[int, tuple[int, Any]], loss: int
) -> dict[int, Any] | None:
    """By how much each weight was moved where a loss was computed; None where that is not one."""
    at: dict[int, Any] = {}
    nodes: dict[int, int] = {}
    seen: set[int] = set()
    stack = [loss]
    while stack:
        n = stack.pop()
        if n in seen or n not in view.moved:
            continue
        seen.add(n)
        if n in nudges:
            k, by = nudges[n]
            if nodes.setdefault(k, n) != n:
                return None
            at[k] = by
        else:
            stack.extend(graph.parents[n])
    return at


def _end_at_losses(graph: Graph, view: View) -> View | None:
    differences = list_differences(graph, view)
    if not differences:
        return None
    measured: dict[int, Any] = {
        n: np.zeros(graph.shape[n]) if graph.shape[n] else 0.0 for n in view.step.first.values()
    }
    for d in differences:
        n, slope = view.step.first[d.k], float(np.ravel(graph.value(d.node))[0]) / d.moved
        if graph.shape[n]:
            measured[n].flat[d.cell] = slope
        else:
            measured[n] = slope
    losses = list(dict.fromkeys(a for d in differences for a in graph.args[d.node]))
    forward = ancestors(graph, losses, view) & view.moved
    after = {n for n in view.cone & view.moved if n not in forward | view.cut}
    share = 1 / len(losses)
    return replace(
        view,
        pairs=[(n, [0.0]) for n in losses],
        meets={d.node for d in differences},
        forward=forward,
        after=after,
        given={n: np.full(graph.shape[n], share) if graph.shape[n] else share for n in losses},
        measured=measured,
    )
