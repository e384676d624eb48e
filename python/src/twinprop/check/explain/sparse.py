"""Steps that update other parameters than the largest ones: of samples that hold other words each.

The largest kind of step is judged, as smaller ones may be cut off. Where a step of another kind
makes its updates at the very same places, it is whole, and may show what the largest does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from twinprop.check.align.align import Alignment, prepare_step
from twinprop.check.align.networks import STEPS_LOOKED_AT, Training
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Step
from twinprop.check.align.updates import touched_by

FEWEST_KINDS = 3
FEWEST_STEPS = 2  # in which one mistake shows
MOST_STEPS = 40
FAMILIES = ("squared_error", "binary_cross_entropy", "cross_entropy", "absolute_error")


def look_at_others(graph: Graph, alignment: Alignment, training: Training) -> Alignment:
    """An alignment that is right in its largest steps, or that of smaller ones that are not."""
    best = alignment.best
    if best is None or not best.is_right or best.rule["name"] != "gradient_descent":
        return alignment
    if best.family not in FAMILIES:
        return alignment
    touched = touched_by(graph, alignment.found.owner)
    wrong: dict[frozenset[int], list[View]] = {}
    for step in _other_steps(graph, alignment, training):
        view = prepare_step(graph, alignment.found, touched, step, 0)
        reading = None if view is None else read_loss(graph, alignment.found, [view], best.family)
        if view is None or reading is None or not _differs(reading, best):
            continue
        own = wrong.setdefault(frozenset(step.first), [])
        own.append(view)
    views = max(wrong.values(), key=len, default=[])[:STEPS_LOOKED_AT]
    if len(views) < FEWEST_STEPS:
        return alignment
    reading = read_loss(graph, alignment.found, views, best.family)
    if reading is None or reading.is_fitting:
        return alignment
    return replace(alignment, views=views, readings=[reading])


def _other_steps(graph: Graph, alignment: Alignment, training: Training) -> Iterator[Step]:
    """Whole steps of other kinds: they update at all places where the largest do."""
    main = frozenset(alignment.steps[0].first)
    places = {graph.site[c.u] for c in alignment.steps[0].updates}
    steps = training.steps[:-1]  # watching may have ended within the last
    if len({frozenset(step.first) for step in steps}) < FEWEST_KINDS:
        return
    others = [s for s in steps if frozenset(s.first) != main]
    others = [s for s in others if {graph.site[c.u] for c in s.updates} == places]
    yield from others[:MOST_STEPS]


def _differs(reading: Reading, best: Reading) -> bool:
    """Whether some parameter moves as in all other steps, and another does not."""
    factor, usual = reading.factors[0], best.factors
    known = any(abs(factor - c) <= 1e-6 * c for c in usual)
    pairs = zip(reading.rows[0], reading.good[0], strict=True)
    return known and not reading.is_fitting and any(g and np.any(r.gradient) for r, g in pairs)
