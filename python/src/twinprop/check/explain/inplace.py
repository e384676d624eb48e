"""Arrays changed in place by way of another name: what was kept is not what it was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.operands import compute_formula
from twinprop.check.explain.samples import first_data
from twinprop.check.explain.table import Fault, Table, is_near

LONGEST_FORMULA = 40
FEWEST_STEPS = 3


def find_changed_value(table: Table, fault: Fault) -> Fault | None:
    """A value of the way forward into which something was put before the way back took it.

    Told only where the fault is right as soon as the value is what it was.
    """
    graph, formula = table.graph, formula_of_fault(table, fault.node)
    for n in formula:
        kept = _before_changes(table, n)
        if kept is None:
            continue
        first, was = kept
        made = compute_formula(graph, formula, fault.node, {n: graph.value(was)})
        if made is not None and is_near(made, fault.right):
            right = graph.value(was)
            return Fault(first, right, [(first, right)], fault.update, None, "changed_in_place")
    return None


def tell_repeated_row(graph: Graph, fault: Fault) -> None:
    """Tell a wrong value that was put into `[row] * n` where that was made: its rows are one."""
    shared = {int(n): int(s) for n, s in graph.header.get("shared", ())}
    for n in (fault.node, *(n for n, _ in fault.path)):
        if n in shared:
            fault.kind, fault.told_at = "rows_are_one", shared[n]
            return


def formula_of_fault(table: Table, node: int) -> list[int]:
    """What a value is made of, as far as no other value of the way back is named there."""
    graph, view = table.graph, table.view
    seen: set[int] = set()
    stack = [node]
    while stack and len(seen) < LONGEST_FORMULA:
        n = stack.pop()
        named = n in view.after and (n in graph.names or n in view.meets)
        if n in seen or n in view.forward or (named and n != node):
            continue
        seen.add(n)
        stack.extend(p for p in graph.parents[n] if p in view.moved)
    return sorted(seen)


def _before_changes(table: Table, n: int) -> tuple[int, int] | None:
    """The first thing put into a value of the way forward that changed it, and that value."""
    graph, chain = table.graph, []
    while graph.spelled[n] == "put" and graph.parents[n] and n not in table.view.forward:
        chain.append(n)
        n = graph.parents[n][0]
    if not chain or n not in table.view.forward or n in table.view.cut:
        return None
    was = graph.value(n)
    changed = [m for m in chain if graph.shape[m] == graph.shape[n]]
    changed = [m for m in changed if not np.array_equal(graph.value(m), was)]
    return (min(changed), n) if changed and len(graph.shape[n]) else None


def find_changed_data(graph: Graph, alignment: Alignment) -> Fault | None:
    """Samples to which something random is added in place, or a part of a table of them.

    Each step adds to what the step before has left, so that the samples are lost.
    """
    steps = list(_noise_of_steps(graph, alignment))
    if len(steps) < max(FEWEST_STEPS, len(alignment.views)):
        return None
    if not all(_goes_on(graph, made, then) for (made, _), (_, then) in pairwise(steps)):
        return None
    n, before = steps[0]
    right = graph.value(before)
    update = alignment.views[0].step.updates[0]
    return Fault(n, right, [(n, right)], update, None, "data_changed_in_place")


def _goes_on(graph: Graph, made: int, before: int) -> bool:
    """Whether samples are those that were made, or taken out of the table that holds these now."""
    table = graph.parents[before] if graph.op[before] == "move" else []
    return made == before or any(
        graph.spelled[t] == "put" and made in graph.parents[t] for t in table
    )


def _is_made_of(graph: Graph, n: int, made: int) -> bool:
    """Whether a value is made of another one, as where a target is computed of the samples."""
    seen: set[int] = set()
    stack = [n]
    while stack:
        m = stack.pop()
        if m == made:
            return True
        if m > made and m not in seen:
            seen.add(m)
            stack += graph.parents[m]
    return False


def _noise_of_steps(graph: Graph, alignment: Alignment) -> Iterator[tuple[int, int]]:
    """In each step the samples with something random in them, and what they were before."""
    random = set(graph.header.get("random", ()))
    for view in alignment.views:
        a, y = view.pairs[0]
        n = first_data(graph, view, a)
        if n is None or graph.op[n] not in ("add", "sub"):
            return
        if isinstance(y, int) and n != y and _is_made_of(graph, y, n):
            return
        args = [p for p in graph.args[n] if isinstance(p, int)]
        if len(args) != 2 or graph.shape[args[0]] != graph.shape[args[1]]:
            return
        before, drawn = sorted(args)
        scaled = graph.op[drawn] == "mul" and random & set(graph.parents[drawn])
        if drawn not in random and not scaled:
            return
        yield n, before
