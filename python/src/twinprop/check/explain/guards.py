"""What makes a training wrong though every parameter follows the derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.adaptive import directions
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.steps import View
from twinprop.check.explain.decay import find_wrong_decay
from twinprop.check.explain.idle import find_idle
from twinprop.check.explain.lost import find_lost_samples
from twinprop.check.explain.rates import find_compounded_rate
from twinprop.check.explain.samples import find_wrong_target
from twinprop.check.explain.scaling import find_wrong_scaling
from twinprop.check.explain.table import Fault, Table, is_near
from twinprop.check.explain.unkept import find_unkept


def find_hidden_fault(
    graph: Graph, alignment: Alignment, best: Reading, table: Table
) -> Fault | None:
    """The first of the faults that derivatives do not show; None where there is none."""
    view = alignment.views[0]
    return (
        _uphill(graph, view, best)
        or _missing_root(graph, alignment, best)
        or find_idle(graph, alignment, best, table)
        or find_wrong_decay(graph, alignment, best)
        or _dead(graph, alignment, best)
        or find_unkept(graph, alignment)
        or find_wrong_target(graph, alignment)
        or find_wrong_scaling(graph, alignment)
        or find_compounded_rate(graph, alignment, best)
        or find_lost_samples(graph, alignment)
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
