"""Masks: numbers that are drawn to be compared, and the matrices that draws become."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count

COMPARISONS = ("<", ">", "<=", ">=")


def comparison(graph: Graph, draw: dict[str, Any]) -> int | None:
    """The node that compares a draw with a number."""
    level = [draw["node"]] if draw["node"] >= 0 else []
    for _ in range(4):
        after = []
        for n in level:
            for user in graph.users()[n][:4]:
                if graph.spelled[user] in COMPARISONS:
                    return user
                if graph.op[user] == "move":
                    after.append(user)
        level = after
    return None


def as_mask(
    a: Graph, b: Graph, mine: dict[str, Any], theirs: dict[str, Any], units: np.ndarray
) -> np.ndarray:
    """Numbers that keep in B what A keeps, whichever way either compares."""
    at_a, at_b = comparison(a, mine), comparison(b, theirs)
    if at_a is None and at_b is None:
        return units
    if at_a is not None and at_b is not None:
        return units if _keeps_low(a, at_a) == _keeps_low(b, at_b) else (1 - units)
    if at_a is not None:
        limit = _limit(a, at_a)
        low = units < limit
        return (low if _keeps_low(a, at_a) else ~low).astype(np.float64)
    assert at_b is not None
    limit = _limit(b, at_b)
    low = units > 0.5 if _keeps_low(b, at_b) else units < 0.5
    return np.where(low, limit / 2, (1 + limit) / 2)


def _keeps_low(graph: Graph, n: int) -> bool:
    """Whether a comparison is true for small draws."""
    drawn_first = isinstance(graph.args[n][0], int) and np.size(graph.operand(graph.args[n][0])) > 1
    return (graph.spelled[n][0] == "<") == (drawn_first or not isinstance(graph.args[n][1], int))


def _limit(graph: Graph, n: int) -> float:
    for argument in graph.args[n]:
        value = graph.operand(argument)
        if np.size(value) == 1:
            return float(np.ravel(value)[0])
    return 0.5


def form(graph: Graph, draw: dict[str, Any], size: int) -> tuple[np.ndarray, tuple[int, ...]]:
    """The matrix that a draw becomes: which of its elements stands where, row by row."""
    n = draw["node"]
    places, shape = np.arange(size), graph.shape[n] if n >= 0 else (size,)
    for _ in range(6):
        if n < 0 or len(shape) == 2:
            break
        compared = next((u for u in graph.users()[n] if graph.spelled[u] in COMPARISONS), None)
        if compared is not None and graph.shape[compared] == shape:
            n = compared
            continue
        moved = (u for u in graph.users()[n] if graph.op[u] == "move")
        whole = (u for u in moved if count(graph.shape[u]) == size)
        user = next((u for u in whole if len(graph.parents[u]) == 1), None)
        if user is None:
            break
        index = graph.movement(user)
        if index is not None and len(np.unique(index)) == size:
            places = places[index]
        n, shape = user, graph.shape[user]
    return places, shape
