"""Losses, seeded where output and target meet and differentiated through a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.operations import pull_back
from twinprop.check.align.recognise import is_close
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.align.thresholds import find_jump, is_chosen, seed_jump

TURNING = ("neg", "move", "mul", "div")


def seed_loss(graph: Graph, view: View, family: str) -> dict[int, Any] | None:
    """The derivative of a loss at each output; None where it has none.

    Where the output is a sigmoid or a softmax, the cross-entropies begin at its input: there
    nothing is divided by an output that has become 0 or 1.
    """
    seeds: dict[int, Any] = {}
    if view.given is not None:
        return dict(view.given)
    if family == "own":
        return {a: np.ones(graph.shape[a]) if graph.shape[a] else 1.0 for a, _ in view.pairs}
    for a, y in view.pairs:
        out, target = graph.value(a), graph.operand(y)
        if out is None or target is None:
            return None
        target = shape_target(target, np.shape(out))
        if target is None:
            return None
        begun = _begin(graph, view, family, a, out, target)
        if begun is None or not all(np.isfinite(g).all() for g in begun.values()):
            return None
        for at, g in begun.items():
            seeds[at] = seeds[at] + g if at in seeds else g
    return seeds


def shape_target(target: Any, shape: tuple[int, ...]) -> Any:
    """A target in the shape of the output; None where the two do not fit."""
    if np.shape(target) == shape:
        return target
    if np.size(target) == count(shape):
        return float(np.ravel(target)[0]) if shape == () else np.reshape(target, shape)
    try:
        return np.broadcast_to(target, shape) if np.ndim(target) <= len(shape) else None
    except ValueError:
        return None


def _begin(
    graph: Graph, view: View, family: str, a: int, out: Any, target: Any
) -> dict[int, Any] | None:
    """The derivative of a loss at one output, or at what the output is made of."""
    e = out - target
    jump = find_jump(graph, view, a)
    if jump is not None:
        return seed_jump(graph, a, jump, e) if family == "squared_error" else None
    if family == "squared_error":
        return {a: e}
    if family == "absolute_error":
        return {a: np.sign(e)}
    at, g = _seed_entropy(graph, view, family, a, out, target)
    return {at: g}


def _seed_entropy(
    graph: Graph, view: View, family: str, a: int, out: Any, target: Any
) -> tuple[int, Any]:
    binary = family == "binary_cross_entropy"
    z = find_input(graph, a, "sigmoid" if binary else "softmax")
    if binary and z is not None and not np.any(graph.value(z)):
        z = None  # where weights begin at 0 it may be -z, as in exp(-X @ w); 1/2 divides safely
    with np.errstate(all="ignore"):
        own = a in view.slopes  # where the slope is the program's own the loss begins before it
        if not own and z is not None and z in view.moved and _holds_all(graph, view, a, z):
            mass = 1.0 if binary else _mass(graph, z, out, target)
            return z, mass * out - target
        if binary:
            return a, (out - target) / np.asarray(out * (1 - out))
        return a, -np.asarray(target) / np.asarray(out)


def _holds_all(graph: Graph, view: View, a: int, z: int) -> bool:
    """Whether a value is made of parameters by way of z alone: a bias of 0 may come after z."""
    seen, stack = {z}, [a]
    while stack:
        n = stack.pop()
        if n in seen:
            continue
        if n in view.cut:
            return False
        seen.add(n)
        stack.extend(p for p in graph.parents[n] if p in view.moved)
    return True


def _mass(graph: Graph, z: int, out: Any, target: Any) -> Any:
    """The sum of each sample's target, which is 1 where it is one-hot, also with the other sign."""
    axis = softmax_axis(graph.value(z), out)
    return np.abs(np.sum(target, axis=axis, keepdims=True)) if axis is not None else 1.0


def softmax_axis(z: Any, a: Any) -> int | None:
    """The axis over which an output is the softmax of its input; None if it is none."""
    if np.shape(z) != np.shape(a) or not np.ndim(z):
        return None
    for axis in range(np.ndim(z) - 1, -1, -1):
        if np.shape(z)[axis] > 1:
            e = np.exp(z - np.max(z, axis=axis, keepdims=True))
            if is_close(e / e.sum(axis=axis, keepdims=True), a):
                return axis
    return None


def find_input(graph: Graph, a: int, kind: str) -> int | None:
    """The node z whose sigmoid, softmax or exponential a is, a few operations before it."""
    if kind == "softmax" and not graph.shape[a]:
        return None
    if (a, kind) not in graph.inputs:
        graph.inputs[a, kind] = _search_input(graph, a, kind)
    return graph.inputs[a, kind]


def is_made_by(graph: Graph, a: int, kind: str) -> bool:
    """Whether a value is a sigmoid, softmax or exponential; in 1 / (1 + exp(-x %*% w)) is no z.

    Also where it was given another shape after that.
    """
    while graph.op[a] == "move" and len(graph.parents[a]) == 1 and graph.keeps_order(a):
        a = graph.parents[a][0]
    turned = kind == "sigmoid" and find_input(graph, a, "turned") is not None
    return turned or find_input(graph, a, kind) is not None


def _search_input(graph: Graph, a: int, kind: str) -> int | None:
    out = graph.value(a)
    level, found = [a], None
    for _ in range(9):
        level = list(dict.fromkeys(p for n in level for p in graph.parents[n]))[:30]
        for n in level:
            z = graph.value(n)
            if z is None or np.shape(z) != np.shape(out) or not np.isfinite(z).all():
                continue
            if kind == "softmax" and softmax_axis(z, out) is not None:
                return unshifted(graph, n, out)
            if kind == "exp" and is_close(np.exp(z), out):
                return n
            if kind == "sigmoid" and _is_sigmoid(z, out):
                if np.any(z) or graph.op[n] not in TURNING:
                    return n
                found = n  # z and -z are the same where weights begin at 0
            if kind == "turned" and _is_sigmoid(-np.asarray(z), out):
                return n
    return found


def unshifted(graph: Graph, z: int, out: Any) -> int:
    """The input of a softmax before its largest was taken away.

    The softmax is the same, and only of a target that sums up to 1 nothing goes back through that.
    """
    while graph.op[z] == "sub" and isinstance(graph.args[z][0], int):
        whole = graph.args[z][0]
        if softmax_axis(graph.value(whole), out) is None:
            break
        z = whole
    return z


def _is_sigmoid(z: Any, out: Any) -> bool:
    with np.errstate(all="ignore"):
        return is_close(1 / (1 + np.exp(-np.asarray(z))), out)


def _is_kink(graph: Graph, n: int) -> bool:
    """Whether a number is 0 and found not to be above it: where no maximum is taken it is a relu.

    `x if x > 0 else 0` leaves the number itself, and what goes back asks for its sign.
    """
    if graph.shape[n] or graph.value(n) != 0:
        return False
    users = graph.users()
    asked = [u for u in users[n] if graph.op[u] == "flat" and graph.args[u][1:] == [[0]]]
    asked = [u for u in asked if not any(is_chosen(graph, w) for w in users[u])]
    return any(graph.value(u) == 0 for u in asked)


def differentiate(
    graph: Graph, view: View, seeds: dict[int, Any]
) -> tuple[dict[int, Any], str | None]:
    """The derivative at every value of the forward half, and what stopped it, if something did."""
    adjoint = dict(seeds)
    stopped = None
    with np.errstate(all="ignore"):
        for n in sorted(view.forward, reverse=True):
            if n not in adjoint or n in view.cut or _is_kink(graph, n):
                continue
            own = view.slopes.get(n)
            parts = [(own.z, adjoint[n] * own.value)] if own else pull_back(graph, n, adjoint[n])
            if parts is None:
                stopped = f"{graph.spelled[n]} on line {graph.line(n)} is not known"
                continue
            for p, g in parts:
                if p in view.moved:
                    adjoint[p] = adjoint[p] + g if p in adjoint else g
    return {**adjoint, **view.measured}, None if view.measured else stopped
