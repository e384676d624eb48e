"""The gradient of a penalty against the penalty in the cost that the program computes.

Of c w^2 it is 2 c w, on the scale of the rest: as many times the rate as the rest of the gradient
is the derivative of the rest of the cost.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twinprop.check.align.adaptive import split_number
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, Row
from twinprop.check.align.settled import list_losses
from twinprop.check.align.steps import View
from twinprop.check.align.updates import plain_number
from twinprop.check.explain.decay import fault_of_decay
from twinprop.check.explain.inside import fault_inside
from twinprop.check.explain.network import count_samples, owner_of
from twinprop.check.explain.table import Fault

SAME = 1e-6
PRODUCTS = ("matmul", "inner", "crossprod")
MOST_TERMS = 40

Square = tuple[int, float, int]  # a parameter, by what its square is multiplied, of how many
Penalty = dict[int, float]  # for each parameter by what the sum of its squares is multiplied


def find_penalty_factor(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A decay that is twice or half of what the cost says, or as many times as there are samples.

    Told only where the cost has the data and the penalty in one sum, and the rest of the gradient
    is the derivative of the rest of the cost, times the rate that the update multiplies by.
    """
    decays = {**best.inside, **best.decays}
    if best.rule["name"] != "gradient_descent" or not decays:
        return None
    found: list[tuple[int, Row, float]] = []
    for s, view in enumerate(alignment.views):
        penalty = _find_penalty(graph, alignment, view, best, s)
        rows = [r for r in best.rows[s] if decays.get((s, r.k), 0.0) > 0]
        if penalty is not None and any(r.k not in penalty for r in rows):
            return None
        if penalty is not None:
            found += [(s, r, decays[s, r.k] / penalty[r.k]) for r in rows]
    wrong = [(s, row, x) for s, row, x in found if np.any(row.old) and abs(x - 1) > SAME]
    samples = float(count_samples(graph, alignment.views[0]))
    known = [k for k in (2.0, 0.5, samples, 1 / samples) if k != 1]
    if not wrong or not any(all(abs(x / k - 1) <= SAME for _, _, x in wrong) for k in known):
        return None
    s, row, x = wrong[0]
    if (s, row.k) not in best.decays:
        return fault_inside(graph, alignment, s, row, 1 / x, "penalty_factor")
    off = best.decays[s, row.k] * (1 - 1 / x) * row.old
    return fault_of_decay(graph, alignment.views[s], row, off, s, "penalty_factor")


def find_growth_inside(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A penalty that is taken away from a gradient, so that weights grow instead of decaying."""
    grown = [key for key, decay in best.inside.items() if decay < 0]
    if not grown:
        return None
    s, k = min(grown)
    row = next(r for r in best.rows[s] if r.k == k)
    return fault_inside(graph, alignment, s, row, -1.0, "growth")


def _find_penalty(
    graph: Graph, alignment: Alignment, view: View, best: Reading, s: int
) -> Penalty | None:
    """By what each parameter should decay; None where no cost of this step's output says it."""
    if len(view.pairs) != 1:
        return None
    owner, c = alignment.found.owner, best.factors[s]
    for data, weight in list_losses(graph, view, best.family):
        rate = c / weight
        if not _is_written(best, s, rate):
            continue
        for n in graph.users()[data]:
            others = [a for a in graph.args[n] if a != data]
            if graph.op[n] != "add" or len(others) != 1 or not isinstance(others[0], int):
                continue
            squares = list(_list_squares(graph, view, owner, others[0]))
            if squares and all(k >= 0 for k, _, _ in squares):
                return _add_up(squares, 2 * rate, alignment)
    return None


def _add_up(squares: list[Square], times: float, alignment: Alignment) -> Penalty | None:
    """What squares ask of each parameter; None where several parts of one are squared unlike."""
    sizes = {r.k: np.size(r.old) for r in alignment.best.rows[0]} if alignment.best else {}
    penalty: Penalty = {}
    for k, f, size in squares:
        if size < sizes.get(k, 0) and penalty.setdefault(k, times * f) != times * f:
            return None
        if size >= sizes.get(k, 0):
            penalty[k] = penalty.get(k, 0.0) + times * f
    return penalty


def _is_written(best: Reading, s: int, rate: float) -> bool:
    """Whether an update multiplies by a rate what it takes: itself or a part of it."""
    parts = [r.parts for r in best.rows[s] if r.parts is not None]
    factors = [f for p in parts for t in p.terms for f in (t.factor, *(g for _, g in t.way))]
    return any(abs(abs(f) - rate) <= SAME * rate for f in factors)


def _list_squares(graph: Graph, view: View, owner: dict[int, int], start: int) -> Iterator[Square]:
    """The parameters whose squares a single number sums up, and by what; -1 for anything else."""
    stack = [(start, 1.0)]
    for _ in range(MOST_TERMS):
        if not stack:
            return
        n, f = stack.pop()
        of, times = _squared(graph, view, n)
        k = None if of < 0 else owner_of(graph, owner, of)
        inner = _split_penalty(graph, view, n, f) if k is None else []
        if k is not None:
            yield k, f * times, count(graph.shape[of])
        elif inner:
            stack += inner
        elif np.any(graph.value(n)):  # a sum may begin with 0
            yield -1, f, 0
    yield -1, 0.0, 0


def _split_penalty(graph: Graph, view: View, n: int, f: float) -> list[tuple[int, float]]:
    """The terms of a sum, or of a multiple of one, each with its factor; none of anything else."""
    op, args = graph.op[n], graph.args[n]
    nodes = [a for a in args if isinstance(a, int)]
    if op in ("mul", "div") and len(args) == 2:
        for i in (0, 1) if op == "mul" else (1,):
            number, other = plain_number(graph, view, args[i]), args[1 - i]
            if number is not None and isinstance(other, int):
                return [(other, f * number if op == "mul" else f / number)]
        return []
    single = op in ("sum", "move") and count(graph.shape[n]) == 1
    joined = op == "move" and len(nodes) > 1 and all(count(graph.shape[p]) == 1 for p in nodes)
    both = op == "add" and len(nodes) == 2
    return [(p, f) for p in nodes] if both or single or joined else []


def _squared(graph: Graph, view: View, n: int) -> tuple[int, float]:
    """The array whose squares a value is the sum of, or of which number; -1 for none.

    And how many times it is that: c w' w may be a product of c w and w.
    """
    if count(graph.shape[n]) != 1:
        return -1, 1.0
    if graph.op[n] in PRODUCTS:
        turned = [_unturned(graph, a) for a in graph.parents[n]]
        for a, b in (turned, turned[::-1]) if len(turned) == 2 else ():
            times, bare = split_number(graph, view, a)
            if _are_one(graph, bare, b):
                return b, times
        return -1, 1.0
    inner = graph.parents[n][0] if graph.op[n] == "sum" and graph.parents[n] else n
    args = graph.args[inner]
    is_power = graph.op[inner] == "square" or (graph.op[inner] == "pow" and args[1:] == [[2]])
    is_product = graph.op[inner] == "mul" and args[0] == args[1]
    return (graph.parents[inner][0] if is_power or is_product else -1), 1.0


def _are_one(graph: Graph, a: int, b: int) -> bool:
    """Whether two values are one, or the same part of one, which may have been taken twice."""
    if a == b:
        return True
    moved = graph.op[a] == graph.op[b] == "move" and graph.parents[a] == graph.parents[b]
    first, second = (graph.movement(n) if moved else None for n in (a, b))
    return first is not None and second is not None and np.array_equal(first, second)


def _unturned(graph: Graph, n: int) -> int:
    """What a whole array is, which may be transposed."""
    parents = graph.parents[n]
    whole = len(parents) == 1 and count(graph.shape[parents[0]]) == count(graph.shape[n])
    return parents[0] if graph.op[n] == "move" and whole else n
