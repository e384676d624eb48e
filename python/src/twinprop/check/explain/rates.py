"""A learning rate that falls faster than its formula says: what is divided is divided again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.updates import origin, plain_number
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 4
MOST_VALUES = 400
FEWEST_LINKS = 3
FAR = 6  # operations from a rate to an update
SAME = 1e-6


def find_compounded_rate(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A rate that falls from what it has fallen to: from step to step, or now and then."""
    return _divided_in_steps(graph, alignment, best) or _divided_now_and_then(graph, alignment)


def _divided_in_steps(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
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


def _divided_now_and_then(graph: Graph, alignment: Alignment) -> Fault | None:
    """A number that one place divides again and again, as at the end of each epoch.

    By 1 + k t or by b^t, with t one more each time: these are for the first rate.
    """
    for nodes in _list_chains(graph, alignment.views[0]):
        first = _operand_of_chain(graph, nodes)
        values = [first, *(float(np.ravel(graph.value(n))[0]) for n in nodes)]
        if min(values) <= 0 or not _falls_more_and_more([a / b for a, b in pairwise(values)]):
            continue
        j = next(i for i, x in enumerate(values) if x != first)  # a count may begin with 0
        n, right = nodes[j], first * values[j + 1] / values[j]
        steps = [s for s, step in enumerate(alignment.steps) if step.updates[-1].u > n]
        if steps and _leads_to_update(graph, alignment, n):
            update = alignment.views[0].step.updates[0]
            fault = Fault(n, right, [(n, right)], update, None, "rate_compounded")
            fault.seen_in, fault.told_at = steps, graph.site[n]
            return fault
    return None


def _list_chains(graph: Graph, view: View) -> Iterator[list[int]]:
    """The single numbers that a place makes of the number that it has made the time before."""
    chains: dict[int, list[int]] = {}
    for n in range(graph.size):
        site = graph.site[n]
        if site < 0 or graph.op[n] not in ("div", "mul") or count(graph.shape[n]) != 1:
            continue
        if not view.touched[n] and (site not in chains or chains[site][-1] in _made_of(graph, n)):
            chains.setdefault(site, []).append(n)
    yield from (nodes for nodes in chains.values() if len(nodes) >= FEWEST_LINKS)


def _made_of(graph: Graph, n: int) -> list[int]:
    """The operands of a value, as they were before they were copied; -1 for a literal."""
    return [origin(graph, a) if isinstance(a, int) else -1 for a in graph.args[n]]


def _operand_of_chain(graph: Graph, nodes: list[int]) -> float:
    """What the first number of a chain is made of, where the others are made of that before."""
    i = _made_of(graph, nodes[1]).index(nodes[0])
    value = graph.operand(graph.args[nodes[0]][i])
    return 0.0 if value is None else float(np.ravel(value)[0])


def _falls_more_and_more(times: list[float]) -> bool:
    """Whether divisors are 1 + k t or b^t for t = 1, 2, 3, or for t = 0, 1, 2."""
    for x in ([t - 1 for t in times], [float(np.log(t)) for t in times]):
        k = x[1] - x[0]
        begins = abs(x[0]) <= SAME * k or abs(x[0] - k) <= SAME * k
        if k > SAME and begins and all(abs(b - a - k) <= SAME * k for a, b in pairwise(x)):
            return True
    return False


def _leads_to_update(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether an update is made with a number."""
    updates = {c.u for step in alignment.steps for c in step.updates}
    seen: set[int] = set()
    level = [n]
    for _ in range(FAR):
        level = [u for m in level for u in graph.users()[m] if u not in seen]
        seen.update(level)
        if seen & updates:
            return True
    return False
