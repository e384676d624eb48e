"""What makes a training wrong though every parameter follows the derivative."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.added import find_added_target
from twinprop.check.align.align import Alignment
from twinprop.check.align.directions import directions
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.explain.ahead import find_reversed_look, find_unused_look
from twinprop.check.explain.all_samples import find_divided_by_all
from twinprop.check.explain.classes import find_classes_from_one, find_disordered_classes
from twinprop.check.explain.clipped import find_inverted_clip
from twinprop.check.explain.counted import find_counted_columns
from twinprop.check.explain.decay import find_wrong_decay
from twinprop.check.explain.forward import find_rows_against_columns
from twinprop.check.explain.idle import find_idle
from twinprop.check.explain.inplace import find_changed_data
from twinprop.check.explain.left_free import find_decay_of_free
from twinprop.check.explain.lost import find_lost_samples
from twinprop.check.explain.means import find_hidden_rule_fault
from twinprop.check.explain.minimised import find_unlike_gradient
from twinprop.check.explain.nudges import find_nudge_fault
from twinprop.check.explain.other_loss import find_other_loss
from twinprop.check.explain.overlap import find_shared_samples
from twinprop.check.explain.overwritten import find_overwritten
from twinprop.check.explain.own_loss import find_unlike_loss
from twinprop.check.explain.penalties import find_growth_inside, find_penalty_factor
from twinprop.check.explain.rates import find_compounded_rate
from twinprop.check.explain.samples import find_wrong_target
from twinprop.check.explain.scaling import find_wrong_scaling
from twinprop.check.explain.signed import find_signed_fault
from twinprop.check.explain.squared_length import find_squared_length
from twinprop.check.explain.swapped import find_swapped_rate
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.twice import find_rate_twice
from twinprop.check.explain.unkept import find_unkept
from twinprop.check.explain.unsummed import find_unsummed

NODES_AFTER = 30  # of a step, in which it may end
LONGEST_RULE = 30
FEWEST_STEPS = 3  # in which a single number tells


def find_hidden_fault(
    graph: Graph, alignment: Alignment, best: Reading, table: Table
) -> Fault | None:
    """The first of the faults that derivatives do not show; None where there is none."""
    view = alignment.views[0]
    return (
        _added_target(graph, alignment, best)
        or find_rows_against_columns(graph, alignment)
        or find_nudge_fault(graph, alignment, best)
        or _uphill(graph, view, best)
        or _missing_root(graph, alignment, best)
        or find_overwritten(graph, alignment, best)
        or find_idle(graph, alignment, best, table)
        or find_wrong_decay(graph, alignment, best)
        or find_decay_of_free(graph, alignment, best)
        or find_unlike_gradient(graph, alignment, best)
        or find_hidden_rule_fault(graph, alignment, best)
        or find_signed_fault(graph, alignment, best)
        or find_growth_inside(graph, alignment, best)
        or find_penalty_factor(graph, alignment, best)
        or find_counted_columns(graph, alignment)
        or _dead(graph, alignment, best)
        or find_other_loss(graph, alignment, best)
        or find_unlike_loss(graph, alignment, best)
        or find_reversed_look(graph, alignment)
        or find_unused_look(graph, alignment)
        or find_inverted_clip(graph, alignment)
        or find_squared_length(graph, alignment)
        or find_unsummed(graph, alignment)
        or find_unkept(graph, alignment)
        or find_wrong_target(graph, alignment)
        or find_classes_from_one(graph, alignment)
        or find_disordered_classes(graph, alignment)
        or find_wrong_scaling(graph, alignment)
        or find_compounded_rate(graph, alignment, best)
        or find_swapped_rate(graph, alignment, best)
        or find_rate_twice(graph, alignment, best)
        or find_lost_samples(graph, alignment)
        or find_divided_by_all(graph, alignment, best)
        or find_shared_samples(graph, alignment)
        or find_changed_data(graph, alignment)
    )


def _uphill(graph: Graph, view: View, best: Reading) -> Fault | None:
    """Every step goes up the slope of the loss; of a rule that is not known nobody can say it."""
    kept = best.rule["name"] not in ("gradient_descent", "momentum")
    sign = np.sign(best.rule["rate"]) if kept else 1.0
    if best.factors[0] * sign > 0 or best.rule["name"] == "unknown":
        return None
    last = view.step.updates[-1]
    row = next(r for r in best.rows[0] if r.k == last.k)
    turned = [m for m in sorted(view.meets) if _is_turned(graph, view, m)]
    if turned and row.parts is not None and _subtracts(graph, last.u):
        # The update subtracts as it should: the difference is the wrong way round.
        m = next((n for n in turned if n in graph.names), turned[0])
        return Fault(m, -graph.value(m), [(m, -graph.value(m))], last, None, "wrong_sign")
    right = graph.value(last.u) + 2 * (row.whole if kept else row.change)
    return Fault(last.u, right, [(last.u, right)], last, None, "wrong_sign")


def _added_target(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A target that is added, as if it were one of the other sign."""
    found = find_added_target(graph, alignment.views)
    if found is None:
        return None
    n, y = found
    right = graph.value(n) - 2 * np.reshape(graph.value(y), graph.shape[n])
    right = right if best.factors[0] > 0 else -right  # the output is to be taken away
    last = alignment.views[0].step.updates[-1]
    return Fault(n, right, [(n, right)], last, None, "target_added")


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


def _dead(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A bias that is moved by the right derivative, though the output is made without it.

    A single number is one only if it moves so in every step, by the factor of all parameters.
    """
    view = alignment.views[0]
    used = set().union(*(v.cone | v.cut for v in alignment.views))
    sums = _bias_sums(graph, view, best, 0)
    for n in range(view.step.begin + 1, min(view.step.end + NODES_AFTER, graph.size)):
        old = None if n in used else _before(graph, n)
        if old is None or old in used:
            continue
        changes = list(_changes_of(graph, view, best, n, old))
        z = next((z for z, share in sums if any(_is_multiple(x, share) for x in changes)), None)
        several = count(graph.shape[n]) > 1
        if z is not None and (several or _moves_in_every_step(graph, alignment, best, n)):
            return _dead_fault(graph, alignment, n, z)
    return None


def _is_multiple(change: Any, share: Any) -> bool:
    if np.size(share) != np.size(change):
        return False
    share = np.reshape(share, np.shape(change))
    f = ratio(change, share)
    return bool(f) and is_near(change, f * share)


def _changes_of(graph: Graph, view: View, best: Reading, n: int, old: int) -> Iterator[Any]:
    """What a value loses; where the rule has a past also what that is made of in this step."""
    yield np.subtract(graph.value(old), graph.value(n))
    if best.rule["name"] == "gradient_descent" or count(graph.shape[n]) < 2:
        return
    seen: set[int] = set()
    stack = [p for p in graph.parents[n] if p != old]
    while stack and len(seen) < LONGEST_RULE:
        m = stack.pop()
        if m > view.step.begin and m not in seen and count(graph.shape[m]) == count(graph.shape[n]):
            seen.add(m)
            stack += graph.parents[m]
            yield graph.value(m)


def _before(graph: Graph, n: int) -> int | None:
    """The value of the same name that a sum or difference is made of."""
    mine = set(graph.names.get(n, ()))
    old = [p for p in graph.parents[n] if set(graph.names.get(p, ())) & mine]
    return old[0] if graph.op[n] in ("add", "sub") and len(old) == 1 else None


def _again(graph: Graph, view: View, n: int) -> int | None:
    """What another step makes at the place of a value, on its way forward or after that."""
    until = min(view.step.end + NODES_AFTER, graph.size)
    nodes = [*sorted(view.forward), *range(max(view.forward), until)]
    same = (m for m in nodes if graph.site[m] == graph.site[n])
    return next((m for m in same if graph.op[m] == graph.op[n]), None)


def _moves_in_every_step(graph: Graph, alignment: Alignment, best: Reading, n: int) -> bool:
    """Whether a number moves by what a bias would, times the factor of all others, in all steps."""
    if best.rule["name"] != "gradient_descent" or len(alignment.views) < FEWEST_STEPS:
        return False
    for i, view in enumerate(alignment.views):
        m = _again(graph, view, n)
        old = None if m is None else _before(graph, m)
        if m is None or old is None:
            return False
        change = np.ravel(np.subtract(graph.value(old), graph.value(m)))
        shares = [np.ravel(s) for _, s in _bias_sums(graph, view, best, i) if np.size(s) == 1]
        if not any(np.any(s) and is_near(change, best.factors[i] * s) for s in shares):
            return False
    return True


def _dead_fault(graph: Graph, alignment: Alignment, n: int, z: int) -> Fault:
    """The product that lacks the bias, in the first step in which that is not 0."""
    for i, view in enumerate(alignment.views):
        m, product = _again(graph, view, n), _again(graph, view, z)
        old = None if m is None else _before(graph, m)
        if product is None or old is None or not np.any(graph.value(old)):
            continue
        right = _add_bias(graph, product, graph.value(old))
        last = view.step.updates[-1]
        return Fault(product, right, [(product, right)], last, None, "bias_left_out", step=i)
    right = _add_bias(graph, z, graph.value(n))
    last = alignment.views[0].step.updates[-1]
    return Fault(z, right, [(z, right)], last, None, "bias_left_out")


def _bias_sums(graph: Graph, view: View, best: Reading, step: int) -> list[tuple[int, Any]]:
    """What the derivative of a bias would be, at each product of the way forward."""
    sums = []
    for n in sorted(view.forward):
        users = [u for u in graph.users()[n] if u in view.forward and graph.op[u] == "add"]
        biased = any(p in view.cut for u in users for p in graph.parents[u])
        if graph.op[n] == "matmul" and n in best.adjoints[step] and not biased:
            g = np.asarray(best.adjoints[step][n])
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
