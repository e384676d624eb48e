"""The verdict: right, different with the line where it begins, or not followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment, align
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recording import Graph, place
from twinprop.check.align.rules import Reading, total
from twinprop.check.align.updates import take_apart
from twinprop.check.explain.fault import Fault, find_fault, make_table


def judge_recording(graph: Graph, sources: Sequence[str]) -> dict[str, Any]:
    """Whether what a recorded program did is right.

    Parameters
    ----------
    graph : Graph
        A recording.
    sources : sequence of str
        The text of each of its files, for quoting lines.

    Returns
    -------
    dict
        The answer, as answer.schema.json describes it.
    """
    alignment = align(graph)
    best = alignment.best
    if best is None:
        return {"verdict": "not followed", "why": alignment.why}
    if best.is_right:
        return {"verdict": "right", "rule": best.rule, "family": best.family}
    fault = first_fault(graph, alignment)
    if fault is None:
        return {"verdict": "not followed", "why": "no fault found"}
    where = place(graph, fault.node)
    named = next((n for n, _ in reversed(fault.path) if n in graph.names), fault.path[0][0])
    return {"verdict": "different", "first": {"line": where["line"], "file": graph.header["files"][where["file"]], "name": graph.name(named), "yours": graph.value(fault.node), "right": fault.right}, "family": best.family}


def first_fault(graph: Graph, alignment: Alignment) -> Fault | None:
    """The earliest fault of the first step in which something is wrong."""
    best = alignment.best
    assert best is not None
    if best.is_fitting:
        return odd_fault(graph, alignment, best)
    s = next(i for i, good in enumerate(best.good) if not all(good))
    view, rows, rate = alignment.views[s], best.rows[s], best.factors[s]
    table = make_table(graph, view, best.adjoints[s], find_activations(graph, view))
    bad = {r.k: r for r, good in zip(rows, best.good[s], strict=True) if not good}
    table.good_updates = {c.u for c in view.step.updates if c.k not in bad}
    found = []
    for c in view.step.updates:
        if c.k in bad:
            parts = take_apart(graph, view, alignment.found.owner, c, keep_sums=True)
            if c.cells is not None and _cells_fit(graph, bad[c.k], c, rate, parts):
                continue
            found.append(find_fault(table, c, bad[c.k], rate, parts))
        if len(found) > 40:
            break
    return min(found, key=lambda f: f.node, default=None)


def odd_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The first parameter that keeps something odd of its old value or of the step before."""
    for (s, k), kind in sorted(best.odd.items()):
        row = next(r for r in best.rows[s] if r.k == k)
        update = next(c for c in alignment.views[s].step.updates if c.k == k)
        if row.parts is None:
            continue
        terms = row.parts.own if kind == "growth" else row.parts.past
        share = best.rule.get("momentum", 0.0)
        if kind == "growth":
            term = min((t for t in terms if len(t.way) > 0), key=lambda t: t.factor)
            off = 2 * row.parts.decay * graph.value(update.p)
        else:
            term = terms[0] if terms else None
            before = next(r for r in best.rows[s - 1] if r.k == k).whole
            wanted = {"past": share, "accumulated": 0.0, "past sign": -share}[kind]
            off = row.past - wanted * before
        way = list(term.way) if term is not None else [(update.u, 1.0)]
        named = [(m, f) for m, f in way if m in graph.names] or way[:1]
        path = [(m, graph.value(m) + off / f) for m, f in named]
        return Fault(path[-1][0], path[-1][1], path, update, None, kind)
    return None


def _cells_fit(graph: Graph, row: Any, update: Any, rate: float, parts: Any) -> bool:
    want = np.ravel(rate * row.gradient)[list(update.cells)]
    did = np.ravel(total(graph, parts.terms))
    return bool(np.max(np.abs(did - want)) <= 1e-6 * np.max(np.abs(want)) + 1e-300)
