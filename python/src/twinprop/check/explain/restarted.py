"""What a rule keeps of its past, set back to 0 in the middle of a training that goes on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Step, Update
from twinprop.check.explain.loops import depth_of, end_of_loop, find_loop
from twinprop.check.explain.moments import find_means, own_updates
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 3
FEWEST_RESTARTS = 2  # of sums and velocities, whose steps tell nothing else
DEEPEST_WAY = 5
SAME_RATE = 1e-3
CONDITION = re.compile(r"\W*(?:if|else|elif)\b")


class Kept(NamedTuple):
    """A mean or a sum that goes on from step to step, and where it is in each step."""

    k: int
    share: float  # of the past
    is_square: bool
    way: tuple[int, ...]  # from it to its past, as places of operands
    nodes: list[int]  # one for each step; -1 where it is not found


class Restart(NamedTuple):
    """The step in which something is 0 again that was not, and what it is then."""

    s: int
    kept: Kept
    past: int


def find_restarted_state(
    graph: Graph, alignment: Alignment, best: Reading, sources: Sequence[str]
) -> Fault | None:
    """Means that begin anew while their steps are counted on, or sums and velocities that do again.

    The parameters go on from where they are: a new training begins rightly with nothing.
    """
    begins = [view.step.begin for view in alignment.views[:2]]
    if len(best.rows) < FEWEST_STEPS or begins != [x.begin for x in alignment.steps[:2]]:
        return None
    kept = list(_find_kept(graph, alignment, best))
    found = list(_find_restarts(graph, alignment.steps, kept))
    if not found or not _is_set_in_passing(graph, found[0], sources):
        return None
    kinds = {x.is_square for x in kept}
    if best.rule["name"] == "momentum":
        is_known = kinds == {False} and _is_set_in_loop(graph, found, sources)
    elif any(x.share == 1 for x in kept):
        is_known = kinds == {True} and _is_at_one_rate(graph, alignment.steps, found)
        is_known = is_known and _is_set_in_loop(graph, found, sources)
    else:
        both = kinds == {True, False}
        is_known = both and all(_is_counted_on(graph, alignment.steps[r.s], kept) for r in found)
    return _fault_of(graph, alignment, found) if is_known else None


def _find_kept(graph: Graph, alignment: Alignment, best: Reading) -> Iterator[Kept]:
    """What the second step goes on with, and what is made at the same places in all others."""
    view = alignment.views[1]
    at: dict[int, list[list[int]]] = {}
    for update in _updates_with_past(view, best):
        for mean in find_means(graph, view, update):
            site = graph.site[mean.node]
            if site not in at:
                at[site] = _nodes_at(graph, alignment.steps, site, graph.op[mean.node])
            own, way = at[site][1], _way_to(graph, mean.node, mean.past)
            if way is not None and mean.node in own:
                i = own.index(mean.node)
                nodes = [made[i] if len(made) == len(own) else -1 for made in at[site]]
                yield Kept(update.k, mean.share, mean.is_square, way, nodes)


def _updates_with_past(view: View, best: Reading) -> list[Update]:
    """The updates of the second step by a rule with a past, of which momentum is one."""
    if best.rule["name"] != "momentum":
        return [update for update, _ in own_updates(view, best.rows[1])]
    counts = Counter(c.k for c in view.step.updates)
    return [c for c in view.step.updates if counts[c.k] == 1]


def _nodes_at(graph: Graph, steps: list[Step], site: int, op: str) -> list[list[int]]:
    """What each step makes at a place of the program."""
    nodes = [n for n in range(graph.size) if graph.site[n] == site and graph.op[n] == op]
    return [[n for n in nodes if step.begin < n <= step.end] for step in steps]


def _way_to(graph: Graph, n: int, past: int, depth: int = 0) -> tuple[int, ...] | None:
    """The places of the operands by which a value is made of another; None if it is not."""
    if n == past:
        return ()
    for i, a in enumerate(graph.args[n] if depth < DEEPEST_WAY else ()):
        if isinstance(a, int) and a >= past:
            way = _way_to(graph, a, past, depth + 1)
            if way is not None:
                return (i, *way)
    return None


def _past_of(graph: Graph, n: int, way: tuple[int, ...]) -> int:
    for i in way:
        a = graph.args[n][i] if i < len(graph.args[n]) else None
        if not isinstance(a, int):
            return -1
        n = a
    return n


def _find_restarts(graph: Graph, steps: list[Step], kept: list[Kept]) -> Iterator[Restart]:
    """The steps in which all that is kept is 0, though the step before has left something."""
    for s in range(2, len(steps)):
        begun: list[Restart] = []
        for x in kept:
            before, n = x.nodes[s - 1], x.nodes[s]
            left = graph.value(before) if before >= 0 else None
            past = _past_of(graph, n, x.way) if n >= 0 else -1
            value = graph.value(past) if past >= 0 else None
            if left is None or value is None or (np.any(left) and np.any(value)):
                begun = []
                break
            if np.any(left):
                begun.append(Restart(s, x, past))
        if begun and _go_on(graph, steps[s - 1], steps[s]):
            yield begun[0]


def _go_on(graph: Graph, before: Step, step: Step) -> bool:
    """Whether all parameters of a step are what the step before has left."""
    return set(before.last) == set(step.first) and all(
        graph.value(n) is not None and np.array_equal(graph.value(before.last[k]), graph.value(n))
        for k, n in step.first.items()
    )


def _is_counted_on(graph: Graph, step: Step, kept: list[Kept]) -> bool:
    """Whether the start is corrected as of a later step: of shares to the power of its number."""
    shares = {round(x.share, 12) for x in kept}
    counts = []
    for n in range(step.begin + 1, step.end + 1):
        if graph.op[n] == "pow" and len(graph.args[n]) == 2:
            base, power = (graph.operand(a) for a in graph.args[n])
            single = base is not None and power is not None and np.size(base) == np.size(power) == 1
            if single and round(float(np.ravel(base)[0]), 12) in shares:
                counts.append(float(np.ravel(power)[0]))
    return bool(counts) and min(counts) >= FEWEST_STEPS


def _is_at_one_rate(graph: Graph, steps: list[Step], found: list[Restart]) -> bool:
    """Whether sums of squares begin anew with steps as long as that with which they began."""
    rates = [_largest_step(graph, steps[r.s]) for r in found] + [_largest_step(graph, steps[0])]
    return max(rates) - min(rates) <= SAME_RATE * max(rates)


def _is_set_in_loop(graph: Graph, found: list[Restart], sources: Sequence[str]) -> bool:
    """Whether what is kept begins anew again and again in a loop of the text, at one place."""
    places = {_place_of(graph, r.past) for r in found}
    if len(found) < FEWEST_RESTARTS or len(places) > 1 or places == {-1}:
        return False
    own = span_of(graph, places.pop())
    added = span_of(graph, graph.site[found[0].kept.nodes[found[0].s]])
    lines = sources[own["file"]].split("\n")
    loop = find_loop(lines, own["line"])
    inside = loop is not None and loop < added["line"] <= end_of_loop(lines, loop)
    return inside and own["file"] == added["file"] and own["line"] < added["line"]


def _largest_step(graph: Graph, step: Step) -> float:
    """How far the parameters of a step go at most: the rate, where a sum has only this step."""
    most = 0.0
    for k, n in step.first.items():
        old, new = graph.value(n), graph.value(step.last[k])
        if old is not None and new is not None and np.shape(old) == np.shape(new):
            most = max(most, float(np.max(np.abs(new - old))))
    return most


def _is_set_in_passing(graph: Graph, restart: Restart, sources: Sequence[str]) -> bool:
    """Whether something is 0 again at a line that no condition stands before."""
    site = _place_of(graph, restart.past)
    span = span_of(graph, site) if site >= 0 else {"file": 0, "line": 0}
    lines = sources[span["file"]].split("\n")
    loop = find_loop(lines, span["line"])
    if site < 0 or loop is None:
        return site >= 0
    own = lines[span["line"] - 1]
    above = (text for text in lines[loop : span["line"] - 1] if depth_of(text) < depth_of(own))
    return not any(CONDITION.match(text) for text in (*above, own))


def _place_of(graph: Graph, n: int) -> int:
    """The site at which a value has got its name last, or was made; -1 for none."""
    return next((x for x in [*graph.bound.get(n, ())[-1:], graph.site[n]] if x >= 0), -1)


def _fault_of(graph: Graph, alignment: Alignment, found: list[Restart]) -> Fault:
    s, kept, past = found[0]
    n = kept.nodes[s]
    right: Any = graph.value(n) + kept.share * graph.value(kept.nodes[s - 1])
    update = next(c for c in alignment.views[0].step.updates if c.k == kept.k)
    fault = Fault(n, right, [(n, right)], update, None, "state_set_back")
    fault.told_at, fault.seen_in = _place_of(graph, past), [r.s for r in found]
    return fault
