"""Of two factors, each of which fits some parameters, the one that the computed loss says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from twinprop.check.align.heads import follow_error
from twinprop.check.align.losses import shape_target
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, Row
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Parameters
from twinprop.check.align.updates import take_apart
from twinprop.check.align.votes import vote_factor

NODES_AFTER = 300  # a loss may be computed after the updates
SAME = 1e-9


def list_losses(graph: Graph, view: View, family: str) -> Iterator[tuple[int, float]]:
    """Where a loss of a step's output is computed, and how many times it is the family's own.

    That is the number by which its derivative is that of half the sum of squares, or of the sum of
    the logarithms.
    """
    a, y = view.pairs[0]
    out, target = np.asarray(graph.value(a)), graph.operand(y)
    target = shape_target(target, np.shape(out))
    if target is None:
        return
    sums = {
        "squared_error": lambda: np.sum((out - target) ** 2) / 2,
        "cross_entropy": lambda: -np.sum(target * np.log(out)),
        "binary_cross_entropy": lambda: (
            -np.sum(target * np.log(out) + (1 - target) * np.log(1 - out))
        ),
    }
    total = float(sums[family]()) if family in sums else 0.0
    counts = dict.fromkeys((1, *graph.shape[a], count(graph.shape[a])))
    numbers = [n / m for m in counts for n in ((1, 2) if family == "squared_error" else (1,))]
    made: dict[int, list[float]] = {}
    for n in range(view.step.begin + 1, min(view.step.end + NODES_AFTER, graph.size)):
        beside = view.touched[n] and n not in view.cone
        value = graph.value(n) if beside and count(graph.shape[n]) == 1 else None
        x = 0.0 if value is None else float(np.ravel(value)[0])
        same = [w for w in numbers if x and abs(x - w * total) <= SAME * abs(x)]
        made |= {n: same} if same else {}
    # A sum on the way to a mean is no loss.
    ends = (n for n in made if not any(u in made for u in graph.users()[n]))
    yield from ((n, w) for n in ends for w in made[n])


def settle_factor(
    graph: Graph, found: Parameters, views: list[View], readings: list[Reading]
) -> None:
    """Give the first reading the factor that the loss and the rate of the program have.

    Where some gradients are divided by the number of samples and others are not, either may be
    meant. The rate is what all updates multiply a gradient by that has a name. Where no loss is
    computed, it is that of the error with which the way back begins, if as many parameters follow
    that: a number that stands on the way to the hidden layers alone is out of place.
    """
    if not readings or readings[0].is_fitting or any(len(view.pairs) != 1 for view in views):
        return
    reading = readings[0]
    weights = {round(w, 12) for v in views for _, w in list_losses(graph, v, reading.family)}
    rates = {round(r, 12) for v in views for r in _rates_of(graph, found, v)}
    least = 0
    if not weights:
        weights = _weights_of_errors(graph, views, reading)
        least = sum(map(sum, reading.good))
    if len(weights) != 1 or len(rates) != 1 or reading.rule["name"] != "gradient_descent":
        return
    c = weights.pop() * rates.pop()
    if c <= 0 or all(abs(c - f) <= SAME * c for f in reading.factors):
        return
    voted = [vote_factor(rows, [c], c, [])[1] for rows in reading.rows]
    if all(map(_fits_some, reading.rows, voted)) and sum(map(sum, voted)) >= least:
        rule = {"name": "gradient_descent", "rate": c}
        readings[0] = replace(reading, good=voted, factors=[c] * len(voted), rule=rule)


def _weights_of_errors(graph: Graph, views: list[View], reading: Reading) -> set[float]:
    """The numbers, with their sign, that errors begin the way back with, if none counts samples.

    Where a gradient is divided by the number of samples, that may be right of it alone.
    """
    found = {round(follow_error(graph, v, v.pairs[0][0])[1], 12) for v in views}
    shape = graph.shape[views[0].pairs[0][0]]
    written = [w for own in reading.written for w in own]
    apart = [w / x for w in written for x in written]
    counts = [n for n in (*shape, count(shape)) if n > 1]
    return set() if any(abs(q - n) <= SAME * n for q in apart for n in counts) else found


def _fits_some(rows: list[Row], good: list[bool]) -> bool:
    """Whether weights, and not single numbers alone, follow their derivative."""
    pairs = zip(good, rows, strict=True)
    return any(g and np.size(r.old) > 1 and bool(np.any(r.gradient)) for g, r in pairs)


def _rates_of(graph: Graph, found: Parameters, view: View) -> Iterator[float]:
    """The number by which each update multiplies the first value that has a name."""
    for update in view.step.updates:
        parts = take_apart(graph, view, found.owner, update, True)
        for term in parts.terms:
            named = [f for n, f in term.way[1:] if n in graph.names]
            yield -(named[0] if named else term.factor)
