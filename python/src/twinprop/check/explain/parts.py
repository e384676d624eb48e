"""A part of a value that is taken at the wrong end, as the last column in place of the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import is_near


def is_other_part(graph: Graph, n: int, right: Any) -> bool:
    """Whether another part of what a value was taken out of is what belongs there.

    Parameters
    ----------
    graph : Graph
        A recording.
    n : int
        A value that was moved.
    right : number or array
        What it should be.

    Returns
    -------
    bool
        Then what it was taken out of is right.
    """
    parents = graph.parents[n]
    if graph.op[n] != "move" or len(parents) != 1 or np.shape(right) != graph.shape[n]:
        return False
    whole, part = graph.shape[parents[0]], graph.shape[n]
    longer = [k for k in range(len(part)) if len(whole) == len(part) and whole[k] > part[k]]
    value = graph.value(parents[0])
    if value is None or len(longer) != 1 or is_near(graph.value(n), right):
        return False
    axis = longer[0]
    starts = range(whole[axis] - part[axis] + 1)
    return any(
        is_near(np.take(value, np.arange(k, k + part[axis]), axis=axis), right) for k in starts
    )
