"""Samples that no step of an epoch takes: counted over the batches of whole epochs."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.rows import Rows, find_rows
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.table import Fault

FEWEST_EPOCHS = 2
MOST_BATCHES = 2000


def find_lost_samples(graph: Graph, alignment: Alignment) -> Fault | None:
    """A batch, or a part of one, that is left out at the end of every epoch.

    Told only where all epochs have as many batches of one size, and what is left out is no set of
    samples that is kept apart: it is the end of the table, or other samples in each epoch.
    """
    view = alignment.views[0]
    a, y = view.pairs[0]
    x = first_data(graph, view, a)
    axis = 1 if in_columns(graph, view) else 0
    if x is None:
        return None
    tables = find_rows(graph, x, axis)
    found = (_lost_of(graph, alignment, x, t) for t in tables if has_same_rows(graph, t, y, axis))
    return next((fault for fault in found if fault is not None), None)


def _lost_of(graph: Graph, alignment: Alignment, x: int, table: Rows) -> Fault | None:
    """What is left out of one of the tables that a batch was taken out of."""
    view = alignment.views[0]
    axis = 1 if in_columns(graph, view) else 0
    total = graph.shape[table.table][table.axis]
    epochs = _cut_epochs(batches_of(graph, x, table.table, axis))
    counts = {len(batches) for batches in epochs}
    sizes = {len(rows) for batches in epochs for rows in batches}
    if len(epochs) < FEWEST_EPOCHS or len(counts) > 1 or len(sizes) > 1 or min(counts) < 2:
        return None
    left = [np.setdiff1d(np.arange(total), np.concatenate(batches)) for batches in epochs]
    if not 0 < len(left[0]) <= min(sizes):
        return None
    apart = all(np.array_equal(rows, left[0]) for rows in left)
    if apart and (_are_shuffled(epochs[0]) or _are_taken(graph, table, left[0])):
        return None
    right = graph.value(table.table)
    shown = (f"{total - len(left[0])} samples in an epoch", f"all {total}")
    fault = Fault(x, right, [(x, right)], view.step.updates[0], None, "samples_lost")
    fault.shown, fault.loop = shown, (x, 0)
    return fault


def has_same_rows(graph: Graph, place: Rows, y: object, axis: int) -> bool:
    """Whether the targets are the same rows of a table of as many."""
    targets = find_rows(graph, y, axis) if isinstance(y, int) else []
    total = graph.shape[place.table][place.axis]
    return any(
        graph.shape[t.table][t.axis] == total and np.array_equal(t.rows, place.rows)
        for t in targets
    )


def _are_shuffled(batches: list[np.ndarray]) -> bool:
    rows = np.concatenate(batches)
    return not np.array_equal(rows, np.arange(len(rows)))


def _are_taken(graph: Graph, place: Rows, left: np.ndarray) -> bool:
    """Whether something else is made of just the samples that are left out, as a test is."""
    for n in graph.users()[place.table]:
        own = find_rows(graph, n, place.axis) if graph.op[n] == "move" else []
        if own and own[0].table == place.table and np.isin(own[0].rows, left).all():
            return True
    return False


def batches_of(graph: Graph, x: int, table: int, axis: int) -> list[np.ndarray]:
    """The rows of all values that were taken at one place of the program out of a table."""
    same = [n for n in range(graph.size) if graph.site[n] == graph.site[x] >= 0]
    same = [n for n in same if graph.op[n] == "move" and len(graph.shape[n]) == len(graph.shape[x])]
    found = []
    for n in same[:MOST_BATCHES]:
        place = next((r for r in find_rows(graph, n, axis) if r.table == table), None)
        if place is not None:
            found.append(place.rows)
    return found


def _cut_epochs(batches: list[np.ndarray]) -> list[list[np.ndarray]]:
    """Whole epochs: one ends where a row comes again."""
    epochs: list[list[np.ndarray]] = []
    own: list[np.ndarray] = []
    seen: set[int] = set()
    for rows in batches:
        here = set(rows.tolist())
        if here & seen:
            epochs.append(own)
            own, seen = [], set()
        own.append(rows)
        seen |= here
    return epochs
