"""A weight or a bias that takes part in the output and is never moved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate, seed_loss
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Reading, ratio
from twinprop.check.align.steps import View, ancestors
from twinprop.check.align.trained import Update
from twinprop.check.explain.around import forms
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.unmoved import (
    before_nothing,
    before_output,
    is_drawn_as_others,
    is_kept,
    is_used_again,
    is_used_at,
    is_weight,
    is_weighted,
    kept_origin,
    origin_of,
    taken_number,
)

SUMS = ("sum", "mean")
NUMBERED = re.compile(r"\[\d+\]+$")  # as w[2], or w[[3]] in R
NODES_AFTER = 200  # the updates looked at end where the first wrong one would be


def find_idle(graph: Graph, alignment: Alignment, best: Reading, table: Table) -> Fault | None:
    """A weight or a bias that takes part in the output and is never moved."""
    later = alignment.views[min(1, len(alignment.views) - 1)]
    side = 0 if in_columns(graph, later) else 1
    for n in sorted(before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if len(nodes) != 2:
            continue
        if graph.op[n] == "matmul" and not all(a in later.moved for a in nodes):
            fault = _idle_layer(graph, alignment, best, n, side)
            if fault is not None:
                return fault
        if graph.op[n] == "mul":
            fault = _idle_number(graph, alignment, best, n, nodes)
            if fault is not None:
                return fault
        if graph.op[n] == "add" and n in later.moved:
            b = _idle_bias(graph, alignment, later, n)
            fault = None if b is None else _idle_fault(graph, alignment, best, b, True)
            if fault is not None and _is_meant(graph, alignment, fault):
                return _at_own_update(graph, fault, nodes)
    return None


def remark_on_biases(graph: Graph, alignment: Alignment) -> str | None:
    """Biases that are never moved, none of them: that may be meant."""
    later = alignment.views[min(1, len(alignment.views) - 1)]
    for n in sorted(before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] == "add" and n in later.moved and len(nodes) == 2:
            b = _idle_bias(graph, alignment, later, n)
            if b is not None and _is_bias(graph, later, b):
                return (
                    f"Line {graph.line(n)} adds {graph.name(b)}, which is never updated, as no "
                    "bias of this program is."
                )
    return None


def _is_meant(graph: Graph, alignment: Alignment, fault: Fault) -> bool:
    """Whether a bias is meant to move.

    Others do, or it is one number of a list of weights that move, or what it should become is
    computed and lost.
    """
    view, later = alignment.views[0], alignment.views[min(1, len(alignment.views) - 1)]
    b = fault.path[0][0]
    if not _is_bias(graph, later, b):
        return any(
            b in graph.parents[m] and is_near(graph.value(m), fault.right)
            for m in _made_in_step(graph, view)
        )
    listed = graph.shape[b] == () and any(NUMBERED.search(x) for x in graph.names.get(b, ()))
    if alignment.asked or _moves_a_bias(graph, later) or listed:
        return True
    change = fault.right - graph.value(b)
    return any(
        is_near(graph.value(m), fault.right)
        or (graph.op[m] in SUMS and _is_multiple(graph, m, change))
        for m in _made_in_step(graph, view)
    )


def _at_own_update(graph: Graph, fault: Fault, nodes: list[int]) -> Fault:
    """A bias that is replaced by itself less nothing is told where that is done."""
    b = fault.path[0][0]
    made = next((n for n in (origin_of(graph, a) for a in nodes) if b in graph.parents[n]), 0)
    if fault.node == fault.update.u and made and before_nothing(graph, made) == b:
        if taken_number(graph, made):
            return _without_gradient(graph, fault, made)
        return replace(fault, node=made, path=[(made, fault.right)], loop=None)
    return fault


def _without_gradient(graph: Graph, fault: Fault, made: int) -> Fault:
    """What is moved by the same number in all its elements: at the first such update."""
    first = fault.path[0][0]
    while first not in graph.parents[made]:
        made = graph.parents[made][0]
    path = [(made, fault.right)]
    return replace(fault, node=made, path=path, kind="gradient_left_out", loop=None)


def _moves_a_bias(graph: Graph, view: View) -> bool:
    """Whether a parameter is added to a product: where one bias is trained, all are meant to be."""
    for n in before_output(graph, view):
        nodes = [origin_of(graph, a) for a in graph.args[n] if isinstance(a, int)]
        is_moved = graph.op[n] == "add" and any(a in view.cut for a in nodes)
        if is_moved and any(graph.op[a] in PRODUCTS for a in nodes):
            return True
    return False


def _idle_layer(
    graph: Graph, alignment: Alignment, best: Reading, n: int, side: int
) -> Fault | None:
    """The weights of a product that stay the same, or are replaced by themselves less nothing."""
    view, later = alignment.views[0], alignment.views[min(1, len(alignment.views) - 1)]
    factors = [a for a in graph.args[n] if isinstance(a, int)]
    still = [kept_origin(graph, alignment, a) for a in factors if a not in later.moved]
    weights = kept_origin(graph, alignment, factors[side])
    for a in (origin_of(graph, a) for a in factors if a not in later.moved):
        first = before_nothing(graph, a)
        if first != a and is_weight(graph, first) and is_used_at(graph, first, n):
            fault = _idle_fault(graph, alignment, best, first, True)
            if fault is not None and taken_number(graph, a):
                return _without_gradient(graph, fault, a)
            if fault is not None:
                fault.loop = _loop_of_gradients(graph, view, best) or fault.loop
            return fault
    kept = [a for a in still if is_weight(graph, a) and is_used_again(graph, alignment, a)]
    if not kept:
        return None
    if len(still) == 1 and kept[0] != weights:
        other = next(a for a in factors if a in later.moved)
        if not _is_activation(graph, later, other) or _is_of_samples(graph, later, kept[0]):
            return None  # data that were drawn
    w = weights if len(kept) == 2 else kept[0]
    is_sure = alignment.asked or graph.shape[w] == () or is_drawn_as_others(graph, view, w)
    return _idle_fault(graph, alignment, best, w, is_sure)


def _is_activation(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is made of a product of the step, and not of weights alone."""
    made = ancestors(graph, [n], view)
    return any(graph.op[m] == "matmul" and m in view.moved for m in made)


def _is_of_samples(graph: Graph, view: View, n: int) -> bool:
    """Whether a matrix has a row and a column for each sample, as that of a graph's edges."""
    sides = set(graph.shape[n])
    return len(sides) == 1 and any(sides <= set(graph.shape[a]) for a, _ in view.pairs)


def _loop_of_gradients(graph: Graph, view: View, best: Reading) -> tuple[int, int] | None:
    """Where hidden layers get their gradients, after the line of the last layer's gradient."""
    found = []
    for row in best.rows[0]:
        shares = contributions(graph, view, best.adjoints[0], view.step.first[row.k])
        if row.order and np.ndim(row.old) == 2 and shares and np.any(shares[0][1]):
            made = (m for m in sorted(view.after) if _is_multiple(graph, m, shares[0][1]))
            found += [(row.order, m) for m in made if graph.op[m] in PRODUCTS][:1]
    found.sort()
    if len(found) < 2 or graph.line(found[0][1]) == graph.line(found[-1][1]):
        return (found[0][1], 0) if len(found) > 1 else None
    return found[0][1], graph.line(found[-1][1])


def _is_multiple(graph: Graph, m: int, right: Any) -> bool:
    value = graph.value(m)
    if value is None or np.size(value) != np.size(right) or np.size(right) < 2:
        return False
    made = ((form, ratio(value, form)) for form in forms(right, np.shape(value)))
    return any(f and is_near(value, f * form) for form, f in made)


def _idle_bias(graph: Graph, alignment: Alignment, later: View, n: int) -> int | None:
    nodes = [a for a in graph.args[n] if isinstance(a, int)]
    for a, b in (nodes, nodes[::-1]):
        other = before_nothing(graph, origin_of(graph, b))
        if (
            a in later.moved
            and b not in later.moved
            and is_weighted(graph, origin_of(graph, a))
            and count(graph.shape[other]) <= count(graph.shape[a])
            and (
                is_kept(graph, alignment, other)
                or (other != origin_of(graph, b) and is_used_at(graph, other, n))
            )
        ):
            return other
    return None


def _idle_number(
    graph: Graph, alignment: Alignment, best: Reading, n: int, nodes: list[int]
) -> Fault | None:
    """One number of a list of weights, in a product that is added to those of others that move."""
    later = alignment.views[min(1, len(alignment.views) - 1)]
    sums = [u for u in graph.users()[n] if u in later.forward and graph.op[u] in ("add", "sum")]
    beside = {q for u in sums for p in graph.parents[u] if p != n for q in graph.parents[p]}
    moving = _holders(graph, [q for q in beside if q in later.cut])
    for w in (origin_of(graph, a) for a in nodes if a not in later.moved):
        is_one = count(graph.shape[w]) == 1 and bool(_holders(graph, [w]) & moving)
        if is_one and is_kept(graph, alignment, w):
            steps = range(len(alignment.views))
            found = (_idle_fault(graph, alignment, best, w, True, i) for i in steps)
            return next((f for f in found if f is not None), None)
    return None


def _holders(graph: Graph, nodes: Iterable[int]) -> set[str]:
    """The names of the lists that values are elements of."""
    names = (name for n in nodes for name in graph.names.get(n, ()))
    return {name.rpartition("[")[0] for name in names} - {""}


def _is_bias(graph: Graph, view: View, b: int) -> bool:
    """Whether a value that is added is a bias; a single number is one beside trained ones."""
    if count(graph.shape[b]) > 1:
        return True
    return bool(_holders(graph, [b]) & _holders(graph, view.cut))


def _idle_fault(
    graph: Graph, alignment: Alignment, best: Reading, n: int, is_sure: bool, step: int = 0
) -> Fault | None:
    """What a weight that stays should have become; sure of a bias, or where an exercise asks."""
    view = alignment.views[step]
    moved = view.moved | {n}
    for m in sorted(before_output(graph, view)):
        if any(p in moved for p in graph.parents[m]):
            moved = moved | {m}
    wider = replace(view, moved=moved, forward=view.forward | (moved & before_output(graph, view)))
    seeds = seed_loss(graph, wider, best.family)
    adjoint = differentiate(graph, wider, seeds)[0] if seeds else {}
    if n not in adjoint or not np.any(adjoint[n]):
        return None
    delta = next((adjoint[u] for u in graph.users()[n] if u in wider.forward and u in adjoint), 0.0)
    if not is_sure and not any(_has_gradient(graph, view, g) for g in (adjoint[n], delta)):
        return None  # weights that stay as they were drawn, while the last layer learns
    right = graph.value(n) - best.factors[step] * adjoint[n]
    near = _update_beside(graph, wider, n)
    lost = [m for m in _made_in_step(graph, view) if is_near(graph.value(m), right)]
    # Beside a bias of 0 a velocity is as large: what is made of the parameter itself comes first.
    lost = [
        m for m in lost if origin_of(graph, n) in graph.parents[m] or n in graph.parents[m]
    ] or lost
    fault = Fault(
        lost[0] if lost else near.u, right, [(n, right)], near, n, "never_updated", step=step
    )
    fault.loop = None if lost else _loop_of_updates(graph, view, near.u)
    return fault


def _update_beside(graph: Graph, view: View, n: int) -> Update:
    """The update of what is added to the same sum or product, else of the first weight or bias."""
    beside = {p for u in graph.users()[n] if u in view.forward for p in _partners(graph, view, u)}
    first = view.step.updates[0 if len(graph.shape[n]) == 2 else -1]
    return next((c for c in view.step.updates if view.step.first[c.k] in beside), first)


def _partners(graph: Graph, view: View, u: int) -> set[int]:
    """What stands in the product that a value makes, and what is added to it at once."""
    sums = [s for s in graph.users()[u] if s in view.forward and graph.op[s] == "add"]
    ways = [p for s in (u, *sums) for p in graph.parents[s]]
    return {origin_of(graph, p) if p not in view.cut else p for p in ways}


def _made_in_step(graph: Graph, view: View) -> range:
    return range(view.step.begin + 1, min(view.step.end + NODES_AFTER, graph.size))


def _has_gradient(graph: Graph, view: View, right: Any) -> bool:
    """Whether the program computes a derivative, and does nothing with it."""
    made = (m for m in _made_in_step(graph, view) if graph.value(m) is not None)
    return any(_is_multiple(graph, m, right) for m in made)


def _loop_of_updates(graph: Graph, view: View, u: int) -> tuple[int, int] | None:
    """The place of an update, where more than one parameter is updated."""
    there = {c.k for c in view.step.updates if graph.line(c.u) == graph.line(u)}
    return (u, 0) if len(there) > 1 else None
