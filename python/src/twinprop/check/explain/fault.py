"""Where a training goes wrong: from a wrong update back to the value that is wrong in itself.

Each value is judged by what it is made of: of a wrong value the operand is asked for which the
right derivative would make it right. Where there is one, that operand is wrong; where there is
none, the value itself is made in a wrong way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twinprop.check.align.einsum import multiply
from twinprop.check.align.layers import Activation
from twinprop.check.align.operations import (
    as_matrices,
    letters_of,
    recognise_activation,
    reduced_axis,
)
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Row, ratio, total
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import Parts, split_linear
from twinprop.check.explain.shares import contributions, long_sum, pair_terms

DEEPEST_WALK = 60
PULLED = ("mul", "div", "sum", "mean", *(op for op in PRODUCTS if op != "mul"))
NEAR = 1e-7
MOST_GOOD = 40
MOST_FACTORS = 6


@dataclass
class Fault:
    """A wrong value, what it should be, and the way from the update to it."""

    node: int
    right: Any
    path: list[tuple[int, Any]]
    update: Update
    wanted: int | None = None  # the forward value whose derivative it should be
    kind: str = ""
    swapped: tuple[int, int] | None = None  # forward values: the one taken, the one meant
    alone: bool = False  # it is one sample's share where a sum is wanted
    other_role: bool = False  # it is right as another derivative than the one asked for
    step: int = 0  # the step that shows it
    loop: tuple[int, int] | None = None  # a value whose loop is wrong, a line that it begins after
    shown: tuple[Any, Any] | None = None  # what is shown as theirs and right in place of elements


@dataclass
class Table:
    """Everything that is known to be right on the way back of one step."""

    graph: Graph
    view: View
    adjoint: dict[int, Any]
    slopes: list[Activation]
    by_size: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0))
    owners: list[int] = field(default_factory=list)
    good_updates: set[int] = field(default_factory=set)
    good_cone: set[int] = field(default_factory=set)  # what right updates are made of
    factors: list[float] = field(default_factory=list)  # of derivatives that those are made of


def make_table(
    graph: Graph, view: View, adjoint: dict[int, Any], slopes: list[Activation]
) -> Table:
    """Sort derivatives by size, single numbers by value."""
    table = Table(graph, view, adjoint, slopes)
    single = sorted((float(np.ravel(g)[0]), n) for n, g in adjoint.items() if np.size(g) == 1)
    table.numbers = np.array([v for v, _ in single])
    table.owners = [n for _, n in single]
    # -z and exp(-z) have the derivative of z but for a factor: what has a meaning comes first.
    first = {x.z for x in slopes} | {x.a for x in slopes} | view.cut
    for n, g in sorted(adjoint.items(), key=lambda item: item[0] not in first):
        if np.size(g) > 1 and np.any(g):
            table.by_size.setdefault(np.size(g), []).append((n, g))
    return table


def know_good(table: Table, good: set[int]) -> None:
    """Keep what right updates are made of, and the factors of the derivatives in it."""
    table.good_cone = good
    found: dict[float, None] = {}
    for n in sorted(good)[:MOST_GOOD]:
        value = table.graph.value(n)
        goals = table.by_size.get(np.size(value), ()) if np.size(value) > 1 else ()
        for form in (form for _, g in goals for form in _forms(g, np.shape(value))):
            f = ratio(value, form)
            if f and is_near(value, f * np.asarray(form)):
                found[float(f"{f:.9g}")] = None
    table.factors = list(found)[:MOST_FACTORS]


def is_near(x: Any, y: Any) -> bool:
    """Whether two values are the same but for rounding."""
    if np.shape(x) != np.shape(y):
        return False
    size = float(np.max(np.abs(y))) if np.size(y) else 0.0
    return bool(np.all(np.abs(np.subtract(x, y)) <= NEAR * size + 1e-300))


def find_fault(table: Table, update: Update, row: Row, rate: float, parts: Parts) -> Fault:
    """Walk from a wrong update to the value at which the fault begins.

    Parameters
    ----------
    table : Table
        Of the step.
    update : Update
        One that moved its parameter otherwise than the derivative says.
    row : Row
        What its parameter did.
    rate : float
        The factor between the right change and the derivative.
    parts : Parts
        Of the update.

    Returns
    -------
    Fault
        At the update itself where nothing before it is wrong.
    """
    graph = table.graph
    change = np.asarray(rate * row.gradient, dtype=np.float64)
    if row.source is not None:
        start = [(row.source, change)]
        found = _descend(table, row.source, change, rate, start, 0)
        node, right, path, goal = found or (row.source, change, start, None)
        return Fault(node, right, path, update, goal)
    if update.cells is not None:
        change = np.ravel(change)[list(update.cells)]
    shape = graph.shape[update.p]
    change = change.reshape(shape) if change.size == count(shape) else change
    terms = [t for t in parts.terms if np.any(graph.value(t.node))] or parts.terms
    moved = total(graph, terms)
    off = np.subtract(moved, change) if row.fits_shape else np.zeros(())
    wanted = graph.value(update.u) + off
    goal = next((n for n in sorted(table.view.cut) if n == update.p), update.p)
    if len(terms) == 1 and np.shape(off) == graph.shape[terms[0].node]:
        f, t, way = terms[0]
        path = [(m, graph.value(m) + off / g) for m, g in way]
        right = graph.value(t) + off / f
        shares = contributions(graph, table.view, table.adjoint, goal)
        if len(shares) > 1 and any(is_near(graph.value(t), -rate / f * g) for _, g in shares):
            same = [
                m for m, _ in way if m in graph.names and is_near(graph.value(m), graph.value(t))
            ]
            t = same[-1] if same else t  # 0 + g is g
            return Fault(t, right, [*path, (t, right)], update, goal, alone=True)
        if t in table.good_cone and not is_near(graph.value(t), right):
            # What is multiplied is right, and used rightly elsewhere: the multiplication is wrong.
            return Fault(path[-1][0], path[-1][1], path, update, goal)
        found = _descend(table, t, right, -rate / f, [*path, (t, right)], 0)
        if found is not None:
            return Fault(found[0], found[1], found[2], update, found[3])
    if len(terms) == 1 and update.cells is None:
        f, t, way = terms[0]
        if t not in table.good_cone and count(graph.shape[t]) != count(shape) and way:
            own = _unspread(change, shape)
            path = [(update.u, wanted), *((n, -own / g) for n, g in way[1:]), (t, -own / f)]
            return Fault(t, -own / f, path, update, goal)
    return Fault(update.u, wanted, [(update.u, wanted)], update, goal)


def _unspread(g: Any, shape: tuple[int, ...]) -> Any:
    """A derivative that was spread to a wrong shape, in its parameter's own."""
    size = len(np.shape(g)) - len(shape)
    rest = g[(0,) * size] if size else g
    return rest[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)] if shape else rest


def _descend(
    table: Table, n: int, right: Any, factor: float, path: list[tuple[int, Any]], depth: int
) -> tuple[int, Any, list[tuple[int, Any]], int | None] | None:
    """The deepest wrong value below a node that should have a right one; None if it is right."""
    graph = table.graph
    value = graph.value(n)
    if value is None or is_near(value, right):
        return None
    goal = find_goal(table, right, factor)
    here = (n, right, path, goal)
    if depth > DEEPEST_WALK or np.shape(value) != np.shape(right):
        return here
    for p, wanted, f in _wanted_operands(table, n, right, factor, goal):
        theirs = graph.value(p)
        if is_near(theirs, wanted):
            continue
        exact = _is_exact(table, p, f)
        if exact and p not in graph.names:
            continue
        if stands(table, p, n) and (exact or not _is_scaled(table, p, wanted)):
            continue
        if graph.op[n] == "move" and _is_masked(graph, n) and matches_some(table, p):
            continue  # what was put into a right value is wrong
        found = _descend(table, p, wanted, f, [*path, (p, wanted)], depth + 1)
        if found is not None:
            return found
    return here


def _is_exact(table: Table, p: int, factor: float) -> bool:
    """Whether a value on the way back is a derivative with the right factor: right by itself."""
    value = table.graph.value(p)
    if p not in table.view.after or np.size(value) < 2:
        return False
    goals = table.by_size.get(np.size(value), [])[:200]
    made = [form for _, g in goals for form in _forms(g, np.shape(value))]
    return any(
        is_near(value, f * np.asarray(form)) for f in (factor, *table.factors) for form in made
    )


def _is_scaled(table: Table, p: int, wanted: Any) -> bool:
    """Whether a value that moves nothing rightly is the wanted one but for a number."""
    value = table.graph.value(p)
    if p not in table.view.after or p in table.good_cone or np.size(value) < 2:
        return False
    r = ratio(value, wanted) if np.shape(value) == np.shape(wanted) else 0.0
    return bool(r) and is_near(value, r * np.asarray(wanted))


def _is_masked(graph: Graph, n: int) -> bool:
    index = graph.movement(n)
    return index is not None and bool((index < 0).any())


def find_goal(table: Table, right: Any, factor: float) -> int | None:
    """The forward value whose derivative, times a factor, a right value is."""
    if np.size(right) == 1:
        x = float(np.ravel(right)[0])
        for f in (factor, -factor):
            at = _look_up(table, x / f) if f else None
            if at is not None:
                return at
        return None
    for n, g in table.by_size.get(np.size(right), []):
        for form in _forms(g, np.shape(right)):
            f = ratio(right, form)
            if f and is_near(right, f * form):
                return n
    return None


def _look_up(table: Table, x: float) -> int | None:
    i = int(np.searchsorted(table.numbers, x))
    for j in (i - 1, i):
        if 0 <= j < len(table.numbers) and abs(table.numbers[j] - x) <= NEAR * abs(x):
            return table.owners[j]
    return None


def _forms(g: Any, shape: tuple[int, ...]) -> Iterator[Any]:
    """A derivative in a shape: as it is, reshaped, transposed."""
    if np.shape(g) == shape:
        yield g
    if np.ndim(g) == 2 and np.shape(g)[::-1] == shape:
        yield np.transpose(g)
    elif np.size(g) == count(shape) and np.shape(g) != shape:
        yield np.reshape(g, shape)


def stands(table: Table, p: int, but: int) -> bool:
    """Whether a value is right as some derivative and is used rightly elsewhere too."""
    graph, view = table.graph, table.view
    if p in view.forward or p in view.cut:
        return True
    if p not in view.after and _is_function(table, p):
        return True
    if p in table.good_cone:
        return True
    if not matches_some(table, p):
        return False
    others = [u for u in graph.users()[p] if u != but and u in view.cone]
    others += [w for u in others if graph.op[u] == "move" for w in graph.users()[u]]
    return any(
        u in table.good_updates or (u in view.after and matches_some(table, u)) for u in others
    )


def _is_function(table: Table, p: int) -> bool:
    """Whether a value beside the way back is an activation of a forward value, as such right."""
    value = table.graph.value(p)
    if value is None or np.size(value) < 2:
        return False
    inputs = [table.graph.value(x.z) for x in table.slopes]
    return any(
        np.shape(z) == np.shape(value) and recognise_activation(z, value) is not None
        for z in inputs
    )


def matches_some(table: Table, n: int) -> bool:
    """Whether a value is a derivative of the step, or a multiple of one."""
    value = table.graph.value(n)
    if value is None:
        return False
    if np.size(value) == 1:
        x = float(np.ravel(value)[0])
        return x != 0 and any(_look_up(table, x / f) is not None for f in (1.0, -1.0, 2.0, -2.0))
    return find_goal(table, value, 1.0) is not None


def _wanted_operands(
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
            if _look_up(table, float(np.ravel(x)[0]) / factor) is not None:
                yield p, np.reshape(x, graph.shape[p]), factor
            continue
        for _, g in _candidates(table, count(graph.shape[p])):
            for form in _forms(g, graph.shape[p]):
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
    if (
        count(graph.shape[p]) == 1
        and graph.op[n] in ("mul", "div", "outer")
        and np.size(right) == 1
    ):
        other = float(np.ravel(values[1 - i])[0])
        x = float(np.ravel(right)[0])
        if other == 0 or (graph.op[n] == "div" and i == 1):
            return None
        x = x * other if graph.op[n] == "div" else x / other
        known = _look_up(table, x / factor) is not None or any(
            np.size(s.slope) == 1 and abs(np.ravel(s.slope)[0] - x) <= NEAR * abs(x)
            for s in table.slopes
            if s.slope is not None
        )
        return np.reshape(x, graph.shape[p]) if known and x else None
    for exact, g in _candidates(table, count(graph.shape[p])):
        for form in _forms(g, graph.shape[p]):
            made = apply_operation(graph, n, [*values[:i], form, *values[i + 1 :]])
            if made is None or np.shape(made) != np.shape(right):
                continue
            f = 1.0 if exact else ratio(right, made) if np.size(right) > 1 else factor
            if not exact and is_near(values[i], factor * np.asarray(form)):
                continue  # it is right by itself
            if f and is_near(right, f * made):
                return f * form
    return None


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
                wanted = _as_derivative(table, wanted, index[kept] - at, factor)
                if not is_near(wanted[index[kept] - at], flat[kept]):
                    return  # copies that should differ have no one source
            yield p, wanted.reshape(graph.shape[p]) if graph.shape[p] else float(wanted[0]), factor
        at += size


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
    """The whole derivative that has the wanted elements, where the others were put over later."""
    if 1 < len(kept) < len(wanted):
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
