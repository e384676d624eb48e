"""One output of one sample at a time: its error is held to the rate that the program has.

The error of such a step is a single number that all parameters have in common, so any error fits
with some rate. Where the rates that it takes are none that the program multiplies by, and differ
from step to step, the error itself is another one than the derivative of a known loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from twinprop.check.align.align import Alignment
from twinprop.check.align.heads import list_margins
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, row_fits
from twinprop.check.align.steps import look_at_step
from twinprop.check.align.updates import touched_by
from twinprop.check.align.votes import is_even
from twinprop.check.explain.causes import explain_fault
from twinprop.check.explain.first import first_fault

SAME = 1e-7
FEWEST_STEPS = 3
UNKNOWN_ERROR = "the error of their one output is that of no loss that is known here"


def hold_to_rate(graph: Graph, alignment: Alignment) -> Alignment:
    """A training as it is with the rate that is written, where it fits with none.

    Returns
    -------
    Alignment
        Where rates are explained, the first such reading is the best. Else one whose best reading
        is wrong by a mistake that is known, or that has no reading.
    """
    best = alignment.best
    if best is None or not best.is_right or not _is_one_number(graph, alignment, best):
        return alignment
    right = [r for r in alignment.readings if r.is_right]
    explained = next((r for r in right if _is_explained(r)), None)
    if explained is not None:
        others = [r for r in alignment.readings if r is not explained]
        return replace(alignment, readings=[explained, *others])
    margins = _read_margins(graph, alignment)
    if margins is not None:
        return margins
    for reading in right:
        for held in _held(reading):
            other = replace(alignment, readings=[held])
            found = first_fault(graph, other)
            if found is not None and explain_fault(graph, other, *found[:2])[1] is not None:
                return other
    return replace(alignment, readings=[], why=UNKNOWN_ERROR)


def _read_margins(graph: Graph, alignment: Alignment) -> Alignment | None:
    """The training with a loss of labels -1 and 1, where its rates are explained."""
    found, touched = alignment.found, touched_by(graph, alignment.found.owner)
    looked = [look_at_step(graph, found, touched, view.step) for view in alignment.views]
    for views in [] if alignment.asked else list_margins(graph, looked):
        reading = read_loss(graph, found, views, "own")
        if reading is not None and reading.is_right and _is_explained(reading):
            return replace(alignment, views=views, readings=[reading])
    return None


def _is_one_number(graph: Graph, alignment: Alignment, best: Reading) -> bool:
    """Whether every step has one output, a single number, and moves straight along its slope."""
    ones = all(
        len(v.pairs) == 1 and count(graph.shape[v.pairs[0][0]]) == 1 for v in alignment.views
    )
    return ones and best.rule["name"] == "gradient_descent" and len(best.rows) >= FEWEST_STEPS


def _is_explained(reading: Reading) -> bool:
    """Whether the factors of all steps are numbers of the program, but for one common number."""
    if not all(reading.written):
        return is_even(reading.factors)  # more is not known of them
    for first in reading.written[0]:
        common = reading.factors[0] / first
        if all(
            any(abs(f - common * w) <= SAME * abs(f) for w in written)
            for f, written in zip(reading.factors, reading.written, strict=True)
        ):
            return True
    return False


def _held(reading: Reading) -> Iterator[Reading]:
    """A reading with each of the rates that are written in every step."""
    for rate in reading.written[0]:
        if rate > 0 and all(
            any(abs(rate - w) <= SAME * rate for w in written) for written in reading.written
        ):
            good = [[row_fits(r, rate * r.gradient) for r in rows] for rows in reading.rows]
            if not all(all(g) for g in good):
                yield replace(
                    reading,
                    factors=[rate] * len(reading.rows),
                    rule={**reading.rule, "rate": rate},
                    good=good,
                )
