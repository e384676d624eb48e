"""Derivatives by differences that are none: the wrong distance, a weight left moved or left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate
from twinprop.check.align.nudged import Difference, list_differences
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import plain_number, take_apart
from twinprop.check.explain.table import Fault

SAME = 1e-6


def find_nudge_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """What is wrong about the differences that a training goes by; None where nothing is."""
    if not all(view.measured for view in alignment.views):
        return None
    differences = [list_differences(graph, view) for view in alignment.views]
    return (
        _turned_round(graph, alignment.views[0], best, differences[0])
        or _wrong_distance(graph, alignment, differences[0])
        or _left_moved(graph, alignment.views[0], differences[0])
        or _left_out(graph, alignment, best, differences)
    )


def _turned_round(
    graph: Graph, view: View, best: Reading, differences: list[Difference]
) -> Fault | None:
    """Every difference is taken the wrong way round, and its update subtracts as it should."""
    last = view.step.updates[-1]
    turned = all(d.moved < 0 for d in differences) and graph.op[last.u] == "sub"
    if not turned or max(best.factors) >= 0 or best.rule["name"] != "gradient_descent":
        return None
    n = next(d.node for d in differences if d.k == last.k)
    right = -graph.value(n)
    return Fault(n, right, [(n, right)], last, None, "wrong_sign")


def _wrong_distance(
    graph: Graph, alignment: Alignment, differences: list[Difference]
) -> Fault | None:
    """A difference over 2 h that is divided by h, or the other way round; all of them alike."""
    view = alignment.views[0]
    shares = [_share(graph, view, d) for d in differences]
    for off in (0.5, 2.0):
        if all(share is not None and abs(share / off - 1) < SAME for share in shares):
            update = next(c for c in view.step.updates if c.k == differences[0].k)
            if _is_made_up_for(graph, alignment, update):
                return None
            n = graph.users()[differences[0].node][0]
            right = graph.value(n) * off
            return Fault(n, right, [(n, right)], update, None, "difference_divided")
    return None


def _share(graph: Graph, view: View, d: Difference) -> float | None:
    """What a difference is divided by, as a share of the distance; None where it is not clear."""
    n, by = d.node, 1.0
    while True:
        users = [u for u in graph.users()[n] if u in view.cone]
        if len(users) != 1 or graph.op[users[0]] not in ("mul", "div"):
            break
        if graph.op[users[0]] == "mul":
            if graph.line(users[0]) == graph.line(d.node):
                return None  # the rate may be a part of it
            break
        number = plain_number(graph, view, graph.args[users[0]][1])
        if number is None:
            return None
        n, by = users[0], by * number
    return None if n == d.node else abs(by / d.moved)


def _is_made_up_for(graph: Graph, alignment: Alignment, update: Update) -> bool:
    """Whether an update halves or doubles the slope, and has a rate besides."""
    parts = take_apart(graph, alignment.views[0], alignment.found.owner, update)
    for term in parts.terms:
        factors = [f for _, f in term.way] + [term.factor]
        numbers = {abs(b / a) for a, b in pairwise(factors)} - {1.0}
        if len(numbers) > 1 and numbers & {0.5, 2.0}:
            return True
    return False


def _left_moved(graph: Graph, view: View, differences: list[Difference]) -> Fault | None:
    """A weight that is not set back before it is updated."""
    least = 0.1 * min(abs(d.moved) for d in differences)
    for c in view.step.updates:
        if c.p in graph.bases:
            right = graph.value(graph.bases[c.p])
            if np.max(np.abs(np.subtract(graph.value(c.p), right))) > least:
                return Fault(c.p, right, [(c.p, right)], c, None, "weight_left_moved")
    return None


def _left_out(
    graph: Graph, alignment: Alignment, best: Reading, differences: list[list[Difference]]
) -> Fault | None:
    """An element for which no step takes a difference, though the loss depends on it."""
    view = alignment.views[0]
    asked = [{(d.k, d.cell) for d in found} for found in differences]
    slopes, _ = differentiate(graph, replace(view, measured={}), dict(view.given or {}))
    for c in view.step.updates:
        n = view.step.first[c.k]
        slope = np.ravel(slopes.get(n, 0.0))
        moving = [int(i) for i in np.flatnonzero(slope)]
        missed = [i for i in moving if not any((c.k, i) in s for s in asked)]
        if c.cells is not None or not missed or len(missed) == slope.size:
            continue
        right = np.array(graph.value(c.u))
        right.flat[missed] -= best.factors[0] * slope[missed]
        fault = Fault(c.u, right, [(c.u, right)], c, None, "difference_left_out")
        last = [d.node for d in differences[0] if d.k == c.k][-1]
        fault.told_at, fault.loop = graph.site[last], (last, 0)
        return fault
    return None
