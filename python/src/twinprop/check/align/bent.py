"""Gradients that are cut off before they move a parameter: what is cut is the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View

GATHERING = ("sum", "max", "min", "mean", "norm", "inner")
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
        args: list[Any] = graph.args[n]
        inner = [a for a in args if isinstance(a, int) and a in view.after]
        if graph.op[n] == "clip" and len(args) == 3 and len(inner) == 1:
            low, high = (graph.operand(a) for a in args[1:])
            if low is None or high is None or low != -high:
                return n
            n = inner[0]
        elif graph.op[n] in ("mul", "div") and len(inner) == 2:
            small, big = sorted(inner, key=lambda a: count(graph.shape[a]))
            if graph.shape[big] != graph.shape[n] or not is_length(graph, view, small):
                return n
            n = big
        elif graph.op[n] == "move" and len(inner) == 1 and _only_bounds(graph, n, inner[0]):
            n = inner[0]
        else:
            return n


def _only_bounds(graph: Graph, n: int, before: int) -> bool:
    """Whether what was put into a gradient is one number, nearer to 0 than what stood there."""
    index = graph.movement(n)
    if index is None or graph.shape[n] != graph.shape[before]:
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
