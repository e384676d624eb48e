"""A learning rate that falls faster than its formula says: what is divided is divided again."""

from __future__ import annotations

from itertools import pairwise

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 4
MOST_VALUES = 400


def find_compounded_rate(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A rate that is divided by 1 + k t where the rate of the step before stands, not the first.

    The quotients of the rates of two steps are then 1 + k t themselves, which grow; of a rate
    r / (1 + k t) they become smaller.
    """
    rates = best.factors
    if len(rates) < FEWEST_STEPS or min(rates) <= 0:
        return None
    falls = [a / b - 1 for a, b in pairwise(rates)]
    k = falls[1] - falls[0]
    if k <= 1e-7 or any(abs(b - a - k) > 1e-3 * k for a, b in pairwise(falls)):
        return None
    t = falls[0] / k  # of the second step looked at
    if abs(t - round(t)) > 1e-3 or not 1 <= round(t) <= 2:
        return None
    last = len(rates) - 1
    for n, value in sorted(_numbers_in(graph, alignment.views[last])):  # the rate before its parts
        before = [m for m, _ in _numbers_in(graph, alignment.views[last - 1])]
        same = [m for m in before if graph.site[m] == graph.site[n]]
        if graph.line(n) and any(
            abs(graph.value(m) / value * rates[last] / rates[last - 1] - 1) < 1e-9 for m in same
        ):
            right = value * rates[0] / rates[last] / (1 + k * (round(t) + last - 1))
            update = alignment.views[last].step.updates[0]
            return Fault(n, right, [(n, right)], update, None, "rate_compounded", step=last)
    return None


def _numbers_in(graph: Graph, view: View) -> list[tuple[int, float]]:
    """The plain numbers that the first update of a step is made with, and what they are made of."""
    found: dict[int, float] = {}
    seen: set[int] = set()
    stack = [view.step.updates[0].u]
    while stack and len(seen) < MOST_VALUES:
        n = stack.pop()
        if n in seen or n in view.forward or n in view.meets:
            continue
        seen.add(n)
        for a in graph.args[n]:
            number = plain_number(graph, view, a)
            if isinstance(a, int) and number is not None and graph.parents[a]:
                found.setdefault(a, number)
        stack.extend(p for p in graph.parents[n] if p > view.step.begin)
    return list(found.items())
