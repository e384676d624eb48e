"""Parameters and steps: what is replaced by itself and something that is made of it.

No loop is searched for and no name believed: U = P - G is an update where G is made of P and U
takes P's place, in that it is used where P was used.
"""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.states import drop_constants, drop_states
from twinprop.check.align.trained import Parameters, Update

LONGEST_SEARCH = 20000
DEEPEST_SUM = 6
MOST_ENDS = 40


def find_parameters(graph: Graph, until: int) -> Parameters:
    """All updates of a recording.

    Parameters
    ----------
    graph : Graph
        A recording.
    until : int
        Only the nodes before this one are looked at.

    Returns
    -------
    Parameters
        Empty where nothing is updated from itself.
    """
    users = graph.users()
    found = _walk(graph, users, set(), until)
    drop_constants(graph, found)
    # The last step's new values are used nowhere: what was made at the same place is the same.
    # Of one step alone nothing is used again, only names are left.
    sites = {graph.site[c.u] for c in found.updates if graph.site[c.u] >= 0} or {-1}
    found = _walk(graph, users, sites, until)
    drop_constants(graph, found)
    drop_states(graph, found)
    return found


def _walk(graph: Graph, users: list[list[int]], sites: set[int], until: int) -> Parameters:
    found = Parameters()
    for n in range(until):
        if graph.op[n] in ("add", "sub"):
            update = _read_update(graph, users, found, n, sites)
            if update is not None:
                _accept(found, update)
        else:
            _follow(graph, found, n)
    return found


def _accept(found: Parameters, update: Update) -> None:
    found.updates.append(update)
    found.owner[update.u] = update.k
    found.latest[update.k] = update.u


def _follow(graph: Graph, found: Parameters, n: int) -> None:
    """A part put into a parameter, a scaled or clipped copy of one: it is that parameter still."""
    if graph.op[n] == "move":
        # x[i] = x[i] - g is two things: the new part, and the whole with that part in it.
        parents = graph.parents[n]
        roots = [find_root(graph, found, p) for p in parents]
        known = [found.owner.get(r) for r in roots]
        same = all(k == known[0] for k in known[1:])
        whole = len(parents) > 1 and graph.shape[parents[0]] == graph.shape[n]
        if whole and same and known[0] is not None:
            found.owner[n] = known[0]
    elif graph.op[n] in ("clip", "maximum", "minimum"):
        p = next(iter(graph.parents[n]), None)
        if p in found.owner and graph.shape[p] == graph.shape[n] and _is_near(graph, n, p):
            found.owner[n] = found.owner[p]


def spine(graph: Graph, n: int, sign: int = 1, depth: int = 0) -> list[tuple[int, int]]:
    """The terms that a value adds up, with their signs; literals are left out."""
    if graph.op[n] in ("add", "sub") and depth < DEEPEST_SUM and not (depth and n in graph.names):
        terms = []
        for i, a in enumerate(graph.args[n][:2]):
            if isinstance(a, int):
                s = -sign if i == 1 and graph.op[n] == "sub" else sign
                terms += spine(graph, a, s, depth + 1)
        return terms
    return [(n, sign)]


def _read_update(
    graph: Graph, users: list[list[int]], found: Parameters, n: int, sites: set[int]
) -> Update | None:
    """The update that a sum is, if it is one."""
    terms = spine(graph, n)
    if len(terms) < 2:
        return None
    for p, sign in terms:
        others = [(t, s) for t, s in terms if t != p]
        if sign < 0 or not others or not _holds(graph, n, p):
            continue
        for root in _possible_roots(graph, found, p, n):
            known = found.owner.get(root)
            if not (
                _takes_place(graph, users, n, p, root)
                or (graph.site[n] in sites and (known is not None or graph.op[root] != "add"))
                or (-1 in sites and set(graph.names.get(n, ())) & set(graph.names.get(root, ())))
            ):
                continue
            # A part may be made of an earlier version of the whole, a whole only of its own.
            versions = None if p == root else known
            made_of = [t for t, _ in others]
            if len(others) < 2 and graph.shape[n]:
                made_of = _linear_ends(graph, made_of, p)
            if _is_made_of(graph, found, made_of, root, versions):
                k = found.owner.setdefault(root, len(found.roots))
                if _is_replaced(graph, found, k, root, n):
                    k, root = len(found.roots), p  # two began with one value: a <- b <- 0
                    found.owner[p] = k if p not in found.roots.values() else found.owner[p]
                found.roots.setdefault(k, root)
                return Update(n, p, k, others, _cells(graph, p), root)
    return None


def _linear_ends(graph: Graph, starts: list[int], p: int) -> list[int]:
    """What a change is made of, without the old value itself: in m + 0.1 (g - m) it is g."""
    ends: list[int] = []
    stack = list(starts)
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
    return graph.site[latest] != graph.site[n] and not mine & others


def _holds(graph: Graph, n: int, p: int) -> bool:
    """Whether a term can be the old value: of the same shape, or a smaller one that is spread."""
    new, old = graph.shape[n], graph.shape[p]
    if new == old:
        return graph.value(p) is not None
    fits = len(old) <= len(new) and all(
        a in (1, b) for a, b in zip(old[::-1], new[::-1], strict=False)
    )
    return fits and count(old) > 1


def _possible_roots(graph: Graph, found: Parameters, p: int, new: int) -> list[int]:
    """A known version, or the term itself and what it is a multiple of, as where weights decay."""
    root = find_root(graph, found, p, new)
    roots = [root]
    if root not in found.owner and graph.op[root] in ("mul", "div"):
        big = [q for q in dict.fromkeys(graph.parents[root]) if _is_near(graph, root, q)]
        roots += big if len(big) == 1 and _is_used(graph, found, big[0], root) else []
    return roots


def _is_used(graph: Graph, found: Parameters, n: int, but: int) -> bool:
    """Whether a value is used otherwise than momentum is: as a multiple, and to move a weight."""
    users = [u for u in graph.users()[n][:60] if u != but and u not in found.owner]
    return any(graph.op[u] not in ("mul", "div") or _has_two(graph, u) for u in users)


def _has_two(graph: Graph, n: int) -> bool:
    return sum(count(graph.shape[p]) > 1 for p in graph.parents[n]) > 1


def find_root(graph: Graph, found: Parameters, p: int, new: int | None = None) -> int:
    """The version of a parameter that a value is a copy, a part or a multiple of.

    A value that no parameter is known of is its own root, but for a part that is put back.
    """
    q = p
    for _ in range(8):
        if q in found.owner:
            return q
        parents = list(dict.fromkeys(graph.parents[q]))
        if graph.op[q] == "move" and len(parents) == 1:
            q = parents[0]
        elif graph.op[q] in ("mul", "div"):
            near = [r for r in parents if _is_near(graph, q, r)]
            near = [r for r in near if r in found.owner] or near
            if len(near) != 1:
                break
            q = near[0]
        else:
            break
    parents = list(dict.fromkeys(graph.parents[p]))
    is_part = new is not None and graph.op[p] == "move" and len(parents) == 1
    if is_part and new is not None and _is_put_back(graph, new, parents[0]):
        return parents[0]
    return p


def _is_put_back(graph: Graph, new: int, whole: int) -> bool:
    """Whether a new value is put into the whole that the old one was a part of."""
    for user in graph.users()[new][:20]:
        others = [q for q in graph.parents[user] if q != new]
        if graph.op[user] == "move" and others and graph.shape[user] == graph.shape[whole]:
            return True
    return False


def _is_near(graph: Graph, n: int, p: int) -> bool:
    """Whether a value is not far from another of its shape: 0 * W begins a sum, and is not W."""
    if graph.shape[n] != graph.shape[p]:
        return False
    x, y = graph.value(n), graph.value(p)
    if isinstance(x, float) and isinstance(y, float):
        return x != 0 and abs(x - y) <= 0.5 * abs(y)
    if x is None or y is None or not np.any(x):
        return False
    return bool((np.abs(np.subtract(x, y)) <= 0.5 * np.abs(y) + 1e-300).all())


def _cells(graph: Graph, p: int) -> tuple[int, ...] | None:
    """Which elements of the whole a part is, where a value is a part."""
    if graph.op[p] != "move" or len(set(graph.parents[p])) != 1:
        return None
    index = graph.movement(p)
    whole = graph.parents[p][0]
    if index is None or len(index) >= count(graph.shape[whole]):
        return None
    return tuple(int(i) for i in index)


def _takes_place(graph: Graph, users: list[list[int]], n: int, p: int, root: int) -> bool:
    """Whether the new value is used, later on, at a place where the old one was used."""
    after = _places(graph, users, n, n)
    if not after:
        return False
    before = _places(graph, users, p, n) | (_places(graph, users, root, n) if root != p else set())
    return bool((after & before) - {(graph.site[n], 0), (graph.site[n], 1)})


def _places(graph: Graph, users: list[list[int]], n: int, new: int) -> set[tuple[int, int]]:
    """The places (site and position) at which a value is an operand, looking through copies."""
    places: set[tuple[int, int]] = set()
    level, seen = [n], {n}
    for _ in range(5):
        after: list[int] = []
        for m in level:
            for user in users[m][:60]:
                s = graph.site[user]
                places |= {(s, i) for i, a in enumerate(graph.args[user]) if a == m and s >= 0}
                through = graph.op[user] == "move" or (
                    graph.op[user] in ("mul", "div", "clip", "maximum", "minimum")
                    and _is_near(graph, user, m)
                )
                if through and user not in seen and len(seen) < 80:
                    seen.add(user)
                    after.append(user)
        level = after
    return places


def _is_made_of(
    graph: Graph, found: Parameters, starts: list[int], root: int, known: int | None
) -> bool:
    """Whether a value is made of a parameter, and of something else that is data."""
    seen: set[int] = set()
    stack, hit, data = list(starts), False, False
    while stack and len(seen) < LONGEST_SEARCH and not (hit and data and len(seen) > 4):
        n = stack.pop()
        if n in seen:
            continue
        seen.add(n)
        owner = found.owner.get(n)
        if n == root or (owner is not None and owner == known):
            hit = True
        elif owner is not None:
            continue
        elif not graph.parents[n]:
            data = True
        else:
            literal = any(isinstance(a, list) for a in graph.args[n])
            data = data or (literal and graph.op[n] in ("add", "sub", "mul", "div", "pow"))
            stack.extend(graph.parents[n])
    return hit and data and len(seen) > 4
