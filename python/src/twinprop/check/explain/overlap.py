"""Batches of which each begins with the sample that the one before has ended with."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.lost import batches_of, has_same_rows
from twinprop.check.explain.rows import Rows, find_rows
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.table import Fault

FEWEST_PAIRS = 3
FEWEST_SAMPLES = 3


def find_shared_samples(graph: Graph, alignment: Alignment) -> Fault | None:
    """Batches share the sample at which they meet, as where R takes s:(s + k) for k samples.

    Told at the place where the numbers of the samples are made, if it is another.
    """
    if len(alignment.views) < FEWEST_PAIRS:
        return None
    view = alignment.views[1]
    a, y = view.pairs[0]
    axis = 1 if in_columns(graph, view) else 0
    x = first_data(graph, view, a)
    if x is None:
        return None
    for table in find_rows(graph, x, axis):
        batches = batches_of(graph, x, table.table, axis)
        if not has_same_rows(graph, table, y, axis) or not _meet_in_one(batches):
            continue
        right = np.delete(graph.value(x), 0, axis=axis)
        fault = Fault(x, right, [(x, right)], view.step.updates[-1], None, "samples_shared", step=1)
        samples = len(table.rows)
        fault.shown = (f"{samples} samples, one of the batch before", f"{samples - 1} samples")
        fault.told_at = _numbered_at(graph, x, table)
        return fault
    return None


def _meet_in_one(batches: list[np.ndarray]) -> bool:
    """Whether each of the first batches has one sample of the one before, where they meet."""
    pairs = list(pairwise(batches))[:FEWEST_PAIRS]
    return len(pairs) == FEWEST_PAIRS and all(
        min(len(before), len(rows)) >= FEWEST_SAMPLES
        and before[-1] == rows[0]
        and len(np.intersect1d(before, rows)) == 1
        for before, rows in pairs
    )


def _numbered_at(graph: Graph, x: int, table: Rows) -> int:
    """The site at which the numbers of a batch's samples were made; -1 where it is at none."""
    for n in range(x - 1, table.table, -1):
        value = graph.value(n) if graph.shape[n] == table.rows.shape else None
        if value is not None and any(np.array_equal(value - k, table.rows) for k in (0, 1)):
            return graph.site[n]
    return -1
