"""Targets that are no classes: their numbers counted from 1, or a matrix that is in disorder."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.given import are_disordered, table_of
from twinprop.check.align.losses import is_made_by
from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import Fault
from twinprop.check.explain.unmoved import origin_of


def find_disordered_classes(graph: Graph, alignment: Alignment) -> Fault | None:
    """A matrix of classes that is filled by rows where it should be by columns, or the other way.

    There is no right value to show: which sample is of which class is lost.
    """
    view = alignment.views[0]
    y = view.pairs[0][1]
    pairs = (pair for v in alignment.views for pair in v.pairs)
    if not isinstance(y, int) or not any(are_disordered(graph, *pair) for pair in pairs):
        return None
    n = table_of(graph, y)
    value = graph.value(n)
    fault = Fault(n, value, [(n, value)], view.step.updates[-1], None, "classes_disordered")
    fault.shown = "as many ones as samples, but not one for each", "one for each sample"
    return fault


def find_classes_from_one(graph: Graph, alignment: Alignment) -> Fault | None:
    """Targets of 1 and 2 in all steps, for an output that is a sigmoid."""
    view = alignment.views[0]
    found: set[float] = set()
    for a, y in (pair for v in alignment.views for pair in v.pairs):
        if not is_made_by(graph, origin_of(graph, a), "sigmoid"):
            return None
        found |= set(np.unique(np.asarray(graph.operand(y), dtype=np.float64)).tolist())
    n = view.pairs[0][1]
    if found != {1.0, 2.0} or not isinstance(n, int):
        return None
    n = origin_of(graph, n)
    right = np.asarray(graph.value(n)) - 1
    return Fault(n, right, [(n, right)], view.step.updates[-1], None, "classes_from_one")
