"""Samples that no step of an epoch takes: counted over the batches of whole epochs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.fault import Fault
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.rows import Rows, find_rows
from twinprop.check.explain.samples import first_data

FEWEST_EPOCHS = 2
MOST_BATCHES = 2000


class Epoch(NamedTuple):
    """The batches of an epoch, each as rows of a table, and the first that is of the next one."""

    batches: list[np.ndarray]
    next: int


def find_lost_samples(graph: Graph, alignment: Alignment) -> Fault | None:
    """A batch that is left out at the end of every epoch."""
    view = alignment.views[0]
    x = first_data(graph, view, view.pairs[0][0])
    axis = 1 if in_columns(graph, view) else 0
    tables = [] if x is None else find_rows(graph, x, axis)
    if x is None or not tables:
        return None
    places = _batches_of(graph, x, tables[-1].table, axis)
    total = graph.shape[tables[-1].table][tables[-1].axis]
    epochs = _cut_epochs(places)
    if len(epochs) < FEWEST_EPOCHS:
        return None
    counts = {len(e.batches) for e in epochs}
    sizes = {len(b) for e in epochs for b in e.batches}
    if len(counts) > 1 or len(sizes) > 1 or min(counts) < 2 or min(sizes) < 2:
        return None
    size, used = sizes.pop(), [np.concatenate(e.batches) for e in epochs]
    lost = total - len(used[0])
    if not 0 < lost <= size:
        return None
    print("LOST", total, size, lost, counts, [np.setdiff1d(np.arange(total), u)[:5] for u in used][:3])
    return None


def _batches_of(graph: Graph, x: int, table: int, axis: int) -> list[tuple[int, Rows]]:
    """All values that were taken at one place of the program out of a table."""
    same = [n for n in range(graph.size) if graph.site[n] == graph.site[x] >= 0]
    same = [n for n in same if graph.op[n] == "move" and len(graph.shape[n]) == len(graph.shape[x])]
    found = []
    for n in same[:MOST_BATCHES]:
        rows = next((r for r in find_rows(graph, n, axis) if r.table == table), None)
        if rows is not None:
            found.append((n, rows))
    return found


def _cut_epochs(places: list[tuple[int, Rows]]) -> list[Epoch]:
    """Whole epochs: one ends where a row comes again."""
    epochs: list[Epoch] = []
    batches: list[np.ndarray] = []
    seen: set[int] = set()
    for n, place in places:
        rows = set(place.rows.tolist())
        if rows & seen:
            epochs.append(Epoch(batches, n))
            batches, seen = [], set()
        batches.append(place.rows)
        seen |= rows
    return epochs
