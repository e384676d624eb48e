"""Rprop gone wrong: what its sign is compared with, and how its steps grow and end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.adaptive import numbers_of, rule_nodes
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row
from twinprop.check.align.signs import USUAL, find_factors, takes_sign
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.explain.moments import own_updates
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 3
FAR = 4
FACTORS_ALIKE = 1e-6
LARGEST_FACTOR = 3.0
COMPARISONS = (">", "<", ">=", "<=", "==")
TURNS = (-1.0, 0.0, 1.0)  # what the product of two signs is compared with
# Of what grows the smaller one is taken, of what shrinks the larger one.
BOUNDS = {"minimum": "shrunk_to_bound", "maximum": "grown_to_bound"}


class Bounded(NamedTuple):
    """The other one of a multiple of a step and its bound, the bound, and what may multiply."""

    right: Any
    limit: float
    numbers: set[float]
    is_beyond: bool  # whether the bound is what was taken, for all numbers


def find_signed_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A gradient whose sign is compared with itself, or steps that go to a bound at once."""
    name = best.rule["name"]
    if name not in ("unknown", "rprop") or len(best.rows) < FEWEST_STEPS:
        return None
    # A known rule whose steps were seen to shrink compares another sign.
    compared = name == "unknown" or not _has_turned(best)
    itself = _compared_with_itself(graph, alignment, best) if compared else None
    return itself or _at_bound(graph, alignment, best) or _exchanged(graph, alignment, best)


def _has_turned(best: Reading) -> bool:
    """Whether the sign of a gradient is another than in the step before."""
    return any(
        np.any(np.less(r.gradient * q.gradient, 0))
        for before, rows in pairwise(best.rows)
        for r, q in zip(before, rows, strict=False)
        if np.shape(r.gradient) == np.shape(q.gradient)
    )


def _signed_updates(graph: Graph, view: View, rows: list[Row]) -> list[tuple[Update, Row]]:
    """The updates of a step by the sign of a gradient, and what they did."""
    users = graph.users()
    return [
        (update, row)
        for update, row in own_updates(view, rows)
        if row.source is not None and any(takes_sign(graph, u) for u in users[row.source])
    ]


def _compared_with_itself(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The product of a gradient with itself, whose sign decides in every step after the first."""
    found: list[Fault] = []
    for s in range(1, len(best.rows)):
        view, before = alignment.views[s], {r.k: r for r in best.rows[s - 1]}
        products = list(_compared_products(graph, view))
        if not products or any(a != b for _, a, b in products):
            return None
        for update, row in _signed_updates(graph, view, best.rows[s]):
            n = next((n for n, a, _ in products if _is_gradient(graph, a, row)), None)
            if n is None or row.k not in before:
                return None
            right = before[row.k].change * row.change
            if any(takes_sign(graph, p) for p in graph.parents[n]):
                right = np.sign(right)
            fault = Fault(n, right, [(n, right)], update, None, "sign_with_itself", step=s)
            fault.told_at = _copied_at(graph, n)
            found.append(fault)
    return found[0] if found else None


def _compared_products(graph: Graph, view: View) -> Iterator[tuple[int, int, int]]:
    """The products whose sign is asked for in a step, and of which two values each is made."""
    for n in range(view.step.begin + 1, view.step.end + 1):
        args = graph.args[n]
        if graph.op[n] == "mul" and len(args) == 2 and all(isinstance(a, int) for a in args):
            a, b = (_without_sign(graph, view, m) for m in args)
            if a in view.after and view.touched[b] and _is_compared(graph, n):
                yield n, a, b


def _without_sign(graph: Graph, view: View, n: int) -> int:
    """What a sign is of, or a copy, where it is made in this step."""
    for _ in range(FAR):
        whole = graph.op[n] == "move" and len(graph.parents[n]) == 1 and graph.keeps_order(n)
        if n <= view.step.begin or not (takes_sign(graph, n) or whole):
            break
        n = graph.parents[n][0]
    return n


def _is_compared(graph: Graph, n: int) -> bool:
    """Whether it is asked if a value, or its sign, is above or below 0."""
    users = graph.users()
    signs = [u for u in users[n] if takes_sign(graph, u)]
    for m in (n, *signs):
        for u in users[m]:
            others = [graph.operand(a) for a in graph.args[u] if a != m]
            if graph.op[u] == "flat" and graph.spelled[u] in COMPARISONS and len(others) == 1:
                number = others[0]
                if number is not None and np.size(number) == 1 and float(number) in TURNS:
                    return True
    return False


def _is_gradient(graph: Graph, n: int, row: Row) -> bool:
    """Whether a value is the gradient that moves a parameter, which may be held in parts."""
    assert row.source is not None
    value, moves = graph.value(n), graph.value(row.source)
    if np.shape(value) != np.shape(moves) or not np.any(moves):
        return False
    return bool(np.all(np.equal(moves, value) | np.equal(moves, 0)))


def _copied_at(graph: Graph, n: int) -> int:
    """The place of the copy of a gradient that is made before its product; -1 for none."""
    a, b = graph.parents[n]
    copies = [m for m in (a, b) if graph.op[m] == "move"]
    return graph.site[copies[0]] if a != b and len(copies) == 1 else -1


def _at_bound(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The wrong one of a step and its bound, where one place of the program takes one."""
    places: dict[int, list[tuple[Fault, Bounded]]] = {}
    for s, (view, rows) in enumerate(zip(alignment.views, best.rows, strict=True)):
        for update, _ in _signed_updates(graph, view, rows):
            for n in sorted(rule_nodes(graph, view, update.u, update.p)):
                found = _read_bounded(graph, n) if graph.op[n] in BOUNDS else None
                if found is not None:
                    right, kind = found.right, BOUNDS[graph.op[n]]
                    fault = Fault(n, right, [(n, right)], update, None, kind, step=s)
                    places.setdefault(graph.site[n], []).append((fault, found))
    for taken in places.values():
        fault, first = taken[0]
        numbers = first.numbers.intersection(*(t.numbers for _, t in taken))
        shrinks = fault.kind == BOUNDS["minimum"]
        one_way = all(0 < x < 1 if shrinks else x > 1 for x in numbers)
        alike = {t.limit for _, t in taken} == {first.limit}
        if first.is_beyond and numbers and one_way and alike and _are_several(taken):
            return fault
    return None


def _exchanged(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Steps that shrink while the sign of the gradient stays, and grow where it turns.

    Told where the factors of both are chosen, or a step is multiplied by that of alike signs.
    """
    # Where no sign has turned yet the other factor is that which the program has.
    larger = [x for x in numbers_of(graph, alignment.views[1]) if 1 < x <= LARGEST_FACTOR]
    other = larger[0] if len(larger) == 1 else USUAL
    unknown = best.rule["name"] == "unknown"
    factors = find_factors(best, len(best.rows), other) if unknown else None
    if factors is None or not factors[0] < 1 < factors[1]:
        return None
    alike, turned = factors
    for s in range(1, len(best.rows)):
        view = alignment.views[s]
        for update, _ in _signed_updates(graph, view, best.rows[s]):
            for n in sorted(rule_nodes(graph, view, update.u, update.p)):
                value = graph.value(n)
                if value is None or not np.size(value):
                    continue
                chosen = np.isclose(value, alike, FACTORS_ALIKE, 0)
                others = np.isclose(value, turned, FACTORS_ALIKE, 0) | np.equal(value, 1)
                if np.all(chosen | others) and np.any(chosen):
                    right = np.where(chosen, turned, np.where(np.equal(value, 1), 1.0, alike))
                elif graph.op[n] == "mul" and _multiplies(graph, n, alike):
                    right = value * (turned / alike)
                else:
                    continue
                return Fault(n, right, [(n, right)], update, None, "factors_exchanged", step=s)
    return None


def _multiplies(graph: Graph, n: int, number: float) -> bool:
    """Whether a value is made by multiplying by a number."""
    values = [graph.operand(a) for a in graph.args[n]]
    single = [float(np.ravel(x)[0]) for x in values if x is not None and np.size(x) == 1]
    return any(abs(x - number) <= FACTORS_ALIKE * number for x in single)


def _are_several(taken: list[tuple[Fault, Bounded]]) -> bool:
    """Whether more than one number was bounded: of one it is not known which factor is its step."""
    return sum(np.size(fault.right) for fault, _ in taken) > 1


def _read_bounded(graph: Graph, n: int) -> Bounded | None:
    """What a value is the smaller or the larger one of, where the one of them is a product."""
    args = graph.args[n]
    for product, bound in (args, args[::-1]) if len(args) == 2 else ():
        least = graph.operand(bound)
        if not isinstance(product, int) or graph.op[product] != "mul":
            continue
        made = graph.value(product)
        if least is None or np.size(least) != 1 or not np.size(made):
            continue
        limit = float(np.ravel(least)[0])
        values = [graph.operand(a) for a in graph.args[product]]
        numbers = {float(np.ravel(x)[0]) for x in values if x is not None and np.size(x) == 1}
        if graph.op[n] == "minimum":
            return Bounded(np.maximum(made, limit), limit, numbers, bool(np.all(made > limit)))
        return Bounded(np.minimum(made, limit), limit, numbers, bool(np.all(made < limit)))
    return None
