"""The article's twelve steps of a network, found among the values of a program."""

from __future__ import annotations

from typing import Any

from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import Fault, Table, find_goal

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


def list_steps(
    graph: Graph, table: Table, owner: dict[int, int], fault: Fault | None
) -> list[dict[str, Any]]:
    """Each of the twelve steps: right, different or not seen, and the names that hold it."""
    found: dict[int, list[str]] = {n: [] for n in range(1, 13)}
    view = table.view
    outputs = {a for a, _ in view.pairs}
    last = {x.z for x in table.slopes if x.a in outputs} | outputs
    hidden = {x.z for x in table.slopes} - last
    for _, y in view.pairs:
        _add(graph, found[1], y)
    for x in table.slopes:
        _add(graph, found[5 if x.a in outputs else 3], x.z)
        _add(graph, found[5 if x.a in outputs else 4], x.a)
    for a, _ in view.pairs:
        _add(graph, found[5], a)
    for k, first in view.step.first.items():
        _add(graph, found[2], first)
        _add(graph, found[11 if len(graph.shape[first]) > 1 else 12], view.step.last[k])
    known: set[int | None] = set()  # the values whose derivative was seen
    for n in sorted(view.after):
        if n in graph.names and (fault is None or n < fault.node):
            goal = _goal_of(table, n)
            known.add(goal)
            if n in view.meets or goal is not None:
                number = 6 if n in view.meets else _number_of(goal, outputs, last, hidden)
                _add(graph, found[number], n)
    wrong = 0
    if fault is not None:
        is_update = fault.wanted in owner or _is_in_update(graph, fault, known)
        wrong = 11 if is_update else _number_of(fault.wanted, outputs, last, hidden)
    rows = []
    for number, title in enumerate(TITLES, start=1):
        seen = bool(found[number]) and (not wrong or number <= wrong)
        status = "different" if number == wrong else "right" if seen else "not seen"
        names = list(dict.fromkeys(found[number])) if status != "not seen" else []
        if fault is not None and number == wrong:
            names = [graph.name(n) for n, _ in fault.path[-1:] if graph.name(n)]
        rows.append({"number": number, "title": title, "status": status, "variables": names[:4]})
    return rows


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


def _number_of(goal: int | None, outputs: set[int], last: set[int], hidden: set[int]) -> int:
    """The step of the derivative of a value."""
    if goal in outputs:
        return 6
    return 8 if goal in last else 10 if goal in hidden else 9
