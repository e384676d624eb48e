"""Sums on the way back: their terms, and which share of a derivative each should be."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.operations import pull_back
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View, ancestors

MOST_TERMS = 3000
MOST_MEETINGS = 80


def long_sum(graph: Graph, view: View, n: int) -> list[tuple[int, float]]:
    """All terms of a sum that may be built up over many statements."""
    terms: list[tuple[int, float]] = []
    stack = [(n, 1.0)]
    while stack and len(terms) < MOST_TERMS:
        m, sign = stack.pop()
        if graph.op[m] in ("add", "sub") and m in view.after:
            for i, a in enumerate(graph.args[m][:2]):
                if isinstance(a, int):
                    stack.append((a, -sign if i == 1 and graph.op[m] == "sub" else sign))
        elif m in view.after or np.any(graph.value(m)):
            terms.append((m, sign))
    return sorted(terms)


def contributions(
    graph: Graph, view: View, adjoint: dict[int, Any], goal: int
) -> list[tuple[int, Any]]:
    """The shares of a derivative, one for each use of the value on the way forward."""
    shares = []
    for u in graph.users()[goal]:
        if u in view.forward and u in adjoint:
            parts = pull_back(graph, u, adjoint[u]) or []
            shares += [(u, g) for p, g in parts if p == goal]
    return shares


def pair_terms(
    graph: Graph, view: View, terms: list[tuple[int, float]], shares: list[tuple[int, Any]]
) -> list[Any]:
    """For each term the share that it should be.

    A term belongs to the use whose sample it is made of, and of those to that whose other operand
    it is made of: a tape goes back in another order than a loop over samples.
    """
    if len(terms) < 2:
        return [share for _, share in shares]
    uses = _samples_of_uses(graph, view, [u for u, _ in shares])
    left = list(range(len(shares)))
    paired = []
    for t, _ in terms:
        own = _meetings_of(graph, view, t)
        near = set(graph.parents[t])
        best = max(
            left,
            key=lambda i: (
                bool(uses[i]) and uses[i] == own,
                bool(near & set(graph.parents[shares[i][0]])),
                -left.index(i),
            ),
        )
        left.remove(best)
        paired.append(shares[best][1])
    return paired


def _samples_of_uses(graph: Graph, view: View, uses: list[int]) -> list[set[int]]:
    """For each value on the way forward the outputs that it makes."""
    outputs = [a for a, _ in view.pairs][:MOST_MEETINGS]
    reached = {a: ancestors(graph, [taken_from(graph, a)], view) for a in outputs}
    return [{a for a in outputs if u in reached[a]} for u in uses]


def taken_from(graph: Graph, n: int) -> int:
    """The value that a moved one is a part of, as far back as it is part of one alone."""
    index = np.arange(count(graph.shape[n]))
    while graph.op[n] == "move" and (move := graph.movement(n)) is not None:
        index = move[index]
        ends = np.cumsum([count(graph.shape[p]) for p in graph.parents[n]])
        parts = np.unique(np.searchsorted(ends, index, side="right"))
        if index.min(initial=0) < 0 or len(parts) != 1 or parts[0] >= len(ends):
            break
        n = graph.parents[n][parts[0]]
        index = index - (ends[parts[0]] - count(graph.shape[n]))
    return n


def _meetings_of(graph: Graph, view: View, t: int) -> set[int]:
    """The outputs whose errors a value on the way back is made of."""
    outputs = {a for a, _ in view.pairs}
    seen: set[int] = set()
    found: set[int] = set()
    stack = [t]
    while stack:
        n = stack.pop()
        if n in view.meets:
            found |= outputs & set(graph.parents[n])
        elif n not in seen and n in view.after:
            seen.add(n)
            stack.extend(graph.parents[n])
    return found
