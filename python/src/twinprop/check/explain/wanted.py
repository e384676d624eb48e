"""What the operands of a wrong value should be, where a right derivative would make it right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.align.einsum import multiply
from twinprop.check.align.operations import (
    as_matrices,
    letters_of,
    reduced_axis,
)
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.updates import split_linear
from twinprop.check.explain.parts import is_other_part
from twinprop.check.explain.shares import contributions, long_sum, pair_terms
from twinprop.check.explain.table import (
    NEAR,
    Table,
    forms_of,
    is_near,
    look_up,
)

FROM_PUT = 4  # sums within one another, of what is put into an array
PULLED = ("mul", "div", "sum", "mean", *(op for op in PRODUCTS if op != "mul"))


def wanted_operands(
    table: Table, n: int, right: Any, factor: float, goal: int | None
) -> Iterator[tuple[int, Any, float]]:
    """Operands of a wrong value, each with what would make it right, if that is a derivative."""
    graph = table.graph
    op = graph.op[n]
    linear = split_linear(graph, table.view, n)
    if linear is not None and len(linear) == 1:
        f, p = linear[0]
        if graph.shape[p] == np.shape(right):
            yield p, right / f, factor / f
    elif op in ("add", "sub"):
        yield from _wanted_terms(table, n, right, factor, goal)
    elif op == "move":
        yield from _wanted_sources(table, n, right, factor)
    elif op in ("sum", "mean") and count(graph.shape[graph.parents[n][0]]) == count(graph.shape[n]):
        p = graph.parents[n][0]  # a sum of one element
        yield p, np.reshape(right, graph.shape[p]) if graph.shape[p] else right, factor
    elif op in PULLED:
        for i, p in enumerate(graph.args[n][:2]):
            if isinstance(p, int) and p not in table.view.forward:
                f = factor
                if op == "mean":
                    f = factor * count(graph.shape[p]) / count(graph.shape[n])
                wanted = _wanted_operand(table, n, i, right, f)
                if wanted is not None:
                    yield p, wanted, f
        if op == "mul":
            yield from _wanted_factors(table, n, right, factor)


def _wanted_factors(
    table: Table, n: int, right: Any, factor: float
) -> Iterator[tuple[int, Any, float]]:
    """Factors of a product of three and more, as in e * a * (1 - a), where e is wrong."""
    graph = table.graph
    factors = _flatten(graph, n)
    for i, p in enumerate(factors if len(factors) > 2 else ()):
        if not isinstance(p, int) or p not in table.view.after:
            continue
        others = [graph.operand(a) for j, a in enumerate(factors) if j != i]
        if graph.shape[p] != np.shape(right) or any(v is None for v in others):
            continue
        rest = np.prod(np.broadcast_arrays(*others), axis=0)
        if np.size(right) == 1 and np.all(rest):
            x = np.asarray(right) / rest
            if look_up(table, float(np.ravel(x)[0]) / factor) is not None:
                yield p, np.reshape(x, graph.shape[p]), factor
            continue
        for _, g in _candidates(table, count(graph.shape[p])):
            for form in forms_of(g, graph.shape[p]):
                f = ratio(right, rest * form) if np.size(right) > 1 else factor
                if f and is_near(np.asarray(right), np.asarray(f * rest * form)):
                    yield p, f * form, f


def _flatten(graph: Graph, n: int) -> list[Any]:
    """The factors of a product of products; one with a name is a factor itself."""
    factors: list[Any] = []
    for a in graph.args[n]:
        inner = isinstance(a, int) and graph.op[a] == "mul" and a not in graph.names
        factors += _flatten(graph, a) if inner else [a]
    return factors


def _wanted_operand(table: Table, n: int, i: int, right: Any, factor: float) -> Any:
    graph = table.graph
    p = graph.args[n][i]
    values = [graph.operand(a) for a in graph.args[n]]
    if count(graph.shape[p]) == 1 and graph.op[n] in ("mul", "div", "outer"):
        x = _wanted_number(graph, n, i, values, right)
        known = x and (
            look_up(table, x / factor) is not None
            or any(
                np.size(s.slope) == 1 and abs(np.ravel(s.slope)[0] - x) <= NEAR * abs(x)
                for s in table.slopes
                if s.slope is not None
            )
        )
        return np.reshape(x, graph.shape[p]) if known else None
    first = None
    for exact, g in _candidates(table, count(graph.shape[p])):
        for form in forms_of(g, graph.shape[p]):
            made = apply_operation(graph, n, [*values[:i], form, *values[i + 1 :]])
            if made is None or np.shape(made) != np.shape(right):
                continue
            f = 1.0 if exact else ratio(right, made) if np.size(right) > 1 else factor
            if not exact and is_near(values[i], factor * np.asarray(form)):
                continue  # it is right by itself
            if f and is_near(right, f * made):
                if exact or abs(f - factor) <= NEAR * abs(factor):
                    return f * form
                # Of two that do, as where all outputs are alike, it is the one with the factor.
                first = f * form if first is None else first
    return first


def _wanted_number(graph: Graph, n: int, i: int, values: list[Any], right: Any) -> float:
    """The one number that would make a product or a quotient right; 0 where there is none."""
    other = values[1 - i]
    if np.size(right) > 1:
        alike = graph.op[n] != "div" and np.size(other) == np.size(right)
        r = ratio(right, other) if alike else 0.0
        return r if r and is_near(np.ravel(right), r * np.ravel(other)) else 0.0
    first, x = float(np.ravel(other)[0]), float(np.ravel(right)[0])
    if first == 0 or (graph.op[n] == "div" and i == 1):
        return 0.0
    return x * first if graph.op[n] == "div" else x / first


def _candidates(table: Table, size: int) -> Iterator[tuple[bool, Any]]:
    for s in table.slopes:
        if s.slope is not None and np.size(s.slope) == size:
            yield True, s.slope
    for _, g in table.by_size.get(size, [])[:200]:
        yield False, g


def _wanted_sources(
    table: Table, n: int, right: Any, factor: float
) -> Iterator[tuple[int, Any, float]]:
    """What moved values should have been before they were moved."""
    graph = table.graph
    if is_other_part(graph, n, right):
        return
    index = graph.movement(n)
    nodes = [a for a in graph.args[n] if isinstance(a, int)]
    flat, at = np.ravel(right), 0
    for p in nodes:
        size = count(graph.shape[p])
        value = graph.value(p)
        if value is not None:
            wanted = np.array(np.ravel(value), dtype=np.float64)
            if index is None:
                wanted = flat.copy()
            else:
                kept = (index >= at) & (index < at + size)
                wanted[index[kept] - at] = flat[kept]
                if not _adds_to(graph, table.view, n, p):
                    wanted = _as_derivative(table, wanted, index[kept] - at, factor)
                if not is_near(wanted[index[kept] - at], flat[kept]):
                    return  # copies that should differ have no one source
            yield p, wanted.reshape(graph.shape[p]) if graph.shape[p] else float(wanted[0]), factor
        at += size


def _adds_to(graph: Graph, view: View, n: int, p: int) -> bool:
    """Whether what is put into an array is what it had there and another share of a derivative.

    What decays weights is no share: the sum beside it is whole already.
    """
    level, terms = [q for q in graph.parents[n] if q != p], []
    for _ in range(FROM_PUT):
        sums = [q for q in level if graph.op[q] in ("add", "sub")]
        terms += [q for q in level if q not in sums]
        level = [r for q in sums for r in graph.parents[q]]
    own = [q for q in terms if q == p or (graph.op[q] == "move" and p in graph.parents[q])]
    return bool(own) and any(q in view.after for q in terms if q not in own)


def _is_decay(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is a multiple of a parameter, or of a part of one."""
    for _ in range(4):
        inner = split_linear(graph, view, n)
        if n in view.cut:
            return True
        if inner is not None and len(inner) == 1:
            n = inner[0][1]
        elif graph.op[n] == "move" and len(set(graph.parents[n])) == 1:
            n = graph.parents[n][0]
        else:
            break
    return n in view.cut


def _as_derivative(table: Table, wanted: Any, kept: Any, factor: float) -> Any:
    """The whole derivative that has the wanted elements, where the others were put over later.

    Where these were 0, as in an array that is filled part by part, they were nothing before.
    """
    if 1 < len(kept) < len(wanted) and np.any(np.delete(wanted, kept)):
        for _, g in table.by_size.get(len(wanted), []):
            made = factor * np.ravel(g)
            if np.any(made[kept]) and is_near(made[kept], wanted[kept]):
                return made
    return wanted


def _wanted_terms(
    table: Table, n: int, right: Any, factor: float, goal: int | None
) -> Iterator[tuple[int, Any, float]]:
    """Terms of a sum that are no share of the derivative, beside the shares that are missing."""
    graph, view = table.graph, table.view
    beside = [a for a in graph.args[n] if isinstance(a, int) and _is_decay(graph, view, a)]
    inner = [a for a in graph.args[n] if isinstance(a, int) and a in view.after]
    if graph.op[n] == "add" and len(beside) == len(inner) == 1:
        yield inner[0], right, factor  # beside a penalty, which the right value is without
        return
    if goal is None:
        return
    terms = long_sum(graph, table.view, n)
    left = [(u, factor * g) for u, g in contributions(graph, table.view, table.adjoint, goal)]
    if len(terms) > len(left):  # what was summed up before may be one share
        terms = [
            (a, -1.0 if i and graph.op[n] == "sub" else 1.0)
            for i, a in enumerate(graph.args[n])
            if isinstance(a, int)
        ]
    if len(terms) != len(left):
        return
    wrong = []
    for t, sign in terms:
        value = graph.value(t)
        at = next((i for i, (_, s) in enumerate(left) if is_near(value, s * sign)), None)
        if at is None:
            wrong.append((t, sign))
        else:
            left.pop(at)
    for (t, sign), share in zip(wrong, pair_terms(graph, table.view, wrong, left), strict=True):
        if np.shape(share) == graph.shape[t]:
            yield t, share * sign, factor * sign


def apply_operation(graph: Graph, n: int, values: list[Any]) -> Any:
    """The value that an operation gives for other operands."""
    op = graph.op[n]
    if any(v is None for v in values[:2]):
        return None
    with np.errstate(all="ignore"):
        try:
            if op in ("mul", "div", "add", "sub") and len(values) == 2:
                by = {"mul": np.multiply, "div": np.divide, "add": np.add, "sub": np.subtract}
                return by[op](values[0], values[1])
            if op in ("sum", "mean"):
                axis = reduced_axis(graph, n)
                made = getattr(np, op)(values[0], axis=axis if np.ndim(values[0]) > 1 else None)
                return np.reshape(made, graph.shape[n])
            if op == "einsum":
                letters = letters_of(graph, n)
                return None if letters is None else multiply(letters, values)
            pair = as_matrices(op, values[0], values[1] if len(values) > 1 else values[0])
            if pair is not None:
                return np.reshape(pair[0] @ pair[1], graph.shape[n])
        except ValueError:
            return None
    return None
