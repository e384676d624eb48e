"""A running mean whose two shares do not add up to 1: that of the past, and that of this step."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.adaptive import rule_nodes
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Row, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.moments import SAME, Mean, divided_by, find_means, own_updates
from twinprop.check.explain.table import Fault, is_near

HALF = 0.5
LONGEST_WAY = 8


def share_of_past(graph: Graph, view: View, rows: list[Row], _: int) -> Fault | None:
    """A mean that keeps of its past the small share that belongs to this step."""
    for update, row in own_updates(view, rows):
        for mean in find_means(graph, view, update):
            own = _share_of_step(graph, mean, row)
            if mean.share < HALF and abs(own - mean.share) <= SAME:
                right = graph.value(mean.node) + (1 - 2 * own) * graph.value(mean.past)
                path = [(mean.node, right)]
                return Fault(mean.node, right, path, update, None, "share_of_past")
    return None


def share_left_out(graph: Graph, view: View, rows: list[Row], t: int) -> Fault | None:
    """A mean that takes all of this step, though it is corrected as one that takes a share."""
    for update, row in own_updates(view, rows):
        cone = rule_nodes(graph, view, update.u, update.p)
        for mean in find_means(graph, view, update):
            wanted, share = 1 - mean.share**t, 1 - mean.share
            number = divided_by(graph, view, cone, mean.node, wanted)[1]
            whole = abs(_share_of_step(graph, mean, row) - 1) <= SAME
            if not share or not whole or abs(number - wanted) > SAME:
                continue
            after = _numbers_after(graph, view, cone, mean.node)
            if all(abs(x - own) > SAME for x in after for own in (share, np.sqrt(share))):
                right = graph.value(mean.node) * share
                path = [(mean.node, right)]
                return Fault(mean.node, right, path, update, None, "share_left_out")
    return None


def share_of_other(graph: Graph, view: View, rows: list[Row], _: int) -> Fault | None:
    """The past has one mean's share, and this step that which belongs to the other's past."""
    for update, row in own_updates(view, rows):
        means = list(find_means(graph, view, update))
        for mean, other in (means, means[::-1]) if len(means) == 2 else ():
            share = _share_of_step(graph, mean, row)
            is_own = abs(mean.share - other.share) <= SAME
            if mean.share < 1 and not is_own and abs(share - 1 + other.share) <= SAME:
                times = (1 - mean.share) / share - 1
                right = graph.value(mean.node) + times * graph.value(mean.part)
                path = [(mean.node, right)]
                return Fault(mean.node, right, path, update, None, "share_of_other")
    return None


def _share_of_step(graph: Graph, mean: Mean, row: Row) -> float:
    """By what the gradient, or its square, is multiplied in a mean; 0 where it is of another."""
    of = np.square(row.change) if mean.is_square else np.asarray(row.change)
    part = graph.value(mean.part)
    if np.shape(part) != np.shape(of) or not np.any(of):
        return 0.0
    share = ratio(part, of)
    return share if is_near(part, share * of) else 0.0


def _numbers_after(graph: Graph, view: View, cone: set[int], n: int) -> list[float]:
    """The numbers by which a mean is multiplied on its way to the update."""
    numbers: list[float] = []
    level = [n]
    for _ in range(LONGEST_WAY):
        level = [u for m in level for u in graph.users()[m] if u in cone]
        factors = [a for u in level if graph.op[u] == "mul" for a in graph.args[u]]
        inner = [a for a in factors if isinstance(a, int) and graph.op[a] == "mul"]
        factors += [b for a in inner for b in graph.args[a]]  # a rate times the share
        numbers += [x for a in factors if (x := plain_number(graph, view, a)) is not None]
    return numbers
