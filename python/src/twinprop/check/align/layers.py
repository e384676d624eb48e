"""Activations on the way forward: which value is which function of which other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from twinprop.check.align.losses import TURNING, softmax_axis, unshifted
from twinprop.check.align.recognise import is_close, recognise_activation
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.align.steps import View
from twinprop.check.align.thresholds import find_jump

DEEPEST_FUNCTION = 9
MOST_MOVES = 7
WITHIN = {("softsign", "exp")}  # e / (1 + e) of e = exp(z) is the sigmoid of z
SUMS = ("add", "sub", "sweep", "matmul")


@dataclass
class Activation:
    """a = f(z): both nodes, the name of f, and its slope at z where each element has its own."""

    z: int
    a: int
    name: str
    slope: Any


def find_activations(graph: Graph, view: View) -> list[Activation]:
    """The activations of a step, in order of time.

    Looked for at what is multiplied by a parameter later on, and at the outputs.
    """
    ends = {a: [a] for a, _ in view.pairs}
    for n in sorted(view.forward):
        if graph.op[n] in PRODUCTS:
            ends |= {way[0]: way for p in graph.parents[n] if (way := _way_of(graph, view, p))}
    found = []
    for a in sorted(ends.keys() - view.cut):
        # Where elements were put into a matrix it is that which is a function of another.
        made = (find_function(graph, view, n) for n in ends[a])
        activation = next((x for x in made if x is not None), None)
        if activation is not None:
            found.append(activation)
    return found


def _way_of(graph: Graph, view: View, n: int) -> list[int]:
    """What a moved value was before it was moved, first, where it is one value beside constants.

    Also before its sign was turned, as in exp(-h %*% w). Nothing where no parameter makes it.
    """
    way = [n]
    while len(way) < MOST_MOVES:
        parents = set(graph.parents[n]) & view.moved
        if graph.op[n] not in ("move", "neg") or len(parents) != 1 or _puts_zeros(graph, n):
            break
        n = parents.pop()
        way.append(n)
    return way[::-1] if n in view.moved else []


def _puts_zeros(graph: Graph, n: int) -> bool:
    """Whether some numbers of an array were replaced by others, as relu is written with a mask."""
    index = graph.movement(n)
    shapes = [graph.shape[p] for p in graph.parents[n]]
    return index is not None and shapes == [graph.shape[n]] and bool(np.any(index < 0))


def find_function(graph: Graph, view: View, a: int) -> Activation | None:
    """The activation that a value is, of the nearest value on the way forward that it is one of."""
    jump = find_jump(graph, view, a)
    if jump:
        return Activation(jump[0][0], a, "step", None)
    return view.once(("activation", a), lambda: _search_function(graph, view, a))


def _search_function(graph: Graph, view: View, a: int) -> Activation | None:
    out = graph.value(a)
    level, zero = [a], None
    for _ in range(DEEPEST_FUNCTION):
        before = (p for n in level for p in graph.parents[n] if p in view.moved)
        level = list(dict.fromkeys(p for p in before if p not in view.cut))[:30]
        for z in level:
            value = graph.value(z)
            if value is None or np.shape(value) != np.shape(out):
                continue
            if np.size(value) > 1 and np.any(value) and np.ptp(value) == 0:
                continue  # equal numbers are a function of anything
            if graph.op[a] in (*SUMS, "move", "where") and is_close(value, out):
                continue  # a sum with 0, or a choice of it, where no number is below 0
            found = recognise_activation(value, out)
            if found is not None and (found[0], graph.op[z]) not in WITHIN:
                zero = Activation(z, a, found[0], found[1])
                if np.any(value) or graph.op[z] not in TURNING:
                    return zero
            if softmax_axis(value, out) is not None:
                return Activation(unshifted(graph, z, out), a, "softmax", None)
    return zero
