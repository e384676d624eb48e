"""A gradient that is divided by the square of its length, where a limit wants its length."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.bent import is_length
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import plain_number, take_apart
from twinprop.check.explain.clipped import CHOOSING, beside_number, without_numbers
from twinprop.check.explain.table import Fault

SAME = 1e-9


class Divided(NamedTuple):
    """What is divided, the numbers that may be factors of it, and the number that divides it."""

    value: Any
    factors: list[float]
    by: int


def find_squared_length(graph: Graph, alignment: Alignment) -> Fault | None:
    """A gradient times a bound over its squared length: it gets a length of bound over length.

    As where the length is squared twice, or its root is left out. The length may be that of all
    gradients together, or of each one.
    """
    for s, view in enumerate(alignment.views):
        found = [_find_divided(graph, alignment, view, update) for update in view.step.updates]
        # A length of each gradient limits those alone that are too long.
        together = sum(0.0 if d is None else float(np.sum(np.square(d.value))) for d in found)
        for update, d in zip(view.step.updates, found, strict=True):
            if d is None:
                continue
            own, by = float(np.sum(np.square(d.value))), float(np.ravel(graph.value(d.by))[0])
            sizes = [by * c * c for c in (1.0, *d.factors)]
            squared = any(abs(x - y) <= SAME * y for x in sizes for y in (own, together))
            if squared and abs(by - 1) > SAME:
                right = np.sqrt(graph.value(d.by))
                return Fault(d.by, right, [(d.by, right)], update, None, "length_squared", step=s)
    return None


def _find_divided(graph: Graph, alignment: Alignment, view: View, update: Update) -> Divided | None:
    """What an update takes that is divided by a single number made of gradients."""
    for term in take_apart(graph, view, alignment.found.owner, update).terms:
        for n in (term.node, *(m for m, _ in term.way)):
            found = _read_divided(graph, view, n)
            if found is not None:
                return found
    return None


def _read_divided(graph: Graph, view: View, n: int) -> Divided | None:
    args = [a for a in graph.args[n] if isinstance(a, int) and a in view.after]
    if graph.op[n] not in ("mul", "div") or len(args) != 2:
        return None
    for whole, small in (args, args[::-1]) if graph.op[n] == "mul" else (args,):
        by = small if graph.op[n] == "div" else _divisor_in(graph, view, small)
        if by is None or count(graph.shape[by]) > 1 or not is_length(graph, view, by):
            continue
        if (
            graph.op[by] == "add"
            and (inner := beside_number(graph, view, by, ("add",))) is not None
        ):
            by = inner  # without epsilon
        numbers = [plain_number(graph, view, a) for a in graph.args[whole]]
        factors = [x for x in numbers if x is not None and graph.op[whole] == "mul"]
        return Divided(graph.value(whole), factors, by)
    return None


def _divisor_in(graph: Graph, view: View, share: int) -> int | None:
    """What a plain number is divided by in a share, which may be at most 1."""
    share = without_numbers(graph, view, share)
    made = beside_number(graph, view, share, CHOOSING)
    made = share if made is None else made
    args = graph.args[made]
    if graph.op[made] != "div" or len(args) != 2 or not isinstance(args[1], int):
        return None
    whole = args[1] in view.after and plain_number(graph, view, args[0]) is not None
    return args[1] if whole else None
