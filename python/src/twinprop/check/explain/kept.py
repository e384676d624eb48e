"""What a rule keeps for its next step: nothing, all of the past, or what was made of the mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from twinprop.check.align.adaptive import (
    find_own_square,
    is_mixed,
    is_root,
    root_of_square,
    rule_nodes,
    split_number,
)
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, Row, ratio, step_of
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import filled_with, origin, plain_number
from twinprop.check.explain.moments import (
    SAME,
    divided_by,
    find_means,
    own_updates,
    root_of_mean,
)
from twinprop.check.explain.table import Fault, is_near

Look = Callable[[Graph, Alignment, Reading, int], Fault | None]


def find_kept_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A mean that goes on from another value than that of the step before, in every step."""
    for look in (_stored, _forgotten, _kept_whole, _multiplied):
        found = _in_every_step(graph, alignment, best, look)
        if found is not None:
            return found
    return None


def find_lost_squares(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The square of each step's gradient in place of what is kept of all squares."""
    return _in_every_step(graph, alignment, best, _square_alone)


def _in_every_step(graph: Graph, alignment: Alignment, best: Reading, look: Look) -> Fault | None:
    """The first of the faults of one kind that are in every step after the first."""
    found = [look(graph, alignment, best, s) for s in range(1, len(best.rows))]
    first = found[0]
    every = first is not None and all(f is not None and f.kind == first.kind for f in found)
    return first if every else None


def _stored(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Fault | None:
    """What is made of a mean for one step, its correction or its root, is kept as the mean."""
    view, before = alignment.views[s], alignment.views[s - 1]
    for update, _ in own_updates(view, best.rows[s]):
        for mean in find_means(graph, view, update):
            n = origin(graph, mean.past)
            kind = "root_stored" if is_root(graph, n) else ""
            if graph.op[n] == "div":
                number = plain_number(graph, before, graph.args[n][1]) or 0.0
                kind = "correction_stored" if abs(number - 1 + mean.share**s) <= SAME else ""
            inner = origin(graph, graph.parents[n][0]) if kind else -1
            own = [c for c in before.step.updates if c.k == update.k]
            if inner > before.step.begin and graph.site[inner] == graph.site[mean.node] and own:
                right = graph.value(inner)
                return Fault(n, right, [(n, right)], own[0], None, kind, step=s - 1)
    return None


def _forgotten(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Fault | None:
    """The share of this step alone, corrected as a mean is that has a past."""
    view = alignment.views[s]
    for update, row in own_updates(view, best.rows[s]):
        for n in sorted(rule_nodes(graph, view, update.u, update.p)):
            if graph.op[n] != "div" or not isinstance(graph.args[n][0], int):
                continue
            q = graph.args[n][0]
            number = plain_number(graph, view, graph.args[n][1]) or 0.0
            share, bare = split_number(graph, view, q)
            of = root_of_square(graph, bare)
            if not _corrects(number, share, s) or is_mixed(graph, view, q):
                continue
            if not is_near(graph.value(of), row.change):
                continue
            right = 0.0
            for rows in best.rows[: s + 1]:
                g = next(r.change for r in rows if r.k == row.k)
                right = (1 - share) * right + share * (g if of == bare else g * g)
            return Fault(q, right, [(q, right)], update, None, "mean_not_kept", step=s)
    return None


def _kept_whole(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Fault | None:
    """A sum with all of the past and a share of this step, corrected as a mean is."""
    view = alignment.views[s]
    for update, _ in own_updates(view, best.rows[s]):
        cone = rule_nodes(graph, view, update.u, update.p)
        for mean in find_means(graph, view, update):
            share = split_number(graph, view, mean.part)[0]
            number = divided_by(graph, view, cone, mean.node)[1]
            if mean.share == 1 and _corrects(number, share, s):
                right = graph.value(mean.node) - share * graph.value(mean.past)
                path = [(mean.node, right)]
                return Fault(mean.node, right, path, update, None, "past_kept_whole", step=s)
    return None


def _corrects(number: float, share: float, s: int) -> bool:
    """Whether a number is what a mean of such a share is divided by in its step s, from 0."""
    return 0 < share < 1 and abs(number - 1 + (1 - share) ** (s + 1)) <= SAME


def _multiplied(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Fault | None:
    """A step that is multiplied by the root of the mean square of its gradient."""
    view = alignment.views[s]
    for update, row in own_updates(view, best.rows[s]):
        cone = rule_nodes(graph, view, update.u, update.p)
        for mean in find_means(graph, view, update):
            root = root_of_mean(graph, view, cone, mean.node) if mean.is_square else None
            own = root is not None and is_near(graph.value(mean.of), row.change)
            if root is None or not own or graph.op[root[1]] != "mul":
                continue
            size = np.asarray(graph.value(root[0]))
            if np.all(size > 0):
                u, step = update.u, step_of(row)
                right = graph.value(u) + step - step / size**2
                return Fault(u, right, [(u, right)], update, None, "root_multiplied", step=s)
    return None


def _square_alone(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Fault | None:
    """The square of this step's gradient alone, where what is kept of all squares began with 0."""
    view = alignment.views[s]
    for update, row in own_updates(view, best.rows[s]):
        square, of = find_own_square(graph, view, update) or (-1, -1)
        if of != row.source or count(graph.shape[of]) < 2 or not _began_with_zeros(graph, square):
            continue
        if not _is_divided_by_root(graph, view, update, row, square):
            continue
        share = ratio(graph.value(square), np.square(row.change))
        past = 1.0 if abs(share - 1) <= SAME else 1 - share
        right: Any = 0.0
        for rows in best.rows[: s + 1]:
            right = past * right + share * next(r.change for r in rows if r.k == row.k) ** 2
        kind = "squares_not_kept" if past == 1 else "mean_not_kept"
        return Fault(square, right, [(square, right)], update, None, kind, step=s)
    return None


def _is_divided_by_root(graph: Graph, view: View, update: Update, row: Row, square: int) -> bool:
    """Whether a step is the gradient divided by what is made of the root of a value."""
    cone = rule_nodes(graph, view, update.u, update.p)
    root = root_of_mean(graph, view, cone, filled_with(graph, square))
    made = 0.0 if root is None else step_of(row) * graph.value(root[0])
    return bool(np.any(made)) and is_near(made, ratio(made, row.change) * row.change)


def _began_with_zeros(graph: Graph, n: int) -> bool:
    """Whether a value has the name of zeros of its shape, or fills an array that is kept."""
    if filled_with(graph, n) != n:
        return True
    own = {_first_word(name) for name in graph.names.get(n, ())}
    return any(
        graph.shape[m] == graph.shape[n] and _is_zero(graph.value(m))
        for m, names in graph.names.items()
        if m < n and own & {_first_word(name) for name in names}
    )


def _is_zero(value: Any) -> bool:
    return value is not None and not np.any(value)


def _first_word(name: str) -> str:
    """The name of the list or table that a value is kept in, or its own."""
    return re.split(r"[\[$]", name)[0]
