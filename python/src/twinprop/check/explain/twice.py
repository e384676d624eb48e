"""A learning rate that is multiplied in twice, on the way back and again on the way to the update.

Every derivative is right then, and every step is as many times too small as the rate says. Told
only of one and the same number of the program: an equal one may mean something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, row_fits
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.swapped import is_called
from twinprop.check.explain.table import Fault

TWICE = 2
FARTHEST = 6  # products of plain numbers within one another
RULES = ("gradient_descent", "momentum")
GIVEN = ("constant", "leaf")  # as an argument of a function is, which has no name of its own


def find_rate_twice(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The first value that a rate is in which is in its update once more, in every step.

    Either in all updates, or in all those that are too small by that number, beside others.
    """
    if best.rule["name"] not in RULES:
        return None
    faults = [_in_step(graph, view, best, s) for s, view in enumerate(alignment.views)]
    return faults[0] if all(fault is not None for fault in faults) else None


def _in_step(graph: Graph, view: View, best: Reading, s: int) -> Fault | None:
    same = _same_numbers(graph, view)
    factors = {n: f for n in view.after if (f := _factors_of(graph, view, n, same))}
    for a in dict.fromkeys(a for n in sorted(factors) for a in factors[n]):
        rate = float(np.ravel(graph.value(a))[0])
        if rate == 1 or not _may_be_rate(graph, view, a, rate, same):
            continue
        times = _count_on_way(graph, view, factors, a)
        found = {c.u: _times_of(times, c) for c in view.step.updates}
        often = [c for c in view.step.updates if found[c.u] and min(found[c.u]) >= TWICE]
        others = [c for c in view.step.updates if found[c.u] == {1}]
        counts = _count_by_parameter(view, found)
        if not often or counts is None or not _is_too_often(best, s, rate, counts):
            continue
        rest = _way_of(graph, view, others)
        way = _way_of(graph, view, often) - rest
        made = {n for n in factors if a in factors[n]}
        odd = [c for c in view.step.updates if _is_within_update(graph, view, made, c)]
        if others and odd == often:
            return _fault_of_update(graph, rate, often[0])
        first = min(way & made)
        if graph.site[first] in {graph.site[n] for n in rest}:
            # The line is right for a layer above: what is handed down from there is multiplied.
            first = min(n for n in way if times.get(n, {0}) != {0})
        return _fault_at(graph, view, first, rate, often[-1])
    return None


def _count_by_parameter(view: View, found: dict[int, set[int]]) -> dict[int, int] | None:
    """How often a number is in the updates of each parameter; None where that is not one count."""
    counts: dict[int, set[int]] = {}
    for c in view.step.updates:
        counts.setdefault(c.k, set()).update(found[c.u] or {0})
    if any(len(own) != 1 or min(own) < 1 for own in counts.values()):
        return None
    return {k: min(own) for k, own in counts.items()}


def _is_too_often(best: Reading, s: int, rate: float, counts: dict[int, int]) -> bool:
    """Whether a rate is too often in some parameters: twice in all, or as others show."""
    least, most = min(counts.values()), max(counts.values())
    if best.is_fitting or least == most:
        return best.is_fitting and least == most == TWICE
    return least == 1 and any(
        all(row_fits(r, c * rate ** (counts[r.k] - 1) * r.gradient) for r in best.rows[s])
        for c in (best.factors[s] / rate**n for n in range(most))
    )


def _same_numbers(graph: Graph, view: View) -> dict[int, int]:
    """For each argument that is a number of the source the first that one call of a line made.

    A number that a call has twice, for two arguments, stays two.
    """
    made: dict[tuple[int, Any], list[int]] = {}
    for n in range(view.step.begin + 1, view.step.end):
        if graph.op[n] == "constant" and graph.site[n] >= 0 and graph.shape[n] == ():
            made.setdefault((graph.site[n], graph.value(n)), []).append(n)
    same: dict[int, int] = {}
    for own in made.values():
        line = graph.line(own[0])
        apart = (any(graph.line(n) != line for n in range(i, j)) for i, j in pairwise(own))
        same |= dict.fromkeys(own, own[0]) if all(apart) else {}
    return same


def _factors_of(graph: Graph, view: View, n: int, same: dict[int, int]) -> dict[int, int]:
    """The plain numbers that a value on the way back is multiplied by, and how often."""
    found: dict[int, int] = {}
    op, args = graph.op[n], graph.args[n]
    if op not in ("mul", "div") or len(args) != 2:
        return found
    for i, x in enumerate(args):
        other = args[1 - i]
        if isinstance(x, int) and isinstance(other, int) and other in view.after:
            for number, times in _split_number(graph, view, x):
                a = same.get(number, number)
                found[a] = found.get(a, 0) + (-times if op == "div" and i == 1 else times)
    return found


def _split_number(graph: Graph, view: View, x: int, depth: int = 0) -> Iterator[tuple[int, int]]:
    """A plain number that is made of no other, or has a name, and what it is a product of."""
    if plain_number(graph, view, x) is None:
        return
    if graph.names.get(x) or graph.op[x] in GIVEN:
        yield x, 1
    args = graph.args[x]
    if graph.op[x] in ("mul", "div") and x > view.step.begin and depth < FARTHEST:
        for i, p in enumerate(args):
            if isinstance(p, int):
                sign = -1 if graph.op[x] == "div" and i == 1 else 1
                for a, times in _split_number(graph, view, p, depth + 1):
                    yield a, sign * times


def _may_be_rate(graph: Graph, view: View, a: int, rate: float, same: dict[int, int]) -> bool:
    """Whether a number is none of the network's own, and no number of samples or one over it."""
    if any(same.get(p, p) == a for n in view.forward for p in graph.parents[n]):
        return False
    shapes = [graph.shape[out] for out, _ in view.pairs]
    counts = {k for shape in shapes for k in (*shape, count(shape))} | {len(shapes)}
    counted = any(abs(rate * k - 1) <= 1e-9 or rate == k for k in counts)
    return not counted or any(is_called(name, "rate") for name in graph.names.get(a, ()))


def _count_on_way(
    graph: Graph, view: View, factors: dict[int, dict[int, int]], a: int
) -> dict[int, set[int]]:
    """For each value on the way back how often a number is in it, by each way from the error."""
    times: dict[int, set[int]] = {}
    for n in sorted(view.after):
        inner = [times[p] for p in graph.parents[n] if p in times]
        before = {0} if n in view.meets or not inner else set().union(*inner)
        own = factors.get(n, {}).get(a, 0)
        times[n] = {t + own for t in before}
    return times


def _times_of(times: dict[int, set[int]], update: Update) -> set[int]:
    return set().union(*(times[t] for t, _ in update.terms if t in times))


def _way_of(graph: Graph, view: View, updates: list[Update]) -> set[int]:
    """The values on the way back to some updates."""
    seen: set[int] = set()
    stack = [t for c in updates for t, _ in c.terms]
    while stack:
        n = stack.pop()
        if n in view.after and n not in seen:
            seen.add(n)
            stack.extend(graph.parents[n])
    return seen


def _is_within_update(graph: Graph, view: View, made: set[int], update: Update) -> bool:
    """Whether one of some products is on the line of an update itself."""
    line = graph.line(update.u)
    return any(graph.line(n) == line for n in _way_of(graph, view, [update]) & made)


def _fault_of_update(graph: Graph, rate: float, update: Update) -> Fault:
    """An update that multiplies once more than the others, whose gradients have the rate."""
    old = graph.value(update.p)
    right: Any = old + (graph.value(update.u) - old) / rate
    return Fault(update.u, right, [(update.u, right)], update, None, "rate_twice")


def _fault_at(graph: Graph, view: View, n: int, rate: float, update: Update) -> Fault:
    """The value that its line has a name for: what is made of an error is a multiple of it."""
    line, m = graph.line(n), n
    while not graph.names.get(m):
        users = [u for u in graph.users()[m] if u in view.after]
        if len(users) != 1 or graph.line(users[0]) != line:
            m = n
            break
        m = users[0]
    right: Any = graph.value(m) / rate
    return Fault(m, right, [(m, right)], update, None, "rate_twice")
