"""Rprop: the sign of a gradient times a step of each weight's own, which grows and shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio, row_fits, step_of
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update

FAR = 4  # from an update to the sign in it
PASSED = ("mul", "neg", "add", "sub", "move")
WAYS = ("held", "plain", "taken back")  # what is done where the sign has turned


def find_signed(graph: Graph, view: View, update: Update) -> int | None:
    """The gradient whose sign an update is a multiple of; None where it has no sign."""
    level = [t for t, s in update.terms if s]
    for _ in range(FAR):
        for n in level:
            if takes_sign(graph, n) and len(graph.parents[n]) == 1 and n in view.after:
                m = graph.parents[n][0]
                # Beside its size it is no more than the gradient itself, cut off or not.
                sized = any(graph.op[u] == "abs" for u in graph.users()[m])
                return m if graph.shape[m] == graph.shape[update.u] and not sized else None
        level = [p for n in level if graph.op[n] in PASSED for p in graph.parents[n]]
    return None


def takes_sign(graph: Graph, n: int) -> bool:
    """Whether a value holds the signs of another."""
    return graph.op[n] == "flat" and graph.spelled[n].endswith("sign")


def fill_held(graph: Graph, rows: Sequence[Row]) -> None:
    """Take for a gradient that was set to 0, so that its weight is held, what it was before that.

    What was not says how it is scaled.
    """
    users = graph.users()
    signed = [
        r
        for r in rows
        if r.source is not None and any(takes_sign(graph, u) for u in users[r.source])
    ]
    known = [ratio(r.change, np.where(np.equal(r.change, 0), 0.0, r.gradient)) for r in signed]
    usual = next((c for c in known if c), 0.0)
    for row, own in zip(signed, known, strict=True):
        filled = np.where(np.equal(row.change, 0), (own or usual) * row.gradient, row.change)
        row.change = filled if np.ndim(filled) else float(filled)


def fit_rprop(reading: Reading) -> bool:
    """Whether all parameters move by the sign and by steps that grow and shrink by two numbers."""
    histories = []
    for first in reading.rows[0]:
        rows = [next(r for r in rows if r.k == first.k) for rows in reading.rows]
        signs = [np.sign(f * r.gradient) for f, r in zip(reading.factors, rows, strict=True)]
        histories.append((signs, rows))
    largest = max(float(np.max(np.abs(step_of(r)))) for _, rows in histories for r in rows)
    grown = _factor(histories, 1) or 0.0
    for way in WAYS if grown > 1 else ():
        shrunk = _factor(histories, -1, way != "plain")
        shrunk = 0.5 if shrunk is None else shrunk  # no sign has turned
        form = (grown, shrunk, largest)
        if 0 < shrunk < 1 and all(_keeps(signs, rows, way, form) for signs, rows in histories):
            rate = float(np.max(np.abs(step_of(histories[0][1][0]))))
            reading.rule = {"name": "rprop", "rate": rate, "grows": grown, "shrinks": shrunk}
            return True
    return False


def _factor(
    histories: list[tuple[list[Any], list[Row]]], sign: int, after: bool = False
) -> float | None:
    """What a step is multiplied by where two signs are alike, or are not; None where none says it.

    After a step that was held it is seen in the next.
    """
    quotients: list[float] = []
    for signs, rows in histories:
        late = len(rows) - (1 if after else 0)
        turned = np.equal(np.multiply(signs[0], signs[1]), sign)
        if late < 2:
            continue
        later = np.atleast_1d(np.abs(step_of(rows[2 if after else 1])))
        before = np.atleast_1d(np.abs(step_of(rows[0])))
        told = np.atleast_1d(turned) & (before > 0) & (later > 0)
        quotients += (later[told] / before[told]).tolist()
    return float(np.median(quotients)) if quotients else None


def _keeps(signs: list[Any], rows: list[Row], way: str, form: tuple[float, float, float]) -> bool:
    """Whether a parameter moves in all steps as one of the ways of Rprop says."""
    grown, shrunk, largest = form
    size, before, moved = np.abs(step_of(rows[0])), signs[0], step_of(rows[0])
    if not row_fits(rows[0], signs[0] * size, moved):
        return False
    for sign, row in zip(signs[1:], rows[1:], strict=True):
        turn = sign * before
        size = np.where(turn > 0, np.minimum(size * grown, largest), size)
        size = np.where(turn < 0, size * shrunk, size)
        held = np.where(turn < 0, 0.0, sign)
        back = -moved if way == "taken back" else 0.0
        moved = sign * size if way == "plain" else np.where(turn < 0, back, held * size)
        before = sign if way == "plain" else held
        if not row_fits(row, moved, step_of(row)):
            return False
    return True
