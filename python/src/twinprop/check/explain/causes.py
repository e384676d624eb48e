"""Why a value is wrong: the edit of the right formula that gives exactly their value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.rules import ratio
from twinprop.check.explain.fault import Fault, Table, is_near

KINDS = {
    "growth": "decay_sign",
    "accumulated": "gradient_accumulated",
    "past sign": "momentum_reversed",
    "past": "momentum_share",
}


def find_cause(table: Table, fault: Fault, samples: int, rate: float) -> dict[str, Any] | None:
    """The cause of a fault, if one edit of the right formula gives their value.

    Parameters
    ----------
    table : Table
        What is right in the step.
    fault : Fault
        The wrong value.
    samples : int
        How many samples the step takes.
    rate : float
        The learning rate.

    Returns
    -------
    dict or None
        Keys id, text, evidence, corrected.
    """
    if fault.kind:
        return _say(KINDS.get(fault.kind, fault.kind), "That is what the values show")
    theirs = table.graph.value(fault.node)
    if theirs is None or not np.isfinite(theirs).all():
        return None
    if np.shape(theirs) != np.shape(fault.right):
        return _by_shape(np.asarray(theirs), np.asarray(fault.right))
    for name, made, free in _edits(table, fault):
        if made is not None and np.shape(made) == np.shape(theirs):
            f = ratio(theirs, made) if free and np.size(theirs) > 1 else 1.0
            if f and is_near(theirs, f * made):
                return _say(name, "Your value is exactly what comes out with this")
    return _by_ratio(theirs, fault, samples, rate)


def _by_shape(theirs: np.ndarray, right: np.ndarray) -> dict[str, Any] | None:
    """Another shape than the right one: summed too far, or not summed."""
    if theirs.size == 1 and right.size > 1 and is_near(theirs.sum(), right.sum()):
        return _say("bias_gradient_total", "Your value is the sum of all the right ones")
    for axis in range(theirs.ndim):
        made = theirs.sum(axis=axis)
        if theirs.size > right.size == made.size and is_near(made.reshape(right.shape), right):
            return _say("bias_not_summed", "Its sum over the samples is the right value")
    return None


def _say(name: str, evidence: str) -> dict[str, Any] | None:
    text = read_knowledge()["sentences"].get(name)
    if text is None:
        return None
    return {"id": name, "text": text, "evidence": f"{evidence}.", "corrected": None}


def _by_ratio(theirs: Any, fault: Fault, samples: int, rate: float) -> dict[str, Any] | None:
    """Wrong by a number alone: a sign, the number of samples, the learning rate, 2."""
    if np.shape(theirs) != np.shape(fault.right):
        return None
    r = ratio(theirs, fault.right)
    if not r or not is_near(theirs, r * np.asarray(fault.right)):
        return None
    known = [
        (-1.0, "wrong_sign"),
        (float(samples), "samples_not_averaged"),
        (1.0 / samples, "samples_averaged"),
        (rate, "learning_rate_twice"),
        (1.0 / rate if rate else 0.0, "learning_rate_left_out"),
        (2.0, "error_doubled"),
        (0.5, "error_halved"),
    ]
    for number, name in known:
        if number != 1.0 and abs(r - number) <= 1e-7 * abs(number):
            return _say(name, f"Your value is {r:.6g} times the right one everywhere")
    return None


def _edits(table: Table, fault: Fault) -> Iterator[tuple[str, Any, bool]]:
    """Names of mistakes, the values that they give, and whether a factor may be in them."""
    goal = fault.wanted
    for x in table.slopes:
        if x.slope is None:
            continue
        z, a = np.asarray(table.graph.value(x.z)), np.asarray(table.graph.value(x.a))
        if goal == x.z and x.a in table.adjoint:
            yield from _edits_of_delta(np.asarray(table.adjoint[x.a]), z, a, x.slope, x.name)
        elif goal is None and fault.node not in table.view.after:
            for name, made in _slopes(z, a, x.name):
                yield name, made, False
    if goal in table.adjoint and goal is not None:
        right = np.asarray(table.adjoint[goal])
        if right.ndim == 2:
            yield "gradient_transposed", right.T, True
    yield from _edits_of_product(table, fault)
    yield from _edits_of_bias(table, fault)


def _slopes(z: Any, a: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Wrong slopes that are often written."""
    s = 1 / (1 + np.exp(-a))
    yield "slope_is_activation", a
    yield "slope_one_minus_a", 1 - a
    yield "slope_of_z", (1 - z * z if name == "tanh" else z * (1 - z))
    yield "slope_plus", a * (1 + a)
    yield "slope_of_sigmoid_of_a", s * (1 - s)
    if name != "tanh":
        yield "slope_of_tanh", 1 - a * a


def _edits_of_delta(
    e: Any, z: Any, a: Any, slope: Any, name: str
) -> Iterator[tuple[str, Any, bool]]:
    yield "slope_left_out", e, True
    for mistake, made in _slopes(z, a, name):
        yield mistake, e * made, True
    yield "slope_with_cross_entropy", e * slope * slope, True
    yield "delta_added", e + slope, False
    with np.errstate(all="ignore"):
        yield "delta_divided", e / slope, True


def _edits_of_product(table: Table, fault: Fault) -> Iterator[tuple[str, Any, bool]]:
    """A matrix product with another value in one of its places."""
    graph, n = table.graph, fault.node
    if graph.op[n] != "matmul" or len(graph.parents[n]) != 2:
        return
    first, second = (np.asarray(graph.value(p)) for p in graph.parents[n])
    if first.ndim != 2 or second.ndim != 2:
        return
    for p in sorted(table.view.cut):
        w = np.asarray(graph.value(p))
        for form in (w, w.T) if w.ndim == 2 else ():
            for one, two in ((first, form), (form, second)):
                if one.shape[1] == two.shape[0] and is_near(one @ two, fault.right):
                    other = second if one is first else first
                    same = is_near(other, w) or is_near(other, w.T)
                    name = "next_weights_not_transposed" if same else "updated_weights_used"
                    yield name, np.asarray(graph.value(n)), False
    yield from _edits_of_input(table, fault, first, second)


def _edits_of_input(
    table: Table, fault: Fault, first: Any, second: Any
) -> Iterator[tuple[str, Any, bool]]:
    """The gradient of a weight with another layer's values, where its own make it right."""
    graph, theirs = table.graph, np.asarray(table.graph.value(fault.node))
    values = [(x.a, "gradient_of_own_activation") for x in table.slopes]
    values += [(x.z, "gradient_of_z") for x in table.slopes]
    beside = {p for n in table.view.forward for p in graph.parents[n] if graph.op[n] == "matmul"}
    for place, taken in enumerate((first, second)):
        names = [name for m, name in values if _same(graph.value(m), taken)]
        for meant in (np.asarray(graph.value(m)) for m in beside if names):
            for form in (meant, meant.T) if meant.ndim == 2 else ():
                pair = (form, second) if place == 0 else (first, form)
                if pair[0].shape[1] != pair[1].shape[0] or not names:
                    continue
                made = pair[0] @ pair[1]
                f = ratio(fault.right, made) if made.shape == np.shape(fault.right) else 0.0
                if f and is_near(fault.right, f * made):
                    yield names[0], theirs, False


def _same(value: Any, form: Any) -> bool:
    return np.ndim(value) == 2 and (is_near(form, value) or is_near(form, np.transpose(value)))


def _edits_of_bias(table: Table, fault: Fault) -> Iterator[tuple[str, Any, bool]]:
    """Sums over the wrong axis, over everything, or none at all."""
    theirs = np.asarray(table.graph.value(fault.node))
    for x in table.slopes if theirs.size > 1 else ():
        if x.z not in table.adjoint:
            continue
        d = np.asarray(table.adjoint[x.z])
        yield "bias_gradient_total", np.sum(d) + np.zeros(theirs.shape), True
        if d.ndim == 2 and theirs.size in d.shape and theirs.size != d.size:
            for axis in (0, 1):
                made = d.sum(axis=axis)
                if made.size == theirs.size and not is_near(
                    made.reshape(theirs.shape), fault.right
                ):
                    yield "rows_summed", made.reshape(theirs.shape), True
