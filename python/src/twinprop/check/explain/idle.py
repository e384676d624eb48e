"""A weight or a bias that takes part in the output and is never moved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Reading
from twinprop.check.align.steps import View, ancestors
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.idle_fault import (
    fault_of_idle,
    is_multiple,
    leave_gradient_out,
    made_in_step,
)
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.unmoved import (
    before_nothing,
    before_output,
    bias_origin,
    holders_of,
    is_drawn_as_others,
    is_kept,
    is_made_anew,
    is_used_again,
    is_used_at,
    is_weight,
    is_weighted,
    kept_origin,
    later_view,
    origin_of,
    taken_number,
    trains_weights,
)

SUMS = ("sum", "mean")
NUMBERED = re.compile(r"\[\d+\]+$")  # as w[2], or w[[3]] in R


def find_idle(graph: Graph, alignment: Alignment, best: Reading, table: Table) -> Fault | None:
    """A weight or a bias that takes part in the output and is never moved."""
    later = later_view(alignment)
    side = _side_of_weights(graph, later)
    for n in sorted(before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if len(nodes) != 2:
            continue
        if graph.op[n] == "matmul" and not all(a in later.moved for a in nodes):
            fault = _idle_layer(graph, alignment, best, n, side)
            if fault is not None:
                return fault
        if graph.op[n] == "mul":
            fault = _idle_factor(graph, alignment, best, n, nodes)
            if fault is not None:
                return fault
        if graph.op[n] == "add" and n in later.moved:
            rates = _rates_of(best)
            b = _idle_bias(graph, alignment, later, n, rates)
            fault = None if b is None else fault_of_idle(graph, alignment, best, b, True)
            if b is None or fault is None:
                continue
            made = _replaced(graph, b, nodes, rates)
            if _is_meant(graph, alignment, fault, made):
                return _at_own_update(graph, fault, made)
    return None


def _side_of_weights(graph: Graph, later: View) -> int:
    """On which side of a product weights stand.

    Where none of them is trained that is the side that does not move beside one that does.
    """
    is_bare = not trains_weights(graph, later)
    for n in sorted(before_output(graph, later)):
        args = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] != "matmul" or len(args) != 2:
            continue
        still = [a not in later.moved for a in args]
        own = still if is_bare else [origin_of(graph, a) in later.cut for a in args]
        if own.count(True) == 1:
            return own.index(True)
    return 0 if in_columns(graph, later) else 1


def remark_on_biases(graph: Graph, alignment: Alignment) -> str | None:
    """Biases that are never moved, none of them: that may be meant."""
    later = later_view(alignment)
    for n in sorted(before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] == "add" and n in later.moved and len(nodes) == 2:
            b = _idle_bias(graph, alignment, later, n, ())
            if b is not None and _is_bias(graph, later, b):
                return (
                    f"Line {graph.line(n)} adds {graph.name(b)}, which is never updated, as no "
                    "bias of this program is."
                )
    return None


def _rates_of(best: Reading) -> list[float]:
    """The numbers by which the program multiplies a gradient."""
    return [abs(f) for f in (*best.factors, *(c for found in best.written for c in found))]


def _is_meant(graph: Graph, alignment: Alignment, fault: Fault, made: int) -> bool:
    """Whether a bias is meant to move.

    Others do, or it is one number of a list of weights that move, or it moves by the rate alone, or
    what it should become is computed and lost.
    """
    view, later = alignment.views[0], later_view(alignment)
    b = fault.path[0][0]
    if made != b and taken_number(graph, made):
        return True
    if not _is_bias(graph, later, b):
        return any(
            b in graph.parents[m] and is_near(graph.value(m), fault.right)
            for m in made_in_step(graph, view)
        )
    listed = graph.shape[b] == () and any(NUMBERED.search(x) for x in graph.names.get(b, ()))
    if alignment.asked or _moves_a_bias(graph, later) or listed:
        return True
    change = fault.right - graph.value(b)
    return any(
        is_near(graph.value(m), fault.right)
        or (graph.op[m] in SUMS and is_multiple(graph, m, change))
        for m in made_in_step(graph, view)
    )


def _replaced(graph: Graph, b: int, nodes: list[int], rates: list[float]) -> int:
    """What a bias is replaced by, made of itself less nothing, or less a number; else itself."""
    origins = (bias_origin(graph, a) for a in nodes)
    return next((n for n in origins if n != b == before_nothing(graph, n, rates)), b)


def _at_own_update(graph: Graph, fault: Fault, made: int) -> Fault:
    """A bias that is replaced by itself less nothing is told where that is done."""
    if fault.node != fault.update.u or made == fault.path[0][0]:
        return fault
    if taken_number(graph, made):
        return leave_gradient_out(graph, fault, made)
    return replace(fault, node=made, path=[(made, fault.right)], loop=None)


def _moves_a_bias(graph: Graph, view: View) -> bool:
    """Whether a parameter is added to a product: where one bias is trained, all are meant to be."""
    for n in before_output(graph, view):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        is_moved = graph.op[n] == "add" and any(bias_origin(graph, a) in view.cut for a in nodes)
        sums = [origin_of(graph, a) for a in nodes] if is_moved else []
        if any(graph.op[a] in PRODUCTS or _is_one_sum(graph, a) for a in sums):
            return True
    return False


def _is_one_sum(graph: Graph, n: int) -> bool:
    """Whether a single number is a sum of products."""
    return graph.shape[n] == () and is_weighted(graph, n)


def _idle_layer(
    graph: Graph, alignment: Alignment, best: Reading, n: int, side: int
) -> Fault | None:
    """The weights of a product that stay the same, or are replaced by themselves less nothing."""
    view, later = alignment.views[0], later_view(alignment)
    factors = [a for a in graph.args[n] if isinstance(a, int)]
    still = [kept_origin(graph, alignment, a) for a in factors if a not in later.moved]
    weights = kept_origin(graph, alignment, factors[side])
    for a in (origin_of(graph, a) for a in factors if a not in later.moved):
        first = before_nothing(graph, a)
        if first != a and is_weight(graph, first) and is_used_at(graph, first, n):
            fault = fault_of_idle(graph, alignment, best, first, True)
            if fault is not None and taken_number(graph, a):
                return leave_gradient_out(graph, fault, a)
            if fault is not None:
                fault.loop = _loop_of_gradients(graph, view, best) or fault.loop
            return fault
    is_bare = not trains_weights(graph, later)
    kept = [a for a in still if is_weight(graph, a) or (is_bare and not np.any(graph.value(a)))]
    kept = [a for a in kept if is_used_again(graph, alignment, a)]
    if not kept or (len(still) == 2 and weights not in kept):
        return None
    if len(still) == 1 and kept[0] != weights:
        other = next(a for a in factors if a in later.moved)
        if not _is_activation(graph, later, other) or _is_of_samples(graph, later, kept[0]):
            return None  # data that were drawn
    w = weights if len(still) == 2 else kept[0]
    is_sure = alignment.asked or graph.shape[w] == () or is_drawn_as_others(graph, view, w)
    return _idle_in_any_step(graph, alignment, best, w, is_sure)


def _idle_in_any_step(
    graph: Graph, alignment: Alignment, best: Reading, w: int, is_sure: bool
) -> Fault | None:
    """The fault of a weight that stays, in the first step that shows one."""
    steps = range(len(alignment.views))
    found = (fault_of_idle(graph, alignment, best, w, is_sure, i) for i in steps)
    return next((f for f in found if f is not None), None)


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
            made = (m for m in sorted(view.after) if is_multiple(graph, m, shares[0][1]))
            found += [(row.order, m) for m in made if graph.op[m] in PRODUCTS][:1]
    found.sort()
    if len(found) < 2 or graph.line(found[0][1]) == graph.line(found[-1][1]):
        return (found[0][1], 0) if len(found) > 1 else None
    return found[0][1], graph.line(found[-1][1])


def _idle_bias(
    graph: Graph, alignment: Alignment, later: View, n: int, rates: Iterable[float]
) -> int | None:
    nodes = [a for a in graph.args[n] if isinstance(a, int)]
    for a, b in (nodes, nodes[::-1]):
        origin = bias_origin(graph, b)
        other = before_nothing(graph, origin, rates)
        if (
            a in later.moved
            and b not in later.moved
            and is_weighted(graph, origin_of(graph, a))
            and count(graph.shape[other]) <= count(graph.shape[a])
            and (
                is_kept(graph, alignment, other)
                or (other != origin and is_used_at(graph, other, n))
                or is_made_anew(graph, alignment, other)
            )
        ):
            return other
    return None


def _idle_factor(
    graph: Graph, alignment: Alignment, best: Reading, n: int, nodes: list[int]
) -> Fault | None:
    """What stays in a product of elements that is added to what moves.

    One number of a list of weights others of which move; weights that were drawn, times one number
    of the data, beside a bias that moves; weights that move by the rate alone.
    """
    later = later_view(alignment)
    sums = [u for u in graph.users()[n] if u in later.forward and _is_summed(graph, u)]
    beside = {p for u in sums for p in graph.parents[u] if p != n}
    trained = [q for p in beside for q in graph.parents[p] if q in later.cut]
    found = alignment.found  # an index that is a variable in a step is a number before it
    roots = [found.roots[found.owner[q]] for q in trained if found.owner.get(q) in found.roots]
    moving = holders_of(graph, [*trained, *roots])
    still = [origin_of(graph, a) for a in nodes if a not in later.moved]
    of_data = len(still) == 2 and any(
        p in later.cut and graph.shape[p] == graph.shape[n] for p in beside
    )
    weighs = any(origin_of(graph, a) in later.cut for a in nodes)  # what is weighted is no weight
    for w in still:
        first = before_nothing(graph, w, _rates_of(best))
        if first != w and taken_number(graph, w) and is_used_at(graph, first, n):
            fault = fault_of_idle(graph, alignment, best, first, True)
            return None if fault is None else leave_gradient_out(graph, fault, w)
        is_one = count(graph.shape[w]) == 1 and not weighs and holders_of(graph, [w]) & moving
        is_drawn = of_data and is_weight(graph, w) and count(graph.shape[w]) > 1
        if (is_one or is_drawn) and is_kept(graph, alignment, w):
            return _idle_in_any_step(graph, alignment, best, w, True)
    return None


def _is_summed(graph: Graph, n: int) -> bool:
    """Whether a value is a sum, or the list that sum() was given."""
    lists = graph.op[n] == "move" and any(graph.op[u] == "sum" for u in graph.users()[n])
    return lists or graph.op[n] in ("add", "sum")


def _is_bias(graph: Graph, view: View, b: int) -> bool:
    """Whether a value that is added is a bias; a single number is one beside trained ones.

    Or in a list of its own, if it was drawn or begins at 0, and is added to sums of products alone.
    """
    if count(graph.shape[b]) > 1 or holders_of(graph, [b]) & holders_of(graph, view.cut):
        return True
    begins = is_weight(graph, b) or not np.any(graph.value(b))
    listed = any(NUMBERED.search(x) for x in graph.names.get(b, ()))
    added = all(graph.op[u] == "add" for u in graph.users()[b] if u in view.forward)
    return begins and listed and added and _moves_a_bias(graph, view)
