"""A loss read into a recording: its derivatives in all steps, and the rule that fits them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import fit_adaptive, read_gradients
from twinprop.check.align.bent import read_bent
from twinprop.check.align.linear import fit_linear
from twinprop.check.align.losses import differentiate, is_made_by, seed_loss
from twinprop.check.align.momentum import judge_past
from twinprop.check.align.nothing import read_begun_anew
from twinprop.check.align.penalty import include_partly, include_penalty
from twinprop.check.align.ranks import count_good
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, read_rows, row_fits
from twinprop.check.align.signs import fill_held, fit_rprop
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Parameters
from twinprop.check.align.updates import written_factors
from twinprop.check.align.votes import fit_descent, follow_whole_cost

FEWEST_FOLLOWED = 3


def read_loss(graph: Graph, found: Parameters, views: list[View], family: str) -> Reading | None:
    """One loss, differentiated in all steps, and the rule that fits what parameters did."""
    reading = Reading(family, [], [])
    kind = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(family)
    output = views[0].pairs[0][0]
    reading.suits = kind is not None and is_made_by(graph, output, kind)
    for view in views:
        if family not in view.read:  # it may be asked for again, without the first step
            view.read[family] = _differentiate_step(graph, found, view, family)
        if view.read[family] is None:
            return None
        adjoint, stopped, rows = view.read[family]
        reading.stopped = reading.stopped or stopped
        reading.adjoints.append(adjoint)
        reading.rows.append([replace(row) for row in rows])
        reading.written.append(view.once("written", partial(_numbers_written, graph, view)))
    _fit_rule(graph, views, reading)
    return reading


def _differentiate_step(
    graph: Graph, found: Parameters, view: View, family: str
) -> tuple[dict[int, Any], str | None, list[Row]] | None:
    """Derivatives of a loss in a step, what stopped them, and what parameters did beside them."""
    seeds = seed_loss(graph, view, family)
    if seeds is None:
        return None
    adjoint, stopped = differentiate(graph, view, seeds)
    rows = read_rows(graph, view, found.owner, adjoint)
    if not rows or not all(np.isfinite(r.gradient).all() for r in rows):
        return None
    return adjoint, stopped, rows


def _numbers_written(graph: Graph, view: View) -> list[float]:
    """The plain numbers on the way back to the updates of a step."""
    written = [f for c in view.step.updates[:40] for f in written_factors(graph, view, c)]
    return _most_frequent(written)[:12]


def _fit_rule(graph: Graph, views: list[View], reading: Reading) -> None:
    """Find the rule that fits what parameters did, from the plainest one on."""
    fit_descent(reading)
    judge_past(reading)
    if not reading.is_fitting:
        fit_linear(reading)
    if not reading.is_fitting and reading.family == "own":
        follow_whole_cost(reading)
    if not reading.is_fitting and include_penalty(reading, range(len(views))):
        fit_descent(reading)
    if not reading.is_fitting and not count_good(reading) and include_partly(reading):
        fit_descent(reading)
    if is_one_turned(reading):
        return
    if not reading.is_fitting and read_gradients(graph, views, reading):
        _read_adaptive(graph, views, reading)
    elif not reading.is_fitting and read_begun_anew(graph, views, reading):
        fit_descent(reading)
        reading.rule = {"name": "unknown", "rate": 1.0}
    elif not reading.is_fitting and (rate := read_bent(graph, views, reading)):
        fit_descent(reading)
        reading.rule["cut_off"] = rate


def is_one_turned(reading: Reading) -> bool:
    """Whether all parameters keep one momentum, and one of them always goes the other way."""
    if reading.rule["name"] != "momentum" or reading.odd or len(reading.rows[0]) < FEWEST_FOLLOWED:
        return False
    off = [
        [r for r, g in zip(rows, good, strict=True) if not g]
        for rows, good in zip(reading.rows, reading.good, strict=True)
    ]
    return len({r.k for own in off for r in own}) == 1 and all(
        len(own) == 1 and row_fits(own[0], -c * own[0].gradient)
        for own, c in zip(off, reading.factors, strict=True)
    )


def _most_frequent(numbers: list[float]) -> list[float]:
    """The most frequent numbers first; of those that come as often the smaller ones, as rates are.

    By rule, and not in the order of a set, so that R's judge takes the same.
    """
    counts = Counter(numbers)
    return sorted(counts, key=lambda x: (-counts[x], abs(x), x < 0))


def _read_adaptive(graph: Graph, views: list[View], reading: Reading) -> None:
    """Judge the gradients that enter a rule with a past, and then the rule."""
    rows, written = reading.rows, reading.written
    known = 0 if all(r.source is not None for r in rows[0]) else 1  # of the first may be none
    reading.rows, reading.written, reading.odd = rows[known:], written[known:], {}
    fill_held(graph, reading.rows)
    fit_descent(reading)
    if not reading.is_fitting and include_penalty(reading, range(len(reading.rows))):
        fit_descent(reading)
    reading.inside = {(s + known, k): d for (s, k), d in reading.inside.items()}
    reading.rows, reading.written = rows, written
    reading.good = [*([True] * len(r) for r in rows[:known]), *reading.good]
    reading.factors = [*reading.factors[:known], *reading.factors]
    reading.rule = {"name": "unknown", "rate": 1.0}
    if reading.is_fitting and not fit_adaptive(graph, views, reading):
        fit_rprop(reading)
