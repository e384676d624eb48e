"""Where a training goes wrong: from a wrong update back to the value that is wrong in itself.

Each value is judged by what it is made of: of a wrong value the operand is asked for which the
right derivative would make it right. Where there is one, that operand is wrong; where there is
none, the value itself is made in a wrong way.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from twinprop.check.align.recognise import recognise_activation
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Row, ratio, total
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Parts
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.table import (
    Fault,
    Table,
    find_goal,
    forms_of,
    is_near,
    matches_some,
)
from twinprop.check.explain.wanted import wanted_operands

DEEPEST_WALK = 60
TO_THE_MASK = 2  # operations from z, or what it is activated to


def find_fault(table: Table, update: Update, row: Row, rate: float, parts: Parts) -> Fault:
    """Walk from a wrong update to the value at which the fault begins.

    Parameters
    ----------
    table : Table
        Of the step.
    update : Update
        One that moved its parameter otherwise than the derivative says.
    row : Row
        What its parameter did.
    rate : float
        The factor between the right change and the derivative.
    parts : Parts
        Of the update.

    Returns
    -------
    Fault
        At the update itself where nothing before it is wrong.
    """
    graph = table.graph
    change = np.asarray(rate * row.gradient, dtype=np.float64)
    if row.source is not None:
        start = [(row.source, change)]
        found = _descend(table, row.source, change, rate, start, 0)
        node, right, path, goal = found or (row.source, change, start, None)
        return Fault(node, right, path, update, goal)
    if update.cells is not None:
        change = np.ravel(change)[list(update.cells)]
    shape = graph.shape[update.p]
    change = change.reshape(shape) if change.size == count(shape) else change
    terms = [t for t in parts.terms if np.any(graph.value(t.node))] or parts.terms
    moved = total(graph, terms)
    off = np.subtract(moved, change) if row.fits_shape else np.zeros(())
    wanted = graph.value(update.u) + off
    goal = next((n for n in sorted(table.view.cut) if n == update.p), update.p)
    if len(terms) == 1 and np.shape(off) == graph.shape[terms[0].node]:
        f, t, way = terms[0]
        path = [(m, graph.value(m) + off / g) for m, g in way]
        right = graph.value(t) + off / f
        shares = contributions(graph, table.view, table.adjoint, goal)
        if len(shares) > 1 and any(is_near(graph.value(t), -rate / f * g) for _, g in shares):
            same = [
                m for m, _ in way if m in graph.names and is_near(graph.value(m), graph.value(t))
            ]
            t = same[-1] if same else t  # 0 + g is g
            return Fault(t, right, [*path, (t, right)], update, goal, alone=True)
        if t in table.good_cone and not is_near(graph.value(t), right):
            # What is multiplied is right, and used rightly elsewhere: the multiplication is wrong.
            path = [step for step in path if step[0] not in table.good_cone] or path
            return Fault(path[-1][0], path[-1][1], path, update, goal)
        found = _descend(table, t, right, -rate / f, [*path, (t, right)], 0)
        if found is not None:
            return Fault(found[0], found[1], found[2], update, found[3])
    if len(terms) == 1 and update.cells is None:
        f, t, way = terms[0]
        if t not in table.good_cone and count(graph.shape[t]) != count(shape) and way:
            own = _unspread(change, shape)
            path = [(update.u, wanted), *((n, -own / g) for n, g in way[1:]), (t, -own / f)]
            return Fault(t, -own / f, path, update, goal)
    return Fault(update.u, wanted, [(update.u, wanted)], update, goal)


def _unspread(g: Any, shape: tuple[int, ...]) -> Any:
    """A derivative that was spread to a wrong shape, in its parameter's own."""
    size = len(np.shape(g)) - len(shape)
    rest = g[(0,) * size] if size else g
    return rest[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)] if shape else rest


def _descend(
    table: Table, n: int, right: Any, factor: float, path: list[tuple[int, Any]], depth: int
) -> tuple[int, Any, list[tuple[int, Any]], int | None] | None:
    """The deepest wrong value below a node that should have a right one; None if it is right."""
    graph = table.graph
    value = graph.value(n)
    if value is None or is_near(value, right):
        return None
    goal = find_goal(table, right, factor)
    here = (n, right, path, goal)
    if depth > DEEPEST_WALK or np.shape(value) != np.shape(right):
        return here
    for p, wanted, f in wanted_operands(table, n, right, factor, goal):
        theirs = graph.value(p)
        if is_near(theirs, wanted) or (_is_meeting(table, n) and p not in table.view.moved):
            continue  # what an output is compared with is what is asked for
        exact = _is_exact(table, p, f)
        if exact and (p not in graph.names or _is_behind_mask(table, p, wanted, f)):
            continue
        if stands(table, p, n) and (exact or not _is_scaled(table, p, wanted)):
            continue
        if graph.op[n] == "move" and _is_masked(graph, n) and matches_some(table, p):
            continue  # what was put into a right value is wrong
        found = _descend(table, p, wanted, f, [*path, (p, wanted)], depth + 1)
        if found is not None:
            # 0 + x is x, and it is the sum that has a name.
            return here if found[0] == p and _is_first_term(graph, n, p) else found
    return here


def _is_meeting(table: Table, n: int) -> bool:
    """Whether output and target meet; beside a loss of the program's own any difference may."""
    meets = table.view.meets
    return n in meets or (not meets and table.graph.op[n] == "sub")


def _is_exact(table: Table, p: int, factor: float) -> bool:
    """Whether a value on the way back is a derivative with the right factor: right by itself."""
    value = table.graph.value(p)
    if p not in table.view.after or np.size(value) < 2:
        return False
    goals = table.by_size.get(np.size(value), [])[:200]
    made = [form for _, g in goals for form in forms_of(g, np.shape(value))]
    return any(
        is_near(value, f * np.asarray(form)) for f in (factor, *table.factors) for form in made
    )


def _is_behind_mask(table: Table, p: int, wanted: Any, factor: float) -> bool:
    """Whether a value is the derivative of what the meant one makes when data multiply it.

    Then it is right, and the mask of the dropout is what its user leaves out. Not where it is made
    of what has come back already, as where it is divided by the share that is kept.
    """
    graph, view = table.graph, table.view
    goal = find_goal(table, wanted, factor) if graph.op[p] in PRODUCTS else None
    level = [] if goal is None else [goal]
    for _ in range(TO_THE_MASK):
        level = list(dict.fromkeys(u for n in level for u in graph.users()[n] if u in view.forward))
        for u in level:
            data = [q for q in graph.parents[u] if q not in view.moved and not view.touched[q]]
            if graph.op[u] == "mul" and u in table.adjoint and data:
                made = forms_of(table.adjoint[u], graph.shape[p])
                both = product((factor, *table.factors), map(np.asarray, made))
                if any(is_near(graph.value(p), f * form) for f, form in both):
                    return True
    return False


def _is_scaled(table: Table, p: int, wanted: Any) -> bool:
    """Whether a value that moves nothing rightly is the wanted one but for a number."""
    value = table.graph.value(p)
    if p not in table.view.after or p in table.good_cone or np.size(value) < 2:
        return False
    r = ratio(value, wanted) if np.shape(value) == np.shape(wanted) else 0.0
    return bool(r) and is_near(value, r * np.asarray(wanted))


def _is_masked(graph: Graph, n: int) -> bool:
    index = graph.movement(n)
    return index is not None and bool((index < 0).any())


def stands(table: Table, p: int, but: int) -> bool:
    """Whether a value is right as some derivative and is used rightly elsewhere too."""
    graph, view = table.graph, table.view
    if p in view.forward or p in view.cut:
        return True
    if p not in view.after and _is_function(table, p):
        return True
    if p in table.good_cone:
        return True
    if not matches_some(table, p):
        return False
    others = [u for u in graph.users()[p] if u != but and u in view.cone]
    others += [w for u in others if graph.op[u] == "move" for w in graph.users()[u]]
    others = [u for u in others if not (_is_first_term(graph, u, p) or _is_element(graph, u, p))]
    return any(
        u in table.good_updates or (u in view.after and matches_some(table, u)) for u in others
    )


def _is_first_term(graph: Graph, u: int, p: int) -> bool:
    """Whether a single number is added to 0: that is no use of it that shows it to be right."""
    return graph.op[u] == "add" and graph.shape[u] == () and graph.value(u) == graph.value(p)


def _is_element(graph: Graph, u: int, p: int) -> bool:
    """Whether one number is taken out of several, which is as right as they are."""
    return graph.op[u] == "move" and graph.shape[u] == () and count(graph.shape[p]) > 1


def _is_function(table: Table, p: int) -> bool:
    """Whether a value beside the way back is an activation of a forward value, as such right."""
    value = table.graph.value(p)
    if value is None or np.size(value) < 2:
        return False
    inputs = [table.graph.value(x.z) for x in table.slopes]
    return any(
        np.shape(z) == np.shape(value) and recognise_activation(z, value) is not None
        for z in inputs
    )
