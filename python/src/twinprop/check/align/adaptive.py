"""RMSprop, Adam and their kin: where the gradient enters, and whether the rule is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio, row_fits
from twinprop.check.align.steps import View
from twinprop.check.align.updates import plain_number, split_linear

MOST_NUMBERS = 14
SMALL = 0.011


def find_gradient(graph: Graph, view: View, row_update: int, p: int) -> int | None:
    """The value of this step that is mixed with the past, as in m = b m + (1 - b) g.

    Where it is mixed squared, as in s = b s + (1 - b) g^2, it is what was squared.
    """
    cone, stack = set(), [row_update]
    while stack:
        n = stack.pop()
        if n in cone or n <= view.step.begin or n in view.forward or n in view.meets:
            continue
        if n != row_update and (n in view.cut or n == p):
            continue
        cone.add(n)
        stack.extend(graph.parents[n])
    found = []
    for n in sorted(cone):
        if graph.op[n] in ("add", "sub") and n != row_update:
            found += [m for m in _current_parts(graph, view, n) if not _is_mixed(graph, view, m)]
    plain = [m for m in found if graph.shape[m] == graph.shape[row_update]]
    return min(plain, default=None)


def _current_parts(graph: Graph, view: View, n: int) -> list[int]:
    """The part of a sum that belongs to this step, if the other is the past."""
    if not _is_mixed(graph, view, n):
        return []
    nodes = [a for a in graph.args[n] if isinstance(a, int) and not _is_past(graph, view, a)]
    return [_root_of_square(graph, _peel(graph, view, a)) for a in nodes]


def _is_mixed(graph: Graph, view: View, n: int) -> bool:
    args = graph.args[n]
    if graph.op[n] not in ("add", "sub") or len(args) != 2:
        return False
    past = [isinstance(a, int) and _is_past(graph, view, a) for a in args]
    return past[0] != past[1] and all(isinstance(a, int) for a in args)


def _is_past(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is what was left from the step before, or a multiple of it."""
    n = _peel(graph, view, n)
    return n <= view.step.begin and view.touched[n] and n not in view.cut


def _peel(graph: Graph, view: View, n: int) -> int:
    for _ in range(8):
        inner = split_linear(graph, view, n)
        if n <= view.step.begin or inner is None or len(inner) != 1 or graph.op[n] == "move":
            return n
        n = inner[0][1]
    return n


def _root_of_square(graph: Graph, n: int) -> int:
    """What a square is the square of, however it is written: g * g, g ** 2, and 0.1 * g * g."""
    args = graph.args[n]
    if graph.op[n] == "square" or (graph.op[n] == "pow" and args[1] == [2]):
        return int(args[0])
    if graph.op[n] == "mul" and args[0] == args[1]:
        return int(args[0])
    if graph.op[n] == "mul" and all(isinstance(a, int) for a in args):
        for a, b in (args, args[::-1]):
            if b in graph.parents[a]:
                return int(b)
    return n


def read_gradients(graph: Graph, views: list[View], reading: Reading) -> bool:
    """Take for each parameter's change the gradient that enters its rule.

    Returns
    -------
    bool
        Whether there is such a gradient for every parameter in the steps after the first.
    """
    found: list[dict[int, int]] = []
    for view, rows in zip(views, reading.rows, strict=True):
        nodes = {}
        for row in rows:
            own = [c for c in view.step.updates if c.k == row.k]
            node = find_gradient(graph, view, own[0].u, own[0].p) if len(own) == 1 else None
            if node is not None:
                nodes[row.k] = node
        found.append(nodes)
    if len(views) < 3 or any(
        len(f) < len(rows) for f, rows in zip(found[1:], reading.rows[1:], strict=True)
    ):
        return False
    if len(found[0]) < len(reading.rows[0]):
        found[0] = _like_the_next(graph, views, found[1])
    for nodes, rows in zip(found, reading.rows, strict=True):
        for row in rows if len(nodes) == len(rows) else ():
            row.source = nodes[row.k]
            row.change = graph.value(row.source)
    return True


def _like_the_next(graph: Graph, views: list[View], nodes: dict[int, int]) -> dict[int, int]:
    """The gradients of the first step, which has no past: at the places of those of the next."""
    first, second = views[0].step, views[1].step
    like = {}
    for k, n in nodes.items():
        key = (graph.site[n], graph.op[n])
        own, others = (
            [m for m in range(step.begin + 1, step.end + 1) if (graph.site[m], graph.op[m]) == key]
            for step in (first, second)
        )
        at = len(others) - others.index(n) if n in others else 0
        if 0 < at <= len(own) and graph.shape[own[-at]] == graph.shape[n]:
            like[k] = own[-at]
    return like


def numbers_of(graph: Graph, view: View) -> list[float]:
    """The plain numbers that the updates of a step are made with."""
    numbers: dict[float, None] = {}
    seen: set[int] = set()
    stack = [c.u for c in view.step.updates[:2]]
    while stack and len(seen) < 400:
        n = stack.pop()
        if n in seen or n in view.forward or (n <= view.step.begin and view.touched[n]):
            continue
        seen.add(n)
        for a in graph.args[n]:
            x = plain_number(graph, view, a)
            if x is not None:
                numbers[x] = None
        stack.extend(p for p in graph.parents[n] if p in view.cone or graph.op[p] != "leaf")
    between = [x for x in numbers if 0 < x < 1]
    more = [round(1 - x, 15) for x in between] + [float(np.sqrt(x)) for x in between]
    return list(dict.fromkeys([*numbers, *more]))[: 3 * MOST_NUMBERS]


def directions(name: str, gradients: list[Any], numbers: dict[str, float]) -> list[Any]:
    """The step of each rule for rate 1, from the gradients of all steps."""
    m: Any = 0.0
    s: Any = 0.0
    most: Any = 0.0
    b1, b2, eps = numbers.get("beta_1", 0.0), numbers["decay"], numbers["epsilon"]
    made = []
    for t, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        s = s + g * g if name == "adagrad" else b2 * s + (1 - b2) * g * g
        first, second = m, s
        if name == "adam":
            first, second = m / (1 - b1**t), s / (1 - b2**t)
        if name == "amsgrad":
            most = np.maximum(most, s)
            second = most
        root = np.sqrt(second + eps) if numbers.get("inside") else np.sqrt(second) + eps
        if numbers.get("no_root"):
            root = second + eps
        # The correction may be in the rate: then epsilon is added to the root that is without it.
        rate = np.sqrt(1 - b2**t) / (1 - b1**t) if name == "adam_folded" else 1.0
        made.append(rate * first / root)
    return made


def _choices(numbers: list[float]) -> Iterator[tuple[str, dict[str, float]]]:
    between = [x for x in numbers if 0.3 < x < 1]
    small = [x for x in numbers if 0 < x < SMALL] + [0.0]
    for inside, no_root in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
        form = {"inside": inside, "no_root": no_root}
        for eps, b in product(small, between):
            yield "rmsprop", {"decay": b, "epsilon": eps, **form}
        for eps in small:
            yield "adagrad", {"decay": 1.0, "epsilon": eps, **form}
        for eps, b2, b1 in product(small, between, between):
            for name in ("adam", "adam_folded", "adam_uncorrected", "amsgrad"):
                yield name, {"beta_1": b1, "decay": b2, "epsilon": eps, **form}


def fit_adaptive(graph: Graph, views: list[View], reading: Reading) -> bool:
    """Find the adaptive rule that all parameters keep in all steps; its name goes into `rule`."""
    numbers = numbers_of(graph, views[1])
    with np.errstate(all="ignore"):
        sample = max(reading.rows[0], key=lambda r: np.size(r.old))
        history = _history(reading, sample.k)
        for name, form in _choices(numbers):
            rate = _fits_all(history, directions(name, [g for g, _ in history], form))
            if rate and all(
                _fits_all(h, directions(name, [g for g, _ in h], form), rate)
                for h in (_history(reading, r.k) for r in reading.rows[0])
            ):
                reading.rule = {"name": name, "rate": rate, **form}
                return True
    return False


def _history(reading: Reading, k: int) -> list[tuple[Any, Row]]:
    """Gradients as the program has them, and what its parameter did, step by step."""
    rows = [next(r for r in rows if r.k == k) for rows in reading.rows]
    return [(f * r.gradient, r) for f, r in zip(reading.factors, rows, strict=True)]


def _fits_all(history: list[tuple[Any, Row]], made: list[Any], rate: float = 0.0) -> float:
    """The rate with which steps are the directions of a rule; 0 if they are not."""
    found = rate
    for d, (_, row) in zip(made, history, strict=True):
        whole = row.whole - (row.parts.decay * row.old if row.parts is not None else 0.0)
        found = found or ratio(whole, d)
        if not found or not row_fits(row, found * d, whole):
            return 0.0
    return found
