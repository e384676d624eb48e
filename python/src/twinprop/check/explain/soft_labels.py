"""Smoothed labels of a sample that do not add up to 1, so that they are no shares."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.given import table_of
from twinprop.check.align.losses import find_input, shape_target, softmax_axis
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View, with_given
from twinprop.check.explain.table import Fault

SAME = 1e-9


def find_uneven_labels(graph: Graph, alignment: Alignment) -> Fault | None:
    """Labels that have something for every class, and too much of it, where all else is right.

    Where the sum is 1, a - y is the derivative of the cross-entropy at the softmax's input, and
    every parameter follows that.
    """
    views = alignment.views
    found = [_labels_of(graph, view) for view in views]
    if not found or any(f is None for f in found):
        return None
    cut = [with_given(v, {f[0]: f[1]}) for v, f in zip(views, found, strict=True) if f is not None]
    reading = read_loss(graph, alignment.found, cut, "own")
    y = views[0].pairs[0][1]
    if reading is None or not reading.is_right or min(reading.factors) <= 0:
        return None
    n, (_, _, over) = table_of(graph, y), next(filter(None, found))
    right = graph.value(n) - over
    return Fault(n, right, [(n, right)], views[0].step.updates[-1], None, "labels_not_shares")


def _labels_of(graph: Graph, view: View) -> tuple[int, Any, float] | None:
    """The input of a step's softmax, the derivative there, and what each label has too much."""
    a, y = view.pairs[0]
    z, out = find_input(graph, a, "softmax"), graph.value(a)
    target = shape_target(graph.operand(y), np.shape(out))
    axis = None if z is None else softmax_axis(graph.value(z), out)
    if len(view.pairs) != 1 or z is None or target is None or axis is None:
        return None
    if not isinstance(y, int) or np.min(target) <= 0:
        return None
    sums = np.sum(target, axis=axis)
    is_one = bool(np.any(np.abs(sums - 1) <= SAME))
    if is_one or np.ptp(sums) > SAME or np.max(target) >= 1 + np.min(target):
        return None
    return z, out - target, float(np.mean(sums) - 1) / np.shape(out)[axis]
