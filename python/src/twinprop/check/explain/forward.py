"""Faults of the way forward: values that are no known function, or one over the wrong axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.knowledge import evaluate, read_knowledge
from twinprop.check.align.layers import find_function
from twinprop.check.align.losses import find_input, softmax_axis
from twinprop.check.align.recognise import is_close, recognise_activation
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.align.steps import View
from twinprop.check.align.updates import origin, split_linear
from twinprop.check.explain.table import Fault

DEEPEST = 9
STRAIGHT = ("relu", "leaky_relu")  # twice is no other than once, or only steeper
MOST_ALIKE = 8
MOST_TERMS = 40


def find_forward_fault(graph: Graph, alignment: Alignment) -> Fault | None:
    """The first value on the way forward that is made in a known wrong way.

    Asked only where the way back does not fit the way forward.
    """
    view = alignment.views[0]
    columns = in_columns(graph, view)
    for n in sorted(view.forward):
        if n in view.after or n in view.cut:
            continue
        fault = (
            _mistaken_function(graph, view, n)
            or _wrong_softmax(graph, view, n, columns)
            or _bias_by_column(graph, alignment, view, n, columns)
            or _skipped_activation(graph, view, n)
            or _same_twice(graph, view, n)
        )
        if fault is not None and _stays(graph, alignment, n, fault[2]):
            node, right, kind = fault
            return Fault(node, right, [(node, right)], view.step.updates[-1], None, kind)
    return _softmax_of_samples(graph, view, columns) or find_rows_against_columns(graph, alignment)


def find_rows_against_columns(graph: Graph, alignment: Alignment) -> Fault | None:
    """An error that has grown to a square, as each output meets every target.

    It is the derivative of a loss of all pairs. Weights may have grown with it in the first step.
    """
    view = alignment.views[0]
    places = {graph.site[m] for m in view.meets | view.cone}
    for m in range(view.step.end + 1):
        if graph.op[m] != "sub" or graph.site[m] not in places:
            continue
        sizes = {count(graph.shape[p]) for p in graph.parents[m]}
        outputs = [a for a in graph.args[m] if isinstance(a, int) and view.touched[a]]
        a = outputs[0] if len(outputs) == 1 else None
        if a is not None and len(sizes) == 1 and count(graph.shape[m]) > max(sizes):
            x, y = (np.reshape(graph.operand(b), graph.shape[a]) for b in graph.args[m])
            right, last = x - y, view.step.updates[-1]
            return Fault(m, right, [(m, right)], last, a, "rows_against_columns")
    return None


def _stays(graph: Graph, alignment: Alignment, n: int, kind: str) -> bool:
    """Whether a mistaken function is one later too: single numbers are alike by chance."""
    if all(kind != entry["id"] for entry in read_knowledge()["mistaken_activations"]):
        return True
    view, key = alignment.views[-1], (graph.site[n], graph.op[n])
    same = [m for m in sorted(view.forward) if (graph.site[m], graph.op[m]) == key][:MOST_ALIKE]
    faults = (_mistaken_function(graph, view, m) for m in same)
    return any(f is not None and f[2] == kind for f in faults)


def in_columns(graph: Graph, view: View) -> bool:
    """Whether samples are columns: the trained weights stand on the left of the product."""
    for n in sorted(view.forward):
        if graph.op[n] == "matmul":
            first = graph.args[n][0]
            return isinstance(first, int) and first in view.moved
    return False


def _mistaken_function(graph: Graph, view: View, n: int) -> tuple[int, Any, str] | None:
    """1 / (1 + exp(z)), 1 + exp(-z) and the like, at what leaves a function of z."""
    if not _leaves_function(graph, view, n) or _is_normalised(graph, view, n):
        return None
    if find_input(graph, n, "softmax") is not None or _is_share(graph, n):
        return None
    out = graph.value(n)
    level = [n]
    for _ in range(DEEPEST):
        level = list(dict.fromkeys(p for m in level for p in graph.parents[m] if p in view.moved))
        for z in level[:20]:
            value = graph.value(z)
            made = graph.op[z] in (*PRODUCTS, "add", "sub", "move")
            if not made or np.shape(value) != np.shape(out) or not np.any(value):
                continue
            turned = _is_turned(graph, view, z)
            for entry in read_knowledge()["mistaken_activations"]:
                if entry["id"] == "sigmoid_sign" and turned:
                    continue
                if is_close(evaluate(entry["value"], {"z": np.asarray(value)}), out):
                    if entry["id"] == "sigmoid_without_one" and not _has_slope(graph, view, out):
                        continue  # exp(z) may be meant, as of counts
                    right = 1 / (1 + np.exp(-np.asarray(value)))
                    return n, right, str(entry["id"])
    return None


def _has_slope(graph: Graph, view: View, a: Any) -> bool:
    """Whether the way back takes a (1 - a), or 1 - a of it, as the slope of a sigmoid."""
    made = [graph.value(n) for n in view.cone if graph.shape[n] == np.shape(a)]
    return any(is_close(v, a * (1 - a)) or is_close(v, 1 - a) for v in made if v is not None)


def _is_turned(graph: Graph, view: View, z: int) -> bool:
    """Whether a sum is -z: all its products and biases are taken away, as in -W a - b.

    R reads -W %*% a as (-W) %*% a.
    """
    stack = [(z, 1.0)]
    signs: set[bool] = set()
    while stack and len(signs) < 2:
        n, sign = stack.pop()
        inner = None if n in view.cut else split_linear(graph, view, n)
        if inner is None:
            factors = graph.args[n] if graph.op[n] in PRODUCTS else ()
            for m in factors:
                if isinstance(m, int) and graph.op[m] == "neg":
                    sign = -sign
            signs |= {sign > 0} if n in view.moved else set()
        else:
            stack += [(m, sign * (1.0 if f > 0 else -1.0)) for f, m in inner]
    return signs == {False}


def _leaves_function(graph: Graph, view: View, n: int) -> bool:
    users = [u for u in graph.users()[n] if u in view.cone]
    if any(a == n for a, _ in view.pairs):
        return True
    return any(graph.op[u] in PRODUCTS for u in users) and graph.op[n] in (
        "div", "add", "exp", "reciprocal", "sigmoid", "pow",
    )  # fmt: skip


def _is_normalised(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is divided by what is made of itself, as softmax's numerator is."""
    made = {n}
    for m in sorted(m for m in view.cone & view.moved if m > n):
        if any(p in made for p in graph.parents[m]):
            made.add(m)
            args = graph.args[m]
            if (
                graph.op[m] == "div"
                and args[0] == n
                and isinstance(args[1], int)
                and args[1] in made
            ):
                return True
    return False


def _is_share(graph: Graph, n: int) -> bool:
    """Whether a number is one power of e over a sum of several: softmax of two is a sigmoid."""
    args = graph.args[n]
    if graph.op[n] != "div" or not all(isinstance(a, int) for a in args):
        return False
    level = [args[1]]
    powers: set[int] = set()
    for _ in range(DEEPEST):
        powers |= {m for m in level if graph.op[m] == "exp"}
        level = [p for m in level if graph.op[m] != "exp" for p in graph.parents[m]][:MOST_TERMS]
    return args[0] in powers and len(powers) > 1


def _wrong_softmax(graph: Graph, view: View, n: int, columns: bool) -> tuple[int, Any, str] | None:
    """Softmax that adds up over the samples, or over everything; sums that R takes down columns."""
    if graph.op[n] != "div" or all(origin(graph, a) != n for a, _ in view.pairs):
        return None
    e = graph.operand(graph.args[n][0])
    out = graph.value(n)
    if np.ndim(e) != 2 or min(np.shape(e)) < 2 or np.shape(out) != np.shape(e) or (e < 0).any():
        return None
    axis = _axis_of_classes(graph, view, n, columns)
    right = e / e.sum(axis=axis, keepdims=True)
    sums = e.sum(axis=1 - axis, keepdims=True)
    down = np.resize(sums, np.size(e)).reshape(np.shape(e), order="F")
    wrong = [e / sums, e / e.sum(), e / down]
    if is_close(right, out) or not any(is_close(w, out) for w in wrong):
        return None
    if softmax_axis(np.log(np.maximum(e, 1e-300)), right) is None:
        return None
    return n, right, "softmax_over_everything"


def _axis_of_classes(graph: Graph, view: View, n: int, columns: bool) -> int:
    """Along which the targets of an output add up to 1; else as the layers below have it."""
    for a, t in view.pairs:
        target = graph.operand(t) if origin(graph, a) in (n, origin(graph, n)) else None
        if target is None or np.shape(target) != graph.shape[n]:
            continue
        sums = [axis for axis in (0, 1) if is_close(np.sum(target, axis=axis), 1.0)]
        if len(sums) == 1:
            return sums[0]
    return 0 if columns else 1


def _softmax_of_samples(graph: Graph, view: View, columns: bool) -> Fault | None:
    """Softmax put together of vectors that run over the samples."""
    for a, _ in view.pairs:
        out, n = graph.value(a), a
        z = find_input(graph, a, "softmax") if np.ndim(out) == 2 else None
        if z is None or min(np.shape(out)) < 2:
            continue
        axis = softmax_axis(graph.value(z), out)
        if axis is None or axis == _axis_of_classes(graph, view, a, columns):
            continue
        while graph.op[n] == "move" and graph.parents[n]:
            n = graph.parents[n][0]
        e = np.exp(graph.value(z) - np.max(graph.value(z), axis=1 - axis, keepdims=True))
        right = e / e.sum(axis=1 - axis, keepdims=True)
        update = view.step.updates[-1]
        return Fault(n, right, [(a, right)], update, None, "softmax_over_everything")
    return None


def _bias_by_column(
    graph: Graph, alignment: Alignment, view: View, n: int, columns: bool
) -> tuple[int, Any, str] | None:
    """A bias that runs down the columns, so that samples get what belongs to units."""
    if graph.op[n] != "add" or n not in view.forward or len(graph.shape[n]) != 2 or columns:
        return None
    units = graph.shape[n][1]
    for b in graph.parents[n]:
        index = graph.movement(b) if graph.op[b] == "move" else None
        if index is None or len(set(graph.parents[b])) != 1:
            continue
        source = graph.parents[b][0]
        if graph.shape[b] == (units, 1) and graph.shape[n][0] == units:
            index = np.repeat(index, units)  # spread over the columns, as in z + b.T
        elif graph.shape[b] != graph.shape[n]:
            continue
        while count(graph.shape[source]) > units and graph.op[source] == "move":  # as rep() does
            inner = graph.movement(source)
            if inner is None or len(set(graph.parents[source])) != 1:
                break
            index, source = inner[index], graph.parents[source][0]
        if count(graph.shape[source]) != units or units < 2:
            continue
        owner = alignment.found.owner
        if source not in owner and not (set(graph.parents[source]) & set(owner)):
            continue
        grid = index.reshape(graph.shape[n])
        if (grid == np.arange(units)[None, :]).all():
            continue
        other = next(p for p in graph.parents[n] if p != b)
        if _is_transpose(graph, other):
            continue  # t(t(z) + b): there the samples are columns
        right = graph.value(other) + np.ravel(graph.value(source))[None, :]
        return n, right, "bias_filled_by_column"
    return None


def _is_transpose(graph: Graph, n: int) -> bool:
    index = graph.movement(n) if graph.op[n] == "move" else None
    shape = graph.shape[n]
    if index is None or len(shape) != 2 or len(graph.parents[n]) != 1:
        return False
    return bool((index.reshape(shape) == np.arange(index.size).reshape(shape[::-1]).T).all())


def _same_twice(graph: Graph, view: View, n: int) -> tuple[int, Any, str] | None:
    """A function that bends, applied to what it has made already."""
    if not _is_end(graph, view, n):
        return None
    second = find_function(graph, view, n)
    if second is None or second.name in STRAIGHT or second.z in view.cut:
        return None
    first = find_function(graph, view, second.z)
    if first is None or first.name != second.name or not np.any(graph.value(second.z)):
        return None
    return n, graph.value(second.z), "activation_twice"


def _is_end(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is an output, or goes into the product of the next layer."""
    if any(a == n for a, _ in view.pairs):
        return True
    return any(graph.op[u] in PRODUCTS and u in view.forward for u in graph.users()[n])


def _skipped_activation(graph: Graph, view: View, n: int) -> tuple[int, Any, str] | None:
    """The next layer is fed with z, though its activation was made and is used on the way back."""
    if graph.op[n] != "matmul" or len(graph.parents[n]) != 2 or n not in view.forward:
        return None
    for i, z in enumerate(graph.parents[n]):
        if z not in view.forward or z in view.cut or graph.op[z] not in ("add", "matmul"):
            continue
        for h in graph.users()[z]:
            unused = h in view.cone and h not in view.forward and graph.shape[h] == graph.shape[z]
            if unused and recognise_activation(graph.value(z), graph.value(h)) is not None:
                values = [graph.value(p) for p in graph.parents[n]]
                values[i] = graph.value(h)
                return n, np.reshape(values[0] @ values[1], graph.shape[n]), "activation_left_out"
    return None
