"""What belongs to another layer and was given a name of its own before it is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, place, span_of
from twinprop.check.explain.described import source_line
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.unkept import site_of_second_name

DEEPEST = 6
OF_ARGUMENT = ("slope_of_sigmoid_of_a", "slope_of_a")


def at_other_name(
    table: Table, fault: Fault, cause: dict[str, Any] | None, sources: Sequence[str]
) -> Fault:
    """A slope or an input of another layer, told on the line where it is given a name.

    As in `a = outputs[k]` above `delta = e * a * (1 - a)`, and in `inputs = row` above
    `w[j] -= rate * d * inputs[j]`: what is taken is wrong, and not what is made of it. Elsewhere
    the fault stays what it is.
    """
    graph = table.graph
    if cause is not None and cause["id"] in OF_ARGUMENT and fault.told_at < 0:
        return _at_call(graph, fault)
    if cause is not None and cause["id"] == "velocity_not_kept" and fault.told_at < 0:
        return _at_reference(graph, fault)
    taken = fault.swapped is not None and fault.node == fault.update.u  # another forward value
    if taken if cause is None else cause["id"] == "gradient_of_other_input":
        return _at_other_input(table, fault, sources)
    if cause is None or cause["id"] != "slope_of_other_layer" or fault.told_at >= 0:
        return fault
    span = place(graph, fault.node)
    text = source_line(sources, span["file"], span["line"])
    own = _own_activation(table, fault)
    for n in _operands(graph, fault.node, span["line"]):
        site = _named_above(graph, n, span, text) if n in table.view.forward else None
        if site is None or own is None or site in graph.bound.get(own, ()):
            continue  # in the list that is named there the right one is, too
        if graph.shape[own] == graph.shape[n]:
            right = graph.value(own)
            return Fault(n, right, [(n, right)], fault.update, None, fault.kind, told_at=site)
    return fault


def _at_call(graph: Graph, fault: Fault) -> Fault:
    """A slope that a helper computes as it should, told where it is called with the activation."""
    own = place(graph, fault.node)["line"]
    named = [span_of(graph, s)["line"] for s in graph.bound.get(fault.node, ()) if s >= 0]
    user = next((n for n, _ in reversed(fault.path) if n != fault.node), -1)
    span = place(graph, user) if user >= 0 and graph.site[user] >= 0 else None
    if own in named or span is None or span["line"] <= own <= span["end_line"]:
        return fault
    return replace(fault, told_at=graph.site[user])


def _at_reference(graph: Graph, fault: Fault) -> Fault:
    """A difference from the weights of the step before, told where these got their second name.

    An update in place changes both then, so that nothing is between them.
    """
    for n in _operands(graph, fault.node, graph.line(fault.node)):
        args = graph.args[n] if graph.op[n] == "sub" else []
        if len(args) != 2 or args[0] != args[1] or not isinstance(args[0], int):
            continue
        return replace(fault, told_at=site_of_second_name(graph, args[0]))
    return fault


def _at_other_input(table: Table, fault: Fault, sources: Sequence[str]) -> Fault:
    """The list that a number is taken of, where the right number is in no list of that line."""
    graph, view = table.graph, table.view
    weight = view.step.first.get(fault.update.k, -1)
    products = [u for u in graph.users()[weight] if u in view.forward and graph.op[u] == "mul"]
    inputs = [p for u in products for p in graph.parents[u] if p != weight]
    if len(inputs) != 1 or graph.shape[fault.node] or fault.told_at >= 0:
        return fault
    right = graph.value(inputs[0])
    old = graph.value(fault.update.p) if fault.node == fault.update.u else 0.0
    made, wanted = graph.value(fault.node) - old, fault.right - old
    span = place(graph, fault.node)
    text = source_line(sources, span["file"], span["line"])
    for n in _operands(graph, fault.node, span["line"]):
        site = _named_above(graph, n, span, text) if n not in view.after else None
        if site is None or site in graph.bound.get(inputs[0], ()) or graph.shape[n]:
            continue
        # With the right number in its place the value is right.
        if is_near(made * right, wanted * graph.value(n)):
            return Fault(n, right, [(n, right)], fault.update, None, fault.kind, told_at=site)
    return fault


def _own_activation(table: Table, fault: Fault) -> int | None:
    """The activation of the layer whose derivative a value should be."""
    adjoint = table.adjoint
    goal = None if fault.wanted is None else adjoint.get(fault.wanted)
    if goal is None:
        return None
    # Of single numbers a term of the sum before the activation has the same derivative.
    known = (x for x in table.slopes if x.z in adjoint)
    same = [x.a for x in known if is_near(np.abs(adjoint[x.z]), np.abs(goal))]
    return same[0] if same else None


def _operands(graph: Graph, n: int, line: int) -> list[int]:
    """What a value is made of on its own line, and what that line takes."""
    found: dict[int, None] = {}
    level = [n]
    for _ in range(DEEPEST):
        level = [p for m in level for p in graph.parents[m]]
        found.update(dict.fromkeys(level))
        level = [m for m in level if graph.line(m) == line]
    return list(found)


def _named_above(graph: Graph, n: int, span: dict[str, int], text: str) -> int | None:
    """Where a value, or a list that it is in, got another name, by which a line takes it."""
    pairs = list(zip(graph.names.get(n, ()), graph.bound.get(n, ()), strict=True))
    found = []
    for name, site in pairs[1:]:
        at = span_of(graph, site) if site >= 0 else span
        above = at["file"] == span["file"] and at["line"] < span["line"]
        taken = re.escape(name.partition("[")[0])
        if above and name != pairs[0][0] and re.search(rf"(?<![\w.]){taken}\b", text):
            found.append((at["line"], site))
    return max(found)[1] if found else None
