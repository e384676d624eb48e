"""RMSprop, Adam and their kin: where the gradient enters, and whether the rule is kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.directions import directions, list_choices, possible_choices
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, Row, ratio, row_fits, step_of
from twinprop.check.align.signs import find_signed
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import filled_with, plain_number, split_linear

MOST_NUMBERS = 14
SAME = 1e-12
FEW_STEPS = 3  # which tell nearly all rules apart
# Epsilon is added to the root, or under it, or there is no root.
PLACES = (
    {"inside": 0.0, "no_root": 0.0},
    {"inside": 1.0, "no_root": 0.0},
    {"inside": 0.0, "no_root": 1.0},
)


def find_gradient(graph: Graph, view: View, update: Update) -> int | None:
    """The value of this step that is mixed with the past, as in m = b m + (1 - b) g.

    Where it is mixed squared, as in s = b s + (1 - b) g^2, it is what was squared; the absolute
    value is no gradient either. Where nothing is mixed but a sign taken, it is what has the sign,
    or what is divided by the root of its own square.
    """
    key = ("gradient", update.u, update.p)

    def search() -> int | None:
        mixed = _search_gradient(graph, view, update.u, update.p)
        mixed = find_signed(graph, view, update) if mixed is None else mixed
        alone = find_own_square(graph, view, update) if mixed is None else None
        return mixed if alone is None else alone[1]

    return view.once(key, search)


def find_own_square(graph: Graph, view: View, update: Update) -> tuple[int, int] | None:
    """The square whose root an update is divided by where no past is in it, and what it is of."""
    for n in sorted(rule_nodes(graph, view, update.u, update.p)):
        if not is_root(graph, n) or not graph.parents[n]:
            continue
        m = graph.parents[n][0]
        if graph.op[m] == "add":  # epsilon under the root
            m = next((a for a in graph.parents[m] if a in view.moved), m)
        bare = split_number(graph, view, filled_with(graph, m))[1]
        of = root_of_square(graph, bare)
        own = of != bare and of in view.moved and of > view.step.begin
        if own and graph.shape[of] == graph.shape[update.u]:
            return m, of
    return None


def is_root(graph: Graph, n: int) -> bool:
    """Whether a value is a square root."""
    return graph.op[n] == "sqrt" or (graph.op[n] == "pow" and graph.args[n][1] == [0.5])


def _search_gradient(graph: Graph, view: View, row_update: int, p: int) -> int | None:
    found = []
    nodes = sorted(rule_nodes(graph, view, row_update, p))
    for n in nodes:
        if n != row_update and is_mixed(graph, view, n):
            m = root_of_square(graph, mixed_value(graph, view, n))
            m = graph.args[m][0] if graph.op[m] == "abs" and graph.parents[m] else m
            if m == p:  # squares of the weights are kept: what is divided by their root
                found += [q for u in nodes if (q := _numerator(graph, view, u)) is not None]
            elif m in view.moved and not is_mixed(graph, view, m):
                found.append(m)
    # A sum is a single number, and the bias that it belongs to may be an array of one.
    shape, is_one = graph.shape[row_update], count(graph.shape[row_update]) == 1
    plain = [m for m in found if graph.shape[m] in (shape, () if is_one else shape)]
    least = min(plain, default=None)
    # A mean over the samples that is squared is the gradient, and not the sum that it is made of.
    means = [m for m in plain if m != least and split_number(graph, view, m)[1] == least]
    return min(means, default=least)


def _numerator(graph: Graph, view: View, n: int) -> int | None:
    """What of this step is divided by another value of it, without its number; None for none."""
    args = graph.args[n]
    if graph.op[n] != "div" or not all(isinstance(a, int) and a in view.moved for a in args):
        return None
    return split_number(graph, view, args[0])[1]


def rule_nodes(graph: Graph, view: View, row_update: int, p: int) -> set[int]:
    """What an update makes of its gradient and of the past: the values of the rule."""
    cone, stack = set(), [row_update]
    while stack:
        n = stack.pop()
        if n in cone or n <= view.step.begin or n in view.forward or n in view.meets:
            continue
        if n != row_update and (n in view.cut or n == p):
            continue
        cone.add(n)
        stack.extend(graph.parents[n])
    return cone


def current_parts(graph: Graph, view: View, n: int) -> tuple[int, int]:
    """Of a sum of this step and the past the part of this step, then that of the past."""
    a, b = graph.args[n]
    return (b, a) if _is_past(graph, view, a) else (a, b)


def is_mixed(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is the sum of what belongs to this step and what was left of the past."""
    args = graph.args[n]
    if graph.op[n] not in ("add", "sub") or len(args) != 2:
        return False
    past = [isinstance(a, int) and _is_past(graph, view, a) for a in args]
    return past[0] != past[1] and all(isinstance(a, int) for a in args)


def _is_past(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is what was left from the step before, or a multiple of it."""
    n = split_number(graph, view, n)[1]
    return n <= view.step.begin and view.touched[n] and n not in view.cut


def mixed_value(graph: Graph, view: View, n: int) -> int:
    """What is mixed with the past: the part of this step, without the number that is its share.

    In m = b m + (1 - b) (g / n) it is g / n. Where no number of it is 1 - b, all are left out.
    """
    part, past = current_parts(graph, view, n)
    return split_number(graph, view, part, 1 - split_number(graph, view, past)[0])[1]


def split_number(graph: Graph, view: View, n: int, until: float = 0.0) -> tuple[float, int]:
    """A value as a number times another value; no more than `until`, where that is reached."""
    number = 1.0
    for _ in range(8):
        if abs(number - until) <= SAME:
            break
        inner = split_linear(graph, view, n)
        if n <= view.step.begin or inner is None or len(inner) != 1 or graph.op[n] == "move":
            break
        number, n = number * inner[0][0], inner[0][1]
    return number, n


def root_of_square(graph: Graph, n: int) -> int:
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
            node = find_gradient(graph, view, own[0]) if len(own) == 1 else None
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
            value = graph.value(row.source)
            is_one = np.size(value) == np.size(row.old) == 1
            row.change = np.reshape(value, np.shape(row.old)) if is_one else value
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
    """The plain numbers that updates of a step are made with, but for those of the gradient."""
    numbers: dict[float, None] = {}
    own = view.step.updates[:2]
    seen = {n for c in own if (n := find_gradient(graph, view, c)) is not None}
    stack = [c.u for c in own]
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


def fit_adaptive(graph: Graph, views: list[View], reading: Reading) -> bool:
    """Find the adaptive rule that all parameters keep in all steps; its name goes into `rule`."""
    written = [numbers_of(graph, view) for view in views]
    sample = max(reading.rows[0], key=lambda r: np.size(r.old))
    history = history_of(reading, sample.k)
    few = history[:FEW_STEPS]
    with np.errstate(all="ignore"):
        for place in PLACES:
            choices = list_choices(written[1], place)
            for name, form in possible_choices(choices, place, few):
                if not _find_rates(few, directions(name, [g for g, _ in few], form), written):
                    continue
                made = directions(name, [g for g, _ in history], form)
                rates = _find_rates(history, made, written)
                if rates and all(
                    _fits_all(h, directions(name, [g for g, _ in h], form), rates)
                    for h in (history_of(reading, r.k) for r in reading.rows[0])
                ):
                    reading.rule = {"name": name, "rate": rates[0], **form}
                    return True
    return False


def history_of(reading: Reading, k: int) -> list[tuple[Any, Row]]:
    """Gradients as the program has them, and what its parameter did, step by step."""
    rows = [next(r for r in rows if r.k == k) for rows in reading.rows]
    pairs = zip(reading.factors, rows, strict=True)
    # Both are alike but for rounding, which tells where a number is what is left of a sum of 0.
    return [(f * r.gradient if r.source is None else r.change, r) for f, r in pairs]


def _find_rates(
    history: list[tuple[Any, Row]], made: list[Any], written: list[list[float]]
) -> list[float]:
    """The rates with which steps are the directions of a rule; nothing if they are not.

    They are one rate, or each is a number that the program multiplies by in that step: a mistaken
    rule is often the right one but for another number in each step.
    """
    rates = [ratio(step_of(row), d) for d, (_, row) in zip(made[:2], history, strict=False)]
    if all(abs(r - rates[0]) <= 1e-6 * abs(rates[0]) for r in rates):
        rates = rates[:1] * len(made)
    else:
        rates = [ratio(step_of(row), d) for d, (_, row) in zip(made, history, strict=True)]
        if not all(
            any(abs(abs(r) - w) <= 1e-7 * abs(r) for w in own)
            for r, own in zip(rates, written, strict=False)
        ):
            return []
    alike = min(rates) > 0 or max(rates) < 0  # a turned gradient is added
    return rates if alike and _fits_all(history, made, rates) else []


def _fits_all(history: list[tuple[Any, Row]], made: list[Any], rates: list[float]) -> bool:
    return all(
        row.is_noise or row_fits(row, rate * d, step_of(row))
        for d, (_, row), rate in zip(made, history, rates, strict=True)
    )
