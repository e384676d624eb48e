"""What a program without an update computes again and again, and leaves unused."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph, count, span_of

FEWEST_TIMES = 3
MADE_BY = ("matmul", "crossprod", "outer", "inner", "einsum", "sum", "mean", "div", "mul")
DEEPEST = 8  # operations from an error to a gradient


def describe_unused(graph: Graph) -> str | None:
    """A sentence on the first gradient that each pass makes anew, and that nothing is made of."""
    users = graph.users()
    made: dict[int, list[int]] = {}
    for n, sites in graph.bound.items():
        if graph.op[n] in MADE_BY and not users[n] and count(graph.shape[n]) > 1 and sites[-1] >= 0:
            made.setdefault(sites[-1], []).append(n)
    for site, nodes in sorted(made.items(), key=lambda item: item[1][0]):
        same = all(np.array_equal(graph.value(n), graph.value(nodes[0])) for n in nodes)
        if len(nodes) >= FEWEST_TIMES and same and _is_of_error(graph, nodes[0]):
            return (
                f"Line {span_of(graph, site)['line']} makes {graph.names[nodes[0]][-1]} in each "
                "pass, always the same, and nothing is made of it."
            )
    return None


def _is_of_error(graph: Graph, n: int) -> bool:
    """Whether a value is made of a difference of two arrays."""
    level = [n]
    for _ in range(DEEPEST):
        if any(graph.op[m] == "sub" and len(graph.parents[m]) == 2 for m in level):
            return True
        level = list(dict.fromkeys(p for m in level for p in graph.parents[m]))
    return False
