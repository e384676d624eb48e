"""An operation of a recording done again, with other operands."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.operations import as_matrices, reduced_axis
from twinprop.check.align.recording import Graph, count

NOISE = 1e-14  # of the largest term of a sum, as many as there are
TOLERANCE = 1e-9  # a few steps of rounding, in two languages
_ELEMENTWISE: dict[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "neg": np.negative,
    "pos": np.positive, "pow": np.power, "exp": np.exp, "log": np.log, "log1p": np.log1p,
    "expm1": np.expm1, "exp2": np.exp2, "log2": np.log2, "log10": np.log10, "tanh": np.tanh,
    "sqrt": np.sqrt,
    "square": np.square, "sin": np.sin, "cos": np.cos, "abs": np.abs, "where": np.where,
    "reciprocal": np.reciprocal, "maximum": np.maximum, "minimum": np.minimum,
    "sigmoid": lambda z: 1 / (1 + np.exp(-np.asarray(z))),
}  # fmt: skip
_COMPARED = {
    ">": np.greater, "<": np.less, ">=": np.greater_equal, "<=": np.less_equal,
    "==": np.equal, "!=": np.not_equal,
}  # fmt: skip
_PRODUCTS = ("matmul", "crossprod", "tcrossprod", "outer", "inner")


def same(x: Any, y: Any) -> bool:
    """Whether two values of one shape are the same but for rounding."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.shape != y.shape:
        return False
    with np.errstate(all="ignore"):
        largest = np.max(np.abs(y), initial=0.0)
        near = np.abs(x - y) <= TOLERANCE * np.abs(y) + 1e-3 * TOLERANCE * largest
    return bool((near | (x == y) | (np.isnan(x) & np.isnan(y))).all())


def constant_ratio(x: Any, y: Any) -> float | None:
    """The number that turns x into y, if it is one for all elements."""
    x = np.ravel(np.asarray(x, dtype=np.float64))
    y = np.ravel(np.asarray(y, dtype=np.float64))
    if len(x) != len(y) or not np.isfinite(x).all() or not np.any(x):
        return None
    at = int(np.argmax(np.abs(x)))
    ratio = float(y[at] / x[at])
    return ratio if np.isfinite(ratio) and ratio != 0 and same(ratio * x, y) else None


def redo(graph: Graph, n: int, operands: dict[int, Any]) -> Any:
    """The value of a node where some of its operands have other values.

    Parameters
    ----------
    graph : Graph
        A recording.
    n : int
        The node.
    operands : dict
        Node to value; those that are left out keep their own.

    Returns
    -------
    array, float or None
        None where the operation is not known, or does not give the recorded value from the
        recorded operands.
    """
    own = _compute(graph, n, {})
    if own is None or graph.value(n) is None or not same(own, graph.value(n)):
        return None
    return _compute(graph, n, operands)


def is_noise(graph: Graph, n: int, operands: dict[int, Any], x: Any, y: Any) -> bool:
    """Whether two values of a node differ by no more than rounding, where terms cancel.

    Parameters
    ----------
    graph : Graph
        A recording.
    n : int
        The node.
    operands : dict
        What its operands are.
    x, y : array or float
        Both values.

    Returns
    -------
    bool
        False where the operation adds nothing up.
    """
    op, values = graph.op[n], [operands.get(p, graph.value(p)) for p in graph.parents[n]]
    if not values or any(v is None for v in values):
        return False
    parts = [np.abs(np.asarray(v, dtype=np.float64)) for v in values]
    if op == "move":
        size = max(float(np.max(v, initial=0.0)) for v in parts)
    elif op in ("add", "sub"):
        size = sum(float(np.max(v, initial=0.0)) for v in parts)
    elif op in ("sum", "mean") or op in _PRODUCTS:
        size = float(np.prod([np.max(v, initial=0.0) for v in parts])) * parts[0].size
    else:
        return False
    return bool(np.max(np.abs(np.asarray(x) - np.asarray(y))) <= NOISE * size)


def _compute(graph: Graph, n: int, operands: dict[int, Any]) -> Any:
    args = graph.args[n]
    values = [operands.get(a, graph.value(a)) if isinstance(a, int) else graph.operand(a)
              for a in args]  # fmt: skip
    op = graph.op[n]
    if op in ("max", "min") and len(args) > 1 and isinstance(args[1], int):
        op += "imum"
    if any(v is None for v in values[: 3 if op in _ELEMENTWISE else 1]):
        return None
    try:
        with np.errstate(all="ignore"):
            made = _apply(graph, n, op, values)
        return None if made is None else _in_shape(made, graph.shape[n])
    except (ValueError, TypeError, IndexError):
        return None


def _apply(graph: Graph, n: int, op: str, values: list[Any]) -> Any:
    spelled = graph.spelled[n].rsplit(".", 1)[-1]
    if op == "move":
        return _move(graph, n, values)
    if op in _ELEMENTWISE:
        return _ELEMENTWISE[op](*values[:3])
    if spelled in _COMPARED:
        return _COMPARED[spelled](*values[:2]) * 1.0
    if op in _PRODUCTS:
        second = values[1] if len(values) > 1 else values[0]
        if np.ndim(values[0]) == 0 or np.ndim(second) == 0:
            return np.multiply(values[0], second)
        pair = as_matrices(op, values[0], second)
        if pair is None:
            return None
        a, b = pair
        a = a.T if op == "crossprod" and a.shape[1] != b.shape[0] else a
        return a @ b
    if op in ("sum", "mean", "max", "min", "std", "sd", "var", "colSds"):
        return _reduce(graph, n, op, values[0])
    if spelled == "scale" and len(values) == 3:
        return (np.asarray(values[0]) - np.asarray(values[1])) / np.asarray(values[2])
    return None


def _move(graph: Graph, n: int, values: list[Any]) -> Any:
    nodes = [v for v, a in zip(values, graph.args[n], strict=True) if isinstance(a, int)]
    whole = np.concatenate([np.ravel(np.asarray(v, dtype=np.float64)) for v in nodes])
    index = graph.movement(n)
    if index is None:
        return whole
    kept = (index >= 0) & (index < len(whole))
    return np.where(kept, whole[np.where(kept, index, 0)], np.ravel(graph.value(n)))


def _reduce(graph: Graph, n: int, op: str, x: Any) -> Any:
    x = np.asarray(x, dtype=np.float64)
    axis = reduced_axis(graph, n) if x.ndim > 1 else None
    if op in ("std", "sd", "var"):
        ddof = graph.kw.get(n, {}).get("ddof")
        in_r = graph.header["language"] == "r"
        free = int(ddof[0]) if isinstance(ddof, list) and ddof[0] is not None else int(in_r)
        return (np.var if op == "var" else np.std)(x, axis=axis, ddof=free)
    return getattr(np, op)(x, axis=axis)


def _in_shape(made: Any, shape: tuple[int, ...]) -> Any:
    if np.size(made) != count(shape):
        return None
    return float(np.ravel(made)[0]) if shape == () else np.reshape(made, shape)
