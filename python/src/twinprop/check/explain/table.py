"""What is known to be right on the way back of a step, and a fault of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twinprop.check.align.layers import Activation
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update

NEAR = 1e-7
MOST_GOOD = 40
MOST_FACTORS = 6


@dataclass
class Fault:
    """A wrong value, what it should be, and the way from the update to it."""

    node: int
    right: Any
    path: list[tuple[int, Any]]
    update: Update
    wanted: int | None = None  # the forward value whose derivative it should be
    kind: str = ""
    swapped: tuple[int, int] | None = None  # forward values: the one taken, the one meant
    alone: bool = False  # it is one sample's share where a sum is wanted
    other_role: bool = False  # it is right as another derivative than the one asked for
    step: int = 0  # the step that shows it
    # Steps that show it, where they are later than those that are looked at.
    seen_in: list[int] = field(default_factory=list)
    loop: tuple[int, int] | None = None  # a value whose loop is wrong, a line that it begins after
    told_at: int = -1  # the site of its line, where that is not the line of the value
    counted: str = ""  # the name of a whole number that is counted up on a wrong line
    begun: str = ""  # the name of a list of sums, whose line is that on which it is made
    shown: tuple[Any, Any] | None = None  # what is shown as theirs and right in place of elements


@dataclass
class Table:
    """Everything that is known to be right on the way back of one step."""

    graph: Graph
    view: View
    adjoint: dict[int, Any]
    slopes: list[Activation]
    by_size: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0))
    owners: list[int] = field(default_factory=list)
    good_updates: set[int] = field(default_factory=set)
    good_cone: set[int] = field(default_factory=set)  # what right updates are made of
    factors: list[float] = field(default_factory=list)  # of derivatives that those are made of


def make_table(
    graph: Graph, view: View, adjoint: dict[int, Any], slopes: list[Activation]
) -> Table:
    """Sort derivatives by size, single numbers by value."""
    table = Table(graph, view, adjoint, slopes)
    single = sorted((float(np.ravel(g)[0]), n) for n, g in adjoint.items() if np.size(g) == 1)
    table.numbers = np.array([v for v, _ in single])
    table.owners = [n for _, n in single]
    # -z and exp(-z) have the derivative of z but for a factor: what has a meaning comes first.
    first = {x.z for x in slopes} | {x.a for x in slopes} | view.cut
    for n, g in sorted(adjoint.items(), key=lambda item: item[0] not in first):
        if np.size(g) > 1 and np.any(g):
            table.by_size.setdefault(np.size(g), []).append((n, g))
    return table


def know_good(table: Table, good: set[int]) -> None:
    """Keep what right updates are made of, and the factors of the derivatives in it."""
    table.good_cone = good
    found: dict[float, None] = {}
    for n in sorted(good)[:MOST_GOOD]:
        value = table.graph.value(n)
        goals = table.by_size.get(np.size(value), ()) if np.size(value) > 1 else ()
        for form in (form for _, g in goals for form in forms_of(g, np.shape(value))):
            f = ratio(value, form)
            if f and is_near(value, f * np.asarray(form)):
                found[float(f"{f:.9g}")] = None
    table.factors = list(found)[:MOST_FACTORS]


def is_near(x: Any, y: Any) -> bool:
    """Whether two values are the same but for rounding."""
    if np.shape(x) != np.shape(y):
        return False
    size = float(np.max(np.abs(y))) if np.size(y) else 0.0
    return bool(np.all(np.abs(np.subtract(x, y)) <= NEAR * size + 1e-300))


def find_goal(table: Table, right: Any, factor: float) -> int | None:
    """The forward value whose derivative, times a factor, a right value is."""
    if np.size(right) == 1:
        x = float(np.ravel(right)[0])
        for f in (factor, -factor):
            at = look_up(table, x / f) if f else None
            if at is not None:
                return at
        return None
    for n, g in table.by_size.get(np.size(right), []):
        for form in forms_of(g, np.shape(right)):
            f = ratio(right, form)
            if f and is_near(right, f * form):
                return n
    return None


def look_up(table: Table, x: float) -> int | None:
    """The forward value whose derivative is a single number."""
    i = int(np.searchsorted(table.numbers, x))
    for j in (i - 1, i):
        if 0 <= j < len(table.numbers) and abs(table.numbers[j] - x) <= NEAR * abs(x):
            return table.owners[j]
    return None


def forms_of(g: Any, shape: tuple[int, ...]) -> Iterator[Any]:
    """A derivative in a shape: as it is, reshaped, transposed."""
    if np.shape(g) == shape:
        yield g
    if np.ndim(g) == 2 and np.shape(g)[::-1] == shape:
        yield np.transpose(g)
    elif np.size(g) == count(shape) and np.shape(g) != shape:
        yield np.reshape(g, shape)


def matches_some(table: Table, n: int) -> bool:
    """Whether a value is a derivative of the step, or a multiple of one."""
    value = table.graph.value(n)
    if value is None:
        return False
    if np.size(value) == 1:
        x = float(np.ravel(value)[0])
        return x != 0 and any(look_up(table, x / f) is not None for f in (1.0, -1.0, 2.0, -2.0))
    return find_goal(table, value, 1.0) is not None
