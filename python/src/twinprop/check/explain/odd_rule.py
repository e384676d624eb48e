"""One parameter that is moved by another rule than all others, which follow one that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import fit_adaptive, history_of
from twinprop.check.align.align import Alignment
from twinprop.check.align.directions import directions
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, row_fits, step_of
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault

FEWEST = 3
MOST = 12
DEEPEST_RULE = 12


def find_odd_rule(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The first update that the rule of all other parameters does not make.

    Told at the place where its expression is another than that of a parameter beside it.
    """
    if not FEWEST <= len(best.rows[0]) <= MOST:
        return None
    for row in sorted(best.rows[0], key=lambda r: -np.size(r.old)):
        rest = [[r for r in rows if r.k != row.k] for rows in best.rows]
        others = replace(best, rows=rest, rule={})
        if fit_adaptive(graph, alignment.views, others):
            return _fault_of(graph, alignment, best, others.rule, row.k)
    return None


def _fault_of(
    graph: Graph, alignment: Alignment, best: Reading, rule: dict[str, float], k: int
) -> Fault | None:
    form = {name: x for name, x in rule.items() if name not in ("name", "rate")}
    history = history_of(best, k)
    made = directions(str(rule["name"]), [g for g, _ in history], form)
    for s, ((_, row), d) in enumerate(zip(history, made, strict=True)):
        expected = rule["rate"] * d
        if row_fits(row, expected, step_of(row)):
            continue
        view = alignment.views[s]
        own = next(c for c in view.step.updates if c.k == k)
        right = graph.value(own.u) + step_of(row) - expected
        fault = Fault(own.u, right, [(own.u, right)], own, None, "rule_of_one", step=s)
        other = next(c for c in view.step.updates if c.k != k)
        ends = {r.source for r in best.rows[s]} | view.cut
        fault.told_at = graph.site[_find_other(graph, view, own.u, other.u, ends) or own.u]
        return fault
    return None


def _find_other(
    graph: Graph, view: View, a: int, b: int, ends: set[int | None], depth: int = 0
) -> int | None:
    """The value of which an operand is made in another way than that of a value beside it."""
    first, second = graph.args[a], graph.args[b]
    if graph.op[a] != graph.op[b] or len(first) != len(second):
        return a
    if not all(_are_alike(p, q, ends) for p, q in zip(first, second, strict=True)):
        return a
    for p, q in zip(first, second, strict=True):
        goes_on = isinstance(p, int) and p not in ends and p > view.step.begin
        if goes_on and depth < DEEPEST_RULE:
            found = _find_other(graph, view, p, q, ends, depth + 1)
            if found is not None:
                return a if found == p and graph.op[p] != graph.op[q] else found
    return None


def _are_alike(p: Any, q: Any, ends: set[int | None]) -> bool:
    """Whether both operands are the same number, or values, of which neither or both end here."""
    if isinstance(p, int) and isinstance(q, int):
        return (p in ends) == (q in ends)
    return bool(p == q)
