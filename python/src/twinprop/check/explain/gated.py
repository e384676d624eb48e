"""Mistakes of updates that a comparison alone decides about, as a perceptron's do.

Each is told only where it explains every step that was looked at: other factors, as a rate of its
own for the bias has, are no mistakes.
"""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.thresholds import FALLING, RISING
from twinprop.check.align.trained import Update
from twinprop.check.explain.table import Fault, is_near

STEADY = 1e-6
FEWEST_STEPS = 2


def is_against_gates(alignment: Alignment, best: Reading) -> bool:
    """Whether comparisons decide about updates, and these do not do what they ask for."""
    return bool(alignment.found.gates) and not (best.is_right and min(best.factors) > 0)


def find_gated_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The first update that does not do what its condition asks for; None where none is known."""
    if len(best.rows) < FEWEST_STEPS:
        return None
    factors = {r.k: _factors(best, r.k) for r in best.rows[0]}
    for k, found in factors.items():
        s = _first_at_other_place(graph, alignment, k, found)
        if s is not None:
            return _at_update(graph, alignment, best, k, s, abs(found[s]), "gated_sign")
    right = [k for k, found in factors.items() if _is_steady(found) and found[0] > 0]
    turned = [k for k, found in factors.items() if _is_steady(found) and found[0] < 0]
    if len(turned) == len(factors) > 1 and _may_be_reversed(graph, alignment, turned[0]):
        return _at_condition(graph, alignment, turned[0])
    if len(turned) == len(factors) or (right and turned):
        size = abs(factors[turned[0]][0])
        return _at_update(graph, alignment, best, turned[0], 0, size, "gated_sign")
    size = factors[right[0]][0] if right else 0.0
    for k, found in factors.items():
        kind = "" if k in right else _name_mistake(graph, alignment, best, k, found, size)
        if kind:
            wrong = (s for s, f in enumerate(found) if abs(f - (size or abs(f))) > STEADY * abs(f))
            s = next(wrong, 0)
            return _at_update(graph, alignment, best, k, s, size or abs(found[0]), kind)
    return None


def _first_at_other_place(
    graph: Graph, alignment: Alignment, k: int, factors: list[float]
) -> int | None:
    """The first step that goes the wrong way, where one line always does and another never."""
    if not all(factors) or not _is_steady([abs(f) for f in factors]):
        return None
    owns = [_own_update(alignment, s, k) for s in range(len(factors))]
    sites = [graph.site[own.u] for own in owns]
    up = {x for x, f in zip(sites, factors, strict=True) if f > 0}
    down = {x for x, f in zip(sites, factors, strict=True) if f < 0}
    apart = up and down and not up & down
    return next(s for s, f in enumerate(factors) if f < 0) if apart else None


def _own_update(alignment: Alignment, s: int, k: int) -> Update:
    return next(c for c in alignment.views[s].step.updates if c.k == k)


def _factors(best: Reading, k: int) -> list[float]:
    """How far a parameter moved along what is asked for, in each step; 0 where it did not."""
    rows = [r for rows in best.rows for r in rows if r.k == k]
    return [_along(r) for r in rows]


def _along(row: Row) -> float:
    found = ratio(row.change, row.gradient)
    return found if is_near(np.asarray(row.change), found * np.asarray(row.gradient)) else 0.0


def _is_steady(factors: list[float]) -> bool:
    return factors[0] != 0 and np.ptp(factors) <= STEADY * abs(factors[0])


def _name_mistake(
    graph: Graph, alignment: Alignment, best: Reading, k: int, found: list[float], size: float
) -> str:
    """What is wrong about an update that goes neither along nor against what is asked for."""
    if all(found) and _is_steady([abs(f) for f in found]):
        return "label_left_out"
    rows = [r for rows in best.rows for r in rows if r.k == k]
    if not size:
        return ""
    if all(np.size(r.old) == 1 for r in rows):
        others = [[q for q in step if np.size(q.old) > 1] for step in best.rows]
        shares = (_is_times_input(r, q, size) for r, q in zip(rows, others, strict=True))
        return "bias_times_input" if all(shares) else ""
    off = [abs(f - size) > STEADY * size for f in found]
    views = zip(alignment.views, off, strict=True)
    other = all(_other_rows(graph, view, k) for view, is_off in views if is_off)
    return "gradient_of_other_input" if other else ""


def _is_times_input(row: Row, others: list[Row], size: float) -> bool:
    """Whether a bias moved as one of the weights beside it should."""
    goals = [x for q in others for x in np.ravel(size * np.asarray(q.gradient))]
    return any(is_near(np.ravel(row.change)[0], x) for x in goals)


def _other_rows(graph: Graph, view: View, k: int) -> bool:
    """Whether an update takes another part of the data than the output did."""
    own = next((c for c in view.step.updates if c.k == k), None)
    if own is None:
        return False
    taken = {n for n in _made_of(graph, view, own) if _is_part(graph, n)}
    seen = {p for n in view.forward for p in graph.parents[n] if _is_part(graph, p)}
    read = {_place_of(graph, n) for n in seen}
    wholes = {whole for whole, _ in read}
    size = max((np.size(graph.value(n)) for n in seen), default=0)
    return any(
        graph.parents[n][0] in wholes
        and np.size(graph.value(n)) == size
        and _place_of(graph, n) not in read
        for n in taken
    )


def _place_of(graph: Graph, n: int) -> tuple[int, tuple[int, ...]]:
    """Of what a value is a part, and which."""
    index = graph.movement(n)
    return graph.parents[n][0], () if index is None else tuple(index.tolist())


def _is_part(graph: Graph, n: int) -> bool:
    return graph.op[n] == "move" and len(graph.parents[n]) == 1 and graph.movement(n) is not None


def _made_of(graph: Graph, view: View, own: Update) -> set[int]:
    """What the change of an update is made of, data beside it too."""
    found: set[int] = set()
    stack = [t for t, sign in own.terms if sign]
    while stack:
        n = stack.pop()
        if n not in found and n not in view.cut:
            found.add(n)
            stack += graph.parents[n] if n > view.step.begin else []
    return found


def _may_be_reversed(graph: Graph, alignment: Alignment, k: int) -> bool:
    """Whether the comparison asks which of two is larger."""
    gate = _gate_of(alignment, k)
    return gate >= 0 and graph.spelled[gate] in (*RISING, *FALLING)


def _gate_of(alignment: Alignment, k: int) -> int:
    own = _own_update(alignment, 0, k)
    return next((t for t, sign in own.terms if not sign), -1)


def _at_condition(graph: Graph, alignment: Alignment, k: int) -> Fault:
    gate, own = _gate_of(alignment, k), _own_update(alignment, 0, k)
    right = 1.0 - graph.value(gate)
    return Fault(gate, right, [(gate, right)], own, None, "condition_reversed")


def _at_update(
    graph: Graph, alignment: Alignment, best: Reading, k: int, s: int, size: float, kind: str
) -> Fault:
    own = _own_update(alignment, s, k)
    row = next(r for r in best.rows[s] if r.k == k)
    wanted = row.old - size * row.gradient
    cells = np.arange(np.size(wanted)) if own.cells is None else list(own.cells)
    part = np.ravel(wanted)[cells]
    shape = graph.shape[own.u]
    right = np.reshape(part, shape) if shape else float(part[0])
    return Fault(own.u, right, [(own.u, right)], own, None, kind, step=s)
