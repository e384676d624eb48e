"""What two programs are, before any of their numbers is compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.explain.network import count_samples
from twinprop.check.port.forward import redo
from twinprop.check.port.graphs import ancestors
from twinprop.check.port.training import Parameter, Training, fits

SHARED = 0.5  # of the values of one program's data, where it is the same data


def sizes(t: Training) -> list[str]:
    """The shapes of a training's parameters, in words."""
    return [" x ".join(str(k) for k in p.shape) or "1" for p in t.parameters]


def odd_parameter(a: Training, b: Training) -> tuple[Parameter | None, Parameter | None]:
    """The first parameter that has no counterpart, and what stands in its place."""
    left = list(b.parameters)
    for p in a.parameters:
        found = next((q for q in left if fits(p, q)), None)
        if found is None:
            return p, left[0] if left else None
        left.remove(found)
    return None, left[0] if left else None


def samples(t: Training) -> int | None:
    """How many samples the first step takes; None where outputs were not found."""
    views = t.alignment.views
    return count_samples(t.graph, views[0]) if views and views[0].pairs else None


def taken_at(t: Training, rows: int) -> int:
    """The node at which the samples of the first step are taken from the data."""
    view = t.alignment.views[0]
    graph = t.graph
    cone = ancestors(graph, [a for a, _ in view.pairs])
    moves = []
    for n in cone:
        if graph.op[n] == "move" and n not in view.moved and len(graph.shape[n]) == 2:
            whole = max(count(graph.shape[p]) for p in graph.parents[n])
            if rows in graph.shape[n] and count(graph.shape[n]) < whole:
                moves.append(n)
    return moves[-1] if moves else view.pairs[0][0]


def share_of_data(a: Training, b: Training) -> float | None:
    """How many of the numbers that A learns from are among B's; None where that is not known."""
    mine, theirs = data_values(a), data_values(b)
    if len(mine) < 4 or len(theirs) < 4:
        return None
    return len(np.intersect1d(mine, theirs)) / min(len(mine), len(theirs))


def data_values(t: Training) -> np.ndarray:
    """The numbers that the first step's updates are made of and that no generator drew."""
    graph: Graph = t.graph
    ends = [c.u for c in t.steps[0].updates][:50]
    drawn = set(graph.header["random"])
    found: list[Any] = []
    roots = {r for p in t.parameters for r in p.roots}
    for n in ancestors(graph, ends):
        value = graph.value(n)
        if any(p in drawn for p in graph.parents[n]):
            drawn.add(n)
        if n in drawn or n in roots or value is None or np.size(value) < 2:
            continue
        if graph.parents[n] and redo(graph, n, {}) is not None:
            continue
        found.append(np.ravel(np.asarray(value, dtype=np.float64)))
    numbers = np.unique(np.round(np.concatenate(found), 9)) if found else np.zeros(0)
    return numbers[(numbers != 0) & (numbers != 1)]
