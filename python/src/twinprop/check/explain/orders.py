"""Samples and targets that were put into different orders before a batch was taken of them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.steps import View
from twinprop.check.explain.rows import Rows, find_rows
from twinprop.check.explain.table import Fault

NEAR = 2  # lines between the shuffling of the samples and of the targets


class Order(NamedTuple):
    """A table, the one that it was put into another order of, and where that happened."""

    source: Rows  # the rows of the source that the table has
    turned: list[int]  # the values, from the table on, that are in another order than what they had


def find_two_orders(graph: Graph, view: View, pairs: list[tuple[Rows, Rows]]) -> Fault | None:
    """Tables of samples and of targets that belonged together, and were shuffled apart.

    What they were made of was there before either was shuffled, so that neither can have been
    made of the other's new order.
    """
    same = [(x, t) for x, t in pairs if (x.rows == t.rows).all()]
    if not same:
        return None
    x, t = same[-1]
    samples, targets = _order_of(graph, x), _order_of(graph, t)
    if samples.source.table == targets.source.table:
        return None
    first, second = samples.source.rows, targets.source.rows
    turned = samples.turned + targets.turned
    lengths = {graph.shape[o.source.table][o.source.axis] for o in (samples, targets)}
    if not turned or len(lengths) > 1 or len(first) != len(second) or (first == second).all():
        return None
    if max(samples.source.table, targets.source.table) > min(turned):
        return None
    node = max(turned)
    own, other, place = (samples, targets, x) if node in samples.turned else (targets, samples, t)
    if node != own.turned[0] or graph.shape[node] != graph.shape[place.table]:
        return None
    beside = [pair[1 if place is x else 0] for pair in same]
    left = _named_again(graph, beside, graph.line(node))
    if left is not None:
        table, site = left
        right = np.take(graph.value(table.table), own.source.rows, axis=table.axis)
        path = [(table.table, right)]
        fault = Fault(table.table, right, path, view.step.updates[-1], None, "rows_shuffled")
        fault.told_at = site
        return fault
    right = np.take(graph.value(own.source.table), other.source.rows, axis=own.source.axis)
    if np.size(right) != np.size(graph.value(node)):  # a column of ones was put beside it since
        rows = np.argsort(own.source.rows, kind="stable")[other.source.rows]
        right = np.take(graph.value(node), rows, axis=place.axis)
    right = np.reshape(right, graph.shape[node])
    return Fault(node, right, [(node, right)], view.step.updates[-1], None, "rows_shuffled")


def _named_again(graph: Graph, tables: list[Rows], line: int) -> tuple[Rows, int] | None:
    """The table that gets a second name beside a line, in the order that it has, and the site."""
    for table in tables:
        own = [s for s in graph.bound.get(table.table, ()) if s >= 0]
        lines = [span_of(graph, s)["line"] for s in own]
        for site, at in zip(own, lines, strict=True):
            if 0 < abs(at - line) <= NEAR < at - lines[0]:
                return table, site
    return None


def _order_of(graph: Graph, place: Rows) -> Order:
    """The farthest table of as many rows that a table has the rows of."""
    whole = np.arange(graph.shape[place.table][place.axis])
    before = find_rows(graph, place.table, place.axis)
    tables = [r for r in before if graph.shape[r.table][r.axis] == len(whole)]
    way = [Rows(place.table, place.axis, whole, place.taken), *tables]
    turned = []
    for here, older in pairwise(way):
        own = find_rows(graph, here.table, here.axis)
        if own and own[0].table == older.table and (np.diff(own[0].rows) <= 0).any():
            turned.append(here.table)
    return Order(way[-1], turned)
