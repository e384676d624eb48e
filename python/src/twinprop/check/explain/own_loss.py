"""What the loss that a program computes has, and its gradient has not: weights, other labels, L1.

The gradient is the derivative of a loss that is known, so that it alone tells nothing. But where
the program's own loss is taken of the same output, its derivative there says what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.entropy import before_moves, squares_errors
from twinprop.check.align.losses import differentiate, find_input, seed_loss, shape_target
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.updates import touched_by
from twinprop.check.explain.decay import fault_of_decay
from twinprop.check.explain.inside import fault_inside
from twinprop.check.explain.network import owner_of
from twinprop.check.explain.table import Fault, is_near

SQUARES = ("pow", "square", "mul", "crossprod")
FROM_DATA = 2  # steps from what a loss takes to what that was made of
ENTROPIES = ("binary_cross_entropy", "cross_entropy")


def find_unlike_loss(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Weights of samples or soft labels of the loss that the error lacks, or L1 that became L2."""
    penalised = bool(best.decays or best.inside)
    single = all(len(v.pairs) == 1 for v in alignment.views)
    plain, squared = single and best.family in ENTROPIES, single and best.family == "squared_error"
    if alignment.asked or not (penalised or plain or squared):
        return None
    found, views = alignment.found, alignment.views
    steps = {view.step.begin: s for s, view in enumerate(views)}
    touched = touched_by(graph, found.owner)
    for ends in find_objectives(graph, found, touched, [view.step for view in views]):
        for end in ends:
            s = steps[end.step.begin]
            fault = _l1_as_l2(graph, alignment, best, end, s) if penalised else None
            if fault is None and plain:
                fault = _unlike_output(graph, views[s], best.family, end, s)
            if fault is None and squared:
                fault = _slope_too_many(graph, views[s], end, s)
            if fault is not None:
                return fault
    return None


def _unlike_output(graph: Graph, view: View, family: str, end: View, s: int) -> Fault | None:
    """The error without what the derivative of the program's own loss has at the output."""
    a, y = view.pairs[0]
    own = seed_loss(graph, view, family)
    target = shape_target(graph.operand(y), graph.shape[a])
    error = next((m for m in sorted(view.meets) if a in graph.parents[m]), -1)
    if own is None or len(own) != 1 or target is None or count(graph.shape[a]) < 2 or error < 0:
        return None
    (at, known), out = next(iter(own.items())), np.asarray(graph.value(a))
    theirs = _derivative_at(graph, end, at)
    if theirs is None or _is_multiple(theirs, known):
        return None
    for d in _data_of(graph, end, graph.shape[a]):
        if abs(np.sum(np.sign(d))) == np.size(d) and _is_multiple(theirs, d * known):
            right = graph.value(error) * np.abs(d)
            return _fault_of(graph, view, error, right, "weights", s)
        soft = _is_hard(target) and not _is_hard(d) and np.min(d) >= 0 and np.max(d) <= 1
        if soft and _is_multiple(theirs, _with_target(family, out, known, target, d)):
            sign = np.sign(ratio(graph.value(error), out - target))
            return _fault_of(graph, view, error, sign * (out - d), "soft_labels", s)
    return None


def _slope_too_many(graph: Graph, view: View, end: View, s: int) -> Fault | None:
    """The slope of an exponential that the loss of counts cancels: at its input it is mu - y."""
    a, y = view.pairs[0]
    z = find_input(graph, a, "exp")
    target = shape_target(graph.operand(y), graph.shape[a])
    if z is None or target is None or squares_errors(graph, view):
        return None
    error = np.reshape(graph.value(a) - target, graph.shape[z])
    if not _is_multiple(_derivative_at(graph, end, z), error):
        return None
    for n in sorted(view.after):
        nodes = [p for p in graph.args[n] if isinstance(p, int)]
        other = [p for p in nodes if p in view.after]
        whole = {before_moves(graph, p) for p in nodes}
        if graph.op[n] == "mul" and len(other) == 1 and a in whole:
            right, last = np.asarray(graph.value(other[0])), view.step.updates[-1]
            return Fault(n, right, [(n, right)], last, None, "slope_with_own_loss", step=s)
    return None


def _with_target(family: str, out: Any, known: Any, target: Any, d: Any) -> Any:
    """The derivative of a cross-entropy for another target, where that for one is known."""
    if is_near(known, out - target):
        return out - d
    return (out - d) / (out * (1 - out)) if family == "binary_cross_entropy" else -d / out


def _fault_of(graph: Graph, view: View, error: int, right: Any, kind: str, s: int) -> Fault:
    right = np.reshape(right, graph.shape[error])
    last = view.step.updates[-1]
    return Fault(error, right, [(error, right)], last, None, f"{kind}_left_out", step=s)


def _derivative_at(graph: Graph, end: View, at: int) -> Any:
    """The derivative of a loss at the value that a step has at a node, wherever it is made anew."""
    adjoint, _ = differentiate(graph, end, seed_loss(graph, end, "own") or {})
    value = np.ravel(graph.value(at))
    for n in sorted(adjoint):
        same = n in end.forward and n not in end.cut and count(graph.shape[n]) == len(value)
        if same and is_near(np.ravel(graph.value(n)), value):
            return np.reshape(adjoint[n], graph.shape[at])
    return None


def _data_of(graph: Graph, end: View, shape: tuple[int, ...]) -> Iterator[Any]:
    """What a loss is made of and no parameter makes: one number for each output, or each sample."""
    beside = {p for n in end.forward for p in graph.parents[n] if not end.touched[p]}
    for _ in range(FROM_DATA):
        beside |= {p for n in beside for p in graph.parents[n]}
    sizes = (count(shape), *(shape if len(shape) == 2 and shape[0] != shape[1] else ()))
    for p in sorted(n for n in beside if 1 < count(graph.shape[n]) in sizes):
        value = graph.value(p)
        if value is None or not np.isfinite(value).all():
            continue
        if np.size(value) == count(shape):
            yield np.reshape(value, shape)
        else:
            yield np.reshape(value, (-1, 1) if np.size(value) == shape[0] else (1, -1))


def _is_multiple(x: Any, y: Any) -> bool:
    r = ratio(x, y) if x is not None and np.shape(x) == np.shape(y) and np.any(y) else 0.0
    return bool(r) and is_near(x, r * np.asarray(y))


def _is_hard(target: Any) -> bool:
    return bool(np.isin(target, (0.0, 1.0)).all())


def _l1_as_l2(graph: Graph, alignment: Alignment, best: Reading, end: View, s: int) -> Fault | None:
    """A penalty of |w| in the loss, whose gradient has w in place of its sign."""
    owner = alignment.found.owner
    sizes = {owner_of(graph, owner, p) for p in _taken(graph, end, ("abs",))}
    squares = {owner_of(graph, owner, p) for p in _taken(graph, end, SQUARES)}
    for row in best.rows[s]:
        key = (s, row.k)
        if row.k not in sizes or row.k in squares or not np.any(row.old):
            continue
        if key in best.decays:
            off = best.decays[key] * (row.old - np.sign(row.old))
            return fault_of_decay(graph, alignment.views[s], row, off, s, "penalty_as_weight")
        fault = None
        if key in best.inside:
            fault = fault_inside(graph, alignment, s, row, 1.0, "penalty_as_weight")
        if fault is not None and _is_multiple(fault.right, row.old):
            right = ratio(fault.right, row.old) * np.sign(row.old)
            return replace(fault, right=right, path=[(fault.node, right)])
    return None


def _taken(graph: Graph, end: View, ops: tuple[str, ...]) -> Iterator[int]:
    """What some operations of a loss are taken of alone, or twice."""
    for n in end.forward:
        if graph.op[n] in ops and len(set(graph.parents[n])) == 1:
            yield graph.parents[n][0]
