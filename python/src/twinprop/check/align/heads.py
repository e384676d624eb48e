"""Losses of outputs of several kinds, and losses of labels -1 and 1, which no error has.

Each output has a loss of its own: the program multiplies each error by a weight. Labels of -1 and 1
multiply their output: loss and derivative are functions of that product, the margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from twinprop.check.align.losses import find_input, shape_target, softmax_axis
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View, first_meetings, use_meetings, with_given
from twinprop.check.align.updates import split_linear

MOST_HEADS = 4
SAME = 1e-9
KINDS = ("", "sigmoid", "softmax", "exp")
# The derivative of a loss of the margin m = y s at s, without its factor y.
MARGINS = {
    "logistic": lambda m: -1 / (1 + np.exp(m)),
    "hinge": lambda m: -1.0 * (m < 1),
    "squared hinge": lambda m: -2 * np.maximum(0, 1 - m),
    "perceptron": lambda m: -1.0 * (m <= 0),
    "exponential": lambda m: -np.exp(-m),
}


def list_heads(graph: Graph, views: list[View]) -> Iterator[list[View]]:
    """The steps with the derivatives that outputs have, for each choice of their losses.

    At an output, or at what it is the sigmoid, the softmax or the exponential of, it is the
    difference from the target, times the weight that the program gives it.
    """
    sites = list(dict.fromkeys(graph.site[a] for a, _ in views[0].pairs))
    if len(sites) > MOST_HEADS:
        return
    for kinds in product(KINDS, repeat=len(sites)):
        if any(kinds):
            chosen = dict(zip(sites, kinds, strict=True))
            given = [_give(graph, view, chosen) for view in views]
            if all(g is not None for g in given):
                yield [with_given(v, g) for v, g in zip(views, given, strict=True)]


def _give(graph: Graph, view: View, kinds: dict[int, str]) -> dict[int, Any] | None:
    found: dict[int, Any] = {}
    weights: dict[int, float] = {}
    for a, y in view.pairs:
        kind = kinds.get(graph.site[a])
        target = shape_target(graph.operand(y), graph.shape[a])
        at = a if kind == "" else find_input(graph, a, kind) if kind else None
        if at is None or at not in view.moved or target is None:
            return None
        if kind == "softmax" and not _adds_up(graph, a, at, target):
            return None
        weight = follow_error(graph, view, a)[1] if len(kinds) > 1 else 1.0
        weights.setdefault(graph.site[a], weight)
        g = weight * (graph.value(a) - target)
        found[at] = found[at] + g if at in found else g
    first = next(iter(weights.values()), 0.0)
    return {n: np.sign(first) * g for n, g in found.items()} if first else None


def _adds_up(graph: Graph, a: int, z: int, target: Any) -> bool:
    """Whether targets are shares, of what the output's shares are of: else a - y is no slope."""
    axis = softmax_axis(graph.value(z), graph.value(a))
    return axis is None or bool(np.all(np.abs(np.sum(target, axis=axis) - 1) <= SAME))


def follow_error(graph: Graph, view: View, a: int) -> tuple[int, float]:
    """A difference from the target times the plain numbers that follow on the way back, and these.

    Where there is no difference from the target it is node -1, times 0.
    """
    n = next((m for m in sorted(view.meets) if a in graph.parents[m]), -1)
    if n < 0:
        return -1, 0.0
    weight = -1.0 if graph.op[n] == "sub" and graph.args[n][1] == a else 1.0
    while (onward := _scaled_user(graph, view, n)) is not None:
        weight, n = weight * onward[0], onward[1]
    return n, weight


def _scaled_user(graph: Graph, view: View, n: int) -> tuple[float, int] | None:
    """The first multiple of a value on the way back: its number, and the multiple."""
    for user in graph.users()[n]:
        inner = split_linear(graph, view, user) if user in view.after else None
        if inner is not None and len(inner) == 1 and inner[0][1] == n:
            return inner[0][0], user
    return None


def list_margins(graph: Graph, looked: list[View]) -> Iterator[list[View]]:
    """The steps cut where labels of -1 and 1 multiply an output, for each loss of the margin."""
    for view in looked:
        meets = [m for n in sorted(view.cone & view.moved) for m in _read_margin(graph, view, n)]
        use_meetings(graph, view, first_meetings(graph, view, meets))
    if not all(view.pairs for view in looked):
        return
    for slope in MARGINS.values():
        yield [with_given(view, _margins(graph, view, slope)) for view in looked]


def _margins(graph: Graph, view: View, slope: Any) -> dict[int, Any]:
    found = {}
    for s, y in view.pairs:
        label = shape_target(graph.operand(y), graph.shape[s])
        found[s] = label * slope(label * graph.value(s))
    return found


def _read_margin(graph: Graph, view: View, n: int) -> list[tuple[int, int, Any]]:
    args = graph.args[n]
    if graph.op[n] != "mul" or len(args) != 2 or not all(isinstance(a, int) for a in args):
        return []
    moved = [a in view.moved for a in args]
    if moved[0] == moved[1]:
        return []
    s, y = args if moved[0] else args[::-1]
    label = graph.operand(y)
    if s in view.cut or view.touched[y] or label is None or not np.all(np.abs(label) == 1):
        return []
    several = np.size(label) == 1 or np.min(label) < np.max(label)
    fits = several and shape_target(label, graph.shape[s]) is not None
    return [(n, s, y)] if fits and graph.shape[n] == graph.shape[s] else []
