"""Numbers that are cut to whole ones, since they are put into an array of whole numbers."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault

LEAST_LOSS = 0.1  # of what is put, that is cut off


def find_cut_numbers(graph: Graph, alignment: Alignment) -> Fault | None:
    """What is put into an array that keeps of it the whole numbers alone.

    Told only where a good part is lost, and only of what a step is made of.
    """
    seen: set[int] = set()
    for s, view in enumerate(alignment.views):
        for n in sorted(_made_of(graph, view, seen)):
            if graph.spelled[n] != "put" or graph.op[n] != "move" or len(graph.parents[n]) != 2:
                continue
            right = _uncut(graph, n)
            if right is not None:
                last = view.step.updates[-1]
                return Fault(n, right, [(n, right)], last, None, "cut_to_whole", step=s)
    return None


def _made_of(graph: Graph, view: View, seen: set[int]) -> list[int]:
    """What else the updates of a step are made of, data that were prepared before it too."""
    found = []
    stack = [c.u for c in view.step.updates]
    while stack:
        n = stack.pop()
        if n not in seen:
            seen.add(n)
            found.append(n)
            stack.extend(graph.parents[n])
    return found


def _uncut(graph: Graph, n: int) -> np.ndarray | None:
    """An array with what was put into it, where it holds that without its decimals."""
    base, part = graph.parents[n]
    index, made, meant = graph.movement(n), graph.value(n), graph.value(part)
    if index is None or made is None or meant is None:
        return None
    start = count(graph.shape[base])
    changed = index >= start
    put = np.ravel(meant)[index[changed] - start]
    kept = np.ravel(made)[changed]
    lost = float(np.sum(np.abs(put - kept)))
    if not np.array_equal(kept, np.trunc(put)) or lost <= LEAST_LOSS * np.sum(np.abs(put)):
        return None
    right = np.array(made, dtype=np.float64).ravel()
    right[changed] = put
    return right.reshape(np.shape(made))
