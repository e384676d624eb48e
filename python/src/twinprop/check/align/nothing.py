"""What a rule should keep and is 0 in every step: the gradients that enter such a rule."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.adaptive import root_of_square, rule_nodes, split_number
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import plain_number


def share_of_nothing(graph: Graph, view: View, m: int, total: int) -> tuple[float, int] | None:
    """The share that a product is of what is 0 and was not made of the steps before, and that.

    It has a parameter's size; a single 0 has the name of the sum that it is a term of.
    """
    args = graph.args[m]
    if graph.op[m] != "mul" or len(args) != 2:
        return None
    for number, other in (args, args[::-1]):
        share = plain_number(graph, view, number)
        if share is None or not 0 < share < 1 or not isinstance(other, int):
            continue
        sized = _is_parameters_size(graph, view, other) or _has_name_of(graph, other, total)
        if not sized or other in view.after:
            continue
        # Zeros may be the same value as a bias that begins with them.
        made = any(view.touched[q] for q in graph.parents[other]) and graph.op[other] != "flat"
        if (not made or is_made_zero(graph, other)) and not np.any(graph.value(other)):
            return share, other
    return None


def is_made_zero(graph: Graph, n: int) -> bool:
    """Whether a value is nothing by how it is made: x - x, or x * 0."""
    args = graph.args[n]
    if graph.op[n] == "sub":
        return all(a == args[0] for a in args)
    numbers = [graph.operand(a) for a in args if not isinstance(a, int)]
    return graph.op[n] == "mul" and any(np.ndim(x) == 0 and x == 0.0 for x in numbers)


def _is_parameters_size(graph: Graph, view: View, n: int) -> bool:
    sizes = {count(graph.shape[first]) for first in view.step.first.values()}
    return graph.value(n) is not None and count(graph.shape[n]) in sizes


def _has_name_of(graph: Graph, n: int, total: int) -> bool:
    """Whether a single number was called what a sum is called now."""
    single = count(graph.shape[n]) == 1 and graph.value(n) is not None
    return single and bool(set(graph.names.get(n, ())) & set(graph.names.get(total, ())))


def read_begun_anew(graph: Graph, views: list[View], reading: Reading) -> bool:
    """Take for each parameter's change the gradient of a rule whose past is 0 in every step.

    Returns
    -------
    bool
        Whether there is one for every parameter of every step.
    """
    found = []
    for view, rows in zip(views, reading.rows, strict=True):
        for row in rows:
            own = [c for c in view.step.updates if c.k == row.k]
            n = _lone_gradient(graph, view, own[0]) if len(own) == 1 else None
            if n is None:
                return False
            found.append((row, n))
    for row, n in found:
        row.source, row.change = n, graph.value(n)
    return len(views) > 2


def _lone_gradient(graph: Graph, view: View, update: Update) -> int | None:
    key = ("beside nothing", update.u, update.p)
    return view.once(key, lambda: _gradient_beside_nothing(graph, view, update.u, update.p))


def _gradient_beside_nothing(graph: Graph, view: View, u: int, p: int) -> int | None:
    for n in sorted(rule_nodes(graph, view, u, p)):
        args = graph.args[n]
        if n == u or graph.op[n] != "add" or not all(isinstance(a, int) for a in args):
            continue
        for past, part in (args, args[::-1]) if len(args) == 2 else ():
            if share_of_nothing(graph, view, past, n) is not None and part in view.after:
                m = root_of_square(graph, split_number(graph, view, part)[1])
                return m if graph.shape[m] == graph.shape[u] else None
    return None
