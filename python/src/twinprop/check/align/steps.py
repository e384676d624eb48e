"""One step: its forward and backward half, and where its output meets its target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.trained import Parameters, Step

T = TypeVar("T")
Meeting = tuple[int, int, Any]  # where they meet, the output, the target (an operand)


class OwnSlope(NamedTuple):
    """What a program multiplies by where the slope at the input z of an activation belongs."""

    z: int
    value: Any
    node: int


@dataclass
class View:
    """What of the recording belongs to one step."""

    step: Step
    cone: set[int]
    moved: set[int]  # what depends on a parameter
    cut: set[int]  # versions of parameters
    touched: list[bool]  # whether a value depends on a parameter, of this step or before
    after: set[int] = field(default_factory=set)  # what is made of a meeting: the way back
    forward: set[int] = field(default_factory=set)
    pairs: list[tuple[int, Any]] = field(default_factory=list)
    meets: set[int] = field(default_factory=set)
    given: dict[int, Any] | None = None  # the derivative at the output, where a program has its own
    # What is taken for the slopes of activations, in place of right ones.
    slopes: dict[int, OwnSlope] = field(default_factory=dict)
    measured: dict[int, Any] = field(default_factory=dict)  # derivatives that are differences
    # Of this cut: what hangs on it alone, and for each loss what was differentiated. A copy that
    # replace() makes is cut in another way and begins with nothing.
    known: dict[Any, Any] = field(default_factory=dict, init=False)
    read: dict[str, Any] = field(default_factory=dict, init=False)

    def once(self, key: Any, find: Callable[[], T]) -> T:
        """What hangs on a step and its cut alone, whatever its loss: found once."""
        if key not in self.known:
            self.known[key] = find()
        known: T = self.known[key]
        return known


def look_at_step(graph: Graph, found: Parameters, touched: list[bool], step: Step) -> View:
    """The values that a step's updates are made of.

    Values of the step before that depend on parameters (as momentum's are) are its past, not its
    own: the search ends at them.
    """
    owned = found.owner
    starts = [t for c in step.updates for t, _ in c.terms]
    cone, moved = set(), set()
    stack = list(starts)
    while stack:
        n = stack.pop()
        if n in cone:
            continue
        cone.add(n)
        if n not in owned and n > step.begin:
            stack.extend(graph.parents[n])
        elif n not in owned and step.begin >= 0:
            continue
    for n in sorted(cone | set(step.first.values())):
        own = n in owned or any(p in moved for p in graph.parents[n] if p in cone)
        if own and (n > step.begin or n in owned):
            moved.add(n)
    cut = {n for n in cone | set(step.first.values()) if n in owned}
    return View(step, cone, moved, cut, touched)


def find_meetings(graph: Graph, view: View) -> list[list[Meeting]]:
    """Where output and target meet: the first difference or quotient of what moves and what stays.

    Returns
    -------
    list of list
        Possible sets of meetings, the earliest ones first.
    """
    nodes = sorted(view.cone & view.moved)
    meets, classes, literals = (
        [m for n in nodes for m in read(graph, view, n)]
        for read in (_read_meeting, _read_class, _read_literal)
    )
    # What is taken from a class is the meeting, and not what is subtracted after it.
    after = _made_of(graph, view, {m[0] for m in classes})
    meets = [m for m in meets if m[1] not in after] or classes or literals
    return list_choices(graph, view, meets) if meets else []


def list_choices(graph: Graph, view: View, meets: list[Meeting]) -> list[list[Meeting]]:
    """The first of the meetings, and the last where these are others."""
    first = first_meetings(graph, view, meets)
    # A constant that is taken away on the way forward looks like a target: then the last ones are.
    ahead = _leads_to(graph, view, {m[1] for m in meets})
    last = [m for m in meets if m[0] not in ahead]
    return [first] if {m[0] for m in first} == {m[0] for m in last} or not last else [first, last]


def first_meetings(graph: Graph, view: View, meets: list[Meeting]) -> list[Meeting]:
    """The meetings whose output is made of no other meeting."""
    after = _made_of(graph, view, {m[0] for m in meets})
    return [m for m in meets if m[1] not in after]


def use_meetings(graph: Graph, view: View, meets: list[Meeting]) -> None:
    """Cut a step into forward and backward at its meetings."""
    view.known, view.read = {}, {}
    view.meets = {m[0] for m in meets}
    view.after = _made_of(graph, view, view.meets)
    pairs: dict[int, Any] = {}
    outputs = {m[1] for m in meets}
    for _, a, y in meets:
        turned = graph.op[a] == "sub" and any(p in outputs for p in graph.parents[a])
        if not turned and a not in view.after:
            pairs.setdefault(a, y)
    view.pairs = list(pairs.items())
    view.forward = ancestors(graph, list(pairs), view) & view.moved


def with_given(view: View, given: dict[int, Any] | None) -> View:
    """A step with the derivatives that are given at its outputs; the other one stays as it is."""
    made = replace(view, given=given)
    made.known = view.known  # what does not hang on the loss
    return made


def _read_meeting(graph: Graph, view: View, n: int) -> list[Meeting]:
    op, args = graph.op[n], graph.args[n]
    if op not in ("sub", "div") or len(args) != 2 or n in view.cut:
        return []
    moved = [isinstance(a, int) and a in view.moved for a in args]
    if moved[0] == moved[1]:
        return []
    a, y = (args[0], args[1]) if moved[0] else (args[1], args[0])
    if a in view.cut or not isinstance(y, int) or view.touched[y]:
        return []
    target = graph.operand(y)
    if target is None or graph.value(a) is None:
        return []
    if op == "div" and (moved[0] or np.size(target) != np.size(graph.value(a))):
        return []
    return [(n, a, _without_minus(graph, y) if op == "div" else y)]


def _without_minus(graph: Graph, y: int) -> int:
    """The target itself where -y / a begins the way back, written as -y, (-1) y or 0 - y."""
    args = graph.args[y]
    if graph.op[y] == "neg" and isinstance(args[0], int):
        return int(args[0])
    if (graph.op[y] == "mul" and [-1] in args) or (graph.op[y] == "sub" and args[0] == [0]):
        return next((a for a in args if isinstance(a, int)), y)
    return y


def _read_class(graph: Graph, view: View, n: int) -> list[Meeting]:
    """p[rows, labels] -= 1, and y * -1 + a: a target that is no operand of a difference."""
    op, args = graph.op[n], graph.args[n]
    if op == "add" and len(args) == 2 and all(isinstance(a, int) for a in args):
        moved = [a in view.moved for a in args]
        if moved[0] != moved[1]:
            a, y = (args[0], args[1]) if moved[0] else (args[1], args[0])
            turned = has_other_sign(graph, y)
            if a not in view.cut and not view.touched[y] and turned:
                return [(n, a, [np.negative(graph.value(y))])]
    index = graph.movement(n) if op == "move" and len(graph.parents[n]) == 2 else None
    if index is None or graph.shape[graph.parents[n][0]] != graph.shape[n]:
        return []
    base, part = graph.parents[n]
    changed = index >= count(graph.shape[base])
    one = _lowered_by_one(graph, part)
    if not changed.any() or one is None or base in view.cut or base not in view.moved:
        return []
    return [(n, base, [changed.reshape(graph.shape[n]) * one])]


def has_other_sign(graph: Graph, n: int) -> bool:
    """Whether a value has been given the other sign: by a minus, or by a number below 0."""
    n = _uncopied(graph, n)
    numbers = [graph.operand(a) for a in graph.args[n] if graph.op[n] == "mul"]
    below = (v is not None and np.size(v) == 1 and np.all(v < 0) for v in numbers)
    return graph.op[n] == "neg" or any(below)


def _uncopied(graph: Graph, n: int) -> int:
    while graph.op[n] == "move" and len(graph.parents[n]) == 1:
        if graph.shape[graph.parents[n][0]] != graph.shape[n]:
            break
        n = graph.parents[n][0]
    return n


def _read_literal(graph: Graph, view: View, n: int) -> list[Meeting]:
    """a - y where y is a plain number."""
    args = graph.args[n]
    if graph.op[n] != "sub" or len(args) != 2 or n in view.cut:
        return []
    if isinstance(args[0], int) and args[0] in view.moved and isinstance(args[1], list):
        return [(n, args[0], args[1])]
    if isinstance(args[1], int) and isinstance(args[0], list) and args[0] != [1]:
        return [(n, args[1], args[0])]
    return []


def _lowered_by_one(graph: Graph, n: int) -> float | None:
    args = graph.args[n]
    if graph.op[n] in ("sub", "add") and len(args) == 2 and args[1] in ([1], [-1]):
        return float(args[1][0]) * (1.0 if graph.op[n] == "sub" else -1.0)
    return None


def _made_of(graph: Graph, view: View, starts: set[int]) -> set[int]:
    after: set[int] = set()
    for n in sorted(view.cone & view.moved):
        if n in view.cut:
            continue
        if n in starts or any(p in after for p in graph.parents[n]):
            after.add(n)
    return after


def _leads_to(graph: Graph, view: View, ends: set[int]) -> set[int]:
    return ancestors(graph, list(ends), view) & view.moved


def ancestors(graph: Graph, starts: list[int], view: View) -> set[int]:
    """What values are made of in a step, and they themselves; parameters are made of nothing."""
    seen: set[int] = set()
    stack = list(starts)
    while stack:
        n = stack.pop()
        if n in seen:
            continue
        seen.add(n)
        if n not in view.cut and (n > view.step.begin or n in view.moved):
            stack.extend(graph.parents[n])
    return seen
