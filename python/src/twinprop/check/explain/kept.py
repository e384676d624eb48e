"""What a rule keeps for its next step: nothing, all of the past, or what was made of the mean."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.adaptive import (
    is_mixed,
    root_of_square,
    rule_nodes,
    split_number,
)
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, step_of
from twinprop.check.align.updates import origin, plain_number
from twinprop.check.explain.moments import (
    SAME,
    divided_by,
    find_means,
    is_root,
    own_updates,
    root_of_mean,
)
from twinprop.check.explain.table import Fault, is_near


def find_kept_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A mean that goes on from another value than that of the step before, in every step."""
    for look in (_stored, _forgotten, _kept_whole, _multiplied):
        found = [look(graph, alignment, best, s) for s in range(1, len(best.rows))]
        if found[0] is not None and all(f is not None and f.kind == found[0].kind for f in found):
            return found[0]
    return None


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
