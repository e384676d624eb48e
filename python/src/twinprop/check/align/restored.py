"""Values that were nudged and set back: they are again what they were made of.

A derivative by differences moves a weight a little, in its place, and sets it back. What it is then
is read as the weight itself; where it is not set back, as a version of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph

LEAST_NUDGE, MOST_NUDGE = 1e-9, 0.05
ROUNDED = 8 * 2.0**-52
PLAIN = ("leaf", "constant", "mul", "div", "neg", "pow")


def take_restored(graph: Graph) -> None:
    """Put in the place of a value that was set back, wherever it is used, what it was before.

    Parameters
    ----------
    graph : Graph
        A recording; its `bases` name for each nudged value the one that was nudged.
    """
    same: dict[int, int] = {}
    for n, op in enumerate(graph.op):
        if same and not same.keys().isdisjoint(graph.parents[n]):
            graph.args[n] = [_taken(same, a) for a in graph.args[n]]
            graph.parents[n] = [same.get(p, p) for p in graph.parents[n]]
            if n in graph.kw:
                graph.kw[n] = {k: _taken(same, a) for k, a in graph.kw[n].items()}
        if op in ("add", "sub"):
            nudged = _nudged(graph, n)
            base, steps = (None, 0) if nudged is None else (graph.bases.get(nudged, nudged), 1)
            steps += nudged in graph.bases
        elif op == "move" and len(graph.parents[n]) == 2:
            base, steps = _put_into(graph, n), 2
        else:
            continue
        if base is None:
            continue
        if steps > 1 and _is_same(graph.value(n), graph.value(base)):
            same[n] = base
        else:
            graph.bases[n] = base


def _taken(same: dict[int, int], a: Any) -> Any:
    return same.get(a, a) if isinstance(a, int) else a


def _nudged(graph: Graph, n: int) -> int | None:
    """What a small number is added to or taken from; None where a value is no such sum."""
    args = graph.args[n]
    if len(args) != 2:
        return None
    for a, c in (args, args[::-1]) if graph.op[n] == "add" else (args,):
        if not isinstance(a, int) or graph.shape[a] != graph.shape[n] or not _is_plain(graph, c):
            continue
        number = graph.operand(c)
        if np.size(number) == 1 and LEAST_NUDGE < abs(float(np.ravel(number)[0])) <= MOST_NUDGE:
            return a
    return None


def _is_plain(graph: Graph, c: Any) -> bool:
    """Whether an operand is a number that is written, or made of such numbers alone."""
    level = [c] if isinstance(c, int) else []
    for _ in range(3):
        if any(graph.shape[m] or graph.op[m] not in PLAIN for m in level):
            return False
        level = [p for m in level for p in graph.parents[m]]
    return not level


def _put_into(graph: Graph, n: int) -> int | None:
    """What a part was put into that was taken out of it, and perhaps nudged; None for others."""
    whole, part = graph.parents[n]
    if graph.shape[whole] != graph.shape[n] or graph.value(n) is None:
        return None
    part = graph.bases.get(part, part)
    if graph.op[part] != "move" or len(graph.parents[part]) != 1:
        return None
    origin = graph.parents[part][0]
    base = graph.bases.get(whole, whole)
    if graph.bases.get(origin, origin) != base or graph.shape[origin] != graph.shape[n]:
        return None
    index, taken = graph.movement(n), graph.movement(part)
    if index is None or taken is None:
        return None
    cells = np.flatnonzero(index >= index.size)
    return base if np.array_equal(cells, np.ravel(taken)) else None


def _is_same(x: Any, y: Any) -> bool:
    if x is None or y is None:
        return False
    return bool(np.all(np.abs(np.subtract(x, y)) <= ROUNDED * np.maximum(np.abs(y), MOST_NUDGE)))
