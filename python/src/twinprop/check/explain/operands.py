"""A right formula of a wrong value: which value was taken in place of which."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.wanted import apply_operation

LONGEST_FORMULA = 60
ELEMENTWISE: dict[str, Any] = {
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "tanh": np.tanh,
    "sqrt": np.sqrt, "square": np.square, "sin": np.sin, "cos": np.cos, "abs": np.abs,
    "neg": np.negative,
}  # fmt: skip
COMPARED: dict[str, Any] = {
    ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal,
}  # fmt: skip


def find_wrong_operand(table: Table, fault: Fault) -> tuple[int, int] | None:
    """The value that was taken, and the one of the way forward that makes the wrong value right.

    A value is computed anew with one forward value in another's place, or in that of a derivative
    that has a name. So a derivative f'(a)
    where f'(z) was meant is told from a wrong formula of f'. The fault is then the whole formula.
    """
    for node, right in fault.path:
        if node in table.view.after and node != fault.node:
            continue
        found = _find_swap(table, node, right)
        if found is not None or _is_slope(table, node):
            fault.node, fault.right = node, right
            fault.path = fault.path[: [n for n, _ in fault.path].index(node) + 1]
            return found or (node, node)
    return None


def _is_slope(table: Table, node: int) -> bool:
    """Whether a value is the right slope of another layer."""
    value = table.graph.value(node)
    if node in table.view.after or value is None or np.size(value) < 2:
        return False
    return any(x.slope is not None and is_near(value, x.slope) for x in table.slopes)


def _find_swap(table: Table, node: int, right: Any) -> tuple[int, int] | None:
    graph = table.graph
    formula = _formula_of(table, node)
    starts = {p for n in formula for p in graph.parents[n]} - set(formula)
    options = sorted({x.z for x in table.slopes} | {x.a for x in table.slopes})
    for taken in sorted(starts):
        is_named = taken in table.view.after and taken in graph.names
        if not (_is_forward(table, taken) or is_named):
            continue
        for meant in options:
            if meant == taken or graph.shape[meant] != graph.shape[taken]:
                continue
            made = compute_formula(graph, formula, node, {taken: graph.value(meant)})
            if made is not None and is_near(made, right):
                return taken, meant
    return None


def _is_forward(table: Table, n: int) -> bool:
    return n in table.view.forward or any(n in (x.z, x.a) for x in table.slopes)


def _formula_of(table: Table, node: int) -> list[int]:
    """The operations that make a value of forward values, in order."""
    graph, stack = table.graph, [node]
    seen: set[int] = set()
    while stack and len(seen) < LONGEST_FORMULA:
        n = stack.pop()
        if n in seen or (n != node and _is_forward(table, n)):
            continue
        if n in table.view.after and n != node and (n in graph.names or n in table.view.meets):
            continue
        seen.add(n)
        stack.extend(p for p in graph.parents[n] if p in table.view.moved)
    return sorted(seen)


def compute_formula(graph: Graph, formula: list[int], node: int, known: dict[int, Any]) -> Any:
    """The value of a formula where some values are others."""
    values = dict(known)
    for n in formula:
        if n in values:
            continue
        if not any(p in values for p in graph.parents[n]):
            continue
        operands = [
            values[a] if isinstance(a, int) and a in values else graph.operand(a)
            for a in graph.args[n]
        ]
        values[n] = compute_operation(graph, n, operands)
        if values[n] is None:
            return None
    return values.get(node)


def _operand(graph: Graph, values: dict[int, Any], argument: Any) -> Any:
    known = isinstance(argument, int) and argument in values
    return values[argument] if known else graph.operand(argument)


def compute_operation(graph: Graph, n: int, operands: list[Any]) -> Any:
    """The value of an operation for other operands, functions of each element included."""
    op = graph.op[n]
    if any(v is None for v in operands):
        return None
    with np.errstate(all="ignore"):
        if op in ELEMENTWISE:
            return ELEMENTWISE[op](np.asarray(operands[0]))
        if op == "pow":
            return np.power(operands[0], operands[1])
        if op in ("maximum", "minimum"):
            return getattr(np, op)(operands[0], operands[1])
        if op == "sigmoid":
            return 1 / (1 + np.exp(-np.asarray(operands[0])))
        if op == "where" and len(operands) == 3:
            return np.where(np.asarray(operands[0]) != 0, operands[1], operands[2])
        if op == "flat" and len(operands) == 2:
            compare = COMPARED.get(graph.spelled[n])
            return None if compare is None else compare(operands[0], operands[1]) * 1.0
        if op == "move" and operands:
            index = graph.movement(n)
            flat = np.concatenate([np.ravel(v) for v in operands])
            return np.reshape(flat if index is None else flat[index], graph.shape[n])
    return apply_operation(graph, n, operands)
