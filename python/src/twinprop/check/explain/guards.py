"""What makes a training wrong though every parameter follows the derivative."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import directions
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Reading, ratio
from twinprop.check.align.steps import View, differentiate, seed_loss
from twinprop.check.explain.around import forms
from twinprop.check.explain.fault import Fault, Table, is_near
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.samples import find_wrong_target
from twinprop.check.explain.scaling import find_wrong_scaling
from twinprop.check.explain.unkept import find_unkept

NODES_AFTER = 200  # the updates looked at end where the first wrong one would be


def find_hidden_fault(
    graph: Graph, alignment: Alignment, best: Reading, table: Table
) -> Fault | None:
    """The first of the faults that derivatives do not show; None where there is none."""
    view = alignment.views[0]
    return (
        _uphill(graph, view, best)
        or _missing_root(graph, alignment, best)
        or _idle(graph, alignment, best, table)
        or _dead(graph, alignment, best)
        or find_unkept(graph, alignment)
        or find_wrong_target(graph, alignment)
        or find_wrong_scaling(graph, alignment)
    )


def _uphill(graph: Graph, view: View, best: Reading) -> Fault | None:
    """Every step goes up the slope of the loss; of a rule that is not known nobody can say it."""
    if best.factors[0] > 0 or best.rule["name"] == "unknown":
        return None
    last = view.step.updates[-1]
    row = next(r for r in best.rows[0] if r.k == last.k)
    turned = [m for m in sorted(view.meets) if _is_turned(graph, view, m)]
    if turned and row.parts is not None and _subtracts(graph, last.u):
        # The update subtracts as it should: the difference is the wrong way round.
        m = next((n for n in turned if n in graph.names), turned[0])
        return Fault(m, -graph.value(m), [(m, -graph.value(m))], last, None, "wrong_sign")
    right = graph.value(last.u) + 2 * row.change
    return Fault(last.u, right, [(last.u, right)], last, None, "wrong_sign")


def _subtracts(graph: Graph, u: int) -> bool:
    return graph.op[u] == "sub"


def _is_turned(graph: Graph, view: View, m: int) -> bool:
    args = graph.args[m]
    outputs = [a for a, _ in view.pairs]
    return graph.op[m] == "sub" and len(args) == 2 and args[1] in outputs


def _missing_root(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """RMSprop or Adam that divide by the mean square itself."""
    if not best.rule.get("no_root"):
        return None
    form = {**best.rule, "no_root": 0.0}
    c = alignment.views[0].step.updates[0]
    rows = [next(r for r in rows if r.k == c.k) for rows in best.rows[:1]]
    made = directions(best.rule["name"], [best.factors[0] * rows[0].gradient], form)
    right = graph.value(c.p) - best.rule["rate"] * made[0]
    return Fault(c.u, right, [(c.u, right)], c, None, "root_left_out")


def _idle(graph: Graph, alignment: Alignment, best: Reading, table: Table) -> Fault | None:
    """A weight or a bias that takes part in the output and is never moved."""
    view = alignment.views[0]
    later = alignment.views[min(1, len(alignment.views) - 1)]
    side = 0 if in_columns(graph, later) else 1
    for n in sorted(_before_output(graph, later)):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if len(nodes) != 2:
            continue
        if graph.op[n] == "matmul" and n not in later.moved:
            w = _idle_weight(graph, alignment, nodes, side)
            if w is not None:
                sure = alignment.asked or graph.shape[w] == ()
                fault = _idle_fault(graph, view, best, w, sure)
                if fault is not None:
                    return fault
        if graph.op[n] == "add" and n in later.moved:
            b = _idle_bias(graph, alignment, later, nodes)
            if b is not None:
                return _idle_fault(graph, view, best, b, True)
    return None


def _idle_weight(graph: Graph, alignment: Alignment, nodes: list[int], side: int) -> int | None:
    """The weights of a product of which neither side is trained, where they stay the same."""
    used = [a for a in nodes if _is_weight(graph, a) and _is_used_again(graph, alignment, a)]
    return nodes[side] if len(used) == 2 else next(iter(used), None)


def _idle_bias(graph: Graph, alignment: Alignment, later: View, nodes: list[int]) -> int | None:
    for a, b in (nodes, nodes[::-1]):
        other = _origin(graph, b)
        if (
            a in later.moved
            and b not in later.moved
            and graph.op[_origin(graph, a)] in PRODUCTS
            and _is_bias(graph, later, other, a)
            and _is_kept(graph, alignment, other)
        ):
            return other
    return None


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


def _origin(graph: Graph, n: int) -> int:
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
    random = set(graph.header.get("random", ()))
    made = {n, *graph.parents[n]}
    made |= {q for p in graph.parents[n] for q in graph.parents[p]}
    return bool(made & random)


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
    if not is_sure and not _has_gradient(graph, view, adjoint[n]):
        return None  # weights that stay as they were drawn, while the last layer learns
    right = graph.value(n) - best.factors[0] * adjoint[n]
    near = view.step.updates[0 if len(graph.shape[n]) == 2 else -1]
    lost = [m for m in _made_in_step(graph, view) if is_near(graph.value(m), right)]
    return Fault(lost[0] if lost else near.u, right, [(n, right)], near, n, "never_updated")


def _made_in_step(graph: Graph, view: View) -> range:
    return range(view.step.begin + 1, min(view.step.end + NODES_AFTER, graph.size))


def _has_gradient(graph: Graph, view: View, right: Any) -> bool:
    """Whether the program computes a derivative, and does nothing with it."""
    for m in _made_in_step(graph, view):
        value = graph.value(m)
        if value is None or np.size(value) != np.size(right):
            continue
        for form in forms(right, np.shape(value)):
            f = ratio(value, form)
            if f and is_near(value, f * form):
                return True
    return False


def _dead(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A bias that is moved by the right derivative, though the output is made without it."""
    view = alignment.views[0]
    used = set().union(*(v.cone | v.cut for v in alignment.views))
    sums = _bias_sums(graph, view, best)
    for n in range(view.step.begin + 1, view.step.end + 30):
        if n >= graph.size or graph.op[n] not in ("add", "sub") or n in used:
            continue
        mine = set(graph.names.get(n, ()))
        old = [p for p in graph.parents[n] if set(graph.names.get(p, ())) & mine]
        if len(old) != 1 or old[0] in used or count(graph.shape[n]) < 2:
            continue
        change = np.subtract(graph.value(old[0]), graph.value(n))
        for z, share in sums:
            if np.size(share) != np.size(change):
                continue
            share = np.reshape(share, np.shape(change))
            f = ratio(change, share)
            if f and is_near(change, f * share):
                right = _add_bias(graph, z, graph.value(old[0]))
                last = view.step.updates[-1]
                return Fault(z, right, [(z, right)], last, None, "bias_left_out")
    return None


def _bias_sums(graph: Graph, view: View, best: Reading) -> list[tuple[int, Any]]:
    """What the derivative of a bias would be, at each product of the way forward."""
    sums = []
    for n in sorted(view.forward):
        users = [u for u in graph.users()[n] if u in view.forward and graph.op[u] == "add"]
        biased = any(p in view.cut for u in users for p in graph.parents[u])
        if graph.op[n] == "matmul" and n in best.adjoints[0] and not biased:
            g = np.asarray(best.adjoints[0][n])
            sums += [(n, g.sum(axis=axis)) for axis in range(g.ndim)]
    return sums


def _add_bias(graph: Graph, z: int, bias: Any) -> Any:
    value = np.asarray(graph.value(z))
    for form in (bias, np.ravel(bias), np.reshape(bias, (-1, 1))):
        try:
            if np.broadcast_shapes(np.shape(form), value.shape) == value.shape:
                return value + form
        except ValueError:
            continue
    return None
