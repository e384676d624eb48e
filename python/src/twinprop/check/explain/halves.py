"""The two halves of a cross-entropy's derivative with one sign, where they have opposite ones.

It is -y / a + (1 - y) / (1 - a). Brackets that are lost, as in -y / a - (1 - y) / (1 - a), turn the
second half; told only where everything after it is right, as derivatives of what it makes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View
from twinprop.check.explain.table import NEAR, Fault

NEARLY_ONE = 1e-5  # a number as small as this may be added to what is divided by


class Half(NamedTuple):
    """A quotient: its sign in the sum, its numbers without a sign, and what it is divided by."""

    sign: int
    value: Any
    share: Any
    divisor: int


def find_wrong_half(graph: Graph, alignment: Alignment) -> Fault | None:
    """The sum of two halves of which one has the wrong sign, in every step.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was read into it: no loss fits.

    Returns
    -------
    Fault or None
        In the first step.
    """
    views: list[View] = []
    sums: list[tuple[int, Half]] = []
    for view in alignment.views:
        found = _sum_of_halves(graph, view)
        output = None if found is None else _output_of(graph, view, found[1].divisor)
        if found is None or output is None:
            return None
        views.append(replace(view, given={output: graph.value(found[0])}))
        sums.append(found)
    reading = read_loss(graph, alignment.found, views, "own")
    if reading is None or not reading.is_right or len({f > 0 for f in reading.factors}) > 1:
        return None
    n, rest = sums[0]
    turn = 1.0 if reading.factors[0] > 0 else -1.0  # the update adds what others subtract
    whole = graph.value(n)
    right = turn * (2 * rest.value - np.abs(whole))
    last = alignment.views[0].step.updates[-1]
    return Fault(n, right, [(n, right)], last, None, "half_reversed")


def _sum_of_halves(graph: Graph, view: View) -> tuple[int, Half] | None:
    """The sum of y / a and (1 - y) / (1 - a) with one sign, and its second half."""
    for n in sorted(view.after):
        args = graph.args[n]
        if graph.op[n] not in ("add", "sub") or len(args) != 2:
            continue
        signs = (1, 1 if graph.op[n] == "add" else -1)
        halves = [_half(graph, view, a, s) for a, s in zip(args, signs, strict=True)]
        one, two = halves
        if one is None or two is None or one.sign != two.sign:
            continue
        if not _fill_one(graph, one, two):
            continue
        second = [h for h in (one, two) if _is_rest(graph, h.divisor)]
        if len(second) == 1:
            return n, second[0]
    return None


def _half(graph: Graph, view: View, a: Any, sign: int) -> Half | None:
    """A quotient of a target and an output, its signs apart."""
    a, sign = _without_sign(graph, a, sign)
    if not isinstance(a, int) or a not in view.meets or graph.op[a] != "div":
        return None
    share, divisor = graph.args[a]
    share, sign = _without_sign(graph, share, sign)
    value = None if share is None else graph.operand(share)
    if value is None or not isinstance(divisor, int) or np.any(np.asarray(value) < 0):
        return None
    return Half(sign, np.abs(graph.value(a)), value, divisor)


def _without_sign(graph: Graph, a: Any, sign: int) -> tuple[Any, int]:
    while isinstance(a, int) and graph.op[a] == "neg":
        a, sign = graph.args[a][0], -sign
    return a, sign


def _fill_one(graph: Graph, one: Half, two: Half) -> bool:
    """Whether the targets of two halves add up to 1, and what they are divided by nearly does."""
    if np.shape(one.value) != np.shape(two.value) or np.size(one.share) != np.size(two.share):
        return False
    shares = np.ravel(one.share) + np.ravel(two.share)
    divisors = np.ravel(graph.value(one.divisor)) + np.ravel(graph.value(two.divisor))
    filled = np.all(np.abs(shares - 1) <= NEAR)
    return bool(filled and np.all(np.abs(divisors - 1) <= NEARLY_ONE))


def _unpadded(graph: Graph, n: int) -> int:
    """A value before a small number was added to it."""
    args = [a for a in graph.args[n] if isinstance(a, int)]
    own = [a for a in args if graph.shape[a] == graph.shape[n]]
    near = graph.op[n] == "add" and len(own) == 1 and len(graph.args[n]) == 2
    if near and np.all(np.abs(np.subtract(graph.value(n), graph.value(own[0]))) <= NEARLY_ONE):
        return own[0]
    return n


def _is_rest(graph: Graph, n: int) -> bool:
    """Whether a value is what another one lacks of 1."""
    n = _unpadded(graph, n)
    return graph.op[n] == "sub" and graph.args[n][0] == [1]


def _output_of(graph: Graph, view: View, rest: int) -> int | None:
    """The output of which a value is what it lacks of 1."""
    n = graph.args[_unpadded(graph, rest)][1]
    return n if isinstance(n, int) and n in view.forward else None
