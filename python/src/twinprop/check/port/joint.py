"""A pair that only differs by what it is made of: two or three pairs, each of which is needed."""

from __future__ import annotations

from itertools import product
from typing import Any

from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.forward import redo
from twinprop.check.port.graphs import ancestors, stage
from twinprop.check.port.world import as_laid_out, laid_out_alike

MOST_PARTS = 3
MOST_CANDIDATES = 6


def take_apart(search: Search, d: Difference) -> list[Difference]:
    """The pairs before a pair of the preparation that together explain it; else it alone.

    One language may do in one call what takes several operations in the other, as scale() does, so
    that no value between shows one of two differences without the other.
    """
    world, a, b = search.world, search.a.graph, search.b.graph
    if world is None or not d.shown or stage(search.a, d.a):
        return [d]
    odd = {n for n in ancestors(a, [d.a]) if n != d.a and not world.found(n)}
    first = [n for n in sorted(odd) if not any(p in odd for p in a.parents[n])]
    if not 2 <= len(first) <= MOST_PARTS:
        return [d]
    others = [m for m in ancestors(b, [d.b]) if m != d.b and not world.known(m)]
    options = [_candidates(search, n, others) for n in first]
    wanted = as_laid_out(b.value(d.b), a.shape[d.a], search.turned)
    for chosen in product(*options):
        if len({m for m, _ in chosen}) < len(first):
            continue
        given = {n: value for n, (_, value) in zip(first, chosen, strict=True)}
        made = _compute(search, d.a, given)
        if made is not None and laid_out_alike(made, wanted):
            pairs = zip(first, chosen, strict=True)
            return [search.difference(n, m, True) for n, (m, _) in pairs]
    return [d]


def _candidates(search: Search, n: int, others: list[int]) -> list[tuple[int, Any]]:
    """B's values that may stand in a value's place: those of its name and operation first."""
    world, shape = search.world, search.a.graph.shape[n]
    assert world is not None
    found: list[tuple[int, Any]] = []
    for m in search.by_likeness(n, others):
        value = as_laid_out(search.b.graph.value(m), shape, search.turned)
        if value is None or laid_out_alike(world.should[n], value):
            continue
        if not any(laid_out_alike(value, known) for _, known in found):
            found.append((m, value))
    return found[:MOST_CANDIDATES]


def _compute(search: Search, n: int, given: dict[int, Any]) -> Any:
    """What a value of A would be if it were made of other ones."""
    graph, world = search.a.graph, search.world
    assert world is not None
    made = dict(given)
    for k in ancestors(graph, [n]):
        if k not in made and any(p in made for p in graph.parents[k]):
            operands = {p: made.get(p, world.should[p]) for p in graph.parents[k]}
            made[k] = redo(graph, k, operands)
            if made[k] is None:
                return None
    return made.get(n)
