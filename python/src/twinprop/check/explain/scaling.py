"""Data that were standardised in the wrong direction: over each sample instead of each column."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.operations import reduced_axis
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.rows import find_rows
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.table import Fault

FARTHEST = 4  # turns between what a network is given and the table that was standardised
OTHER_UNITS = 10.0  # columns of which one is so many times another are no shares of one quantity


def find_wrong_scaling(graph: Graph, alignment: Alignment) -> Fault | None:
    """Data whose mean was taken over the columns of a sample, which are different quantities.

    Or whose columns each lost the means of all. The first is certain where the spread was taken
    over the samples, or where columns differ in size so much that their mean says nothing.
    """
    view = alignment.views[0]
    x = first_data(graph, view, view.pairs[0][0])
    if x is None:
        return None
    for table, samples in _tables(graph, view, x):
        scaled = _find_scaled_turned(graph, table, samples)
        if scaled is not None and _are_of_other_units(graph.value(graph.parents[scaled][0]), 1):
            right = _standardised(graph.value(graph.parents[scaled][0]))
            path, update = [(scaled, right)], view.step.updates[0]
            return Fault(scaled, right, path, update, None, "standardised_by_sample")
        for n in _way_of(graph, table):
            mean = _taken_away(graph, n)
            if mean is None:
                continue
            axis, data = reduced_axis(graph, mean), graph.value(graph.parents[mean][0])
            if axis is None or np.ndim(data) != 2:
                continue
            if axis % 2 == samples:
                if _runs_down_columns(graph, n, data, samples):
                    return _fault(graph, view, n, n, samples, "standardised_down_columns")
                continue
            if _spread_axis(graph, n, mean) == samples or _are_of_other_units(data, samples):
                return _fault(graph, view, mean, n, samples, "standardised_by_sample")
    return None


def _find_scaled_turned(graph: Graph, n: int, samples: int) -> int | None:
    """Where R's scale(), which takes columns, was given a table whose columns are the samples."""
    for _ in range(FARTHEST):
        parents, own = graph.parents[n], graph.shape[n]
        if len(parents) != 1 or len(own) != 2:
            return None
        if graph.op[n] == "scale":
            return n if samples == 1 else None
        shape: Any = graph.shape[parents[0]]
        index: Any = graph.movement(n)
        whole = np.arange(count(own)).reshape(own[::-1]).T.ravel()
        if graph.op[n] != "move" or shape != own[::-1] or not np.array_equal(index, whole):
            return None
        n, samples = parents[0], 1 - samples
    return None


def _standardised(data: np.ndarray) -> np.ndarray:
    """A table with a quantity in each row, each without its mean, divided by its spread."""
    spread = data.std(axis=1, ddof=1, keepdims=True)
    made: np.ndarray = (data - data.mean(axis=1, keepdims=True)) / spread
    return made


def _fault(graph: Graph, view: View, node: int, n: int, samples: int, kind: str) -> Fault:
    """Of a difference that should be without the mean of each column."""
    data = np.asarray(graph.operand(graph.args[n][0]))
    right = data - data.mean(axis=samples, keepdims=True)
    return Fault(node, right, [(n, right)], view.step.updates[0], None, kind)


def _runs_down_columns(graph: Graph, n: int, data: np.ndarray, samples: int) -> bool:
    """Whether the means of the columns were recycled down each of them, as R does with a vector."""
    taken = graph.operand(graph.args[n][1])
    means = data.mean(axis=samples, keepdims=True)
    down = np.resize(means, data.size).reshape(data.shape, order="F")
    if np.shape(taken) != data.shape or np.allclose(down, np.broadcast_to(means, data.shape)):
        return False
    return bool(np.allclose(taken, down))


def _tables(graph: Graph, view: View, x: int) -> list[tuple[int, int]]:
    """The data and the tables that they were taken out of, with the axis of their samples."""
    axis = 1 if in_columns(graph, view) else 0
    own = [(x, axis)] if len(graph.shape[x]) == 2 else []
    return own + [(r.table, r.axis) for r in find_rows(graph, x, axis)]


def _way_of(graph: Graph, n: int) -> list[int]:
    """A table before it was divided and lessened, as far as it kept its shape."""
    way = [n]
    while len(way) < 6 and graph.op[n] in ("sub", "div", "mul", "add", "neg"):
        same = [p for p in graph.parents[n] if graph.shape[p] == graph.shape[n]]
        if not same:
            break
        n = same[0]  # R spreads the second to the same shape
        way.append(n)
    return way


def _taken_away(graph: Graph, n: int) -> int | None:
    """The mean that was taken away from what it is the mean of."""
    args = graph.args[n]
    if graph.op[n] != "sub" or len(args) != 2 or not all(isinstance(a, int) for a in args):
        return None
    mean = _unmoved(graph, args[1])
    of = graph.parents[mean]
    return mean if graph.op[mean] == "mean" and of and of[0] == args[0] else None


def _unmoved(graph: Graph, n: int) -> int:
    for _ in range(4):
        parents = set(graph.parents[n])
        if graph.op[n] != "move" or len(parents) != 1:
            break
        n = parents.pop()
    return n


def _spread_axis(graph: Graph, n: int, mean: int) -> int | None:
    """The axis over which the spread was taken that a difference is divided by."""
    data = graph.parents[mean][0]
    for u in graph.users()[n]:
        if graph.op[u] == "div" and len(graph.parents[u]) == 2:
            spread = _unmoved(graph, graph.parents[u][1])
            if graph.op[spread] != "mean" and graph.parents[spread][:1] in ([data], [n]):
                return reduced_axis(graph, spread)
    return None


def _are_of_other_units(data: np.ndarray, samples: int) -> bool:
    sizes = np.abs(np.median(data, axis=samples))
    return bool(sizes.min() * OTHER_UNITS < sizes.max())
