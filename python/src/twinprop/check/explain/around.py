"""What the formulas of edits may name: the values around an activation and a parameter.

Samples are rows here, whatever way round the program has them, so that one formula is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import Activation
from twinprop.check.align.losses import shape_target
from twinprop.check.align.operations import pull_back
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.table import is_near

MOST_OTHERS = 60


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


def as_rows(value: Any, turned: bool) -> Any:
    """A matrix with samples as rows; a vector stays as it is."""
    value = np.asarray(value, dtype=np.float64)
    return value.T if turned and value.ndim == 2 else value


def around_activation(
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


def around_parameter(
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
    spread = graph.op[u] == "move" and count(graph.shape[u]) > count(graph.shape[p])
    if graph.op[u] in ("add", "sub", "sweep") or spread:
        d = as_rows(adjoint[u], in_columns(graph, view))
        sign = -1.0 if graph.op[u] == "sub" and args[1] == p else 1.0
        d = d.reshape(-1, 1) if d.ndim == 1 and count(graph.shape[p]) == 1 else d
        return {"sums": sign * np.atleast_2d(d)}
    return {}
