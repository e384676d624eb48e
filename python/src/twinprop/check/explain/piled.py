"""Gradients that are never set back to zero: the sums of the steps before are still in them."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import CLOSE, Reading, Row
from twinprop.check.align.trained import Update
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 2
FEWEST_NUMBERS = 3
FEWEST_SHARES = 2  # that are added in one step
LONGEST_SUM = 20000


def tell_beginning(
    graph: Graph, reading: Reading, s: int, n: int, shares: int, fault: Fault
) -> None:
    """Let a fault be told where a sum that goes on was given its name, as 0; if it should be one.

    It should be none where others are set back, and one share alone is added to it in a step. The
    place of a list of plain zeros is found by its name.

    Parameters
    ----------
    graph : Graph
        A recording.
    reading : Reading
        What parameters did.
    s : int
        A step.
    n : int
        The sum.
    shares : int
        How many are added to it in the step.
    fault : Fault
        The fault of an update that is made of the sum.
    """
    are_set_back = (np.any(r.gradient) and not _goes_on(reading, s, r) for r in reading.rows[s])
    if shares < FEWEST_SHARES and any(are_set_back):
        return
    own = _holders(graph, n)
    first = _first_of(graph, n)
    value = graph.value(first)
    if value is None or not own or _is_attribute(graph, own):
        return
    if np.any(value):
        zeros = [p for p in graph.parents[first] if graph.value(p) == 0 and p not in graph.names]
        lists = [name for name in graph.names[n][:1] if "[" in name]
        fault.begun = lists[0].partition("[")[0] if lists and graph.shape[n] == () and zeros else ""
        return
    sites = [at for at in graph.bound.get(first, ()) if at >= 0]
    if sites:
        fault.told_at = sites[0]


def _holders(graph: Graph, n: int) -> set[str]:
    """The names of a value, or of the lists that it is in."""
    return {name.partition("[")[0] for name in graph.names.get(n, ())}


def _goes_on(reading: Reading, s: int, row: Row) -> bool:
    """Whether a parameter moved as in the step before, and by its derivative besides."""
    return reading.odd.get((s, row.k)) == "accumulated" or _is_piled(reading, s, row.k)


def _is_attribute(graph: Graph, names: set[str]) -> bool:
    """Whether a value belongs to an object, which is made elsewhere."""
    return graph.header["language"] == "python" and any("." in name for name in names)


def _first_of(graph: Graph, n: int) -> int:
    """What a sum began with, whole or part by part."""
    for _ in range(LONGEST_SUM):
        parents = graph.parents[n]
        if graph.op[n] == "move" and len(parents) == 2:
            before = parents[:1]
        elif graph.op[n] in ("add", "sub"):
            before = [p for p in parents if _holders(graph, p) & _holders(graph, n)]
        else:
            break
        if not before or graph.shape[before[0]] != graph.shape[n]:
            break
        n = before[0]
    return n


def find_piled_up(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Gradients that are summed part by part, and go on from step to step.

    Each step of these parameters is that of the step before and its own derivative besides, and
    the first is right.
    """
    steps = range(1, len(best.rows))
    if len(best.rows) < FEWEST_STEPS or not all(best.good[0]):
        return None
    bad = {r.k for s in steps for r, g in zip(best.rows[s], best.good[s], strict=True) if not g}
    if not bad or not all(_is_piled(best, s, k) for s in steps for k in bad):
        return None
    view = alignment.views[1]
    if sum(np.size(r.old) for r in best.rows[1] if r.k in bad) < FEWEST_NUMBERS:
        return None
    found = [(c, n) for c in view.step.updates if c.k in bad and (n := _sum_of(graph, c)) >= 0]
    if not found:
        return None
    update, n = found[0]
    before = next(r for r in best.rows[0] if r.k == update.k).whole
    right = graph.value(update.u) + before
    fault = Fault(update.u, right, [(update.u, right)], update, None, "accumulated", step=1)
    fault.told_at = graph.site[graph.parents[n][1]]
    tell_beginning(graph, best, 1, n, 1, fault)
    return fault


def _is_piled(best: Reading, s: int, k: int) -> bool:
    """Whether a step of a parameter is that of the step before and its own derivative."""
    row, before = (next((r for r in best.rows[i] if r.k == k), None) for i in (s, s - 1))
    if row is None or before is None or np.shape(row.whole) != np.shape(before.whole):
        return False
    if not np.any(before.whole) or not np.any(row.gradient):
        return False
    want = before.whole + best.factors[0] * row.gradient
    return bool(np.max(np.abs(row.whole - want)) <= CLOSE * np.max(np.abs(want)) + row.lost)


def _sum_of(graph: Graph, update: Update) -> int:
    """The sum, put together part by part, that an update is a multiple of; -1 for none."""
    shape = graph.shape[update.u]
    level = [t for t, _ in update.terms]
    for _ in range(6):
        for n in level:
            parents = graph.parents[n]
            put = graph.op[n] == "move" and len(parents) == 2 and graph.shape[n] == shape
            if put and graph.op[parents[1]] in ("add", "sub"):
                return n
        level = [p for n in level for p in graph.parents[n] if graph.shape[p] == shape]
    return -1
