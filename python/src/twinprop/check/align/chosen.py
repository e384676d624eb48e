"""The steps of a training that are looked at: whole ones, of the kind that updates most."""

from __future__ import annotations

from collections import Counter

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.signs import is_held
from twinprop.check.align.trained import Parameters, Step, whole_kinds

FEW_STEPS = 3


def main_steps(graph: Graph, found: Parameters, steps: list[Step]) -> list[Step]:
    """The whole steps of the network with most parameters.

    Left out are steps that are cut off, that run from one network into the next, and those in
    which two parameters begin with one value.
    """
    counts = Counter(frozenset(step.first) for step in steps)
    kinds = whole_kinds(steps)
    best = max(kinds, key=lambda k: (len(k), counts[k]))
    best = _lasting_kind(graph, steps, counts, best)
    whole = [s for s in steps if frozenset(s.first) == best]
    clear = [s for s in whole if all(found.owner.get(v) == k for k, v in s.first.items())]
    return clear or whole


def _lasting_kind(
    graph: Graph, steps: list[Step], counts: Counter[frozenset[int]], best: frozenset[int]
) -> frozenset[int]:
    """The kind of step itself, or one that goes on without the weights of units that are always 0.

    Such a step makes its updates at the very same places, so that it is not cut off.
    """
    places: dict[frozenset[int], set[int]] = {}
    for step in steps:
        places.setdefault(frozenset(step.first), {graph.site[c.u] for c in step.updates})
    rest = [k for k in counts if k < best and counts[k] >= FEW_STEPS and places[k] == places[best]]
    return max(rest, key=len) if counts[best] < FEW_STEPS and rest else best


def finite_steps(graph: Graph, steps: list[Step]) -> list[Step]:
    """The steps before the first whose parameters are no numbers any more; all if that is none."""
    for i, step in enumerate(steps):
        values = (graph.value(c.u) for c in step.updates)
        if not all(v is None or np.isfinite(v).all() for v in values):
            return steps[:i] or steps
    return steps


def moving_steps(graph: Graph, steps: list[Step]) -> list[Step]:
    """The steps that move a parameter; all if none does.

    A perceptron that is right about a sample stays as it is, which shows nothing. Rprop may hold
    all numbers for one step, which belongs to its rule.
    """
    return [
        s for s in steps if any(_moves(graph, c.u, c.p) or is_held(graph, c) for c in s.updates)
    ] or steps


def _moves(graph: Graph, new: int, old: int) -> bool:
    return not np.array_equal(graph.value(new), graph.value(old))
