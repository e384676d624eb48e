"""A loss that is not known, but for its derivative at the output, which is taken as it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.losses import find_input, shape_target
from twinprop.check.align.recognise import is_close
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.align.steps import View, with_given
from twinprop.check.align.updates import split_linear

# What makes of an error that of another loss, as Huber's, a quantile's or a hinge's.
BENDING = ("clip", "where", "maximum", "minimum", "sign", "flat", "tanh", "abs", "sqrt", "pow")


def take_given(graph: Graph, views: list[View], kind: str) -> list[View] | None:
    """The steps with that derivative at the output with which the program begins its way back.

    It is taken at the output, or at what the output is the sigmoid or the softmax of; or the output
    is the mean of counts. Else only where the error is bent, or weighed by data, on the way to it,
    or where classes are in disorder; and where it has the sign of the error or is 0: then it is
    that of a loss with its least value at the target.
    """
    found = []
    for view in views:
        given = (_of_counts if kind == "counts" else _find_given)(graph, view, kind)
        if given is None:
            return None
        found.append(with_given(view, given))
    return found


def _find_given(graph: Graph, view: View, kind: str) -> dict[int, Any] | None:
    if len(view.pairs) != 1:
        return _find_weighed(graph, view, kind)
    a, y = view.pairs[0]
    out = graph.value(a)
    target = shape_target(graph.operand(y), np.shape(out))
    if target is None or np.size(out) < 2:
        return None
    error = np.subtract(out, target)
    bent: dict[int, bool] = {}  # what is made of the error element by element
    for n in sorted(view.after):
        own = [p for p in graph.parents[n] if p in view.after]
        if n in view.meets:
            bent[n] = False
        elif _is_elementwise(graph, n, error.size) and all(p in bent for p in own):
            bends = graph.op[n] in BENDING or _is_weighed(graph, view, n)
            bent[n] = bends or any(bent[p] for p in own)
    users = graph.users()
    last = [n for n in bent if any(u in view.after and u not in bent for u in users[n])]
    if not last or not (bent[max(last)] or (kind == "softmax" and are_disordered(graph, a, y))):
        return None
    g = np.reshape(graph.value(max(last)), np.shape(out))
    along = np.sign(g * error)
    if not np.any(g) or (along.min() < 0 < along.max()):
        return None
    at = find_input(graph, a, kind) if kind else a
    if at is None or at not in view.moved:
        return None
    return {at: g if along.max() > 0 else -g}


def _of_counts(graph: Graph, view: View, kind: str) -> dict[int, Any] | None:
    """1 - y / mu, the derivative of mu - y log(mu), where the program begins its way back with it.

    As where the mean of a Poisson distribution is no exponential.
    """
    a, y = view.pairs[0]
    out = graph.value(a)
    target = shape_target(graph.operand(y), np.shape(out))
    if len(view.pairs) != 1 or target is None or np.size(out) < 2 or np.min(out) <= 0:
        return None
    g = 1 - target / out
    for n in sorted(view.after):
        value = graph.value(n)
        fits = graph.op[n] == "sub" and np.size(value) == np.size(g)
        if fits and any(is_close(np.reshape(value, np.shape(g)), made) for made in (g, -g)):
            return {a: g}
    return None


def _find_weighed(graph: Graph, view: View, kind: str) -> dict[int, Any] | None:
    """The errors of several samples, each times the weight that the program gives it."""
    given: dict[int, Any] = {}
    weights: list[float] = []
    for a, y in view.pairs:
        out, at = graph.value(a), find_input(graph, a, kind) if kind else a
        target = shape_target(graph.operand(y), np.shape(out))
        met = next((u for u in graph.users()[a] if u in view.meets and graph.op[u] == "sub"), None)
        if target is None or met is None or at is None or at not in view.moved or at in given:
            return None
        weights.append(_weight_of(graph, view, met))
        given[at] = abs(weights[-1]) * (out - target)
    is_weighed = len(set(weights)) > 1 and (min(weights) > 0 or max(weights) < 0)
    return given if is_weighed else None


def _weight_of(graph: Graph, view: View, n: int) -> float:
    """The product of the plain numbers that an error alone is multiplied by."""
    weight = 1.0
    while True:
        after = [u for u in graph.users()[n] if u in view.after]
        inner = split_linear(graph, view, after[0]) if len(after) == 1 else None
        if inner is None or len(inner) != 1 or graph.op[after[0]] == "move":
            return weight
        n, weight = after[0], weight * inner[0][0]


def are_disordered(graph: Graph, a: int, y: Any) -> bool:
    """Whether targets of a softmax are as many ones as samples, and zeros, but not one for each."""
    made = graph.value(y) if isinstance(y, int) else None
    out = graph.value(a)
    if made is None or np.ndim(out) != 2 or np.shape(made) != np.shape(out):
        return False
    axis = next((k for k in (1, 0) if np.allclose(np.sum(out, axis=k), 1)), None)
    whole = graph.value(table_of(graph, y))
    if axis is None or not np.isin(whole, (0, 1)).all():
        return False
    classes = np.shape(out)[axis]
    is_whole = classes in np.shape(whole) and np.sum(whole) == np.size(whole) / classes
    return bool(is_whole and np.any(np.sum(made, axis=axis) != 1))


def table_of(graph: Graph, n: int) -> int:
    """The matrix that rows or columns were taken of."""
    while graph.op[n] == "move" and len(set(graph.parents[n])) == 1:
        if len(graph.shape[graph.parents[n][0]]) != 2:
            break
        n = graph.parents[n][0]
    return n


def _is_elementwise(graph: Graph, n: int, size: int) -> bool:
    return count(graph.shape[n]) == size and graph.op[n] not in {*PRODUCTS} - {"mul"}


def _is_weighed(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is multiplied with data, one number for each sample."""
    data = [p for p in graph.parents[n] if p not in view.moved and not view.touched[p]]
    return graph.op[n] in ("mul", "div") and any(count(graph.shape[p]) > 1 for p in data)
