"""A factor of a wrong product that should be a slope: where that factor is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import Fault, Table, is_near

FARTHEST_USE = 6


def find_wrong_slope(table: Table, fault: Fault) -> bool:
    """Move a fault from a product to its factor that stands where a slope belongs.

    The other factors are right as they are. What the way forward itself is made of, as a in
    delta = e a, is right where it is made: there the product is wrong.

    Returns
    -------
    bool
        Whether the function that made the factor makes right values elsewhere in the step, so
        that its caller is wrong.
    """
    graph = table.graph
    for i in range(len(fault.path) - 1, -1, -1):
        node, right = fault.path[i]
        found = _wrong_factor(table, node, right) if graph.op[node] == "mul" else None
        if found is not None:
            fault.node, fault.right = found
            fault.path = [*fault.path[: i + 1], found]
            fault.wanted = None
            return _is_right_elsewhere(table, fault.node)
    return False


def _wrong_factor(table: Table, node: int, right: Any) -> tuple[int, Any] | None:
    """The factor of a product, and the slope that makes the product right in its place."""
    graph = table.graph
    for p, beside in _factors(graph, node):
        others = [graph.operand(a) for a in beside]
        if not _is_beside(table, p) or any(v is None for v in others):
            continue
        rest: Any = 1.0
        for other in others:
            rest = rest * other
        for x in table.slopes:
            if x.slope is not None and np.shape(x.slope) == graph.shape[p]:
                made = rest * x.slope
                if not is_near(graph.value(p), x.slope) and is_near(made, right):
                    return p, x.slope
    return None


def _factors(graph: Graph, node: int) -> Iterator[tuple[int, list[Any]]]:
    """The factors of a product, of those that are products without a name too; what is beside."""
    for i, a in enumerate(graph.args[node]):
        if isinstance(a, int):
            others = [*graph.args[node][:i], *graph.args[node][i + 1 :]]
            yield a, others
            if graph.op[a] == "mul" and a not in graph.names:
                yield from ((p, [*others, *more]) for p, more in _factors(graph, a))


def _is_beside(table: Table, p: int) -> bool:
    """Whether a value was made for the way back alone: by no derivative, and by an operation."""
    view, graph = table.view, table.graph
    if p in view.after or p in view.forward or p in view.cut:
        return False
    return graph.site[p] >= 0 and graph.op[p] not in ("leaf", "constant")


def _is_right_elsewhere(table: Table, p: int) -> bool:
    """Whether the place that makes a value makes one on the way forward, or a right slope."""
    graph, step = table.graph, table.view.step
    for n in range(max(step.begin, -1) + 1, step.end + 1):
        if n == p or graph.site[n] != graph.site[p]:
            continue
        if n in table.view.forward or any(_is_slope(graph, n, x.slope) for x in table.slopes):
            return True
    return False


def is_right_for_another(table: Table, node: int) -> bool:
    """Whether the place that makes a value makes a right slope for another place that uses it.

    Then it is a helper, and its caller is wrong; within a loop the place that uses it is the same.
    """
    graph, step = table.graph, table.view.step
    site, own = graph.site[node], _used_at(graph, node)
    return site >= 0 and any(
        graph.site[n] == site
        and n != node
        and any(_is_slope(graph, n, x.slope) for x in table.slopes)
        and _used_at(graph, n) not in (own, -1)
        for n in range(max(step.begin, -1) + 1, step.end + 1)
    )


def _used_at(graph: Graph, n: int) -> int:
    """The place of the first value on another line that is made of a value; -1 where none is."""
    line = graph.line(n)
    for _ in range(FARTHEST_USE):
        n = next(iter(graph.users()[n]), -1)
        if n < 0 or graph.line(n) != line:
            break
    return graph.site[n] if n >= 0 and graph.line(n) != line else -1


def _is_slope(graph: Graph, n: int, slope: Any) -> bool:
    value = graph.value(n)
    return slope is not None and value is not None and is_near(value, slope)
