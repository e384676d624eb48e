"""What an update makes and the next step does not find: new values, velocities, moving averages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from twinprop.check.align.adaptive import is_root, root_of_square
from twinprop.check.align.align import Alignment
from twinprop.check.align.nothing import share_of_nothing
from twinprop.check.align.recording import Graph, count, span_of
from twinprop.check.align.steps import View
from twinprop.check.explain.table import Fault

FEWEST_STEPS = 3
TO_THE_ROOT = 2


class Past(NamedTuple):
    """A sum with a share of something that should be left from the step before."""

    total: int
    share: float
    past: int


def find_unkept(graph: Graph, alignment: Alignment) -> Fault | None:
    """A new value that is never stored, or a velocity whose past is nothing in every step."""
    if len(alignment.views) < FEWEST_STEPS:
        return None
    return (
        _never_stored(graph, alignment)
        or find_past_of_nothing(graph, alignment)
        or _past_of_itself(graph, alignment)
    )


def _past_of_itself(graph: Graph, alignment: Alignment) -> Fault | None:
    """Weights less those of the step before, which are the same array by another name."""
    found = []
    for view in alignment.views[1:]:
        same = [(n, graph.args[n]) for n in sorted(view.cone) if graph.op[n] == "sub"]
        own = [n for n, args in same if args[0] == args[1] and args[0] in view.cut]
        if not own:
            return None
        found.append(own[0])
    n = found[0]
    p = graph.parents[n][0]
    k, before, here = alignment.found.owner[p], alignment.views[0].step, alignment.views[1].step
    update = next((c for c in here.updates if c.k == k), None)
    site = site_of_second_name(graph, p)
    if update is None or k not in before.first or site < 0:
        return None
    right = graph.value(p) - graph.value(before.first[k])
    path = [(n, right)]
    return Fault(n, right, path, update, None, "velocity_not_kept", step=1, told_at=site)


def site_of_second_name(graph: Graph, n: int) -> int:
    """The site at which a value was given another name; -1 where it was given none."""
    names, sites = graph.names.get(n, []), graph.bound.get(n, [])
    return sites[1] if len(names) > 1 and names[0] != names[1] else -1


def _never_stored(graph: Graph, alignment: Alignment) -> Fault | None:
    """Each step begins with the same weights, and what it makes of them is used nowhere.

    Where others are stored, it is told where they are.
    """
    views = alignment.views
    lost = {k for k in views[0].step.first if _is_never_stored(graph, views, k)}
    update = next((c for c in views[0].step.updates if c.k in lost), None)
    if update is None:
        return None
    right = graph.value(update.u)
    old = views[0].step.first[update.k]
    fault = Fault(update.u, right, [(old, right)], update, old, "never_updated", step=1)
    own = graph.line(update.u)
    stored = (x for c in views[0].step.updates if c.k not in lost for x in graph.bound.get(c.u, ()))
    fault.told_at = next((x for x in stored if x >= 0 and span_of(graph, x)["line"] > own), -1)
    return fault


def _is_never_stored(graph: Graph, views: list[View], k: int) -> bool:
    if any(v.step.first.get(k) != views[0].step.first[k] for v in views):
        return False
    return not any(graph.users()[c.u] for v in views for c in v.step.updates if c.k == k)


def find_past_of_nothing(graph: Graph, alignment: Alignment) -> Fault | None:
    """A share of the step before is added that is 0 in every step: it was never stored."""
    pasts = [list(find_pasts(graph, view)) for view in alignment.views]
    if not pasts[0] or any(len(p) != len(pasts[0]) for p in pasts):
        return None
    before, here = pasts[0][0], pasts[1][0]
    if any(p[0].share != here.share for p in pasts):
        return None
    right = graph.value(here.total) + here.share * graph.value(before.total)
    if graph.shape[here.total] != graph.shape[before.total] or not np.any(
        graph.value(before.total)
    ):
        return None
    update = alignment.views[1].step.updates[0]
    path = [(here.total, right)]
    assert alignment.best is not None
    is_known = alignment.best.rule["name"] != "unknown"
    kind = "velocity_not_kept" if is_known else "means_not_kept"
    fault = Fault(here.total, right, path, update, None, kind, step=1)
    fault.told_at = _begun_at(graph, alignment, [p[0].past for p in pasts])
    if fault.told_at < 0:
        fault.told_at = _stored_alone(graph, update.u)
    return fault


def _stored_alone(graph: Graph, u: int) -> int:
    """The site at which a new weight is stored that a function has made beside its past; or -1."""
    sites = [x for x in graph.bound.get(u, ()) if x >= 0]
    return sites[-1] if sites and span_of(graph, sites[-1])["line"] > graph.line(u) else -1


def _begun_at(graph: Graph, alignment: Alignment, pasts: list[int]) -> int:
    """The site at which what should be kept is set to 0 in each step; -1 where it is in none."""
    begins = [view.step.begin for view in alignment.views]
    if any(n <= begin for n, begin in list(zip(pasts, begins, strict=True))[1:]):
        return -1
    sites = [*graph.bound.get(pasts[1], ())[-1:], graph.site[pasts[1]]]
    return next((x for x in sites if x >= 0), -1)


def find_pasts(graph: Graph, view: View) -> Iterator[Past]:
    """The sums of a step that have a share of what is 0 without being made in this step."""
    for n in sorted(view.cone & view.after):
        nodes = [a for a in graph.args[n] if isinstance(a, int)]
        if graph.op[n] not in ("add", "sub") or len(nodes) != 2:
            continue
        for i, (m, other) in enumerate((nodes, nodes[::-1])):
            past = share_of_nothing(graph, view, m, n)
            if past is None and _is_empty_memory(graph, m, other, n):
                past = (1.0, m)
            turned = graph.op[n] == "sub" and i == 1
            if past is not None and other in view.after and not turned:
                yield Past(n, *past)


def _is_empty_memory(graph: Graph, m: int, square: int, total: int) -> bool:
    """Whether squares are added to zeros and a root is taken of the sum at once, as in Adagrad.

    The zeros have the name of the sum, which was to be kept in their place. Of single numbers the
    length of a gradient is found so.
    """
    if count(graph.shape[total]) < 2 or graph.shape[m] != graph.shape[total]:
        return False
    if np.any(graph.value(m)) or root_of_square(graph, square) == square:
        return False
    near = {total}
    for _ in range(TO_THE_ROOT):
        near |= {u for n in near for u in graph.users()[n]}
    named = set(graph.names.get(m, ())) & set(graph.names.get(total, ()))
    return bool(named) and any(is_root(graph, n) for n in near)
