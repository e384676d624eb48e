"""A wrong value in every step looked at, and the values that its right formula is made of.

Samples are rows here, whatever way round the program has them, so that one formula is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import numbers_of
from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import Activation, find_activations
from twinprop.check.align.operations import pull_back
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import ratio
from twinprop.check.align.steps import View, shape_target
from twinprop.check.explain.fault import Fault, is_near
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.network import count_samples

MOST_OTHERS = 60


@dataclass
class Trial:
    """One step: their value, the right one, and what the formulas of edits may name."""

    theirs: Any
    right: Any
    factor: float
    names: dict[str, Any]
    others: list[dict[str, Any]]
    rates: list[float]
    turned: bool  # whether samples are columns in their value


@dataclass
class Place:
    """What a wrong value should be, so that it is found again in each step.

    `role` is slope, delta, error or change; `index` that of the activation or the parameter.
    A change with no factor is that of an update.
    """

    role: str
    index: int
    factor: float
    flipped: bool = False


def follow_fault(
    graph: Graph, alignment: Alignment, fault: Fault, s: int
) -> tuple[str, list[Trial]]:
    """The role of a wrong value, and a trial for each step in which it is found again.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was read into it.
    fault : Fault
        The wrong value.
    s : int
        The step in which it was found.

    Returns
    -------
    str
        slope, delta, error, change or nothing.
    list of Trial
        In order of time.
    """
    activations = find_activations(graph, alignment.views[s])
    place = find_place(graph, alignment, fault, s, activations)
    if place is None:
        return "", []
    trials = []
    for i, view in enumerate(alignment.views):
        known = activations if i == s else find_activations(graph, view)
        node = _twin(graph, alignment, fault, s, i)
        if node is None or (place.role != "change" and len(known) != len(activations)):
            continue
        trial = _make_trial(graph, alignment, i, node, place, known)
        if trial is not None:
            trials.append(trial)
    return place.role, trials


def find_place(
    graph: Graph, alignment: Alignment, fault: Fault, s: int, activations: list[Activation]
) -> Place | None:
    """What a wrong value should be: a slope, a derivative before or after one, or a change."""
    best = alignment.best
    if best is None or np.shape(graph.value(fault.node)) != np.shape(fault.right):
        return None
    adjoint, right, owner = best.adjoints[s], fault.right, alignment.found.owner
    if fault.node == fault.update.u:
        return Place("change", fault.update.k, 0.0)
    if fault.wanted in owner or fault.wanted in alignment.views[s].cut:
        k = owner.get(fault.wanted, fault.update.k)
        row = next((r for r in best.rows[s] if r.k == k), None)
        return None if row is None else _place(right, row.gradient, "change", k)
    for j, x in enumerate(activations):
        if x.slope is not None and same_numbers(right, x.slope):
            return Place("slope", j, 1.0, not is_near(right, x.slope))
    for role in ("delta", "error"):
        for j, x in enumerate(activations):
            n = x.z if role == "delta" else x.a
            if n in adjoint and _is_goal(adjoint, n, fault.wanted, right):
                found = _place(right, adjoint[n], role, j)
                if found is not None:
                    return found
    return None


def _place(right: Any, base: Any, role: str, index: int) -> Place | None:
    f = factor_of(right, base)
    if not f:
        return None
    as_it_is = np.shape(base) == np.shape(right) and is_near(right, f * np.asarray(base))
    return Place(role, index, f, np.ndim(base) == 2 and np.ndim(right) == 2 and not as_it_is)


def _is_goal(adjoint: dict[int, Any], n: int, goal: int | None, right: Any) -> bool:
    """Whether a derivative is that of the goal, or of what differs from it by a sign or a bias."""
    if goal == n:
        return True
    if np.size(right) > 1:
        return factor_of(right, adjoint[n]) != 0
    return goal in adjoint and is_near(np.abs(adjoint[n]), np.abs(adjoint[goal]))


def factor_of(right: Any, base: Any) -> float:
    """The number that one value is of another everywhere; 0 if there is none."""
    for form in forms(base, np.shape(right)):
        f = ratio(right, form)
        if f and is_near(right, f * form):
            return f
    return 0.0


def forms(value: Any, shape: tuple[int, ...]) -> Iterator[Any]:
    """A value in a shape: as it is, transposed, or as a vector."""
    value = np.asarray(value, dtype=np.float64)
    if value.shape == shape:
        yield value
    if value.ndim == 2 and value.shape[::-1] == shape:
        yield value.T
    elif value.shape != shape and value.size == int(np.prod(shape)) and _are_flat(value, shape):
        yield value.reshape(shape)


def _are_flat(value: Any, shape: tuple[int, ...]) -> bool:
    """Whether two shapes are those of vectors: at most one axis is longer than 1."""
    return sum(k > 1 for k in value.shape) <= 1 and sum(k > 1 for k in shape) <= 1


def same_numbers(theirs: Any, made: Any) -> bool:
    """Whether a value is another one, transposed or not."""
    return any(is_near(theirs, form) for form in forms(made, np.shape(theirs)))


def _twin(graph: Graph, alignment: Alignment, fault: Fault, s: int, i: int) -> int | None:
    """The node of another step that was made at the same place of the program, as often."""
    if i == s:
        return fault.node
    here, there = alignment.views[s].step, alignment.views[i].step
    if fault.node == fault.update.u:
        own = [c.u for c in here.updates if c.k == fault.update.k]
        other = [c.u for c in there.updates if c.k == fault.update.k]
    else:
        own = _alike(graph, fault.node, here.begin, here.end)
        other = _alike(graph, fault.node, there.begin, there.end)
    # Counted from the end: a check before training belongs to the first step.
    after = len(own) - own.index(fault.node) if fault.node in own else 0
    return other[-after] if 0 < after <= len(other) else None


def _alike(graph: Graph, n: int, begin: int, end: int) -> list[int]:
    """Nodes of one place and operation; at the first step also what was made before training."""
    site, op = graph.site[n], graph.op[n]
    return [m for m in range(begin + 1, end + 1) if graph.site[m] == site and graph.op[m] == op]


def _make_trial(
    graph: Graph,
    alignment: Alignment,
    i: int,
    node: int,
    place: Place,
    activations: list[Activation],
) -> Trial | None:
    """A step in which the wrong value is at a node."""
    view, best = alignment.views[i], alignment.best
    assert best is not None
    around = [_around_activation(graph, view, best.adjoints[i], x) for x in activations]
    theirs, factor = graph.value(node), place.factor
    if place.role == "change":
        row = next((r for r in best.rows[i] if r.k == place.index), None)
        if row is None or theirs is None:
            return None
        if not place.factor:
            theirs, factor = theirs - row.old, -best.factors[i]
        base: Any = row.gradient
        names, others = _around_parameter(graph, alignment, i, place.index, around)
    else:
        x = activations[place.index]
        n = x.a if place.role == "error" else x.z
        base = x.slope if place.role == "slope" else best.adjoints[i].get(n)
        names, others = around[place.index], [o for k, o in enumerate(around) if k != place.index]
    if base is None or theirs is None or not np.isfinite(theirs).all():
        return None
    turned = in_columns(graph, view)
    whole = factor * np.asarray(base)
    right = next(forms(whole, np.shape(theirs)), None)
    if right is None:
        return None
    flipped = place.flipped and np.ndim(whole) == 2
    right = whole.T if flipped else right
    numbers = {"g": as_rows(base, turned), "samples": float(count_samples(graph, view))}
    rates = _rates(numbers_of(graph, view), best.factors[i], numbers["samples"])
    return Trial(theirs, right, factor, names | numbers, others, rates, turned != flipped)


def _rates(numbers: list[float], factor: float, samples: float) -> list[float]:
    """The numbers of the program that are its learning rate, if the loss is a sum or a mean."""
    shares = (factor, factor / 2, factor * samples, factor * samples / 2)
    return [x for x in numbers if any(abs(x - f) <= 1e-9 * abs(x) for f in shares)]


def as_rows(value: Any, turned: bool) -> Any:
    """A matrix with samples as rows; a vector stays as it is."""
    value = np.asarray(value, dtype=np.float64)
    return value.T if turned and value.ndim == 2 else value


def _around_activation(
    graph: Graph, view: View, adjoint: dict[int, Any], x: Activation
) -> dict[str, Any]:
    """z, a, the slope s; the derivatives e at a and d at z; what the layer above gives."""
    turned = in_columns(graph, view)
    names: dict[str, Any] = {"z": graph.value(x.z), "a": graph.value(x.a)}
    if x.slope is not None:
        names["s"] = x.slope
    if x.name in ("relu", "leaky_relu"):
        names["k"] = np.min(x.slope)
    for name, n in (("e", x.a), ("d", x.z)):
        if n in adjoint:
            names[name] = adjoint[n]
    target = next((y for a, y in view.pairs if a == x.a), None)
    if target is not None:
        y = shape_target(graph.operand(target), graph.shape[x.a])
        names |= {} if y is None else {"y": y}
    used = x.a
    for u in graph.users()[x.a]:
        if u in view.forward and u in adjoint and graph.op[u] == "mul":
            names["e_masked"], used = adjoint[u], _last_multiple(graph, view, u)
            names["used"] = graph.value(used)
    names = {k: as_rows(v, turned) for k, v in names.items()} | _above(graph, view, adjoint, used)
    return {**names, "function": x.name}


def _last_multiple(graph: Graph, view: View, n: int) -> int:
    """What a product with a mask is after it was divided by the share of units kept."""
    for _ in range(2):
        users = [u for u in graph.users()[n] if u in view.forward]
        if len(users) != 1 or graph.op[users[0]] not in ("mul", "div"):
            break
        n = users[0]
    return n


def _above(graph: Graph, view: View, adjoint: dict[int, Any], a: int) -> dict[str, Any]:
    """The weights w of the layer above, their new values, and the derivative at its input.

    Where a row of the weights is the bias, w is without it, and `w_shifted` has it in place of the
    row at the other end.
    """
    wider = [u for u in graph.users()[a] if u in view.forward and graph.op[u] == "move"]
    a = wider[0] if len(wider) == 1 and graph.shape[wider[0]] != graph.shape[a] else a
    uses = [u for u in graph.users()[a] if u in view.forward and graph.op[u] == "matmul"]
    if len(uses) != 1 or uses[0] not in adjoint:
        return {}
    u = uses[0]
    turned = graph.args[u][1] == a
    w = graph.args[u][0 if turned else 1]
    if not isinstance(w, int) or graph.value(w) is None:
        return {}
    names = {"w": as_rows(graph.value(w), turned), "d_above": as_rows(adjoint[u], turned)}
    k = next((k for k, first in view.step.first.items() if first == w), None)
    if k is not None:
        names["w_new"] = as_rows(graph.value(view.step.last[k]), turned)
    if a in wider:
        names = _without_bias_row(graph, a, names)
    outputs = [out for out, _ in view.pairs if out in adjoint]
    if len(outputs) == 1 and graph.shape[outputs[0]] == graph.shape[u]:
        names["e_above"] = as_rows(adjoint[outputs[0]], turned)
    return names


def _without_bias_row(graph: Graph, a: int, names: dict[str, Any]) -> dict[str, Any]:
    """The weights without the row that is multiplied with a column of ones."""
    w, index = names["w"], graph.movement(a)
    if index is None or len(graph.shape[a]) != 2 or graph.shape[a][1] != len(w):
        return {}
    own = max(graph.parents[a], key=lambda p: count(graph.shape[p]))
    before = sum(count(graph.shape[p]) for p in graph.parents[a][: graph.parents[a].index(own)])
    first = index.reshape(graph.shape[a])[0]
    rows = (first >= before) & (first < before + count(graph.shape[own]))
    if rows.sum() != len(w) - 1:
        return {}
    kept = {key: v[rows] if key in ("w", "w_new") else v for key, v in names.items()}
    return {**kept, "w_shifted": w[1:] if rows[0] else w[:-1]}


def _around_parameter(
    graph: Graph, alignment: Alignment, i: int, k: int, around: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What one parameter is multiplied with (x) and the derivative there (d), and for the others.

    For a bias the derivative is `sums`, as it is summed over the samples.
    """
    view, best = alignment.views[i], alignment.best
    assert best is not None
    p = view.step.first[k]
    names, others = _use_of(graph, view, best.adjoints[i], p), []
    shares = [
        {"share": g}
        for u in graph.users()[p]
        if u in view.forward and u in best.adjoints[i]
        for q, g in pull_back(graph, u, best.adjoints[i][u]) or []
        if q == p
    ]
    if len(shares) > 1:
        turned = in_columns(graph, view)
        return names, [{"share": as_rows(x["share"], turned)} for x in shares]
    for layer in around:
        if "d" in names and "d" in layer and same_numbers(layer["d"], names["d"]):
            names |= {key: layer[key] for key in ("e", "a", "s") if key in layer}
        if "sums" in names and "d" in layer and same_numbers(layer["d"], names["sums"]):
            names |= {key: layer[key] for key in ("e",) if key in layer}
        if "x" in names and same_numbers(layer["a"], names["x"]):
            names["z_before"] = layer["z"]
        if "used" in layer and "x" in names and same_numbers(layer["used"], names["x"]):
            names["x_undropped"] = layer["a"]
        else:
            others.append({"x": layer["a"], **({"d": layer["d"]} if "d" in layer else {})})
    for other, first in view.step.first.items():
        if other != k and len(others) < MOST_OTHERS:
            use = _use_of(graph, view, best.adjoints[i], first)
            others += [use] if "x" in use else []
    return names, others


def _use_of(graph: Graph, view: View, adjoint: dict[int, Any], p: int) -> dict[str, Any]:
    uses = [u for u in graph.users()[p] if u in view.forward and u in adjoint]
    if len(uses) != 1:
        return {}
    u, args = uses[0], graph.args[uses[0]]
    if graph.op[u] in ("mul", "matmul") and len(args) == 2:
        turned = args[0] == p and graph.op[u] == "matmul"
        x = graph.operand(args[1 if args[0] == p else 0])
        if x is None:
            return {}
        x, d = as_rows(x, turned), as_rows(adjoint[u], turned)
        d = d.reshape(-1, 1) if d.ndim == 1 and x.ndim == 2 and len(d) == len(x) else d
        return {"x": np.atleast_2d(x), "d": np.atleast_2d(d)}
    if graph.op[u] in ("add", "sub"):
        d = as_rows(adjoint[u], in_columns(graph, view))
        sign = -1.0 if graph.op[u] == "sub" and args[1] == p else 1.0
        d = d.reshape(-1, 1) if d.ndim == 1 and count(graph.shape[p]) == 1 else d
        return {"sums": sign * np.atleast_2d(d)}
    return {}
