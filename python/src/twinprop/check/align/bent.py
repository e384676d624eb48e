"""Gradients that are cut off before they move a parameter: what is cut is the gradient."""

from __future__ import annotations

from typing import Any

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View


def read_bent(graph: Graph, views: list[View], reading: Reading) -> float:
    """Take for each parameter's change the gradient before it is cut off, or its norm limited.

    Returns
    -------
    float
        The factor by which all parameters move of what is left; 0 where nothing is cut off.
    """
    found: list[list[int]] = []
    factors: set[float] = set()
    bent = False
    for view, rows in zip(views, reading.rows, strict=True):
        nodes = []
        for row in rows:
            parts = row.parts
            if parts is None or len(parts.terms) != 1 or parts.past or parts.decay:
                return 0.0
            inner = _find_inner(graph, view, parts.terms[0].node)
            bent = bent or inner != parts.terms[0].node
            factors.add(parts.terms[0].factor)
            nodes.append(inner)
        found.append(nodes)
    if not bent or len(factors) != 1 or max(factors) > 0:
        return 0.0
    for rows, nodes in zip(reading.rows, found, strict=True):
        for row, n in zip(rows, nodes, strict=True):
            row.source, row.change = n, graph.value(n)
    return -max(factors)


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
            if count(graph.shape[small]) > 1 or graph.shape[big] != graph.shape[n]:
                return n
            n = big
        else:
            return n
