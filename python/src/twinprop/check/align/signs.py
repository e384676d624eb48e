"""Rprop: the sign of a gradient times a step of each weight's own, which grows and shrinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, Row, ratio, row_fits, step_of
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update

FAR = 4  # from an update to the sign in it
PASSED = ("mul", "neg", "add", "sub", "move")
USUAL = 0.5
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


def is_held(graph: Graph, update: Update) -> bool:
    """Whether an update takes an array of signs that are all 0."""
    level = [t for t, s in update.terms if s]
    for _ in range(FAR):
        signs = [n for n in level if takes_sign(graph, n) and count(graph.shape[n]) > 1]
        if any(graph.shape[n] == graph.shape[update.u] and _is_zero(graph, n) for n in signs):
            return True
        level = [p for n in level if graph.op[n] in PASSED for p in graph.parents[n]]
    return False


def _is_zero(graph: Graph, n: int) -> bool:
    value = graph.value(n)
    return value is not None and not np.any(value)


def fill_held(graph: Graph, steps: Sequence[Sequence[Row]]) -> None:
    """Take for a gradient that was set to 0, so that its weight is held, what it was before that.

    What was not says how it is scaled, in this step or, where all was, in another.
    """
    users = graph.users()
    signed = [
        [
            r
            for r in rows
            if r.source is not None and any(takes_sign(graph, u) for u in users[r.source])
        ]
        for rows in steps
    ]
    known = [[_scale_of(r) for r in rows] for rows in signed]
    first = next((c for own in known for c in own if c), 0.0)
    for rows, scales in zip(signed, known, strict=True):
        usual = next((c for c in scales if c), first)
        for row, own in zip(rows, scales, strict=True):
            filled = np.where(np.equal(row.change, 0), (own or usual) * row.gradient, row.change)
            row.change = filled if np.ndim(filled) else float(filled)


def _scale_of(row: Row) -> float:
    """How many times the derivative a gradient is where it was not set to 0."""
    return ratio(row.change, np.where(np.equal(row.change, 0), 0.0, row.gradient))


def fit_rprop(reading: Reading) -> bool:
    """Whether all parameters move by the sign and by steps that grow and shrink by two numbers."""
    factors = find_factors(reading, 1)
    if factors is None or not factors[0] > 1 > factors[1]:
        return False
    rate = float(np.max(np.abs(step_of(reading.rows[0][0]))))
    reading.rule = {"name": "rprop", "rate": rate, "grows": factors[0], "shrinks": factors[1]}
    return True


def find_factors(reading: Reading, pairs: int, unseen: float = USUAL) -> tuple[float, float] | None:
    """By what all steps are multiplied where two signs are alike, and where they are not.

    As the first of so many pairs of steps say that have such signs; `unseen` if no sign has turned.
    """
    histories = []
    for first in reading.rows[0]:
        rows = [next(r for r in rows if r.k == first.k) for rows in reading.rows]
        signs = [np.sign(f * r.gradient) for f, r in zip(reading.factors, rows, strict=True)]
        histories.append((signs, rows))
    largest = max(float(np.max(np.abs(step_of(r)))) for _, rows in histories for r in rows)
    alike = _factor(histories, 1, pairs) or 0.0
    for way in WAYS if alike > 0 else ():
        turned = _factor(histories, -1, pairs, way != "plain")
        turned = unseen if turned is None else turned
        form = (alike, turned, largest)
        if turned > 0 and all(_keeps(signs, rows, way, form) for signs, rows in histories):
            return alike, turned
    return None


def _factor(
    histories: list[tuple[list[Any], list[Row]]], sign: int, pairs: int, after: bool = False
) -> float | None:
    """What a step is multiplied by where two signs are alike, or are not; None where none says it.

    After a step that was held it is seen in the next.
    """
    far = 2 if after else 1
    for s in range(min(pairs, len(histories[0][1]) - far)):
        quotients: list[float] = []
        for signs, rows in histories:
            turned = np.equal(np.multiply(signs[s], signs[s + 1]), sign)
            later = np.atleast_1d(np.abs(step_of(rows[s + far])))
            before = np.atleast_1d(np.abs(step_of(rows[s])))
            told = np.atleast_1d(turned) & (before > 0) & (later > 0)
            quotients += (later[told] / before[told]).tolist()
        if quotients:
            return float(np.median(quotients))
    return None


def _keeps(signs: list[Any], rows: list[Row], way: str, form: tuple[float, float, float]) -> bool:
    """Whether a parameter moves in all steps as one of the ways of Rprop says."""
    alike, turned, largest = form
    size, before, moved = np.abs(step_of(rows[0])), signs[0], step_of(rows[0])
    if not row_fits(rows[0], signs[0] * size, moved):
        return False
    for sign, row in zip(signs[1:], rows[1:], strict=True):
        turn = sign * before
        size = np.where(turn > 0, np.minimum(size * alike, largest), size)
        size = np.where(turn < 0, size * turned, size)
        held = np.where(turn < 0, 0.0, sign)
        back = -moved if way == "taken back" else 0.0
        moved = sign * size if way == "plain" else np.where(turn < 0, back, held * size)
        before = sign if way == "plain" else held
        if not row_fits(row, moved, step_of(row)):
            return False
    return True
