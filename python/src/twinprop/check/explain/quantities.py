"""The article's twelve steps of a network, found among the values of a program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twinprop.check.align.layers import SUMS, Activation
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import PRODUCTS, Row
from twinprop.check.align.steps import View
from twinprop.check.explain.network import owner_of
from twinprop.check.explain.table import Fault, Table, find_goal, is_near

TITLES = (
    "the input and the target",
    "the starting weights and biases",
    "the hidden layer's input",
    "the hidden layer's activations",
    "the output layer's input and the output",
    "the error at the output",
    "the slopes of both layers",
    "delta at the output",
    "the error at the hidden layer",
    "delta at the hidden layer",
    "the updated weights",
    "the updated biases",
)
ERROR, SLOPES, WEIGHTS, BIASES = 6, 7, 11, 12


@dataclass(frozen=True)
class _Ends:
    """The outputs, what they and their activations' inputs are, and the inputs of hidden ones."""

    outputs: set[int]
    last: set[int]
    hidden: set[int]


def list_steps(
    graph: Graph,
    table: Table,
    owner: dict[int, int],
    rows: Sequence[Row],
    fault: Fault | None = None,
    told: str = "",
) -> list[dict[str, Any]]:
    """Each of the twelve steps: right, different or not seen, and the names that hold it.

    A fault stands there with the name that it is told with.
    """
    outputs = {a for a, _ in table.view.pairs}
    last = {x.z for x in table.slopes if x.a in outputs} | outputs
    ends = _Ends(outputs, last, {x.z for x in table.slopes} - last)
    biases = {r.k for r in rows if not r.order} if any(r.order for r in rows) else set()
    found: dict[int, list[str]] = {n: [] for n in range(1, 13)}
    _name_forward(graph, table, ends, found)
    _name_updates(graph, table, biases, fault, found)
    goals = _name_derivatives(graph, table, ends, fault, found)
    wrong = 0 if fault is None else _step_of_fault(graph, table, owner, fault, ends, biases, goals)
    steps = []
    for number, title in enumerate(TITLES, start=1):
        seen = bool(found[number]) and (not wrong or number <= wrong)
        status = "different" if number == wrong else "right" if seen else "not seen"
        names = list(dict.fromkeys(found[number])) if status != "not seen" else []
        if number == wrong:
            names = [told]
        steps.append({"number": number, "title": title, "status": status, "variables": names[:4]})
    return steps


def _name_forward(graph: Graph, table: Table, ends: _Ends, found: dict[int, list[str]]) -> None:
    """The names that hold what is given and what is made on the way forward."""
    for _, y in table.view.pairs:
        _add(graph, found[1], y)
    for x in table.slopes:
        _add(graph, found[5 if x.a in ends.outputs else 3], x.z)
        _add(graph, found[5 if x.a in ends.outputs else 4], x.a)
    for a, _ in table.view.pairs:
        _add(graph, found[5], a)


def _name_updates(
    graph: Graph, table: Table, biases: set[int], fault: Fault | None, found: dict[int, list[str]]
) -> None:
    """The names of the parameters; where one is moved wrongly, of what moved rightly alone."""
    step = table.view.step
    bad = {c.k for c in step.updates if c.u not in table.good_updates} if fault else set()
    for k, first in step.first.items():
        _add(graph, found[2], first)
        if k not in bad:
            _add(graph, found[BIASES if k in biases else WEIGHTS], step.last[k])


def _name_derivatives(
    graph: Graph, table: Table, ends: _Ends, fault: Fault | None, found: dict[int, list[str]]
) -> set[int | None]:
    """The names that hold slopes and derivatives, up to a fault; whose derivatives were seen."""
    view = table.view
    goals: set[int | None] = set()
    for n in sorted(view.cone | view.after):
        if n not in graph.names or (fault is not None and n >= fault.node):
            continue
        if n in view.after:
            goal = _goal_of(table, n)
            goals.add(goal)
            if n in view.meets or goal is not None:
                _add(graph, found[ERROR if n in view.meets else _number_of(goal, ends)], n)
        elif n not in view.forward and any(_is_slope(graph.value(n), x) for x in table.slopes):
            _add(graph, found[SLOPES], n)
    return goals


def _is_slope(value: Any, activation: Activation) -> bool:
    slope = activation.slope
    return slope is not None and value is not None and is_near(value, slope)


def _step_of_fault(
    graph: Graph,
    table: Table,
    owner: dict[int, int],
    fault: Fault,
    ends: _Ends,
    biases: set[int],
    goals: set[int | None],
) -> int:
    """The step that a fault is in."""
    view, n = table.view, fault.node
    if fault.kind == "never_updated":
        own = fault.path[-1][0]
        is_bias = owner[own] in biases if own in owner else not _is_multiplied(graph, own)
        return BIASES if is_bias else WEIGHTS
    if n in view.forward and n not in owner:
        if not _leads_to_layer(graph, view, owner, n):
            return 5
        return 3 if graph.op[n] in (*SUMS, *PRODUCTS) else 4
    if n in view.moved - view.after - view.cut and any(
        graph.op[u] == "mul" and u in view.after for u in graph.users()[n]
    ):
        return SLOPES
    if fault.wanted in owner or _is_in_update(graph, fault, goals):
        return BIASES if owner.get(n, fault.update.k) in biases else WEIGHTS
    return _number_of(fault.wanted, ends)


def _is_multiplied(graph: Graph, n: int) -> bool:
    """Whether a value is in a product, perhaps transposed."""
    users = graph.users()[n]
    moved = [v for u in users if graph.op[u] == "move" for v in graph.users()[u]]
    return any(graph.op[u] in PRODUCTS for u in [*users, *moved])


def _leads_to_layer(graph: Graph, view: View, owner: dict[int, int], n: int) -> bool:
    """Whether a value on the way forward goes into a product with a parameter."""
    stack, seen = [n], {n}
    while stack:
        for u in graph.users()[stack.pop()]:
            if u not in view.forward or u in seen:
                continue
            parents = graph.parents[u]
            if graph.op[u] in PRODUCTS and any(
                owner_of(graph, owner, p) is not None for p in parents
            ):
                return True
            seen.add(u)
            stack.append(u)
    return False


def _add(graph: Graph, names: list[str], n: Any) -> None:
    if isinstance(n, int) and graph.name(n):
        names.append(graph.name(n))


def _is_in_update(graph: Graph, fault: Fault, known: set[int | None]) -> bool:
    """Whether a value is wrong on the update's own line, which comes after a right derivative."""
    is_there = graph.line(fault.node) == graph.line(fault.update.u)
    return fault.wanted is None or (fault.wanted in known and is_there)


def _goal_of(table: Table, n: int) -> int | None:
    """The value whose derivative a value on the way back is."""
    value = table.graph.value(n)
    goal = None if value is None else find_goal(table, value, 1.0)
    return None if goal in table.view.cut else goal


def _number_of(goal: int | None, ends: _Ends) -> int:
    """The step of the derivative of a value."""
    if goal in ends.outputs:
        return ERROR
    return 8 if goal in ends.last else 10 if goal in ends.hidden else 9
