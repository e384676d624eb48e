"""Weights that the error moves, though the output was not seen to be made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS

MOST_SEEN = 400


def describe_unseen(graph: Graph, alignment: Alignment) -> str:
    """Why a training is not followed as a whole whose other weights move rightly, or nothing.

    Some array is taken into a product, of which nothing more is seen, and in every step it is
    moved by what is made of the error.
    """
    views = alignment.views
    begin, end = views[0].step.begin, views[-1].step.end
    known: set[int] = set().union(*(v.cone | v.forward for v in views))
    errors: set[int] = set().union(*(v.meets for v in views))
    ends = {*alignment.found.owner, *set().union(*(v.forward for v in views))}
    moved: dict[int, list[tuple[int, int]]] = {}
    for n, p in _updates(graph, alignment, range(begin + 1, end + 1)):
        moved.setdefault(graph.site[n], []).append((n, p))
    for pairs in moved.values():
        goes_on = all(p == before for (before, _), (_, p) in pairwise(pairs))
        if len(pairs) < max(len(views) - 1, 2) or not goes_on:
            continue
        n, p = pairs[0]
        terms = [m for m in graph.parents[n] if m != p]
        if _leads_nowhere(graph, p, known) and _is_made_of(graph, terms, errors, ends):
            name = next(iter(set(graph.names[n]) & set(graph.names[p])))
            return (
                f"line {graph.line(n)} moves {name} by the error, and how the output is made of "
                "it was not seen"
            )
    return ""


def _updates(graph: Graph, alignment: Alignment, nodes: range) -> Iterator[tuple[int, int]]:
    """The sums that have a name of one of their operands, and of no parameter, and that operand."""
    owner = alignment.found.owner
    for n in nodes:
        if graph.op[n] not in ("add", "sub") or n in owner or count(graph.shape[n]) < 2:
            continue
        mine = set(graph.names.get(n, ()))
        old = [p for p in graph.parents[n] if mine & set(graph.names.get(p, ()))]
        if len(old) == 1 and old[0] not in owner and graph.shape[old[0]] == graph.shape[n]:
            yield n, old[0]


def _leads_nowhere(graph: Graph, p: int, known: set[int]) -> bool:
    """Whether a product is made of a value, and nothing that goes into the training of that."""
    products = [u for u in graph.users()[p] if graph.op[u] in PRODUCTS and graph.op[u] != "mul"]
    reached = _walk(products, lambda n: [] if n in known else graph.users()[n])
    return bool(products) and len(reached) < MOST_SEEN and known.isdisjoint(reached)


def _is_made_of(graph: Graph, nodes: list[int], errors: set[int], ends: set[int]) -> bool:
    """Whether values are made of the error, not by way of a parameter or of the way forward."""
    reached = _walk(nodes, lambda n: [] if n in ends or n in errors else graph.parents[n])
    return not errors.isdisjoint(reached)


def _walk(nodes: list[int], onward: Callable[[int], list[int]]) -> list[int]:
    """What is reached from some values, the nearest first, as far as that is not too much."""
    reached = list(dict.fromkeys(nodes))
    seen = set(reached)
    for n in reached:
        if len(reached) >= MOST_SEEN:
            break
        new = [m for m in dict.fromkeys(onward(n)) if m not in seen]
        reached += new
        seen.update(new)
    return reached
