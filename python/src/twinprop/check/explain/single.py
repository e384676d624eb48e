"""A batch that is one sample in R: `s:s + k - 1` is `(s:s) + k - 1`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count, place
from twinprop.check.align.steps import View
from twinprop.check.explain.described import source_line
from twinprop.check.explain.table import Fault

FROM_ITSELF = re.compile(r"(?<![\w.$])([A-Za-z.][\w.]*)\s*:\s*\1(?![\w.$(\[])\s*[-+]")
FEWEST_BATCHES = 2


def find_single_batch(graph: Graph, alignment: Alignment, sources: Sequence[str]) -> Fault | None:
    """One row where its text asks for several, and the next step takes one that is farther on.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was read into it.
    sources : sequence of str
        The text of each of its files.

    Returns
    -------
    Fault or None
        At the line that takes the row.
    """
    if graph.header["language"] != "r" or len(alignment.views) < FEWEST_BATCHES:
        return None
    first, second = alignment.views[:FEWEST_BATCHES]
    nodes = range(first.step.begin + 1, max(first.forward, default=0))
    # What is taken comes before the number by which it is taken, of which the last is whole.
    for n in sorted(nodes, key=lambda n: (graph.op[n] != "move", -n)):
        row = _row_of(graph, n)
        if row is None or graph.site[n] < 0 or not _goes_to_itself(graph, n, sources):
            continue
        later = _row_at(graph, second, graph.site[n])
        if later is not None and later - row >= FEWEST_BATCHES:
            right = graph.value(n)
            last = first.step.updates[-1]
            fault = Fault(n, right, [(n, right)], last, None, "batch_of_one")
            fault.shown = ("1 sample in each step", f"{later - row} samples")
            return fault
    return None


def _row_at(graph: Graph, view: View, site: int) -> int | None:
    """The row that another step takes at the same place."""
    nodes = range(view.step.begin + 1, max(view.forward, default=0))
    return next((_row_of(graph, n) for n in nodes if graph.site[n] == site), None)


def _row_of(graph: Graph, n: int) -> int | None:
    """The number of the one row that is taken, or that is computed; None where more are."""
    value = graph.value(n) if graph.op[n] in ("add", "sub") and graph.shape[n] == () else None
    if value is not None:
        return int(value) if float(value).is_integer() else None
    index = graph.movement(n) if graph.op[n] == "move" and len(graph.parents[n]) == 1 else None
    shape = graph.shape[graph.parents[n][0]] if index is not None else ()
    if index is None or not shape:
        return None
    rows = {int(i) // count(shape[1:]) for i in index}
    return rows.pop() if len(rows) == 1 else None


def _goes_to_itself(graph: Graph, n: int, sources: Sequence[str]) -> bool:
    """Whether the line of a value has a range from a number to itself, and a sum after it."""
    span = place(graph, n)
    text = source_line(sources, span["file"], span["line"])
    return bool(FROM_ITSELF.search(text.split("#")[0]))
