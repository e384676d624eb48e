"""Parameters that are moved by another rule than all others, which follow one that is known."""

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

    It is of one parameter, or of all that one expression moves, if their rule lacks the root. Told
    at the place where the expression is another than that of a parameter beside it.
    """
    if not FEWEST <= len(best.rows[0]) <= MOST:
        return None
    for row in sorted(best.rows[0], key=lambda r: -np.size(r.old)):
        rule = _rule_of(graph, alignment, best, [r.k for r in best.rows[0] if r.k != row.k])
        if rule:
            return _fault_of(graph, alignment, best, rule, [row.k], "rule_of_one")
    for ks in _moved_together(graph, alignment.views[0]):
        rule = _rule_of(graph, alignment, best, [r.k for r in best.rows[0] if r.k not in ks])
        if rule and not rule["no_root"] and _rule_of(graph, alignment, best, ks).get("no_root"):
            return _fault_of(graph, alignment, best, rule, ks, "root_left_out")
    return None


def _moved_together(graph: Graph, view: View) -> list[list[int]]:
    """The parameters that each expression moves, where several expressions move several."""
    together: dict[int, list[int]] = {}
    for c in view.step.updates:
        together.setdefault(graph.site[c.u], []).append(c.k)
    return list(together.values()) if len(together) > 1 else []


def _rule_of(graph: Graph, alignment: Alignment, best: Reading, ks: list[int]) -> dict[str, Any]:
    """The adaptive rule that some parameters keep, empty where there is none."""
    own = [[r for r in rows if r.k in ks] for rows in best.rows]
    reading = replace(best, rows=own, rule={})
    known = bool(ks) and fit_adaptive(graph, alignment.views, reading)
    return reading.rule if known else {}


def _fault_of(
    graph: Graph,
    alignment: Alignment,
    best: Reading,
    rule: dict[str, Any],
    ks: list[int],
    kind: str,
) -> Fault | None:
    k = ks[0]
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
        fault = Fault(own.u, right, [(own.u, right)], own, None, kind, step=s)
        other = next(c for c in view.step.updates if c.k not in ks)
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
