"""Rprop whose steps are multiplied by the gradient, and not by its sign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import CLOSE, Reading, Row, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.explain.table import Fault, is_near

FEWEST_STEPS = 3
FAR = 4
NAMED = re.compile("rprop|resilient", re.IGNORECASE)
NAMED_OTHERWISE = re.compile("super.?sab|delta.bar.delta", re.IGNORECASE)


def find_unsigned_step(
    graph: Graph, alignment: Alignment, best: Reading, sources: Sequence[str]
) -> Fault | None:
    """Steps of Rprop that are multiplied by the gradient, and not by its sign.

    Rules of other names do so rightly, as SuperSAB: the program has to say that it is Rprop.
    """
    text = "\n".join(sources)
    if len(best.rows) < FEWEST_STEPS or not NAMED.search(text) or NAMED_OTHERWISE.search(text):
        return None
    found = [
        _multiplied(graph, view, rows)
        for view, rows in zip(alignment.views, best.rows, strict=True)
    ]
    if any(f is None for f in found):
        return None
    sizes = [[size for _, _, size in f] for f in found if f is not None]
    turned = False
    if any([r.k for r in rows] != [r.k for r in best.rows[0]] for rows in best.rows):
        return None
    for (before, own), (a, b) in zip(pairwise(best.rows), pairwise(sizes), strict=True):
        for r, q, x, y in zip(before, own, a, b, strict=True):
            steered = _is_steered(r.gradient * q.gradient, x, y)
            if steered is None:
                return None
            turned = turned or steered
    if not turned or found[0] is None:
        return None
    update, right, _ = found[0][0]
    return Fault(update.u, right, [(update.u, right)], update, None, "sign_left_out")


def _multiplied(graph: Graph, view: View, rows: list[Row]) -> list[tuple[Update, Any, Any]] | None:
    """For each parameter its update, its new value with the sign, and its steps.

    None where one is not moved by the product of its derivative and such steps.
    """
    found = []
    for row in rows:
        own = [c for c in view.step.updates if c.k == row.k]
        pair = _gradient_and_size(graph, view, own[0], row) if len(own) == 1 else None
        if pair is None:
            return None
        gradient, size = pair
        taken = np.sign(gradient) * size
        right = graph.value(own[0].p) + (taken if is_near(row.whole, -gradient * size) else -taken)
        found.append((own[0], right, size))
    return found


def _gradient_and_size(
    graph: Graph, view: View, update: Update, row: Row
) -> tuple[Any, Any] | None:
    """The two factors of what an update takes away: a multiple of its derivative, and steps."""
    level = [t for t, s in update.terms if s]
    for _ in range(FAR):
        for n in level:
            values = [graph.operand(a) for a in graph.args[n]]
            if graph.op[n] != "mul" or len(values) != 2 or any(v is None for v in values):
                continue
            for gradient, size in (values, values[::-1]):
                f = ratio(gradient, row.gradient) if np.shape(gradient) == np.shape(row.old) else 0
                own = f and is_near(gradient, f * row.gradient)
                if own and np.shape(size) == np.shape(row.old) and np.all(size > 0):
                    return gradient, size
        level = [p for n in level if graph.op[n] in ("neg", "move") for p in graph.parents[n]]
    return None


def _is_steered(turn: Any, before: Any, size: Any) -> bool | None:
    """Whether steps shrink where a sign has turned; None where they are not as the sign says."""
    turn, quotient = np.atleast_1d(turn), np.atleast_1d(np.divide(size, before))
    grown, shrunk = quotient[turn > 0], quotient[turn < 0]
    if np.any(grown < 1 - CLOSE) or np.any(shrunk > 1 - CLOSE):
        return None
    return bool(np.any(shrunk))
