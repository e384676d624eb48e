"""Data that were standardised in the wrong direction, or all columns as if they were one."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.operations import reduced_axis
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.rows import find_rows
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.scaled_rows import (
    are_apart,
    are_of_different_kinds,
    find_standardised_rows,
)
from twinprop.check.explain.table import Fault

FARTHEST = 4  # turns between what a network is given and the table that was standardised
LONGEST_WAY = 6
MOST_PARTS = 60
MOST_UNITS = 30  # columns; more are those of a picture or a signal, some of which may be 0
OTHER_SPREADS = 5.0  # columns of which one varies so many times as much share no spread
OTHER_UNITS = 10.0  # columns of which one is so many times another are no shares of one quantity


def find_wrong_scaling(graph: Graph, alignment: Alignment) -> Fault | None:
    """Data whose mean was taken over the columns of a sample, which are different quantities.

    Or whose columns each met the numbers of all. The first is certain where the spread was taken
    over the samples, or where columns differ in size so much that their mean says nothing.
    """
    view = alignment.views[0]
    x = first_data(graph, view, view.pairs[0][0])
    if x is None:
        return None
    for table, samples in _tables(graph, view, x):
        alone = find_standardised_rows(graph, view, table, samples)
        if alone is not None:
            return alone
        scaled = _find_scaled_turned(graph, table, samples)
        if scaled is not None and _are_of_other_units(graph.value(graph.parents[scaled][0]), 1):
            right = _standardised(graph.value(graph.parents[scaled][0]))
            path, update = [(scaled, right)], view.step.updates[0]
            return Fault(scaled, right, path, update, None, "standardised_by_sample")
        for n, axis in _way_of(graph, table, samples):
            fault = _find_down_columns(graph, view, n, axis)
            fault = fault or _fault_of_mean(graph, view, n, axis, table)
            if fault is not None:
                return fault
    return None


def _fault_of_mean(graph: Graph, view: View, n: int, samples: int, table: int) -> Fault | None:
    """A mean that is taken away in the wrong direction, or of everything at once."""
    mean = _taken_away(graph, n)
    data = None if mean is None else graph.value(graph.parents[mean][0])
    if mean is None or data is None or np.ndim(data) != 2:
        return None
    axis = reduced_axis(graph, mean)
    if axis is None:
        made, kinds = graph.value(table), are_of_different_kinds(data, samples)
        apart = kinds and np.shape(made) == np.shape(data) and are_apart(made, samples)
        if count(graph.shape[mean]) == 1 and apart and _are_of_other_units(data, samples):
            return _fault(graph, view, n, n, samples, "standardised_as_one")
        return None
    spread = _spread_of(graph, n, mean)
    if axis % 2 == samples:
        is_one = spread is not None and count(graph.shape[spread]) == 1
        if spread is None or not is_one or not _are_of_other_spreads(data, samples):
            return None
        return _fault(graph, view, spread, n, samples, "standardised_as_one")
    is_sure = spread is not None and reduced_axis(graph, spread) == samples
    if is_sure or _are_of_other_units(data, samples):
        return _fault(graph, view, mean, n, samples, "standardised_by_sample")
    return None


def _find_down_columns(graph: Graph, view: View, n: int, samples: int) -> Fault | None:
    """What belongs to the columns was recycled down each of them, as R does with a vector."""
    args, own = graph.args[n], graph.shape[n]
    if graph.op[n] not in ("sub", "div") or len(own) != 2 or not isinstance(args[1], int):
        return None
    source, data, taken = _unmoved(graph, args[1]), graph.operand(args[0]), graph.value(args[1])
    if source == args[1] or np.shape(data) != own or np.shape(taken) != own:
        return None
    if graph.shape[source] != (own[1 - samples],) or not _is_made_of(graph, source, args[0]):
        return None
    by_column = np.expand_dims(graph.value(source), samples)
    down = np.resize(by_column, np.size(data)).reshape(own, order="F")
    if np.allclose(down, np.broadcast_to(by_column, own)) or not np.allclose(taken, down):
        return None
    right = data - by_column if graph.op[n] == "sub" else data / by_column
    path, update = [(n, right)], view.step.updates[0]
    return Fault(n, right, path, update, None, "standardised_down_columns")


def _is_made_of(graph: Graph, n: int, table: int) -> bool:
    """Whether numbers of columns are made of a table, or of what that is made of."""
    way = {m for m, _ in _way_of(graph, table, 0)}
    level = [n]
    for _ in range(FARTHEST):
        if way & set(level):
            return True
        level = [p for m in level for p in graph.parents[m]][:MOST_PARTS]
    return False


def _find_scaled_turned(graph: Graph, n: int, samples: int) -> int | None:
    """Where R's scale(), which takes columns, was given a table whose columns are the samples."""
    for _ in range(FARTHEST):
        parents, own = graph.parents[n], graph.shape[n]
        if len(parents) != 1 or len(own) != 2:
            return None
        if graph.op[n] == "scale":
            return n if samples == 1 else None
        if not _is_turned(graph, n):
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


def _tables(graph: Graph, view: View, x: int) -> list[tuple[int, int]]:
    """The data and the tables that they were taken out of, with the axis of their samples."""
    axis = 1 if in_columns(graph, view) else 0
    own = [(x, axis)] if len(graph.shape[x]) == 2 else []
    return own + [(r.table, r.axis) for r in find_rows(graph, x, axis)]


def _way_of(graph: Graph, n: int, samples: int) -> list[tuple[int, int]]:
    """A table before it was divided, lessened and turned, with the axis of its samples."""
    way = [(n, samples)]
    while len(way) < LONGEST_WAY:
        own, parents = graph.shape[n], graph.parents[n]
        if graph.op[n] in ("sub", "div", "mul", "add", "neg"):
            same = [p for p in parents if graph.shape[p] == own]
        else:
            same = parents if _is_turned(graph, n) else []
            samples = 1 - samples
        if not same:
            break
        n = same[0]  # R spreads the second to the same shape
        way.append((n, samples))
    return way


def _is_turned(graph: Graph, n: int) -> bool:
    """Whether a table is another one with its rows as columns."""
    own, index = graph.shape[n], graph.movement(n) if graph.op[n] == "move" else None
    if index is None or len(own) != 2 or len(graph.parents[n]) != 1:
        return False
    whole = np.arange(count(own)).reshape(own[::-1]).T.ravel()
    return graph.shape[graph.parents[n][0]] == own[::-1] and np.array_equal(index, whole)


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


def _spread_of(graph: Graph, n: int, mean: int) -> int | None:
    """The spread that a difference from the mean is divided by."""
    data = graph.parents[mean][0]
    for u in graph.users()[n]:
        if graph.op[u] == "div" and len(graph.parents[u]) == 2:
            spread = _unmoved(graph, graph.parents[u][1])
            if graph.op[spread] != "mean" and graph.parents[spread][:1] in ([data], [n]):
                return spread
    return None


def _are_of_other_units(data: np.ndarray, samples: int) -> bool:
    sizes = np.abs(np.median(data, axis=samples))
    return bool(len(sizes) <= MOST_UNITS and sizes.min() * OTHER_UNITS < sizes.max())


def _are_of_other_spreads(data: np.ndarray, samples: int) -> bool:
    spreads = np.std(data, axis=samples)
    return bool(len(spreads) <= MOST_UNITS and 0 < spreads.min() * OTHER_SPREADS < spreads.max())
