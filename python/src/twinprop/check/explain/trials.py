"""A wrong value in every step looked at, and the values that its right formula is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import numbers_of
from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import Activation, find_activations
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import ratio
from twinprop.check.explain.around import (
    around_activation,
    around_parameter,
    as_rows,
    forms,
    same_numbers,
)
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.network import count_samples
from twinprop.check.explain.table import Fault, is_near


@dataclass
class Trial:
    """One step: their value, the right one, and what the formulas of edits may name."""

    theirs: Any
    right: Any
    factor: float
    names: dict[str, Any]
    others: list[dict[str, Any]]
    rates: list[float]
    turned: bool  # whether samples are columns in their value


@dataclass
class Place:
    """What a wrong value should be, so that it is found again in each step.

    `role` is slope, delta, error or change; `index` that of the activation or the parameter.
    A change with no factor is that of an update.
    """

    role: str
    index: int
    factor: float
    flipped: bool = False


def follow_fault(
    graph: Graph, alignment: Alignment, fault: Fault, s: int
) -> tuple[str, list[Trial]]:
    """The role of a wrong value, and a trial for each step in which it is found again.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was read into it.
    fault : Fault
        The wrong value.
    s : int
        The step in which it was found.

    Returns
    -------
    str
        slope, delta, error, change or nothing.
    list of Trial
        In order of time.
    """
    activations = find_activations(graph, alignment.views[s])
    place = find_place(graph, alignment, fault, s, activations)
    if place is None or alignment.best is None:
        return "", []
    trials = []
    for i, view in enumerate(alignment.views):
        known = activations if i == s else find_activations(graph, view)
        node = _twin(graph, alignment, fault, s, i)
        same = place.role == "change" or len(known) == len(activations)
        # A step in which nothing is wrong shows nothing.
        if node is None or all(alignment.best.good[i]) or not same:
            continue
        trial = _make_trial(graph, alignment, i, node, place, known)
        if trial is not None:
            trials.append(trial)
    return place.role, trials


def find_place(
    graph: Graph, alignment: Alignment, fault: Fault, s: int, activations: list[Activation]
) -> Place | None:
    """What a wrong value should be: a slope, a derivative before or after one, or a change."""
    best = alignment.best
    if best is None:
        return None
    adjoint, right, owner = best.adjoints[s], fault.right, alignment.found.owner
    if fault.node == fault.update.u:
        return Place("change", fault.update.k, 0.0)
    known = fault.wanted in owner or fault.wanted in alignment.views[s].cut
    slope = None if known else _slope_place(right, activations)
    if known or (fault.wanted is None and slope is None):
        k = fault.update.k if fault.wanted is None else owner.get(fault.wanted, fault.update.k)
        row = next((r for r in best.rows[s] if r.k == k), None)
        change = None if row is None else _place(right, row.gradient, "change", k)
        if known or change is not None:
            return change
    if slope is not None:
        return slope
    for role in ("delta", "error"):
        for j, x in enumerate(activations):
            n = x.z if role == "delta" else x.a
            if n in adjoint and _is_goal(adjoint, n, fault.wanted, right):
                found = _place(right, adjoint[n], role, j)
                if found is not None:
                    return found
    return None


def _slope_place(right: Any, activations: list[Activation]) -> Place | None:
    for j, x in enumerate(activations):
        if x.slope is not None and same_numbers(right, x.slope):
            return Place("slope", j, 1.0, not is_near(right, x.slope))
    return None


def _place(right: Any, base: Any, role: str, index: int) -> Place | None:
    f = factor_of(right, base)
    if not f:
        return None
    as_it_is = np.shape(base) == np.shape(right) and is_near(right, f * np.asarray(base))
    return Place(role, index, f, np.ndim(base) == 2 and np.ndim(right) == 2 and not as_it_is)


def _is_goal(adjoint: dict[int, Any], n: int, goal: int | None, right: Any) -> bool:
    """Whether a derivative is that of the goal, or of what differs from it by a sign or a bias."""
    if goal == n:
        return True
    if np.size(right) > 1:
        return factor_of(right, adjoint[n]) != 0
    return goal in adjoint and is_near(np.abs(adjoint[n]), np.abs(adjoint[goal]))


def factor_of(right: Any, base: Any) -> float:
    """The number that one value is of another everywhere; 0 if there is none."""
    for form in forms(base, np.shape(right)):
        f = ratio(right, form)
        if f and is_near(right, f * form):
            return f
    return 0.0


def _twin(graph: Graph, alignment: Alignment, fault: Fault, s: int, i: int) -> int | None:
    """The node of another step that was made at the same place of the program, as often."""
    if i == s:
        return fault.node
    here, there = alignment.views[s].step, alignment.views[i].step
    if fault.node == fault.update.u:
        own = [c.u for c in here.updates if c.k == fault.update.k]
        other = [c.u for c in there.updates if c.k == fault.update.k]
    else:
        own = _alike(graph, fault.node, here.begin, here.end)
        other = _alike(graph, fault.node, there.begin, there.end)
    # Counted from the end: a check before training belongs to the first step.
    after = len(own) - own.index(fault.node) if fault.node in own else 0
    return other[-after] if 0 < after <= len(other) else None


def _alike(graph: Graph, n: int, begin: int, end: int) -> list[int]:
    """Nodes of one place and operation; at the first step also what was made before training."""
    site, op = graph.site[n], graph.op[n]
    return [m for m in range(begin + 1, end + 1) if graph.site[m] == site and graph.op[m] == op]


def _make_trial(
    graph: Graph,
    alignment: Alignment,
    i: int,
    node: int,
    place: Place,
    activations: list[Activation],
) -> Trial | None:
    """A step in which the wrong value is at a node."""
    view, best = alignment.views[i], alignment.best
    assert best is not None
    around = [around_activation(graph, view, best.adjoints[i], x) for x in activations]
    theirs, factor = graph.value(node), place.factor
    if place.role == "change":
        row = next((r for r in best.rows[i] if r.k == place.index), None)
        if row is None or theirs is None:
            return None
        if not place.factor:
            theirs, factor = theirs - row.old, -best.factors[i]
        base: Any = row.gradient
        names, others = around_parameter(graph, alignment, i, place.index, around)
    else:
        x = activations[place.index]
        n = x.a if place.role == "error" else x.z
        base = x.slope if place.role == "slope" else best.adjoints[i].get(n)
        names, others = around[place.index], [o for k, o in enumerate(around) if k != place.index]
    if base is None or theirs is None or not np.isfinite(theirs).all():
        return None
    turned = in_columns(graph, view)
    whole = factor * np.asarray(base)
    right = next(forms(whole, np.shape(theirs)), whole)
    flipped = place.flipped and np.ndim(whole) == 2
    right = whole.T if flipped else right
    numbers = {"g": as_rows(base, turned), "samples": float(count_samples(graph, view))}
    rates = _rates(numbers_of(graph, view), best.factors[i], numbers["samples"])
    return Trial(theirs, right, factor, names | numbers, others, rates, turned != flipped)


def _rates(numbers: list[float], factor: float, samples: float) -> list[float]:
    """The numbers of the program that are its learning rate, if the loss is a sum or a mean."""
    shares = (factor, factor / 2, factor * samples, factor * samples / 2)
    return [x for x in numbers if any(abs(x - f) <= 1e-9 * abs(x) for f in shares)]
