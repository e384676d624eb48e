"""What is updated from itself and is no parameter: sums, and what a rule keeps of the past."""

from __future__ import annotations

from twinprop.check.align.recording import Graph
from twinprop.check.align.trained import Parameters

VERSIONS = 3
MOST_USES = 200
MOST_OF_A_NUMBER = 12


def drop_constants(graph: Graph, found: Parameters) -> None:
    """Forget sums that begin with a number which stays in use, as a 0 that is a default does."""
    users = graph.users()
    for k, root in list(found.roots.items()):
        own = [c.u for c in found.updates if c.k == k]
        if graph.op[root] not in ("leaf", "constant") or graph.shape[root] or len(own) < VERSIONS:
            continue
        before = {graph.site[u] for u in users[root] if u < own[0]}
        if any(u > own[VERSIONS - 1] and graph.site[u] in before for u in users[root]):
            _forget(found, k)


def drop_states(graph: Graph, found: Parameters) -> None:
    """Forget what a rule keeps, as mean squares of gradients: it makes nothing but updates."""
    for k in list(found.roots):
        versions = [found.roots[k], *(c.u for c in found.updates if c.k == k)]
        if all(_is_kept(graph, found, k, v) for v in versions[1:VERSIONS]) and versions[1:]:
            _forget(found, k)


def _is_kept(graph: Graph, found: Parameters, k: int, version: int) -> bool:
    """Whether a value goes, element by element, into updates of another parameter alone.

    A single number, as a weight may be, goes there by a root and in a few operations.
    """
    shape, users = graph.shape[version], graph.users()
    seen: set[int] = set()
    stack, feeds = [version], False
    while stack:
        for u in users[stack.pop()]:
            if u in found.owner:
                feeds = feeds or found.owner[u] != k
            elif graph.shape[u] != shape or len(seen) > MOST_USES:
                return False
            elif u not in seen:
                seen.add(u)
                stack.append(u)
    small = len(seen) <= MOST_OF_A_NUMBER and any(graph.op[n] == "sqrt" for n in seen)
    return feeds and (shape != () or small)


def _forget(found: Parameters, k: int) -> None:
    found.updates = [c for c in found.updates if c.k != k]
    found.owner = {n: j for n, j in found.owner.items() if j != k}
    del found.roots[k]
    found.latest.pop(k, None)
