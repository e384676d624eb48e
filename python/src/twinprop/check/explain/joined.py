"""A gradient of several parts put together, some of which move their elements rightly."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import CLOSE, Row
from twinprop.check.align.updates import Parts


def right_parts(graph: Graph, row: Row, rate: float, parts: Parts) -> list[int]:
    """The parts of a gradient whose elements are all right.

    Parameters
    ----------
    graph : Graph
        A recording.
    row : Row
        What the parameter did.
    rate : float
        The factor between the right change and the derivative.
    parts : Parts
        Of its update.

    Returns
    -------
    list of int
        None where the gradient is no such vector, or where the parts move nothing.
    """
    if len(parts.terms) != 1 or not row.fits_shape:
        return []
    factor, n, _ = parts.terms[0]
    index = graph.movement(n) if graph.op[n] == "move" else None
    if index is None or index.size != np.size(row.gradient) or len(graph.parents[n]) < 2:
        return []
    right = -rate / factor * np.ravel(row.gradient)
    near = np.abs(np.ravel(graph.value(n)) - right) <= CLOSE * np.abs(right) + row.lost
    found, at = [], 0
    for p in graph.parents[n]:
        kept = (index >= at) & (index < at + count(graph.shape[p]))
        if kept.any() and near[kept].all() and np.any(right[kept]):
            found.append(p)
        at += count(graph.shape[p])
    return found
