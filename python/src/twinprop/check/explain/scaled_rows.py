"""Samples that were each standardised by themselves, told by their values, however it was written.

As where a table is divided and lessened along the wrong axis, or row by row in a loop.
"""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault

FEWEST_COLUMNS, MOST_COLUMNS = 3, 8  # more may be a signal or a picture, which is one quantity
APART = 2.0  # times as much as values differ within columns, so much their medians differ
OTHER_SIZE = 3.0  # the largest of the columns' medians, in times the smallest
LEAST_SPREAD = 0.99  # of a sample that was divided by its spread and a little more
FARTHEST = 6


def find_standardised_rows(graph: Graph, view: View, table: int, samples: int) -> Fault | None:
    """A table whose samples have the mean 0 and the spread 1, though its columns do not.

    Told only of a few columns that are different quantities, as far as their values show it.
    """
    made, n = graph.value(table), table
    if made is None or np.ndim(made) != 2 or not _are_standardised(made, 1 - samples):
        return None
    for _ in range(FARTHEST):
        if graph.op[n] != "move" or not graph.parents[n]:
            break
        n = graph.parents[n][0]
    raw = _before(graph, n, table, samples)
    if raw is None or not are_of_different_kinds(raw, samples):
        return None
    right = (raw - raw.mean(axis=samples, keepdims=True)) / raw.std(axis=samples, keepdims=True)
    right = right if graph.shape[n] == right.shape else right.T
    right = np.reshape(np.ravel(right)[: count(graph.shape[n])], graph.shape[n])
    return Fault(n, right, [(n, right)], view.step.updates[0], None, "standardised_by_sample")


def are_of_different_kinds(data: np.ndarray, samples: int) -> bool:
    """Whether the columns of a table are different quantities: few, apart, and of other sizes."""
    sizes = np.abs(np.median(data, axis=samples))
    are_few = FEWEST_COLUMNS <= len(sizes) <= MOST_COLUMNS
    return bool(are_few and sizes.max() >= OTHER_SIZE * sizes.min() and are_apart(data, samples))


def are_apart(data: np.ndarray, samples: int) -> bool:
    """Whether columns are farther from one another than their own values are."""
    within = float(np.mean(np.var(data, axis=samples)))
    return bool(np.var(np.median(data, axis=samples)) >= APART * within > 0)


def _are_standardised(made: np.ndarray, axis: int) -> bool:
    """Whether all vectors along an axis have the mean 0, and the spread 1 of either kind."""
    if np.max(np.abs(made.mean(axis=axis))) > 1e-6:
        return False
    spreads = (made.std(axis=axis, ddof=ddof) for ddof in (0, 1))
    return any(np.all((s >= LEAST_SPREAD) & (s <= 1 + 1e-6)) for s in spreads)


def _before(graph: Graph, n: int, table: int, samples: int) -> np.ndarray | None:
    """A table before its samples were standardised.

    Samples or single numbers that were each standardised alone were made at one place.
    """
    pieces = [n]
    if len(graph.shape[n]) < 2:
        before = range(table)
        pieces = [
            m for m in before if graph.site[m] == graph.site[n] and graph.op[m] == graph.op[n]
        ]
    values = [graph.value(_undone(graph, m)) for m in pieces]
    if any(v is None or np.shape(v) != graph.shape[n] for v in values):
        return None
    raw, shape = np.concatenate([np.ravel(v) for v in values]), graph.shape[table]
    if raw.size != count(shape):
        return None
    if len(graph.shape[n]) < 2:
        return raw.reshape(shape) if samples == 0 else raw.reshape(shape[::-1]).T
    raw = raw.reshape(graph.shape[n])
    return raw if graph.shape[n] == shape else raw.T


def _undone(graph: Graph, n: int) -> int:
    """What was lessened and divided."""
    for _ in range(FARTHEST):
        if graph.op[n] not in ("sub", "div", "scale"):
            break
        same = [p for p in graph.parents[n][:1] if graph.shape[p] == graph.shape[n]]
        if not same:
            break
        n = same[0]
    return n
