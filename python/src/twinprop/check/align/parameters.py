"""Parameters and steps: what is replaced by itself and something that is made of it.

No loop is searched for and no name believed: U = P - G is an update where G is made of P and U
takes P's place, in that it is used where P was used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from twinprop.check.align.gated import find_gate
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.roots import (
    find_root,
    is_made_of,
    is_near_node,
    is_put_elsewhere,
    may_hold,
    part_cells,
    places_elsewhere,
    possible_roots,
    takes_place,
)
from twinprop.check.align.states import drop_constants, drop_states
from twinprop.check.align.trained import Parameters, Update

DEEPEST_SUM = 6
ELEMENT = re.compile(r"\[\d+\]$")
MOST_ENDS = 40
FEWEST_UNUSED = 3


def find_parameters(
    graph: Graph, until: int, begin: int = 0, gates: Sequence[int] = ()
) -> Parameters:
    """All updates of a recording.

    Parameters
    ----------
    graph : Graph
        A recording.
    until : int
        Only the nodes before this one are looked at.
    begin : int
        And only those from this one on.
    gates : sequence of int
        Comparisons that may decide whether something is updated.

    Returns
    -------
    Parameters
        Empty where nothing is updated from itself.
    """
    users = graph.users()
    found = _walk(graph, users, set(), begin, until, gates)
    drop_constants(graph, found)
    if not found.updates and not gates:
        found = _walk(graph, users, _unused_sums(graph, users, begin, until), begin, until)
        drop_constants(graph, found)
    # The last step's new values are used nowhere: what was made at the same place is the same.
    # Of one step alone nothing is used again, only names are left.
    sites = {graph.site[c.u] for c in found.updates if graph.site[c.u] >= 0} or {-1}
    found = _walk(graph, users, sites, begin, until, gates)
    drop_constants(graph, found)
    other = _other_sums(graph, found, begin, until)
    if other:
        found = _walk(graph, users, sites - other, begin, until, gates, other)
        drop_constants(graph, found)
    drop_states(graph, found)
    return found


def _unused_sums(graph: Graph, users: list[list[int]], begin: int, until: int) -> set[int]:
    """The places whose sums are never used: new values that a program makes and throws away."""
    sums = [n for n in range(begin, until) if graph.op[n] in ("add", "sub") and graph.site[n] >= 0]
    used = {graph.site[n] for n in sums if users[n]}
    times = Counter(graph.site[n] for n in sums)
    return {x for x in times if x not in used and times[x] >= FEWEST_UNUSED}


def _other_sums(graph: Graph, found: Parameters, begin: int, until: int) -> set[int]:
    """The places whose sums of single numbers are hardly ever updates, where others mostly are.

    A class of numbers adds all that is added at one place, so that being used there says nothing.
    """
    sums = [n for n in range(begin, until) if graph.op[n] in ("add", "sub") and not graph.shape[n]]
    made = Counter(graph.site[n] for n in sums)
    updates = Counter(graph.site[c.u] for c in found.updates)
    if not any(2 * updates[x] > made[x] for x in updates) or any(
        graph.shape[c.u] for c in found.updates
    ):
        return set()
    return {x for x in updates if x >= 0 and 2 * updates[x] < made[x]}


def _walk(
    graph: Graph,
    users: list[list[int]],
    sites: set[int],
    begin: int,
    until: int,
    gates: Sequence[int] = (),
    other: frozenset[int] | set[int] = frozenset(),
) -> Parameters:
    found = Parameters(gates=gates)
    for n in range(begin, until):
        if graph.op[n] in ("add", "sub") and graph.site[n] not in other:
            own = _may_replace(graph, n, sites)
            update = _read_update(graph, users, found, n, sites) if own else None
            if update is not None:
                _accept(found, update)
        else:
            _follow(graph, found, n)
    return found


def _may_replace(graph: Graph, n: int, sites: set[int]) -> bool:
    """Whether a sum may take the place of another value.

    Most are used nowhere but in the next of their kind.
    """
    return graph.site[n] in sites or -1 in sites or bool(places_elsewhere(graph, n))


def _accept(found: Parameters, update: Update) -> None:
    found.updates.append(update)
    found.owner[update.u] = update.k
    found.latest[update.k] = update.u


def _follow(graph: Graph, found: Parameters, n: int) -> None:
    """A part put into a parameter, a scaled or clipped copy of one: it is that parameter still.

    What a minimiser hands over next is as well, however far that is.
    """
    if graph.op[n] == "handed":
        owner = found.owner.get(graph.parents[n][0])
        if owner is not None:
            found.owner[n] = owner
    elif graph.op[n] == "move":
        # x[i] = x[i] - g is two things: the new part, and the whole with that part in it.
        parents = graph.parents[n]
        roots = [find_root(graph, found, p) for p in parents]
        known = [found.owner.get(r) for r in roots]
        same = all(k == known[0] for k in known[1:])
        whole = len(parents) > 1 and graph.shape[parents[0]] == graph.shape[n]
        if whole and same and known[0] is not None and n not in graph.bases:
            found.owner[n] = known[0]
    elif graph.op[n] in ("clip", "maximum", "minimum"):
        p = next(iter(graph.parents[n]), None)
        if p in found.owner and graph.shape[p] == graph.shape[n] and is_near_node(graph, n, p):
            found.owner[n] = found.owner[p]


def spine(
    graph: Graph, found: Parameters, n: int, sign: int = 1, depth: int = 0
) -> list[tuple[int, int]]:
    """The terms that a value adds up, with their signs; literals are left out."""
    whole = depth and (n in graph.names or n in found.owner)
    if graph.op[n] in ("add", "sub") and depth < DEEPEST_SUM and not whole:
        terms = []
        for i, a in enumerate(graph.args[n][:2]):
            if isinstance(a, int):
                s = -sign if i == 1 and graph.op[n] == "sub" else sign
                terms += spine(graph, found, a, s, depth + 1)
        return terms
    return [(n, sign)]


def _read_update(
    graph: Graph, users: list[list[int]], found: Parameters, n: int, sites: set[int]
) -> Update | None:
    """The update that a sum is, if it is one."""
    terms = spine(graph, found, n)
    if len(terms) < 2:
        return None
    for p, sign in terms:
        others = [(t, s) for t, s in terms if t != p]
        if sign < 0 or not others or not may_hold(graph, n, p):
            continue
        for root in possible_roots(graph, found, p, n):
            if not (
                takes_place(graph, n, p, root)
                or (graph.site[n] in sites and _may_be_root(graph, found, root))
                or (-1 in sites and set(graph.names.get(n, ())) & set(graph.names.get(root, ())))
            ):
                continue
            gate = find_gate(graph, found, n, p, root) if found.gates else None
            if gate is not None:
                others.append((gate, 0))
            elif found.gates or not _is_made_of(graph, users, found, others, n, p, root):
                continue
            k = found.owner.setdefault(root, len(found.roots))
            if _is_replaced(graph, found, k, root, n):
                k, root = len(found.roots), p  # two began with one value: a <- b <- 0
                found.owner[p] = k if p not in found.roots.values() else found.owner[p]
            found.roots.setdefault(k, root)
            beside = is_put_elsewhere(graph, p, n)
            return Update(n, p, k, others, None if beside else part_cells(graph, p), root)
    return None


def _is_made_of(
    graph: Graph,
    users: list[list[int]],
    found: Parameters,
    others: list[tuple[int, int]],
    n: int,
    p: int,
    root: int,
) -> bool:
    """Whether the other terms of a sum are made of the parameter that it begins with."""
    made_of = [t for t, _ in others]
    if len(others) < 2 and graph.shape[n]:
        made_of = _ends_of(graph, users, made_of[0], p, n)
    # A part may be made of an earlier version of the whole, a whole only of its own.
    versions = None if p == root else found.owner.get(root)
    return is_made_of(graph, found, made_of, root, versions)


def _may_be_root(graph: Graph, found: Parameters, root: int) -> bool:
    """Whether a value may be the old one where updates are made.

    Of data a comparison is made as well.
    """
    return root in found.owner or (not found.gates and graph.op[root] != "add")


def _ends_of(graph: Graph, users: list[list[int]], start: int, p: int, u: int) -> list[int]:
    """What a change is made of, found once: the recording is walked several times."""
    if (u, p, start) not in graph.ends:
        graph.ends[u, p, start] = _linear_ends(graph, users, start, p, u)
    return graph.ends[u, p, start]


def _linear_ends(graph: Graph, users: list[list[int]], start: int, p: int, u: int) -> list[int]:
    """What a change is made of, without the old value itself: in m + 0.1 (g - m) it is g.

    In b - 0.1 (W h + b - y) it is the old value, too: the error is used elsewhere, where g - m is
    used for the new m alone.
    """
    ends: list[int] = []
    inner = {u}
    stack = [start]
    while stack and len(ends) < MOST_ENDS:
        n = stack.pop()
        if n == p:
            continue  # as where weights decay; what it was made of is no part of the change
        args = [a for a in graph.args[n] if isinstance(a, int)]
        big = [a for a in args if graph.shape[a] == graph.shape[n]]
        scaled = graph.op[n] in ("mul", "div") and len(big) == 1
        if scaled and all(a in big or not _is_computed(graph, a) for a in args):
            stack += big
        elif graph.op[n] in ("add", "sub", "neg") and len(big) == len(args):
            stack += args
        else:
            ends.append(n)
            continue
        inner.add(n)
    holding = {p}
    for n in sorted(inner - {u}):
        if not holding.isdisjoint(graph.parents[n]) and np.any(graph.value(n)):  # 0 W is no W
            holding.add(n)
    if any(user not in inner for n in holding - {p} for user in users[n]):
        ends.append(p)
    return ends


def _is_computed(graph: Graph, n: int) -> bool:
    """Whether a number is made of arrays, and not of plain numbers alone."""
    level = [n]
    for _ in range(3):
        level = [q for m in level for q in graph.parents[m]]
    return bool(level) or count(graph.shape[n]) > 1


def _is_replaced(graph: Graph, found: Parameters, k: int, root: int, n: int) -> bool:
    """Whether an old value has been replaced by another update already."""
    latest = found.latest.get(k, root)
    if latest == root or found.roots.get(k) != root:
        return False
    mine, others = set(graph.names.get(n, ())), set(graph.names.get(latest, ()))
    # Of one list several elements may begin with one value, and be made by one line.
    listed = bool(mine and others) and all(ELEMENT.search(name) for name in mine | others)
    return (listed or graph.site[latest] != graph.site[n]) and not mine & others
