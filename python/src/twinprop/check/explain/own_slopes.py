"""What a program takes for slopes: where every update follows with them, they alone are wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import Activation, find_activations
from twinprop.check.align.ranks import FAMILIES, count_written
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import OwnSlope, View
from twinprop.check.align.votes import is_even
from twinprop.check.explain.table import Fault, is_near

DEEPEST_SLOPE = 40


def find_own_slopes(graph: Graph, alignment: Alignment) -> Fault | None:
    """The first value that stands where a slope belongs and is none.

    With what the program multiplies by in place of the derivatives of its activations, and a rate
    that it is written with, every parameter moves as the loss says in every step.
    """
    taken = [_take_slopes(graph, view) for view in alignment.views]
    if not taken or not all(taken):
        return None
    views = [replace(v, slopes=own) for v, own in zip(alignment.views, taken, strict=True)]
    for family in FAMILIES:
        reading = read_loss(graph, alignment.found, views, family)
        if reading is None or not reading.is_right or min(reading.factors) <= 0:
            continue
        if is_even(reading.factors) and count_written(reading) == len(views):
            return _first_wrong(graph, views[0])
    return None


def _first_wrong(graph: Graph, view: View) -> Fault | None:
    right = {x.a: x.slope for x in find_activations(graph, view)}
    wrong = [(own.node, a) for a, own in view.slopes.items() if not is_near(own.value, right[a])]
    if not wrong:
        return None
    node, a = min(wrong)
    update, slope = view.step.updates[0], right[a]
    if node in view.after:  # what is multiplied by it
        shape = graph.shape[node]
        own = np.reshape(view.slopes[a].value, shape)
        rest = np.divide(graph.value(node), own, out=np.zeros(shape), where=own != 0)
        slope = rest * np.reshape(slope, shape)
    return Fault(node, slope, [(node, slope)], update, None, "slope_of_none")


def _take_slopes(graph: Graph, view: View) -> dict[int, OwnSlope]:
    """For each activation what a derivative is multiplied by that is made of it alone.

    Where it is multiplied by the most of that, and first: a gradient may have the activation too.
    """
    known = [x for x in find_activations(graph, view) if x.slope is not None]
    found: dict[int, OwnSlope] = {}
    most: dict[int, int] = {}
    for n in sorted(view.cone & view.after):
        if graph.op[n] != "mul":
            continue
        factors = [f for f in _factors(graph, view, n) if _is_as_large(graph, f, n)]
        for x in known:
            own = [f for f in factors if _is_as_large(graph, x.a, n)]
            own = [f for f in own if _is_made_of(graph, view, f, x)]
            if len(own) > most.get(x.a, 0):
                most[x.a] = len(own)
                shape = graph.shape[x.a]
                value = np.prod([np.reshape(graph.value(f), shape) for f in own], axis=0)
                alone = len(own) == 1 and own[0] not in view.forward
                found[x.a] = OwnSlope(x.z, value, own[0] if alone else n)
    return found


def _is_as_large(graph: Graph, a: int, b: int) -> bool:
    """Whether two arrays have one shape, or are one vector that lies or stands."""
    first, second = graph.shape[a], graph.shape[b]
    lines = all(count(s) == max(s, default=1) for s in (first, second))
    return first == second or (lines and count(first) == count(second))


def _factors(graph: Graph, view: View, n: int) -> list[int]:
    """The factors of a product on the way back that are no derivatives themselves."""
    factors: list[int] = []
    stack = [n]
    while stack:
        m = stack.pop()
        for p in graph.parents[m]:
            if p not in view.after:
                factors.append(p)
            elif graph.op[p] == "mul":
                stack.append(p)
    return factors


def _is_made_of(graph: Graph, view: View, n: int, x: Activation) -> bool:
    """Whether a value is made of one activation, or of its input, and of no other weights."""
    stack, seen = [n], set()
    while stack:
        m = stack.pop()
        if m in seen or m in (x.a, x.z):
            seen.add(m)
            continue
        if m in view.cut or len(seen) > DEEPEST_SLOPE:
            return False
        seen.add(m)
        stack.extend(p for p in graph.parents[m] if p in view.moved)
    return n in view.moved and bool(seen & {x.a, x.z})
