"""Derivatives of the operations that a program used, one node at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.einsum import pull_einsum, read_letters
from twinprop.check.align.knowledge import evaluate, read_knowledge
from twinprop.check.align.recognise import recognise_activation
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.reductions import pull_unknown_reduction, pull_unknown_share
from twinprop.check.align.running import pull_convolve, pull_cumsum, pull_diff

Parts = list[tuple[int, Any]]
REDUCTIONS = ("sum", "mean", "max", "min")
# What R may give a base, a mean and a deviation, or ask the logarithm of.
OF_ONE = ("log", "normal_cdf", "normal_density", "logistic_density", "logit")


def pull_back(graph: Graph, n: int, g: Any) -> Parts | None:
    """What a derivative at a node is at its operands: pairs of node and derivative.

    None where the operation is not known.
    """
    op, args = graph.op[n], graph.args[n]
    if op == "move":
        return _pull_move(graph, n, g)
    if op == "flat":
        return []
    values = [graph.operand(a) for a in args]
    if op in ("max", "min") and len(args) > 1 and isinstance(args[1], int):
        op = op + "imum"
    formulas = read_knowledge()["derivatives"].get(op)
    known = formulas is not None or op in _SPECIAL
    if known and any(v is None for v in values[:2]) and op not in REDUCTIONS:
        return None
    if op in OF_ONE and len(args) + len(graph.kw.get(n, {})) > 1:
        return _pull_log(graph, n, g, values[0])
    if op == "matmul" and any(np.size(v) == 1 and np.ndim(v) == 0 for v in values[:2]):
        formulas = read_knowledge()["derivatives"]["mul"]
    if formulas is not None:
        return _pull_elementwise(graph, n, g, formulas, values)
    special = _SPECIAL.get(op)
    parts = special(graph, n, g, values) if special else _pull_by_value(graph, n, g, values)
    return None if parts is None else [(a, fit_shape(d, graph.shape[a])) for a, d in parts]


def fit_shape(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum a derivative back to the shape that was broadcast; a float for a single number."""
    if shape == ():
        return float(np.sum(g))
    g = np.asarray(g, dtype=np.float64)
    if g.shape == shape:
        return g
    if g.size == count(shape) and g.ndim >= len(shape):
        return g.reshape(shape)
    while g.ndim > len(shape):
        g = g.sum(axis=0)
    g = np.broadcast_to(g, np.broadcast_shapes(g.shape, shape))
    for axis, length in enumerate(shape):
        if length == 1 and g.shape[axis] != 1:
            g = g.sum(axis=axis, keepdims=True)
    return g


def _pull_elementwise(
    graph: Graph, n: int, g: Any, formulas: list[Any], values: list[Any]
) -> Parts:
    names = {"g": g, "y": graph.value(n), "a": values[0]}
    if len(values) > 1:
        names["b"] = values[1]
    parts = []
    for argument, formula in zip(graph.args[n], formulas, strict=False):
        if isinstance(argument, int):
            d = evaluate(formula, names)
            parts.append((argument, fit_shape(d, graph.shape[argument])))
    return parts


def _pull_log(graph: Graph, n: int, g: Any, a: Any) -> Parts | None:
    """A logarithm to a base that the program's source or data give as a number; None for what else
    was given more than one number.
    """
    args = graph.args[n]
    base = args[1] if len(args) > 1 else graph.kw[n].get("base")
    base = base[0] if isinstance(base, list) and base else None
    if not isinstance(base, int | float) or base <= 0 or not isinstance(args[0], int):
        return None
    if graph.op[n] != "log":
        return None
    return [(args[0], fit_shape(np.divide(g, a) / np.log(base), graph.shape[args[0]]))]


def _pull_move(graph: Graph, n: int, g: Any) -> Parts | None:
    """Data was moved: each derivative goes where its number came from."""
    index = graph.movement(n)
    operands = [a for a in graph.args[n] if isinstance(a, int)]
    sizes = [count(graph.shape[a]) for a in operands]
    total = np.zeros(sum(sizes))
    flat = np.ravel(np.asarray(g, dtype=np.float64))
    if index is None and flat.size != total.size:
        return None  # not all was taken, and which part is not known
    if index is None:  # a plain copy
        total = flat
    else:
        kept = (index >= 0) & (index < len(total))
        np.add.at(total, index[kept], flat[kept])
    parts, at = [], 0
    for a, size in zip(operands, sizes, strict=True):
        piece = total[at : at + size]
        parts.append(
            (a, float(piece[0]) if graph.shape[a] == () else piece.reshape(graph.shape[a]))
        )
        at += size
    return parts


def as_matrices(op: str, a: Any, b: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Both factors of a product as matrices, in the way that either language takes vectors."""
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim > 2 or b.ndim > 2 or not a.ndim + b.ndim:
        return None
    if op == "crossprod":
        return np.atleast_2d(a.T).T.T if a.ndim == 2 else a.reshape(1, -1), _as_column(b)
    if op == "tcrossprod":
        return _as_column(a), b.T if b.ndim == 2 else b.reshape(1, -1)
    if op == "outer":
        return a.reshape(-1, 1), b.reshape(1, -1)
    if op == "inner":
        return a.reshape(1, -1), b.reshape(-1, 1)
    a, b = np.atleast_1d(a), np.atleast_1d(b)
    if a.ndim == 1:
        rows = b.shape[0] if b.ndim == 2 else b.size
        a = a.reshape(1, -1) if a.size == rows else a.reshape(-1, 1)
    if b.ndim == 1:
        b = b.reshape(-1, 1) if b.size == a.shape[1] else b.reshape(1, -1)
    return (a, b) if a.shape[1] == b.shape[0] else None


def _as_column(v: np.ndarray) -> np.ndarray:
    return v if v.ndim == 2 else v.reshape(-1, 1)


def _pull_product(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    op, args = graph.op[n], graph.args[n]
    second = values[1] if len(values) > 1 else values[0]
    if op == "inner" and np.ndim(values[0]) == np.ndim(second) == 2:
        op = "tcrossprod"  # of matrices numpy takes the second one transposed
    pair = as_matrices(op, values[0], second)
    if pair is None:
        return None
    a, b = pair
    g = np.asarray(g, dtype=np.float64).reshape(a.shape[0], b.shape[1])
    da, db = g @ b.T, a.T @ g
    da = da.T if op == "crossprod" else da
    db = db.T if op == "tcrossprod" else db
    parts = [(args[0], da.reshape(graph.shape[args[0]]))] if isinstance(args[0], int) else []
    other = args[1] if len(args) > 1 else args[0]
    if isinstance(other, int):
        parts.append((other, db.reshape(graph.shape[other])))
    return parts


def letters_of(graph: Graph, n: int) -> list[str] | None:
    """The letters of an einsum's operands and of its result; None where they are not known."""
    text = next(iter(graph.kw.get(n, {}).get("letters", ())), None)
    shapes = [graph.shape[a] for a in graph.args[n] if isinstance(a, int)]
    if not isinstance(text, str) or len(shapes) < len(graph.args[n]):
        return None
    return read_letters(text, [len(shape) for shape in shapes])


def _pull_einsum(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    letters = letters_of(graph, n)
    pulled = None if letters is None else pull_einsum(letters, values, g)
    return None if pulled is None else list(zip(graph.args[n], pulled, strict=True))


def reduced_axis(graph: Graph, n: int) -> int | None:
    """The axis that a sum, a mean or a maximum runs over; None for all."""
    spelled = graph.spelled[n].rsplit(".", 1)[-1]
    known = read_knowledge()["axes"].get(spelled)
    if known is not None:
        return int(known)
    axis = graph.kw.get(n, {}).get("axis")
    if axis is None and len(graph.args[n]) > 1:
        axis = graph.args[n][1]
    axis = axis[0] if isinstance(axis, list) and axis else None
    return None if axis is None or isinstance(axis, str | list) else int(axis)


def _pull_reduction(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    if not isinstance(graph.args[n][0], int) or values[0] is None:
        return None
    x, y = np.asarray(values[0]), np.asarray(graph.value(n))
    g = np.asarray(g, dtype=np.float64)
    if graph.header["language"] == "r" and graph.spelled[n] == "sum" and y.size == 1:
        nodes = (a for a in graph.args[n] if isinstance(a, int))
        return [(a, np.broadcast_to(g.reshape(()), graph.shape[a])) for a in nodes]
    axis = reduced_axis(graph, n)
    if axis is None or x.ndim <= 1:
        if y.size != 1:
            return None
        y, g, length = y.reshape(()), g.reshape(()), x.size
    else:
        kept = tuple(1 if k == axis % x.ndim else s for k, s in enumerate(x.shape))
        y, g, length = y.reshape(kept), g.reshape(kept), x.shape[axis]
    op = graph.op[n]
    if op in ("max", "min"):
        return [(graph.args[n][0], g * (x == y))]
    g = np.broadcast_to(g, x.shape)
    return [(graph.args[n][0], g / length if op == "mean" else g)]


def _pull_where(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    if len(values) != 3:
        return None
    chosen = np.asarray(values[0]) != 0
    parts = [(1, g * chosen), (2, g * ~chosen)]
    return [(graph.args[n][k], d) for k, d in parts if isinstance(graph.args[n][k], int)]


def _pull_clip(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    if not isinstance(graph.args[n][0], int):
        return None
    return [(graph.args[n][0], g * (np.asarray(graph.value(n)) == values[0]))]


def _pull_sweep(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    """R's sweep: a vector along the rows or columns of a matrix."""
    args = graph.args[n]
    function = args[3][0] if len(args) > 3 and not isinstance(args[3], int) else "-"
    op = {"+": "add", "-": "sub", "*": "mul", "/": "div"}.get(function)
    if op is None or values[0] is None or np.ndim(values[0]) != 2 or isinstance(args[1], int):
        return None
    b = np.asarray(values[2]).reshape((-1, 1) if int(args[1][0]) == 1 else (1, -1))
    names = {"g": g, "y": graph.value(n), "a": values[0], "b": b}
    da, db = (evaluate(f, names) for f in read_knowledge()["derivatives"][op])
    db = db.sum(axis=1 if b.shape[1] == 1 else 0)
    return [(a, d) for a, d in ((args[0], da), (args[2], db)) if isinstance(a, int)]


def _pull_by_value(graph: Graph, n: int, g: Any, values: list[Any]) -> Parts | None:
    """An unknown function of one array: an activation or a reduction, by its values."""
    y = graph.value(n)
    for a, z in zip(graph.args[n], values, strict=True):
        if not isinstance(a, int) or z is None or y is None:
            continue
        if np.shape(z) == np.shape(y):
            found = recognise_activation(z, y)
            part = pull_unknown_share(z, y, g) if found is None else g * found[1]
        else:
            part = pull_unknown_reduction(np.asarray(z), np.asarray(y), g)
        if part is not None:
            return [(a, part)]
    return None


_SPECIAL: dict[str, Any] = {
    **dict.fromkeys(("matmul", "crossprod", "tcrossprod", "outer", "inner"), _pull_product),
    **dict.fromkeys(REDUCTIONS, _pull_reduction),
    "einsum": _pull_einsum,
    "where": _pull_where,
    "clip": _pull_clip,
    "sweep": _pull_sweep,
    "cumsum": pull_cumsum,
    "diff": pull_diff,
    "convolve": pull_convolve,
}
