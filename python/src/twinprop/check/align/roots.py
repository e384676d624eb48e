"""What an update takes the place of: the version of a parameter that a term of it is."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.trained import Parameters

LONGEST_SEARCH = 20000
MOST_DECAY = 0.005  # momentum keeps less


def may_hold(graph: Graph, n: int, p: int) -> bool:
    """Whether a term can be the old value: of the same shape, or a smaller one that is spread."""
    new, old = graph.shape[n], graph.shape[p]
    if new == old:
        return graph.value(p) is not None
    fits = len(old) <= len(new) and all(
        a in (1, b) for a, b in zip(old[::-1], new[::-1], strict=False)
    )
    return fits and count(old) > 1


def possible_roots(graph: Graph, found: Parameters, p: int, new: int) -> list[int]:
    """A known version, or the term itself and what it is a multiple of, as where weights decay.

    Or what it is the same numbers of in another shape, as where R makes a column of a vector.
    """
    root = find_root(graph, found, p, new)
    roots = [root]
    if root not in found.owner and graph.op[root] in ("mul", "div"):
        inner = dict.fromkeys(graph.parents[root])
        big = [q for q in inner if is_near_node(graph, root, q) or _is_decayed(graph, root, q)]
        roots += big if len(big) == 1 and _is_used(graph, found, big[0], root) else []
    return [*roots, *_in_another_shape(graph, root)]


def _in_another_shape(graph: Graph, n: int) -> list[int]:
    """What a value that is only written in another shape was before, as a list of one."""
    parents = graph.parents[n]
    if graph.op[n] != "move" or len(parents) != 1 or graph.shape[n] == graph.shape[parents[0]]:
        return []
    return list(parents) if graph.keeps_order(n) else []


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
    q = p = graph.bases.get(p, p)
    for _ in range(8):
        if q in found.owner:
            return q
        parents = list(dict.fromkeys(graph.parents[q]))
        if graph.op[q] == "move" and len(parents) == 1:
            q = parents[0]
        elif graph.op[q] in ("mul", "div"):
            near = [r for r in parents if is_near_node(graph, q, r)]
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


def is_near_node(graph: Graph, n: int, p: int) -> bool:
    """Whether a value is not far from another of its shape: 0 * W begins a sum, and is not W."""
    if graph.shape[n] != graph.shape[p]:
        return False
    x, y = graph.value(n), graph.value(p)
    if isinstance(x, float) and isinstance(y, float):
        return x != 0 and abs(x - y) <= 0.5 * abs(y)
    if x is None or y is None or not np.any(x):
        return False
    return bool((np.abs(np.subtract(x, y)) <= 0.5 * np.abs(y) + 1e-300).all())


def _is_decayed(graph: Graph, n: int, p: int) -> bool:
    """Whether zeros are multiplied by a number near 1, as where weights decay that begin at 0."""
    if graph.shape[n] != graph.shape[p] or np.any(graph.value(n)) or np.any(graph.value(p)):
        return False
    others = [a for a in graph.args[n] if a != p]
    if graph.op[n] not in ("mul", "div") or len(graph.args[n]) != 2 or len(others) != 1:
        return False
    number = graph.operand(others[0])
    return np.size(number) == 1 and bool(abs(np.ravel(number)[0] - 1) <= MOST_DECAY)


def part_cells(graph: Graph, p: int) -> tuple[int, ...] | None:
    """Which elements of the whole a part is, where a value is a part."""
    if graph.op[p] != "move" or len(set(graph.parents[p])) != 1:
        return None
    index = graph.movement(p)
    whole = graph.parents[p][0]
    if index is None or len(index) >= count(graph.shape[whole]):
        return None
    return tuple(int(i) for i in index)


def is_put_elsewhere(graph: Graph, p: int, new: int) -> bool:
    """Whether a new part is put beside the old one: w[k + 1] = w[k] - g keeps all that was."""
    cells = part_cells(graph, p)
    if cells is None:
        return False
    whole = graph.shape[graph.parents[p][0]]
    for user in graph.users()[new]:
        index = graph.movement(user) if graph.op[user] == "move" else None
        if index is not None and graph.shape[user] == whole and len(graph.parents[user]) == 2:
            put = np.flatnonzero(index >= count(whole)).tolist()
            return len(put) == len(cells) and tuple(put) != cells
    return False


def takes_place(graph: Graph, n: int, p: int, root: int) -> bool:
    """Whether the new value is used, later on, at a place where the old one was used."""
    after = places_elsewhere(graph, n)
    return not (after.isdisjoint(_places(graph, p)) and after.isdisjoint(_places(graph, root)))


def places_elsewhere(graph: Graph, n: int) -> set[tuple[int, int]]:
    """The places at which a value is an operand, but for that at which it is made."""
    return _places(graph, n) - {(graph.site[n], 0), (graph.site[n], 1)}


def _places(graph: Graph, n: int) -> set[tuple[int, int]]:
    """The places (site and position) at which a value is an operand, found once for each."""
    if n not in graph.places:
        graph.places[n] = _find_places(graph, graph.users(), n)
    return graph.places[n]


def _find_places(graph: Graph, users: list[list[int]], n: int) -> set[tuple[int, int]]:
    """The places of a value, looking through copies."""
    places: set[tuple[int, int]] = set()
    level, seen = [n], {n}
    for _ in range(5):
        after: list[int] = []
        for m in level:
            for user in users[m][:60]:
                s = graph.site[user]
                places |= {(s, i) for i, a in enumerate(graph.args[user]) if a == m and s >= 0}
                through = graph.op[user] in ("move", "handed") or (
                    graph.op[user] in ("mul", "div", "clip", "maximum", "minimum")
                    and is_near_node(graph, user, m)
                )
                if through and user not in seen and len(seen) < 80:
                    seen.add(user)
                    after.append(user)
        level = after
    return places


def is_made_of(
    graph: Graph, found: Parameters, starts: list[int], root: int, known: int | None
) -> bool:
    """Whether a value is made of a parameter, and of something else that is data."""
    if not _leads_to(graph, found, starts, root, known):
        return False
    seen: set[int] = set()
    # Where the search cannot become too long, what leads to it is made of it.
    stack, hit, data = list(starts), max(starts) < LONGEST_SEARCH - 1, False
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
        elif not graph.parents[n] or _is_zeros_of(graph, n, root):
            data = True
        else:
            literal = any(isinstance(a, list) for a in graph.args[n])
            data = data or (literal and graph.op[n] in ("add", "sub", "mul", "div", "pow"))
            stack.extend(graph.parents[n])
    return hit and data and len(seen) > 4


def _leads_to(
    graph: Graph, found: Parameters, starts: list[int], root: int, known: int | None
) -> bool:
    """Whether a value may be made of a parameter: of what is older than its first version nothing.

    Also where the search was too long to tell.
    """
    first = root if known is None else min(root, found.roots[known])
    seen: set[int] = set()
    stack = [n for n in starts if n >= first]
    while stack and len(seen) < LONGEST_SEARCH:
        n = stack.pop()
        if n in seen:
            continue
        seen.add(n)
        owner = found.owner.get(n)
        if n == root or (owner is not None and owner == known):
            return True
        if owner is None and not _is_zeros_of(graph, n, root):
            stack += [p for p in graph.parents[n] if p >= first]
    return bool(stack)


def _is_zeros_of(graph: Graph, n: int, root: int) -> bool:
    """Whether a parameter is multiplied by a written 0, to have zeros of its shape."""
    return graph.op[n] == "mul" and root in graph.args[n] and [0] in graph.args[n]
