"""A minimiser of a library's: whether its gradient is the derivative of what it minimises.

Elsewhere the loss that is shown may be another multiple of the one that is trained by, or be
without the penalty: a rate makes up for that. Here both have to be of one function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate, seed_loss
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import CLOSE, Reading, read_rows
from twinprop.check.align.steps import View
from twinprop.check.align.updates import touched_by
from twinprop.check.explain.table import Fault

FEWEST_ELEMENTS = 3
FEWEST_NUMBERS = 4  # in all steps
MOST_TIMES = 20


class Both(NamedTuple):
    """In one step the gradient that was given, the derivative, and how far rounding takes them."""

    view: View
    given: Any
    right: Any
    old: Any
    lost: float


def is_minimised(graph: Graph, views: Sequence[View]) -> bool:
    """Whether a minimiser takes the steps, and the program gives it gradients alone."""
    made = (u for view in views for c in view.step.updates for u in graph.users()[c.u])
    return any(graph.op[u] == "handed" for u in made)


def find_unlike_gradient(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A gradient that is right but for a number, or for the penalty, where a minimiser takes it."""
    if not is_minimised(graph, alignment.views):
        return None
    found: Fault | None = None
    touched = touched_by(graph, alignment.found.owner)
    steps = [view.step for view in alignment.views]
    for views in find_objectives(graph, alignment.found, touched, steps):
        looked = [_look_at_both(graph, alignment, view) for view in views]
        steps_seen = [both for both in looked if both is not None]
        if len(steps_seen) < len(looked) or sum(b.right.size for b in steps_seen) < FEWEST_NUMBERS:
            continue
        if all(_fits(b, 1.0, 0.0) for b in steps_seen):
            return None
        if found is None:
            shown = _shown_by(steps_seen)
            is_known = best.family != "own" and best.is_right and best.factors[0] > 0
            found = _unlike(graph, steps_seen, shown, is_known)
            if found is not None:
                ends = [step.end for step in steps]
                found.step = ends.index(steps_seen[shown].view.step.end)
                _tell_without_penalty(graph, found, alignment.views[found.step])
    return found


def _look_at_both(graph: Graph, alignment: Alignment, view: View) -> Both | None:
    """The two in a step that ends at what is minimised; None where one of them is not known."""
    seeds = seed_loss(graph, view, "own")
    adjoint, stopped = ({}, "") if seeds is None else differentiate(graph, view, seeds)
    rows = [] if stopped is not None else read_rows(graph, view, alignment.found.owner, adjoint)
    if len(rows) != 1 or len(view.step.updates) != 1 or np.size(rows[0].whole) < FEWEST_ELEMENTS:
        return None
    u = view.step.updates[0].u
    given = graph.operand(graph.args[u][1])
    if given is None or np.ndim(given) != 1 or np.shape(given) != np.shape(rows[0].gradient):
        return None
    return Both(view, given, rows[0].gradient, rows[0].old, rows[0].lost)


def _shown_by(steps: list[Both]) -> int:
    """The first step that shows a penalty: where all weights are 0 it is nothing."""
    return next((i for i, b in enumerate(steps) if np.any(b.old)), 0)


def _unlike(graph: Graph, steps: list[Both], i: int, is_loss: bool) -> Fault | None:
    """One multiple of the derivative in every step, or beside it one multiple of some weights.

    Where the loss that the gradient belongs to is known, the other sign is that of the function.
    """
    shown = steps[i]
    some = [given / right for given, right in zip(shown.given, shown.right, strict=True) if right]
    both = np.stack([shown.right, shown.old], 1)
    (whole, _), *_ = np.linalg.lstsq(both, shown.given, rcond=None)
    for times in (1.0, *some[:MOST_TIMES], float(whole)):
        share = _share_beside(shown, times)
        if times and all(_fits(b, times, share) for b in steps):
            turned = times < 0 and is_loss
            return _upside_down(graph, shown) if turned else _told(graph, shown, times)
    return None


def _bound(both: Both) -> float:
    return CLOSE * float(np.max(np.abs(both.right))) + both.lost


def _share_beside(both: Both, times: float) -> float:
    """Of weights how much the gradient has beside a multiple of the derivative."""
    left = both.given - times * both.right
    cells = (np.abs(left) > _bound(both)) & (both.old != 0)
    return float(np.median(left[cells] / both.old[cells])) if cells.any() else 0.0


def _fits(both: Both, times: float, share: float) -> bool:
    left, bound = both.given - times * both.right, _bound(both)
    beside = np.abs(left - share * both.old) <= bound
    return bool(np.all(beside | (np.abs(left) <= bound)))


def _upside_down(graph: Graph, both: Both) -> Fault:
    """What is minimised is the opposite of the loss that the gradient belongs to."""
    n = both.view.pairs[0][0]
    right = -graph.value(n)
    return Fault(n, right, [(n, right)], both.view.step.updates[0], None, "minimised_upside_down")


def _told(graph: Graph, both: Both, times: float) -> Fault:
    update = both.view.step.updates[0]
    n = graph.args[update.u][1]
    kind = "wrong_sign" if times < 0 else "gradient_of_multiple"
    kind = "penalty_in_one" if abs(times - 1) <= CLOSE else kind
    return Fault(n, both.right, [(n, both.right)], update, None, kind)


def _tell_without_penalty(graph: Graph, fault: Fault, view: View) -> None:
    """Told where the program makes the gradient, which may be a matrix until it is handed over.

    If more than its penalty is wrong, then where that is not yet added.
    """
    n, u = fault.node, fault.update.u
    if n != graph.args[u][1]:
        return
    made = graph.parents[n][0] if graph.site[n] == graph.site[u] else n
    while fault.kind != "penalty_in_one" and _joins(graph, made):
        same = [p for p in graph.parents[made] if graph.shape[p] == graph.shape[made]]
        own = [p for p in same if p in view.after]
        if len(own) != 1:
            break
        made = own[0]
    if made != n:
        fault.told_at = graph.site[made]


def _joins(graph: Graph, n: int) -> bool:
    """Whether a value is a sum, or another one into which a part was put."""
    return graph.op[n] in ("add", "sub") or (graph.op[n] == "move" and len(graph.parents[n]) == 2)
