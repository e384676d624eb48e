"""The first fault of a training whose parameters do not all follow the derivative."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.rules import Reading, Row, cells_fit, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Parts, take_apart
from twinprop.check.explain.divided import at_its_gradient
from twinprop.check.explain.fault import find_fault
from twinprop.check.explain.forward import find_forward_fault
from twinprop.check.explain.inplace import find_changed_value, tell_repeated_row
from twinprop.check.explain.joined import right_parts
from twinprop.check.explain.operands import find_wrong_operand
from twinprop.check.explain.parts import is_other_part
from twinprop.check.explain.piled import tell_beginning
from twinprop.check.explain.replaced import is_of_right_helper, takes_updated_weights
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.slopes import find_wrong_slope, is_right_for_another
from twinprop.check.explain.table import Fault, Table, find_goal, is_near, know_good, make_table
from twinprop.check.explain.unkept import find_pasts
from twinprop.check.explain.unsummed import find_lost_share

MOST_FAULTS = 40


def make_step_table(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Table:
    """What is known to be right in a step, right updates included."""
    view = alignment.views[s]
    table = make_table(graph, view, best.adjoints[s], find_activations(graph, view))
    bad = {r.k for r, good in zip(best.rows[s], best.good[s], strict=True) if not good}
    moving = {r.k: r for r in best.rows[s] if np.any(r.gradient) and not r.is_noise}
    parts = [c for c in view.step.updates if c.k in bad and c.k in moving]
    fitting = [c for c in parts if _part_fits(graph, alignment, s, moving[c.k], c)]
    right = [c for c in view.step.updates if c.k not in bad]
    table.good_updates = {c.u for c in [*right, *fitting]}
    stack = [t for c in [*right, *fitting] if c.k in moving for t, _ in c.terms]
    for c in (c for c in parts if c not in fitting and c.cells is None):
        apart = take_apart(graph, view, alignment.found.owner, c, keep_sums=True)
        stack += right_parts(graph, moving[c.k], best.factors[s], apart)
    good: set[int] = set()
    while stack:
        n = stack.pop()
        if n in view.after and n not in good:
            good.add(n)
            stack.extend(graph.parents[n])
    know_good(table, good)
    return table


def _part_fits(graph: Graph, alignment: Alignment, s: int, row: Row, c: Update) -> bool:
    """Whether an update of a part of a parameter moved that part rightly."""
    best, owner = alignment.best, alignment.found.owner
    if best is None or c.cells is None or not row.fits_shape:
        return False
    if not np.any(np.ravel(row.gradient)[list(c.cells)]):
        return False
    parts = take_apart(graph, alignment.views[s], owner, c, keep_sums=True)
    return cells_fit(graph, row, c.cells, best.factors[s], parts)


def _stays_rightly(row: Row, c: Update) -> bool:
    """Whether a part of a parameter does not move, and should not."""
    if c.cells is None or not row.fits_shape:
        return False
    cells = list(c.cells)
    return not np.any(np.ravel(row.change)[cells]) and not np.any(np.ravel(row.gradient)[cells])


def first_fault(graph: Graph, alignment: Alignment) -> tuple[Fault, int, Table] | None:
    """The earliest fault of the first step in which something is wrong."""
    best = alignment.best
    assert best is not None
    if best.is_fitting:
        return odd_fault(graph, alignment, best)
    forward = find_forward_fault(graph, alignment)
    if forward is not None:
        return forward, 0, make_step_table(graph, alignment, best, 0)
    s = next(i for i, good in enumerate(best.good) if not all(good))
    view, rows, rate = alignment.views[s], best.rows[s], best.factors[s]
    table = make_step_table(graph, alignment, best, s)
    bad = {r.k: r for r, good in zip(rows, best.good[s], strict=True) if not good}
    found: list[tuple[bool, Fault]] = []
    usual = {
        round(_outer_factor(graph, take_apart(graph, view, alignment.found.owner, c, True)), 12)
        for c in view.step.updates
        if c.k not in bad and c.cells is None
    }
    for c in view.step.updates:
        if c.k in bad and len(found) < MOST_FAULTS:
            parts = take_apart(graph, view, alignment.found.owner, c, keep_sums=True)
            if c.u not in table.good_updates and not _stays_rightly(bad[c.k], c):
                one = find_fault(table, c, bad[c.k], rate, parts)
                one = _at_update(graph, table, one, parts, usual)
                one = at_its_gradient(graph, alignment, table, one, parts)
                found.append((bool(np.any(bad[c.k].gradient)), one))
    # What should not move at all says least about what it should be made of.
    telling = [f for moves, f in found if moves] or [f for _, f in found]
    fault = min(telling, key=lambda f: f.node, default=None)
    if fault is None:
        return None
    changed = find_changed_value(table, fault)
    if changed is not None:
        return changed, s, table
    tell_repeated_row(graph, fault)
    if not fault.kind and is_other_part(graph, fault.node, fault.right):
        fault.kind = "other_part"
    is_known = bool(fault.kind) or _look_closer(table, fault)
    lost = None if fault.kind or fault.swapped else find_lost_share(table, fault)
    return (lost or fault, s, table) if is_known else None


def _look_closer(table: Table, fault: Fault) -> bool:
    """Find out in which way a value is wrong: of what it is made, and whether a helper made it.

    Returns
    -------
    bool
        False where it is made by an operation that is not known.
    """
    graph, is_called = table.graph, find_wrong_slope(table, fault)
    value = graph.value(fault.node)
    goal = None if value is None else find_goal(table, value, 1.0)
    fault.alone = fault.alone or _is_alone(table, fault)
    fault.swapped = None if fault.alone else find_wrong_operand(table, fault)
    if fault.swapped is None and any(_is_unknown(graph, n) for n in _way(graph, table, fault)):
        return False
    if fault.swapped is not None and _is_called_rightly(table, fault):
        fault.swapped = None
    is_called = is_called or is_of_right_helper(table, fault.node)
    if is_called or is_right_for_another(table, fault.node):
        fault.swapped = fault.swapped or (fault.node, fault.node)
    if np.size(value) == 1 and takes_updated_weights(table, fault):
        fault.kind = "updated_weights_used"
    fault.other_role = goal is not None and goal != fault.wanted
    return True


def _is_called_rightly(table: Table, fault: Fault) -> bool:
    """Whether the place that uses a helper's wrong value makes right values of other helpers."""
    used = [n for n, _ in fault.path if n != fault.node]
    site = table.graph.site[used[-1]] if used else -1
    return any(table.graph.site[n] == site >= 0 for n in table.good_cone)


def _is_alone(table: Table, fault: Fault) -> bool:
    """Whether a value is the share of one sample, where the sum over several is wanted."""
    theirs = table.graph.value(fault.node)
    if fault.wanted is None or theirs is None or np.size(theirs) < 2:
        return False
    shares = contributions(table.graph, table.view, table.adjoint, fault.wanted)
    forms = [g for _, g in shares if np.shape(g) == np.shape(theirs) and np.any(g)]
    return len(shares) > 1 and any(is_near(theirs, ratio(theirs, g) * g) for g in forms)


def _outer_factor(graph: Graph, parts: Parts) -> float:
    """The number by which an update multiplies the first value that has a name."""
    if len(parts.terms) != 1:
        return 0.0
    term = parts.terms[0]
    named = [f for n, f in term.way[1:] if n in graph.names]
    return named[0] if named else term.factor


def _at_update(graph: Graph, table: Table, fault: Fault, parts: Parts, usual: set[float]) -> Fault:
    """A gradient that is right but for a number, in an update with another number than all others.

    Then the update is wrong, and not what it is made of.
    """
    theirs = graph.value(fault.node)
    if fault.node == fault.update.u or np.shape(theirs) != np.shape(fault.right) or not usual:
        return fault
    r = ratio(theirs, fault.right)
    own = _outer_factor(graph, parts)
    if r and is_near(theirs, r * np.asarray(fault.right)):
        others = [f for f in usual if f and abs(own / f - r) <= 1e-7 * abs(r)]
        if others and len(usual) == 1:
            u, right = fault.path[0]
            return Fault(u, right, [(u, right)], fault.update, fault.wanted)
    return fault


def _way(graph: Graph, table: Table, fault: Fault) -> list[int]:
    """The values between a fault and its update, and what the fault is made of at once."""
    own = [p for p in graph.parents[fault.node] if p in table.view.after]
    return [n for n, _ in fault.path] + [fault.node, *own]


def _is_unknown(graph: Graph, n: int) -> bool:
    """Whether a value is made by an operation whose derivative is not known."""
    op = graph.op[n]
    known = read_knowledge()["operations"]
    return op not in known and op not in ("move", "leaf", "constant", "final", "changed", "view")


def odd_fault(graph: Graph, alignment: Alignment, best: Reading) -> tuple[Fault, int, Table] | None:
    """The first parameter that keeps something odd of its old value or of the step before."""
    for (s, k), kind in sorted(best.odd.items()):
        row = next(r for r in best.rows[s] if r.k == k)
        update = next(c for c in alignment.views[s].step.updates if c.k == k)
        if row.parts is None:
            continue
        if kind == "growth":
            terms = sorted((t for t in row.parts.own if t.way), key=lambda t: -len(t.way))
            off = 2 * row.parts.decay * graph.value(update.p)
        else:
            share = best.rule.get("momentum", 0.0)
            before = next(r for r in best.rows[s - 1] if r.k == k).whole
            kept = {"past": share, "accumulated": 0.0, "past sign": -share}[kind]
            terms, off = row.parts.past, row.past - kept * before
        way = list(terms[0].way) if terms else _way_to_nothing(graph, alignment.views[s], row)
        again = _gradient_as_velocity(graph, row) if kind == "past" and not way else None
        way = way or [again or (update.u, 1.0)]
        named = [(m, f) for m, f in way if m in graph.names]
        if kind == "growth" and not named:  # where Map() adds the penalty nothing has a name
            named = [(m, f) for m, f in way if graph.op[m] in ("add", "sub")]
        named = named or way[:1]
        if kind == "accumulated" and _is_of_all(graph, best.rows[s], named[-1][0]):
            # Adding up is right there, and it is for all layers: what is used is not set back.
            named = way[:1] if way[0][0] == update.u else [(update.u, 1.0)]
        path = [(m, graph.value(m) + off / f) for m, f in named]
        fault = Fault(path[-1][0], path[-1][1], path, update, None, kind)
        if kind == "accumulated":
            shares = sum(m != update.u and graph.op[m] in ("add", "sub") for m, _ in way)
            tell_beginning(graph, best, s, way[-1][0], shares, fault)
        elif again is not None:
            fault.told_at = graph.bound[again[0]][-1]
        return fault, s, make_step_table(graph, alignment, best, s)
    return None


def _gradient_as_velocity(graph: Graph, row: Row) -> tuple[int, float] | None:
    """A gradient that itself gets the name of a velocity on a later line, with its factor."""
    for term in row.parts.terms if row.parts is not None else ():
        for m, factor in (*term.way, (term.node, term.factor)):
            sites = graph.bound.get(m, [-1])
            later = len(sites) > 1 and sites[-1] >= 0
            if later and span_of(graph, sites[-1])["line"] > graph.line(m):
                return m, factor
    return None


def _way_to_nothing(graph: Graph, view: View, row: Row) -> list[tuple[int, float]]:
    """From an update to the sum that has a share of nothing where its past should be."""
    totals = {past.total for past in find_pasts(graph, view)}
    for term in row.parts.terms if row.parts is not None else ():
        at = next((i for i, (m, _) in enumerate(term.way) if m in totals), None)
        if at is not None:
            return list(term.way[: at + 1])
    return []


def _is_of_all(graph: Graph, rows: list[Row], n: int) -> bool:
    """Whether the gradients of several parameters are made at one place of the program."""
    own = [t for r in rows if r.parts is not None for t in r.parts.past]
    return sum(any(graph.site[m] == graph.site[n] for m, _ in t.way) for t in own) > 1
