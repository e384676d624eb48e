"""Gradients that are cut off before they move a parameter: what is cut is the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.updates import BOUNDING

GATHERING = ("sum", "max", "min", "mean", "norm", "inner")
FROM_BOUND = 4  # operations from a gradient to what of it is kept
SAME = 1e-12
DEEPEST_LENGTH = 12
MOST_AT_ONCE = 40


def read_bent(graph: Graph, views: list[View], reading: Reading) -> float:
    """Take for each parameter's change the gradient before it is cut off, or its norm limited.

    Returns
    -------
    float
        The factor by which all parameters move of what is left; 0 where nothing is cut off.
    """
    found: list[list[int]] = []
    first = 0.0
    bent = False
    for view, rows in zip(views, reading.rows, strict=True):
        nodes = []
        factors: set[float] = set()  # of one step: a rate may fall
        for row in rows:
            parts = row.parts
            if parts is None or len(parts.terms) != 1 or parts.past or parts.decay:
                return 0.0
            inner = _find_inner(graph, view, parts.terms[0].node)
            bent = bent or inner != parts.terms[0].node
            factors.add(parts.terms[0].factor)
            nodes.append(inner)
        found.append(nodes)
        if len(factors) != 1 or max(factors) > 0:
            return 0.0
        first = first or -max(factors)
    if not bent:
        return 0.0
    for rows, nodes in zip(reading.rows, found, strict=True):
        for row, n in zip(rows, nodes, strict=True):
            row.source, row.change = n, graph.value(n)
    return first


def _find_inner(graph: Graph, view: View, n: int) -> int:
    """What is cut off between -c and c, or multiplied by a number made of gradients."""
    while True:
        inner = [a for a in graph.args[n] if isinstance(a, int) and a in view.after]
        kept = None
        if len(inner) == 1 and (_is_even_clip(graph, n) or _only_bounds(graph, view, n, inner[0])):
            kept = inner[0]
        elif graph.op[n] in ("mul", "div") and len(inner) == 2:
            kept = _beside_length(graph, view, n, inner)
        kept = _within_bounds(graph, view, n) if kept is None else kept
        if kept is None:
            return n
        n = kept


def _is_even_clip(graph: Graph, n: int) -> bool:
    """Whether a clip has bounds that are as far below 0 as above."""
    args: list[Any] = graph.args[n]
    if graph.op[n] != "clip" or len(args) != 3:
        return False
    low, high = (graph.operand(a) for a in args[1:])
    return low is not None and high is not None and bool(low == -high)


def _beside_length(graph: Graph, view: View, n: int, inner: list[int]) -> int | None:
    """Of the factors of a product the gradient that a length stands beside."""
    small, big = sorted(inner, key=lambda a: count(graph.shape[a]))
    is_beside = graph.shape[big] == graph.shape[n] and is_length(graph, view, small)
    return big if is_beside else None


def _within_bounds(graph: Graph, view: View, n: int) -> int | None:
    """What is kept within bounds by its size, as in sign(g) min(|g|, c)."""
    if graph.op[n] not in ("mul", "minimum", "maximum", "where"):
        return None
    level, bounded = [n], False
    for _ in range(FROM_BOUND):
        bounded = bounded or any(graph.op[m] in BOUNDING for m in level)
        level = [p for m in level for p in graph.parents[m] if p in view.after]
        level = [p for p in dict.fromkeys(level) if graph.shape[p] == graph.shape[n]]
        found = next((p for p in level if bounded and _is_bound_of(graph, n, p)), None)
        if found is not None:
            return found
    return None


def _is_bound_of(graph: Graph, n: int, before: int) -> bool:
    """Whether what differs is one size, nearer to 0 and on the same side."""
    new, old = np.ravel(graph.value(n)), np.ravel(graph.value(before))
    changed = np.abs(new - old) > SAME * np.abs(old)
    sizes = np.abs(new[changed])
    alike = not changed.any() or np.ptp(sizes) <= SAME * np.max(sizes)
    return bool(alike and (new * old >= 0).all() and (sizes <= np.abs(old[changed])).all())


def _only_bounds(graph: Graph, view: View, n: int, before: int) -> bool:
    """Whether what was put into a gradient is one number, nearer to 0 than what stood there.

    Not what is made of parameters, as a penalty that is 0 as long as they are.
    """
    index = graph.movement(n) if graph.op[n] == "move" else None
    if index is None or graph.shape[n] != graph.shape[before]:
        return False
    if any(p in view.moved for p in graph.parents[n] if p != before):
        return False
    changed = index != np.arange(len(index))
    new, old = np.ravel(graph.value(n))[changed], np.ravel(graph.value(before))[changed]
    alike = not changed.any() or np.ptp(new) == 0
    return bool(alike and (new * old >= 0).all() and (np.abs(new) <= np.abs(old)).all())


def is_length(graph: Graph, view: View, n: int) -> bool:
    """Whether a single number is made of whole arrays, as the length of a gradient is."""
    if count(graph.shape[n]) > 1:
        return False
    level = [n]
    for _ in range(DEEPEST_LENGTH):
        if any(graph.op[m] in GATHERING for m in level):
            return True
        level = [p for m in level for p in graph.parents[m] if p in view.after][:MOST_AT_ONCE]
    return False
