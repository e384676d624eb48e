"""A softmax of each row that R's apply() gives back as a column, where that fits as well."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import shape_target
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View
from twinprop.check.explain.table import NEAR, Fault

FROM_OUTPUT = 3


def find_turned_output(graph: Graph, alignment: Alignment) -> Fault | None:
    """The call of apply() whose columns are samples, where those of the target are its rows.

    With as many samples as classes both have one shape. Each sample's outputs and its target sum
    to 1, and in some step what is summed the other way does not.
    """
    if graph.header["language"] != "r":
        return None
    outputs, targets, made = [], [], []
    for view in alignment.views:
        both = _of_step(graph, view)
        n = None if both is None else _applied(graph, view.pairs[0][0])
        if both is None or n is None:
            return None
        outputs.append(both[0])
        targets.append(both[1])
        made.append(n)
    if _axes_of_ones(outputs) != [True, False] or _axes_of_ones(targets) != [False, True]:
        return None
    right = np.transpose(graph.value(made[0]))
    update = alignment.views[0].step.updates[-1]
    return Fault(made[0], right, [(made[0], right)], update, None, "rows_turned")


def _of_step(graph: Graph, view: View) -> tuple[Any, Any] | None:
    """The one output of a step and its target, where they are as wide as they are high."""
    if len(view.pairs) != 1:
        return None
    a, y = view.pairs[0]
    shape, target = graph.shape[a], graph.operand(y)
    if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 2 or target is None:
        return None
    target = shape_target(target, shape)
    return None if target is None else (graph.value(a), target)


def _applied(graph: Graph, a: int) -> int | None:
    """The call of apply() that an output comes from, if no other has turned it."""
    for _ in range(FROM_OUTPUT):
        if graph.spelled[a] == "apply":
            return a
        if graph.op[a] != "move" or len(graph.parents[a]) != 1 or graph.spelled[a] == "t":
            break
        a = graph.parents[a][0]
    return None


def _axes_of_ones(values: list[Any]) -> list[bool]:
    """For both axes whether all sums along it are 1."""
    sums = ([np.sum(v, axis=axis) for v in values] for axis in (0, 1))
    return [all(bool(np.all(np.abs(s - 1) <= NEAR)) for s in own) for own in sums]
