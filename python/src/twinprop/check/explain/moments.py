"""The running means of a rule with a past: of what they are, and what is made of them."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from twinprop.check.align.adaptive import (
    current_parts,
    is_mixed,
    is_root,
    mixed_value,
    root_of_square,
    rule_nodes,
    split_number,
)
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Row
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import filled_with, plain_number

SAME = 1e-9
FROM_MEAN = 8
PASSED = ("add", "mul", "div", "maximum", "abs", "move")


class Mean(NamedTuple):
    """A sum of a share of the past and of something of this step, which may enter squared."""

    node: int
    share: float
    part: int  # what of this step is added, with its number
    past: int
    of: int
    is_square: bool


def own_updates(view: View, rows: list[Row]) -> Iterator[tuple[Update, Row]]:
    """The parameters of a step that have one update, by a rule with a past."""
    for row in rows:
        own = [c for c in view.step.updates if c.k == row.k]
        if len(own) == 1 and row.source is not None:
            yield own[0], row


def find_means(graph: Graph, view: View, update: Update) -> Iterator[Mean]:
    """The sums of a share of the past, or of all of it, and of something of this step."""
    for n in sorted(rule_nodes(graph, view, update.u, update.p)):
        if n == update.u or not is_mixed(graph, view, n):
            continue
        part, past = current_parts(graph, view, n)
        share, kept = split_number(graph, view, past)
        bare = mixed_value(graph, view, n)
        of = root_of_square(graph, bare)
        if 0 < share <= 1 and graph.shape[n] == graph.shape[update.u]:
            yield Mean(n, share, part, kept, of, of != bare)


def kept_as(graph: Graph, n: int) -> int:
    """The array that is filled with a value, as by m[...] = x; the value itself without one."""
    return next((u for u in graph.users()[n] if filled_with(graph, u) == n), n)


def divided_by(
    graph: Graph, view: View, among: Container[int], n: int, wanted: float = 0.0
) -> tuple[int, float]:
    """The quotient of a mean and a plain number, and the number; 1 where it is used as it is.

    Also a product, where the mean is multiplied by what should divide it.
    """
    n = kept_as(graph, n)
    for u in graph.users()[n]:
        if graph.op[u] not in ("div", "mul") or u not in among or len(graph.args[u]) != 2:
            continue
        a, b = graph.args[u]
        number = plain_number(graph, view, b if a == n else a)
        if number is not None and graph.op[u] == "div" and a == n:
            return u, number
        if number is not None and graph.op[u] == "mul" and abs(number - wanted) <= SAME:
            return u, 1 / number
    return -1, 1.0


def root_of_mean(graph: Graph, view: View, cone: Container[int], n: int) -> tuple[int, int] | None:
    """The root that is taken of a mean, with what is added to it, and what is made of the root.

    Numbers may divide the mean before, and epsilon be added.
    """
    root, n = -1, kept_as(graph, n)
    for _ in range(FROM_MEAN):
        users = [u for u in graph.users()[n] if u in cone]
        if len(users) != 1:
            return None
        u, op, args = users[0], graph.op[users[0]], graph.args[users[0]]
        others = [a for a in args if a != n]
        if is_root(graph, u):
            root = u
        elif (
            op not in PASSED
            or (op == "div" and args[1] == n)
            or not _are_plain(graph, view, op, others)
        ):
            return (root, u) if root >= 0 else None
        elif root >= 0 and op in ("add", "maximum"):
            root = u
        n = u
    return None


def _are_plain(graph: Graph, view: View, op: str, others: list[object]) -> bool:
    """Whether a value is joined with plain numbers alone, or with the largest one so far."""
    return op == "maximum" or all(plain_number(graph, view, a) is not None for a in others)
