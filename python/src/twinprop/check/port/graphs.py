"""Small questions about recordings: who is made of whom, when, and by which expression."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.port.training import Training


def is_plain(value: Any) -> bool:
    """Numbers that may be the same by chance: 0, 1, a few whole numbers."""
    flat = np.ravel(np.asarray(value, dtype=np.float64))
    return bool((flat == np.round(flat)).all()) or not np.isfinite(flat).any()


def plain(name: str) -> str:
    """A name without what the languages spell differently."""
    return "".join(c for c in name.rpartition("$")[2].rpartition(".")[2].lower() if c.isalnum())


def stage(t: Training, n: int) -> int:
    """0 before the training, then the number of the step."""
    if n < min(p.used for p in t.parameters):
        return 0
    return 1 + sum(1 for s in t.steps if s.end < n)


def numbers_of(graph: Graph) -> set[float]:
    """The single numbers that a program is made of: given names, or written in its expressions."""
    written = {float(a[0]) for args in graph.args for a in args
               if isinstance(a, list) and a and isinstance(a[0], (int, float))}  # fmt: skip
    return written | {graph.value(n) for n in range(graph.size)
                      if graph.shape[n] == () and not graph.parents[n]}  # fmt: skip


def alike_made(graph: Graph, n: int, other: int) -> bool:
    """Whether two nodes are made by the same expression."""
    if graph.site[other] < 0:
        return n == other
    return graph.site[n] == graph.site[other] and graph.spelled[n] == graph.spelled[other]


def depends(graph: Graph, n: int, on: int) -> bool:
    """Whether one node is made of another."""
    stack, seen = [n], set()
    while stack:
        k = stack.pop()
        if k == on:
            return True
        if k < on or k in seen:
            continue
        seen.add(k)
        stack.extend(graph.parents[k])
    return False


def ancestors(graph: Graph, ends: list[int]) -> list[int]:
    """All that a value is made of, and itself, in order of time."""
    seen: set[int] = set()
    stack = list(ends)
    while stack:
        n = stack.pop()
        if n not in seen:
            seen.add(n)
            stack.extend(graph.parents[n])
    return sorted(seen)
