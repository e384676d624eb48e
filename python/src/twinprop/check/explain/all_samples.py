"""Gradients of some samples that are divided by the number of all: a batch, or all but one."""

from __future__ import annotations

from collections import Counter

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View, ancestors
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.network import count_samples
from twinprop.check.explain.rows import find_row, find_rows
from twinprop.check.explain.table import Fault

FEWEST_SAMPLES = 3  # in a step
FEWEST_STEPS = 2
RULES = ("gradient_descent", "momentum")  # others make the same of any multiple of a gradient


def find_divided_by_all(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A sum over the samples of each step that is divided by the number of other ones.

    By one more than there are, as where a loop over the samples stops before the last; or by the
    rows of the table that a batch is taken out of.
    """
    views = alignment.views
    if best.rule["name"] not in RULES or len(views) < FEWEST_STEPS:
        return None
    found = [_find_division(graph, view) for view in views]
    numbers = {number for _, number in found}
    if None in numbers or len(numbers) > 1:
        return None
    number = int(numbers.pop() or 0)
    counts = [count_samples(graph, view) for view in views]
    if all(m == number - 1 for m in counts) and len(views[0].pairs) > 1:
        return None if _is_series(graph, views[-1]) else _stops_early(graph, views[0], number)
    is_table = all(_is_length_of_table(graph, view, number) for view in views)
    if not is_table or not any(2 * m <= number for m in counts):
        return None
    n, update = found[0][0], views[0].step.updates[-1]
    right = np.asarray(graph.value(n)) * number / counts[0]
    return Fault(n, right, [(n, right)], update, None, "batch_divided_by_all")


def _find_division(graph: Graph, view: View) -> tuple[int, float | None]:
    """Where the way back is divided by a number that is larger than that of the samples.

    Nothing where it is divided by the number of samples, too.
    """
    samples = count_samples(graph, view)
    found: tuple[int, float | None] = (-1, None)
    for n in sorted(view.cone & view.after):
        number = _divisor(graph, view, n)
        if number == samples or graph.op[n] == "mean":
            return -1, None
        if samples >= FEWEST_SAMPLES and number is not None and number > samples:
            if found[1] not in (None, number):
                return -1, None
            found = n, number
    return found


def _divisor(graph: Graph, view: View, n: int) -> float | None:
    """The whole number by which a value is divided, or the rate that it is multiplied by."""
    args = graph.args[n]
    if graph.op[n] == "mul" and len(args) == 2:
        rates = [a for a in args if isinstance(a, int) and graph.op[a] == "div"]
        args = graph.args[rates[0]] if len(rates) == 1 and rates[0] not in view.moved else []
        if not args:
            return None
    elif graph.op[n] != "div" or not isinstance(args[0], int) or args[0] not in view.after:
        return None
    number = plain_number(graph, view, args[1])
    return number if number is not None and number == round(number) else None


def _is_series(graph: Graph, view: View) -> bool:
    """Whether each sample follows from those before it: its targets, or what it was told by.

    Or its targets begin after the first row, as where each row is told by the row before.
    """
    outputs = [a for a, _ in view.pairs]
    first, last = (
        len(ancestors(graph, [a], view) & view.forward) for a in outputs[:: len(outputs) - 1]
    )
    targets = {y for _, y in view.pairs if isinstance(y, int)}
    rows = {row for y in targets for _, long, row in find_row(graph, y) if long == len(outputs) + 1}
    starts_later = rows and rows != set(range(len(outputs)))
    return last > 2 * first or bool(starts_later or targets & ancestors(graph, outputs, view))


def _stops_early(graph: Graph, view: View, number: int) -> Fault:
    """The loop over all samples but one, told by what is summed up in it."""
    made = sorted(view.cone & view.after)
    often = Counter(graph.site[n] for n in made if graph.op[n] in ("add", "sub", "move"))
    sums = [n for n in made if graph.site[n] >= 0 and often[graph.site[n]] == number - 1]
    n, update = (sums or sorted(view.meets))[0], view.step.updates[-1]
    right = graph.value(n)
    fault = Fault(n, right, [(n, right)], update, None, "sample_left_out", loop=(n, 0))
    fault.shown = (f"{number - 1} samples in a step", f"all {number}")
    return fault


def _is_length_of_table(graph: Graph, view: View, number: int) -> bool:
    """Whether the targets of a step are as many rows of a table, each once."""
    axis = 1 if in_columns(graph, view) else 0
    if len(view.pairs) != 1 or not isinstance(view.pairs[0][1], int):
        return False
    tables = find_rows(graph, view.pairs[0][1], axis)
    return any(
        graph.shape[t.table][t.axis] == number and len(np.unique(t.rows)) == len(t.rows)
        for t in tables
    )
