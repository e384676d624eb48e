"""Parameters that follow two factors: the program's own loss says which of them is right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, ratio, row_fits
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import split_linear, take_apart, touched_by
from twinprop.check.align.votes import is_even

FEWEST_STEPS = 3
SAME = 1e-6


def hold_to_loss(graph: Graph, alignment: Alignment) -> Alignment:
    """A training by the factor of those parameters that move by the rate times their derivative.

    As where a gradient is divided by the number of samples once more than the others: most may be
    wrong, and the loss that the program computes tells which are. Else the alignment as it is.
    """
    best = alignment.best
    if best is None or best.is_fitting or len(best.rows) < FEWEST_STEPS:
        return alignment
    if best.rule["name"] != "gradient_descent" or best.family == "own":
        return alignment
    found, steps = alignment.found, [view.step for view in alignment.views]
    for views in find_objectives(graph, found, touched_by(graph, found.owner), steps):
        own = read_loss(graph, found, views, "own") if len(views) >= FEWEST_STEPS else None
        held = None if own is None else _held_in_all(graph, alignment, views, own)
        other = _with_factor_of(best, held) if held else None
        if other is not None:
            return replace(alignment, readings=[other, *alignment.readings[1:]])
    return alignment


def _held_in_all(
    graph: Graph, alignment: Alignment, views: list[View], own: Reading
) -> set[int] | None:
    """The parameters that move by the rate times their derivative in every step."""
    held: set[int] | None = None
    for view, rows in zip(views, own.rows, strict=True):
        here = set()
        for row in rows:
            update = next(c for c in view.step.updates if c.k == row.k)
            rate = _rate_of(graph, alignment, view, update)
            if rate and np.any(row.gradient) and row_fits(row, rate * row.gradient):
                here.add(row.k)
        held = here if held is None else held & here
    return held


def _rate_of(graph: Graph, alignment: Alignment, view: View, update: Update) -> float:
    """The number that an update multiplies its gradient by last; 0 where there is none."""
    terms = take_apart(graph, view, alignment.found.owner, update).terms
    for n, _ in terms[0].way[1:] if len(terms) == 1 else ():
        inner = split_linear(graph, view, n)
        if inner is not None and len(inner) == 1 and graph.op[n] == "mul":
            return abs(inner[0][0])
    return 0.0


def _with_factor_of(best: Reading, held: set[int]) -> Reading | None:
    """A reading by the factor of some parameters, where it is another in each step."""
    factors = []
    for rows, right in zip(best.rows, best.good, strict=True):
        own = [float(ratio(r.change, r.gradient)) for r in rows if r.k in held]
        followed = {r.k for r, g in zip(rows, right, strict=True) if g and np.any(r.gradient)}
        if len(held) == len(rows) or own[0] <= 0 or held & followed:
            return None
        if any(abs(c - own[0]) > SAME * own[0] for c in own):
            return None
        factors.append(own[0])
    good = [
        [row_fits(r, c * r.gradient) for r in rows]
        for c, rows in zip(factors, best.rows, strict=True)
    ]
    if not is_even(factors):
        return None
    return replace(best, factors=factors, good=good, rule={**best.rule, "rate": factors[0]})
