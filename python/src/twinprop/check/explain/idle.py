"""A weight or a bias that takes part in the output and is never moved."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate, seed_loss
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.explain.around import forms
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.shares import contributions
from twinprop.check.explain.table import Fault, Table, is_near

SUMS = ("sum", "mean")
MOST_STEPS = 60
NUMBERED = re.compile(r"\[\d+\]+$")  # as w[2], or w[[3]] in R
NODES_AFTER = 200  # the updates looked at end where the first wrong one would be


def find_idle(graph: Graph, alignment: Alignment, best: Reading, table: Table) -> Fault | None:
    """A weight or a bias that takes part in the output and is never moved."""
    view = alignment.views[0]
    later = alignment.views[min(1, len(alignment.views) - 1)]
    side = 0 if in_columns(graph, later) else 1
    for n in sorted(_before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if len(nodes) != 2:
            continue
        if graph.op[n] == "matmul" and not all(a in later.moved for a in nodes):
            still = [a for a in nodes if a not in later.moved]
            fault = _idle_layer(graph, alignment, best, still, nodes[side])
            if fault is not None:
                return fault
        if graph.op[n] == "add" and n in later.moved:
            b = _idle_bias(graph, alignment, later, nodes)
            fault = None if b is None else _idle_fault(graph, view, best, b, True)
            if fault is not None and _is_meant(graph, alignment, fault):
                return fault
    return None


def remark_on_biases(graph: Graph, alignment: Alignment) -> str | None:
    """Biases that are never moved, none of them: that may be meant."""
    later = alignment.views[min(1, len(alignment.views) - 1)]
    for n in sorted(_before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] == "add" and n in later.moved and len(nodes) == 2:
            b = _idle_bias(graph, alignment, later, nodes)
            if b is not None:
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
    listed = graph.shape[b] == () and any(NUMBERED.search(x) for x in graph.names.get(b, ()))
    if alignment.asked or _moves_a_bias(graph, later) or listed:
        return True
    change = fault.right - graph.value(b)
    return any(
        is_near(graph.value(m), fault.right)
        or (graph.op[m] in SUMS and _is_multiple(graph, m, change))
        for m in _made_in_step(graph, view)
    )


def _moves_a_bias(graph: Graph, view: View) -> bool:
    """Whether a parameter is added to a product: where one bias is trained, all are meant to be."""
    for n in _before_output(graph, view):
        nodes = [origin_of(graph, a) for a in graph.args[n] if isinstance(a, int)]
        is_moved = graph.op[n] == "add" and any(a in view.cut for a in nodes)
        if is_moved and any(graph.op[a] in PRODUCTS for a in nodes):
            return True
    return False


def _idle_layer(
    graph: Graph, alignment: Alignment, best: Reading, still: list[int], weights: int
) -> Fault | None:
    """The weights of a product that stay the same, or are replaced by themselves less nothing."""
    view = alignment.views[0]
    for a in still:
        first = _before_nothing(graph, a)
        if first != a and _is_weight(graph, first):
            fault = _idle_fault(graph, view, best, first, True)
            if fault is not None:
                fault.loop = _loop_of_gradients(graph, view, best) or fault.loop
            return fault
    kept = [a for a in still if _is_weight(graph, a) and _is_used_again(graph, alignment, a)]
    if not kept or (len(still) == 1 and kept[0] != weights):  # data that were drawn
        return None
    w = weights if len(kept) == 2 else kept[0]
    is_sure = alignment.asked or graph.shape[w] == () or _is_drawn_as_others(graph, view, w)
    return _idle_fault(graph, view, best, w, is_sure)


def _before_nothing(graph: Graph, n: int) -> int:
    """What a value was before zeros were taken away from it, as often as they were."""
    for _ in range(MOST_STEPS):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] not in ("add", "sub") or len(nodes) != 2:
            break
        second = graph.value(nodes[1])
        if second is None or np.any(second) or graph.shape[nodes[0]] != graph.shape[n]:
            break
        n = nodes[0]
    return n


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


def _idle_bias(graph: Graph, alignment: Alignment, later: View, nodes: list[int]) -> int | None:
    for a, b in (nodes, nodes[::-1]):
        other = origin_of(graph, b)
        if (
            a in later.moved
            and b not in later.moved
            and _is_weighted(graph, origin_of(graph, a))
            and _is_bias(graph, later, other, a)
            and _is_kept(graph, alignment, other)
        ):
            return other
    return None


def _is_weighted(graph: Graph, n: int) -> bool:
    """Whether a value is a product, or a sum of products."""
    for _ in range(MOST_STEPS):
        if graph.op[n] in PRODUCTS:
            return True
        if graph.op[n] not in ("add", "sum", "move") or not graph.parents[n]:
            return False
        n = graph.parents[n][-1]
    return False


def _is_bias(graph: Graph, view: View, b: int, z: int) -> bool:
    """Whether a value that is added can be a bias; a single number only beside trained ones."""
    size = count(graph.shape[b])
    if size > 1:
        return size <= count(graph.shape[z])
    trained = {name.rpartition("[")[0] for v in view.cut for name in graph.names.get(v, ())}
    return any(name.rpartition("[")[0] in trained - {""} for name in graph.names.get(b, ()))


def _before_output(graph: Graph, view: View) -> set[int]:
    seen: set[int] = set()
    stack = [a for a, _ in view.pairs]
    while stack:
        n = stack.pop()
        if n not in seen and n > view.step.begin and n not in view.cut:
            seen.add(n)
            stack.extend(graph.parents[n])
    return seen


def origin_of(graph: Graph, n: int) -> int:
    """What a value was moved from."""
    for _ in range(5):
        parents = set(graph.parents[n])
        if graph.op[n] != "move" or len(parents) != 1:
            break
        n = parents.pop()
    return n


def _is_kept(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether a value that has a name is used in more than one step as it is."""
    return n in graph.names and _is_used_again(graph, alignment, n)


def _is_used_again(graph: Graph, alignment: Alignment, n: int) -> bool:
    views = alignment.views
    ends = [v.step.end for v in views]
    users = graph.users()[n]
    steps = {sum(u > end for end in ends) for u in users}
    return len(steps) > 1 and n <= views[0].step.end


def _is_weight(graph: Graph, n: int) -> bool:
    """Whether a matrix is no data: it stands where the trained weights stand."""
    return bool(_drawn(graph, n))


def _drawn(graph: Graph, n: int) -> set[int]:
    """What was drawn of a value and of what it was made of at once."""
    made = {n, *graph.parents[n]}
    made |= {q for p in graph.parents[n] for q in graph.parents[p]}
    return made & set(graph.header.get("random", ()))


def _is_drawn_as_others(graph: Graph, view: View, n: int) -> bool:
    """Whether the line that draws a weight draws two more matrices, which move."""
    own = {graph.site[k] for k in _drawn(graph, n)}
    moved = [m for m in view.step.first.values() if len(graph.shape[m]) == 2]
    return sum(any(graph.site[k] in own for k in _drawn(graph, m)) for m in moved) > 1


def _idle_fault(graph: Graph, view: View, best: Reading, n: int, is_sure: bool) -> Fault | None:
    """What a weight that stays should have become; sure of a bias, or where an exercise asks."""
    moved = view.moved | {n}
    for m in sorted(_before_output(graph, view)):
        if any(p in moved for p in graph.parents[m]):
            moved = moved | {m}
    wider = replace(view, moved=moved, forward=view.forward | (moved & _before_output(graph, view)))
    seeds = seed_loss(graph, wider, best.family)
    adjoint = differentiate(graph, wider, seeds)[0] if seeds else {}
    if n not in adjoint or not np.any(adjoint[n]):
        return None
    delta = next((adjoint[u] for u in graph.users()[n] if u in wider.forward and u in adjoint), 0.0)
    if not is_sure and not any(_has_gradient(graph, view, g) for g in (adjoint[n], delta)):
        return None  # weights that stay as they were drawn, while the last layer learns
    right = graph.value(n) - best.factors[0] * adjoint[n]
    near = _update_beside(graph, wider, n)
    lost = [m for m in _made_in_step(graph, view) if is_near(graph.value(m), right)]
    # Beside a bias of 0 a velocity is as large: what is made of the parameter itself comes first.
    lost = [
        m for m in lost if origin_of(graph, n) in graph.parents[m] or n in graph.parents[m]
    ] or lost
    fault = Fault(lost[0] if lost else near.u, right, [(n, right)], near, n, "never_updated")
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
